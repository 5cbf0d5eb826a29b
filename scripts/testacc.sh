#!/usr/bin/env bash
# Runs acceptance tests on the cluster of KUBECONFIG (see with-cluster.sh):
#   scripts/testacc.sh [flags of go test, default -run ^TestAcc]
# with TF_ACC_TERRAFORM_PATH, or else what scripts/terraform.sh finds.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- -run '^TestAcc'
: "${TF_ACC_TERRAFORM_PATH:=$(scripts/terraform.sh)}"
case $("$TF_ACC_TERRAFORM_PATH" version) in
*OpenTofu*) export TF_ACC_PROVIDER_HOST=registry.opentofu.org TF_ACC_PROVIDER_NAMESPACE=hashicorp ;;
esac
export TF_ACC=1 TF_ACC_TERRAFORM_PATH
unset TF_CLI_CONFIG_FILE # may hold dev_overrides

echo "acceptance tests with $("$TF_ACC_TERRAFORM_PATH" version | head -1)"
exec scripts/gotest.sh -count=1 -timeout 30m -parallel 8 "$@" ./internal/...
