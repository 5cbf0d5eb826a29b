data "virtualserver_images" "linux" {
  namespace = "images"
  labels    = { os = "linux" }
}

output "names" {
  value = [for image in data.virtualserver_images.linux.images : image.name if image.ready]
}
