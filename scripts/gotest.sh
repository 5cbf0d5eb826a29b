#!/usr/bin/env bash
# go test with a summary, and an error when not one test passed (a wrong -run,
# everything skipped): scripts/gotest.sh [flags of go test] packages
set -euo pipefail

gotestsum=$("$(dirname "$0")/tool.sh" gotestsum)
events=$(mktemp)
trap 'rm -f "$events"' EXIT

"$gotestsum" --format "${TEST_FORMAT:-pkgname}" --format-hide-empty-pkg --jsonfile "$events" -- "$@"
if ! grep -q '"Action":"pass",.*"Test":' "$events"; then
  echo "no test passed: go test $*" >&2
  exit 1
fi
