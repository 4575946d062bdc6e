"""Docker's SDK for Python: its low-level client for the engine that a user has chosen."""

from __future__ import annotations

import docker
from requests.utils import get_environ_proxies

from lab.hosts.docker.engine.endpoint import Endpoint, certificate_files


def client_of(endpoint: Endpoint, url: str, version: str) -> docker.APIClient:
    """Return a client that asks at ``url``, with the endpoint's certificates.

    Raises what the SDK raises.
    """
    tls = None
    if endpoint.certificates:
        ca, cert, key = certificate_files(endpoint.certificates)
        tls = docker.tls.TLSConfig(
            client_cert=(str(cert), str(key)) if cert and key else None,
            ca_cert=str(ca) if ca else None,
            verify=endpoint.verified,
        )
    client = docker.APIClient(base_url=url, version=version, tls=tls or False)
    # A REQUESTS_CA_BUNDLE of the user's would stand in for the engine's own authority.
    client.proxies, client.trust_env = get_environ_proxies(client.base_url), False
    return client
