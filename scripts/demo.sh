#!/usr/bin/env bash
# Applies examples/demo on a local control plane of its own and shows what comes
# of it:
#   scripts/demo.sh        run the demo; asks before each stage on a terminal
#   scripts/demo.sh down   destroy what it made and stop the control plane
# It never reads the cluster that the user works with.
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/cache.sh
root=$PWD
work=$CACHE/demo
name=${DEMO_CLUSTER:-demo}
kubeconfig=$LOCALCLUSTER_CACHE/clusters/$name/kubeconfig.yaml
stage="the start"

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
interactive() { [ -t 0 ] && [ -t 1 ]; }
heading() {
  stage=$1
  printf '\n%s== %s%s\n' "$bold" "$1" "$plain"
}
# Shows a command as a user types it, then runs it.
show() {
  printf '%s$ %s%s\n' "$bold" "$*" "$plain"
  "$@"
}
proceed() {
  interactive || return 0
  read -r -p $'\nEnter goes on, Ctrl-C stops. ' || echo
}
cluster() { "$root/scripts/localcluster.sh" "$1" -name "$name"; }

finish() {
  local status=$?
  trap - EXIT
  if [ "$status" != 0 ]; then
    printf '\nThe demo stopped at: %s.\nRun "make demo" to go on from there, "make demo-down" to clean up.\n' "$stage" >&2
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Nothing of the user's own configuration: the demo has its own cluster, its own
# state and its own provider.
isolate() {
  local variable
  for variable in "${!KUBE@}" "${!TF_@}"; do unset "$variable"; done
  export KUBECONFIG=$kubeconfig KUBE_CONFIG_PATH=$kubeconfig
  export TF_CLI_CONFIG_FILE=$work/terraform.rc CHECKPOINT_DISABLE=1
  [ -t 1 ] || export TF_CLI_ARGS=-no-color
}

# Puts terraform (or tofu) and kubectl on PATH, so that what is shown can be typed.
find_tools() {
  local binary
  binary=$(scripts/terraform.sh)
  terraform=$(basename "$binary")
  tools=
  command -v "$terraform" >/dev/null || tools=$(dirname "$binary")
  if [ -x "$LOCALCLUSTER_CACHE/bin/kubectl" ]; then
    tools=$LOCALCLUSTER_CACHE/bin${tools:+:$tools}
  fi
  export PATH=${tools:+$tools:}$PATH
}

prepare() {
  mkdir -p "$work/plugin"
  go build -trimpath -o "$work/plugin/" .
  # Works with Terraform and OpenTofu, and needs neither init nor a network.
  cat >"$work/terraform.rc" <<RC
provider_installation {
  dev_overrides {
    "registry.terraform.io/virtualserver/virtualserver" = "$work/plugin"
  }
  direct {}
}
RC
  cp examples/demo/main.tf examples/demo/pvcs.yaml "$work/"
}

# Fails when the cluster does not hold what the demo promises.
check() {
  local what=$1 want=$2 got
  shift 2
  got=$(kubectl get "$@")
  [ "$got" = "$want" ] || { echo "$what: expected \"$want\", found \"$got\"" >&2; return 1; }
  printf '%-28s %s\n' "$what" "$got"
}

# Called where set -e does not hold.
destroy() (
  [ -s "$work/terraform.tfstate" ] || return 0
  cd "$work" &&
    show "$terraform" destroy -auto-approve &&
    show kubectl delete -f pvcs.yaml --ignore-not-found &&
    show kubectl get vm,vmi,datavolume,pvc,secret
)

down() {
  local destroyed=yes
  if cluster status >/dev/null 2>&1; then
    isolate
    find_tools
    heading "Destroy the server and its claims"
    destroy || destroyed=no
  fi
  heading "Stop the local control plane"
  cluster down
  rm -rf "$work"
  echo "Nothing of the demo is left."
  if [ "$destroyed" = no ]; then
    trap - EXIT # nothing to go on with
    echo "But the destruction failed, see above: what it left went with the cluster." >&2
    exit 1
  fi
}

demo() {
  local began=$SECONDS code=0

  heading "Build the provider"
  prepare
  echo "built $work/plugin/terraform-provider-virtualserver"

  heading "Start the local control plane (Kubernetes, KubeVirt, CDI)"
  cluster up
  isolate
  find_tools
  cd "$work"

  heading "Two claims that the server refers to"
  show kubectl apply -f pvcs.yaml
  echo
  echo "$terraform warns below that it takes the provider from a local folder: that is on purpose."
  proceed

  heading "The plan"
  show "$terraform" plan -out=demo.tfplan
  proceed

  heading "Apply it"
  show "$terraform" apply demo.tfplan

  heading "What runs in the cluster"
  show kubectl get vm,vmi,datavolume,pvc,secret,service
  printf '\n(A claim "prime-..." is CDI'"'"'s own; it goes when the import has ended.)\n\n'
  local claim
  claim=$(kubectl get vm vs-example -o 'jsonpath={.spec.dataVolumeTemplates[0].metadata.name}')
  check "server" Running vm vs-example -o 'jsonpath={.status.printableStatus}'
  check "root disk, imported" 100.0% datavolume "$claim" -o 'jsonpath={.status.progress}'
  check "ports of the Service" "80/TCP 5901/TCP" service vs-example -o 'jsonpath={.spec.ports[0].port}/{.spec.ports[0].protocol} {.spec.ports[1].port}/{.spec.ports[1].protocol}'
  proceed

  heading "A second plan finds nothing to do"
  show "$terraform" plan -detailed-exitcode || code=$?
  [ "$code" != 2 ] || echo "The second plan is not empty." >&2
  [ "$code" = 0 ] || return "$code"

  heading "Look around"
  cat <<TEXT
The server keeps running. In a shell:

  export KUBECONFIG=$(printf %q "$kubeconfig")
  export KUBE_CONFIG_PATH=\$KUBECONFIG
  export TF_CLI_CONFIG_FILE=$(printf %q "$work/terraform.rc")
${tools:+  export PATH=$(printf %q "$tools"):\$PATH
}  cd $(printf %q "$work")

  $terraform state show virtualserver.example
  kubectl describe vm vs-example
  kubectl get vmi vs-example -o yaml

Change main.tf there and apply it, for example memory = "12Gi" (live), or
run_strategy = "Halted" (stops it), or another url (a plan that warns):

  $terraform apply

Clean up, from this checkout:

  make demo-down
TEXT
  stage="the end"
  printf '\n%sThe demo took %d s.%s\n' "$bold" "$((SECONDS - began))" "$plain"
}

case ${1:-run} in
run)
  demo
  if interactive; then
    cd "$root"
    read -r -p $'\nDestroy it all now? [y/N] ' answer || answer=
    case $answer in
    [yY]*) down ;;
    *) echo "It keeps running. \"make demo-down\" destroys it." ;;
    esac
  fi
  ;;
down) down ;;
*)
  echo "usage: scripts/demo.sh [down]" >&2
  exit 2
  ;;
esac
