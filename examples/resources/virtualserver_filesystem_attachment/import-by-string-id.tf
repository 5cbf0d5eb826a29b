import {
  to = virtualserver_filesystem_attachment.config
  id = "default/web/config"
}
