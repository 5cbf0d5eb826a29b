terraform {
  required_providers {
    virtualserver = {
      source = "virtualserver/virtualserver"
    }
  }
}

provider "virtualserver" {}

locals {
  ubuntu = "https://cloud-images.ubuntu.com/minimal/releases/jammy/release-20230615/ubuntu-22.04-minimal-cloudimg-amd64.img"
}
