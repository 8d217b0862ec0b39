"""What a figure says of files that the user loaded: which, true to which day, and that shipped rows gave way to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nonaligned.record.manifest import Loaded
from nonaligned.record.starter import starter_origin
from nonaligned.record.store import Record
from nonaligned.record.tables import TABLES
from nonaligned.record.views import FOLLOWS


def loads_behind(record: Record, table: str, keys: Sequence[str]) -> list[Loaded]:
    """The loads, newest last, from which rows of a table with these sources are."""
    tables = {table, FOLLOWS.get(table, (table, ""))[0]}
    found = [entry for entry in record.loads if entry.source in keys and tables & set(entry.files)]
    return sorted(found, key=lambda entry: entry.as_of)


def true_to(record: Record, table: str, keys: Sequence[str]) -> date:
    """The day to which rows of these sources are true: that of the newest loaded file, of the shipped rows where some are shown."""
    loads = loads_behind(record, table, keys)
    shipped = starter_origin(table)
    days = [date.fromisoformat(entry.as_of) for entry in loads]
    if shipped and set(keys) - {entry.source for entry in loads}:
        days.append(shipped.as_of)
    return max(days) if days else record.origin(table).as_of


def loaded_words(record: Record, table: str, keys: Sequence[str]) -> str:
    """A sentence that names the loaded files behind a figure; empty where there are none."""
    loads = loads_behind(record, table, keys)
    if not loads:
        return ""
    shipped = starter_origin(table)
    told = [f"{entry.raw[0].name if entry.raw else entry.source} (to {entry.as_of})" for entry in loads]
    is_again = bool(TABLES[table].yields_to_loaded) or shipped is not None and bool({one.source for one in loads} & set(shipped.sources))
    return f" Loaded: {', '.join(told)}{', in place of rows that ship with the program' if shipped and is_again else ''}."
