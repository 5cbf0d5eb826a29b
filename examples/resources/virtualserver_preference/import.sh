# A preference is imported by <namespace>/<name>, a cluster-wide one by <name>.
terraform import virtualserver_preference.threads default/threads
terraform import virtualserver_preference.windows windows
