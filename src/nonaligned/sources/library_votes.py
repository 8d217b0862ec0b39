"""The UN Digital Library's files of votes: the layouts of 2023, of September 2024 and since, Assembly and Council."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import LoadedRows, SetAside
from nonaligned.sources.reading import as_count, as_day, read_text, refuse
from nonaligned.sources.roll_call_rows import CAST, loaded, seated, tell_doubles, tell_totals
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

OLD_CODES = {"BUR": "MMR", "ZAR": "COD", "DHY": "BEN", "HVO": "BFA", "BYS": "BLR", "TMP": "TLS", "ROM": "ROU", "EAZ": "ZAN"}
LIBRARY_VOTES = {"Y": "yes", "N": "no", "A": "abstain", "X": "absent", "NV": "absent", "": "absent"}
# The Digital Library's names from 2023 and 2025 on (left), and those of its edition of September 2024.
LIBRARY_NAMES = {
    "undl_id": (),
    "ms_code": ("ms_codes",),
    "ms_vote": ("ms_votes",),
    "date": (),
    "resolution": ("resolutions",),
    "total_yes": ("yes",),
    "total_no": ("no",),
    "total_abstentions": ("abstentions", "total_abstention"),
    "total_non_voting": ("non-voting", "non_voting"),
}
LIBRARY_MORE = {
    "title": ("titles", "description"),
    "session": (),
    "undl_link": (),
    "draft": ("drafts",),
    "vote_note": (),
    "permanent_member": (),
}
MAY_BE_UNKNOWN = 0.01  # share of rows under codes of no state that is set aside rather than refused
TOTALS = {"yes": "total_yes", "no": "total_no", "abstain": "total_abstentions", "absent": "total_non_voting"}


def read_library(path: Path, text: str, header: list[str], body: str) -> LoadedRows:
    """Read a file of the library: one row per member and vote, totals repeated on each.

    Raises
    ------
    SourceError
        If a column is missing, a cell cannot be read, or the file is of the other body.
    """
    import polars as pl

    names: dict[str, str] = {}
    for wanted, others in {**LIBRARY_NAMES, **LIBRARY_MORE}.items():
        have = next((name for name in (wanted, *others) if name in header), None)
        if have is None and wanted in LIBRARY_NAMES:
            raise SourceError(f"{path.name}, line 1: the column {wanted} is missing.", why=f"It has {', '.join(header)}.")
        if have is not None:
            names[have] = wanted
    raw = read_text(path, names, text=text)
    raw = raw.with_columns(pl.lit("").alias(name) for name in LIBRARY_MORE if name not in raw.columns)
    raw = raw.with_columns(pl.col("ms_vote").str.to_uppercase(), as_day("date").alias("day"))
    refuse(raw, ~pl.col("undl_id").str.contains(r"^[0-9]+(\.0)?$"), "undl_id", "a record number", path)
    refuse(raw, ~pl.col("ms_vote").is_in(list(LIBRARY_VOTES)), "ms_vote", "Y, N, A, X, NV or empty", path)
    refuse(raw, pl.col("day").is_null(), "date", "a day as YYYY-MM-DD", path)
    for name in ("resolution", "date"):
        refuse(raw, pl.col(name) != pl.col(name).first().over("undl_id"), name, "that of the record's other lines", path)
    for total in TOTALS.values():
        refuse(raw, (pl.col(total) != "") & as_count(total).is_null(), total, "a count", path)
    held = "UNSC" if raw["resolution"].str.starts_with("S/").any() or "permanent_member" in names else "UNGA"
    if held != body:
        source = "un_council_votes" if held == "UNSC" else "un_votes"
        raise SourceError(f"{path.name} holds votes of the other body ({held}).", mend=f"nonaligned load {source} {path}")
    warnings: list[str] = []
    votes = raw.select(
        "line",
        "undl_id",
        pl.col("day").alias("date"),
        pl.col("ms_code").replace(OLD_CODES).alias("state"),
        pl.col("ms_vote").replace_strict(LIBRARY_VOTES).alias("vote"),
    )
    votes, aside = _known(votes, path)
    roll_calls = _library_roll_calls(raw, body)
    keys = dict(roll_calls.select("undl_id", "rcid").iter_rows())
    votes = seated(votes).with_columns(pl.col("undl_id").replace_strict(keys).alias("rcid"))
    refuse(votes, votes.select(pl.struct("rcid", "state").is_duplicated()).to_series(), "state", "a member's only vote", path)
    counts = votes.group_by("rcid").agg((pl.col("vote") == vote).sum().alias(vote) for vote in CAST)
    tell_totals(roll_calls, counts, warnings)
    tell_doubles(roll_calls, "resolution", warnings)
    warnings.append("The library's file holds adopted resolutions only: no rejected drafts, no paragraphs, no vetoes.")
    source = "undl_council" if body == "UNSC" else "undl_assembly"
    return loaded(roll_calls.drop("undl_id"), votes, source, warnings, rows_in=raw.height, set_aside=aside)


def _known(votes: pl.DataFrame, path: Path) -> tuple[pl.DataFrame, tuple[SetAside, ...]]:
    """The votes of states; those under codes of none are set aside where they are few, else refused."""
    import polars as pl

    is_state = pl.col("state").is_in([one.code for one in states(system=None)])
    strange = votes.filter(~is_state)
    if strange.height > MAY_BE_UNKNOWN * votes.height:
        refuse(votes, ~is_state, "state", "the code of a state", path)
    if not strange.height:
        return votes, ()
    listed = ", ".join(strange["state"].unique().sort())
    return votes.filter(is_state), (SetAside(strange.height, f"votes under codes of no state ({listed})", strange["line"][0]),)


def _library_roll_calls(raw: pl.DataFrame, body: str) -> pl.DataFrame:
    import polars as pl

    symbol = pl.col("resolution")
    rows = raw.unique("undl_id", keep="first", maintain_order=True).with_columns(
        twin=pl.struct("resolution").is_duplicated() | (symbol == "")
    )
    session = pl.col("session") if body == "UNGA" else pl.col("day").dt.year().cast(pl.String)
    counted = pl.any_horizontal(pl.col(total) != "" for total in TOTALS.values())
    return rows.select(
        "undl_id",
        rcid=pl.when("twin").then(symbol + "#" + pl.col("undl_id")).otherwise(symbol),
        body=pl.lit(body),
        session=pl.when(session == "").then(symbol.map_elements(session_of, return_dtype=pl.String)).otherwise(session),
        resolution=symbol,
        date=pl.col("day"),
        title="title",
        link="undl_link",
        note="vote_note",
        # a total of nought may be left empty; all four empty means that none was published
        **{vote: pl.when(counted).then(as_count(total).fill_null(0)) for vote, total in TOTALS.items()},
        adopted=pl.lit("1"),
    )


def session_of(symbol: str) -> str:
    """The session in a resolution's symbol.

    Examples
    --------
    >>> session_of("A/RES/79/7"), session_of("A/RES/ES-10/21"), session_of("A/RES/2758(XXVI)"), session_of("A/RES/997(ES-I)")
    ('79', 'ES-10', '26', 'ES-1')
    """
    modern = re.match(r"A/RES/((?:ES-|S-)?\d+)/", symbol)
    if modern:
        return modern.group(1)
    roman = re.search(r"\((ES-|S-)?([IVXL]+)\)", symbol)
    if not roman:
        return ""
    values = [{"I": 1, "V": 5, "X": 10, "L": 50}[letter] for letter in roman.group(2)]
    number = sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
    return f"{roman.group(1) or ''}{number}"
