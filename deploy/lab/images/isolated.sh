#!/bin/sh
# usage: isolated.sh DIRECTORY COMMAND [ARGUMENT...]     (in a mount namespace of its own)
# buildah writes to fixed places of the machine, whatever storage it is told to use. They get places of the cache.
set -e
mount --bind "$1/lib" /var/lib/containers
mount --bind "$1/run" /run/containers
mount --bind "$1/cni" /etc/cni
shift
exec "$@"
