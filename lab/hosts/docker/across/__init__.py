"""One lab across two engines: a Swarm joins them, and an overlay network is its `middle`."""
