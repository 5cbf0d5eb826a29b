# What Windows guests want, for servers of every namespace.
resource "virtualserver_preference" "windows" {
  name         = "windows"
  cluster_wide = true

  clock = {
    preferred_clock_offset = { utc = {} }
    preferred_timer = {
      hpet   = { present = false }
      hyperv = {}
      pit    = { tick_policy = "delay" }
      rtc    = { tick_policy = "catchup" }
    }
  }
  devices = {
    preferred_disk_bus        = "sata"
    preferred_interface_model = "e1000e"
    preferred_input_bus       = "usb"
    preferred_input_type      = "tablet"
    preferred_tpm             = { persistent = true }
  }
  features = {
    preferred_acpi = true
    preferred_apic = {}
    preferred_smm  = true
    preferred_hyperv = {
      relaxed   = true
      vapic     = true
      vpindex   = true
      synic     = true
      spinlocks = { spinlocks = 8191 }
    }
  }
  firmware = {
    preferred_efi = { secure_boot = true, persistent = true }
  }
  requirements = {
    cpu    = { guest = 2 }
    memory = { guest = "4Gi" }
  }
}

# CPUs as two threads of each core, in one namespace.
resource "virtualserver_preference" "threads" {
  name      = "threads"
  namespace = "default"

  cpu = {
    preferred_cpu_topology = "spread"
    spread_options         = { across = "CoresThreads" }
  }
}
