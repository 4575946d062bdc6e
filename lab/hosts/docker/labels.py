"""The labels by which the lab finds what is its own on an engine, and nothing else."""

from __future__ import annotations

PROJECT = "com.docker.compose.project"
"""Compose's own: the name of the lab, on hosts and networks."""

HOST = "socketlab.host"
"""On a host: its name."""

NETWORK = "socketlab.network"
"""On a network: its name."""

CONFIG = "socketlab.config"
"""On a host: the digest of everything that it was made from."""

DIGEST = "socketlab.digest"
"""On an image: the digest of its folder and of the image that it stands on."""
