"""Where the tests find what is not theirs: the clone, and the captures that are kept in it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CAPTURES = ROOT / "tests" / "captures"
