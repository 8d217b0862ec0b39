"""Roll calls of the UN Security Council: the UN Digital Library's file of adopted resolutions."""

from __future__ import annotations

from pathlib import Path

from nonaligned.sources import LoadedRows, SourceDeclaration
from nonaligned.sources.roll_call_rows import CITATIONS
from nonaligned.sources.un_votes import read_un_votes


def read_council_votes(path: Path) -> LoadedRows:
    """Read the UN Digital Library's file of Security Council votes; see `read_un_votes`.

    Raises
    ------
    SourceError
        If the file is of another layout or of the Assembly, or a cell cannot be read.

    Source
    ------
    UN Digital Library, record 4055387.

    Examples
    --------
    >>> read_council_votes(Path("nowhere.csv"))
    Traceback (most recent call last):
    nonaligned.ground.errors.SourceError: nowhere.csv cannot be read.
    """
    return read_un_votes(path, "UNSC")


SOURCE = SourceDeclaration(
    name="un_council_votes",
    producer=CITATIONS["undl_council"]["producer"],
    title="UN Security Council roll calls",
    licence=CITATIONS["undl_council"]["licence"],
    citation=CITATIONS["undl_council"]["citation"],
    address=CITATIONS["undl_council"]["url"],
    tables=("roll_calls", "votes"),
    warnings=(
        "Adopted resolutions only: vetoed drafts are in the starter record for a few landmarks, and nowhere else.",
        "A resolution adopted without a vote is entered by the library as 15 votes in favour.",
    ),
    read=read_council_votes,
)
