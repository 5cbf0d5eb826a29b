package providerdata

import "testing"

func TestFromRequest(t *testing.T) {
	if data, diags := FromRequest(nil); data != nil || len(diags) > 0 {
		t.Errorf("an unconfigured provider gives %v, %v", data, diags)
	}
	want := &Data{}
	if data, diags := FromRequest(want); data != want || len(diags) > 0 {
		t.Errorf("got %v, %v", data, diags)
	}
	if _, diags := FromRequest("other"); !diags.HasError() {
		t.Error("data of another type is accepted")
	}
}
