"""Who held which office, with days: heads of state and government, foreign and defence ministers."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from nonaligned.ground.origins import Origin, read_origin, read_rows
from nonaligned.world.days import Span, parse_day

DATA = Path(__file__).parent / "data"
STROKED = str.maketrans("ıøłđð", "ioldd")  # letters with no accent to take off


@dataclass(frozen=True, slots=True)
class Holding:
    """One spell of one person in one office. `as_of` is the day to which an open end is known to hold."""

    state: str
    office: str
    person: str
    surname: str
    names: tuple[str, ...]
    titles: tuple[str, ...]
    span: Span
    as_of: date
    source: str
    note: str

    def held(self, day: date) -> bool | None:
        """Whether the person held the office that day; None where the register cannot tell."""
        covered = self.span.covers(day)
        if covered and not self.span.last and day > self.as_of:
            return None
        return covered


@cache
def origin() -> Origin:
    """Sources and as-of day of the register."""
    return read_origin(DATA / "leaders.origin.toml")


@cache
def holdings() -> tuple[Holding, ...]:
    """Every spell in the register."""
    found: list[Holding] = []
    for row in read_rows(DATA / "leaders.csv"):
        known = parse_day(row["as_of"])
        names = (row["person"], *(name for name in row["aliases"].split("|") if name))
        found.append(
            Holding(
                row["state"],
                row["office"],
                row["person"],
                row["surname"],
                names,
                tuple(title for title in row["title"].split("|") if title),
                Span(row["first"], row["last"]),
                known[1] if known else origin().as_of,
                row["source"],
                row["note"],
            )
        )
    return tuple(found)


def fold(name: str) -> str:
    """A name without accents, case and dots, for comparison.

    Examples
    --------
    >>> fold("Recep Tayyip Erdoğan")
    'recep tayyip erdogan'
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold().translate(STROKED))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.replace(".", " ").replace("-", " ").replace("’", "'").split())


@cache
def by_name() -> Mapping[str, tuple[Holding, ...]]:
    """Folded full name or alias -> every spell of the persons so called."""
    found: dict[str, list[Holding]] = {}
    for holding in holdings():
        for name in dict.fromkeys(fold(name) for name in holding.names):
            found.setdefault(name, []).append(holding)
    return {name: tuple(rows) for name, rows in found.items()}


@cache
def by_surname() -> Mapping[str, tuple[Holding, ...]]:
    """Folded surname, as newspapers use it alone -> every spell of the persons so called."""
    found: dict[str, list[Holding]] = {}
    for holding in holdings():
        found.setdefault(fold(holding.surname), []).append(holding)
    return {name: tuple(rows) for name, rows in found.items()}


def holders(state: str, office: str, on: date) -> tuple[Holding, ...]:
    """Who held `office` of `state` on that day, as far as the register knows.

    Examples
    --------
    >>> [h.person for h in holders("IND", "head_of_government", date(2024, 7, 8))]
    ['Narendra Modi']
    """
    return tuple(h for h in holdings() if h.state == state and h.office == office and h.held(on))
