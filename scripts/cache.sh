# shellcheck shell=bash
# Sourced by scripts in the checkout's folder: where all that is built or started
# here is kept. Relative folders are those of the checkout.
CACHE=${CACHE:-.cache}
[[ $CACHE == /* ]] || CACHE=$PWD/$CACHE
LOCALCLUSTER_CACHE=${LOCALCLUSTER_CACHE:-$CACHE}
[[ $LOCALCLUSTER_CACHE == /* ]] || LOCALCLUSTER_CACHE=$PWD/$LOCALCLUSTER_CACHE
export CACHE LOCALCLUSTER_CACHE
