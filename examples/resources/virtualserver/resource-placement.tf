# Two database servers on different nodes, in different zones if possible, on
# nodes that are kept for databases.
resource "virtualserver" "db" {
  count = 2
  name  = "db-${count.index}"

  resources = {
    cpu    = { count = 2 }
    memory = "8Gi"
  }

  storage = {
    root = {
      storage = { size = "40Gi" }
      source = {
        registry = { url = "docker://quay.io/containerdisks/ubuntu:24.04" }
      }
    }
  }

  # Labels of the pods, which the rules below count.
  template_labels = {
    app = "db"
  }

  scheduling = {
    node_selector = {
      "kubernetes.io/arch" = "amd64"
    }
    tolerations = [
      { key = "dedicated", value = "databases", effect = "NoSchedule" },
    ]
    affinity = {
      node_affinity = {
        preferred_during_scheduling_ignored_during_execution = [{
          weight = 100
          preference = {
            match_expressions = [
              { key = "example.com/disk", operator = "In", values = ["nvme", "ssd"] },
            ]
          }
        }]
      }
      pod_anti_affinity = {
        required_during_scheduling_ignored_during_execution = [{
          topology_key   = "kubernetes.io/hostname"
          label_selector = { match_labels = { app = "db" } }
        }]
      }
    }
    topology_spread_constraints = [{
      max_skew           = 1
      topology_key       = "topology.kubernetes.io/zone"
      when_unsatisfiable = "ScheduleAnyway"
      label_selector     = { match_labels = { app = "db" } }
    }]
    eviction_strategy = "LiveMigrate"
  }

  # The Service leads to servers that are ready.
  readiness_probe = {
    tcp_socket            = { port = 5432 }
    initial_delay_seconds = 30
    period_seconds        = 5
  }
  liveness_probe = {
    guest_agent_ping      = {}
    initial_delay_seconds = 300
    failure_threshold     = 10
  }

  network = {
    tcp = [5432]
  }

  cloud_init = <<-EOT
    #cloud-config
    packages: [postgresql, qemu-guest-agent]
    runcmd:
    - systemctl enable --now qemu-guest-agent
  EOT
}
