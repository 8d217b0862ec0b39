"""Where the blocs stand in a year: capability of every state and its commitment to each bloc, on arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from nonaligned.ground.errors import UsageError
from nonaligned.measures.inputs.capabilities import capabilities
from nonaligned.measures.inputs.pacts import Bloc, blocs, committed, pacts
from nonaligned.measures.models.power_balance import after_commitment, band, held_by_blocs, pivots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.measures import Asked
    from nonaligned.record.store import Record

N_CHOICES = 10_000  # random choices behind a pivot, and behind each draw of its interval
N_CHOICES_OF_DRAW = 2_000
N_PIVOT_DRAWS = 200  # draws of capability behind a pivot's interval


@dataclass(frozen=True, slots=True)
class Standing:
    """The blocs in one year.

    Attributes
    ----------
    year : int
    states : tuple of str
        Of the system, in order of code.
    blocs : tuple of Bloc
    capability : array, shape (n_states,)
        Shares of the world; NaN where unknown.
    draws : array, shape (n_draws, n_states)
    commitment : array, shape (n_states, n_blocs)
        NaN where unknown.
    ties : array, shape (n_draws, n_states, n_blocs), or None
        Draws of the commitments of states that are not bound.
    is_bound : array of bool, shape (n_states,)
        Powers and states with a defense pact with one: they have chosen.
    seed : int
    used : tuple of (table, source)
    notes : tuple of str
    """

    year: int
    states: tuple[str, ...]
    blocs: tuple[Bloc, ...]
    capability: NDArray[np.float64]
    draws: NDArray[np.float32]
    commitment: NDArray[np.float64]
    ties: NDArray[np.float32] | None
    is_bound: NDArray[np.bool_]
    seed: int
    used: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    @property
    def powers(self) -> frozenset[str]:
        """The members of the blocs."""
        return frozenset(code for side in self.blocs for code in side.members)

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Whether a state's capability and commitments are known, shape (n_states,)."""
        return ~np.isnan(self.capability) & ~np.isnan(self.commitment).any(axis=1)

    @property
    def coverage(self) -> float:
        """Share of the states of the system whose capability and commitments are known."""
        return float(self.is_known.mean())

    def place(self, label: str) -> int:
        """Row of a bloc by its label, or by a member's code.

        Raises
        ------
        UsageError
            If there is no such bloc.
        """
        for place, side in enumerate(self.blocs):
            if label in (side.label, *side.members, *side.label.split("+")):
                return place
        have = ", ".join(side.label for side in self.blocs)
        raise UsageError(f"{label} is none of the powers of this balance.", why=f"They are {have}.", mend=f"--powers {label},...")

    def row(self, code: str) -> int:
        """Row of a state.

        Raises
        ------
        UsageError
            If it was not in the system.
        """
        from nonaligned.world.states import state

        if code not in self.states:
            raise UsageError(f"{state(code).name} was not in the system of states in {self.year}.")
        return self.states.index(code)

    def held(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What the blocs command: shape (n_blocs,), and (n_draws, n_blocs)."""
        commitment = np.nan_to_num(self.commitment)
        drawn = self._draws()
        if self.ties is None:
            return held_by_blocs(np.nan_to_num(self.capability), commitment), held_by_blocs(drawn, commitment)
        n_draws = min(len(self.ties), len(drawn) or len(self.ties))
        drawn = drawn[:n_draws] if len(drawn) else np.broadcast_to(np.nan_to_num(self.capability), (n_draws, len(self.states)))
        many = np.where(self.is_bound[:, None], commitment, np.nan_to_num(self.ties[:n_draws]))
        return held_by_blocs(np.nan_to_num(self.capability), commitment), (drawn[..., None] * many).sum(axis=-2)

    def after(self, row: int) -> NDArray[np.float64]:
        """What the blocs would command if a state committed itself to each of them: shape (n_blocs, n_blocs)."""
        return after_commitment(np.nan_to_num(self.capability), np.nan_to_num(self.commitment), row)

    def moved(self, row: int, place: int) -> Standing:
        """The same year with one state committed wholly to one bloc."""
        commitment, is_bound = self.commitment.copy(), self.is_bound.copy()
        commitment[row], is_bound[row] = np.eye(len(self.blocs))[place], True
        return replace(self, commitment=commitment, is_bound=is_bound)

    def pivots(self, states: Iterable[str] = ()) -> dict[str, tuple[Any, Any, Any, float]]:
        """The pivots of free states: for each its share by bloc, 5 and 95 % quantiles, and share of any."""
        wanted = set(states)
        free = self.is_known & ~self.is_bound
        rows = np.array([row for row in np.flatnonzero(free) if not wanted or self.states[row] in wanted], dtype=np.int64)
        if not len(rows):
            return {}
        commitment = np.nan_to_num(self.commitment)
        point = pivots(np.nan_to_num(self.capability), commitment, free, rows, N_CHOICES, self.seed)
        drawn = pivots(self._draws()[:N_PIVOT_DRAWS], commitment, free, rows, N_CHOICES_OF_DRAW, self.seed) if len(self.draws) else None
        low, high = band(drawn.of_bloc if drawn else np.empty((0, *point.of_bloc.shape)))
        return {self.states[row]: (point.of_bloc[i], low[i], high[i], float(point.of_any[i])) for i, row in enumerate(rows)}

    def bound_to(self, row: int) -> tuple[str, ...]:
        """Labels of the blocs that a bound state has chosen."""
        return tuple(side.label for place, side in enumerate(self.blocs) if self.is_bound[row] and self.commitment[row, place] > 0)

    def note(self, row: int) -> str:
        """Why a state has no pivot, or nothing."""
        if self.states[row] in self.powers:
            return "a power"
        if self.is_bound[row]:
            return f"committed by a defense pact with {' and '.join(self.bound_to(row))}"
        if not self.is_known[row]:
            return "its capability or its commitments are not known"
        return ""

    def _draws(self) -> NDArray[np.float64]:
        return np.nan_to_num(self.draws.astype(np.float64))


def standings(record: Record, asked: Asked) -> Iterator[Standing]:
    """The blocs in every year asked for, or in every year with capabilities and treaties.

    Raises
    ------
    NotLoadedError, UsageError
        If capabilities or treaties are not there, or none of the years has both.
    """
    kind, commitments = str(asked.options["capability"]), str(asked.options["commitments"])
    cover = record.rows("SELECT min(year) AS first, max(year) AS last FROM treaties WHERE obligation = 'defense'")[0]
    years = asked.years or ((cover["first"], cover["last"]) if cover["first"] else None)
    held = capabilities(record, kind, years, asked.n_draws, asked.seed)
    year_of = held.keys["year"].to_numpy()
    ties = _ties(record, asked) if commitments == "full" else None
    found = 0
    for year in np.unique(year_of).tolist():
        rows = np.flatnonzero(year_of == year)
        states = tuple(held.keys["state"][rows.tolist()])
        sides = blocs(asked.powers, year)
        missing = [side.name for side in sides if not set(side.members) & set(states)]
        if missing:
            if asked.years and asked.years[0] == asked.years[1]:
                raise UsageError(f"{', '.join(missing)} was not in the system of states in {year}.", mend="Choose other powers or years.")
            continue
        treaties = pacts(record, year)
        by_treaty = committed(states, sides, treaties)
        is_bound = (by_treaty > 0).max(axis=1)
        commitment, drawn = by_treaty, None
        if ties is not None:
            tied, drawn = ties.of(states, year, sides)
            commitment = np.where(is_bound[:, None], by_treaty, tied)
        drawn_capability = _known_draws(held.draws[:, rows])
        notes = _said(treaties.is_whole, kind, len(drawn_capability), ties is not None)
        used = (*held.used, *treaties.used, *(ties.used if ties else ()))
        yield Standing(year, states, sides, held.value[rows], drawn_capability, commitment, drawn, is_bound, asked.seed, used, notes)
        found += 1
    if not found:
        raise UsageError("The powers were together in the system in none of the years asked for.", mend="Choose other powers or years.")


def _known_draws(draws: NDArray[np.float32]) -> NDArray[np.float32]:
    """The draws of a year, shape (n_draws, n_states); none where the parts of its capabilities are not held."""
    return draws[:0] if np.isnan(draws).all() else draws


def _said(is_whole: bool, kind: str, n_draws: int, has_ties: bool) -> tuple[str, ...]:
    weights = "random weights of the components" if kind == "cinc" else "random weights of income per head (an exponent of .5 to 1.5)"
    shown = [weights] * (n_draws > 0) + ["the draws of dependence"] * has_ties
    notes = [f"Intervals show {' and '.join(shown)}." if shown else "No interval: the parts of the capabilities are not in the record."]
    notes.append(f"Pivots are of {N_CHOICES:,} random choices (standard error at most .005).")
    return (*notes, *(() if is_whole else ("No source that lists every pact of the year is loaded: a pact may be missing.",)))


@dataclass(frozen=True, slots=True)
class _Ties:
    """Dependence on each bloc: `rows` of a state, year and bloc in `value` (n,) and `draws` (n_draws, n)."""

    rows: dict[tuple[str, int, str], int]
    value: NDArray[np.float64]
    draws: NDArray[np.float32]
    used: tuple[tuple[str, str], ...]

    def of(self, states: Sequence[str], year: int, sides: Sequence[Bloc]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Commitments of shape (n_states, n_blocs), and their draws (n_draws, n_states, n_blocs); NaN where unknown."""
        at = np.array([[self.rows.get((code, year, side.label), -1) for side in sides] for code in states])
        drawn = np.where(at >= 0, self.draws[:, at], np.nan)
        return np.where(at >= 0, self.value[at], np.nan), drawn


def _ties(record: Record, asked: Asked) -> _Ties:
    """How much each state depends on each bloc over all domains: from the measure `dependence`."""
    from nonaligned.measures import compute

    made = compute("dependence", record, replace(asked, states=(), options={}, on_progress=None))
    frame = made.frame.with_row_index("at").filter(pl.col("domain") == "overall")
    keys = zip(frame["state"], frame["year"], frame["power"], strict=True)
    rows = {key: at for at, key in enumerate(keys)}
    draws = np.empty((0, frame.height), np.float32) if made.draws is None else made.draws[:, frame["at"].to_numpy()]
    return _Ties(rows, frame["value"].fill_null(np.nan).to_numpy(), draws, made.used)
