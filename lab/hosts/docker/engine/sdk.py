"""Docker's SDK for Python: its low-level client for the engine that a user has chosen."""

from __future__ import annotations

from pathlib import Path

import docker

from lab.hosts.docker.engine.endpoint import Endpoint

_CERTIFICATES = ("ca", "cert", "key")


def client_of(endpoint: Endpoint, url: str, version: str) -> docker.APIClient:
    """Return a client that asks at ``url``, with the endpoint's certificates.

    Raises what the SDK raises.
    """
    tls = None
    if endpoint.certificates:
        files = [Path(endpoint.certificates) / f"{each}.pem" for each in _CERTIFICATES]
        ca, cert, key = (str(file) if file.exists() else None for file in files)
        tls = docker.tls.TLSConfig(
            client_cert=(cert, key) if cert and key else None,
            ca_cert=ca,
            verify=endpoint.verified,
        )
    return docker.APIClient(base_url=url, version=version, tls=tls or False)
