import {
  to = virtualserver_instance_type.medium
  identity = {
    namespace = "default"
    name      = "medium"
  }
}

# A cluster-wide one has no namespace.
import {
  to = virtualserver_instance_type.trainer
  identity = {
    name = "trainer"
  }
}
