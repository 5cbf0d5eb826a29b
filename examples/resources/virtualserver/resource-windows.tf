# Windows from its installation medium, unattended. The second drive holds the
# virtio drivers, which the answer file loads.
resource "virtualserver" "windows" {
  name = "windows"

  resources = {
    cpu    = { sockets = 1, cores = 4, threads = 1 }
    memory = "8Gi"
  }

  firmware = {
    bootloader  = "efi"
    secure_boot = true
    smm         = true # secure_boot needs it
    persistent  = true
  }
  tpm = { persistent = true }

  features = {
    hyperv = {
      relaxed         = true
      vapic           = true
      vpindex         = true
      synic           = true
      runtime         = true
      reset           = true
      frequencies     = true
      reenlightenment = true
      tlbflush        = {}
      ipi             = true
      synictimer      = { direct = true }
      spinlocks       = { retries = 8191 }
    }
  }

  clock = {
    timezone = "Europe/Berlin"
    timers = {
      hpet   = { enabled = false }
      hyperv = {}
      pit    = { tick_policy = "delay" }
      rtc    = { tick_policy = "catchup" }
    }
  }

  devices = {
    inputs = { tablet = { bus = "usb" } }
  }

  storage = {
    root = {
      boot_order = 1
      storage    = { size = "64Gi" }
      source     = { blank = {} }
    }
    additional_disks = {
      install = {
        boot_order              = 2
        cdrom                   = true
        persistent_volume_claim = { claim_name = "windows-2022-iso" }
      }
      drivers = {
        cdrom          = true
        container_disk = { image = "quay.io/kubevirt/virtio-container-disk:v1.8.2" }
      }
    }
  }

  # autounattend.xml
  sysprep = { config_map = "windows-answers" }
}
