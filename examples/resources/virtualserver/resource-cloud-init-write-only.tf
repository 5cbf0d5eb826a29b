variable "user_data" {
  type      = string
  sensitive = true
  ephemeral = true
}

# User data that is in neither plan nor state. A new version writes it again.
resource "virtualserver" "secretive" {
  name = "secretive"

  resources = {
    memory = "2Gi"
  }

  storage = {
    root = {
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:42" }
      }
    }
  }

  cloud_init_wo         = var.user_data
  cloud_init_wo_version = 1
}
