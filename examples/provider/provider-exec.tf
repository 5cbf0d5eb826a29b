# A command that prints short-lived credentials.
provider "virtualserver" {
  host                   = "https://kubernetes.example.com:6443"
  cluster_ca_certificate = file("${path.module}/ca.crt")

  exec = {
    api_version = "client.authentication.k8s.io/v1"
    command     = "aws"
    args        = ["eks", "get-token", "--output", "json", "--cluster-name", "production"]
    env = {
      AWS_PROFILE = "production"
    }
  }
}
