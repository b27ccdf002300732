"""Ahead: about how many facts a rule will find, before it is applied.

What a rule finds is counted for some of the statements that it begins with. Their ids are digests,
so those below a bound are a fair share of all, and the same ones each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kg.errors import Finding, noun

# Of about how many statements all is counted, and after how many solutions counting ends.
SAMPLE: Final = 1_000
MOST: Final = 1_000_000
# From how many facts on the curator is told.
MANY: Final = 1_000_000
# Row by row counting is no faster than the rule itself: no more than this share is looked at then,
# and nothing where so few statements are that it would be chance.
_SHARE: Final = 0.1
_FEW: Final = 1_000


@dataclass(frozen=True)
class Ahead:
    """How many facts are to come; `share` of the statements were looked at, 1 if all were.

    `is_cut` says that counting was ended, so that there are more.
    """

    counted: int
    statements: int
    share: float = 1.0
    is_cut: bool = False

    @property
    def facts(self) -> int:
        """How many there are, two figures of it where not all were counted.

        >>> Ahead(251, 80_000, share=0.01).facts, Ahead(251, 800).facts
        (25000, 251)
        """
        if self.share == 1.0:
            return self.counted
        return int(float(f"{self.counted / self.share:.2g}"))

    def __str__(self) -> str:
        """Return it in words.

        >>> str(Ahead(1, 5)), str(Ahead(251, 80_000, share=0.01))
        ('1 fact', 'about 25,000 facts')
        """
        about = "about " if self.share < 1 else ""
        how = "more than " if self.is_cut else about
        return f"{how}{self.facts:,} {noun(self.facts, 'fact', 'facts')}"

    def finding(self, path: str) -> Finding | None:
        """Return the note that the rule in a file finds very many, None when it does not."""
        if self.facts < MANY:
            return None
        every = f"its {self.statements:,} statements"
        some = f"about {round(self.statements * self.share):,} of {every}"
        repair = f"counted for {every if self.share == 1.0 else some}"
        repair += "; narrow it down if that is not meant"
        return Finding(path, 1, 1, "note", f"the rule will infer {self}", repair)


def sample(names: Iterable[str]) -> list[str]:
    """Return the statements for which a rule that runs row by row is counted.

    >>> every = [f"{number:04x}" for number in range(5_000)]
    >>> len(sample(every)), sample(every[:500])
    (500, [])
    """
    every = sorted(names)
    return every[: min(SAMPLE, int(len(every) * _SHARE))] if len(every) >= _FEW else []
