#!/usr/bin/env bash
# Measures a fleet on the cluster of KUBECONFIG (see with-cluster.sh):
#   scripts/bench.sh [flags of tools/bench, such as -servers 100 -cloud-init]
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -trimpath -o "$work/" . ./tools/bench
# Not exec: the folder is removed afterwards.
"$work/bench" -provider "$work" -terraform "$(scripts/terraform.sh)" "$@"
