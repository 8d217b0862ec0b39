"""Alliance Treaty Obligations and Provisions: who owes whom what in which year."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import Coverage, LoadedRows, SetAside, SourceDeclaration, origin_of
from nonaligned.sources.cow_numbers import with_states
from nonaligned.sources.reading import as_text, header_of, read_bytes, read_text, refuse

if TYPE_CHECKING:
    from nonaligned.sources.fetching.download import Download

NAME = "atop"
OBLIGATIONS = ("defense", "offense", "neutrality", "nonaggression", "consultation")
# The obligations of the first state towards the second, as the official file and its reduced form name them.
OFFICIAL: dict[str, str] = dict(zip(("defense", "offense", "neutral", "nonagg", "consul"), OBLIGATIONS, strict=True))
LAYOUTS = (("stateA", "stateB", OFFICIAL), ("ccode1", "ccode2", {f"atop_{name}": ours for name, ours in OFFICIAL.items()}))
MEMBER = "atop*ddyr.csv"
ADDRESS = "https://www.atopdata.org/uploads/6/9/1/3/69134503/atop_5.1__.csv_.zip"
DECLARED = {
    "producer": "Brett Ashley Leeds, Rice University",
    "title": "Alliance Treaty Obligations and Provisions, version 5.1: directed dyad-years",
    "url": "https://www.atopdata.org/data.html",
    "citation": "Leeds, Brett Ashley, Jeffrey M. Ritter, Sara McLaughlin Mitchell and Andrew G. Long, 2002, Alliance Treaty Obligations "
    "and Provisions, 1815-1944, International Interactions 28: 237-260.",
    "licence": "free for research, to be cited",
    "version": "5.1",
}
WHOLE = 150  # states; a file with fewer is an excerpt, in which no row says nothing
WARNINGS = (
    "A row of the file without any obligation joins members of one treaty of whom the first owes the second nothing: no row here.",
    "Obligations of Germany in 1990 are those that the file lists under either of its numbers (255 and 260).",
    "Years after the file's last are missing, not free of obligations.",
)


def read(path: Path) -> LoadedRows:
    r"""Read ATOP's directed dyad-years (``atop5_1ddyr.csv``), alone or in the official archive, or the reduced file with COW numbers.

    The first state of a row is bound, the second is the one towards which it is bound.

    Raises
    ------
    SourceError
        If a column is missing, a cell is neither 0 nor 1, a number no state's, or the file leaves pacts of nonaggression out.

    Source
    ------
    Leeds et al. 2002 and the project's codebook, version 5.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "atop5_1ddyr.csv"
    >>> _ = file.write_text("stateA,stateB,year,defense,offense,neutral,nonagg,consul\n220,522,1990,1,0,0,0,0\n")
    >>> read(file).frames["treaties"].rows()
    [('FRA', 'DJI', 1990, 'defense', 'atop')]
    """
    import polars as pl

    if "NNA" in path.stem.upper():
        raise SourceError(
            f"{path.name} leaves pacts of nonaggression out.", why="A dyad without a row could have one.", mend="load atop5_1ddyr.csv"
        )
    text = as_text(read_bytes(path, MEMBER if zipfile.is_zipfile(path) else "*"), path)
    header = header_of(text[: 1 << 16].encode())
    first, second, columns = next((one for one in LAYOUTS if one[0] in header), LAYOUTS[0])
    raw = read_text(path, {name: name for name in (first, second, "year", *columns)}, text=text)
    for name in columns:
        refuse(raw, ~pl.col(name).is_in(["0", "1", "0.0", "1.0"]), name, "0 or 1", path)
    same = pl.struct(first, second, "year").is_duplicated() | (pl.col(first) == pl.col(second))
    refuse(raw, same, second, "another state than the first, once in the year", path)
    held = with_states(raw, {first: "sender", second: "receiver"}, path)
    inside = held.filter((pl.col("sender") != "") & (pl.col("receiver") != ""))
    frame = (
        inside.rename(columns)
        .unpivot(OBLIGATIONS, index=["sender", "receiver", "year"], variable_name="obligation")
        .filter(pl.col("value").str.starts_with("1"))
        .select("sender", "receiver", "year", "obligation", source=pl.lit(NAME))
        .unique()
        .sort("sender", "receiver", "year", "obligation")
    )
    years, rest = inside["year"].to_list(), held.filter((pl.col("sender") == "") | (pl.col("receiver") == ""))
    if not years:
        raise SourceError(f"{path.name}: no row joins two states in years of theirs.")
    reason = "a party was no state of the international system in the year"
    note = "States of the Correlates of War system; others only where ATOP has a treaty of theirs."
    return LoadedRows(
        frames={"treaties": frame},
        warnings=WARNINGS,
        origin=origin_of(DECLARED, NAME, f"{max(years)}-12-31", " ".join(WARNINGS)),
        coverage={"treaties": Coverage(min(years), max(years), frame["sender"].n_unique() >= WHOLE, note)},
        rows_in=raw.height,
        rows_used=inside.height,
        set_aside=(SetAside(rest.height, reason, int(rest["line"][0])),) if rest.height else (),
    )


def downloads(words: tuple[str, ...]) -> tuple[Download, ...]:
    """The official archive of version 5.1; there are no words to choose.

    Examples
    --------
    >>> [one.name for one in downloads(())]
    ['atop_5.1.csv.zip']
    """
    from nonaligned.sources.fetching.download import Download

    return (Download(ADDRESS, "atop_5.1.csv.zip"),)


SOURCE = SourceDeclaration(
    name=NAME,
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("treaties",),
    warnings=WARNINGS,
    read=read,
    version=DECLARED["version"],
    downloads=downloads,
)
