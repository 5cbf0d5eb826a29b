# runPolicy: AlwaysOff.
resource "virtualserver" "off" {
  name         = "linux-vm-off"
  run_strategy = "Halted"

  resources = {
    cpu    = { cores = 1 }
    memory = "1Gi"
  }

  storage = {
    root = {
      storage = { size = "10Gi" }
      source  = { http = { url = local.ubuntu } }
    }
  }
}
