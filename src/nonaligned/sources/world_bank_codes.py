"""The World Bank's own codes: states, territories, aggregates, and the indicators that the program uses."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import SetAside
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

KNOWN = {
    "NY.GDP.MKTP.CD": ("gdp_current_usd", "US$"),
    "NY.GDP.PCAP.CD": ("gdp_per_capita_usd", "US$"),
    "SP.POP.TOTL": ("population", "persons"),
}
AGGREGATES = frozenset(
    "AFE AFR AFW ARB BEA BEC BHI BLA BMN BSS CAA CEA CEB CEU CLA CME CSA CSS DEA DEC DFS DLA DMN DNS DSA DSF DSS EAP EAR EAS ECA ECS EMU "
    "EUU FCS FXS HIC HPC IBB IBD IBT IDA IDB IDX INX LAC LCN LDC LIC LMC LMY LTE MDE MEA MIC MNA NAC NAF NRS NXS OED OSS PRE PSS PST RRS "
    "SAS SSA SSF SST SXZ TEA TEC TLA TMN TSA TSS UMC WLD XZN".split()
)
TERRITORIES = frozenset("ABW ASM BMU CHI CUW CYM FRO GIB GRL GUM HKG IMN MAC MAF MNP NCL PRI PSE PYF SXM TCA VGB VIR".split())
# Codes of the World Bank before it took over those of ISO 3166.
FORMER = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "KSV": "XKX", "ADO": "AND", "WBG": "PSE", "IMY": "IMN"}
MOST_UNKNOWN = 3  # codes: the World Bank adds an aggregate now and then, never a dozen
# First year since which the state has about its present borders; the World Bank prints earlier years too.
BORDERS = {"DEU": 1990, "PAK": 1972, "ETH": 1993, "SDN": 2011, "SRB": 2008}
BORDERS_NOTE = "may be for later borders than the state had in the year"


def add_states(values: pl.DataFrame, path: Path, *, is_wide: bool) -> tuple[pl.DataFrame, tuple[SetAside, ...], int]:
    """The values of states in their years, what was set aside, and how many figures lie outside a state's years.

    Parameters
    ----------
    values : polars.DataFrame
        line, code (of the indicator), title, economy (the World Bank's code), year, value.
    is_wide : bool
        Whether a row of the file holds many years: then figures of years outside are counted but no row of the file goes.

    Raises
    ------
    SourceError
        If more codes are unknown than the World Bank may have added, or a state, year and indicator stand twice.

    Examples
    --------
    >>> import polars as pl
    >>> row = {"line": [2, 3, 4], "code": "X", "title": "x", "economy": ["UKR", "UKR", "WLD"], "year": [1990, 1991, 1991], "value": 1.0}
    >>> rows, aside, gone = add_states(pl.DataFrame(row), Path("a.csv"), is_wide=False)
    >>> rows["year"].to_list(), [one.count for one in aside], gone
    ([1991], [1, 1], 1)
    """
    import polars as pl

    codes = frozenset(one.code for one in states(system=None))
    rows = values.with_columns(pl.col("economy").replace(FORMER).alias("state"))
    found = set(rows["state"].unique().to_list())
    unknown = sorted(found - codes - AGGREGATES - TERRITORIES)
    if len(unknown) > MOST_UNKNOWN or not found & codes:
        raise SourceError(f"{path.name}: {', '.join(unknown)[:200]!r} are no codes of the World Bank.", why="No row of a state was found.")
    aside: list[SetAside] = []
    for group, reason in (
        (AGGREGATES, "aggregates, not states"),
        (TERRITORIES - frozenset(unknown), "territories that are not states of the system"),
        (frozenset(unknown), f"codes that are not known: {', '.join(unknown)}"),
    ):
        lines = rows.filter(pl.col("state").is_in(list(group)))["line"].unique().sort()
        if lines.len():
            aside.append(SetAside(lines.len(), reason, int(lines[0])))
    rows = rows.filter(pl.col("state").is_in(list(codes - TERRITORIES)))
    double = rows.filter(pl.struct("state", "year", "code").is_duplicated())
    if double.height:
        raise SourceError(f"{path.name}, line {double['line'][0]}: {double['state'][0]} {double['year'][0]} stands twice.")
    spells = {one.code: (*one.in_system("cow"), *one.in_system("gw")) for one in states(system=None)}
    pairs = [
        (state, year)
        for state, year in rows.select("state", "year").unique().iter_rows()
        # not the UN's: Belarus and Ukraine were members long before they were states
        if any(spell.span.overlaps(date(year, 1, 1), date(year, 12, 31)) for spell in spells[state])
    ]
    lived = pl.DataFrame(pairs, schema={"state": pl.String, "year": pl.Int64}, orient="row")
    outside = rows.join(lived, on=["state", "year"], how="anti")
    if outside.height and not is_wide:
        aside.append(SetAside(outside.height, "years in which the state did not exist", int(outside["line"].min() or 0)))  # type: ignore[arg-type]
    return rows.join(lived, on=["state", "year"], how="semi"), tuple(aside), outside["value"].drop_nulls().len()
