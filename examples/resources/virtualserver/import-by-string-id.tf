import {
  to = virtualserver.web
  id = "default/web"
}
