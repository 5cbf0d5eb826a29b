data "virtualserver_storage_classes" "all" {}

# The classes whose disks can grow and move between nodes with a running server.
locals {
  shared = [
    for c in data.virtualserver_storage_classes.all.classes : c.name
    if c.allow_volume_expansion && anytrue([for set in try(coalesce(c.profile.claim_property_sets, []), []) : contains(set.access_modes, "ReadWriteMany")])
  ]
}

resource "virtualserver_disk" "data" {
  name = "data"
  storage = {
    size               = "20Gi"
    storage_class_name = local.shared[0]
    access_modes       = ["ReadWriteMany"]
  }

  lifecycle {
    precondition {
      condition     = length(local.shared) > 0
      error_message = "No storage class can expand and has ReadWriteMany."
    }
  }
}
