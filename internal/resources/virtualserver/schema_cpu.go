package virtualserver

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

var percent = regexp.MustCompile(`^([1-9][0-9]?|100)%$`)

func percentProblem(value string) string {
	if percent.MatchString(value) {
		return ""
	}
	return `Write a whole number of percent from "1%" to "100%".`
}

func cpuAttribute() schema.Attribute {
	topology := func(text string) schema.Int64Attribute {
		return optional.Number(text, 1, maxCPUs)
	}
	const pinned = " Needs `dedicated = true`."
	return optional.Nested("Virtual CPUs: a `count`, or a topology of `sockets` x `cores` x `threads`. Default: one.", map[string]schema.Attribute{
		"count":       topology("Number of virtual CPUs, each a socket of its own: raising it needs no restart where the cluster updates live. Excludes `cores`, `sockets` and `threads`." + live),
		"cores":       topology("Cores of each socket." + restart),
		"sockets":     topology("Sockets. Raising it takes effect live, lowering it at the next **restart**."),
		"threads":     topology("Threads of each core." + restart),
		"max_sockets": topology("Most sockets that the guest can have while it runs, so the most that `count` or `sockets` can be raised to without a restart. Default: the cluster's, four times the sockets unless it is configured otherwise." + restart),
		"model":       optional.Text("CPU model whose instructions the guest needs, for example `Conroe`: the node's CPU has them all, but need not be of this model. `host-model` and `host-passthrough` give it the node's own. Default: the cluster's." + restart),
		"features": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Policies of CPU features by their name: `require` (also `\"\"`; the server runs only on nodes that have it), `optional`, `disable`, `force` or `forbid`. Features that others add are not shown." + restart,
			Validators: []validator.Map{
				mapvalidator.KeysAre(stringvalidator.LengthAtLeast(1)),
				mapvalidator.ValueStringsAre(stringvalidator.OneOf("", "force", "require", "optional", "disable", "forbid")),
			},
		},
		"fraction":                optional.Text("Share of its virtual CPUs that the scheduler reserves for the server, in whole percent: with `\"10%\"`, 4 CPUs reserve 400m. Excludes `request`. As the reserve changes with the number of CPUs, raising that needs a restart, too."+restart, validate.Text("Invalid fraction", percentProblem)),
		"request":                 optional.AmountFrom("1m", "CPU that the scheduler reserves for the server, for example `500m`. Without `count` and topology, KubeVirt also makes it the number of CPUs, rounded up. Default: the cluster's, a tenth of each virtual CPU unless it is configured otherwise."+restart),
		"limit":                   optional.AmountFrom("1m", "Most CPU that the server may take of its node. Without `count` and topology, KubeVirt also makes it the number of CPUs, rounded up. Default: none."+restart),
		"dedicated":               optional.Flag("`true`: each virtual CPU is pinned to a CPU of the node that no other server uses; the node must run a CPU manager. Default: `false`." + restart),
		"isolate_emulator_thread": optional.Flag("`true`: the emulator gets one more CPU of its own." + pinned + " Default: `false`." + restart),
		"numa":                    optional.Nested("`{}` gives the guest the NUMA topology of the CPUs it is pinned to."+pinned+" Needs `hugepages`, too."+restart, map[string]schema.Attribute{}),
		"realtime": optional.Nested("Tunes the server for low latency; `{}` for all its CPUs."+pinned+" Needs `numa`, too."+restart, map[string]schema.Attribute{
			"mask": optional.Text("Virtual CPUs that are real-time, for example `0-3,^1`. Default: all." + restart),
		}),
	})
}
