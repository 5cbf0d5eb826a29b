# A disk that somebody else manages.
data "virtualserver_disk" "golden" {
  name = "golden"
}

# Three as large.
resource "virtualserver_disk" "system" {
  count = 3

  name    = "system-${count.index}"
  storage = {}
  source = {
    pvc = {
      name      = data.virtualserver_disk.golden.name
      namespace = data.virtualserver_disk.golden.namespace
    }
  }
}

# Fails no apply, but warns at each plan while the disk is not usable.
check "golden" {
  assert {
    condition     = data.virtualserver_disk.golden.status.ready
    error_message = "The disk golden is ${data.virtualserver_disk.golden.status.phase}."
  }
}
