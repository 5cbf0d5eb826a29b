# The machine of the quick start: always on, a tenth of one CPU reserved, its
# root disk from an image.
resource "virtualserver" "linux" {
  name         = "linux-vm"
  run_strategy = "Always"

  labels = {
    vm = "linux"
  }

  resources = {
    cpu = {
      cores    = 1
      fraction = "10%"
    }
    memory = "1Gi"
  }

  firmware = {
    bootloader = "bios"
  }

  storage = {
    root = {
      storage = { size = "10Gi" }
      source  = { http = { url = local.ubuntu } }
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    users:
    - name: cloud
      passwd: $6$rounds=4096$vln/.aPHBOI7BMYR$bBMkqQvuGs5Gyd/1H5DP4m9HjQSy.kgrxpaGEHwkX7KEFV8BS.HZWPitAtZ2Vd8ZqIZRqmlykRCagTgPejt1i.
      shell: /bin/bash
      sudo: ALL=(ALL) NOPASSWD:ALL
      chpasswd: { expire: False }
      lock_passwd: false
      ssh_authorized_keys:
      - ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDTXjTmx3hq2EPDQHWSJN7By1VNFZ8colI5tEeZDBVYAe9Oxq4FZsKCb1aGIskDaiAHTxrbd2efoJTcPQLBSBM79dcELtqfKj9dtjy4S1W0mydvWb2oWLnvOaZX/H6pqjz8jrJAKXwXj2pWCOzXerwk9oSI4fCE7VbqsfT4bBfv27FN4/Vqa6iWiCc71oJopL9DldtuIYDVUgOZOa+t2J4hPCCSqEJK/r+ToHQbOWxbC5/OAufXDw2W1vkVeaZUur5xwwAxIb3wM3WoS3BbwNlDYg9UB2D8+EZgNz1CCCpSy1ELIn7q8RnrTp0+H8V9LoWHSgh3VCWeW8C/MnTW90IR
  EOT
}
