"""The record with some rows of the views changed, as a what-if reads it: nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Mapping

from nonaligned.record.store import Record
from nonaligned.record.tables import Table


class ChangedRecord(Record):
    """A record of which some tables read otherwise.

    Parameters
    ----------
    base : Record
    changes : mapping of str to str
        For a table the query that takes its place; ``{before}`` in it is the table as it was.

    Examples
    --------
    >>> from pathlib import Path
    >>> base = Record(Path("/nonexistent"))
    >>> without = ChangedRecord(base, {"votes": "SELECT * FROM {before} WHERE state <> 'IND'"})
    >>> [one.rows("SELECT count(*) > 0 AS voted FROM votes WHERE state = 'IND'")[0]["voted"] for one in (base, without)]
    [True, False]
    """

    def __init__(self, base: Record, changes: Mapping[str, str]) -> None:
        super().__init__(base.directory, base.as_of)
        self._changes = dict(changes)

    def _make(self, table: Table) -> None:
        is_new = table.name not in self._standing
        super()._make(table)
        if is_new and table.name in self._changes:
            query = self._changes[table.name].format(before=f"before_{table.name}")
            self._connection.execute(f"ALTER VIEW {table.name} RENAME TO before_{table.name}")
            self._connection.execute(f"CREATE VIEW {table.name} AS {query}")
