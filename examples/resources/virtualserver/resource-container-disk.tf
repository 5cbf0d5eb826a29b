# A server that boots from a container disk: nothing is imported, and what the
# guest writes is gone when it stops.
resource "virtualserver" "scratch" {
  name = "scratch"

  resources = {
    memory = "1Gi"
  }

  storage = {
    root = {
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:42" }
      }
    }
    additional_disks = {
      # Gone as well when the server stops.
      swap = {
        empty_disk = { capacity = "2Gi" }
      }
    }
  }
}
