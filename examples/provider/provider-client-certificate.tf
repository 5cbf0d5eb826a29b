provider "virtualserver" {
  host                   = "https://kubernetes.example.com:6443"
  cluster_ca_certificate = file("${path.module}/ca.crt")
  client_certificate     = file("${path.module}/client.crt")
  client_key             = file("${path.module}/client.key")
}
