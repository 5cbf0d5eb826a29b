# A server is imported by <namespace>/<name>.
terraform import virtualserver.web default/web
