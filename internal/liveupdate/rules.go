package liveupdate

// Landings of changes that do not concern a running instance.
const (
	// Replaced: the server is made anew.
	Replaced Landing = "replaced"
	// Outside: at once, and not in the guest.
	Outside Landing = "outside the guest"
)

// Rule says how one kind of change lands: a row of the documentation. The rules of
// Changes agree with them (TestRules).
type Rule struct {
	Title string
	// Attributes that a change of this kind is written with, "*" for a name of the
	// user's. Empty: any of those that no other rule names.
	Attributes []string
	Landing    Landing
	// When it lands so, in Markdown; "" for always.
	When string
	// Silent: KubeVirt does not set RestartRequired, the provider itself finds out.
	Silent bool
	// ByProvider: it is not KubeVirt's rule, and no business of Changes.
	ByProvider bool
}

// Rules are all rules, in the order of the documentation.
func Rules() []Rule {
	return []Rule{
		{Title: "CPU sockets are added", Attributes: []string{"resources.cpu.count", "resources.cpu.sockets"}, Landing: Migration,
			When: "Up to `max_sockets`, by default four times what the guest was started with. Not on ARM."},
		{Title: "CPU sockets are taken away, or more are added than there is room for", Attributes: []string{"resources.cpu.count", "resources.cpu.sockets"}, Landing: Restart},
		{Title: "Other properties of the CPU", Attributes: []string{"resources.cpu.cores", "resources.cpu.threads", "resources.cpu.model"}, Landing: Restart},
		{Title: "Memory grows, or shrinks to no less than the guest was started with", Attributes: []string{"resources.memory"}, Landing: Migration,
			When: "Up to `max_memory`, by default four times what the guest was started with; in steps of 2Mi; for x86_64 guests that were started with at least 1Gi and can be migrated."},
		{Title: "Other changes of memory", Attributes: []string{"resources.memory", "resources.max_memory", "resources.memory_request", "resources.hugepages"}, Landing: Restart},
		{Title: "An instance type with more sockets or more memory", Attributes: []string{"instance_type"}, Landing: Migration,
			When: "As for `resources.cpu` and `resources.memory`, and where nothing else differs between the two types."},
		{Title: "Any other instance type or preference", Attributes: []string{"instance_type", "preference"}, Landing: Restart},
		{Title: "GPUs and devices of the host", Attributes: []string{"resources.gpu", "resources.gpus.*", "resources.host_devices.*"}, Landing: Restart},
		{Title: "Node selector, affinity, tolerations", Attributes: []string{"scheduling.node_selector", "scheduling.affinity", "scheduling.tolerations"}, Landing: Live,
			When: "The server stays on its node until it is migrated or restarted."},
		{Title: "A hotpluggable disk is added or removed", Attributes: []string{"storage.additional_disks.*"}, Landing: Live,
			When: "With `hotpluggable = true`, KubeVirt 1.9 or its feature gate `DeclarativeHotplugVolumes`, without the gate `HotplugVolumes`."},
		{Title: "The same where the cluster does not hot-plug", Attributes: []string{"storage.additional_disks.*"}, Landing: Restart, Silent: true},
		{Title: "Settings of a hotpluggable disk that is plugged in", Attributes: []string{"storage.additional_disks.*"}, Landing: Restart, Silent: true,
			When: "Bus, serial and the like. Another claim is plugged in **live**."},
		{Title: "Any other disk is added, changed or removed", Attributes: []string{"storage.additional_disks.*", "storage.root"}, Landing: Restart},
		{Title: "Another claim of a disk, with the update strategy `Migration`", Attributes: []string{"storage.additional_disks.*", "storage.update_volumes_strategy"}, Landing: Migration,
			When: "The disk's content is copied. Not for filesystems, LUNs and shareable disks, nor where `vmRolloutStrategy` is `Stage`."},
		{Title: "Filesystems", Attributes: []string{"storage.filesystems.*"}, Landing: Restart},
		{Title: "An interface is added", Attributes: []string{"network.interfaces.*"}, Landing: Live,
			When: "With the binding `bridge`: at once where Multus' dynamic networks controller runs, else by a live migration."},
		{Title: "An SR-IOV interface is added", Attributes: []string{"network.interfaces.*"}, Landing: Migration},
		{Title: "An interface with another binding is added", Attributes: []string{"network.interfaces.*"}, Landing: Restart, Silent: true},
		{Title: "State of an interface", Attributes: []string{"network.interfaces.*.state"}, Landing: Live, When: "`absent` unplugs it."},
		{Title: "Network of an interface", Attributes: []string{"network.interfaces.*.network_attachment"}, Landing: Migration,
			When: "From KubeVirt 1.9, or with the feature gate `LiveUpdateNADRef`; else it waits for a **restart**."},
		{Title: "An interface with the binding `bridge` is removed", Attributes: []string{"network.interfaces.*"}, Landing: Live, ByProvider: true,
			When: "The provider has KubeVirt unplug it first, as with `absent`."},
		{Title: "An interface is changed otherwise, or one with another binding is removed", Attributes: []string{"network.interfaces.*", "network.pod_network", "network.mac_address"}, Landing: Restart},
		{Title: "Labels and annotations of the template, Ignition", Attributes: []string{"template_labels", "template_annotations", "ignition"}, Landing: Restart, Silent: true},
		{Title: "Everything else that the guest is made of: devices, firmware, clock, features, host name, probes, credentials, ...", Landing: Restart},
		{Title: "CPU, memory, node selector, affinity, tolerations and claims while any other change of the machine waits for a restart", Landing: Restart,
			When: "KubeVirt then changes none of these live. Disks and interfaces are still plugged in and out."},
		{Title: "CPU, memory, node selector, affinity, tolerations where the cluster's `vmRolloutStrategy` is `Stage`", Landing: Restart},

		{Title: "Data of cloud-init, Ignition or sysprep in the same Secret", Attributes: []string{"cloud_init", "users.*", "network_data"}, Landing: Restart, Silent: true, ByProvider: true,
			When: "`cloud_init_on_change` can have the server restarted or replaced for it. At a restart cloud-init runs only what it runs at each boot."},
		{Title: "Run strategy and power", Attributes: []string{"run_strategy", "power_state"}, Landing: Live, ByProvider: true,
			When: "To or from `Halted` it stops or starts the server."},
		{Title: "A restart that is asked for", Attributes: []string{"restart_triggers"}, Landing: Restart, ByProvider: true,
			When: "The apply itself restarts the server. So it does with `restart_policy = \"automatic\"` for whatever waits for a restart."},
		{Title: "A live migration that is asked for", Attributes: []string{"migration_triggers"}, Landing: Migration, ByProvider: true,
			When: "The apply itself migrates the server, and waits until it is on another node."},
		{Title: "A reboot that is asked for", Attributes: []string{"reboot_triggers"}, Landing: Live, ByProvider: true,
			When: "The apply asks the guest to reboot by itself. What waits for a restart goes on waiting."},
		{Title: "Size of the root disk", Attributes: []string{"storage.root.pvc.size", "storage.root.storage.size"}, Landing: Live, ByProvider: true,
			When: "It only grows, where the storage class can."},
		{Title: "Labels and annotations of the server, ports", Attributes: []string{"labels", "annotations", "network.tcp", "network.udp", "network.service"}, Landing: Outside, ByProvider: true},
		{Title: "Waiting, timeouts, protection, policies", Attributes: []string{"wait", "timeouts", "deletion_protection", "force_delete", "restart_policy", "cloud_init_on_change", "storage.root.on_destroy"}, Landing: Outside, ByProvider: true},
		{Title: "Name, namespace, and what the root disk was made with", Landing: Replaced, ByProvider: true, Attributes: []string{
			"name", "namespace",
			"storage.root.ephemeral", "storage.root.name", "storage.root.preallocation", "storage.root.content_type", "storage.root.priority_class_name",
			"storage.root.pvc.storage_class_name", "storage.root.pvc.access_modes", "storage.root.pvc.volume_mode", "storage.root.pvc.volume_name",
			"storage.root.storage.storage_class_name", "storage.root.storage.access_modes", "storage.root.storage.volume_mode", "storage.root.storage.volume_name",
			"storage.root.source",
		}},
	}
}
