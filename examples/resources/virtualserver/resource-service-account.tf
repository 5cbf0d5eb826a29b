# A ServiceAccount's ca.crt, namespace and token as a disk; as a filesystem it stands
# in filesystems. KubeVirt allows one ServiceAccount volume a server.
resource "virtualserver" "agent" {
  name = "agent"

  resources = {
    memory = "2Gi"
  }

  storage = {
    root = {
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:42" }
      }
    }
    additional_disks = {
      sa-disk = {
        service_account = { service_account_name = "app" }
        serial          = "SERVICEACCOUNT12"
      }
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    bootcmd:
    - mkdir -p /mnt/app-sa
    - mount /dev/$(lsblk --nodeps -no name,serial | grep SERVICEACCOUNT12 | cut -f1 -d' ') /mnt/app-sa
  EOT
}
