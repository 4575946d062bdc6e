"""Helper functions for our file transfer"""

BUFFER = 4096
SEPARATOR = "<SEPARATOR>"


def progress(done, total):
    width = 20
    filled = int(width * done / total)
    print("\r[" + "#" * filled + "." * (width - filled) + f"] {done}/{total}", end="", flush=True)
