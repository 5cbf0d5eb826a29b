# The disks of a tier, wherever they are.
data "virtualserver_disks" "archive" {
  all_namespaces = true
  labels         = { tier = "archive" }
}

# Those that hold nothing yet, and why.
output "unfinished" {
  value = { for d in data.virtualserver_disks.archive.disks : d.id => d.message if !d.ready }
}
