#!/usr/bin/env bash
# Runs acceptance tests on the cluster of KUBECONFIG (see with-cluster.sh):
#   scripts/testacc.sh [flags of go test, default -run ^TestAcc]
# with TF_ACC_TERRAFORM_PATH, or else what scripts/terraform.sh finds.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- -run '^TestAcc'
unset TF_CLI_CONFIG_FILE # may hold dev_overrides
# They would send tests to another cluster than KUBECONFIG's.
for variable in "${!KUBE_@}"; do unset "$variable"; done
export CHECKPOINT_DISABLE=1
: "${TF_ACC_TERRAFORM_PATH:=$(scripts/terraform.sh)}"
version=$("$TF_ACC_TERRAFORM_PATH" version)
case $version in
OpenTofu*) export TF_ACC_PROVIDER_HOST=registry.opentofu.org TF_ACC_PROVIDER_NAMESPACE=hashicorp ;;
esac
export TF_ACC=1 TF_ACC_TERRAFORM_PATH

echo "acceptance tests with ${version%%$'\n'*}"
exec scripts/gotest.sh -count=1 -timeout 30m -parallel 6 "$@" ./internal/...
