# terraform apply -invoke=action.virtualserver_unpause.web
action "virtualserver_unpause" "web" {
  config {
    name      = "web"
    namespace = "shop"
  }
}
