"""Defense pacts of a year, the powers and blocs of states, and how states are committed to them by treaty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.measures.inputs.powers import read_powers, standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nonaligned.record.store import Record

LOAD = "nonaligned pull atop"
COMMITMENTS = ("full", "pacts")  # of states without a pact with a power: by their ties with each, or none


@dataclass(frozen=True, slots=True)
class Bloc:
    """One power, or several joined: `label` as it was asked for, `members` its states of the year."""

    label: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pacts:
    """Pairs of states of which one at least must help the other if it is attacked.

    Attributes
    ----------
    pairs : frozenset of (str, str)
        Each pair once, in order of code.
    used : tuple of (table, source)
    is_whole : bool
        Whether the source lists every pact of the year; otherwise a pact may be missing.
    """

    pairs: frozenset[tuple[str, str]]
    used: tuple[tuple[str, str], ...]
    is_whole: bool

    def partners(self, code: str) -> frozenset[str]:
        """The states with a pact with this one."""
        return frozenset(b if a == code else a for a, b in self.pairs if code in (a, b))


def blocs(powers: Sequence[str], year: int) -> tuple[Bloc, ...]:
    """Powers, some perhaps joined with ``+``, as blocs of states of the year.

    Raises
    ------
    UsageError
        If there are fewer than two, one is unknown, or two overlap.

    Examples
    --------
    >>> [(side.label, side.members) for side in blocs(("USA", "CHN+RUS"), 1980)]
    [('USA', ('USA',)), ('CHN+RUS', ('CHN', 'SUN'))]
    """
    found = read_powers(powers, (year, year))
    if len(found) < 2:
        raise UsageError("A balance is between two powers or blocs at least.", mend='--powers "USA,CHN+RUS"')
    there = set(standing(year))
    return tuple(Bloc(one.code, one.name, tuple(sorted(one.members(year) & there))) for one in found)


def pacts(record: Record, year: int) -> Pacts:
    """The defense pacts in force in a year.

    Where a loaded source lists every pact of the year it alone is read; otherwise whatever the record has.

    Raises
    ------
    NotLoadedError
        If the record has no treaties at all.
    UsageError
        If it has none of the year.

    Source
    ------
    Leeds, Ritter, Mitchell & Long 2002 (ATOP), and the treaties that ship with the program.
    """
    whole = [
        key
        for one in record.covered("treaties")
        for key in _keys(record, str(one["source"]))
        if one["is_complete"] and one["first_year"] <= year <= one["last_year"]
    ][:1]
    where = "obligation = 'defense' AND year = ?" + (" AND source = ?" if whole else "")
    rows = record.rows(f"SELECT DISTINCT sender, receiver, source FROM treaties WHERE {where} ORDER BY ALL", [year, *whole])
    if not rows and not whole:
        cover = record.rows("SELECT min(year) AS first, max(year) AS last FROM treaties")[0]
        if cover["first"] is None:
            raise NotLoadedError("The record holds no treaties.", mend=LOAD)
        raise UsageError(
            f"There are no treaties of {year} in the record.", why=f"They run from {cover['first']} to {cover['last']}.", mend=LOAD
        )
    pairs = frozenset((min(row["sender"], row["receiver"]), max(row["sender"], row["receiver"])) for row in rows)
    return Pacts(pairs, tuple(("treaties", source) for source in sorted({row["source"] for row in rows})), bool(whole))


def _keys(record: Record, source: str) -> list[str]:
    """The keys that a load's rows have in their column `source`."""
    return [key for entry in record.loads if entry.source == source for key in entry.origin.get("source", {source: 0})]


def committed(states: Sequence[str], sides: Sequence[Bloc], held: Pacts) -> NDArray[np.float64]:
    """Commitments by treaty: 1 for a bloc's members and for those with a pact with one of them.

    A power is committed to its own bloc alone; a state with pacts with several blocs to each in equal part, so that nobody's
    capability counts twice.

    Returns
    -------
    array, shape (n_states, n_blocs)
    """
    import numpy as np

    made = np.zeros((len(states), len(sides)))
    owner = {code: place for place, side in enumerate(sides) for code in side.members}
    partners: Mapping[int, frozenset[str]] = {
        place: frozenset(code for member in side.members for code in held.partners(member)) for place, side in enumerate(sides)
    }
    for row, code in enumerate(states):
        if code in owner:
            made[row, owner[code]] = 1.0
        else:
            bound = [place for place in partners if code in partners[place]]
            made[row, bound] = 1 / len(bound) if bound else 0.0
    return made
