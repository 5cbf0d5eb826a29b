package virtualserver

import "github.com/hashicorp/terraform-plugin-framework/path"

func (c configuration) checkClock() {
	offset := c.at("clock", "utc_offset")
	if textOf(c.at("clock", "timezone")) != "" && offset != nil && known(offset) {
		c.refuse(path.Root("clock").AtName("timezone"), "Two spellings of the clock", "Write either timezone or utc_offset.")
	}
}
