# An attachment is imported by <namespace>/<server>/<name>.
terraform import virtualserver_filesystem_attachment.config default/web/config
