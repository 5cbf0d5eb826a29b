import {
  to = virtualserver_image.ubuntu
  id = "default/ubuntu-2404"
}
