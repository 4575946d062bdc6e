"""What runs inside a host, as the lab's own side: standard library only, shipped over the channel."""
