variable "kubeconfig" {
  type      = string
  sensitive = true
}

# The text of a kubeconfig, for example the output of a module that creates the
# cluster.
provider "virtualserver" {
  kubeconfig = var.kubeconfig
}
