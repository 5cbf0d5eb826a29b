#!/usr/bin/env bash
# Everything that looks at the sources without running them. Goes on after a
# failed check, so that one run shows all there is to mend.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
. scripts/cache.sh

failed=()
check() {
  local name=$1 started=$SECONDS
  shift
  if "$@"; then
    echo "ok    $name ($((SECONDS - started)) s)"
  else
    echo "FAIL  $name ($((SECONDS - started)) s)"
    failed+=("$name")
  fi
}

# Files of the repository by pattern, new ones included.
files() { git ls-files --cached --others --exclude-standard -- "$@" | while read -r f; do if [ -e "$f" ]; then echo "$f"; fi; done; }

golangci() { (cd "$1" && "$golangci_lint" run --config "$root/.golangci.yml" ./...); }
vet() { go -C "$1" vet ./...; }
vet_component() { GOWORK=off GOFLAGS=-buildvcs=false go -C "$1" vet -trimpath ./...; }
gofmt_clean() {
  local unformatted
  unformatted=$(files '*.go' | xargs -r gofmt -l) || return 1
  [ -z "$unformatted" ] || { printf 'not formatted: %s\n' "$unformatted" >&2; return 1; }
}
terraform_fmt() { "$terraform" fmt -check -diff -recursive examples; }
shell() {
  if command -v shellcheck >/dev/null; then
    # The import.sh of examples are snippets for the documentation.
    files '*.sh' .ci/run ':!examples/**/import.sh' | xargs -r shellcheck
  elif [ "${CI:-}" = true ]; then
    echo "shellcheck is missing" >&2
    return 1
  else
    echo "shellcheck is not installed: scripts are not checked (apt-get install shellcheck)" >&2
  fi
}
workflows() { "$actionlint"; }

root=$PWD
golangci_lint=$(scripts/tool.sh golangci-lint) || exit 1
actionlint=$(scripts/tool.sh actionlint) || exit 1
terraform=$(scripts/terraform.sh) || exit 1

check "gofmt" gofmt_clean
check "shellcheck" shell
check "actionlint" workflows
check "terraform fmt" terraform_fmt
for module in . localcluster; do
  check "go vet $module" vet "$module"
  check "golangci-lint $module" golangci "$module"
done
# Only after their programs were built, with the flags of that build: otherwise
# this would compile most of Kubernetes and KubeVirt. golangci-lint does not look
# at them.
for component in $(files 'localcluster/components/*.go' | cut -d/ -f3 | sort -u); do
  if compgen -G "$LOCALCLUSTER_CACHE/bin/$component-*" >/dev/null; then
    check "go vet localcluster/components/$component" vet_component "localcluster/components/$component"
  else
    echo "skip  go vet localcluster/components/$component (not built yet: make cluster-up)"
  fi
done
check "docs" scripts/docs.sh check

if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}"
  exit 1
fi
