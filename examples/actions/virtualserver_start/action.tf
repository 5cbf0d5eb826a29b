# terraform apply -invoke=action.virtualserver_start.web
action "virtualserver_start" "web" {
  config {
    name      = "web"
    namespace = "shop"
  }
}
