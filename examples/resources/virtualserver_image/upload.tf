# A local file, uploaded through CDI's upload proxy. Another content replaces the image.
resource "virtualserver_image" "built" {
  name = "built"
  source = {
    upload = {
      path  = "${path.module}/built.qcow2"
      proxy = { ca_certificate = file("${path.module}/uploadproxy-ca.pem") }
    }
  }
  storage = { size = "10Gi" }
}
