# The project's own image: ops worker, agent and command line. Nothing is fetched in this build: its folder holds
# runtime/ (Node as "node" and the production node_modules) and app/ (the sources), as deploy/lab stages them.
# BASE is any Debian with glibc 2.28 or newer.
#
# Everything is in /cephflow and works from wherever that directory is copied to: an init container copies it into the
# pod of the cluster's own Ceph image, where it runs as <copy>/node.
ARG BASE
FROM ${BASE} AS runtime
COPY runtime/ /cephflow/

# Temporal's client trusts the system's authorities, and without any it refuses every TLS address. Where the base has none, those that
# Node carries serve. An authority of your own is a setting of Temporal (TEMPORAL_TLS_SERVER_CA_CERT_PATH), or a base that has it.
RUN set -eu; authorities=/etc/ssl/certs/ca-certificates.crt; \
    if [ ! -s "$authorities" ]; then \
      mkdir -p /etc/ssl/certs; \
      /cephflow/node --print "require('node:tls').rootCertificates.join('\n')" > "$authorities"; \
    fi

# A stage of its own, so that all sources are the last layer and nothing else is in it: the lab replaces this one layer
# when only sources have changed.
FROM runtime
COPY app/ /cephflow/
WORKDIR /cephflow
ENV NODE_ENV=production NODE_COMPILE_CACHE=/cephflow/compile-cache NODE_COMPILE_CACHE_PORTABLE=1
ENTRYPOINT ["/cephflow/node"]
