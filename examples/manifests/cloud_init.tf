# User, packages, commands and mounts by cloud-init.
resource "virtualserver" "cloud_init" {
  name = "example-cloud-init"

  resources = {
    memory = "2Gi"
  }

  storage = {
    root = {
      pvc = {
        size               = "4Gi"
        volume_mode        = "Filesystem"
        access_modes       = ["ReadWriteOnce"]
        storage_class_name = "cephfs-hdd"
      }
      source = { http = { url = local.ubuntu } }
    }
    additional_disks = {
      sa-disk = {
        service_account = { service_account_name = "serviceaccountdisk" }
        serial          = "SERVICEACCOUNT12"
      }
    }
    filesystems = {
      configmap-fs = {
        config_map = { name = "app-config" }
      }
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    user: ubuntu
    password: ubuntu
    chpasswd: { expire: False }
    package_update: true
    package_upgrade: true
    packages:
    - qemu-guest-agent
    runcmd:
    - [ systemctl, start, qemu-guest-agent ]
    bootcmd:
    - "sudo mkdir /mnt/app-configmap"
    - "sudo mount -t virtiofs configmap-fs /mnt/app-configmap"
    - "sudo mkdir /mnt/app-sa"
    - "sudo mount /dev/$(lsblk --nodeps -no name,serial | grep SERVICEACCOUNT12 | cut -f1 -d' ') /mnt/app-sa"
  EOT
}
