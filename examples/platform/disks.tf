# blockDeviceRefs: their order is boot_order. First the installation medium,
# then the empty disk that it installs to.
resource "virtualserver" "installed" {
  name = "linux-vm-installed"

  resources = {
    cpu    = { cores = 2 }
    memory = "2Gi"
  }

  storage = {
    root = {
      boot_order = 2
      storage    = { size = "10Gi" }
      source     = { blank = {} }
    }
    additional_disks = {
      # VirtualImage of the type ContainerImage, an ISO.
      installer = {
        boot_order     = 1
        cdrom          = true
        container_disk = { image = "registry.example.com/iso/ubuntu-22.04-live-server:20230810" }
      }
      # VirtualMachineBlockDeviceAttachment: comes and goes while the server runs.
      vd-blank = {
        persistent_volume_claim = { claim_name = "vd-blank" }
        hotpluggable            = true
      }
    }
  }
}
