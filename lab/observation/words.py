"""The words of a run, as expectations and steps ask for them."""

from __future__ import annotations

from collections.abc import Mapping

from lab.errors import NotObserved


class Spoken:
    """What has the words of a run: the observation, and the stage on which a run is played."""

    words: Mapping[str, str]

    @property
    def word(self) -> str:
        """What the caller says in this run: ``{word}`` in a program's arguments."""
        return self._spoken("word")

    @property
    def word2(self) -> str:
        """Another word of the caller's: ``{word2}``."""
        return self._spoken("word2")

    @property
    def word3(self) -> str:
        """A third word of the caller's: ``{word3}``."""
        return self._spoken("word3")

    @property
    def answer(self) -> str:
        """What the server says of its own in this run: ``{answer}``."""
        return self._spoken("answer")

    @property
    def answer2(self) -> str:
        """Another word of the server's: ``{answer2}``."""
        return self._spoken("answer2")

    @property
    def answer3(self) -> str:
        """A third word of the server's: ``{answer3}``."""
        return self._spoken("answer3")

    @property
    def number(self) -> int:
        """A number of this run, of six digits: ``{number}``."""
        return int(self._spoken("number"))

    @property
    def port(self) -> int:
        """A port of this run, of five digits: ``{port}``."""
        return int(self._spoken("port"))

    @property
    def loss(self) -> int:
        """Which packet a fault of this run is to meet, from 1 to 9: ``Loss(nth=lab.loss)``."""
        return int(self._spoken("loss"))

    def _spoken(self, name: str) -> str:
        if name not in self.words:
            raise NotObserved(f"this run has no {name} of its own: run the scenario again")
        return self.words[name]
