# A ServiceAccount as a filesystem.
resource "virtualserver" "service_account_filesystem" {
  name = "example-sa-filesystem"

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
    filesystems = {
      sa-fs = {
        service_account = { service_account_name = "app-secret" }
      }
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    bootcmd:
    - "sudo mkdir /mnt/app-sa"
    - "sudo mount -t virtiofs sa-fs /mnt/app-sa"
  EOT
}

# And as a disk.
resource "virtualserver" "service_account_disk" {
  name = "example-sa-disk"

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
        service_account = { service_account_name = "serviceaccountdisk" }
        serial          = "SERVICEACCOUNT12"
      }
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    bootcmd:
    - "sudo mkdir /mnt/app-sa"
    - "sudo mount /dev/$(lsblk --nodeps -no name,serial | grep SERVICEACCOUNT12 | cut -f1 -d' ') /mnt/app-sa"
  EOT
}
