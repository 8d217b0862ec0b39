"""Roll calls of the UN General Assembly: Voeten's files, and the UN Digital Library's files of 2023, 2024 and later.

Where a loaded roll call is one of the starter record's landmarks it takes the landmark's key, so that the
checked votes and the words for it (short, topics, keywords) stand in its place: `roll_call_rows.landmarks`.
"""

from __future__ import annotations

from pathlib import Path

from nonaligned.ground.errors import SourceError
from nonaligned.sources import LoadedRows, SourceDeclaration
from nonaligned.sources.fetching.dataverse import Dataset
from nonaligned.sources.library_votes import read_library
from nonaligned.sources.reading import as_text, header_of, is_parquet, read_bytes
from nonaligned.sources.roll_call_rows import CITATIONS
from nonaligned.sources.voeten_files import VoetenFile, parquet_calls, parquet_columns, parquet_votes, text_votes
from nonaligned.sources.voeten_votes import voeten_rows

PAIR = "nonaligned load un_votes VOTES.parquet ROLLCALLS.parquet"


def read_un_votes(path: Path, body: str = "UNGA") -> LoadedRows:
    """Read a roll-call file of Voeten or of the UN Digital Library into `roll_calls` and `votes`.

    Parameters
    ----------
    path : Path
        Text (plain, gzip or zip) or Parquet; the layout is told from the columns.
    body : {"UNGA", "UNSC"}
        The body whose votes are expected.

    Returns
    -------
    LoadedRows
        Frames `roll_calls` (one row per roll call) and `votes` (one per roll call and member, `absent` included).

    Raises
    ------
    SourceError
        If the columns are of no known layout, or a cell cannot be read: its line and column are named.

    Source
    ------
    Voeten, Strezhnev and Bailey, doi:10.7910/DVN/LEJUQZ; UN Digital Library records 4060887 and 4055387.

    Examples
    --------
    >>> from nonaligned.record.starter import starter_directory
    >>> try:
    ...     read_un_votes(starter_directory() / "votes.csv")
    ... except SourceError as error:
    ...     print(error)
    votes.csv is no roll-call file that the program reads.
    """
    held = _columns(path)
    if held is not None and _is_calls(held):
        raise SourceError(f"{path.name} holds roll calls without votes.", why="Load it together with the votes.", mend=PAIR)
    if held is not None:
        return voeten_rows(_voeten(path, body))
    data = read_bytes(path)
    header = header_of(data)
    if {"ms_code", "ms_codes"} & set(header):
        return read_library(path, as_text(data, path), header, body)
    return voeten_rows(_voeten(path, body, data))


def read_votes_together(paths: tuple[Path, ...]) -> LoadedRows:
    """Read Voeten's votes (Parquet or text) with the Parquet file of roll calls, in either order.

    Raises
    ------
    SourceError
        If they are not one file of votes and one of roll calls, are of different editions, or a cell cannot be read.

    Source
    ------
    Voeten, Strezhnev and Bailey, doi:10.7910/DVN/LEJUQZ, as its two Parquet files.

    Examples
    --------
    >>> read_votes_together((Path("a.parquet"), Path("b.parquet")))
    Traceback (most recent call last):
    nonaligned.ground.errors.SourceError: a.parquet cannot be read.
    """
    if len(paths) == 1:
        return read_un_votes(paths[0])
    calls = [path for path in paths if _is_calls(_columns(path) or [])]
    votes = [path for path in paths if path not in calls]
    if len(calls) != 1 or len(votes) != 1:
        found = f"There are {len(votes)} files of votes and {len(calls)} of roll calls."
        raise SourceError("One file of votes and one of roll calls are read together.", why=found, mend=PAIR)
    return voeten_rows(_voeten(votes[0], "UNGA"), parquet_calls(calls[0]))


def _columns(path: Path) -> list[str] | None:
    """The columns of a Parquet file; None for any other."""
    return parquet_columns(path) if is_parquet(path) else None


def _is_calls(columns: list[str]) -> bool:
    return {"rcid", "descr"} <= set(columns) and "vote" not in columns


def _voeten(path: Path, body: str, data: bytes | None = None) -> VoetenFile:
    columns = _columns(path)
    data = read_bytes(path) if columns is None and data is None else data
    header = header_of(data or b"") if columns is None else columns
    if not {"rcid", "vote", "cow_code" if data is None else "ccode"} <= set(header):
        raise SourceError(
            f"{path.name} is no roll-call file that the program reads.",
            why=f"It has the columns {', '.join(header)[:200]}; expected rcid, ccode, vote (Voeten) or undl_id, ms_code, "
            "ms_vote (UN Digital Library).",
            mend="nonaligned sources",
        )
    if body != "UNGA":
        raise SourceError(f"{path.name} holds votes of the General Assembly.", mend=f"nonaligned load un_votes {path}")
    return parquet_votes(path) if data is None else text_votes(path, data, header)


SOURCE = SourceDeclaration(
    name="un_votes",
    producer="UN Digital Library, or Voeten, Strezhnev and Bailey",
    title="UN General Assembly roll calls",
    licence="UN: non-commercial with acknowledgement; Voeten: CC0 1.0",
    citation=CITATIONS["undl_assembly"]["citation"] + " " + CITATIONS["voeten"]["citation"],
    address="https://digitallibrary.un.org/record/4060887",
    tables=("roll_calls", "votes"),
    warnings=(
        "Resolutions adopted without a vote are in neither file.",
        "Loading one file replaces the other: the two overlap almost wholly.",
        "Voeten files a vote of an emergency special session under the regular session of its year; the library does not.",
    ),
    read=read_un_votes,
    read_together=read_votes_together,
    dataset=Dataset("10.7910/DVN/LEJUQZ", ("*unvotes*.csv",)),
    words="[PART OF A NAME]",
)
