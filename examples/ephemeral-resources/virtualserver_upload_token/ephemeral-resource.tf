resource "virtualserver_image" "theirs" {
  name    = "theirs"
  source  = { upload = {} }
  storage = { size = "10Gi" }
}

ephemeral "virtualserver_upload_token" "theirs" {
  name      = virtualserver_image.theirs.name
  namespace = virtualserver_image.theirs.namespace
  uid       = virtualserver_image.theirs.uid
}

resource "terraform_data" "upload" {
  triggers_replace = virtualserver_image.theirs.uid
  provisioner "local-exec" {
    # The certificate of CDI's proxy is one of CDI's own: see the guide Images.
    command = "curl -sSf --cacert uploadproxy-ca.pem -H \"Authorization: Bearer $TOKEN\" -X POST -T image.qcow2 \"$URL\""
    environment = {
      TOKEN = ephemeral.virtualserver_upload_token.theirs.token
      URL   = ephemeral.virtualserver_upload_token.theirs.url
    }
  }
}

# Waits for the upload.
resource "virtualserver_disk" "web" {
  name       = "web"
  source     = { image = { name = virtualserver_image.theirs.data_source } }
  storage    = { size = "20Gi" }
  depends_on = [terraform_data.upload]
}
