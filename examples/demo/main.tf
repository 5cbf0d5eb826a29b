# The basic VirtualServer example: one CPU, 8Gi of memory, a root disk with an
# Ubuntu image, a disk and a filesystem from claims that exist already
# (pvcs.yaml), two ports and cloud-init.

terraform {
  required_providers {
    virtualserver = {
      # With its host, so that Terraform and OpenTofu can share the state.
      source = "registry.terraform.io/virtualserver/virtualserver"
    }
  }
}

# The cluster is that of KUBE_CONFIG_PATH, which `make demo` sets.
provider "virtualserver" {}

resource "virtualserver" "example" {
  name = "vs-example"

  resources = {
    cpu = {
      cores = "1"
    }
    memory = "8Gi"
  }

  storage = {
    root = {
      ephemeral = false
      pvc = {
        size               = "4Gi"
        volume_mode        = "Filesystem"
        access_modes       = ["ReadWriteOnce"]
        storage_class_name = "cephfs-hdd"
      }
      source = {
        http = {
          url = "https://cloud-images.ubuntu.com/releases/focal/release/ubuntu-20.04-server-cloudimg-amd64.img"
        }
      }
    }
    additional_disks = {
      disk-name = {
        persistent_volume_claim = {
          claim_name = "pvc-as-disk"
        }
      }
    }
    filesystems = {
      my-filesys = {
        persistent_volume_claim = {
          claim_name = "pvc-as-fs"
        }
      }
    }
  }

  network = {
    tcp         = [80, 5901]
    udp         = []
    mac_address = ""
    dns_config  = {}
    dns_policy  = "ClusterFirst"
  }

  cloud_init = <<-EOT
    #cloud-config
    bootcmd:
    - test "$(lsblk /dev/vdb)" && mkfs.ext4 /dev/vdb
    - mkdir -p /mnt/vdb
    - mkdir -p /mnt/file-sys
    - mount -t virtiofs my-filesys /mnt/file-sys
    mounts:
    - [ "/dev/vdb", "/mnt/vdb", "ext4", "defaults,nofail", "0", "2" ]
  EOT
}

output "status" {
  value = virtualserver.example.status.printable_status
}

output "addresses" {
  value = virtualserver.example.status.addresses
}

output "service" {
  value = "${virtualserver.example.service_name} at ${virtualserver.example.cluster_ip}"
}
