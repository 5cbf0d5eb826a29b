terraform {
  required_providers {
    virtualserver = {
      source = "virtualserver/virtualserver"
    }
  }
}

provider "virtualserver" {
  config_path    = "~/.kube/config"
  config_context = "production"

  # Where servers go that name no namespace.
  namespace = "web"

  # Labels of every server.
  default_labels = {
    team = "web"
  }
}
