import {
  to = virtualserver_disk.data
  id = "default/data"
}
