# Ports, MAC address and DNS.
resource "virtualserver" "network" {
  name = "example-network"

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

  network = {
    tcp         = [80, 5901]
    udp         = []
    mac_address = ""
    dns_config  = {}
    dns_policy  = "ClusterFirst"
  }
}
