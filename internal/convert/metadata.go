package convert

import "github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"

// IsReserved tells whether a label or annotation key belongs to Kubernetes,
// KubeVirt or this provider.
func IsReserved(key string) bool { return metadata.IsReserved(key) }

// Merge returns the union of maps, later ones winning; nil when all are empty.
func Merge(all ...map[string]string) map[string]string { return metadata.Merge(all...) }
