# terraform apply -invoke=action.virtualserver_migrate.web
action "virtualserver_migrate" "web" {
  config {
    name      = "web"
    namespace = "shop"

    # Any node that fits without this.
    node_selector = {
      "kubernetes.io/hostname" = "node-2"
    }
  }
}
