#!/usr/bin/env bash
# Generates docs/ from the provider's schema, examples/ and templates/:
#   scripts/docs.sh          write docs/
#   scripts/docs.sh check    fail when docs/ is not what would be written
# Works offline and without a Terraform.
set -euo pipefail
cd "$(dirname "$0")/.."

tfplugindocs=$(scripts/tool.sh tfplugindocs)
work=$(mktemp -d)
# tfplugindocs only writes below the provider's folder.
fresh=.cache/docs.$$
trap 'rm -rf "$work" "$fresh"' EXIT

go run ./tools/providerschema >"$work/schema.json"

run() {
  local command=$1
  shift
  "$tfplugindocs" "$command" --provider-name virtualserver --providers-schema "$work/schema.json" "$@" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
}

case ${1:-write} in
write)
  run generate
  run validate
  ;;
check)
  mkdir -p "$fresh"
  run generate --rendered-website-dir "$fresh"
  diff -ru docs "$fresh" || { echo "docs/ is not up to date: run 'make generate' and commit the result" >&2; exit 1; }
  run validate
  ;;
*)
  echo "usage: scripts/docs.sh [check]" >&2
  exit 2
  ;;
esac
