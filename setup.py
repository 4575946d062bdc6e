"""Puts images/ into the wheel as lab/kit: what a course's hosts are made of."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

IMAGES = Path(__file__).parent / "images"


class WithKit(build_py):
    """Copies the kit beside the modules, but for an editable install: that finds images/ itself."""

    def run(self) -> None:
        """Build the modules, then the kit."""
        super().run()
        if not self.editable_mode:
            kit = Path(self.build_lib) / "lab" / "kit"
            shutil.rmtree(kit, ignore_errors=True)
            shutil.copytree(IMAGES, kit, ignore=shutil.ignore_patterns("__pycache__"))


setup(cmdclass={"build_py": WithKit})
