"""The IMF's Direction of Trade Statistics (now International Trade in Goods by partner), by reporter: two layouts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import LoadedRows, SetAside, SourceDeclaration
from nonaligned.sources.comtrade_codes import union_of_serbia
from nonaligned.sources.reading import as_text, header_of, read_bytes, read_text, refuse
from nonaligned.sources.state_codes import codes_of
from nonaligned.sources.trade_rows import TERRITORIES, known_codes, loaded, refuse_many_unknown, split_off, standing

if TYPE_CHECKING:
    import polars as pl

SERIES = ("Country Name", "Counterpart Country Name", "Indicator Code", "Attribute")
OBSERVATIONS = ("COUNTRY", "COUNTERPART_COUNTRY", "INDICATOR", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE")
# Indicator, without the T that it had until 2025: direction, valuation, and which of two import series stands.
FLOWS = {"XG_FOB_USD": ("X", "fob", 0), "MG_CIF_USD": ("M", "cif", 0), "MG_FOB_USD": ("M", "fob", 1)}
UNION = "Serbia and Montenegro"
NAMES = {
    "China, P.R.: Mainland": "CHN", "Comoros, Union of the": "COM", "Congo, Dem. Rep. of the": "COD",
    "Congo, Democratic Republic of": "COD", "Congo, Rep. of": "COG", "Congo, Republic of": "COG", "Korea, Rep. of": "KOR",
    "Korea, Republic of": "KOR", "Korea, Dem. People's Rep. of": "PRK", "Lao People's Dem. Rep.": "LAO", "Macedonia, FYR": "MKD",
    "Taiwan Province of China": "TWN", "U.S.S.R.": "SUN", "West Bank and Gaza": "PSE", "Yemen Arab Rep.": "YAR",
    "Yemen, P.D. Rep.": "YMD", "Yemen, Rep. of": "YEM", "Yemen, Republic of": "YEM", "Yugoslavia, SFR": "YUG", "Eastern Germany": "DDR",
    "Georgia": "GEO", "Jordan": "JOR", "Chad": "TCD", "Mali": "MLI",
}  # fmt: skip
# "Poland, Rep. of" is Poland; for these the words after the comma tell one state from another.
TOLD_APART = ("China", "Congo", "Korea", "Yemen")
OTHER_NAMES = re.compile(
    r"World|Econom|Countr|Areas|Categor|Africa\b(?<!South Africa)|\bAsia|Europe|Euro Area|Union|Export earnings|Hemisphere|Middle East|"
    r"Commonwealth|ASEAN|Hong Kong|Macao|Samoa, American|American Samoa|Anguilla|Aruba|Bermuda|Cayman|Cura|Maarten|Falkland|Faroe|French|"
    r"Gibraltar|Greenland|Guadeloupe|Guam|Guiana|Martinique|Montserrat|Antilles|Caledonia|R.union|Helena|Pierre|Virgin|Turks|Wallis|"
    r"Puerto Rico|Belgium-Luxembourg|Customs Area|Former|Vatican|Holy See"
)
OTHER_CODES = re.compile(r"^(G|GX|TX|NG|W|R|U|X|F|S|1|4|5|7|8|9|_)\w*\d\w*$|^[A-Z]+_\w+$|^(WORLD|EUR|BLX|CSH|SUH|YUC|DE2|SCC)$")
OWN_CODES = {"KOS": "XKX", "WBG": "PSE"}
DECLARED = {
    "producer": "International Monetary Fund",
    "title": "Direction of Trade Statistics / International Trade in Goods by partner country",
    "url": "https://data.imf.org/en/datasets/IMF.STA:IMTS",
    "licence": "IMF terms: free use with attribution",
    "citation": "International Monetary Fund. International Merchandise Trade Statistics (IMTS), formerly Direction of Trade "
    "Statistics (DOTS). https://data.imf.org",
}
WARNINGS = (
    "`reporter` is the state whose statistics say so; the IMF fills gaps with estimates and with partners' reports.",
    "Imports are c.i.f.; the f.o.b. series stands only where a reporter has no c.i.f. figure for the partner and year.",
)


def read_imf_trade(path: Path) -> LoadedRows:
    r"""Read annual bilateral trade in goods into `trade`, from either layout of the IMF's data portal.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.csv.gz`` or ``.zip``: series with a column for each year (``DOT_..._timeSeries.csv``, to 2025), or SDMX-CSV with one
        observation a line (``COUNTRY, INDICATOR, COUNTERPART_COUNTRY, FREQUENCY, TIME_PERIOD, OBS_VALUE``).

    Returns
    -------
    LoadedRows
        Values in US$ of the time.

    Raises
    ------
    SourceError
        If the header is of neither layout, a cell cannot be read, or more than the odd row names an unknown state.

    Source
    ------
    IMF data portal; dataset IMF.STA:IMTS.

    Examples
    --------
    >>> import tempfile
    >>> head = "COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,TIME_PERIOD,OBS_VALUE"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "imts.csv"
    ...     _ = file.write_text(f"{head}\nIND,MG_CIF_USD,CHN,A,2019,68344600000\nIND,MG_CIF_USD,G001,A,2019,478883700000\n")
    ...     rows = read_imf_trade(file)
    >>> rows.frames["trade"].select("exporter", "importer", "reporter", "value_usd").rows(), rows.set_aside[0].reason
    ([('CHN', 'IND', 'IND', 68344600000.0)], 'no state (groups, territories)')
    """
    import polars as pl

    if path.suffix.lower() in {".xlsx", ".xls"}:
        raise SourceError(
            f"{path.name} is a workbook: the IMF's layouts that the program reads are CSV.",
            why="Workbooks made from the IMF's data often add exports to imports; then the direction is lost.",
            mend="choose CSV on data.imf.org",
        )
    text = as_text(read_bytes(path, "*.csv"), path)
    header = header_of(text[:65536].encode())
    aside: list[SetAside] = []
    if set(OBSERVATIONS) <= set(header):
        frame, rows_in = _observations(path, text, header, aside)
    elif set(SERIES) <= set(header):
        frame, rows_in = _series(path, text, header, aside)
    else:
        raise SourceError(
            f"{path.name} is no IMF file that the program reads.",
            why=f"Line 1 has the columns {', '.join(header)[:200]}; expected {', '.join(SERIES)} or {', '.join(OBSERVATIONS)}.",
            mend="choose SDMX-CSV, or the series as CSV, on data.imf.org",
        )
    # Of two import series the f.o.b. one is left out where the c.i.f. one has a figure; a line is set aside when nothing of it is left.
    ranked = frame.sort("rank", "line").unique(["reporter", "partner", "flow", "year"], keep="first", maintain_order=True)
    gone = frame.filter(pl.col("rank") == 1).join(ranked, on="line", how="anti").unique("line")
    if gone.height:
        aside.append(SetAside(gone.height, "imports f.o.b. beside the c.i.f. figures", int(gone["line"].to_list()[0])))
    first = frame.filter(pl.struct("reporter", "partner", "flow", "year", "rank").is_duplicated())
    if first.height:
        row = first.sort("reporter", "partner", "year", "line").row(1, named=True)
        raise SourceError(f"{path.name}, line {row['line']}: {row['reporter']} and {row['partner']} in {row['year']} stand twice.")
    is_import = pl.col("flow") == "M"
    trade = ranked.select(
        exporter=pl.when(is_import).then("partner").otherwise("reporter"),
        importer=pl.when(is_import).then("reporter").otherwise("partner"),
        year="year",
        reporter="reporter",
        value_usd="value",
        valuation="valuation",
        prices=pl.lit("current"),
        note=pl.lit(""),
    )
    years = trade["year"].to_list() or [0]
    return loaded(
        DECLARED,
        "imf_trade",
        {"trade": trade},
        (min(years), max(years)),
        rows_in=rows_in,
        set_aside=aside,
        warnings=WARNINGS,
        part=_part(trade),
        coverage_note="the reporters of the part; a partner without a row is missing",
        file=path.name,
    )


def _part(trade: pl.DataFrame) -> str:
    """The reporters, where they are few: an extract for some states replaces what was loaded for them alone."""
    reporters = sorted(trade["reporter"].unique().to_list())
    return "+".join(reporters) if len(reporters) <= 12 else ""


def _flows(frame: pl.DataFrame, aside: list[SetAside]) -> pl.DataFrame:
    import polars as pl

    code = pl.col("indicator").str.replace(r"^T", "")
    frame = split_off(frame, ~code.is_in(list(FLOWS)), "other indicators (balances)", aside)
    parts = {name: {key: flow[place] for key, flow in FLOWS.items()} for place, name in enumerate(("flow", "valuation", "rank"))}
    return frame.with_columns(code.replace_strict(by, default=None).alias(name) for name, by in parts.items())


def _states_only(frame: pl.DataFrame, codes: dict[str, str], others: re.Pattern[str], path: Path, aside: list[SetAside]) -> pl.DataFrame:
    import polars as pl

    for name in ("reporter", "partner"):
        odd = frame.filter(~pl.col(name).is_in([*codes, UNION]))
        strange = odd.filter(~pl.col(name).map_elements(lambda text: bool(others.search(text)), pl.Boolean)) if odd.height else odd
        refuse_many_unknown(strange.height, frame.height, strange[name], path)
    known = pl.all_horizontal(pl.col("reporter", "partner").is_in([*codes, UNION]))
    frame = split_off(frame, ~known, "no state (groups, territories)", aside)
    return split_off(frame, pl.col("reporter") == pl.col("partner"), "a state's trade with itself", aside)


def _observations(path: Path, text: str, header: list[str], aside: list[SetAside]) -> tuple[pl.DataFrame, int]:
    """SDMX-CSV: one observation a line, states under ISO codes."""
    import polars as pl

    names = dict(zip(OBSERVATIONS, ("reporter", "partner", "indicator", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE"), strict=True))
    scale = {"SCALE": "SCALE"} if "SCALE" in header else {}
    raw = read_text(path, names | scale, text=text)
    if scale:
        refuse(raw, ~pl.col("SCALE").str.to_lowercase().is_in(["", "0", "units"]), "SCALE", "a scale of units", path)
    frame = split_off(raw, pl.col("FREQUENCY").is_in(["M", "Q"]), "months and quarters", aside)
    refuse(frame, pl.col("FREQUENCY") != "A", "FREQUENCY", "A, Q or M", path)
    refuse(frame, ~pl.col("TIME_PERIOD").str.contains(r"^(19|20)\d\d$"), "TIME_PERIOD", "a year", path)
    value = pl.col("OBS_VALUE").cast(pl.Float64, strict=False)
    refuse(frame, (pl.col("OBS_VALUE") != "") & ~value.is_finite().fill_null(False), "OBS_VALUE", "a value in US$", path)
    frame = _flows(frame, aside)
    refuse(frame, value < 0, "OBS_VALUE", "a value in US$", path)
    own = OWN_CODES | {code: code for code in known_codes() - {"COMPILED"}}
    others = re.compile(f"{OTHER_CODES.pattern}|^({'|'.join(TERRITORIES)})$")
    frame = _states_only(frame, own, others, path, aside)
    frame = frame.with_columns(
        pl.col("reporter", "partner").replace(OWN_CODES), year=pl.col("TIME_PERIOD").cast(pl.Int64), value=value
    ).drop_nulls("value")
    return split_off(frame, ~standing(frame, "reporter", "partner"), "a state outside its dates", aside), raw.height


def _series(path: Path, text: str, header: list[str], aside: list[SetAside]) -> tuple[pl.DataFrame, int]:
    """One line a series with a column for each year; quarters and months are left out, being parts of the years."""
    import polars as pl

    years = [name for name in header if re.fullmatch(r"(19|20)\d\d", name)]
    names = dict(zip(SERIES, ("reporter", "partner", "indicator", "Attribute"), strict=True))
    raw = read_text(path, names | {year: year for year in years}, text=text)
    frame = split_off(raw, pl.col("Attribute") != "Value", "lines on the status of values", aside)
    frame = _flows(frame, aside)
    codes = codes_of_imf(pl.concat([frame["reporter"], frame["partner"]]))
    frame = _states_only(frame, codes, OTHER_NAMES, path, aside)
    for year in years:
        number = pl.col(year).cast(pl.Float64, strict=False)
        refuse(frame, (pl.col(year) != "") & ~(number.is_finite() & (number >= 0)).fill_null(False), year, "a value in US$", path)
    long = frame.unpivot(years, index=["line", "reporter", "partner", "flow", "valuation", "rank"], variable_name="year", value_name="cell")
    long = long.filter(pl.col("cell") != "").with_columns(pl.col("year").cast(pl.Int64), value=pl.col("cell").cast(pl.Float64))
    unions = {year: union_of_serbia(year) for year in long["year"].unique().to_list()}
    states = [
        pl.when(pl.col(name) == UNION)
        .then(pl.col("year").replace_strict(unions, default=None, return_dtype=pl.String))
        .otherwise(pl.col(name).replace_strict(codes, default=None, return_dtype=pl.String))
        .alias(name)
        for name in ("reporter", "partner")
    ]
    long = long.with_columns(states)
    return long.filter(standing(long, "reporter", "partner")), raw.height


def codes_of_imf(names: pl.Series) -> dict[str, str]:
    """The state code of every name as the IMF writes it; a name that is no state's is left out.

    Examples
    --------
    >>> import polars as pl
    >>> codes_of_imf(pl.Series(["Poland, Rep. of", "China, P.R.: Hong Kong", "Kyrgyz Rep.", "Congo, Dem. Rep. of the"]))
    {'Poland, Rep. of': 'POL', 'Kyrgyz Rep.': 'KGZ', 'Congo, Dem. Rep. of the': 'COD'}
    """
    import polars as pl

    found: dict[str, str] = {}
    for name in names.unique(maintain_order=True).drop_nulls().to_list():
        spelled = name.replace("Rep.", "Republic").replace("Dem.", "Democratic").replace("Fed.", "Federated")
        base = spelled.partition(",")[0]
        tries = [name, spelled] + ([base] if base not in TOLD_APART and not OTHER_NAMES.search(base) else [])
        known = codes_of(pl.Series(tries), NAMES) if not OTHER_NAMES.search(name) or name in NAMES else {}
        code = next((known[one] for one in tries if known.get(one)), "")
        if code:
            found[name] = code
    return found


SOURCE = SourceDeclaration(
    name="imf_trade",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("trade",),
    warnings=WARNINGS,
    read=read_imf_trade,
)
