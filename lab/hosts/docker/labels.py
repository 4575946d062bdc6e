"""The labels by which the lab finds its own hosts, networks and images on an engine."""

from __future__ import annotations

PROJECT = "com.docker.compose.project"
"""Compose's own: the name of the lab, on hosts and networks."""

FOLDER = "com.docker.compose.project.working_dir"
"""Compose's own, on hosts: the folder of the clone."""

HOST = "socketlab.host"
"""On a host: its name."""

NETWORK = "socketlab.network"
"""On a network: its name."""

NAMES = "socketlab.names"
"""On a host: further full names of it, outside the lab's own zone, with blanks between them."""

MAIL = "socketlab.mail"
"""On a host: the domain whose mail it takes."""

CONFIG = "socketlab.config"
"""On a host: the digest of compose.yaml and of the images, for a lab that is out of date."""

DIGEST = "socketlab.digest"
"""On an image: the digest of its folder and of the images that it takes."""

APART = "socketlab.apart"
"""On a container that takes the machine off a lab's bridges: the name of the lab."""
