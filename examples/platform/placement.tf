# Only on the nodes of the group "system", whose taint it tolerates.
resource "virtualserver" "system" {
  name = "linux-vm-system"

  resources = {
    cpu    = { cores = 1 }
    memory = "1Gi"
  }

  scheduling = {
    tolerations = [
      {
        key      = "node-role.kubernetes.io/system"
        operator = "Exists"
        effect   = "NoSchedule"
      },
    ]
    node_selector = {
      "node-role.kubernetes.io/system" = ""
    }
  }

  storage = {
    root = {
      storage = { size = "10Gi" }
      source  = { http = { url = local.ubuntu } }
    }
  }

  # An apply does not wait for a node of the group.
  wait = {
    until = "created"
  }
}
