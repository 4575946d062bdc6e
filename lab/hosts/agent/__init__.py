"""What runs inside a host, on the lab's side: standard library only, shipped by the channel."""
