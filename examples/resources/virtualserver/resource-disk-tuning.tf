# Disks by their use.
resource "virtualserver" "storage" {
  name = "storage"

  resources = {
    cpu    = { count = 4 }
    memory = "16Gi"
  }

  devices = {
    io_threads_policy = "auto"
    block_multi_queue = true
  }

  storage = {
    root = {
      storage = { size = "40Gi" }
      source = {
        registry = { url = "docker://quay.io/containerdisks/ubuntu:24.04" }
      }
      cache               = "none"
      io                  = "native"
      dedicated_io_thread = true

      # The disk stays when the server is destroyed or replaced.
      on_destroy = "retain"
    }
    additional_disks = {
      data = {
        persistent_volume_claim = { claim_name = "storage-data" }
        bus                     = "scsi"
        serial                  = "DATA0001"
        cache                   = "writeback"
        error_policy            = "report"
      }
      # Several servers write to it, with a cluster filesystem.
      cluster = {
        persistent_volume_claim = { claim_name = "storage-cluster" }
        shareable               = true
        block_size              = { match_volume = true }
      }
      # Can be unplugged while the server runs.
      archive = {
        persistent_volume_claim = { claim_name = "storage-archive" }
        hotpluggable            = true
      }
    }
  }
}
