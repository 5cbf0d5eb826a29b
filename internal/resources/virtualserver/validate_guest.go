package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
)

func (c configuration) checkCloudInit() {
	plain, writeOnly, version := c.at("cloud_init"), c.at("cloud_init_wo"), c.at("cloud_init_wo_version")
	if !known(plain, writeOnly, version) {
		return
	}
	if plain != nil && (writeOnly != nil || version != nil) {
		c.refuse(path.Root("cloud_init"), "Two spellings of user data", "Write either cloud_init, or cloud_init_wo with cloud_init_wo_version.")
	}
	if writeOnly != nil && version == nil {
		c.refuse(path.Root("cloud_init_wo"), "Missing version", "Write cloud_init_wo_version = 1, and change it whenever cloud_init_wo is to be written again.")
	}
	if writeOnly == nil && version != nil {
		c.refuse(path.Root("cloud_init_wo_version"), "Version without user data", "Write cloud_init_wo, or remove cloud_init_wo_version.")
	}
}
