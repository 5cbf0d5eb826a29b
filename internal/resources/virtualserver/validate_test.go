package virtualserver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// small is the least that a server needs.
const small = `
name: vs
resources: {memory: 1Gi}
storage:
  root:
    storage: {size: 4Gi}
    source: {http: {url: "https://example.org/disk.img"}}
`

// TestValidateOrder: the same configuration is answered in the same order.
func TestValidateOrder(t *testing.T) {
	tf := newOffline(t, nil)
	config := with(parse(t, small), values{
		"resources.cpu":      values{"count": 2.0, "isolate_emulator_thread": true, "numa": values{}, "realtime": values{}},
		"cloud_init_secret":  values{"name": "a", "network_data_name": "b"},
		"cloud_init":         "#cloud-config",
		"network_data":       "version: 2",
		"access_credentials": []any{values{"ssh_public_key": values{"secret_name": "a", "propagation_method": values{"no_cloud": values{}, "config_drive": values{}}}}},
	})
	want := tf.validate(config)
	if len(want) < 6 {
		t.Fatal(acctest.Said(want))
	}
	for range 20 {
		for i, d := range tf.validate(config) {
			if i >= len(want) || d.Summary != want[i].Summary || !d.Attribute.Equal(want[i].Attribute) {
				t.Fatalf("error %d is %s: %s", i, acctest.PathText(d.Attribute), d.Summary)
			}
		}
	}
}

// TestValidate has one case per rule: what is wrong is said offline, at the
// attribute, once.
func TestValidate(t *testing.T) {
	tf := newOffline(t, nil)
	disk := func(content values) values { return values{"storage.additional_disks.data": content} }
	claim := values{"claim_name": "data"}
	for name, c := range map[string]struct {
		change values
		want   []string // "path: summary"; none: valid
	}{
		"smallest": {},
		"absent spellings": {change: values{
			"network": values{"tcp": []any{}, "udp": []any{}, "mac_address": "", "dns_policy": "", "dns_config": values{}, "service": values{"name": ""}},
			"wait":    values{"until": "", "on_timeout": "", "ip_family": "", "failure_grace": ""},
			"labels":  values{}, "annotations": values{}, "cloud_init": "", "cloud_init_type": "",
			"storage.additional_disks": values{}, "storage.filesystems": values{}, "storage.root.bus": "", "storage.root.serial": "",
			"storage.root.storage.volume_mode": "", "storage.root.storage.access_modes": []any{}, "resources.cpu": values{}, "resources.memory_request": "",
		}},

		"name missing":             {values{"name": nil}, []string{"name: Missing Configuration for Required Attribute"}},
		"name with a capital":      {values{"name": "Web"}, []string{"name: Invalid server name"}},
		"name too long":            {values{"name": strings.Repeat("a", 254)}, []string{"name: Invalid Attribute Value Length", "name: Invalid server name"}},
		"name long":                {change: values{"name": strings.Repeat("a", 253)}},
		"namespace":                {values{"namespace": "a.b"}, []string{"namespace: Invalid namespace"}},
		"namespace empty":          {values{"namespace": ""}, []string{"namespace: Invalid Attribute Value Length"}},
		"run strategy":             {values{"run_strategy": "always"}, []string{"run_strategy: Invalid Attribute Value Match"}},
		"wait until":               {values{"wait": values{"until": "boot"}}, []string{"wait.until: Invalid Attribute Value Match"}},
		"wait for a halted server": {values{"run_strategy": "Halted", "wait": values{"until": "addresses"}}, []string{"wait.until: Waiting for a halted server"}},
		"wait halted":              {change: values{"run_strategy": "Halted", "wait": values{"until": "imported"}}},
		"wait on timeout":          {values{"wait": values{"on_timeout": "ignore"}}, []string{"wait.on_timeout: Invalid Attribute Value Match"}},
		"wait ip family":           {values{"wait": values{"ip_family": "IPv4"}}, []string{"wait.ip_family: Invalid Attribute Value Match"}},
		"wait grace":               {values{"wait": values{"failure_grace": "1 minute"}}, []string{"wait.failure_grace: Invalid duration"}},
		"timeout":                  {values{"timeouts": values{"create": "soon"}}, []string{"timeouts.create: Invalid Attribute Value Time Duration"}},

		"label key":        {values{"labels": values{"a b": "c"}}, []string{"labels.a b: Invalid key"}},
		"label value":      {values{"labels": values{"a": "b c"}}, []string{"labels.a: Invalid label value"}},
		"label null":       {values{"labels": values{"a": nil}}, []string{"labels.a: Missing value"}},
		"label reserved":   {values{"labels": values{"kubevirt.io/a": "b"}}, []string{"labels.kubevirt.io/a: Reserved key"}},
		"label empty":      {change: values{"labels": values{"a": ""}}},
		"annotation value": {change: values{"annotations": values{"example.org/a": "Any text, of any length: {}"}}},
		"annotation key":   {values{"annotations": values{"/": "c"}}, []string{"annotations./: Invalid key"}},
		"annotation reserved": {values{"annotations": values{"attachment.virtualserver.io/data": "x"}},
			[]string{"annotations.attachment.virtualserver.io/data: Reserved key"}},

		"memory missing":             {values{"resources": nil}, []string{"resources.memory: Missing memory"}},
		"memory empty":               {values{"resources.memory": ""}, []string{"resources.memory: Missing memory"}},
		"memory request no quantity": {values{"resources.memory_request": "1 GB"}, []string{"resources.memory_request: Invalid quantity"}},
		"memory request negative":    {values{"resources.memory_request": "-1Gi"}, []string{"resources.memory_request: Invalid quantity"}},
		"memory request zero":        {values{"resources.memory_request": "0"}, []string{"resources.memory_request: Invalid quantity"}},
		"memory request":             {change: values{"resources": values{"memory_request": "1Gi"}}},
		"memory request too large": {values{"resources.memory_request": "1025Mi"},
			[]string{"resources.memory_request: Memory request too large"}},
		"memory request the same": {change: values{"resources.memory_request": "1024Mi"}},
		"cpu count and cores": {values{"resources.cpu": values{"count": 2.0, "cores": 1.0}},
			[]string{"resources.cpu.count: Two spellings of the CPU"}},
		"cpu none":     {values{"resources.cpu": values{"count": 0.0}}, []string{"resources.cpu.count: Invalid Attribute Value"}},
		"cpu too many": {values{"resources.cpu": values{"cores": 4097.0}}, []string{"resources.cpu.cores: Invalid Attribute Value"}},
		"gpu type":     {values{"resources.gpu": values{"type": "a b"}}, []string{"resources.gpu.type: Invalid GPU type"}},
		"gpu no type":  {values{"resources.gpu": values{"count": 1.0}}, []string{"resources.gpu.type: Missing Configuration for Required Attribute"}},
		"gpu count":    {values{"resources.gpu": values{"type": "a/b", "count": 65.0}}, []string{"resources.gpu.count: Invalid Attribute Value"}},

		"no storage": {values{"storage": nil}, []string{"storage: Missing Configuration for Required Attribute"}},
		"no root":    {values{"storage": values{}}, []string{"storage.root: Missing Configuration for Required Attribute"}},
		"no source":  {values{"storage.root.source": nil}, []string{"storage.root.source: Missing Configuration for Required Attribute"}},
		"two sources": {values{"storage.root.source.blank": values{}}, []string{
			"storage.root.source: More than one source"}},
		"url":               {values{"storage.root.source.http.url": "ftp://example.org/a"}, []string{"storage.root.source.http.url: Invalid URL"}},
		"url no host":       {values{"storage.root.source.http.url": "https:example.org"}, []string{"storage.root.source.http.url: Invalid URL"}},
		"url with password": {values{"storage.root.source.http.url": "https://a:b@example.org/a"}, []string{"storage.root.source.http.url: Invalid URL"}},
		"http secret":       {values{"storage.root.source.http.secret_ref": "A"}, []string{"storage.root.source.http.secret_ref: Invalid name"}},
		"registry url": {values{"storage.root.source": values{"registry": values{"url": "quay.io/a"}}},
			[]string{"storage.root.source.registry.url: Invalid URL"}},
		"registry two": {values{"storage.root.source": values{"registry": values{"url": "docker://quay.io/a", "image_stream": "b"}}},
			[]string{"storage.root.source.registry: More than one source"}},
		"registry none": {values{"storage.root.source": values{"registry": values{}}},
			[]string{"storage.root.source.registry: Missing source"}},
		"registry pull method": {values{"storage.root.source": values{"registry": values{"url": "docker://a/b", "pull_method": "x"}}},
			[]string{"storage.root.source.registry.pull_method: Invalid Attribute Value Match"}},
		"clone without size":      {change: values{"storage.root.source": values{"pvc": values{"name": "a"}}, "storage.root.storage": values{}}},
		"clone name":              {values{"storage.root.source": values{"pvc": values{"name": ""}}}, []string{"storage.root.source.pvc.name: Invalid Attribute Value Length"}},
		"claim with a claim":      {values{"storage.root.source": values{"claim": values{"name": "a"}}}, []string{"storage.root.storage: Claim without use"}},
		"claim":                   {change: values{"storage.root.source": values{"claim": values{"name": "a"}}, "storage.root.storage": nil}},
		"claim kind":              {values{"storage.root.source": values{"claim": values{"name": "a", "kind": "PVC"}}, "storage.root.storage": nil}, []string{"storage.root.source.claim.kind: Invalid Attribute Value Match"}},
		"container disk":          {change: values{"storage.root.source": values{"container_disk": values{"image": "a"}}, "storage.root.storage": nil}},
		"container disk no image": {values{"storage.root.source": values{"container_disk": values{"image": ""}}, "storage.root.storage": nil}, []string{"storage.root.source.container_disk.image: Invalid Attribute Value Length"}},
		"container disk with a claim": {values{"storage.root.source": values{"container_disk": values{"image": "a"}}},
			[]string{"storage.root.storage: Claim without use"}},
		"container disk ephemeral": {values{"storage.root.source": values{"container_disk": values{"image": "a"}}, "storage.root.storage": nil, "storage.root.ephemeral": true},
			[]string{"storage.root.ephemeral: Container disks are always ephemeral"}},
		"no claim": {values{"storage.root.storage": nil}, []string{"storage.root: Missing claim"}},
		"no size":  {values{"storage.root.storage": values{}}, []string{"storage.root.storage.size: Missing size"}},
		"no access modes": {values{"storage.root.storage": nil, "storage.root.pvc": values{"size": "1Gi"}},
			[]string{"storage.root.pvc.access_modes: Missing access modes"}},
		"pvc and storage": {values{"storage.root.pvc": values{"size": "1Gi", "access_modes": []any{"ReadWriteOnce"}}},
			[]string{"storage.root.storage: Two claims"}},
		"size":        {values{"storage.root.storage.size": "4 Gi", "storage.root.source": values{"pvc": values{"name": "a"}}}, []string{"storage.root.storage.size: Invalid quantity"}},
		"access mode": {values{"storage.root.storage.access_modes": []any{"RWO"}}, []string{"storage.root.storage.access_modes.0: Invalid Attribute Value Match"}},
		"access mode twice": {values{"storage.root.storage.access_modes": []any{"ReadWriteOnce", "ReadWriteOnce"}},
			[]string{"storage.root.storage.access_modes: Duplicate List Value"}},
		"volume mode": {values{"storage.root.storage.volume_mode": "block"}, []string{"storage.root.storage.volume_mode: Invalid Attribute Value Match"}},
		"root name":   {values{"storage.root.name": "A"}, []string{"storage.root.name: Invalid volume name"}},
		"bus":         {values{"storage.root.bus": "ide"}, []string{"storage.root.bus: Invalid Attribute Value Match"}},
		"boot order":  {values{"storage.root.boot_order": 0.0}, []string{"storage.root.boot_order: Invalid Attribute Value"}},
		"serial":      {values{"storage.root.serial": strings.Repeat("a", 257)}, []string{"storage.root.serial: Invalid Attribute Value Length"}},

		"disk":            {change: disk(values{"persistent_volume_claim": claim})},
		"disk name":       {values{"storage.additional_disks": values{"a.b": values{"persistent_volume_claim": claim}}}, []string{"storage.additional_disks.a.b: Invalid device name"}},
		"disk named root": {values{"storage.additional_disks.root": values{"persistent_volume_claim": claim}}, []string{"storage.additional_disks.root: Invalid Attribute Value Match"}},
		"disk named cloudinit": {values{"storage.additional_disks.cloudinit": values{"persistent_volume_claim": claim}},
			[]string{"storage.additional_disks.cloudinit: Invalid Attribute Value Match"}},
		"disk named as the root disk": {values{"storage.root.name": "data", "storage.additional_disks.data": values{"persistent_volume_claim": claim}},
			[]string{"storage.additional_disks.data: Device name used twice"}},
		"disk ephemeral without a claim": {disk(values{"ephemeral": values{}}),
			[]string{"storage.additional_disks.data.ephemeral.persistent_volume_claim: Missing Configuration for Required Attribute"}},
		"disk capacity":   {disk(values{"empty_disk": values{"capacity": "0"}}), []string{"storage.additional_disks.data.empty_disk.capacity: Invalid quantity"}},
		"disk claim name": {disk(values{"persistent_volume_claim": values{"claim_name": "A"}}), []string{"storage.additional_disks.data.persistent_volume_claim.claim_name: Invalid name"}},
		"disk pull policy": {disk(values{"container_disk": values{"image": "a", "image_pull_policy": "Sometimes"}}),
			[]string{"storage.additional_disks.data.container_disk.image_pull_policy: Invalid Attribute Value Match"}},
		"filesystem and disk of one name": {values{"storage.additional_disks.data": values{"persistent_volume_claim": claim}, "storage.filesystems.data": values{"persistent_volume_claim": claim}},
			[]string{"storage.filesystems.data: Device name used twice"}},
		"filesystem ephemeral": {values{"storage.filesystems.data": values{"ephemeral": values{"persistent_volume_claim": claim}, "persistent_volume_claim": claim}},
			[]string{"storage.filesystems.data.ephemeral: Ephemeral filesystem"}},
		"boot order twice": {values{"storage.root.boot_order": 1.0, "storage.additional_disks.data": values{"persistent_volume_claim": claim, "boot_order": 1.0}},
			[]string{"storage.additional_disks.data.boot_order: Boot order used twice"}},

		"port":                     {values{"network.tcp": []any{0.0}}, []string{"network.tcp.0: Invalid Attribute Value"}},
		"port large":               {values{"network.udp": []any{65536.0}}, []string{"network.udp.0: Invalid Attribute Value"}},
		"port twice":               {values{"network.tcp": []any{80.0, 80.0}}, []string{"network.tcp: Duplicate List Value"}},
		"port of both":             {change: values{"network.tcp": []any{53.0}, "network.udp": []any{53.0}}},
		"mac address":              {values{"network.mac_address": "02-00-00-12-34-56"}, []string{"network.mac_address: Invalid MAC address"}},
		"mac multicast":            {values{"network.mac_address": "01:00:00:12:34:56"}, []string{"network.mac_address: Invalid MAC address"}},
		"dns policy":               {values{"network.dns_policy": "none"}, []string{"network.dns_policy: Invalid Attribute Value Match"}},
		"dns none without servers": {values{"network.dns_policy": "None"}, []string{"network.dns_policy: Missing name servers"}},
		"dns none":                 {change: values{"network.dns_policy": "None", "network.dns_config": values{"nameservers": []any{"192.0.2.1"}}}},
		"dns server":               {values{"network.dns_config.nameservers": []any{"dns"}}, []string{"network.dns_config.nameservers.0: Invalid address"}},
		"service name":             {values{"network.service": values{"name": "1a"}}, []string{"network.service.name: Invalid Service name"}},
		"ports of a name that no Service can have":    {values{"name": "1a", "network.tcp": []any{80.0}}, []string{"network: Invalid Service name"}},
		"ports of a name with a dot":                  {values{"name": "a.b", "network.tcp": []any{80.0}}, []string{"network: Invalid Service name"}},
		"ports with a Service name of their own":      {change: values{"name": "1a", "network.tcp": []any{80.0}, "network.service": values{"name": "a"}}},
		"no ports on a name that no Service can have": {change: values{"name": "1a", "network.tcp": []any{}}},

		"cloud-init twice": {values{"cloud_init": "a", "cloud_init_wo": "b", "cloud_init_wo_version": 1.0},
			[]string{"cloud_init: Two spellings of user data"}},
		"cloud-init wo without version": {values{"cloud_init_wo": "b"}, []string{"cloud_init_wo: Missing version"}},
		"cloud-init version alone":      {values{"cloud_init_wo_version": 1.0}, []string{"cloud_init_wo_version: Version without user data"}},
		"cloud-init type":               {values{"cloud_init_type": "nfs"}, []string{"cloud_init_type: Invalid Attribute Value Match"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := acctest.Said(tf.validate(with(parse(t, small), c.change)))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
