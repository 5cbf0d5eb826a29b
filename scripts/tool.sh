#!/usr/bin/env bash
# Prints the path of a development tool and builds it first if it is missing:
#   scripts/tool.sh golangci-lint
# Each module in tools/ has one tool. Its binary is kept under
# .cache/tools, keyed by everything that decides its content.
set -euo pipefail

name=${1:?usage: scripts/tool.sh <folder of tools/>}
cd "$(dirname "$0")/.."
. scripts/cache.sh
module=$PWD/tools/$name
[ -f "$module/go.mod" ] || { echo "tool.sh: no tools/$name" >&2; exit 2; }

package=$(sed -n 's/^tool //p' "$module/go.mod")
version=$(go -C "$module" list -f '{{.Module.Version}}' "$package")
ldflags="-s -w"
case $name in
opentofu) ldflags+=" -X github.com/opentofu/opentofu/version.dev=no" ;;
golangci-lint) ldflags+=" -X main.version=${version#v}" ;;
esac

key=$({ cat "$module/go.mod" "$module/go.sum"; go env GOVERSION GOOS GOARCH; echo "$ldflags"; } | git hash-object --stdin | cut -c1-12)
binary=$CACHE/tools/$name-$key/$(basename "$package")

if [ ! -x "$binary" ]; then
  echo "building $name $version (once) ..." >&2
  mkdir -p "$(dirname "$binary")"
  # Built aside and moved: two builds at once do not see each other's half.
  part=$(mktemp -d "$(dirname "$binary")/build.XXXXXX")
  trap 'rm -rf "$part"' EXIT
  started=$SECONDS
  CGO_ENABLED=0 go -C "$module" build -trimpath -buildvcs=false -ldflags "$ldflags" -o "$part/tool" "$package"
  mv "$part/tool" "$binary"
  echo "built $name in $((SECONDS - started)) s" >&2
fi
echo "$binary"
