"""The house rules: what a dataset can ask of its tables beyond what every graph needs.

Each is a check like all others, with its examples; a dataset switches it by its name. Those that
find what is surely wrong are on where the dataset says nothing, rules of taste are off.
"""

from __future__ import annotations

from typing import Final

from kg.model.row_check import RowCheck
from kg.model.row_checks import ROW_CHECKS
from kg.model.table_checks import TABLE_CHECKS, TableCheck

HOUSE_RULES: Final[tuple[RowCheck | TableCheck, ...]] = (
    *(check for check in ROW_CHECKS if check.rule),
    *TABLE_CHECKS,
)
BY_NAME: Final = {rule.name: rule for rule in HOUSE_RULES}
# Those that are on where a dataset says nothing.
DEFAULT: Final = frozenset(rule.name for rule in HOUSE_RULES if rule.rule == "on")
