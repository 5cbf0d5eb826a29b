#!/usr/bin/env bash
# Prints the path of the terraform to use: the one on PATH, else OpenTofu built
# from tools/opentofu.
set -euo pipefail
command -v terraform || command -v tofu || "$(dirname "$0")/tool.sh" opentofu
