"""Measures: one file each in this folder, declared under the name `MEASURE` and found by its file.

A measure reads the record's tables (`inputs/` brings them into frames and arrays), calls the mathematics in `models/`, and
gives rows with intervals. A composite names the measures that it needs; `compute` runs those first and hands them over, so no
measure imports another.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from nonaligned.ground.errors import UsageError
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.record.store import Record

POWERS = ("USA", "CHN", "RUS")
N_DRAWS = 1000
METHODS = ("principled", "compatible", "fast")  # of ideal points


@dataclass(frozen=True, slots=True)
class Option:
    """What a measure can be told besides: `choices` bound a text, `default` None means not given."""

    name: str
    meaning: str
    kind: Literal["text", "integer", "number", "flag"] = "text"
    default: Any = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a measure is asked for.

    Attributes
    ----------
    states : tuple of str
        Codes of the states whose rows are wanted; empty for all. Baselines are over all states in any case.
    years, sessions : (int, int) or None
        First and last, both included; at most one of the two is given.
    powers : tuple of str
        The powers to stand between; the order matters where a measure compares the first with the second.
    weights : mapping of str to float
        Weights of domains; equal where none are given.
    seed, n_draws : int
    options : mapping
        The measure's own; defaults are filled in by `compute`.
    on_progress : callable, optional
        Told the share done.
    """

    states: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    sessions: tuple[int, int] | None = None
    powers: tuple[str, ...] = POWERS
    weights: Mapping[str, float] = field(default_factory=dict[str, float])
    seed: int = 0
    n_draws: int = N_DRAWS
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    on_progress: Callable[[float], None] | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What a measure gives.

    Attributes
    ----------
    frame : polars.DataFrame
        One row for each key, in order of the key; null where the value is missing.
    used : tuple of (table, source)
        The sources whose rows were used.
    notes : tuple of str
        What a reader of the numbers must know.
    draws : array of float32, shape (n_draws, n_rows), or None
        Joint draws of the column `value` (or its like), so that a composite keeps the uncertainty.
    is_converged : bool
        False makes the command end with exit code 6, the rows written and flagged.
    run : mapping
        How the rows were made: method, sweeps, seconds.
    extra : mapping
        What else Python users may want: diagnostics, items; `world`, the rows of all states, where `frame` holds some.
    """

    frame: pl.DataFrame
    used: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    draws: NDArray[np.float32] | None = None
    is_converged: bool = True
    run: Mapping[str, Any] = field(default_factory=dict[str, Any])
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, as its file declares it.

    Attributes
    ----------
    name, title : str
    unit : str
        Unit of observation, as state_year, dyad_year, state_year_power.
    key : tuple of str
        The columns that name a row.
    fields : tuple of Field
        Every column, key included.
    value : str
        The column that holds the measure itself.
    tables : tuple of str
        Tables of the record that it reads.
    load : str
        The command that loads what it needs.
    low_means, high_means : str
        What the ends of its range say, in words.
    how : str
        How it is made, a sentence or two.
    citation : tuple of str
    make : callable (record, asked, needed) -> Made
    sentence : callable (row) -> str
        One row in one plain sentence.
    needs : tuple of str
        Measures that must be computed first, for all states.
    options : tuple of Option
    takes_powers, takes_weights : bool
        Whether powers and weights of domains bear on it.
    """

    name: str
    title: str
    unit: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    value: str
    tables: tuple[str, ...]
    load: str
    low_means: str
    high_means: str
    how: str
    citation: tuple[str, ...]
    make: Callable[[Record, Asked, Mapping[str, Made]], Made]
    sentence: Callable[[Mapping[str, Any]], str]
    needs: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    takes_powers: bool = False
    takes_weights: bool = False


@cache
def measures() -> Mapping[str, Measure]:
    """Every measure, by name, found by its file in this folder."""
    found: dict[str, Measure] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg):
        declared = getattr(importlib.import_module(f"{__name__}.{module}"), "MEASURE", None)
        if isinstance(declared, Measure):
            found[declared.name] = declared
    return found


def measure(name: str) -> Measure:
    """The measure called `name`.

    Raises
    ------
    UsageError
        If there is none; the nearest names are given.

    Examples
    --------
    >>> measure("ideal_points").key
    ('state', 'year')
    """
    import difflib

    known = measures()
    asked = name.replace("-", "_").lower()
    if asked not in known:
        near = difflib.get_close_matches(asked, known, n=3, cutoff=0.4)
        why = f"Did you mean {', '.join(near)}?" if near else f"There are {', '.join(known)}."
        raise UsageError(f"There is no measure {name!r}.", why=why, mend="nonaligned measures")
    return known[asked]


def compute(name: str, record: Record, asked: Asked | None = None) -> Made:
    """Run a measure, those that it needs before it.

    Raises
    ------
    UsageError
        If there is no such measure, or it has no such option.
    NotLoadedError
        If the record holds too little for it; the error names the command that loads it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from nonaligned.record.store import Record
    >>> made = compute("ideal_points", Record(Path("/nonexistent")), Asked(states=("IND",), years=(1990, 1990)))
    >>> made.frame.select("state", "session").rows()
    [('IND', 45)]
    """
    return _run(measure(name), record, asked or Asked(), {})


def _run(one: Measure, record: Record, asked: Asked, done: dict[str, Made]) -> Made:
    if one.name not in done:
        needed: dict[str, Made] = {}
        for name in one.needs:
            needed[name] = _run(measure(name), record, replace(asked, states=(), options={}, on_progress=None), done)
        done[one.name] = one.make(record, replace(asked, options=_filled(one, asked.options)), needed)
    return done[one.name]


def _filled(one: Measure, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options with their defaults; refuses those that the measure has not."""
    known = {option.name: option for option in one.options}
    for name, value in given.items():
        if name not in known:
            has = ", ".join(f"{option.name} ({option.meaning})" for option in one.options) or "none"
            raise UsageError(f"{one.name} has no option {name!r}.", why=f"It has {has}.", mend=f"nonaligned measure {one.name} --help")
        choices = known[name].choices
        if choices and value is not None and value not in choices:
            raise UsageError(f"{name} cannot be {value!r}.", why=f"It is one of {', '.join(choices)}.")
    return {name: given.get(name, option.default) for name, option in known.items()}
