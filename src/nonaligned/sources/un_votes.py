"""Roll calls of the UN General Assembly: Voeten's file, and the UN Digital Library's files of 2023, 2024 and later.

Where a loaded roll call is one of the starter record's landmarks it takes the landmark's key, so that the
checked votes and the words for it (short, topics, keywords) stand in its place: `roll_call_rows.landmarks`.
"""

from __future__ import annotations

from pathlib import Path

from nonaligned.ground.errors import SourceError
from nonaligned.sources import LoadedRows, SourceDeclaration
from nonaligned.sources.library_votes import read_library
from nonaligned.sources.roll_call_rows import CITATIONS
from nonaligned.sources.voeten_votes import read_voeten


def read_un_votes(path: Path, body: str = "UNGA") -> LoadedRows:
    """Read a roll-call file of Voeten or of the UN Digital Library into `roll_calls` and `votes`.

    Parameters
    ----------
    path : Path
        ``.csv`` or ``.csv.gz``; the layout is told from the header.
    body : {"UNGA", "UNSC"}
        The body whose votes are expected.

    Returns
    -------
    LoadedRows
        Frames `roll_calls` (one row per roll call) and `votes` (one per roll call and member, `absent` included).

    Raises
    ------
    SourceError
        If the header is of no known layout, or a cell cannot be read: its line and column are named.

    Source
    ------
    Voeten, Strezhnev and Bailey, doi:10.7910/DVN/LEJUQZ; UN Digital Library records 4060887 and 4055387.

    Examples
    --------
    >>> from nonaligned.record.store import starter_directory
    >>> try:
    ...     read_un_votes(starter_directory() / "votes.csv")
    ... except SourceError as error:
    ...     print(error)
    votes.csv is no roll-call file that the program reads.
    """
    header = _header(path)
    if {"rcid", "ccode", "vote"} <= set(header):
        if body != "UNGA":
            raise SourceError(f"{path.name} holds votes of the General Assembly.", mend=f"nonaligned load un_votes {path}")
        return read_voeten(path, header)
    if {"ms_code", "ms_codes"} & set(header):
        return read_library(path, header, body)
    raise SourceError(
        f"{path.name} is no roll-call file that the program reads.",
        why=f"Line 1 has the columns {', '.join(header)[:200]}; expected rcid, ccode, vote (Voeten) or undl_id, ms_code, "
        "ms_vote (UN Digital Library).",
        mend="nonaligned sources",
    )


def _header(path: Path) -> list[str]:
    import polars as pl

    try:
        return [name.strip() for name in pl.read_csv(path, n_rows=0, infer_schema=False).columns]
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SourceError(f"{path.name} cannot be read.", why=str(error).splitlines()[0]) from error


SOURCE = SourceDeclaration(
    name="un_votes",
    producer="UN Digital Library, or Voeten, Strezhnev and Bailey",
    title="UN General Assembly roll calls",
    licence="UN: non-commercial with acknowledgement; Voeten: CC0 1.0",
    citation=CITATIONS["undl_assembly"]["citation"] + " " + CITATIONS["voeten"]["citation"],
    address="https://digitallibrary.un.org/record/4060887",
    may_pull=False,
    tables=("roll_calls", "votes"),
    warnings=(
        "Resolutions adopted without a vote are in neither file.",
        "Loading one file replaces the other: the two overlap almost wholly.",
    ),
    read=read_un_votes,
)
