import {
  to = virtualserver_filesystem_attachment.config
  identity = {
    namespace = "default"
    server    = "web"
    name      = "config"
  }
}
