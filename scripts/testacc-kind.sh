#!/usr/bin/env bash
# Runs the acceptance tests on KubeVirt and CDI in a kind cluster of its own,
# which is deleted at the end. Needs a container engine and kubectl.
# VMs run in software emulation when the machine has no /dev/kvm.
set -euo pipefail
cd "$(dirname "$0")/.."

KIND=${KIND:-v0.31.0}
KUBEVIRT=${KUBEVIRT:-v1.8.2}
CDI=${CDI:-v1.65.0}
name=virtualserver-testacc-$$

work=$(mktemp -d)
PATH=$work:$PATH
export KUBECONFIG=$work/kubeconfig.yaml
cleanup() {
  status=$?
  trap - EXIT
  if [ $status != 0 ] && [ -e "$KUBECONFIG" ]; then
    kubectl get vm,vmi,dv,pvc,pod --all-namespaces || true
  fi
  [ ! -x "$work/kind" ] || kind delete cluster --name "$name" || true
  rm -rf "$work"
  exit $status
}

trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

GOBIN=$work go install "sigs.k8s.io/kind@$KIND"

# Two workers: migration needs somewhere to go.
kind create cluster --name "$name" --wait 5m --config - <<'YAML'
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes: [{role: control-plane}, {role: worker}, {role: worker}]
YAML

kubevirt=https://github.com/kubevirt/kubevirt/releases/download/$KUBEVIRT
cdi=https://github.com/kubevirt/containerized-data-importer/releases/download/$CDI
kubectl apply -f "$kubevirt/kubevirt-operator.yaml" -f "$cdi/cdi-operator.yaml"
kubectl wait --for condition=Established --timeout 5m crd/kubevirts.kubevirt.io crd/cdis.cdi.kubevirt.io
kubectl apply -f "$kubevirt/kubevirt-cr.yaml" -f "$cdi/cdi-cr.yaml"

gates='["EnableVirtioFsStorageVolumes"]'
emulation=true
[ ! -e /dev/kvm ] || emulation=false
kubectl -n kubevirt patch kubevirt kubevirt --type merge -p \
  "{\"spec\":{\"configuration\":{\"developerConfiguration\":{\"useEmulation\":$emulation,\"featureGates\":$gates}}}}"
kubectl -n kubevirt wait --for condition=Available --timeout 15m kubevirt/kubevirt
kubectl wait --for condition=Available --timeout 10m cdi/cdi

make testacc
