"""``python -m lab`` is the command ``lab``; it shuts the environment out before all else."""

from lab import environment


def main() -> None:
    """Run the command line, as the environment cannot change it, and exit with its status."""
    environment.close()

    from lab.cli import main as command  # noqa: PLC0415 - not before the environment is closed

    command()


if __name__ == "__main__":
    main()
