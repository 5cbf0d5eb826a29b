package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// firstBoot is how changes of accounts land.
const firstBoot = " A change reaches only guests that have **not booted yet**."

func cloudInitAttribute() schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true,
		MarkdownDescription: "cloud-init user data, for example a `#cloud-config` document. It is kept in a Secret of the server, up to 1 MiB together with `network_data`, and in the Terraform state; see `cloud_init_wo` for one that is in neither plan nor state. The guest reads it when it boots; on later boots cloud-init runs the per-boot modules only (`bootcmd`, for example)." + restart,
	}
}

func cloudInitWOAttribute() schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true, WriteOnly: true,
		MarkdownDescription: "As `cloud_init`, but write-only: it is never stored in plan or state. It is written when the server is created, and when `cloud_init_wo_version` or `users` change. Needs Terraform or OpenTofu 1.11.",
	}
}

func versionAttribute(of, what, lands string) schema.Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: "Version of `" + of + "`: change it to have " + what + " written again." + lands,
		Validators:          []validator.Int64{int64validator.AtLeast(1)},
	}
}

func cloudInitSecretAttribute() schema.Attribute {
	return optional.Nested("cloud-init data from Secrets that you made, in the server's namespace. The server only refers to them: it does not change or delete them, and does not notice when they change.", map[string]schema.Attribute{
		"name":              optional.ObjectName("Secret with the user data under the key `userdata` or `userData`, in place of `cloud_init` and `users`." + restart),
		"network_data_name": optional.ObjectName("Secret with the network data under the key `networkdata` or `networkData`, in place of `network_data`. It can be the same." + restart),
	})
}

func cloudInitTypeAttribute() schema.Attribute {
	return optional.OneOf("How the guest finds its cloud-init data: on a disk for the data source `nocloud` (default) or on one for `configdrive`."+restart, convert.NoCloud, convert.ConfigDrive)
}

func networkDataAttribute() schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true,
		MarkdownDescription: "cloud-init network configuration: version 1 or 2 for `nocloud`, OpenStack's `network_data.json` for `configdrive`. It works without user data too. It is kept in the server's Secret and in the Terraform state. cloud-init applies it on the first boot; most guests ignore a later change." + restart,
	}
}

func networkDataWOAttribute() schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true, WriteOnly: true,
		MarkdownDescription: "As `network_data`, but write-only: it is never stored in plan or state. It is written when the server is created and when `network_data_wo_version` changes. Needs Terraform or OpenTofu 1.11.",
	}
}

func usersAttribute() schema.Attribute {
	return schema.MapNestedAttribute{
		Optional: true,
		MarkdownDescription: "Accounts in the guest by name. They are appended to the list `users` of the `#cloud-config` document in `cloud_init`, whose order and comments stay, or make a document where there is none. A document without a list of users keeps the distribution's own account, as `default`. User data of another kind (a script, MIME parts, a template) cannot be combined with it. " +
			"cloud-init makes accounts on the guest's first boot: a later change is written to the Secret, but the guest does not follow. To change keys and passwords in a guest that runs, see `access_credentials`.",
		Validators: []validator.Map{mapvalidator.KeysAre(userNameValidator{})},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"password": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "Password, plain, or hashed as `$6$...` of `mkpasswd`: what starts with `$` is taken for a hash. It is kept in the server's Secret and in the Terraform state." + firstBoot,
				Validators:          []validator.String{validate.Text("Invalid password", oneLine)},
			},
			"password_wo": schema.StringAttribute{
				Optional: true, Sensitive: true, WriteOnly: true,
				MarkdownDescription: "As `password`, but write-only: it is never stored in plan or state. It is written together with all user data, when anything of that changes. Needs Terraform or OpenTofu 1.11.",
				Validators:          []validator.String{validate.Text("Invalid password", oneLine)},
			},
			"password_wo_version": versionAttribute("password_wo", "the user data, with the password,", firstBoot),
			"lock_passwd":         optional.Flag("`true` forbids logging in with a password. Default: `false` for a user with a password, else cloud-init's own, `true`." + firstBoot),
			"ssh_authorized_keys": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "SSH public keys, each as a line of `authorized_keys`." + firstBoot,
				Validators:          []validator.List{listvalidator.ValueStringsAre(validate.Text("Invalid SSH public key", sshKey), stringvalidator.LengthAtLeast(1))},
			},
			"groups": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Further groups of the user." + firstBoot,
				Validators:          []validator.List{listvalidator.ValueStringsAre(validate.Text("Invalid group name", accountName), stringvalidator.LengthAtLeast(1))},
			},
			"sudo":  optional.Text("Rule for sudo, for example `ALL=(ALL) NOPASSWD:ALL`. Default: none."+firstBoot, validate.Text("Invalid sudo rule", oneLine)),
			"shell": optional.Text("Login shell, for example `/bin/bash`. Default: the guest's."+firstBoot, validate.Text("Invalid shell", oneLine)),
		}},
	}
}

func accessCredentialsAttribute() schema.Attribute {
	required := func(text string) schema.StringAttribute {
		a := optional.ObjectName(text)
		a.Optional, a.Required = false, true
		a.Validators = append(a.Validators, stringvalidator.LengthAtLeast(1))
		return a
	}
	return schema.ListNestedAttribute{
		Optional:            true,
		MarkdownDescription: "SSH keys and passwords that KubeVirt brings into the guest from Secrets that you made, in the server's namespace. What the guest agent brings follows a changed Secret **live**; changing this list takes effect at the next **restart** of the server.",
		NestedObject: schema.NestedAttributeObject{
			Validators: []validator.Object{validate.ExactlyOne("credential", "ssh_public_key", "user_password")},
			Attributes: map[string]schema.Attribute{
				"ssh_public_key": optional.Nested("SSH public keys: every value of a Secret is one or several.", map[string]schema.Attribute{
					"secret_name": required("Secret with the keys." + restart),
					"propagation_method": schema.SingleNestedAttribute{
						Required:            true,
						MarkdownDescription: "How the keys reach the guest: exactly one." + restart,
						Validators:          []validator.Object{validate.ExactlyOne("propagation method", "qemu_guest_agent", "config_drive", "no_cloud")},
						Attributes: map[string]schema.Attribute{
							"qemu_guest_agent": optional.Nested("The guest agent writes them, also when the Secret changes, **live**.", map[string]schema.Attribute{"users": schema.ListAttribute{
								Required: true, ElementType: types.StringType,
								MarkdownDescription: "Accounts of the guest that get the keys." + restart,
								Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))},
							}}),
							"config_drive": optional.Nothing("cloud-init finds them, for its default user. Needs cloud-init data and `cloud_init_type = \"configdrive\"`."),
							"no_cloud":     optional.Nothing("cloud-init finds them, for its default user. Needs cloud-init data and `cloud_init_type = \"nocloud\"`, the default."),
						},
					},
				}),
				"user_password": optional.Nested("Passwords, which the guest agent sets, also when the Secret changes, **live**.", map[string]schema.Attribute{
					"secret_name": required("Secret whose keys are accounts of the guest and whose values are their passwords." + restart),
				}),
			},
		},
	}
}

func sysprepAttribute() schema.Attribute {
	return optional.Nested("Answer file of a Windows guest, `autounattend.xml` or `unattend.xml`, on a CD-ROM of the server. Windows reads it while it is installed or generalized, not at every boot. Write either `config_map` or `secret`.", map[string]schema.Attribute{
		"config_map": optional.ObjectName("ConfigMap with the answer file, in the server's namespace." + restart),
		"secret":     optional.ObjectName("Secret with the answer file, in the server's namespace." + restart),
	})
}

func ignitionAttribute() schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true,
		MarkdownDescription: "Ignition configuration, JSON, for guests such as Fedora CoreOS. KubeVirt takes it from an annotation (`kubevirt.io/ignitiondata`): **everybody who may read the VirtualMachine can read it**, so it is no place for secrets, although Terraform hides it. Needs KubeVirt's feature gate `ExperimentalIgnitionSupport`. Guests read it on their first boot only." + restart,
		Validators:          []validator.String{validate.Text("Invalid Ignition configuration", ignitionConfig)},
	}
}
