# GPUs, and a CPU model whose instructions the guest needs.
resource "virtualserver" "training" {
  name = "training"

  resources = {
    gpu = {
      type  = "nvidia.com/GA100_A100_PCIE_40GB"
      count = 2
    }
    cpu = {
      model = "Conroe"
      cores = 1
    }
    memory = "10Gi"
  }

  storage = {
    root = {
      # The cluster's storage profile chooses access modes and volume mode.
      storage = { size = "40Gi" }
      source = {
        registry = { url = "docker://quay.io/containerdisks/ubuntu:24.04" }
      }
    }
  }
}
