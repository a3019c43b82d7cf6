"""Rules that a build pipeline fails by: `harmed>1%`, `changed>=5`, `accuracy<90%`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from srlab.errors import StoreError, UsageError

_COUNTS = {
    "harmed": "harmed",
    "rescued": "rescued",
    "changed": "changed",
    "changed-wrong": "changed_wrong",
}
_SHARES = ("accuracy", "top5")
_RELATIONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_RULE = re.compile(r"\s*([a-z0-9-]+)\s*(>=|<=|>|<)\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(%?)\s*")


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A row of the four-way table on which a rule holds: where, and `count` of `n` images."""

    benchmark: str
    classifier: str
    scale: int
    upscaler: str
    quantity: str
    count: int
    n: int


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What must not be: `quantity` `relation` `limit`, where the limit is a share or a count."""

    quantity: str
    relation: str
    limit: Fraction
    is_share: bool

    def check(self, table: pd.DataFrame) -> list[Breach]:
        """The rows of `table` (of `transitions`) on which this holds; none where all is well.

        Shares are compared exactly: five of 500 are not above 1%. Raises StoreError where there
        is nothing to judge: no row, or a row of no image.
        """
        if table.empty or (table["n"] == 0).any():
            raise StoreError(
                "a rule was given, and there is nothing to judge by it: nothing was held against "
                "its original, or one arm was not; `srlab classify` makes what is missing"
            )
        return [breach for row in table.to_dict("records") if (breach := self._judge(row))]

    def _judge(self, row: dict) -> Breach | None:
        n = int(row["n"])
        if self.quantity in _COUNTS:
            count = int(row[_COUNTS[self.quantity]])
        else:
            count = round(float(row[self.quantity]) * n)
        value = Fraction(count, n) if self.is_share else Fraction(count)
        if not _RELATIONS[self.relation](value, self.limit):
            return None
        place = {name: row[name] for name in ("benchmark", "classifier", "scale", "upscaler")}
        return Breach(**place, quantity=self.quantity, count=count, n=n)


def parse_rule(text: str) -> Rule:
    """The rule that `text` says: a quantity, `>`, `>=`, `<` or `<=`, and a number or percentage.

    Quantities are harmed, rescued, changed, changed-wrong (images, or their share of all compared),
    accuracy and top5 (a percentage, or a share from 0 to 1). Raises UsageError for anything else.
    """
    quantities = [*_COUNTS, *_SHARES]
    match = _RULE.fullmatch(text)
    if match is None or match[1] not in quantities:
        raise UsageError(
            f"{text[:60]!r} is no rule; expected one of {', '.join(quantities)}, then >, >=, < or "
            "<=, then a number or a percentage, as in 'harmed>1%'"
        )
    quantity, relation, digits, percent = match.groups()
    limit = Fraction(digits) / (100 if percent else 1)
    is_share = bool(percent) or quantity in _SHARES
    if is_share and limit > 1:
        raise UsageError(f"{text[:60]!r}: a share is at most 100%; write a percentage, as in '90%'")
    if not is_share and limit.denominator != 1:
        raise UsageError(
            f"{text[:60]!r}: images are counted in whole numbers; for a share write a percentage, "
            f"as in '{quantity}{relation}1%'"
        )
    return Rule(quantity=quantity, relation=relation, limit=limit, is_share=is_share)
