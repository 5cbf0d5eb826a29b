// Package convert holds the Terraform models and their conversions to and
// from Kubernetes objects. Nothing here talks to a cluster.
//
// Two properties hold and are tested: API -> model -> API changes no managed
// field and drops no unknown one; model -> API -> model (with the model as
// prior) is identity.
package convert
