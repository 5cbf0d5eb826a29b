# A ConfigMap as a disk and as a filesystem.
resource "virtualserver" "config_map" {
  name = "example-config-map"

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
      disk-name = {
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
    - "sudo mkdir /mnt/app-config /mnt/app-config-disk"
    - "sudo mount -t virtiofs config-fs /mnt/app-config"
    - "sudo mount /dev/$(lsblk --nodeps -no name,serial | grep CVLY623300HK240D | cut -f1 -d' ') /mnt/app-config-disk"
  EOT
}
