import {
  to = virtualserver_disk.data
  identity = {
    namespace = "default"
    name      = "data"
  }
}
