# An image from the web, and a disk of it.
resource "virtualserver_image" "ubuntu" {
  name = "ubuntu-2404"
  source = {
    http = { url = "https://cloud-images.ubuntu.com/releases/24.04/release/ubuntu-24.04-server-cloudimg-amd64.img" }
  }
  storage = { size = "10Gi" }

  # Servers with infer_from_volume = "root" take these.
  default_instance_type = { name = "u1.medium" }
  default_preference    = { name = "ubuntu" }
}

resource "virtualserver_disk" "web" {
  name    = "web"
  source  = { image = { name = virtualserver_image.ubuntu.data_source } }
  storage = { size = "20Gi" }
}

# CDI looks every night for a newer image, and keeps the last two.
resource "virtualserver_image" "fedora" {
  name = "fedora"
  source = {
    registry = { url = "docker://quay.io/containerdisks/fedora:latest" }
  }
  storage = { size = "10Gi" }
  schedule = {
    cron            = "0 3 * * *"
    imports_to_keep = 2
  }
}

# An image that other namespaces may clone.
resource "virtualserver_image" "shared" {
  name = "shared"
  source = {
    http = { url = "https://images.example.com/company.qcow2" }
  }
  storage = { size = "10Gi" }
  shared_with = {
    namespaces = ["team-a", "team-b"]
    groups     = ["platform-users"]
  }
}

# An installer that servers have in a drive.
resource "virtualserver_image" "installer" {
  name  = "installer"
  cdrom = true
  source = {
    http = { url = "https://images.example.com/installer.iso" }
  }
  storage = {
    size         = "4Gi"
    access_modes = ["ReadWriteMany"]
  }
}

# An image that somebody else uploads: see virtualserver_upload_token.
resource "virtualserver_image" "theirs" {
  name    = "theirs"
  source  = { upload = {} }
  storage = { size = "10Gi" }
}
