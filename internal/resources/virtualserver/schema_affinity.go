package virtualserver

import (
	"math"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const (
	maxInt32  = math.MaxInt32
	maxWeight = 100
)

// Kubernetes' names of the two ways to choose.
const (
	required  = "required_during_scheduling_ignored_during_execution"
	preferred = "preferred_during_scheduling_ignored_during_execution"
)

func affinityAttribute() schema.Attribute {
	return optional.Nested("What draws the server to nodes and to other pods or keeps it away, as Kubernetes has it. It is managed as a whole. A running guest is not moved: its next migration follows it."+live, map[string]schema.Attribute{
		"node_affinity": optional.Nested("Nodes that the server runs on.", map[string]schema.Attribute{
			required: optional.Nested("Nodes that it must run on.", map[string]schema.Attribute{
				"node_selector_terms": schema.ListNestedAttribute{
					Required:            true,
					MarkdownDescription: "Terms, of which a node must meet one.",
					Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
					NestedObject:        schema.NestedAttributeObject{Attributes: nodeTermAttributes()},
				},
			}),
			preferred: schema.ListNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Nodes that it rather runs on.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"weight":     weight(),
					"preference": schema.SingleNestedAttribute{Required: true, MarkdownDescription: "The nodes.", Attributes: nodeTermAttributes()},
				}},
			},
		}),
		"pod_affinity":      podAffinityAttribute("Pods that the server runs near."),
		"pod_anti_affinity": podAffinityAttribute("Pods that the server keeps away from."),
	})
}

func podAffinityAttribute(text string) schema.Attribute {
	return optional.Nested(text, map[string]schema.Attribute{
		required: schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "What must be so.",
			NestedObject:        schema.NestedAttributeObject{Attributes: podTermAttributes()},
		},
		preferred: schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "What is rather so.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"weight":            weight(),
				"pod_affinity_term": schema.SingleNestedAttribute{Required: true, MarkdownDescription: "The pods.", Attributes: podTermAttributes()},
			}},
		},
	})
}

func nodeTermAttributes() map[string]schema.Attribute {
	operators := []string{
		string(corev1.NodeSelectorOpIn), string(corev1.NodeSelectorOpNotIn), string(corev1.NodeSelectorOpExists),
		string(corev1.NodeSelectorOpDoesNotExist), string(corev1.NodeSelectorOpGt), string(corev1.NodeSelectorOpLt),
	}
	return map[string]schema.Attribute{
		"match_expressions": requirements("What the node's labels must be.", "`In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`.", operators),
		"match_fields":      requirements("What the node's fields must be: `metadata.name`, its name.", "`In` or `NotIn`.", operators[:2]),
	}
}

func podTermAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"label_selector":      labelSelector("Labels of the pods; `{}` selects all of them. Default: none."),
		"topology_key":        topologyKey(),
		"namespaces":          schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Namespaces of the pods. Default: the server's.", Validators: []validator.List{listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1), validate.Text("Invalid namespace", validate.DNSLabel))}},
		"namespace_selector":  labelSelector("Labels of the pods' namespaces, in addition to `namespaces`; `{}` selects all of them."),
		"match_label_keys":    labelKeys("Keys of the server's own pod labels, whose values the pods share."),
		"mismatch_label_keys": labelKeys("Keys of the server's own pod labels, whose values the pods do not share."),
	}
}

func labelSelector(text string) schema.Attribute {
	return optional.Nested(text, map[string]schema.Attribute{
		"match_labels": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Labels with their values.",
			Validators: []validator.Map{
				mapvalidator.KeysAre(stringvalidator.LengthAtLeast(1), validate.Text("Invalid label key", validate.LabelKey)),
				mapvalidator.ValueStringsAre(validate.Text("Invalid label value", validate.LabelValue)),
			},
		},
		"match_expressions": requirements("What the labels must be.", "`In`, `NotIn`, `Exists` or `DoesNotExist`.", []string{
			string(metav1.LabelSelectorOpIn), string(metav1.LabelSelectorOpNotIn), string(metav1.LabelSelectorOpExists), string(metav1.LabelSelectorOpDoesNotExist),
		}),
	})
}

func requirements(text, operatorText string, operators []string) schema.Attribute {
	return schema.ListNestedAttribute{
		Optional:            true,
		MarkdownDescription: text,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"key":      schema.StringAttribute{Required: true, MarkdownDescription: "Key.", Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid key", validate.LabelKey)}},
			"operator": schema.StringAttribute{Required: true, MarkdownDescription: operatorText, Validators: []validator.String{stringvalidator.OneOf(operators...)}},
			"values":   schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Values that the operator compares with; none for `Exists` and `DoesNotExist`."},
		}},
	}
}

func labelKeys(text string) schema.Attribute {
	return schema.ListAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: text,
		Validators:          []validator.List{listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1), validate.Text("Invalid label key", validate.LabelKey))},
	}
}

func topologyKey() schema.Attribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Label of the nodes whose value makes a domain, for example `kubernetes.io/hostname` or `topology.kubernetes.io/zone`.",
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid label key", validate.LabelKey)},
	}
}

func weight() schema.Attribute {
	return schema.Int64Attribute{
		Required:            true,
		MarkdownDescription: "How much it counts, from 1 to 100.",
		Validators:          []validator.Int64{int64validator.Between(1, maxWeight)},
	}
}
