# From an image to a server with a second disk: what the quick start of a
# virtualization platform does with manifests, in one apply.
terraform {
  required_providers {
    virtualserver = {
      source = "virtualserver/virtualserver"
    }
  }
}

provider "virtualserver" {}

variable "image_url" {
  description = "Image of the root disk: qcow2 or raw, also compressed."
  default     = "https://cloud-images.ubuntu.com/minimal/releases/jammy/release-20230615/ubuntu-22.04-minimal-cloudimg-amd64.img"
}

variable "data_size" {
  description = "Size of the second disk. It can be raised while the server runs."
  default     = "1Gi"
}

variable "restart" {
  description = "Another value restarts the server."
  default     = "first"
}

resource "virtualserver_image" "ubuntu" {
  name    = "ubuntu"
  storage = { size = "5Gi" }
  source  = { http = { url = var.image_url } }
}

resource "virtualserver_disk" "root" {
  name    = "linux-disk"
  storage = { size = "10Gi" }
  source  = { image = { name = virtualserver_image.ubuntu.data_source } }
}

resource "virtualserver_disk" "data" {
  name    = "vd-blank"
  storage = { size = var.data_size }
}

resource "virtualserver" "linux" {
  name   = "linux-vm"
  labels = { vm = "linux" }

  resources = {
    cpu    = { cores = 1, fraction = "10%" }
    memory = "1Gi"
  }

  storage = {
    root = {
      source = { claim = { name = virtualserver_disk.root.name, kind = "DataVolume" } }
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    users:
    - name: cloud
      shell: /bin/bash
      sudo: ALL=(ALL) NOPASSWD:ALL
      lock_passwd: false
  EOT

  restart_triggers = { quick_start = var.restart }

  wait = { until = "addresses" } # which the output shows
}

resource "virtualserver_disk_attachment" "data" {
  server      = virtualserver.linux.name
  server_uid  = virtualserver.linux.uid
  name        = "data"
  serial      = "DATA"
  data_volume = { name = virtualserver_disk.data.name }
}

output "addresses" {
  value = virtualserver.linux.status.addresses
}
