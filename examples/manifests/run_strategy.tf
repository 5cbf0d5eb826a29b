# Manual: somebody starts and stops it, with `kubectl virt start` for example.
resource "virtualserver" "run_strategy" {
  name         = "example-vs"
  run_strategy = "Manual"

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
  }
}
