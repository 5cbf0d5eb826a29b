# An instance type is imported by <namespace>/<name>, a cluster-wide one by <name>.
terraform import virtualserver_instance_type.medium default/medium
terraform import virtualserver_instance_type.trainer trainer
