"""DuckDB, and nothing else: the only file that imports it. Connections, and large text files into Parquet."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nonaligned.ground.errors import NOT_LOADED, NonalignedError, SourceError

if TYPE_CHECKING:
    import duckdb
    import polars as pl

MEMORY = "1GB"
LISTED = 5_000  # rejected lines that are kept with their reason
# Functions that a user's query may read as tables. Others read files, change settings or write logs, even inside a SELECT.
OPEN_TABLES = frozenset(
    "range generate_series unnest repeat repeat_row json_each json_tree histogram histogram_values "
    "duckdb_tables duckdb_views duckdb_columns pragma_table_info".split()
)


class EngineError(NonalignedError):
    """The engine could not answer: a query that is none, a file that is gone or damaged."""

    exit_code = NOT_LOADED


def connect(**settings: Any) -> duckdb.DuckDBPyConnection:
    """A connection in memory that fetches no extension."""
    import duckdb

    plain = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, **settings}
    connection = duckdb.connect(":memory:", config=plain)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")  # it is drawn on standard output, even into a pipe
    return connection


def close_in(connection: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> None:
    """Let a connection read no file outside some folders, and never change that again."""
    listed = ", ".join(quoted(str(folder)) for folder in folders)
    connection.execute("SET python_enable_replacements = false")  # else a name may be a variable of the program
    connection.execute("SET temp_directory = ''")  # else it is a folder where the user stands
    connection.execute(f"SET allowed_directories = [{listed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


@contextmanager
def speaking() -> Generator[None]:
    """Turn the engine's own errors into EngineError, and those of values for which polars has no type."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise EngineError(str(error)) from error
    except BaseException as error:
        kind = type(error)  # polars is not imported for the sake of its errors
        if kind.__name__ == "PanicException":
            raise EngineError("A column is of a type that cannot be shown; CAST it AS VARCHAR.") from error
        if kind.__module__ == "polars.exceptions":
            raise EngineError(str(error)) from error
        raise


def is_query(sql: str) -> bool:
    """Whether a text is one statement that only reads.

    Raises
    ------
    EngineError
        If it is no SQL, or reads a table function that does more than give rows.

    Examples
    --------
    >>> is_query("SELECT 1"), is_query("DROP TABLE votes"), is_query("SELECT 1; SELECT 2"), is_query("COPY votes TO 'x'")
    (True, False, False, False)
    """
    import duckdb

    try:
        sql.encode()
        with connect(enable_external_access=False) as connection:  # the parser itself reads the files of IMPORT DATABASE
            found = connection.extract_statements(sql)
            if len(found) != 1 or found[0].type != duckdb.StatementType.SELECT:  # EXPLAIN ANALYZE would do what it explains
                return False
            row = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
        tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
        closed = sorted({name for name in _table_functions(tree) if name.lower() not in OPEN_TABLES})
    except (duckdb.Error, UnicodeError) as error:
        raise EngineError(str(error)) from error
    except RecursionError as error:
        raise EngineError("It is nested too deeply.") from error
    if closed:
        raise EngineError(f"{closed[0]} is not available here.")
    return not tree["error"]


def _table_functions(tree: Any) -> Iterator[str]:
    """Names of the functions that a parsed query reads as tables."""
    if isinstance(tree, dict):
        node = cast("dict[str, Any]", tree)
        if node.get("type") == "TABLE_FUNCTION":
            yield str(node["function"].get("function_name", "?"))
        for part in node.values():
            yield from _table_functions(part)
    elif isinstance(tree, list):
        for part in cast("list[Any]", tree):
            yield from _table_functions(part)


def parquet_columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Names of the columns of a Parquet file."""
    return [str(row[0]) for row in connection.execute(f"SELECT name FROM parquet_schema({quoted(str(path))})").fetchall()[1:]]


def quoted(text: str) -> str:
    """A text as an SQL literal; the parser takes a zero byte for the end."""
    return "'" + text.replace("'", "''").replace("\0", "' || chr(0) || '") + "'"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that could not be read, with the column and the reason."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Converted:
    """Data rows in the file, rows written, and the lines that could not be read; the query left out the rest."""

    rows_in: int
    rows: int
    n_rejected: int
    rejected: tuple[Rejected, ...]


def read_lines(
    path: Path, header: Sequence[str], wanted: Sequence[int], *, skip: int, delimiter: str, quote: str
) -> tuple[pl.DataFrame, tuple[Rejected, ...]]:
    """Cells of a delimited UTF-8 file as text: columns `line`, ``c0``, ``c1`` ... of the `wanted` positions, and the bad lines.

    A line with more or fewer cells than the header is never padded or cut: it is among the bad ones.
    """
    import duckdb
    import polars as pl

    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(header)))
    chosen = ", ".join(f"c{place}" for place in wanted)
    source = (
        f"read_csv({quoted(str(path))}, auto_detect=false, columns={{{columns}}}, delim={quoted(delimiter)}, header=false, skip={skip}, "
        f"quote={quoted(quote)}, escape={quoted(quote)}, store_rejects=true, rejects_limit=0, max_line_size=4000000, compression='none')"
    )
    with connect() as connection:
        try:
            frame = pl.DataFrame(connection.sql(f"SELECT {chosen} FROM {source}"))
            bad = _rejected(connection)
        except duckdb.Error as error:
            raise SourceError(f"{path.name} cannot be read.", why=str(error).splitlines()[0]) from error
    lines = pl.Series("line", range(skip + 1, skip + 1 + frame.height + len(bad)), dtype=pl.Int64)
    kept = lines.filter(~lines.is_in([one.line for one in bad])) if bad else lines
    return frame.insert_column(0, kept.head(frame.height)), bad


def _rejected(connection: duckdb.DuckDBPyConnection) -> tuple[Rejected, ...]:
    listed = connection.execute(
        "SELECT line, any_value(coalesce(column_name, '')), any_value(error_message) FROM reject_errors "
        f"GROUP BY line ORDER BY line LIMIT {LISTED}"
    ).fetchall()
    return tuple(Rejected(int(line), str(column), str(reason).splitlines()[0][:200]) for line, column, reason in listed)


def convert(
    path: Path, columns: Mapping[str, str], select: str, target: Path, *, delimiter: str = "\t", header: bool = False, quote: str = ""
) -> Converted:
    """Stream a delimited text file through a query into a Parquet file; memory stays bounded whatever its size.

    Parameters
    ----------
    path : Path
        Plain, UTF-8.
    columns : mapping
        Name of every column in the file, in order, with its SQL type.
    select : str
        A query over the table ``rows``, as ``SELECT a, b FROM rows WHERE a > 0``.
    target : Path
        The Parquet file to write.

    Raises
    ------
    SourceError
        If the file cannot be read at all.
    """
    import duckdb

    types = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns.items())
    source = (
        f"read_csv({quoted(str(path))}, auto_detect=false, columns={{{types}}}, delim={quoted(delimiter)}, header={str(header).lower()}, "
        f"quote={quoted(quote)}, escape={quoted(quote)}, store_rejects=true, rejects_limit=0, max_line_size=4000000, compression='none')"
    )
    copy = f"COPY (WITH rows AS (FROM {source}) {select}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    with connect(memory_limit=MEMORY, temp_directory=str(target.parent)) as connection:
        try:
            written = connection.execute(copy).fetchall()[0][0]
            bad = connection.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchall()[0][0]
            listed = _rejected(connection)
        except duckdb.Error as error:
            raise SourceError(f"{path.name} cannot be read.", why=str(error).splitlines()[0]) from error
    return Converted(count_lines(path) - int(header), written, bad, listed)


def count_lines(path: Path) -> int:
    """Lines of a plain file, the last one too where it has no end."""
    found, last = 0, b"\n"
    with path.open("rb") as handle:
        while block := handle.read(1 << 22):
            found += block.count(b"\n")
            last = block[-1:]
    return found + (last != b"\n")
