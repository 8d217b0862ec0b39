"""The record: what ships with the program and what the user loaded, as one set of tables.

The truth is immutable Parquet files plus a manifest that is replaced by rename: a kill at any
moment leaves the old record or the new one, and readers never block.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.ground.origins import Origin, Source, parse_origin
from nonaligned.record import views
from nonaligned.record.engine import EngineError, close_in, connect, is_query, parquet_columns, quoted, speaking
from nonaligned.record.manifest import Loaded, current, read_manifest
from nonaligned.record.origins import ORIGIN_COLUMNS, origin_rows
from nonaligned.record.publishing import raw_path, sha256
from nonaligned.record.starter import register_directory, starter_directory, starter_origin, starter_rows, tables_behind
from nonaligned.record.tables import TABLES, Table

if TYPE_CHECKING:
    import duckdb
    import polars as pl

CATALOGUE = re.compile(r"\b(?:show|information_schema|duckdb_\w+|pragma\w*)\b", re.IGNORECASE)  # asks which tables there are
LARGEST_KEPT, MOST_KEPT = 1_000, 2_000  # rows of an answer, and answers, that are kept for the next time


def default_directory() -> Path:
    """The user's record: `NONALIGNED_HOME`, else the platform's data directory."""
    home = os.environ.get("NONALIGNED_HOME")
    if home:
        return Path(home)
    import platformdirs

    return Path(platformdirs.user_data_dir("nonaligned", appauthor=False)) / "record"


class Record:
    """The record as one set of tables: what ships with the program, and what the user loaded.

    Parameters
    ----------
    directory : Path, optional
        The user's record; `default_directory()` when None. It need not exist.
    as_of : date, optional
        Only what had been loaded by the end of that day (UTC), so that an earlier answer can be rebuilt.

    Examples
    --------
    >>> record = Record(Path("/nonexistent"))
    >>> record.rows("SELECT vote FROM votes WHERE rcid = 'A/RES/ES-11/1' AND state = 'IND'")
    [{'vote': 'abstain'}]
    """

    def __init__(self, directory: Path | None = None, as_of: date | None = None) -> None:
        self.directory = (directory or default_directory()).absolute()
        self.as_of = as_of
        self.loads = current(read_manifest(self.directory), as_of)
        self._answers: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._standing: set[str] = set()

    @property
    def folder(self) -> Path:
        """Where the loaded tables lie."""
        return self.directory / "tables"

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        connection = connect()
        connection.execute(f"CREATE TABLE origins ({', '.join(f'{name} {kind}' for name, kind in ORIGIN_COLUMNS.items())})")
        return connection

    def _make_origins(self) -> None:
        rows = [list(row.values()) for row in origin_rows(self.loads)]
        marks = f"({', '.join('?' for _ in ORIGIN_COLUMNS)})"
        self._connection.execute(f"INSERT INTO origins VALUES {', '.join(marks for _ in rows)}", [value for row in rows for value in row])
        self._standing.add("origins")

    def _stand(self, sql: str) -> None:
        """Make the views of the tables that a query names."""
        if "origins" not in self._standing and re.search(r"\borigins\b", sql, re.IGNORECASE):
            self._make_origins()
        for name in TABLES:
            if name not in self._standing and re.search(rf"\b{name}\b", sql, re.IGNORECASE):
                with self._intact():
                    self._make(TABLES[name])

    def _make(self, table: Table) -> None:
        """One table: starter rows and loaded rows, the one giving way to the other, and what follows from other tables."""
        if table.name in self._standing:
            return
        connection = self._connection
        self._make_starter(table)
        loaded = [self._of_load(table, entry) for entry in self.loads if table.name in entry.files]
        behind, query = views.FOLLOWS.get(table.name, ("", ""))
        if table.name in views.WHOLE_REGISTERS:
            whole = self._whole_registers()
            behind = behind if whole else ""
            query = query.replace("FROM arms_deliveries", f"FROM (SELECT * FROM arms_deliveries WHERE register IN ({whole})) AS deliveries")
        if behind and (table.name == "treaty_spells" or any(behind in entry.files for entry in self.loads)):
            self._make(TABLES[behind])
            have = [row[0] for row in connection.execute(f"DESCRIBE {query}").fetchall()]
            kind = "VIEW" if table.name in views.KEPT_AS_QUERY else "TABLE"
            connection.execute(f"CREATE {kind} following_{table.name} AS {views.by_name(table, query, have)}")
            loaded.append(f"SELECT * FROM following_{table.name}")
        rows = " UNION ALL ".join(loaded) if loaded else f"SELECT * FROM starter_{table.name} WHERE false"
        connection.execute(f"CREATE VIEW loaded_{table.name} AS {rows}")
        shown = f"SELECT * FROM loaded_{table.name}"
        if table.name == "arms_deliveries":
            shown += f" WHERE {views.NEWEST_REGISTER.format(rows='loaded_arms_deliveries')}"
        if loaded and table.yields_to_loaded:
            same = views.same_key(table.yields_to_loaded, "l", f"starter_{table.name}")
            connection.execute(f"DELETE FROM starter_{table.name} WHERE EXISTS (SELECT 1 FROM loaded_{table.name} AS l WHERE {same})")
        if loaded and table.name in views.SAME_SOURCE:
            self._make(TABLES[behind])
            connection.execute(f"DELETE FROM starter_{table.name} WHERE source IN ({views.SAME_SOURCE[table.name]})")
        if loaded and table.name == "roll_calls":
            connection.execute(views.FILL_ROLL_CALLS)
        if loaded and table.yields_to_starter:
            same = views.same_key(table.yields_to_starter, "s", "l")
            shown = f"SELECT l.* FROM ({shown}) AS l WHERE NOT EXISTS (SELECT 1 FROM starter_{table.name} AS s WHERE {same})"
        connection.execute(f"CREATE VIEW {table.name} AS SELECT * FROM starter_{table.name} UNION ALL {shown}")
        self._standing.add(table.name)

    def _whole_registers(self) -> str:
        """Layouts of the arms register that were loaded and do not say to hold some states only, as SQL literals."""
        layouts = next(field.choices for field in TABLES["arms_deliveries"].fields if field.name == "register")
        loads = [entry for entry in self.loads if "arms_deliveries" in entry.files]
        partial = [entry.part for entry in loads if not entry.coverage.get("arms_deliveries", {"is_complete": True})["is_complete"]]
        if len(partial) == len(loads):
            return ""
        return ", ".join(quoted(layout) for layout in layouts if not any(part.endswith(layout) for part in partial))

    def _make_starter(self, table: Table) -> None:
        connection = self._connection
        if table.name in {row[0] for row in connection.execute("SELECT substr(table_name, 9) FROM duckdb_tables()").fetchall()}:
            return
        for name in tables_behind(table.name):
            self._make_starter(TABLES[name])
        connection.execute(f"CREATE TABLE starter_{table.name} ({views.columns_of(table)})")
        query = starter_rows(table)
        if query is not None:
            connection.execute(f"INSERT INTO starter_{table.name} BY NAME {query}")
            for field in table.fields:
                if field.kind == "text":
                    connection.execute(f"UPDATE starter_{table.name} SET {field.name} = '' WHERE {field.name} IS NULL")

    def _of_load(self, table: Table, entry: Loaded) -> str:
        path = self.folder / entry.files[table.name]
        newer = [one for one in self.loads if one.source == entry.source and entry.part in one.over and table.name in one.files]
        return views.loaded_rows(table, entry, self.folder, parquet_columns(self._connection, path), newer)

    @contextmanager
    def _intact(self) -> Generator[None]:
        """Tell an error of a query from a loaded file that is gone or damaged."""
        try:
            with speaking():
                yield
        except EngineError as error:
            for entry in self.loads:
                for name in entry.files.values():
                    path = self.folder / name
                    if not path.is_file() or sha256(path)[:16] not in name:
                        raw = [str(raw_path(self.directory / "raw", one.name, one.sha256)) for one in entry.raw]
                        raise NotLoadedError(
                            f"What was loaded from {entry.source} cannot be read.",
                            why=f"{path} is {'damaged' if path.is_file() else 'missing'}.",
                            mend=shlex.join(["nonaligned", "load", entry.source, *raw, "--record", str(self.directory)]),
                        ) from error
            raise

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a query as dictionaries, not to be changed: small answers are kept. Tables are named as in `TABLES`."""
        asked = (sql, repr(parameters))
        if asked in self._answers:
            return self._answers[asked]
        self._stand(sql)
        with self._intact():
            cursor = self._connection.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            answer = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        if len(answer) <= LARGEST_KEPT and len(self._answers) < MOST_KEPT:
            self._answers[asked] = answer
        return answer

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        """A query as a polars frame."""
        import polars as pl

        self._stand(sql)
        with self._intact():
            return pl.DataFrame(self._connection.sql(sql, params=list(parameters)))

    def ask(self, sql: str) -> pl.DataFrame:
        """A user's query as a polars frame: one SELECT over the tables, which can neither write nor read other files.

        Raises
        ------
        UsageError
            If it is no single query, or DuckDB cannot answer it.
        """
        import polars as pl

        try:
            readable = is_query(sql)
        except EngineError as error:
            raise _unanswered(error) from error
        if not readable:
            raise UsageError(
                "Only one query is answered, and nothing is changed.", why="It must be a single SELECT.", mend="nonaligned record"
            )
        other = Record(self.directory, self.as_of)
        with other._intact():
            if CATALOGUE.search(sql):
                other._stand(" ".join((*TABLES, "origins")))
            other._stand(sql)
            folders = (other.folder, starter_directory(), register_directory())
            close_in(other._connection, folders)
        try:
            with other._intact():
                return pl.DataFrame(other._connection.sql(sql))
        except EngineError as error:
            raise _unanswered(error) from error

    def table(self, name: str) -> Table:
        """The definition of a table; raises UsageError with the nearest names."""
        return find_table(name)

    def origin(self, table: str) -> Origin:
        """Title, newest day and all the sources of a table's starter and loaded rows.

        Raises
        ------
        NotLoadedError
            If the table has no rows in the starter record and none loaded.
        """
        find_table(table)
        behind = views.FOLLOWS.get(table, ("", ""))[0]
        shipped = starter_origin(table)
        found = [shipped] if shipped else []
        found += [parse_origin(entry.origin) for entry in self.loads if table in entry.files or behind in entry.files]
        if not found:
            raise NotLoadedError(f"The record holds no {table}.", mend="nonaligned sources")
        newest = max(found, key=lambda origin: origin.as_of)
        sources = {key: source for origin in found for key, source in origin.sources.items()}
        return replace(found[0], as_of=newest.as_of, sources=sources)

    def source(self, table: str, keys: str) -> Source:
        """The source that a row of `table` names in its column `source`."""
        behind = views.FOLLOWS.get(table, ("", ""))[0]
        for entry in reversed(self.loads):
            if keys in entry.origin.get("source", {}) and (table in entry.files or behind in entry.files):
                return parse_origin(entry.origin).source(keys)
        return self.origin(table).source(keys)

    def covered(self, table: str) -> tuple[Mapping[str, Any], ...]:
        """What each load covers in a table: source, part, first_year, last_year, is_complete, note."""
        return tuple(
            {"source": entry.source, "part": entry.part, **entry.coverage[table]} for entry in self.loads if table in entry.coverage
        )


def _unanswered(error: Exception) -> UsageError:
    unknown = re.search(r"Table with name (\w+) does not exist", str(error))
    if unknown:
        return _no_table(unknown[1])
    return UsageError("The query cannot be answered.", why=str(error).strip(), mend="nonaligned record lists tables and columns")


def find_table(name: str) -> Table:
    """The definition of a table of the record.

    Raises
    ------
    UsageError
        If there is none of that name; the nearest ones are named.

    Examples
    --------
    >>> find_table("votes").key
    ('rcid', 'state')
    """
    if name not in TABLES:
        raise _no_table(name)
    return TABLES[name]


def _no_table(name: str) -> UsageError:
    import difflib

    near = difflib.get_close_matches(name, [*TABLES, "origins"], n=3, cutoff=0.4)
    why = f"Did you mean {', '.join(near)}?" if near else f"It has {', '.join(TABLES)}."
    return UsageError(f"The record has no table {name!r}.", why=why, mend="nonaligned record")
