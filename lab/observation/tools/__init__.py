"""What tools print, as values: one parser for each tool, each takes a transcript."""

from lab.observation.tools.ping import Ping, Reply, ping
from lab.observation.tools.sockets import netstat, ss
from lab.observation.tools.traceroute import Hop, traceroute

__all__ = ["Hop", "Ping", "Reply", "netstat", "ping", "ss", "traceroute"]
