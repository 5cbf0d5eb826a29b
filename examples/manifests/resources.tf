# GPUs, CPU model and memory.
resource "virtualserver" "resources" {
  name = "example-resources"

  resources = {
    gpu = {
      type  = "nvidia.com/GA100_A100_PCIE_40GB"
      count = 2
    }
    cpu = {
      model = "Conroe"
      cores = 1
    }
    memory = "10Gi"
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
