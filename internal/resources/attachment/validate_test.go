package attachment_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const (
	diskType       = "virtualserver_disk_attachment"
	filesystemType = "virtualserver_filesystem_attachment"
	claim          = "persistent_volume_claim: {claim_name: c}"
)

func TestValidate(t *testing.T) {
	for kind, cases := range map[string]map[string]struct {
		config string
		want   []string
	}{
		diskType: {
			"least":            {"{server: web, name: data, " + claim + "}", nil},
			"whole":            {"{server: web, server_uid: u, namespace: n, name: data, data_volume: {name: d}, lun: true, read_only: true, reservation: true, shareable: true, hotpluggable: true, bus: scsi, serial: S1, cache: none, io: native, error_policy: stop, tag: t, block_size: {match_volume: true}, wait: {until: created, on_timeout: fail, failure_grace: 1s}, timeouts: {create: 1m}}", nil},
			"absent":           {`{server: web, name: data, ` + claim + `, bus: "", serial: "", cache: "", cdrom: false, lun: false, wait: {}, block_size: {}}`, nil},
			"nothing":          {"{}", []string{"name: Missing Configuration for Required Attribute", "persistent_volume_claim: Wrong number of disks", "server: Missing Configuration for Required Attribute"}},
			"no source":        {"{server: web, name: data}", []string{"persistent_volume_claim: Wrong number of disks"}},
			"two sources":      {"{server: web, name: data, data_volume: {name: d}, " + claim + "}", []string{"persistent_volume_claim: Wrong number of disks"}},
			"name":             {"{server: web, name: Data, " + claim + "}", []string{"name: Invalid name"}},
			"reserved":         {"{server: web, name: cloudinit, " + claim + "}", []string{"name: Invalid Attribute Value Match"}},
			"bus":              {"{server: web, name: data, bus: sata, " + claim + "}", []string{"bus: Bus without hotplug"}},
			"bus of the next":  {"{server: web, name: data, bus: sata, hotpluggable: false, " + claim + "}", nil},
			"bus and hotplug":  {"{server: web, name: data, bus: sata, hotpluggable: true, " + claim + "}", []string{"bus: Bus without hotplug"}},
			"boot order":       {"{server: web, name: data, boot_order: 1, " + claim + "}", []string{"boot_order: Boot order of a disk that is plugged in"}},
			"boots":            {"{server: web, name: data, boot_order: 1, hotpluggable: false, " + claim + "}", nil},
			"boot order 0":     {"{server: web, name: data, boot_order: 0, hotpluggable: false, " + claim + "}", []string{"boot_order: Invalid Attribute Value"}},
			"drive":            {"{server: web, name: data, cdrom: true, boot_order: 1, " + claim + "}", nil},
			"drive plugged in": {"{server: web, name: data, cdrom: true, hotpluggable: true, " + claim + "}", []string{"hotpluggable: CD-ROM drive that cannot be plugged in"}},
			"drive on virtio":  {"{server: web, name: data, cdrom: true, bus: virtio, " + claim + "}", []string{"bus: CD-ROM drive on the bus virtio"}},
			"drive and LUN":    {"{server: web, name: data, cdrom: true, lun: true, " + claim + "}", []string{"lun: Two kinds of device"}},
			"LUN on virtio":    {"{server: web, name: data, lun: true, bus: virtio, " + claim + "}", []string{"bus: Bus without hotplug"}},
			"reservation":      {"{server: web, name: data, reservation: true, " + claim + "}", []string{"reservation: Reservation without a LUN"}},
			"shared cache":     {"{server: web, name: data, shareable: true, cache: writeback, " + claim + "}", []string{"cache: Cache of a shared disk"}},
			"thread on scsi":   {"{server: web, name: data, dedicated_io_thread: true, " + claim + "}", []string{"dedicated_io_thread: I/O thread on another bus"}},
			"thread":           {"{server: web, name: data, dedicated_io_thread: true, bus: virtio, " + claim + "}", nil},
			"serial":           {"{server: web, name: data, serial: a/b, " + claim + "}", []string{"serial: Invalid serial number"}},
			"grace":            {"{server: web, name: data, wait: {failure_grace: soon}, " + claim + "}", []string{"wait.failure_grace: Invalid duration"}},
		},
		filesystemType: {
			"claim":           {"{server: web, name: files, " + claim + ", restart: true}", nil},
			"config map":      {"{server: web, name: files, config_map: {name: a, optional: true}}", nil},
			"secret":          {"{server: web, name: files, secret: {secret_name: a}}", nil},
			"service account": {"{server: web, name: files, service_account: {service_account_name: a}}", nil},
			"nothing":         {"{server: web, name: files}", []string{"persistent_volume_claim: Wrong number of sources"}},
			"two":             {"{server: web, name: files, config_map: {name: a}, " + claim + "}", []string{"persistent_volume_claim: Wrong number of sources"}},
			"ephemeral":       {"{server: web, name: files, ephemeral: {" + claim + "}}", []string{"ephemeral: Ephemeral filesystem"}},
			"no name":         {"{server: web, name: files, config_map: {}}", []string{"config_map.name: Missing Configuration for Required Attribute"}},
		},
	} {
		tf := acctest.StartOffline(t, kind)
		for name, c := range cases {
			t.Run(kind+"/"+name, func(t *testing.T) {
				got := tf.Validate(c.config)
				slices.Sort(got)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestUnknown(t *testing.T) {
	if got := acctest.StartOffline(t, diskType).ValidateUnknown("{server: web, name: data, "+claim+"}", "boot_order"); len(got) > 0 {
		t.Errorf("a boot order that may be none: %v", got)
	}
	acctest.StartOffline(t, diskType).WithUnknown("{server: web, server_uid: u, namespace: n, name: data, " + claim + ", lun: true, read_only: true, reservation: true, shareable: true, hotpluggable: true, bus: scsi, serial: S1, cache: none, block_size: {custom: {logical: 512, physical: 512}}, wait: {until: created}}")
	acctest.StartOffline(t, filesystemType).WithUnknown("{server: web, server_uid: u, namespace: n, name: files, config_map: {name: a, optional: true}, restart: true, wait: {until: created}}")
}

// TestPlan: what a change plans, without a cluster.
func TestPlan(t *testing.T) {
	const (
		status = "status: {attached: true, pending: false, phase: Ready, target: sda}, "
		state  = "id: team/web/data, namespace: team, server_uid: u, " + status
		disk   = "server: web, name: data, " + claim
		files  = "server: web, name: data, config_map: {name: a}"
	)
	type plan struct{ ID, UID, Status, Replace string }
	const known = "team/web/data"
	for name, c := range map[string]struct {
		kind, state, config string
		want                plan
	}{
		"new":                       {diskType, "", disk, plan{known, "<unknown>", "<unknown>", ""}},
		"new with uid":              {diskType, "", "server_uid: u, " + disk, plan{known, "u", "<unknown>", ""}},
		"unchanged":                 {diskType, state + disk, disk, plan{known, "u", "", ""}},
		"uid written":               {diskType, state + disk, "server_uid: u, " + disk, plan{known, "u", "", ""}},
		"another uid":               {diskType, state + disk, "server_uid: v, " + disk, plan{known, "v", "<unknown>", "server_uid"}},
		"another server":            {diskType, state + disk, "server: db, name: data, " + claim, plan{"team/db/data", "u", "<unknown>", "server"}},
		"another name":              {diskType, state + disk, "server: web, name: logs, " + claim, plan{"team/web/logs", "u", "<unknown>", "name"}},
		"another namespace":         {diskType, state + disk, "namespace: other, " + disk, plan{"other/web/data", "u", "<unknown>", "namespace"}},
		"another source":            {diskType, state + disk, "server: web, name: data, data_volume: {name: d}", plan{known, "u", "<unknown>", "data_volume persistent_volume_claim"}},
		"a serial":                  {diskType, state + disk, disk + ", serial: a", plan{known, "u", "<unknown>", "serial"}},
		"no serial":                 {diskType, state + disk + ", serial: a", disk, plan{known, "u", "<unknown>", "serial"}},
		"spelled out":               {diskType, state + disk, disk + `, bus: scsi, serial: "", read_only: false, hotpluggable: true`, plan{known, "u", "", ""}},
		"wait":                      {diskType, state + disk, disk + ", wait: {until: created}", plan{known, "u", "", ""}},
		"another filesystem":        {filesystemType, state + files, "server: web, name: data, secret: {secret_name: b}", plan{known, "u", "<unknown>", ""}},
		"filesystem unchanged":      {filesystemType, state + files, files + ", restart: true", plan{known, "u", "", ""}},
		"filesystem that waits":     {filesystemType, "id: team/web/data, namespace: team, server_uid: u, status: {attached: false, pending: true}, " + files, files, plan{known, "u", "", ""}},
		"filesystem to restart":     {filesystemType, "id: team/web/data, namespace: team, server_uid: u, status: {attached: false, pending: true}, " + files, files + ", restart: true", plan{known, "u", "<unknown>", ""}},
		"filesystem's other server": {filesystemType, state + files, "server: db, name: data, config_map: {name: a}", plan{"team/db/data", "u", "<unknown>", "server"}},
	} {
		t.Run(name, func(t *testing.T) {
			tf := acctest.StartOffline(t, c.kind)
			prior := c.state
			if prior != "" {
				prior = "{" + prior + "}"
			}
			values, replace := tf.Plan(prior, "{"+c.config+"}", "id", "server_uid", "status")
			got := plan{ID: values[0], UID: values[1], Status: values[2]}
			slices.Sort(replace)
			for _, r := range replace {
				if got.Replace != "" {
					got.Replace += " "
				}
				got.Replace += r
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
