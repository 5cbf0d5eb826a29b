package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

func (c configuration) checkCompute() {
	p := path.Root("resources")
	cpu := p.AtName("cpu")
	if count := c.at("resources", "cpu", "count"); count != nil && known(count) {
		for _, other := range []string{"cores", "sockets", "threads"} {
			if n := c.at("resources", "cpu", other); n != nil && known(n) {
				c.refuse(cpu.AtName("count"), "Two spellings of the CPU", "count excludes "+other+". Write either a count, or cores, sockets and threads.")
			}
		}
	}
	if c.at("instance_type") != nil {
		return // it says how much memory there is
	}
	memory, request := c.at("resources", "memory"), c.at("resources", "memory_request")
	if !known(memory, request) {
		return
	}
	guest, _ := memory.(quantity.Value)
	reserved, _ := request.(quantity.Value)
	switch {
	case !guest.IsSet() && !reserved.IsSet():
		c.refuse(p.AtName("memory"), "Missing memory", `A server needs memory. Write resources = { memory = "2Gi" }, for example.`)
	case guest.IsSet() && reserved.IsSet():
		has, errHas := guest.Amount()
		wants, errWants := reserved.Amount()
		if errHas == nil && errWants == nil && wants.Cmp(has) > 0 {
			c.refuse(p.AtName("memory_request"), "Memory request too large",
				"The server would reserve more memory ("+reserved.ValueString()+") than its guest gets ("+guest.ValueString()+"). Lower memory_request or remove it.")
		}
	}
}
