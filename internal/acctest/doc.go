// Package acctest helps acceptance tests: a namespace of a real cluster for each
// test, the cluster's objects as JSON, and a wrapper around Terraform's test
// harness that holds every test to the same rules (see Run). Offline is for tests
// that ask the provider without a cluster.
package acctest
