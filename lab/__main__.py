"""``python -m lab`` is the command ``lab``; Ctrl-C and the environment come before all else."""

from lab import environment, interruption


def main() -> None:
    """Run the command line, as the environment cannot change it, and exit with its status."""
    interruption.enter(_command)


def _command() -> int:
    environment.close()

    from lab.cli import status  # noqa: PLC0415 - not before the environment is closed

    return status()


if __name__ == "__main__":
    main()
