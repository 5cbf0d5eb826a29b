# A disk that lives longer than the server, and is plugged in while it runs.
resource "virtualserver_disk" "data" {
  name      = "data"
  namespace = "default"
  storage   = { size = "10Gi" }
}

resource "virtualserver" "web" {
  name      = "web"
  namespace = "default"
  resources = { memory = "2Gi" }
  storage = { root = {
    source = { container_disk = { image = "quay.io/containerdisks/fedora:42" } }
  } }
}

resource "virtualserver_disk_attachment" "data" {
  namespace   = virtualserver.web.namespace
  server      = virtualserver.web.name
  server_uid  = virtualserver.web.uid # attached again when the server is replaced
  name        = "data"
  data_volume = { name = virtualserver_disk.data.name }
  serial      = "DATA01" # /dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_DATA01

  lifecycle {
    # attached again when the disk is replaced
    replace_triggered_by = [virtualserver_disk.data.uid]
  }
}
