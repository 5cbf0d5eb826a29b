# The disks of a tier, wherever they are.
data "virtualserver_disks" "scratch" {
  all_namespaces = true
  labels         = { tier = "scratch" }
}

# Those that hold nothing yet, and why.
output "unfinished" {
  value = { for d in data.virtualserver_disks.scratch.disks : d.id => d.message if !d.ready }
}
