package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

func (c configuration) checkClock() {
	offset := c.At("clock", "utc_offset")
	if values.Text(c.At("clock", "timezone")) != "" && offset != nil && values.Known(offset) {
		c.Refuse(path.Root("clock").AtName("timezone"), "Two spellings of the clock", "Write either timezone or utc_offset.")
	}
}
