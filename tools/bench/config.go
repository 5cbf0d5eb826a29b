package main

import (
	"fmt"
	"strings"
)

const address = "registry.terraform.io/virtualserver/virtualserver"

// payload is one server's attributes. `terraform_data` takes the same as its
// input, so that both plans carry as much.
const payload = `
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

// serversConfig is a configuration of n servers on the cluster at host.
func serversConfig(n int, namespace, host string, withCloudInit bool) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    virtualserver = { source = %q }
  }
}
provider "virtualserver" {
  host = %q
}
resource "virtualserver" "bench" {
  for_each = toset([for i in range(%d) : format("vs-%%04d", i)])
%s}
`, address, host, n, attributes(namespace, withCloudInit))
}

// dataConfig is a configuration of n terraform_data of the same payload.
func dataConfig(n int, namespace string, withCloudInit bool) string {
	return fmt.Sprintf(`resource "terraform_data" "bench" {
  for_each = toset([for i in range(%d) : format("vs-%%04d", i)])
  input = {
%s  }
}
`, n, attributes(namespace, withCloudInit))
}

func attributes(namespace string, withCloudInit bool) string {
	text := strings.TrimPrefix(fmt.Sprintf(payload, namespace), "\n")
	if withCloudInit {
		text += cloudInit
	}
	return text
}
