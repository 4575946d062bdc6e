"""Files in memory as one tar archive, for whoever unpacks them in a container."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a tar archive of files, by their paths in it: everybody may read them (0644)."""
    found = io.BytesIO()
    with tarfile.open(fileobj=found, mode="w") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    return found.getvalue()
