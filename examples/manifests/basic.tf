# The basic example, every field of it.
resource "virtualserver" "vs_example" {
  name = "vs-example"

  resources = {
    cpu    = { cores = "1" }
    memory = "8Gi"
  }

  storage = {
    root = {
      ephemeral = false
      pvc = {
        size               = "4Gi"
        volume_mode        = "Filesystem"
        access_modes       = ["ReadWriteOnce"]
        storage_class_name = "cephfs-hdd"
      }
      source = { http = { url = local.ubuntu } }
    }
    additional_disks = {
      disk-name = {
        persistent_volume_claim = { claim_name = "pvc-as-disk" }
      }
    }
    filesystems = {
      my-filesys = {
        persistent_volume_claim = { claim_name = "pvc-as-fs" }
      }
    }
  }

  network = {
    tcp         = [80, 5901]
    udp         = []
    mac_address = ""
    dns_config  = {}
    dns_policy  = "ClusterFirst"
  }

  cloud_init = <<-EOT
    #cloud-config
    bootcmd:
    - test "$(lsblk /dev/vdb)" && mkfs.ext4 /dev/vdb
    - mkdir -p /mnt/vdb
    - mkdir -p /mnt/file-sys
    - mount -t virtiofs my-filesys /mnt/file-sys
    mounts:
    - [ "/dev/vdb", "/mnt/vdb", "ext4", "defaults,nofail", "0", "2" ]
  EOT
}
