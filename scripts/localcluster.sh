#!/usr/bin/env bash
# Runs localcluster/ with this checkout's cache:
#   scripts/localcluster.sh up|status|down [-name NAME] ...
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/cache.sh
exec go -C localcluster run . "$@"
