package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// server is the provider as Terraform talks to it.
func server(t *testing.T) tfprotov6.ProviderServer {
	t.Helper()
	return providerserver.NewProtocol6(New("test")())()
}

// block is the provider block with the given values; all others are null.
func block(t *testing.T, values map[string]tftypes.Value) tftypes.Value {
	t.Helper()
	var resp provider.SchemaResponse
	New("test")().Schema(t.Context(), provider.SchemaRequest{}, &resp)
	objectType, ok := resp.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object")
	}
	attributes := map[string]tftypes.Value{}
	for name, attributeType := range objectType.AttributeTypes {
		attributes[name] = tftypes.NewValue(attributeType, nil)
		if value, ok := values[name]; ok {
			attributes[name] = value
			delete(values, name)
		}
	}
	for name := range values {
		t.Fatalf("there is no attribute %q", name)
	}
	return tftypes.NewValue(objectType, attributes)
}

func dynamic(t *testing.T, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	config, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	return &config
}

func str(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }

func unknown(ty tftypes.Type) tftypes.Value { return tftypes.NewValue(ty, tftypes.UnknownValue) }

func strs(values ...string) tftypes.Value {
	elements := make([]tftypes.Value, 0, len(values))
	for _, value := range values {
		elements = append(elements, str(value))
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, elements)
}

func strMap(values map[string]string) tftypes.Value {
	elements := map[string]tftypes.Value{}
	for key, value := range values {
		elements[key] = str(value)
	}
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, elements)
}

func TestSchema(t *testing.T) {
	resp, err := server(t).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	var described func(prefix string, attributes []*tfprotov6.SchemaAttribute)
	described = func(prefix string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			if a.Description == "" {
				t.Errorf("%s%s has no description", prefix, a.Name)
			}
			if a.NestedType != nil {
				described(prefix+a.Name+".", a.NestedType.Attributes)
			}
		}
	}
	described("", resp.Provider.Block.Attributes)
}

// TestTypeNames: Terraform takes what stands before the first underscore of a
// type for its provider, so that any other name would break `terraform init`.
func TestTypeNames(t *testing.T) {
	resp, err := server(t).GetMetadata(t.Context(), &tfprotov6.GetMetadataRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range resp.Resources {
		names = append(names, r.TypeName)
	}
	for _, r := range resp.DataSources {
		names = append(names, r.TypeName)
	}
	for _, r := range resp.EphemeralResources {
		names = append(names, r.TypeName)
	}
	for _, r := range resp.ListResources {
		names = append(names, r.TypeName)
	}
	for _, r := range resp.Actions {
		names = append(names, r.TypeName)
	}
	if len(resp.Resources) == 0 || len(resp.DataSources) == 0 {
		t.Error("the provider offers no resources or no data sources")
	}
	for _, name := range names {
		if !isTypeName(name) {
			t.Errorf("the type %q is neither %s nor starts with %s_", name, typeName, typeName)
		}
	}
}

func isTypeName(name string) bool {
	return name == typeName || strings.HasPrefix(name, typeName+"_")
}

func TestIsTypeName(t *testing.T) {
	for name, want := range map[string]bool{
		"virtualserver": true, "virtualserver_disk": true, "virtualservers": false, "disk": false,
	} {
		if isTypeName(name) != want {
			t.Errorf("isTypeName(%q) is %t", name, !want)
		}
	}
}

func TestMetadata(t *testing.T) {
	var resp provider.MetadataResponse
	New("1.2.3")().Metadata(t.Context(), provider.MetadataRequest{}, &resp)
	if resp.TypeName != "virtualserver" || resp.Version != "1.2.3" {
		t.Errorf("got %+v", resp)
	}
}
