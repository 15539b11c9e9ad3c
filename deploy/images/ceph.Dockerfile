# Ceph from Debian's packages, for a lab that cannot pull the upstream images. Real clusters use upstream's.
# BASE is a Debian system with one "deb" line in sources.list, SUITE the Debian release whose Ceph is wanted.
ARG BASE
FROM ${BASE}
ARG SUITE

# Upstream images have ceph as 167:167; Debian's packages take an existing user and group.
RUN groupadd --system --gid 167 ceph \
 && useradd --system --uid 167 --gid ceph --home-dir /var/lib/ceph --shell /usr/sbin/nologin ceph

# policy-rc.d: no service may start in a build.
# LVM_SYSTEM_DIR: lvm2's post-install script would scan the build machine's loop devices and never end; reject them all.
# ceph-volume is a package of its own in newer suites and part of ceph-osd in older ones.
RUN set -eu; \
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; \
    mkdir /tmp/no-lvm; echo 'devices { global_filter = [ "r|.*|" ] }' > /tmp/no-lvm/lvm.conf; \
    sed -E "s/ [a-z]+ main/ ${SUITE} main/" /etc/apt/sources.list > /etc/apt/sources.list.d/ceph.list; \
    apt-get -o Acquire::Check-Valid-Until=false update; \
    wanted="ceph-mon ceph-mgr ceph-osd ceph-mds radosgw ceph-fuse ceph-common lvm2 gdisk udev ca-certificates"; \
    if apt-cache show ceph-volume > /dev/null 2>&1; then wanted="$wanted ceph-volume"; fi; \
    if [ "${SUITE}" = forky ]; then wanted="$wanted libqatzip3 ceph-mgr-dashboard"; fi; \
    DEBIAN_FRONTEND=noninteractive LVM_SYSTEM_DIR=/tmp/no-lvm \
      apt-get install -y --no-install-recommends -t "${SUITE}" $wanted; \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /tmp/no-lvm

# Faults of Debian's own builds: trixie's mgr cannot load modules that import bcrypt, so one that fails when it is
# called takes its place; forky's mgr files a crash report for every module class without NOTIFY_TYPES.
RUN set -eu; case "${SUITE}" in \
      trixie) printf '%s\n' 'def _missing(*_args, **_kwargs):' \
                '    raise RuntimeError("this lab image has no bcrypt")' \
                'hashpw = checkpw = gensalt = _missing' > /usr/share/ceph/mgr/bcrypt.py ;; \
      forky) sed -i -E '/^class Mgr(Standby)?Module\(.*\):$/a\    NOTIFY_TYPES: list = []' \
               /usr/share/ceph/mgr/mgr_module.py ;; \
    esac
