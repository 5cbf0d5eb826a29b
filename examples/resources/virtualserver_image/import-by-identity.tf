import {
  to = virtualserver_image.ubuntu
  identity = {
    namespace = "default"
    name      = "ubuntu-2404"
  }
}
