import {
  to = virtualserver_disk_attachment.data
  identity = {
    namespace = "default"
    server    = "web"
    name      = "data"
  }
}
