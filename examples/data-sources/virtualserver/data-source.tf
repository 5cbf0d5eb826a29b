# A server that somebody else manages, or another configuration.
data "virtualserver" "db" {
  name = "db"
}

output "db_addresses" {
  value = data.virtualserver.db.status.addresses
}

# Why it does not run; null when all is well.
output "db_problem" {
  value = data.virtualserver.db.problem
}

# Fails no apply, but warns at each plan while something is wrong.
check "db_runs" {
  assert {
    condition     = data.virtualserver.db.power_state == "running"
    error_message = "The server db is ${data.virtualserver.db.power_state}: ${try(data.virtualserver.db.problem.cause, "it is not to run")}"
  }
}

# A server that this configuration makes is read after it was made.
resource "virtualserver" "web" {
  name      = "web"
  resources = { memory = "1Gi" }
  storage = {
    root = {
      source = {
        container_disk = { image = "quay.io/containerdisks/fedora:42" }
      }
    }
  }
  wait = { until = "agent" }
}

data "virtualserver" "web" {
  name       = virtualserver.web.name
  depends_on = [virtualserver.web]
}

# Full file systems, as the guest agent tells.
output "web_full" {
  value = [
    for f in try(coalesce(data.virtualserver.web.guest.filesystems, []), []) :
    f.mount_point if f.used_bytes > 0.9 * f.total_bytes
  ]
}
