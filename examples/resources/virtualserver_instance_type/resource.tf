# A size that the servers of one namespace can have.
resource "virtualserver_instance_type" "medium" {
  name      = "medium"
  namespace = "default"

  cpu    = { guest = 4 }
  memory = { guest = "8Gi" }
}

# One for training, which every namespace can use: CPUs of its own, memory in
# hugepages and two GPUs, on nodes that have them.
resource "virtualserver_instance_type" "trainer" {
  name         = "trainer"
  cluster_wide = true

  cpu = {
    guest                   = 16
    model                   = "host-passthrough"
    dedicated_cpu_placement = true
  }
  memory = {
    guest     = "64Gi"
    hugepages = { page_size = "1Gi" }
  }
  gpus = {
    gpu-0 = { device_name = "nvidia.com/GA100_A100_PCIE_40GB" }
    gpu-1 = { device_name = "nvidia.com/GA100_A100_PCIE_40GB" }
  }
  node_selector = {
    "example.com/pool" = "gpu"
  }
}
