package acctest

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// Apply is a step that applies a configuration and looks at the cluster.
func Apply(config string, checks ...resource.TestCheckFunc) resource.TestStep {
	step := resource.TestStep{Config: config}
	if len(checks) > 0 {
		step.Check = resource.ComposeAggregateTestCheckFunc(checks...)
	}
	return step
}

// Before does something to the cluster before a step.
func Before(do func(), step resource.TestStep) resource.TestStep {
	step.PreConfig = do
	return step
}

// Planning is a step whose plan has the action for the resource.
func Planning(address string, action plancheck.ResourceActionType, step resource.TestStep) resource.TestStep {
	step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, plancheck.ExpectResourceAction(address, action))
	return step
}

// Messages matches an error of Terraform that has the words in their order,
// however its lines are broken.
func Messages(words ...string) *regexp.Regexp {
	pattern, space := "(?s)", regexp.MustCompile(` +`)
	for i, w := range words {
		if i > 0 {
			pattern += ".*"
		}
		// The frame of a message starts each of its lines.
		pattern += space.ReplaceAllString(regexp.QuoteMeta(w), `[\s│╷╵|]+`)
	}
	return regexp.MustCompile(pattern)
}
