"""What a what-if gives: rows before and after, sentences, notes, sources."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from nonaligned.foresight.moves import Move

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity before and after the move; None where it is not known or has no meaning.

    `lower` and `upper` bound `after`, `before_lower` and `before_upper` bound `before`: 90 % intervals, unless the note says otherwise.
    """

    quantity: str
    before: float | None
    after: float | None
    lower: float | None = None
    upper: float | None = None
    note: str = ""
    unit: str = ""
    before_lower: float | None = None
    before_upper: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one way of reckoning says of a move."""

    rows: tuple[Row, ...]
    sentences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    used: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A move and what it would change.

    Attributes
    ----------
    text : str
        As it was asked.
    reading : str
        As it was understood, one sentence.
    move : Move
    year : int
    rows : tuple of Row
    sentences, notes : tuple of str
    used : tuple of (table, source)
    """

    text: str
    reading: str
    move: Move
    year: int
    rows: tuple[Row, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    used: tuple[tuple[str, str], ...]

    def as_rows(self) -> list[dict[str, Any]]:
        """The rows as flat dictionaries, in order."""
        return [asdict(row) for row in self.rows]

    def __str__(self) -> str:
        return " ".join((self.reading, *self.sentences))


def together(text: str, reading: str, move: Move, year: int, parts: Sequence[Part]) -> WhatIf:
    """Parts as one answer; what two parts say alike stands once."""
    used = tuple(dict.fromkeys(one for part in parts for one in part.used))
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    rows = tuple(row for part in parts for row in part.rows)
    return WhatIf(text, reading, move, year, rows, tuple(said for part in parts for said in part.sentences), notes, used)


def number(value: Any) -> float | None:
    """A number, None for NaN or None."""
    return None if value is None or math.isnan(value) else float(value)


def row_of(
    quantity: str,
    before: Any,
    after: Any,
    draws_before: NDArray[np.floating] | None = None,
    draws_after: NDArray[np.floating] | None = None,
    note: str = "",
    unit: str = "",
) -> Row:
    """A row with its intervals from draws, each of shape (n_draws,)."""
    import numpy as np

    ends = [np.quantile(one, (0.05, 0.95)) if one is not None and len(one) else (None, None) for one in (draws_before, draws_after)]
    (a, b), (c, d) = ends
    return Row(quantity, number(before), number(after), number(c), number(d), note, unit, number(a), number(b))
