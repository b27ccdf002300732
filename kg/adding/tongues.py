# ruff: noqa: RUF001 - Russian words have letters that look like Latin ones
"""Tongues: words of English and Russian that say nothing of any property.

What properties are called is taught by their ontology; these are needed to read a sentence at all.
"""

from __future__ import annotations

import re
from typing import Final

_SPEAKING: Final = (
    "said told noted stressed informed stated declared added pointed concluded reported announced"
    " explained disclosed reiterated remarked"
    " сказал заявил отметил подчеркнул сообщил добавил указал пояснил объявил"
)
# What is said beside a name when that speaks.
SPEAKING: Final = frozenset(_SPEAKING.split())
_SELF: Final = "i we he she я мы он она"
# Whoever speaks of himself, or was named before.
SELF: Final = frozenset(_SELF.split())
_DENIALS: Final = "not never no neither nor не ни никогда"
DENIALS: Final = frozenset(_DENIALS.split())
_LEAN: Final = (
    "a an the of on in at to for by with from and or as that its their our his her this"
    " в на о об к с и по для от из что чтобы"
)
# What begins and ends no label.
LEAN: Final = frozenset(_LEAN.split())
_CUTS: Final = (
    "that which who whose where when while because said today now"
    " который которая которое которые чтобы когда сообщил заявил"
)
# What ends a label before it.
CUTS: Final = frozenset(_CUTS.split())
BREAKS: Final = re.compile(r"[,;:.!?()\"“”«»\n]|\s[-–—]\s")
# What stands between entities that are named together.
TOGETHER: Final = re.compile(r"\s*,?\s*(?:(?:and|as well as|и|а также)\s+)?(?:the\s+)?")
# A year alone is a date behind one of these.
BEFORE_YEARS: Final = "in|since|from|until|till|by|to|of|before|after|в|с|со|до|по|к"
IN_A_YEAR: Final = " the year| году?"
STARTS: Final = "since|from|as of|с|со|начиная с"
ENDS: Final = "until|till|to|up to|до|по"
