# Fields without an attribute: a fragment of the VirtualMachine. Lists of named
# things merge by name, so that this says more about the root disk.
resource "virtualserver" "patched" {
  name = "patched"

  resources = {
    memory = "2Gi"
  }

  storage = {
    root = {
      storage = { size = "20Gi" }
      source = {
        registry = { url = "docker://quay.io/containerdisks/ubuntu:24.04" }
      }
    }
  }

  raw_patch = yamlencode({
    spec = {
      template = {
        spec = {
          domain = {
            devices = {
              disks = [{ name = "root", disk = { pciAddress = "0000:81:01.0" } }]
            }
          }
        }
      }
    }
  })
}
