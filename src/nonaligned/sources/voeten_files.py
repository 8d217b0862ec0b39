"""The files of Voeten's roll calls: the text file, short or full, and the pair of Parquet files, as one shape of rows.

Rows: `line`, `rcid`, `session`, `date`, `number` (COW), `vote` (as in the text file: 1, 2, 3, 8 or 9), `inferred`.
Words, one row per roll call, all text: what stands beside the votes (resolution, title, issues, printed totals).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.record.engine import EngineError, connect, quoted, speaking
from nonaligned.sources.reading import as_count, as_day, as_text, read_text, refuse
from nonaligned.world.states import states

if TYPE_CHECKING:
    import duckdb
    import polars as pl

CODES = {"yes": 1, "abstain": 2, "no": 3, "absent": 8}
NOT_A_MEMBER = 9
NEEDED = ("rcid", "ccode", "vote", "session", "date", "unres")
ISSUES = ("me", "nu", "di", "hr", "co", "ec")
WORDS = ("unres", "short", "descr", "importantvote", "amend", "para", *ISSUES, "n_yes", "n_no", "n_abstain", "linked_rcid")
TOTALS = {"yes": "n_yes", "no": "n_no", "abstain": "n_abstain"}  # in the text file, and in ours
VOTES = ("rcid", "session", "date", "unres", "cow_code", "vote")  # columns of the Parquet file of votes
CALLS = ("rcid", "session", "date", "unres", "descr", "amend", "para", "linked_rcid")  # ... and of roll calls


@dataclass(frozen=True, slots=True)
class VoetenFile:
    """Rows and words of a file, and what its places and its column of states are called."""

    path: Path
    rows: pl.DataFrame
    words: pl.DataFrame
    place: str
    state_column: str


@dataclass(frozen=True, slots=True)
class VoetenCalls:
    """A file of roll calls: `line`, `rcid`, `session`, `date`, and the words."""

    path: Path
    rows: pl.DataFrame
    words: pl.DataFrame


@cache
def cow_codes() -> dict[int, str]:
    """Our code of every COW number; where several states held one, any of them: the day decides later."""
    return {int(spell.number): one.code for one in states(system=None) for spell in one.in_system("cow") if spell.number}


def parquet_columns(path: Path) -> list[str]:
    """The columns of a Parquet file."""
    with _parquet_file(path) as (connection, rows):
        return [str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()]


@contextmanager
def _parquet_file(path: Path) -> Generator[tuple[duckdb.DuckDBPyConnection, str]]:
    try:
        with connect() as connection, speaking():
            yield connection, f"read_parquet({quoted(str(path))})"
    except EngineError as error:
        raise SourceError(f"{path.name} cannot be read.", why=f"The Parquet file is damaged: {str(error).splitlines()[0]}") from error


def text_votes(path: Path, data: bytes, header: list[str]) -> VoetenFile:
    """Read the text file: votes 1 yes, 2 abstain, 3 no, 8 absent, 9 not a member; states as COW numbers.

    Raises
    ------
    SourceError
        If a column is missing or a cell cannot be read.
    """
    import polars as pl

    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise SourceError(f"{path.name}, line 1: the column {missing[0]} is missing.", why=f"It has {', '.join(header)}.")
    names = {name: name for name in (*NEEDED, *WORDS) if name in header}
    names |= {theirs: ours for theirs, ours in TOTALS.items() if theirs in header}
    raw = _typed(data, header, names)
    raw = _from_text(path, data, names) if raw is None else raw
    rows = raw.select("line", "rcid", "session", "date", number="ccode", vote="vote", inferred=pl.lit(False))
    return VoetenFile(path, rows, _words(raw), "line", "ccode")


def _typed(data: bytes, header: list[str], names: dict[str, str]) -> pl.DataFrame | None:
    """The columns read with their types; None where anything needs a closer look, so that it can be named."""
    import polars as pl

    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if b'"' in data or data.count(b",") != (len(header) - 1) * lines or len(set(header)) < len(header):
        return None
    types = {"rcid": pl.Int64, "ccode": pl.Int64, "vote": pl.Int64, "session": pl.Int64, "date": pl.Date}
    schema = {name: types.get(name, pl.String) for name in names}
    try:
        raw = pl.read_csv(data, columns=list(names), schema_overrides=schema, row_index_name="line", row_index_offset=2).rename(names)
    except pl.exceptions.PolarsError:
        return None
    if raw.height != lines - 1 or not raw.height or any(raw[name].null_count() for name in types):
        return None
    known = {"vote": {*CODES.values(), NOT_A_MEMBER}, "ccode": set(cow_codes())}
    return raw if all(set(raw[name].unique()) <= values for name, values in known.items()) else None


def _from_text(path: Path, data: bytes, names: dict[str, str]) -> pl.DataFrame:
    raw = read_text(path, names, text=as_text(data, path))
    for name, expected in (("rcid", "a roll-call number"), ("session", "a session")):
        refuse(raw, as_count(name).is_null(), name, expected, path)
    refuse(raw, ~as_count("ccode").is_in(list(cow_codes())).fill_null(False), "ccode", "a COW number", path)
    refuse(raw, ~as_count("vote").is_in([*CODES.values(), NOT_A_MEMBER]).fill_null(False), "vote", "1, 2, 3, 8 or 9", path)
    refuse(raw, as_day("date").is_null(), "date", "a day as YYYY-MM-DD", path)
    return raw.with_columns(as_day("date"), *(as_count(name) for name in ("rcid", "session", "ccode", "vote")))


def parquet_votes(path: Path) -> VoetenFile:
    """Read the Parquet file of votes: the vote in words, states as COW numbers, inferred absences marked.

    Raises
    ------
    SourceError
        If the file is damaged, a column is missing, or a cell is not what its column holds.
    """
    import polars as pl

    raw = _parquet(path, VOTES, ("absence_inferred",))
    word = pl.col("vote").cast(pl.String, strict=False)
    refuse(raw, ~word.is_in(list(CODES)).fill_null(False), "vote", "yes, abstain, no or absent", path, "row")
    number = pl.col("cow_code").cast(pl.Int64, strict=False)
    refuse(raw, ~number.is_in(list(cow_codes())).fill_null(False), "cow_code", "a COW number", path, "row")
    inferred = pl.col("absence_inferred").cast(pl.Boolean, strict=False).fill_null(False) if "absence_inferred" in raw else pl.lit(False)
    rows = raw.select(
        "line", "rcid", "session", "date", number=number, vote=word.replace_strict(CODES, return_dtype=pl.Int64), inferred=inferred
    )
    return VoetenFile(path, rows, _words(raw), "row", "cow_code")


def parquet_calls(path: Path) -> VoetenCalls:
    """Read the Parquet file of roll calls.

    Raises
    ------
    SourceError
        If the file is damaged, a column is missing, a cell is not what its column holds, or a roll call stands twice.
    """
    import polars as pl

    raw = _parquet(path, CALLS, tuple(name for name in WORDS if name not in CALLS))
    refuse(raw, pl.col("rcid").is_duplicated(), "rcid", "the roll call's only row", path, "row")
    for name in ("n_yes", "n_no", "n_abstain", "linked_rcid"):
        if name in raw:
            refuse(raw, pl.col(name).is_not_null() & pl.col(name).cast(pl.Int64, strict=False).is_null(), name, "a count", path, "row")
    return VoetenCalls(path, raw.select("line", "rcid", "session", "date"), _words(raw))


def _parquet(path: Path, needed: tuple[str, ...], optional: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    columns = parquet_columns(path)
    missing = [name for name in needed if name not in columns]
    if missing:
        raise SourceError(f"{path.name}: the column {missing[0]} is missing.", why=f"It has {', '.join(columns)}.")
    chosen = [name for name in (*needed, *optional) if name in columns]
    with _parquet_file(path) as (connection, rows):
        raw = pl.DataFrame(connection.sql(f"SELECT {', '.join(chosen)} FROM {rows}")).with_row_index("line", 1)
    if not raw.height:
        raise SourceError(f"{path.name} has columns and no rows.")
    nested = [name for name in chosen if raw.schema[name].is_nested()]
    if nested:
        raise SourceError(f"{path.name}: the column {nested[0]} holds no single values.")
    if not isinstance(raw.schema["date"], pl.Date | pl.Datetime | pl.String):
        raise SourceError(f"{path.name}: the column date holds no days.", why=f"Its type is {raw.schema['date']}.")
    day = as_day("date") if raw.schema["date"] == pl.String else pl.col("date").cast(pl.Date, strict=False)
    number = {name: pl.col(name).cast(pl.Int64, strict=False) for name in ("rcid", "session")}
    for name, value, expected in (
        ("rcid", number["rcid"], "a roll-call number"),
        ("session", number["session"], "a session"),
        ("date", day, "a day"),
    ):
        refuse(raw, value.is_null(), name, expected, path, "row")
    return raw.with_columns(day.alias("date"), **number)


def _words(raw: pl.DataFrame) -> pl.DataFrame:
    """The words of each roll call as text, from its first row; NA, by which the text file may say none, is none."""
    import polars as pl

    first = raw.unique("rcid", keep="first", maintain_order=True)
    word = {name: pl.col(name).cast(pl.String).str.strip_chars().fill_null("") if name in first.columns else pl.lit("") for name in WORDS}
    return first.select("rcid", **{name: pl.when(text == "NA").then(pl.lit("")).otherwise(text) for name, text in word.items()})
