#!/usr/bin/env bash
# Runs the tests of every module of this repository, but for acceptance tests.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/cache.sh

# No unit test may reach the cluster that its developer works with.
for variable in KUBECONFIG TF_ACC "${!KUBE_@}"; do unset "$variable"; done

modules() {
  git ls-files --cached --others --exclude-standard -- '*_test.go' | while read -r test; do
    module=$(dirname "$test")
    until [ -e "$module/go.mod" ]; do module=$(dirname "$module"); done
    echo "$module"
  done | sort -u
}

gotest=$PWD/scripts/gotest.sh
found=$(modules)
[ -n "$found" ] || { echo "there are no tests" >&2; exit 1; }
status=0
for module in $found; do
  case $module in
  localcluster/components/*)
    # As lint.sh does: only what was built already, with the flags of that build.
    if ! compgen -G "$LOCALCLUSTER_CACHE/bin/${module##*/}-*" >/dev/null; then
      echo "no unit tests of module $module (not built yet: make cluster-up)"
      continue
    fi
    flags=(env GOWORK=off "GOFLAGS=-buildvcs=false -trimpath")
    ;;
  *) flags=() ;;
  esac
  echo "unit tests of module $module"
  (cd "$module" && "${flags[@]}" "$gotest" -skip '^TestAcc' "$@" ./...) || status=1
done
exit "$status"
