# enableParavirtualization: false. Disks are on sata, interfaces are e1000.
resource "virtualserver" "legacy" {
  name = "legacy-vm"

  resources = {
    cpu    = { cores = 1 }
    memory = "1Gi"
  }

  devices = {
    legacy = true
  }

  storage = {
    root = {
      storage = { size = "10Gi" }
      source  = { http = { url = local.ubuntu } }
    }
  }
}

# osType: Windows, bootloader: EFIWithSecureBoot.
resource "virtualserver" "windows" {
  name = "windows-vm"

  resources = {
    cpu    = { cores = 2 }
    memory = "4Gi"
  }

  firmware = {
    bootloader  = "efi"
    secure_boot = true
    smm         = true
  }
  tpm = {}

  features = {
    hyperv = {
      relaxed    = true
      vapic      = true
      vpindex    = true
      runtime    = true
      synic      = true
      synictimer = { direct = true }
      spinlocks  = { retries = 8191 }
    }
  }
  clock = {
    timers = {
      hpet   = { enabled = false }
      hyperv = {}
      pit    = { tick_policy = "delay" }
      rtc    = { tick_policy = "catchup" }
    }
  }
  devices = {
    inputs = { tablet = {} }
  }

  storage = {
    root = {
      source = { claim = { name = "windows-root" } }
    }
  }
}
