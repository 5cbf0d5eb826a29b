# Restarts the server whenever its certificate has changed.
action "virtualserver_restart" "web" {
  config {
    name      = "web"
    namespace = "shop"
  }
}

resource "terraform_data" "certificate" {
  input = filesha256("web.crt")

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.virtualserver_restart.web]
    }
  }
}
