# A ConfigMap as a filesystem and as a disk. The guest finds the disk by its
# serial number.
resource "virtualserver" "configured" {
  name = "configured"

  resources = {
    memory = "2Gi"
  }

  storage = {
    root = {
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:42" }
      }
    }
    additional_disks = {
      config-disk = {
        config_map = { name = "app-config" }
        serial     = "CVLY623300HK240D"
      }
    }
    filesystems = {
      config-fs = {
        config_map = { name = "app-config" }
      }
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    bootcmd:
    - mkdir -p /mnt/config-fs /mnt/config-disk
    - mount -t virtiofs config-fs /mnt/config-fs
    - mount /dev/$(lsblk --nodeps -no name,serial | grep CVLY623300HK240D | cut -f1 -d' ') /mnt/config-disk
  EOT
}
