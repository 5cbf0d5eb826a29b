// Command providerschema prints the provider's schema as JSON, in the shape of
// `terraform providers schema -json`, for tfplugindocs.
//
// It asks the provider itself and not a Terraform: each version of Terraform
// and OpenTofu leaves out what it does not know (identities, actions, list
// resources), and the generated documentation would depend on who generates it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/provider"
)

// address is the one that tfplugindocs looks for, whatever the provider's own is.
const address = "registry.terraform.io/hashicorp/virtualserver"

func main() {
	server := providerserver.NewProtocol6(provider.New("docs")())()
	if err := run(context.Background(), server); err != nil {
		fmt.Fprintln(os.Stderr, "providerschema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, server tfprotov6.ProviderServer) error {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	if err := failed(schemas.Diagnostics); err != nil {
		return err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	if err := failed(identities.Diagnostics); err != nil {
		return err
	}

	actions := map[string]*tfprotov6.Schema{}
	for name, action := range schemas.ActionSchemas {
		actions[name] = action.Schema
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(object{
		"format_version": "1.0",
		"provider_schemas": object{address: object{
			"provider":                   schema(schemas.Provider),
			"resource_schemas":           each(schemas.ResourceSchemas, schema),
			"data_source_schemas":        each(schemas.DataSourceSchemas, schema),
			"ephemeral_resource_schemas": each(schemas.EphemeralResourceSchemas, schema),
			"list_resource_schemas":      each(schemas.ListResourceSchemas, schema),
			"action_schemas":             each(actions, schema),
			"functions":                  each(schemas.Functions, function),
			"resource_identity_schemas":  each(identities.IdentitySchemas, identity),
		}},
	})
}

func failed(diagnostics []*tfprotov6.Diagnostic) error {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	return nil
}

// object is a JSON object; encoding/json sorts its keys.
type object map[string]any

func each[T any](in map[string]*T, convert func(*T) object) object {
	out := object{}
	for name, value := range in {
		out[name] = convert(value)
	}
	return out
}

func schema(s *tfprotov6.Schema) object {
	if s == nil {
		return object{"version": 0, "block": object{}}
	}
	return object{"version": s.Version, "block": block(s.Block)}
}

func block(b *tfprotov6.SchemaBlock) object {
	nested := object{}
	for _, n := range b.BlockTypes {
		nested[n.TypeName] = object{
			"nesting_mode": strings.ToLower(n.Nesting.String()),
			"block":        block(n.Block),
			"min_items":    n.MinItems,
			"max_items":    n.MaxItems,
		}
	}
	return object{
		"attributes":       attributes(b.Attributes),
		"block_types":      nested,
		"description":      b.Description,
		"description_kind": strings.ToLower(b.DescriptionKind.String()),
		"deprecated":       b.Deprecated,
	}
}

func attributes(in []*tfprotov6.SchemaAttribute) object {
	out := object{}
	for _, a := range in {
		o := object{
			"description":      a.Description,
			"description_kind": strings.ToLower(a.DescriptionKind.String()),
			"required":         a.Required,
			"optional":         a.Optional,
			"computed":         a.Computed,
			"sensitive":        a.Sensitive,
			"deprecated":       a.Deprecated,
			"write_only":       a.WriteOnly,
		}
		if a.NestedType != nil {
			o["nested_type"] = object{
				"attributes":   attributes(a.NestedType.Attributes),
				"nesting_mode": strings.ToLower(a.NestedType.Nesting.String()),
			}
		} else {
			o["type"] = a.Type
		}
		out[a.Name] = o
	}
	return out
}

func identity(s *tfprotov6.ResourceIdentitySchema) object {
	out := object{}
	for _, a := range s.IdentityAttributes {
		out[a.Name] = object{
			"type":                a.Type,
			"description":         a.Description,
			"required_for_import": a.RequiredForImport,
			"optional_for_import": a.OptionalForImport,
		}
	}
	return object{"version": s.Version, "attributes": out}
}

func function(f *tfprotov6.Function) object {
	parameters := []object{}
	for _, p := range f.Parameters {
		parameters = append(parameters, parameter(p))
	}
	out := object{
		"description":         f.Description,
		"summary":             f.Summary,
		"deprecation_message": f.DeprecationMessage,
		"parameters":          parameters,
		"return_type":         f.Return.Type,
	}
	if f.VariadicParameter != nil {
		out["variadic_parameter"] = parameter(f.VariadicParameter)
	}
	return out
}

func parameter(p *tfprotov6.FunctionParameter) object {
	return object{
		"name":        p.Name,
		"description": p.Description,
		"is_nullable": p.AllowNullValue,
		"type":        p.Type,
	}
}
