# Disks that are only read: what the guest writes to them is gone when it stops.
resource "virtualserver" "kiosk" {
  name = "kiosk"

  resources = {
    memory = "2Gi"
  }

  storage = {
    root = {
      ephemeral = true
      pvc = {
        size         = "10Gi"
        access_modes = ["ReadWriteOnce"]
      }
      source = {
        http = {
          url = "https://cloud-images.ubuntu.com/noble/current/noble-server-cloudimg-amd64.img"
        }
      }
    }
    additional_disks = {
      catalogue = {
        ephemeral = {
          persistent_volume_claim = { claim_name = "catalogue" }
        }
      }
    }
  }
}
