# terraform apply -invoke=action.virtualserver_stop.web
action "virtualserver_stop" "web" {
  config {
    name                 = "web"
    namespace            = "shop"
    grace_period_seconds = 120
    timeout              = "5m"
  }
}
