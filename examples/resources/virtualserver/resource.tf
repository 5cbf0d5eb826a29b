# A server with a root disk that is imported from the web, two ports and
# cloud-init.
resource "virtualserver" "web" {
  name = "web"

  labels = {
    app = "web"
  }

  resources = {
    cpu    = { count = 2 }
    memory = "4Gi"
  }

  storage = {
    root = {
      pvc = {
        size         = "20Gi"
        access_modes = ["ReadWriteOnce"]
      }
      source = {
        http = {
          url = "https://cloud-images.ubuntu.com/noble/current/noble-server-cloudimg-amd64.img"
        }
      }
    }
  }

  network = {
    tcp = [22, 80]
  }

  cloud_init = <<-EOT
    #cloud-config
    ssh_authorized_keys:
    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJm0example web
    packages: [nginx]
  EOT

  # The output below would be empty otherwise.
  wait = {
    until = "addresses"
  }
}

output "web" {
  value = virtualserver.web.status.addresses
}
