"""Heads: the comments at the head of a named question: its topic, other wordings, parameters.

Completion reads them while somebody waits, so nothing but `re` is imported.
"""

from __future__ import annotations

import re

# What `typing` calls by this name, without waiting for `typing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ALSO = r"#\s*also\s*:\s*(.*\w.*)"
_TOPIC = r"#\s*topic\s*:\s*(.*\w.*)"
_PARAMETER = r"#\s*param\s+(\w+)\s+\(([^)\s]+)\)(\s+required)?\s*:\s*(.+)"


def parameters_in(sparql: str) -> Iterator[tuple[str, str, bool, str]]:
    """Yield the name, the type, whether it must be given, and the text of each parameter.

    >>> [*parameters_in("# param club (:Club) required: the club")]
    [('club', ':Club', True, 'the club')]
    """
    for line in sparql.splitlines():
        if found := re.fullmatch(_PARAMETER, line.strip()):
            yield found[1], found[2], bool(found[3]), found[4].strip()


def wordings_in(sparql: str) -> Iterator[str]:
    r"""Yield the other words in which the question may be asked, in whatever languages.

    >>> [*wordings_in("# Who plays?\n# also: Who is in the team?\n# also: Кто играет?")]
    ['Who is in the team?', 'Кто играет?']
    """
    for line in sparql.splitlines():
        if found := re.fullmatch(_ALSO, line.strip()):
            yield found[1].strip()


def topic_in(sparql: str) -> str:
    r"""Return the topic below which the question is listed, "" where none is named.

    >>> topic_in("# Who plays?\n# topic: Players")
    'Players'
    """
    lines = (re.fullmatch(_TOPIC, line.strip()) for line in sparql.splitlines())
    return next((found[1].strip() for found in lines if found), "")
