# The user of the kubeconfig acts as a service account with fewer permissions.
provider "virtualserver" {
  config_path = "~/.kube/config"

  impersonate = {
    user = "system:serviceaccount:web:terraform"
  }
}
