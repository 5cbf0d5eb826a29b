import {
  to = virtualserver_preference.threads
  id = "default/threads"
}
