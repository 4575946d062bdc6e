"""Images out of an engine and into another: each layer once, compressed, named by its digest."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from lab.errors import CouldNotJudge, ImageUnavailable
from lab.hosts.bundle.examine import layers_of
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine.client import EngineClient

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL = 10
"""How hard to compress: a higher level takes five times as long for one part in a hundred."""

WINDOW = 24
"""The logarithm of how far back (in bytes) a repetition is found, and of what unpacking needs."""

PIECE = 1 << 20


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


Put = Callable[[str, Iterable[bytes]], None]
"""Keeps a blob, which comes in pieces, under a name."""

Open = Callable[[str], IO[bytes]]
"""Opens the blob of a name to read."""


@dataclass(frozen=True)
class Packed:
    """An image in a bundle: its full name, the blob of its configuration, its layers' digests."""

    name: str
    tag: str
    config: str
    layers: tuple[str, ...]
    sizes: tuple[int, ...]
    architecture: str

    def to_json(self) -> dict[str, Any]:
        """Return it as values that :mod:`json` can write."""
        return asdict(self)


def blob(digest: str) -> str:
    """Return the name of the blob with a layer."""
    return f"layers/{digest.removeprefix('sha256:')}.tar.zst"


def save(
    client: EngineClient, tags: Mapping[str, str], put: Put, scratch: Path, say: Say
) -> list[Packed]:
    """Put images, named by ``tags``, into a store; raises CouldNotJudge where one is not whole."""
    # Without a name, it is gone with the lab, however that ends.
    with tempfile.TemporaryFile(dir=scratch) as whole:
        say(f"taking {len(tags)} images from the engine")
        query = [("names", tag) for tag in tags.values()]
        at = f"{client.sdk.base_url}/v{client.sdk.api_version}/images/get"
        with client.sdk.get(at, params=query, stream=True, timeout=None) as answer:
            answer.raise_for_status()
            for piece in answer.iter_content(PIECE):
                whole.write(piece)
        whole.seek(0)
        with tarfile.open(fileobj=whole) as archive:
            described = {each["RepoTags"][0]: each for each in _document(archive, "manifest.json")}
            sizes: dict[str, int] = {}
            return [
                _saved(archive, name, tag, described[tag], put, sizes, say)
                for name, tag in tags.items()
            ]


def load(client: EngineClient, image: Packed, there: Iterable[Packed], stored: Open) -> None:
    """Give an image to the engine, without the layers that it has of images that are there.

    Raises ImageUnavailable where it then has another, or none.
    """
    known = {layer for other in there for layer in _common(image.layers, other.layers)}
    for left_out in (known, set()) if known else (set(),):
        said = _handed(client, _archive(image, left_out, stored))
        if layers_of(client, image.tag) == image.layers:
            return
    raise ImageUnavailable(
        f"giving image {image.tag} to the engine",
        said or "it has other layers than the bundle",
        "lab doctor; then lab install BUNDLE again",
    )


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> Iterator[str]:
    """Yield the layers with which two images begin: only so is one the same for the engine."""
    for own, others in zip(one, other, strict=False):
        if own != others:
            return
        yield own


def _handed(client: EngineClient, archive: Iterator[bytes]) -> str:
    """Have the engine load an archive; return its complaint, or nothing."""
    complaint = ""
    try:
        for event in client.sdk.load_image(archive):  # type: ignore[no-untyped-call]
            complaint = str(event.get("error", "")) or complaint
    except Exception as error:  # the SDK lets through whatever its transport raises
        complaint = str(error)
    return complaint


def compressor() -> zstd.ZstdCompressor:
    """Return what compresses one layer, to the same bytes each time."""
    return zstd.ZstdCompressor(
        options={
            zstd.CompressionParameter.compression_level: LEVEL,
            zstd.CompressionParameter.window_log: WINDOW,
            zstd.CompressionParameter.nb_workers: max(1, os.cpu_count() or 1),
            zstd.CompressionParameter.checksum_flag: 1,
        }
    )


def _archive(image: Packed, left_out: set[str], stored: Open) -> Iterator[bytes]:
    """Yield an archive as `docker save` writes one."""
    with stored(image.config) as file:
        config = file.read()
    names = [f"{layer.removeprefix('sha256:')}.tar" for layer in image.layers]
    own = f"{hashlib.sha256(config).hexdigest()}.json"
    about = [{"Config": own, "RepoTags": [image.tag], "Layers": names}]
    for name, content in ((own, config), ("manifest.json", json.dumps(about).encode())):
        yield from _member(name, len(content), [content])
    for name, layer, size in zip(names, image.layers, image.sizes, strict=True):
        if layer not in left_out:
            with stored(blob(layer)) as file, zstd.ZstdFile(file) as unpacked:
                yield from _member(name, size, _pieces(unpacked))
    yield bytes(2 * tarfile.BLOCKSIZE)


def _member(name: str, size: int, content: Iterable[bytes]) -> Iterator[bytes]:
    head = tarfile.TarInfo(name)
    head.size = size
    yield head.tobuf(tarfile.GNU_FORMAT)
    yield from content
    yield bytes(-size % tarfile.BLOCKSIZE)


def _saved(
    archive: tarfile.TarFile,
    name: str,
    tag: str,
    about: Mapping[str, Any],
    put: Put,
    sizes: dict[str, int],
    say: Say,
) -> Packed:
    config = _content(archive, about["Config"]).read(-1)
    known = json.loads(config)
    layers = tuple(map(str, known["rootfs"]["diff_ids"]))
    for layer, path in zip(layers, about["Layers"], strict=True):
        if layer not in sizes:
            say(f"compressing image {name}")
            sizes[layer] = _compressed(_content(archive, path), layer, put)
    place = f"images/{name}.json"
    put(place, [config])
    of_layers = tuple(sizes[layer] for layer in layers)
    return Packed(name, tag, place, layers, of_layers, str(known.get("architecture", "")))


def _compressed(content: _Readable, layer: str, put: Put) -> int:
    """Keep a layer, compressed; return its size before that, in bytes."""
    packer = compressor()
    found, size = hashlib.sha256(), 0

    def packed() -> Iterator[bytes]:
        nonlocal size
        for piece in _pieces(content):
            found.update(piece)
            size += len(piece)
            yield packer.compress(piece)
        yield packer.flush()

    put(blob(layer), packed())
    if f"sha256:{found.hexdigest()}" != layer:
        raise CouldNotJudge(
            "taking an image from the engine", f"a layer is not {layer}", "lab doctor"
        )
    return size


def _pieces(content: _Readable) -> Iterator[bytes]:
    while piece := content.read(PIECE):
        yield piece


def _document(archive: tarfile.TarFile, path: str) -> Any:
    return json.loads(_content(archive, path).read(-1))


def _content(archive: tarfile.TarFile, path: str) -> _Readable:
    """Return a file of an engine's archive, unpacked where its store keeps layers packed (gzip)."""
    file = archive.extractfile(path)
    if file is None:
        raise CouldNotJudge("taking an image from the engine", f"it has no {path}", "lab doctor")
    is_packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    if is_packed:
        import gzip  # noqa: PLC0415 - only containerd's store has such

        return gzip.GzipFile(fileobj=file)
    return file
