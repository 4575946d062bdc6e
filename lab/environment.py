"""Which variables of the environment count: what pytest, Python and Docker may read is closed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

FAMILIES = (
    "PYTEST_",
    "PYTHON",
    "PY_",
    "COMPOSE_",
    "DOCKER_",
    "BUILDX_",
    "BUILDKIT_",
    "EXECNET_",
)
"""How the names begin that these tools read; none of them counts unless ``HEEDED`` has it."""

ALONE = ("CI", "BUILD_NUMBER", "FORCE_COLOR", "TOX_ENV_DIR")
"""Other names that pytest reads: how long its messages are, their colours, where its cache is."""

HEEDED = {
    "BROWSER": "which browser `lab open` starts (Python's webbrowser)",
    "COLUMNS": "how wide tables and stories are",
    "COMPOSE_PROJECT_NAME": "the name of the lab, instead of the one that the clone's path gives",
    "DISPLAY": "whether `lab open` can show a browser here",
    "DOCKER_CERT_PATH": "the certificates for an engine elsewhere",
    "DOCKER_CONFIG": "the folder of Docker's settings: which engine is chosen, who is logged in",
    "DOCKER_CONTEXT": "which engine, by the name that Docker has for it",
    "DOCKER_HOST": "which engine, by its address",
    "DOCKER_TLS_VERIFY": "whether the engine elsewhere must prove who it is",
    "GITHUB_WORKSPACE": "from which folder `lab run --annotate` tells paths",
    "HTTPS_PROXY": "the way out for downloads while an image is made; never inside a host",
    "HTTP_PROXY": "the way out for downloads while an image is made; never inside a host",
    "LAB_COMPOSE": "`docker compose` or `docker-compose`",
    "LAB_FAULTS": "which of `netem`, `relay` and `forwarder` impairs packets",
    "LAB_PREFIX": "the beginning of the lab's IPv4 addresses",
    "LAB_PREFIX6": "the beginning of the lab's IPv6 addresses",
    "NO_COLOR": "no colours",
    "NO_PROXY": "what is reached without the proxy while an image is made",
    "PYTHONCOERCECLOCALE": "how text is written to the terminal",
    "PYTHONDONTWRITEBYTECODE": "whether Python keeps what it has compiled",
    "PYTHONFAULTHANDLER": "what Python prints when it crashes itself",
    "PYTHONHASHSEED": "an order that no verdict depends on",
    "PYTHONIOENCODING": "how text is written to the terminal",
    "PYTHONNOUSERSITE": "no packages from the user's home, as in .venv",
    "PYTHONPYCACHEPREFIX": "where Python keeps what it has compiled",
    "PYTHONSAFEPATH": "no modules from the working folder, as the command does anyway",
    "PYTHONUNBUFFERED": "when output is written to the terminal",
    "PYTHONUTF8": "how text is written to the terminal",
    "SOCKETLAB_ROOT": "which clone the lab works on",
    "WAYLAND_DISPLAY": "whether `lab open` can show a browser here",
    "_LAB_COMPLETE": "which words a shell asks for, where `lab completion` was used",
}
"""Each variable that the lab honours on purpose, and what it decides."""

_AGAIN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from lab.__main__ import main; main()"


def is_shut_out(name: str) -> bool:
    """Return whether a variable of pytest's, Python's or Docker's is kept from them."""
    return (name.startswith(FAMILIES) or name in ALONE) and name not in HEEDED


def shut_out(names: Iterable[str]) -> list[str]:
    """Return those of the names that are shut out, in order."""
    return sorted(filter(is_shut_out, names))


def cleaned(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what is shut out."""
    return {name: value for name, value in environment.items() if not is_shut_out(name)}


def close() -> None:
    """Take what is shut out from this process and from whatever it starts.

    Python reads its own variables while it starts. Where there are some, or options do the same
    (``-O`` leaves assertions out), the command starts once more without them.
    """
    found = shut_out(os.environ)
    for name in found:
        del os.environ[name]
    is_changed = sys.flags.optimize or sys.warnoptions or any(map(_is_of_python, found))
    if is_changed:
        root = str(Path(__file__).resolve().parent.parent)
        # Until it can tell of Ctrl-C again, the kernel keeps that.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        os.execv(sys.executable, [sys.executable, "-P", "-c", _AGAIN, root, *sys.argv[1:]])  # noqa: S606


def _is_of_python(name: str) -> bool:
    return name.startswith("PYTHON")
