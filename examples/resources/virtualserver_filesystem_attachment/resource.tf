resource "virtualserver" "web" {
  name      = "web"
  namespace = "default"
  resources = { memory = "2Gi" }
  storage = { root = {
    source = { container_disk = { image = "quay.io/containerdisks/fedora:42" } }
  } }
}

# In the guest: mount -t virtiofs config /mnt/config
resource "virtualserver_filesystem_attachment" "config" {
  namespace  = virtualserver.web.namespace
  server     = virtualserver.web.name
  server_uid = virtualserver.web.uid
  name       = "config"
  config_map = { name = "app-config" }
  restart    = true # else the guest has it from its next start
}

resource "virtualserver_filesystem_attachment" "token" {
  namespace       = virtualserver.web.namespace
  server          = virtualserver.web.name
  server_uid      = virtualserver.web.uid
  name            = "token"
  service_account = { service_account_name = "app" }
  restart         = true # both share one restart
}
