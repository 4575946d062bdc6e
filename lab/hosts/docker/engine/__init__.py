"""The Docker engine: find it, start it, talk to it."""
