#!/usr/bin/env bash
# Runs a command with KUBECONFIG of a cluster to test on:
#   scripts/with-cluster.sh make testacc
# With KUBECONFIG in the environment that cluster is used. Otherwise a local
# control plane (TEST_CLUSTER, default "test") is started, and stopped again at
# the end if it was not there before. TESTACC_KEEP=1 keeps it.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -n "${KUBECONFIG:-}" ]; then
  [ -n "${WITH_CLUSTER:-}" ] || echo "using the cluster of KUBECONFIG=$KUBECONFIG (unset it for a local control plane)" >&2
  exec "$@"
fi

name=${TEST_CLUSTER:-test}
cluster() { make --no-print-directory "cluster-$1" CLUSTER="$name"; }

if cluster status >/dev/null 2>&1; then
  TESTACC_KEEP=1
fi
finish() {
  status=$?
  trap - EXIT
  if [ "${TESTACC_KEEP:-0}" = 1 ]; then
    echo "the cluster \"$name\" keeps running: make cluster-down CLUSTER=$name" >&2
  else
    cluster down >&2 || status=1
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cluster up >&2
export WITH_CLUSTER=1 # a call within a call says nothing
export KUBECONFIG=${LOCALCLUSTER_CACHE:-$PWD/.cache}/clusters/$name/kubeconfig.yaml
"$@"
