import {
  to = virtualserver.web
  identity = {
    namespace = "default"
    name      = "web"
  }
}
