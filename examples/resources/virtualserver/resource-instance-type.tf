# A size and what the guest's system prefers, in place of resources.
resource "virtualserver_instance_type" "worker" {
  name = "worker"

  cpu    = { guest = 4 }
  memory = { guest = "8Gi" }
}

resource "virtualserver_preference" "fedora" {
  name = "fedora"

  cpu      = { preferred_cpu_topology = "cores" }
  devices  = { preferred_rng = {}, preferred_network_interface_multi_queue = true }
  firmware = { preferred_efi = { secure_boot = false } }
}

resource "virtualserver" "worker" {
  name = "worker"

  instance_type = {
    name = virtualserver_instance_type.worker.name
    kind = "VirtualMachineInstancetype" # of the namespace, not of the cluster
  }
  preference = {
    name = virtualserver_preference.fedora.name
    kind = "VirtualMachinePreference"
  }

  storage = {
    root = {
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:42" }
      }
    }
  }
}
