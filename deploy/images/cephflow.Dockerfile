# The project's own image: ops worker, agent and command line. Nothing is fetched in this build: the folder holds
# runtime/ (Node as "node" and the production node_modules) and app/ (the sources), as deploy/lab stages them.
# BASE is any Debian with glibc 2.28 or newer.
#
# Everything is in /cephflow and works from wherever that directory is copied to: an init container copies it into the
# pod of the cluster's own Ceph image, where it runs as <copy>/node.
ARG BASE
FROM ${BASE}
# What rarely changes first: a new version of the sources is a layer of a few hundred kilobytes.
COPY runtime/ /cephflow/
COPY app/ /cephflow/
WORKDIR /cephflow
ENV NODE_ENV=production
ENTRYPOINT ["/cephflow/node"]
