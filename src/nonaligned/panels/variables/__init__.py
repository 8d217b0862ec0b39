"""What can be merged into a panel: one file per variable, found by its file.

A variable declares the tables that it reads, the columns that it gives at one or more *grains* (the units in which it is
observed), how they are found, and the record's rows behind one cell. What is observed at another grain than the panel's is
brought to it by the panel: a directed variable stands in an undirected panel once for each direction (``_ab``, ``_ba``), an
undirected one in a directed panel in both directions, a state's in a dyadic panel once for each state.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.panels.template import Unit
    from nonaligned.record.store import Record

Options = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Covered:
    """What one source gives to a variable: its rows' `source`, its years, and whether a missing row there means none.

    `columns` are those that come from it; empty where all do.
    """

    table: str
    source: str
    first_year: int | None
    last_year: int | None
    is_complete: bool
    note: str = ""
    columns: tuple[str, ...] = ()
    is_shipped: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """Columns for the rows of a template, in its order, with what they come from.

    Attributes
    ----------
    frame : polars.DataFrame
        The variable's columns alone, of the template's height.
    fields : tuple of Field
        One per column.
    covered : tuple of Covered
        The sources whose rows were used.
    notes : tuple of str
        What a user of the columns must know.
    """

    frame: pl.DataFrame
    fields: tuple[Field, ...]
    covered: tuple[Covered, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Behind:
    """A query of the record whose rows a cell follows from."""

    table: str
    sql: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Grain:
    """How a variable is observed in one unit.

    Attributes
    ----------
    columns : tuple of Field
        The columns that it always gives.
    values : callable (record, keys, options) -> Values
        `keys` has the unit's key columns, states as categories; rows may repeat and come in any order.
    behind : callable (record, key, options) -> tuple of Behind
        The rows behind one cell, `key` naming its row.
    """

    columns: tuple[Field, ...]
    values: Callable[[Record, pl.DataFrame, Options], Values]
    behind: Callable[[Record, Row, Options], tuple[Behind, ...]]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable, as its file declares it under the name `VARIABLE`.

    `load` is the command that gets its data; `options` names what `add` takes besides, each with its meaning;
    `needs_load` says that what ships of its first table is not enough.
    """

    name: str
    description: str
    tables: tuple[str, ...]
    load: str
    grains: Mapping[Unit, Grain]
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    needs_load: bool = False

    def check(self, record: Record, options: Options) -> None:
        """Refuse an option that the variable has not, and a record that has no rows for it.

        Raises
        ------
        UsageError
            If an option is unknown.
        NotLoadedError
            If all its tables are empty; `mend` is the command that loads them.
        """
        for name in options:
            if name not in self.options:
                known = ", ".join(f"{option} ({meaning})" for option, meaning in self.options.items()) or "none"
                raise UsageError(f"{self.name} has no option {name!r}.", why=f"It has {known}.")
        if self.needs_load and not any(self.tables[0] in entry.files for entry in record.loads):
            raise NotLoadedError(f"The record holds too little for {self.name}.", why=f"No {self.tables[0]} were loaded.", mend=self.load)
        if self.tables and not any(record.rows(f"SELECT 1 FROM {table} LIMIT 1") for table in self.tables):
            raise NotLoadedError(f"The record holds nothing for {self.name}.", why=f"{self.tables[0]} is empty.", mend=self.load)


@cache
def variables() -> Mapping[str, Variable]:
    """Every variable, by name, found by its file in this folder."""
    found: dict[str, Variable] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        declared = getattr(importlib.import_module(f"{__name__}.{module}"), "VARIABLE", None)
        if isinstance(declared, Variable):
            found[declared.name] = declared
    return found


def variable(name: str) -> Variable:
    """The variable called `name`; raises UsageError with the nearest names.

    Examples
    --------
    >>> variable("trade").tables
    ('trade',)
    """
    import difflib

    known = variables()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        raise UsageError(
            f"There is no variable {name!r}.",
            why=f"Did you mean {', '.join(near)}?" if near else "",
            mend=f"Variables: {', '.join(known)}.",
        )
    return known[name]
