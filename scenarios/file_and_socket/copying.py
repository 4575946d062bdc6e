"""The copy loop, which cannot tell a file from a socket."""


def copy(source, target):
    """Read ``source`` in blocks until there is no more, and write them to ``target``."""
    while block := source.read(1024):
        target.write(block)
