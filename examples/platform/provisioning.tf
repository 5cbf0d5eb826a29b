# UserData: inline, the user apart from the document.
resource "virtualserver" "user_data" {
  name = "linux-vm-user-data"

  resources = {
    cpu    = { cores = 1 }
    memory = "2Gi"
  }

  storage = {
    root = {
      storage = { size = "10Gi" }
      source  = { http = { url = local.ubuntu } }
    }
  }

  cloud_init = <<-EOT
    #cloud-config
    package_update: true
    packages:
    - nginx
    runcmd:
    - systemctl daemon-reload
    - systemctl enable --now nginx
  EOT

  users = {
    cloud = {
      password = "$6$rounds=4096$vln/.aPHBOI7BMYR$bBMkqQvuGs5Gyd/1H5DP4m9HjQSy.kgrxpaGEHwkX7KEFV8BS.HZWPitAtZ2Vd8ZqIZRqmlykRCagTgPejt1i."
      shell    = "/bin/bash"
      sudo     = "ALL=(ALL) NOPASSWD:ALL"
    }
  }
}

# UserDataRef: a Secret that exists, see prerequisites.yaml.
resource "virtualserver" "user_data_ref" {
  name = "linux-vm-user-data-ref"

  resources = {
    cpu    = { cores = 1 }
    memory = "2Gi"
  }

  storage = {
    root = {
      storage = { size = "10Gi" }
      source  = { http = { url = local.ubuntu } }
    }
  }

  cloud_init_secret = { name = "linux-vm-cloud-init" }
}
