# Claims as a disk with a serial number and as a filesystem.
resource "virtualserver" "claims" {
  name = "example-claims"

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
        persistent_volume_claim = { claim_name = "pvc-as-disk" }
        serial                  = "CVLY623300HK240D"
      }
    }
    filesystems = {
      my-filesys = {
        persistent_volume_claim = { claim_name = "pvc-as-fs" }
      }
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    bootcmd:
    - test "$(lsblk /dev/vdb)" && mkfs.ext4 /dev/vdb
    - mkdir -p /mnt/file-sys
    - mount -t virtiofs my-filesys /mnt/file-sys
    mounts:
    - [ "/dev/vdb", "/mnt/vdb", "ext4", "defaults,nofail", "0", "2" ]
  EOT
}

# A claim that is only read. Ephemeral filesystems are not possible.
resource "virtualserver" "ephemeral_disk" {
  name = "example-ephemeral-disk"

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
        ephemeral = {
          persistent_volume_claim = { claim_name = "pvc-name" }
        }
      }
    }
  }
}
