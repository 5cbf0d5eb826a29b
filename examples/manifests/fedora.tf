# The Fedora machine of the manifest, every field of it.
resource "virtualserver" "fedora" {
  name         = "vm-example"
  run_strategy = "Halted" # running: false

  labels = {
    app                                    = "vm-example"
    "os.template.kubevirt.io/fedora35"     = "true"
    "flavor.template.kubevirt.io/small"    = "true"
    "vm.kubevirt.io/template"              = "fedora-server-small"
    "workload.template.kubevirt.io/server" = "true"
  }
  annotations = {
    "name.os.template.kubevirt.io/fedora35" = "Fedora 35"
    description                             = "VM example"
  }

  template_labels = {
    "flavor.template.kubevirt.io/small"    = "true"
    "kubevirt.io/domain"                   = "vm-example"
    "kubevirt.io/size"                     = "small"
    "vm.kubevirt.io/name"                  = "vm-example"
    "os.template.kubevirt.io/fedora35"     = "true"
    "workload.template.kubevirt.io/server" = "true"
  }
  template_annotations = {
    "vm.kubevirt.io/flavor"   = "small"
    "vm.kubevirt.io/os"       = "fedora"
    "vm.kubevirt.io/workload" = "server"
  }

  # The manifest says "virt", a machine type of ARM, which KubeVirt refuses for
  # amd64. On ARM nodes: machine_type = "virt", architecture = "arm64".
  machine_type = "q35"

  resources = {
    cpu = {
      cores   = 1
      sockets = 1
      threads = 1
    }
    memory_request = "1G"
  }

  storage = {
    root = {
      name       = "containerdisk"
      boot_order = 1
      bus        = "virtio"
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:35" }
      }
    }
  }

  network = {
    binding    = "masquerade"
    model      = "virtio"
    multiqueue = true
    hostname   = "vm-example"
  }

  devices = {
    rng = {}
  }

  termination_grace_period_seconds = 0

  cloud_init = <<-EOT
    #cloud-config
    password: fedora
    chpasswd: { expire: False }
  EOT
}
