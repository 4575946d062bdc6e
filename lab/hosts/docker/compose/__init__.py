"""Compose: its command, its files, the hosts that it brings up and takes down."""
