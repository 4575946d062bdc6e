"""``python -m lab`` is the command ``lab``; Ctrl-C and the environment come before all else."""

import gc

from lab import environment, interruption

CYCLES = 200_000
"""How many more objects are there when Python first looks for cycles: more than one run makes.

By default it looks 150 times in a run, finds next to nothing, and takes a twelfth of its time.
"""


def main() -> None:
    """Run the command line, as the environment cannot change it, and exit with its status."""
    interruption.enter(_command)


def _command() -> int:
    environment.close()
    gc.set_threshold(CYCLES, *gc.get_threshold()[1:])

    from lab.cli import status  # noqa: PLC0415 - not before the environment is closed

    return status()


if __name__ == "__main__":
    main()
