#!/usr/bin/env bash
# Runs a command with KUBECONFIG of a cluster to test on:
#   scripts/with-cluster.sh [-configurable] make testacc
# With KUBECONFIG in the environment that cluster is used. Otherwise a local
# control plane is started for this run alone and taken down at its end. With
# TEST_CLUSTER=NAME the one of that name is used, started if need be, and kept.
#
# -configurable starts a second one likewise, NAME-configurable, for the tests that
# configure KubeVirt in another way (acctest.RunConfigured), and says in
# TF_ACC_CONFIGURABLE_KUBECONFIG where it is. With KUBECONFIG there is none but one
# that this variable names already, and such tests are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

# They would send tests to another cluster than KUBECONFIG's.
for variable in "${!KUBE_@}"; do unset "$variable"; done

configurable=
if [ "${1:-}" = -configurable ]; then
  configurable=1
  shift
fi

if [ -n "${KUBECONFIG:-}" ]; then
  [ -n "${WITH_CLUSTER:-}" ] || echo "using the cluster of KUBECONFIG=$KUBECONFIG (unset it for a local control plane)" >&2
  exec "$@"
fi

. scripts/cache.sh
clusters=("${TEST_CLUSTER:-test-$$}")
[ -z "$configurable" ] || clusters+=("${clusters[0]}-configurable")
kubeconfig() { echo "$LOCALCLUSTER_CACHE/clusters/$1/kubeconfig.yaml"; }

# Clusters of runs that were killed, named after processes that are gone.
remove_orphans() {
  local path name pid
  for path in "$LOCALCLUSTER_CACHE"/clusters/test-*; do
    name=${path##*/}
    pid=${name#test-}
    pid=${pid%-configurable}
    [[ $pid =~ ^[0-9]+$ ]] || continue
    [ "$pid" = $$ ] || [ ! -e "/proc/$pid" ] || continue
    echo "removing the cluster of a test run that was killed" >&2
    scripts/localcluster.sh down -name "$name" >&2
  done
}

# A cluster's logs go with it: those of the last failed run stay.
keep_logs() {
  local logs=$LOCALCLUSTER_CACHE/failed-logs name
  rm -rf "$logs"
  for name in "${clusters[@]}"; do
    [ -d "$LOCALCLUSTER_CACHE/clusters/$name/logs" ] || continue
    mkdir -p "$logs"
    cp -r "$LOCALCLUSTER_CACHE/clusters/$name/logs" "$logs/$name"
    [ -n "${CI:-}" ] || continue
    echo "last errors of the cluster $name:" >&2
    # Few, and no conflicts, which controllers try again: what failed stands above.
    (cd "$logs/$name" && { grep -E '^[EF][0-9]{4} |"?level"?[=:] ?"?(error|fatal|panic)|^panic:' ./*.log || true; } |
      { grep -v 'the object has been modified' || true; } | tail -n 8 | cut -c1-300) >&2
  done
  [ ! -d "$logs" ] || echo "logs of the cluster: $logs" >&2
}

finish() {
  status=$?
  trap - EXIT
  local name
  if [ -z "${TEST_CLUSTER:-}" ]; then
    case $status in
    0 | 130 | 143) ;;
    *) keep_logs || true ;;
    esac
  fi
  for name in "${clusters[@]}"; do
    if [ -n "${TEST_CLUSTER:-}" ]; then
      echo "the cluster \"$name\" is kept: make cluster-down CLUSTER=$name" >&2
    else
      scripts/localcluster.sh down -name "$name" >&2 || status=1
    fi
  done
  exit "$status"
}

remove_orphans
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# One after the other: at once they take longer.
for name in "${clusters[@]}"; do
  scripts/localcluster.sh up -name "$name" >&2
done
export WITH_CLUSTER=1 # a call within a call says nothing
KUBECONFIG=$(kubeconfig "${clusters[0]}")
export KUBECONFIG
unset TF_ACC_CONFIGURABLE_KUBECONFIG # of another run
if [ -n "$configurable" ]; then
  TF_ACC_CONFIGURABLE_KUBECONFIG=$(kubeconfig "${clusters[1]}")
  export TF_ACC_CONFIGURABLE_KUBECONFIG
fi
"$@"
