"""How vague words are read. Each is printed with the verdict that uses it, and the user can set it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

from nonaligned.ground.errors import UsageError


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Meanings of vague words, in the units of the figures that they are held against.

    Examples
    --------
    >>> Thresholds().set("key_supplier_percent=25").key_supplier_percent
    25.0
    """

    key_supplier_percent: float = 20.0  # "key", "major": at least this share of deliveries over five years, or the largest
    one_of_largest_rank: float = 3.0  # "one of the largest": at most this rank
    about_percent: float = 20.0  # "around", "nearly": off by at most this
    exact_percent: float = 10.0  # a bare rounded amount: off by at most this
    wrong_percent: float = 35.0  # an amount off by more than this is contradicted; between, it is unsupported
    recent_days: float = 730.0  # "recent": within this many days before the report
    trend_percent: float = 10.0  # "grew", "fell": changed by at least this

    def set(self, text: str) -> Thresholds:
        """These thresholds with ``name=value`` changed; raises UsageError for an unknown name or no number."""
        name, _, value = text.partition("=")
        if name not in {field.name for field in fields(self)}:
            raise UsageError(f"No such threshold: {name!r}.", why=f"There are {', '.join(field.name for field in fields(self))}.")
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number >= 0):
            raise UsageError(f"{name} needs a number from 0 up, not {value!r}.", mend=f"--set {name}=20")
        return replace(self, **{name: number})
