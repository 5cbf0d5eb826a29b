# A claim that exists already as root disk. It is not deleted with the server.
resource "virtualserver" "restored" {
  name         = "restored"
  run_strategy = "RerunOnFailure"

  # Refuses every plan that destroys or replaces the server.
  deletion_protection = true

  resources = {
    cpu    = { count = 4 }
    memory = "8Gi"
  }

  storage = {
    root = {
      source = {
        claim = { name = "restored-root" }
      }
    }
  }

  # Do not wait until the guest is ready; a plan shows its status later.
  # for is a word of the language itself, hence the quotes.
  wait = {
    until = "created"
  }
}
