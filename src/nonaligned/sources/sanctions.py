"""Sanctions since 1949 by case, sender and target: the Global Sanctions Data Base (GSDB), release 4."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import Coverage, LoadedRows, SourceDeclaration, origin_of
from nonaligned.sources.reading import as_count, as_text, header_of, read_bytes, read_text, refuse
from nonaligned.sources.state_codes import at_time, codes_of
from nonaligned.world.groups import group_gazetteer

if TYPE_CHECKING:
    import polars as pl

DECLARED = {
    "producer": "Global Sanctions Data Base (Drexel University, WIFO, Konstanz University of Applied Sciences)",
    "title": "The Global Sanctions Data Base (GSDB)",
    "version": "4",
    "url": "https://www.globalsanctionsdatabase.com",
    "licence": "free for research on request, cite; no redistribution",
    "citation": "Felbermayr, Gabriel, Aleksandra Kirilakha, Constantinos Syropoulos, Erdal Yalcin and Yoto V. Yotov. 2020. The Global "
    "Sanctions Data Base. European Economic Review 129: 103561. Syropoulos, Constantinos, Gabriel Felbermayr, Aleksandra Kirilakha, "
    "Erdal Yalcin and Yoto V. Yotov. 2024. The Global Sanctions Data Base-Release 3: COVID-19, Russia, and Multilateral Sanctions. "
    "Review of International Economics 32(1): 12-48. Yalcin, Erdal, Gabriel Felbermayr, Heider Kariem, Aleksandra Kirilakha, Ohyun Kwon, "
    "Constantinos Syropoulos and Yoto V. Yotov. 2025. The Global Sanctions Data Base-Release 4: The Heterogeneous Effects of the "
    "Sanctions on Russia. The World Economy.",
}
WARNINGS = (
    "Sanctions of a group stand under the group, not under its members.",
    "`last_year` is the last year in force, or the last year of the source where `success` says ongoing.",
    "Several objectives have as many outcomes, in the same order.",
    "The source writes South Vietnam and North Yemen in late years too: from 1976 and 1990 on they stand as VNM and YEM.",
    "A case has its kinds of sanctions and its years for all its senders and targets, those too that joined later.",
)
KINDS = {"trade": "is_trade", "arms": "is_arms", "military": "is_military", "financial": "is_financial", "travel": "is_travel"}
FLAGS = {**KINDS, "other": "is_other", "sender_mult": "is_sender_multiple", "target_mult": "is_target_multiple"}
PARTIES = {"sanctioning_state": "sender", "sanctioned_state": "target"}
LISTS = {"descr_trade": "trade_scope", "objective": "objective", "success": "success"}
# The source's own words for states and groups; "" is neither.
NAMES = {
    "Congo (Brazzaville)": "COG",
    "Egypt, Arab Rep.": "EGY",
    "Ethiopia (excludes Eritrea)": "ETH",
    "FRY": "YUG",
    "Gambia, The": "GMB",
    "Yemen, North": "YEM",
    "EEC": "EU",
    "EEU": "EAEU",
    "Commonwealth": "COMMONWEALTH",
    "Organisation of African Unity": "OAU",
    "MERCOSUR": "MERCOSUR",
} | dict.fromkeys(
    """Balkans|ChinCom|CoCom|Comecon|Cyprus (Northern)|Gibraltar|Hong Kong|ICC Rome Statute Signatories|Kimberly Process Participants
    |NAFTA|OAPEC|Organization of Eastern Carribean States|Paris Agreement Signatories|SADC|Terrorist Organizations (Al-Qaeda)
    |Terrorist Organizations (ISIL and ANF)|Terrorist Organizations (Taliban and Al-Qaeda)|Terrorist Organizations (Taliban)|UNASUR
    |Western countries""".replace("\n    ", "").split("|"),
    "",
)
LEFT_OUT = "every case known to the source; a member of a group that sanctions (EU, UN) has no row of its own, so none is not told"
MOST_PIECES = 3  # pieces that commas can make of one name
LAST_SOUTH = 1975


def read_sanctions(path: Path) -> LoadedRows:
    """Read the cases of the GSDB into `sanctions`.

    Parameters
    ----------
    path : Path
        ``GSDB_V4.csv``: a row for each case, with lists of states in one cell, whose names may hold commas themselves.

    Raises
    ------
    SourceError
        If a column is missing, a flag or year is none, or a cell holds a name that is not known.

    Source
    ------
    Felbermayr et al. 2020; Yalcin et al. 2025.

    Examples
    --------
    >>> parties("Egypt, Arab Rep., Korea, South, Tajikistan", {"Egypt, Arab Rep.", "Korea, South", "Tajikistan"})
    ('Egypt, Arab Rep.', 'Korea, South', 'Tajikistan')
    """
    import polars as pl

    text = as_text(read_bytes(path), path)
    header = header_of(text.encode())
    if not {"case_id", "begin", "end", *PARTIES} <= set(header):
        is_dyadic = {"year", *PARTIES} <= set(header)
        raise SourceError(
            f"{path.name} is {'the dyadic file' if is_dyadic else 'no file'} of the GSDB.",
            why=f"Line 1 has the columns {', '.join(header)[:200]}; expected case_id, sanctioned_state, sanctioning_state, begin, end ...",
            mend="load the file of cases, GSDB_V4.csv" if is_dyadic else "",
        )
    frame = read_text(path, {name: name for name in ("case_id", *PARTIES, "begin", "end", *FLAGS, *LISTS)}, text=text)
    _check(frame, path)
    known = _known(frame)
    rows = frame.with_columns(as_count("begin").alias("first_year"), as_count("end").alias("last_year"))
    for column, party in PARTIES.items():
        lists = {cell: parties(cell, known) for cell in frame[column].unique()}
        refuse(frame, pl.col(column).is_in([cell for cell, names in lists.items() if not names]), column, "a list of states", path)
        named = [(cell, name) for cell, names in lists.items() for name in names]
        names = pl.DataFrame(named, schema=[column, f"{party}_name"], orient="row")
        rows = _with_codes(rows.join(names, on=column, how="left", maintain_order="left_right"), party, known)
    kinds = [pl.col(old).alias(new) for old, new in FLAGS.items()]
    words = [_joined(old).alias(new) for old, new in LISTS.items()]
    dyad = ("case_id", "sender_name", "target_name")
    rows = rows.select(*dyad, "sender", "target", "first_year", "last_year", *kinds, *words, pl.lit("sanctions").alias("source"))
    return LoadedRows(
        frames={"sanctions": rows.unique(dyad, keep="first", maintain_order=True)},
        warnings=WARNINGS,
        origin=origin_of(DECLARED, "sanctions", f"{max(frame['end'])}-12-31", " ".join(WARNINGS)),
        coverage={"sanctions": Coverage(int(min(frame["begin"])), int(max(frame["end"])), note=LEFT_OUT)},
        rows_in=frame.height,
        rows_used=frame.height,
    )


def _check(frame: pl.DataFrame, path: Path) -> None:
    import polars as pl

    refuse(frame, pl.col("case_id").str.contains(r"^\d+$").not_(), "case_id", "the number of a case", path)
    refuse(frame, pl.col("case_id").is_duplicated(), "case_id", "the number of one case only", path)
    for year in ("begin", "end"):
        refuse(frame, pl.col(year).str.contains(r"^(19|20)\d\d$").not_(), year, "a year", path)
    refuse(frame, pl.col("end") < pl.col("begin"), "end", "a year on or after the begin", path)
    for flag in FLAGS:
        refuse(frame, ~pl.col(flag).is_in(["0", "1"]), flag, "0 or 1", path)
    is_scope = pl.col("descr_trade").str.contains(r"^(exp|imp)_(part|compl)(,\s*(exp|imp)_(part|compl))*$")
    fits = pl.when(pl.col("trade") == "1").then(is_scope).otherwise(pl.col("descr_trade") == "")
    refuse(frame, ~fits, "descr_trade", "the scope of sanctions on trade, or empty without them", path)
    for column in ("objective", "success"):
        refuse(frame, pl.col(column).str.contains(r"^[a-z_]+(,\s*[a-z_]+)*$").not_(), column, "a list of the source's words", path)


def parties(cell: str, known: Collection[str]) -> tuple[str, ...]:
    """The names in a cell, of which some hold commas themselves: the longest known name first; () if any piece is unknown.

    Examples
    --------
    >>> parties("Korea, South, Egypt, Arab Rep.,Iran", {"Korea, South", "Egypt, Arab Rep.", "Iran"})
    ('Korea, South', 'Egypt, Arab Rep.', 'Iran')
    >>> parties("Iran, Atlantis", {"Iran"})
    ()
    """
    found, rest = list[str](), _pieces(cell)
    while rest:
        lengths = (n for n in range(min(MOST_PIECES, len(rest)), 0, -1) if ", ".join(rest[:n]) in known)
        taken = next(lengths, 0)
        if not taken:
            return ()
        found.append(", ".join(rest[:taken]))
        rest = rest[taken:]
    return tuple(found)


def _pieces(cell: str) -> list[str]:
    return [" ".join(piece.split()) for piece in cell.split(",")]


def _known(frame: pl.DataFrame) -> Mapping[str, str]:
    """Every name in the cells, with the code of the state or group; "" where it is neither."""
    import polars as pl

    cells = [_pieces(cell) for column in PARTIES for cell in frame[column].unique()]
    single = {piece for cell in cells for piece in cell}
    named = {name: group_gazetteer()[name] for name in single if name in group_gazetteer()} | NAMES
    found = codes_of(pl.Series(sorted(single - named.keys()), dtype=pl.String)) | named
    odd = single - found.keys()  # "South", "Arab Rep.": parts of a name
    runs = {tuple(cell[at : at + n]) for cell in cells for at in range(len(cell)) for n in range(2, MOST_PIECES + 1)}
    longer = sorted({", ".join(run) for run in runs if odd & set(run)} - NAMES.keys())
    return codes_of(pl.Series(longer, dtype=pl.String)) | found


def _with_codes(frame: pl.DataFrame, party: str, known: Mapping[str, str]) -> pl.DataFrame:
    """The code of each party: that of the state that stood in the case's first year."""
    import polars as pl

    name, year = f"{party}_name", "first_year"
    pairs = [(one, y, known[one] and _in_year(known[one], y)) for one, y in frame.select(name, year).unique().iter_rows()]
    codes = pl.DataFrame(pairs, schema={name: pl.String, year: pl.Int64, party: pl.String}, orient="row")
    return frame.join(codes, on=[name, year], how="left", maintain_order="left")


def _in_year(code: str, year: int) -> str:
    if code == "RVN":
        return "RVN" if year <= LAST_SOUTH else "VNM"
    return code if code == "SRB" else at_time(code, year)  # "Serbia" joins the EU's measures of earlier years


def _joined(column: str) -> pl.Expr:
    import polars as pl

    return pl.col(column).str.replace_all(r",\s*", "|")


SOURCE = SourceDeclaration(
    name="sanctions",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("sanctions",),
    warnings=WARNINGS,
    read=read_sanctions,
    version=DECLARED["version"],
)
