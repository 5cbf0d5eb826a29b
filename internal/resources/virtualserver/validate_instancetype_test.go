package virtualserver_test

import (
	"maps"
	"testing"
)

func TestValidateInstanceType(t *testing.T) {
	// The smallest server has memory and an imported root disk.
	server := func(changes values) values {
		all := values{"resources": nil, "storage.root.source": values{"claim": values{"name": "system"}}, "storage.root.storage": nil}
		maps.Copy(all, changes)
		return all
	}
	disk := func(content values) values {
		return server(values{"instance_type": values{"infer_from_volume": "data"}, "storage.additional_disks.data": content})
	}
	const nothing = "instance_type.infer_from_volume: Nothing to infer from"
	validates(t, map[string]validation{
		"name":        {change: server(values{"instance_type": values{"name": "u1.medium", "kind": ""}, "preference": values{"name": "fedora"}})},
		"no name":     {server(values{"instance_type": values{}}), []string{"instance_type: Missing name"}},
		"two names":   {server(values{"instance_type": values{"name": "a", "infer_from_volume": "root"}}), []string{"instance_type.infer_from_volume: Two names"}},
		"bad name":    {server(values{"instance_type": values{"name": "A"}}), []string{"instance_type.name: Invalid name"}},
		"kind":        {change: server(values{"instance_type": values{"name": "a", "kind": "virtualmachineinstancetype"}})},
		"other kind":  {server(values{"instance_type": values{"name": "a", "kind": "VirtualMachinePreference"}}), []string{"instance_type.kind: Invalid Attribute Value Match"}},
		"preference":  {values{"preference": values{"name": "a", "kind": "VirtualMachineInstancetype"}}, []string{"preference.kind: Invalid Attribute Value Match"}},
		"policy":      {server(values{"instance_type": values{"name": "a", "infer_from_volume_failure_policy": "Ignore"}}), []string{"instance_type.infer_from_volume_failure_policy: Policy without use"}},
		"some policy": {server(values{"instance_type": values{"infer_from_volume": "root", "infer_from_volume_failure_policy": "Fail"}}), []string{"instance_type.infer_from_volume_failure_policy: Invalid Attribute Value Match"}},

		"memory":                     {values{"instance_type": values{"name": "a"}}, []string{"resources.memory: Conflict with the instance type"}},
		"memory absent":              {change: server(values{"instance_type": values{"name": "a"}, "resources": values{"memory": ""}})},
		"memory request":             {server(values{"instance_type": values{"name": "a"}, "resources": values{"memory_request": "1Gi"}}), []string{"resources.memory_request: Conflict with the instance type"}},
		"cpus":                       {server(values{"instance_type": values{"name": "a"}, "resources": values{"cpu": values{"count": 2.0}}}), []string{"resources.cpu.count: Conflict with the instance type"}},
		"cores":                      {server(values{"instance_type": values{"name": "a"}, "resources": values{"cpu": values{"cores": 2.0, "threads": 1.0}}}), []string{"resources.cpu.cores: Conflict with the instance type", "resources.cpu.threads: Conflict with the instance type"}},
		"what it may leave":          {change: server(values{"instance_type": values{"name": "a"}, "resources": values{"cpu": values{"model": "host-model"}, "gpu": values{"type": "a/b"}}})},
		"memory beside a preference": {change: values{"preference": values{"name": "a"}}},
		"memory that stands by":      {change: server(values{"instance_type": values{"infer_from_volume": "root", "infer_from_volume_failure_policy": "Ignore"}, "resources": values{"memory": "1Gi"}})},

		"root":             {change: server(values{"instance_type": values{"infer_from_volume": "root"}})},
		"root by its name": {change: server(values{"instance_type": values{"infer_from_volume": "system"}, "storage.root.name": "system"})},
		"cloned root":      {change: server(values{"instance_type": values{"infer_from_volume": "root"}, "storage.root.source": values{"pvc": values{"name": "golden"}}, "storage.root.storage": values{}})},
		"imported root": {server(values{"instance_type": values{"infer_from_volume": "root"}, "storage.root.source": values{"http": values{"url": "https://example.org"}}, "storage.root.storage": values{"size": "1Gi"}}),
			[]string{nothing}},
		"ephemeral root":        {server(values{"instance_type": values{"infer_from_volume": "root"}, "storage.root.ephemeral": true}), []string{nothing}},
		"imported root ignored": {change: server(values{"instance_type": values{"infer_from_volume": "root", "infer_from_volume_failure_policy": "Ignore"}, "storage.root.source": values{"container_disk": values{"image": "a"}}})},
		"disk":                  {change: disk(values{"persistent_volume_claim": values{"claim_name": "a"}})},
		"DataVolume":            {change: disk(values{"data_volume": values{"name": "a"}})},
		"empty disk":            {disk(values{"empty_disk": values{"capacity": "1Gi"}}), []string{nothing}},
		"no such disk":          {server(values{"preference": values{"infer_from_volume": "other"}, "resources": values{"memory": "1Gi"}}), []string{"preference.infer_from_volume: No such disk"}},
		"kind of a disk":        {server(values{"instance_type": values{"infer_from_volume": "root", "kind": "VirtualMachineInstancetype"}}), []string{"instance_type.kind: Kind without name"}},
	})
}
