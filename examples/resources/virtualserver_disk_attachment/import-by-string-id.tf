import {
  to = virtualserver_disk_attachment.data
  id = "default/web/data"
}
