"""``python -m lab.book [SCENARIO…]`` makes the book: the door that ``make book`` goes through."""

from lab import environment, interruption


def main() -> None:
    """Make the book of the clone around the working folder, and exit with a status."""
    try:
        interruption.heed()
        environment.close()

        from lab.book.door import status  # noqa: PLC0415 - not before the environment is closed

        interruption.leave(status())
    except KeyboardInterrupt:
        interruption.leave()


if __name__ == "__main__":
    main()
