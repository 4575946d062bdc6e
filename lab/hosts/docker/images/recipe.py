"""What one image is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NAMESPACE = "socketlab"


@dataclass(frozen=True)
class Recipe:
    """What one image is made from: its folder, the digest of the folder, and the images it takes.

    ``parents`` has the lab's images that it stands on or copies from, by build argument. Without an
    argument BASE it stands on Debian's image.
    """

    name: str
    folder: Path
    digest: str
    parents: Mapping[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The image's full name on the engine; another content has another name."""
        return f"{NAMESPACE}/{self.name}:{self.digest}"
