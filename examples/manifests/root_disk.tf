# A root disk that keeps what the guest writes.
resource "virtualserver" "root_disk" {
  name = "example-root-disk"

  resources = {
    memory = "2Gi"
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
      source = { http = { url = local.ubuntu } }
    }
  }
}

# One that is only read: what the guest writes is gone when it stops.
resource "virtualserver" "ephemeral_root" {
  name = "example-ephemeral-root"

  resources = {
    memory = "2Gi"
  }

  storage = {
    root = {
      ephemeral = true
      pvc = {
        size               = "4Gi"
        volume_mode        = "Filesystem"
        access_modes       = ["ReadWriteOnce"]
        storage_class_name = "cephfs-hdd"
      }
      source = { http = { url = local.ubuntu } }
    }
  }
}
