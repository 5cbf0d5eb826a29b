# A class is an instance type: CPU model, size and nodes. Every size is one of
# its own, and the server has no resources beside it.
resource "virtualserver_instance_type" "generic" {
  name = "generic"

  cpu    = { guest = 1, model = "Nehalem" }
  memory = { guest = "2Gi" }
  node_selector = {
    "kubernetes.io/arch" = "amd64"
  }
}

resource "virtualserver" "of_class" {
  name = "linux-vm-generic"

  instance_type = {
    name = virtualserver_instance_type.generic.name
    kind = "VirtualMachineInstancetype" # with cluster_wide it needs no kind
  }

  storage = {
    root = {
      storage = { size = "10Gi" }
      source  = { http = { url = local.ubuntu } }
    }
  }
}
