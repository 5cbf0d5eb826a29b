# terraform apply -invoke=action.virtualserver_soft_reboot.web
action "virtualserver_soft_reboot" "web" {
  config {
    name      = "web"
    namespace = "shop"
  }
}
