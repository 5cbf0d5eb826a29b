package main

import (
	"fmt"
	"strings"
)

const address = "registry.terraform.io/virtualserver/virtualserver"

// fleet is what is measured. `terraform_data` takes the same attributes as its input,
// so that both plans carry as much.
type fleet struct {
	what     string // in reports, of many
	resource string // its type
	payload  string // attributes of one, in the namespace %q
}

var fleets = map[string]fleet{
	"servers": {what: "servers", resource: "virtualserver", payload: serverPayload},
	"disks":   {what: "disks", resource: "virtualserver_disk", payload: diskPayload},
}

const diskPayload = `
    name        = each.key
    namespace   = %q
    labels      = { app = "bench", tier = "web" }
    annotations = { "example.com/owner" = "team-a" }
    storage = {
      size               = "20Gi"
      storage_class_name = "wffc" # they wait for a server, as halted servers do for their start
      access_modes       = ["ReadWriteOnce"]
      volume_mode        = "Filesystem"
    }
    source = {
      http = {
        url             = "https://images.example.com/fedora.qcow2"
        cert_config_map = "authorities"
        checksum        = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
      }
    }
    content_type = "kubevirt"
`

const serverPayload = `
    name         = each.key
    namespace    = %q
    run_strategy = "Halted"
    labels       = { app = "bench", tier = "web" }
    annotations  = { owner = "team-a" }
    resources = {
      cpu    = { sockets = 1, cores = 2, threads = 1 }
      memory = "2Gi"
    }
    storage = {
      root = {
        bus    = "virtio"
        source = { container_disk = { image = "quay.io/containerdisks/fedora:42" } }
      }
      additional_disks = {
        data = { empty_disk = { capacity = "2Gi" }, serial = "DATA" }
      }
    }
    network = {
      tcp        = [22, 80, 443]
      dns_policy = "None"
      dns_config = { nameservers = ["192.0.2.1"] }
    }
`

const cloudInit = `    cloud_init = "#cloud-config\nhostname: ${each.key}\n"
`

// config is a configuration of n of the fleet on the cluster at host.
func (f fleet) config(n int, namespace, host string, withCloudInit bool) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    virtualserver = { source = %q }
  }
}
provider "virtualserver" {
  host = %q
}
resource %q "bench" {
  for_each = toset([for i in range(%d) : format("vs-%%04d", i)])
%s}
`, address, host, f.resource, n, f.attributes(namespace, withCloudInit))
}

// dataConfig is a configuration of n terraform_data of the same payload.
func (f fleet) dataConfig(n int, namespace string, withCloudInit bool) string {
	return fmt.Sprintf(`resource "terraform_data" "bench" {
  for_each = toset([for i in range(%d) : format("vs-%%04d", i)])
  input = {
%s  }
}
`, n, f.attributes(namespace, withCloudInit))
}

func (f fleet) attributes(namespace string, withCloudInit bool) string {
	text := strings.TrimPrefix(fmt.Sprintf(f.payload, namespace), "\n")
	if withCloudInit && f.resource == "virtualserver" {
		text += cloudInit
	}
	return text
}
