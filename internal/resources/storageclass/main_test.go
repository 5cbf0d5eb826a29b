package storageclass_test

import (
	"testing"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
