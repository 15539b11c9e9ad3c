# The process that holds a pod's namespaces. The build's folder holds catatonit, a static init.
FROM scratch
COPY catatonit /pause
ENTRYPOINT ["/pause", "-P"]
