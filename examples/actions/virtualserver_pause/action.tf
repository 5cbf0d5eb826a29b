# terraform apply -invoke=action.virtualserver_pause.web
action "virtualserver_pause" "web" {
  config {
    name      = "web"
    namespace = "shop"
  }
}
