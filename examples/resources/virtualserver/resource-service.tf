# A Service with an address outside the cluster and names for its ports.
resource "virtualserver" "shop" {
  name = "shop"

  resources = {
    cpu    = { count = 2 }
    memory = "4Gi"
  }

  storage = {
    root = {
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:42" }
      }
    }
  }

  network = {
    service = {
      type = "LoadBalancer"
      annotations = {
        "metallb.io/address-pool" = "public"
      }
      ports = {
        http  = { port = 80, target_port = 8080, app_protocol = "http" }
        https = { port = 443, target_port = 8443 }
        quic  = { port = 443, target_port = 8443, protocol = "UDP" }
      }
      external_traffic_policy     = "Local" # keeps the clients' addresses
      load_balancer_source_ranges = ["192.0.2.0/24", "198.51.100.0/24"]
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    packages: [caddy]
  EOT
}

# The load balancer's addresses. An apply does not wait for them.
output "shop" {
  value = virtualserver.shop.status.load_balancer_ingress
}
