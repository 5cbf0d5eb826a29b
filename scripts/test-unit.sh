#!/usr/bin/env bash
# Runs the tests of every module of this repository, but for acceptance tests.
set -euo pipefail
cd "$(dirname "$0")/.."

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
  echo "unit tests of module $module"
  (cd "$module" && "$gotest" -skip '^TestAcc' "$@" ./...) || status=1
done
exit "$status"
