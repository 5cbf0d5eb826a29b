# A stopped Fedora machine on a container disk. Of the manifest's fields these
# have no attribute: machine type, hostname, rng, multiqueue, the labels and
# annotations of the template, and the grace period. A machine that has them
# keeps them when it is imported.
resource "virtualserver" "fedora" {
  name         = "vm-example"
  run_strategy = "Halted"

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
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:35" }
      }
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    password: fedora
    chpasswd: { expire: False }
  EOT
}
