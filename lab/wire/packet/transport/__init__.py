"""Headers of the transport layer: TCP and UDP."""
