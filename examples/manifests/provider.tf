terraform {
  required_providers {
    virtualserver = {
      source = "virtualserver/virtualserver"
    }
  }
}

provider "virtualserver" {}

locals {
  ubuntu = "https://cloud-images.ubuntu.com/releases/focal/release/ubuntu-20.04-server-cloudimg-amd64.img"
}
