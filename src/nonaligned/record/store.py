"""The store: DuckDB over the starter's CSV and the loaded Parquet. The only file that imports duckdb.

The truth is immutable Parquet files plus a manifest that is replaced by rename: a kill at any
moment leaves the old record or the new one, and readers never block.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import CheckFailedError, NotLoadedError, UsageError
from nonaligned.ground.origins import Origin, Source, parse_origin, read_origin
from nonaligned.record.checks import check_rows
from nonaligned.record.fields import SQL_TYPES
from nonaligned.record.tables import TABLES, Table

if TYPE_CHECKING:
    import duckdb
    import polars as pl

MANIFEST = "manifest.json"
LARGEST_KEPT, MOST_KEPT = 1_000, 2_000  # rows of an answer, and answers, that are kept for the next time


def starter_directory() -> Path:
    """Where the starter record lies inside the package."""
    return Path(str(resources.files("nonaligned.record"))) / "starter"


def default_directory() -> Path:
    """The user's record: `NONALIGNED_HOME`, else the platform's data directory."""
    home = os.environ.get("NONALIGNED_HOME")
    if home:
        return Path(home)
    import platformdirs

    return Path(platformdirs.user_data_dir("nonaligned", appauthor=False)) / "record"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One source in the manifest: when it was loaded, from what, and its files by table."""

    source: str
    loaded_at: str
    raw_name: str
    raw_sha256: str
    files: Mapping[str, str]
    rows: Mapping[str, int]
    origin: Mapping[str, Any]


class Record:
    """The record as one set of tables: what ships with the program, and what the user loaded.

    Parameters
    ----------
    directory : Path, optional
        The user's record; `default_directory()` when None. It need not exist.

    Examples
    --------
    >>> record = Record(Path("/nonexistent"))
    >>> record.rows("SELECT vote FROM votes WHERE rcid = 'A/RES/ES-11/1' AND state = 'IND'")
    [{'vote': 'abstain'}]
    """

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory or default_directory()
        self.loaded = read_manifest(self.directory)
        self._answers: dict[tuple[str, str], list[dict[str, Any]]] = {}

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
        for table in TABLES.values():
            connection.execute(f"CREATE TABLE starter_{table.name} ({_column_types(table)})")
            path = starter_directory() / f"{table.name}.csv"
            if path.exists():
                connection.execute(f"INSERT INTO starter_{table.name} BY NAME SELECT * FROM {_read_starter(table, path)}")
            with self._intact():
                connection.execute(f"CREATE VIEW {table.name} AS {self._view(table)}")
        return connection

    @contextmanager
    def _intact(self) -> Generator[None]:
        """Tell an error of a query from a loaded file that is gone or damaged."""
        import duckdb

        try:
            yield
        except duckdb.Error as error:
            for entry in self.loaded.values():
                for name in entry.files.values():
                    path = self.directory / "tables" / name
                    if not path.is_file() or _sha256(path)[:16] not in name:
                        raw = self.directory / "raw" / f"{entry.raw_sha256[:16]}-{entry.raw_name}"
                        raise NotLoadedError(
                            f"What was loaded from {entry.source} cannot be read.",
                            why=f"{path} is {'damaged' if path.is_file() else 'missing'}.",
                            mend=shlex.join(["nonaligned", "load", entry.source, str(raw), "--record", str(self.directory)]),
                        ) from error
            raise

    def _view(self, table: Table) -> str:
        parts = [f"SELECT * FROM starter_{table.name}"]
        for entry in self.loaded.values():
            if table.name in entry.files:
                path = _quoted(str(self.directory / "tables" / entry.files[table.name]))
                loaded = f"SELECT {', '.join(table.columns)} FROM read_parquet({path}) AS loaded"
                if table.yields_to_starter:
                    same = " AND ".join(f"s.{column} = loaded.{column}" for column in table.yields_to_starter)
                    loaded += f" WHERE NOT EXISTS (SELECT 1 FROM starter_{table.name} AS s WHERE {same})"
                parts.append(loaded)
        return " UNION ALL ".join(parts)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a query as dictionaries, not to be changed: small answers are kept. Tables are named as in `TABLES`."""
        asked = (sql, repr(parameters))
        if asked in self._answers:
            return self._answers[asked]
        connection = self._connection
        with self._intact():
            cursor = connection.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            answer = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        if len(answer) <= LARGEST_KEPT and len(self._answers) < MOST_KEPT:
            self._answers[asked] = answer
        return answer

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        """A query as a polars frame."""
        import polars as pl

        connection = self._connection
        with self._intact():
            return pl.DataFrame(connection.sql(sql, params=list(parameters)))

    def origin(self, table: str) -> Origin:
        """Title, day and sources of a table's starter rows.

        Raises
        ------
        NotLoadedError
            If the table has no rows in the starter record and none loaded.
        """
        if table not in TABLES:
            raise UsageError(f"The record has no table {table!r}.", why=f"It has {', '.join(TABLES)}.")
        path = starter_directory() / f"{table}.origin.toml"
        if path.exists():
            return _read_origin(path)
        loaded = [entry for entry in self.loaded.values() if table in entry.files]
        if loaded:
            return parse_origin(loaded[0].origin)
        raise NotLoadedError(f"The record holds no {table}.", mend="nonaligned sources")

    def source(self, table: str, keys: str) -> Source:
        """The source that a row of `table` names in its column `source`."""
        for entry in self.loaded.values():
            if keys in entry.origin.get("source", {}):
                return parse_origin(entry.origin).source(keys)
        return self.origin(table).source(keys)

    def replace(self, source: str, frames: Mapping[str, pl.DataFrame], origin: Mapping[str, Any], raw: Path) -> Loaded:
        """Put `frames` in the record as what `source` says, in place of what it said before.

        Parameters
        ----------
        source : str
            Name of the source; its earlier rows are replaced whole, and kept on disk as a vintage.
        frames : mapping of table name to polars frame
            Rows with the table's columns; checked before anything is written.
        origin : mapping
            The origin as in an ``X.origin.toml`` file.
        raw : Path
            The official file, copied unchanged into the record.

        Raises
        ------
        CheckFailedError
            If rows break a rule of their table; the record is as it was.
        """
        shaped = {name: check_rows(TABLES[name], frame) for name, frame in frames.items()}
        if not any(frame.height for frame in shaped.values()):
            raise CheckFailedError(f"{raw.name} gives no rows.", mend="nonaligned sources")
        for folder in ("tables", "raw"):
            (self.directory / folder).mkdir(parents=True, exist_ok=True)
        with _only_writer(self.directory):
            digest = _sha256(raw)
            _copy_whole(raw, self.directory / "raw" / f"{digest[:16]}-{raw.name}")
            entry = Loaded(
                source,
                datetime.now(UTC).isoformat(timespec="seconds"),
                raw.name,
                digest,
                {name: _write_parquet(frame, self.directory / "tables", f"{name}-{source}") for name, frame in shaped.items()},
                {name: frame.height for name, frame in shaped.items()},
                origin,
            )
            loaded = {**read_manifest(self.directory), source: entry}
            _write_manifest(self.directory, loaded)
        self.loaded = loaded
        self.__dict__.pop("_connection", None)
        self._answers.clear()
        return entry


@cache
def _read_origin(path: Path) -> Origin:
    return read_origin(path)


def _column_types(table: Table) -> str:
    return ", ".join(f"{field.name} {SQL_TYPES[field.kind]}" for field in table.fields)


def _read_starter(table: Table, path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as handle:
        header = handle.readline().strip().split(",")
    types = {field.name: SQL_TYPES[field.kind] for field in table.fields}
    columns = ", ".join(f"'{name}': '{types.get(name, 'VARCHAR')}'" for name in header)
    texts = ", ".join(_quoted(name) for name in header if types.get(name) == "VARCHAR")
    return (
        f"(SELECT {', '.join(name for name in header if name in types)} FROM read_csv({_quoted(str(path))}, header=true, "
        f"delim=',', quote='\"', escape='\"', auto_detect=false, columns={{{columns}}}, force_not_null=[{texts}]))"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(temporary: Path, final: Path) -> None:
    _sync(temporary)
    temporary.replace(final)
    _sync(final.parent)


@contextmanager
def _only_writer(directory: Path) -> Generator[None]:
    """One writer at a time, so that none loses what another wrote; the system frees the lock of a writer that dies."""
    with (directory / "lock").open("a", encoding="utf-8") as handle:
        try:
            import fcntl
        except ImportError:  # no such lock on this system
            pass
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
        for left in (*directory.glob("*.part"), *directory.glob("*/*.part")):  # by a writer that was killed
            left.unlink()
        yield


def _copy_whole(raw: Path, final: Path) -> None:
    if final.exists():
        return
    temporary = final.with_name(f"{final.name}.part")
    shutil.copyfile(raw, temporary)
    _publish(temporary, final)


def _write_parquet(frame: pl.DataFrame, folder: Path, stem: str) -> str:
    temporary = folder / f"{stem}.part"
    frame.write_parquet(temporary, compression="zstd")
    final = folder / f"{stem}-{_sha256(temporary)[:16]}.parquet"
    _publish(temporary, final)
    return final.name


def read_manifest(directory: Path) -> dict[str, Loaded]:
    """What was loaded into `directory`, by source; empty where nothing was.

    Raises
    ------
    NotLoadedError
        If the manifest is damaged; `mend` is the command that sets it aside.
    """
    path = directory / MANIFEST
    try:
        if not path.exists():
            return {}
        return {name: _entry(plain) for name, plain in dict(json.loads(path.read_text(encoding="utf-8"))).items()}
    except (OSError, ValueError, TypeError) as error:
        raise NotLoadedError(
            f"The record in {directory} cannot be read.",
            why=f"{MANIFEST} is not as the program wrote it: {error}.",
            mend=f"{shlex.join(['mv', str(path), f'{path}.broken'])}, then load the files again",
        ) from error


def _entry(plain: Mapping[str, Any]) -> Loaded:
    entry = Loaded(**plain)
    for slot in (entry.files, entry.rows, entry.origin):
        if not isinstance(slot, dict):  # pyright: ignore[reportUnnecessaryIsInstance] - it is what a file says
            raise TypeError(f"{slot!r} is no table")
    if any(Path(name).name != name for name in entry.files.values()):
        raise ValueError("a file lies outside the record")
    return entry


def _write_manifest(directory: Path, loaded: Mapping[str, Loaded]) -> None:
    plain = {name: {slot: _plain(getattr(entry, slot)) for slot in Loaded.__slots__} for name, entry in loaded.items()}
    temporary = directory / f"{MANIFEST}.part"
    temporary.write_text(json.dumps(plain, indent=1, default=_plain), encoding="utf-8")
    _publish(temporary, directory / MANIFEST)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value.isoformat() if isinstance(value, date) else value
