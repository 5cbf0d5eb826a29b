# Accounts with keys and a password, and the guest's network. They join the
# #cloud-config document.
resource "virtualserver" "bastion" {
  name = "bastion"

  resources = {
    memory = "2Gi"
  }

  storage = {
    root = {
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:42" }
      }
    }
  }

  users = {
    alice = {
      ssh_authorized_keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH+obXsn7US9P8wwm5xWOmM5GoX1l9+ZnehGr66oaPJS alice@example.com"]
      groups              = ["wheel"]
      sudo                = "ALL=(ALL) NOPASSWD:ALL"
      shell               = "/bin/bash"
    }
    # For the console: the hash of a password, as mkpasswd -m sha-512 prints it.
    rescue = {
      password = "$6$rounds=4096$vln/.aPHBOI7BMYR$bBMkqQvuGs5Gyd/1H5DP4m9HjQSy.kgrxpaGEHwkX7KEFV8BS.HZWPitAtZ2Vd8ZqIZRqmlykRCagTgPejt1i."
      groups   = ["wheel"]
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    ssh_pwauth: false
    packages: [fail2ban]
  EOT

  network_data = <<-EOT
    version: 2
    ethernets:
      pod:
        match: { driver: virtio_net }
        dhcp4: true
        nameservers: { search: [example.com] }
  EOT
}
