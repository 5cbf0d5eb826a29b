# An attachment is imported by <namespace>/<server>/<name>.
terraform import virtualserver_disk_attachment.data default/web/data
