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
    command = "curl -sSf -H \"Authorization: Bearer $TOKEN\" -X POST -T image.qcow2 \"$URL\""
    environment = {
      TOKEN = ephemeral.virtualserver_upload_token.theirs.token
      URL   = ephemeral.virtualserver_upload_token.theirs.url
    }
  }
}
