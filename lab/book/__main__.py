"""``python -m lab.book [SCENARIO…]`` makes the book: the door that ``make book`` goes through."""

from lab import environment, interruption


def main() -> None:
    """Make the book of the clone around the working folder, and exit with a status."""
    interruption.enter(_command)


def _command() -> int:
    environment.close()

    from lab.book.door import status  # noqa: PLC0415 - not before the environment is closed

    return status()


if __name__ == "__main__":
    main()
