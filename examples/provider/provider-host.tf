variable "token" {
  type      = string
  sensitive = true
}

# The address of the API server and a token, without a kubeconfig.
provider "virtualserver" {
  host                   = "https://kubernetes.example.com:6443"
  cluster_ca_certificate = file("${path.module}/ca.crt")
  token                  = var.token
}
