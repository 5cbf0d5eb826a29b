data "virtualserver_image" "ubuntu" {
  name      = "ubuntu-2404"
  namespace = "images"
}

output "ready" {
  value = data.virtualserver_image.ubuntu.ready
}
