"""The sources of a program: its own file, and the modules beside it that it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache


@lru_cache(maxsize=64)
def parsed(source: bytes) -> ast.Module:
    """Return the tree of a source, which nobody may change; raises as :func:`ast.parse`.

    The same programs are played again and again.
    """
    return ast.parse(source)


def own_modules(source: bytes, files: Mapping[str, bytes]) -> dict[str, ast.Module]:
    """Return the trees of a program, by file; that of the program itself has the name ``""``.

    ``files`` are those beside it. Raises as :func:`ast.parse`, also for a module that it imports.
    """
    trees = {"": parsed(source)}
    waiting = [trees[""]]
    while waiting:
        for name in _imported(waiting.pop()):
            file = f"{name}.py"
            if file in files and file not in trees:
                trees[file] = parsed(files[file])
                waiting.append(trees[file])
    return trees


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
