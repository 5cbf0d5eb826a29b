# An empty disk.
resource "virtualserver_disk" "data" {
  name    = "data"
  storage = { size = "20Gi" }
}

# A disk with an image of a web server. It outlives its destroy, and no plan replaces it.
resource "virtualserver_disk" "system" {
  name    = "system"
  storage = { size = "10Gi" }
  source = {
    http = {
      url = "https://cloud-images.ubuntu.com/minimal/releases/jammy/release/ubuntu-22.04-minimal-cloudimg-amd64.img"
    }
  }
  on_destroy          = "retain"
  deletion_protection = true
}

# A container disk from a registry, on storage that waits for the first server, made at
# once.
resource "virtualserver_disk" "fedora" {
  name = "fedora"
  storage = {
    size         = "10Gi"
    access_modes = ["ReadWriteOnce"]
  }
  source           = { registry = { url = "docker://quay.io/containerdisks/fedora:42" } }
  bind_immediately = true
}

# A clone, as large as its source.
resource "virtualserver_disk" "clone" {
  name    = "clone"
  storage = {}
  source  = { pvc = { name = virtualserver_disk.fedora.name } }
}

# A claim written out, and the labels to find it by.
resource "virtualserver_disk" "scratch" {
  name   = "scratch"
  labels = { tier = "scratch" }
  pvc = {
    size         = "5Gi"
    access_modes = ["ReadWriteOnce"]
    volume_mode  = "Filesystem"
  }
}

# A disk that somebody uploads into:
#   virtctl image-upload dv upload --no-create --image-path disk.qcow2
resource "virtualserver_disk" "upload" {
  name    = "upload"
  storage = { size = "5Gi" }
  source  = { upload = {} }
}

# A server boots from one disk and uses another.
resource "virtualserver" "web" {
  name      = "web"
  resources = { memory = "1Gi" }
  storage = {
    root = {
      source = {
        claim = {
          name = virtualserver_disk.fedora.name
          kind = "DataVolume"
        }
      }
    }
    additional_disks = {
      data = {
        data_volume = { name = virtualserver_disk.data.name }
      }
    }
  }
}
