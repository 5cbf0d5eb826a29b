import {
  to = virtualserver_instance_type.medium
  id = "default/medium"
}
