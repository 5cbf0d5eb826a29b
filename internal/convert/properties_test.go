package convert

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// stored is what a cluster holds of m: what was rendered, with what servers
// and controllers add.
func stored(t failer, m Server) Objects {
	o := render(m, "vs-root-abcde")
	o.VM, o.Root, o.Secret, o.Service = through(t, o.VM), through(t, o.Root), through(t, o.Secret), through(t, o.Service)
	o.VM.UID = "uid-1"
	spec := &o.VM.Spec.Template.Spec
	spec.Architecture = cmp.Or(spec.Architecture, "amd64")
	if spec.Domain.Machine == nil {
		spec.Domain.Machine = &kubevirtv1.Machine{Type: "q35"}
	}
	firmware := deref(spec.Domain.Firmware)
	firmware.UUID, firmware.Serial = cmp.Or(firmware.UUID, "8d9f"), cmp.Or(firmware.Serial, "9c1e")
	spec.Domain.Firmware = &firmware
	o.VM.Annotations = metadata.Merge(o.VM.Annotations, map[string]string{"kubevirt.io/latest-observed-api-version": "v1"})
	if o.Service != nil {
		o.Service.Spec.ClusterIP = cmp.Or(o.Service.Spec.ClusterIP, "10.0.0.1")
	}
	return o
}

// TestModelRoundTrip: model -> API -> model is identity, in every spelling.
func TestModelRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := servers().Draw(t, "model")
		read := FromObjects(stored(t, m), &m)
		wantEqual(t, "the model changes", managed(m), managed(read))
		wantEqual(t, "labels_all changes", encodeAttribute(m.LabelsAll), encodeAttribute(read.LabelsAll))
	})
}

// TestObjectRoundTrip: API -> model -> API changes nothing. What an import
// reads of the machine renders nothing that the machine does not say.
func TestObjectRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := stored(t, servers().Draw(t, "model"))
		foreign(t, o.VM)
		m := FromObjects(o, nil)
		rendered := ToVirtualMachine(m, LayoutOf(o.VM, m.RootVolume()))
		if got := differences(jsonOf(t, rendered), jsonOf(t, o.VM)); len(got) > 0 {
			t.Fatalf("the model says otherwise than the machine: %v", got)
		}
		wantEqual(t, "reading again changes the model", attributes(m), attributes(FromObjects(o, &m)))
	})
}

// foreign adds what others write on a machine.
func foreign(t *rapid.T, vm *kubevirtv1.VirtualMachine) {
	spec := &vm.Spec.Template.Spec
	additions := map[string]func(){
		"label":      func() { vm.Labels = metadata.Merge(vm.Labels, map[string]string{"theirs": "x"}) },
		"annotation": func() { vm.Annotations = metadata.Merge(vm.Annotations, map[string]string{"theirs": "x"}) },
		"node":       func() { spec.NodeSelector = metadata.Merge(spec.NodeSelector, map[string]string{"zone": "a"}) },
		"interface's ports": func() {
			for i := range spec.Domain.Devices.Interfaces {
				spec.Domain.Devices.Interfaces[i].Ports = []kubevirtv1.Port{{Name: "ssh", Port: 22}}
			}
		},
		"host device": func() {
			spec.Domain.Devices.HostDevices = append(spec.Domain.Devices.HostDevices, kubevirtv1.HostDevice{Name: "h", DeviceName: "a/b"})
		},
		"input": func() {
			spec.Domain.Devices.Inputs = append(spec.Domain.Devices.Inputs, kubevirtv1.Input{Name: "i", Type: "tablet"})
		},
		"cpu feature": func() {
			cpu := deref(spec.Domain.CPU)
			cpu.Features = append(cpu.Features, kubevirtv1.CPUFeature{Name: "theirs"})
			spec.Domain.CPU = &cpu
		},
		"interface": func() {
			spec.Domain.Devices.Interfaces = append(spec.Domain.Devices.Interfaces, kubevirtv1.Interface{Name: "second"})
		},
		"network": func() { spec.Networks = append(spec.Networks, kubevirtv1.Network{Name: "second"}) },
		"probe": func() {
			if spec.ReadinessProbe == nil {
				spec.ReadinessProbe = &kubevirtv1.Probe{}
			}
		},
		"sysprep disk": func() { addDisk(spec, "answers", kubevirtv1.VolumeSource{Sysprep: &kubevirtv1.SysprepSource{}}) },
		"attached disk": func() {
			addDisk(spec, "attached", kubevirtv1.VolumeSource{DataVolume: &kubevirtv1.DataVolumeSource{Name: "d"}})
			vm.Annotations = metadata.Merge(vm.Annotations, map[string]string{AnnotationAttachment + "attached": string(vm.UID) + "/disk"})
		},
	}
	for _, name := range slices.Sorted(maps.Keys(additions)) {
		if rapid.Bool().Draw(t, name) {
			additions[name]()
		}
	}
}

func addDisk(spec *kubevirtv1.VirtualMachineInstanceSpec, name string, source kubevirtv1.VolumeSource) {
	spec.Domain.Devices.Disks = append(spec.Domain.Devices.Disks, kubevirtv1.Disk{Name: name, DiskDevice: kubevirtv1.DiskDevice{Disk: &kubevirtv1.DiskTarget{Bus: "virtio"}}})
	spec.Volumes = append(spec.Volumes, kubevirtv1.Volume{Name: name, VolumeSource: source})
}

// TestForeignChangesDoNotShow: what others write is not the model's.
func TestForeignChangesDoNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := servers().Draw(t, "model")
		o := stored(t, m)
		before := FromObjects(o, &m)
		foreign(t, o.VM)
		wantEqual(t, "the model changes", attributes(before), attributes(FromObjects(o, &before)))
	})
}

// TestDriftShows changes one managed value in the model of a server and finds
// just that when it reads the objects with the former model as prior.
func TestDriftShows(t *testing.T) {
	drifts := map[string]func(m *Server){
		"run_strategy": func(m *Server) { m.RunStrategy = types.StringValue("Halted") },
		"memory":       func(m *Server) { m.Resources.Memory = quantity.New("3Gi") },
		"memory gone":  func(m *Server) { m.Resources.Memory = quantity.Null() },
		"cpu count":    func(m *Server) { m.Resources.CPU.Count = types.Int64Value(7) },
		"cpu model":    func(m *Server) { m.Resources.CPU.Model = types.StringValue("Other") },
		"gpus":         func(m *Server) { m.Resources.GPU.Count = types.Int64Value(5) },
		"gpus gone":    func(m *Server) { m.Resources.GPU = nil },
		"root serial":  func(m *Server) { m.Storage.Root.Serial = types.StringValue("OTHER") },
		"root bus":     func(m *Server) { m.Storage.Root.Bus = types.StringValue("usb") },
		"root url":     func(m *Server) { m.Storage.Root.Source.HTTP.URL = types.StringValue("https://other.example.org") },
		"size":         func(m *Server) { m.Storage.Root.PVC.Size = quantity.New("9Gi") },
		"disk gone":    func(m *Server) { delete(m.Storage.AdditionalDisks, "data") },
		"disk of another kind": func(m *Server) {
			d := m.Storage.AdditionalDisks["data"]
			d.PersistentVolumeClaim, d.ConfigMap = nil, &ConfigMapRef{Name: types.StringValue("c")}
			m.Storage.AdditionalDisks["data"] = d
		},
		"filesystem": func(m *Server) {
			m.Storage.Filesystems["fs"] = Filesystem{Secret: &SecretRef{SecretName: types.StringValue("s")}}
		},
		"filesystem gone":       func(m *Server) { delete(m.Storage.Filesystems, "fs") },
		"mac address":           func(m *Server) { m.Network.MACAddress = types.StringValue("02:00:00:00:00:99") },
		"dns policy":            func(m *Server) { m.Network.DNSPolicy = types.StringValue("Default") },
		"name servers":          func(m *Server) { m.Network.DNSConfig.Nameservers = stringList([]string{"192.0.2.9"}) },
		"dns option":            func(m *Server) { m.Network.DNSConfig.Options[0].Value = types.StringValue("9") },
		"ports":                 func(m *Server) { m.Network.TCP = int64List([]int64{8080}) },
		"ports gone":            func(m *Server) { m.Network.TCP = types.ListNull(types.Int64Type) },
		"label":                 func(m *Server) { m.Labels = MapOf(map[string]string{"app": "other"}); m.LabelsAll = m.Labels },
		"label gone":            func(m *Server) { m.Labels = MapOf(map[string]string{}); m.LabelsAll = m.Labels },
		"annotation":            func(m *Server) { m.Annotations = MapOf(map[string]string{"a": "other"}) },
		"node selector":         func(m *Server) { m.Scheduling.NodeSelector = MapOf(map[string]string{"disk": "hdd"}) },
		"tolerations gone":      func(m *Server) { m.Scheduling.Tolerations = nil },
		"toleration for a time": func(m *Server) { m.Scheduling.Tolerations[0].TolerationSeconds = types.Int64Value(5) },
		"affinity gone":         func(m *Server) { m.Scheduling.Affinity = nil },
		"affinity to pods": func(m *Server) {
			m.Scheduling.Affinity.PodAffinity = &PodAffinity{Required: []PodAffinityTerm{{TopologyKey: types.StringValue("zone"), LabelSelector: &LabelSelector{}}}}
		},
		"eviction strategy":           func(m *Server) { m.Scheduling.EvictionStrategy = types.StringValue("None") },
		"grace period":                func(m *Server) { m.TerminationGracePeriodSeconds = types.Int64Value(0) },
		"grace period gone":           func(m *Server) { m.TerminationGracePeriodSeconds = types.Int64Null() },
		"probe's handler":             func(m *Server) { m.LivenessProbe.TCPSocket, m.LivenessProbe.GuestAgentPing = nil, &Nothing{} },
		"probe's port":                func(m *Server) { m.LivenessProbe.TCPSocket.Port = types.StringValue("ssh") },
		"template label":              func(m *Server) { m.TemplateLabels = MapOf(map[string]string{"tier": "db"}) },
		"template label gone":         func(m *Server) { m.TemplateLabels = MapOf(map[string]string{}) },
		"preference":                  func(m *Server) { m.Preference.Name = types.StringValue("other") },
		"preference of the namespace": func(m *Server) { m.Preference.Kind = types.StringValue(KindPreference) },
		"preference gone":             func(m *Server) { m.Preference = nil },
		"user data":                   func(m *Server) { m.CloudInit = types.StringValue("other") },
		"user data gone":              func(m *Server) { m.CloudInit = types.StringNull() },
		"hostname":                    func(m *Server) { m.Network.Hostname = types.StringValue("other") },
		"binding":                     func(m *Server) { m.Network.Binding = types.StringValue("passt") },
		"pod network": func(m *Server) {
			m.Network.PodNetwork, m.Network.Binding, m.Network.MACAddress = types.BoolValue(false), types.StringValue("masquerade"), types.StringNull()
		},
		"interface": func(m *Server) {
			i := m.Network.Interfaces["nic"]
			i.NetworkAttachment = types.StringValue("other")
			m.Network.Interfaces["nic"] = i
		},
		"interface gone":     func(m *Server) { delete(m.Network.Interfaces, "nic") },
		"service type":       func(m *Server) { m.Network.Service.Type = types.StringValue("ClusterIP") },
		"service headless":   func(m *Server) { m.Network.Service.Headless = types.BoolValue(true) },
		"service label gone": func(m *Server) { m.Network.Service.Labels = MapOf(map[string]string{}) },
		"service port": func(m *Server) {
			p := m.Network.Service.Ports["web"]
			p.TargetPort = types.Int64Value(81)
			m.Network.Service.Ports["web"] = p
		},
		"service port gone": func(m *Server) { m.Network.Service.Ports = map[string]ServicePort{} },
	}
	const base = `{name: vs, namespace: default, run_strategy: Always, labels: {app: web}, labels_all: {app: web}, annotations: {a: b}, cloud_init: "#cloud-config",
		resources: {memory: 1Gi, cpu: {count: 2, model: Conroe}, gpu: {type: a/b, count: 1}},
		storage: {root: {serial: S, bus: scsi, pvc: {size: 1Gi}, source: {http: {url: "https://example.org"}}},
			additional_disks: {data: {persistent_volume_claim: {claim_name: c}}}, filesystems: {fs: {config_map: {name: c}}}},
		network: {tcp: [80], hostname: web, binding: bridge, pod_network: true, interfaces: {nic: {network_attachment: uplink}},
			service: {type: NodePort, headless: false, labels: {a: b}, ports: {web: {port: 80, target_port: 8080, protocol: UDP}}}, mac_address: "02:00:00:12:34:56", dns_policy: None, dns_config: {nameservers: [192.0.2.1], options: [{name: ndots, value: "2"}]}},
		scheduling: {node_selector: {disk: ssd}, tolerations: [{key: a, effect: NoExecute}], eviction_strategy: LiveMigrate,
			affinity: {node_affinity: {required_during_scheduling_ignored_during_execution: {node_selector_terms: [{match_expressions: [{key: a, operator: Exists}]}]}}}},
		termination_grace_period_seconds: 30, liveness_probe: {tcp_socket: {port: "22"}}, template_labels: {tier: web}, preference: {name: linux}}`
	for name, drift := range drifts {
		t.Run(name, func(t *testing.T) {
			prior, want := modelFromYAML(t, []byte(base)), modelFromYAML(t, []byte(base))
			drift(&want)
			if reflect.DeepEqual(managed(prior), managed(want)) {
				t.Fatal("it does not drift")
			}
			wantEqual(t, "the drift reads otherwise", managed(want), managed(FromObjects(render(want, "vs-root-abcde"), &prior)))
		})
	}
}

// TestDeletedPartsShow: a missing Service reads as no ports, a missing Secret
// as no user data, so that the next apply makes them again.
func TestDeletedPartsShow(t *testing.T) {
	m := modelFromYAML(t, readFile(t, "testdata/golden/01-first-example/model.yaml"))
	o := render(m, "vs-root-abcde")
	o.Service, o.Secret = nil, nil
	want := maps.Clone(managed(m))
	delete(want, "cloud_init")
	network := want["network"].(map[string]any)
	delete(network, "tcp")
	wantEqual(t, "the rest changes", want, managed(FromObjects(o, &m)))

	written := modelFromYAML(t, readFile(t, "testdata/golden/12-image-stream-and-wo/model.yaml"))
	o = render(written, "vs-root-abcde")
	o.Secret = nil
	if read := FromObjects(o, &written); !read.CloudInitWOVersion.IsNull() {
		t.Error("a missing Secret of write-only user data does not show")
	}
}

func FuzzFromObjects(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"spec":{"template":{"spec":{"volumes":[{"name":"a"}]}}}}`))
	files, err := filepath.Glob("testdata/*/*/objects.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no golden objects", err)
	}
	for _, file := range files {
		machine, _, _ := bytes.Cut(readFile(f, file), separator)
		seed, err := yaml.YAMLToJSON(machine)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		vm := &kubevirtv1.VirtualMachine{}
		if json.Unmarshal(data, vm) != nil {
			t.Skip()
		}
		o := Objects{VM: vm}
		m := FromObjects(o, nil)
		l := LayoutOf(vm, m.RootVolume())
		ToVirtualMachine(m, l)
		ToRootDataVolume(m, l)
		wantEqual(t, "reading again changes the model", attributes(m), attributes(FromObjects(o, &m)))
	})
}
