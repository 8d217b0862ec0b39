"""Members of informal organisations since 1815: the Non-Aligned Movement, BRICS, the Quad (Roger and Rowan)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.sources import Coverage, LoadedRows, SetAside, SourceDeclaration, origin_of
from nonaligned.sources.reading import as_count, read_text, refuse
from nonaligned.sources.state_codes import at_time, codes_of, is_state_in
from nonaligned.world.groups import groups
from nonaligned.world.names import find

if TYPE_CHECKING:
    import polars as pl

DECLARED = {
    "producer": "Charles B. Roger and Sam S. Rowan",
    "title": "Membership in Informal Intergovernmental Organizations (IIGO)",
    "url": "https://doi.org/10.1177/00220027221139431",
    "licence": "CC BY 4.0",
    "citation": "Roger, Charles B. and Sam S. Rowan. 2023. The New Terrain of Global Governance: Mapping Membership in Informal "
    "International Organizations. Journal of Conflict Resolution 67(6): 1248-1269, doi:10.1177/00220027221139431. "
    "Roger, Charles B. and Sam S. Rowan. 2022. Analyzing International Organizations: How the Concepts We Use Affect the Answers "
    "We Get. The Review of International Organizations 17(3): 597-625.",
}
WARNINGS = (
    "The source dates the organisation, not its members: a state's entry lies between the organisation's first year and the year "
    "for which the members are listed, and is written so (1961/2017).",
    "An organisation that ends may have gone on as a formal one (ASEAN in 1976, BIMSTEC in 2014): its rows say nothing of the years "
    "after, and its members may be later ones. Their role is `listed member`.",
    "Members who left before the last year of the source are not listed as such.",
    "The source writes Austria-Hungary in the Quad, where Australia belongs, and East Germany in four groups: these rows are set aside.",
)
OURS = {"NAM": "NAM", "BRICS": "BRICS", "QSD": "QUAD", "G22/33/20": "G20"}  # those with the same members in the same years
COLUMNS = ("stateID", "StateName", "igoID", "Title", "Begin", "End", "Year")


def read_informal_organisations(path: Path) -> LoadedRows:
    r"""Read the members of informal organisations into `memberships`.

    Parameters
    ----------
    path : Path
        ``IIGO.csv`` with stateID, StateName, igoID, Title, Begin, End (years; empty where unknown or lasting) and Year.

    Returns
    -------
    LoadedRows
        Groups have our code where they are ours (QSD is QUAD), else the source's; two under one code go by their titles.

    Raises
    ------
    SourceError
        If a column is missing, a state cannot be told or its code and name differ, or a year is none.

    Source
    ------
    Roger and Rowan 2023, doi:10.1177/00220027221139431.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "IIGO.csv"
    ...     _ = file.write_text("stateID,StateName,igoID,Title,Begin,End,Year\nIND,India,NAM,Non-aligned Movement,1961,,2017\n")
    ...     read_informal_organisations(file).frames["memberships"].row(0)[:6]
    ('IND', 'NAM', 'Non-aligned Movement', 'member', '1961/2017', '')
    """
    import polars as pl

    frame = read_text(path, {name: name for name in COLUMNS})
    for column in ("Begin", "End", "Year"):
        is_year = as_count(column).is_between(1800, 2100).fill_null(False) | ((pl.col(column) == "") & (column != "Year"))
        refuse(frame, ~is_year, column, "a year", path)
    refuse(frame, as_count("End") < as_count("Begin"), "End", "a year on or after Begin", path)
    refuse(frame, pl.col("Title") == "", "Title", "the title of an organisation", path)
    is_ours = pl.col("igoID").is_in(list(OURS))
    usual = pl.col("Title").mode().first().over("igoID")
    refuse(frame, is_ours & (pl.col("Title") != usual), "Title", "the group's title in other lines", path)
    frame = _with_groups(_with_states(frame, path))
    refuse(frame, pl.struct("state", "group_code").is_duplicated(), "stateID", "given once for each organisation", path)
    kept = frame.filter(pl.col("is_state"))
    aside = frame.filter(~pl.col("is_state"))
    years = [int(str(year)) for year in (frame.filter(pl.col("Begin") != "")["Begin"].min(), frame["Year"].max())]
    return LoadedRows(
        frames={"memberships": _rows(kept)},
        warnings=WARNINGS,
        origin=origin_of(DECLARED, "informal_organisations", f"{years[1]}-12-31", " ".join(WARNINGS)),
        coverage={"memberships": Coverage(years[0], years[1], note="informal organisations, with the members of the last year")},
        rows_in=frame.height,
        rows_used=kept.height,
        set_aside=(SetAside(aside.height, "the state did not exist in the organisation's years", int(aside["line"][0])),)
        if aside.height
        else (),
    )


def _with_states(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """`state`, and whether it was one in the organisation's last year (or, where it ended, in any of its years)."""
    import polars as pl

    by_name = codes_of(frame["StateName"])
    by_code = {one: find(one).code for one in codes_of(frame["stateID"].filter(frame["stateID"].str.contains(r"^[A-Z]{3}$")))}
    named, coded = (
        pl.col(column).replace_strict(codes, default="", return_dtype=pl.String)
        for column, codes in (("StateName", by_name), ("stateID", by_code))
    )
    frame = frame.with_columns(named.alias("named"), coded.alias("coded"))
    refuse(frame, (pl.col("named") == "") & (pl.col("coded") == ""), "stateID", "the code of a state", path)
    refuse(
        frame, (pl.col("named") != pl.col("coded")) & (pl.min_horizontal("named", "coded") != ""), "stateID", "the code of that state", path
    )
    code = pl.when(pl.col("coded") != "").then("coded").otherwise("named")
    last = pl.when(pl.col("End") != "").then("End").otherwise("Year").cast(pl.Int64)
    first = pl.when((pl.col("End") != "") & (pl.col("Begin") != "")).then(as_count("Begin")).otherwise(last)
    frame = frame.with_columns(code.alias("code"), first.alias("first"), last.alias("last"))
    unique = frame.select("code", "first", "last").unique()
    found = [(code, a, z, (state := at_time(code, z)), _is_member(state, a, z)) for code, a, z in unique.iter_rows()]
    schema = {"code": pl.String, "first": pl.Int64, "last": pl.Int64, "state": pl.String, "is_state": pl.Boolean}
    return frame.join(pl.DataFrame(found, schema=schema, orient="row"), on=["code", "first", "last"], how="left", maintain_order="left")


def _is_member(state: str, first: int, last: int) -> bool:
    """Whether a state can have been a member in these years; no organisation of the source had East Germany."""
    if state == "DDR" or not find(state).spells:
        return state != "DDR"
    return any(is_state_in(state, year) for year in range(first, last + 1))


def _with_groups(frame: pl.DataFrame) -> pl.DataFrame:
    """`group_code`: ours, the source's, or the title where the source has none or uses one for two organisations."""
    import polars as pl

    ours = [group.code for group in groups()]
    is_shared = pl.col("Title").n_unique().over("igoID") > 1
    is_other = pl.col("igoID").str.to_uppercase().is_in(ours) & (pl.col("End") != "")
    return frame.with_columns(
        pl.when((pl.col("igoID") == "") | is_shared)
        .then("Title")
        .when(is_other)
        .then(pl.format("{} to {}", "igoID", "End"))
        .otherwise(pl.col("igoID").replace(OURS))
        .alias("group_code")
    )


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    last = pl.when(pl.col("End") != "").then("End").otherwise("Year")
    entry = pl.when(pl.col("Begin") == "").then(".." + last).when(pl.col("Begin") == last).then(last)
    years = pl.when(pl.col("Begin") == "").then(pl.lit("The source does not date the organisation"))
    years = years.when(pl.col("End") == "").then(pl.format("The organisation dates from {}", "Begin"))
    years = years.otherwise(pl.format("The organisation dates from {} and ends, as an informal one, in {}", "Begin", "End"))
    return frame.select(
        "state",
        "group_code",
        pl.col("Title").alias("group_name"),
        pl.when(pl.col("End") == "").then(pl.lit("member")).otherwise(pl.lit("listed member")).alias("role"),
        entry.otherwise(pl.concat_str("Begin", last, separator="/")).alias("entry"),
        pl.col("End").alias("exit"),
        pl.lit("informal_organisations").alias("source"),
        pl.format("{}; members as listed in {}.", years, "Year").alias("note"),
    )


SOURCE = SourceDeclaration(
    name="informal_organisations",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("memberships",),
    warnings=WARNINGS,
    read=read_informal_organisations,
)
