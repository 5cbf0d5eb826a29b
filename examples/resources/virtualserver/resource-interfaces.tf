# A router: the pod network and two networks of Multus. It is stopped until
# somebody starts it; a server whose networks do not exist does not start.
resource "virtualserver" "router" {
  name         = "router"
  run_strategy = "Halted"

  resources = {
    cpu    = { count = 2 }
    memory = "2Gi"
  }

  storage = {
    root = {
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:42" }
      }
    }
  }

  network = {
    # Of the interface on the pod network.
    mac_address = "02:00:00:12:34:56"
    multiqueue  = true

    interfaces = {
      office = {
        network_attachment = "office"
        mac_address        = "02:00:00:12:34:57"
        acpi_index         = 101 # eno101
      }
      storage = {
        network_attachment = "infra/storage"
        binding            = "sriov"
      }
      # Plugged in, and its link is down.
      spare = {
        network_attachment = "office"
        model              = "e1000e"
        state              = "down"
      }
    }
  }
}
