"""From a panel's cell back to the record's rows that it follows from, and to their sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.panels import panel
from nonaligned.panels.variables import variables
from nonaligned.record.engine import quoted
from nonaligned.record.tracing import MOST_ROWS, Behind, Trace, origins_of

if TYPE_CHECKING:
    from nonaligned.panels.result import Panel
    from nonaligned.record.store import Record

UNITS: dict[tuple[str, ...], str] = {
    ("state",): "state_year",
    ("state_a", "state_b"): "dyad_year",
    ("state_1", "state_2"): "directed_dyad_year",
}


def trace_cell(record: Record, what: str, keys: Mapping[str, str]) -> Trace:
    """Walk one cell of a panel back: its value, the rows behind it, and the sources of these.

    Parameters
    ----------
    record : Record
    what : str
        A variable that panels have (its first column is meant), or one of its columns.
    keys : mapping
        The row: `year` with `state`, with `state_a` and `state_b`, or with `state_1` and `state_2` (from the first to the second).

    Raises
    ------
    UsageError
        If the keys name no row of a panel, or nothing has this name.
    NotLoadedError
        If the data behind it are not loaded.

    Examples
    --------
    >>> from nonaligned.record.store import Record
    >>> found = trace_cell(Record(), "consultation", {"state_1": "IND", "state_2": "RUS", "year": "2018"})
    >>> found.steps[0].rows[0]["consultation"], found.steps[1].table
    (1, 'treaties')
    """
    parties = tuple(sorted(name for name in keys if name != "year"))
    if parties not in UNITS or not keys.get("year", "").isdecimal():
        raise UsageError(
            f"{what} is no table of the record, and these keys name no row of a panel.",
            why="A panel's row has year and state, or state_a and state_b, or state_1 and state_2.",
            mend=f"nonaligned trace {what} state_1=IND state_2=RUS year=2018",
        )
    row: dict[str, Any] = {**keys, "year": int(keys["year"])}
    made, column = _with_column(record, UNITS[parties], what, row)
    cell = made.frame.filter(**row).select(*row, column)
    if cell.is_empty():
        raise UsageError(f"The panel has no such row in {row['year']}.", why="Were the states in the international system then?")
    steps = [Behind(f"panel {UNITS[parties]}", "", 1, (cell.row(0, named=True),))]
    for one in made.behind(column, row):
        rows = record.rows(one.sql, list(one.parameters))
        steps.append(Behind(one.table, _filled(one.sql, one.parameters), len(rows), tuple(rows[:MOST_ROWS])))
    return Trace(tuple(steps), origins_of(record, steps[1:]))


def _with_column(record: Record, unit: str, what: str, row: Mapping[str, Any]) -> tuple[Panel, str]:
    """A panel of this one row's states and year with the variable that has the column."""
    states = [str(value) for name, value in row.items() if name != "year"]
    start = panel(unit, row["year"], states, record=record)
    missing: NotLoadedError | None = None
    for name in sorted(variables(), key=lambda name: name != what):
        try:
            made = start.add(name)
            columns = [column for column in made.frame.columns if column not in start.frame.columns]
        except NotLoadedError as error:
            missing = error if name == what else missing
            continue
        except UsageError:  # it does not serve this unit, or wants an option
            continue
        if what in columns or name == what and columns:
            return made, what if what in columns else columns[0]
    if missing is not None:
        raise missing
    raise UsageError(
        f"Neither the record nor a panel has {what!r}.", why=f"Panels have {', '.join(sorted(variables()))}.", mend="nonaligned record"
    )


def _filled(sql: str, parameters: tuple[Any, ...]) -> str:
    """The query with its values in their places, as `nonaligned sql` takes it."""
    parts = sql.split("?")
    if len(parts) != len(parameters) + 1:
        return sql
    return "".join(text + _literal(value) for text, value in zip(parts, (*parameters, None), strict=True))


def _literal(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return f"[{', '.join(_literal(one) for one in cast('list[Any]', value))}]"
    return quoted(str(value)) if isinstance(value, str | date) else str(value)
