#!/usr/bin/env bash
# Runs a command with KUBECONFIG of a cluster to test on:
#   scripts/with-cluster.sh make testacc
# With KUBECONFIG in the environment that cluster is used. Otherwise a local
# control plane is started for this run alone and taken down at its end. With
# TEST_CLUSTER=NAME the one of that name is used, started if need be, and kept.
set -euo pipefail
cd "$(dirname "$0")/.."

# They would send tests to another cluster than KUBECONFIG's.
for variable in "${!KUBE_@}"; do unset "$variable"; done

if [ -n "${KUBECONFIG:-}" ]; then
  [ -n "${WITH_CLUSTER:-}" ] || echo "using the cluster of KUBECONFIG=$KUBECONFIG (unset it for a local control plane)" >&2
  exec "$@"
fi

. scripts/cache.sh
name=${TEST_CLUSTER:-test-$$}
dir=$LOCALCLUSTER_CACHE/clusters/$name

# Clusters of runs that were killed, named after processes that are gone.
remove_orphans() {
  local path pid
  for path in "$LOCALCLUSTER_CACHE"/clusters/test-*; do
    pid=${path##*/test-}
    [[ $pid =~ ^[0-9]+$ ]] || continue
    [ "$pid" = $$ ] || [ ! -e "/proc/$pid" ] || continue
    echo "removing the cluster of a test run that was killed" >&2
    scripts/localcluster.sh down -name "test-$pid" >&2
  done
}

# The cluster's logs go with it: those of the last failed run stay.
keep_logs() {
  [ -d "$dir/logs" ] || return 0
  local logs=$LOCALCLUSTER_CACHE/failed-logs
  rm -rf "$logs"
  cp -r "$dir/logs" "$logs"
  if [ -n "${CI:-}" ]; then
    echo "last errors of the cluster:" >&2
    (cd "$logs" && { grep -E '^[EF][0-9]{4} |"?level"?[=:] ?"?(error|fatal|panic)|^panic:' ./*.log || true; } | tail -n 30 | cut -c1-500) >&2
  fi
  echo "logs of the cluster: $logs" >&2
}

finish() {
  status=$?
  trap - EXIT
  if [ -n "${TEST_CLUSTER:-}" ]; then
    echo "the cluster \"$name\" is kept: make cluster-down CLUSTER=$name" >&2
  else
    case $status in
    0 | 130 | 143) ;;
    *) keep_logs || true ;;
    esac
    scripts/localcluster.sh down -name "$name" >&2 || status=1
  fi
  exit "$status"
}

remove_orphans
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

scripts/localcluster.sh up -name "$name" >&2
export WITH_CLUSTER=1 # a call within a call says nothing
export KUBECONFIG=$dir/kubeconfig.yaml
"$@"
