import {
  to = virtualserver_preference.threads
  identity = {
    namespace = "default"
    name      = "threads"
  }
}

# A cluster-wide one has no namespace.
import {
  to = virtualserver_preference.windows
  identity = {
    name = "windows"
  }
}
