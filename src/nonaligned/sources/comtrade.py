"""UN Comtrade: the answers of its interface (JSON) and the files of its website (CSV), one reporter's statistics at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nonaligned.ground.errors import SourceError, UsageError
from nonaligned.sources import LoadedRows, SetAside, SourceDeclaration
from nonaligned.sources.comtrade_codes import TAIWAN_NOTE, add_state, known_others, numbered_states
from nonaligned.sources.reading import as_text, read_bytes, read_text, refuse
from nonaligned.sources.trade_rows import loaded, refuse_doubles, refuse_many_unknown, split_off, standing
from nonaligned.world.names import find

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.sources.fetching.download import Download

NEEDED = (
    "typeCode", "freqCode", "period", "reporterCode", "flowCode", "partnerCode", "partner2Code", "classificationCode", "cmdCode",
    "customsCode", "motCode", "cifvalue", "fobvalue", "primaryValue",
)  # fmt: skip
CODES = ("reporterCode", "partnerCode")
PREVIEW = "https://comtradeapi.un.org/public/v1/preview/C/A/HS"
MOST_PREVIEWED = 500  # records in one answer of the open interface
NAMED_CODES = 4  # commodities that a part's name lists
# Where several numbers mean a state: the one under which it reports now.
LATEST = {
    "CHE": 757, "DEU": 276, "ETH": 231, "FRA": 251, "IND": 699, "ITA": 380, "NOR": 579, "PAK": 586, "PAN": 591, "SDN": 729, "USA": 842,
}  # fmt: skip
DECLARED = {
    "producer": "United Nations Statistics Division",
    "title": "UN Comtrade",
    "url": "https://comtradeplus.un.org",
    "licence": "UN Comtrade terms: own use; no redistribution in bulk",
    "citation": "United Nations Statistics Division. UN Comtrade Database. https://comtradeplus.un.org",
}
WARNINGS = (
    "Each reporter's own statistics: imports as a rule c.i.f., exports f.o.b. Of the breakdowns by second partner, customs procedure and "
    "mode of transport the totals alone are kept.",
    "France is with Monaco, Switzerland with Liechtenstein, Norway with Svalbard, the United States with Puerto Rico. " + TAIWAN_NOTE,
    "The open interface gives at most 500 records in one answer: a file with as many may be cut.",
)


def read_comtrade(path: Path) -> LoadedRows:
    """Read annual goods trade into `trade` (all commodities) and `trade_products` (HS codes).

    Parameters
    ----------
    path : Path
        JSON as the interface answers, or CSV as the website writes it (a comma may end its lines).

    Returns
    -------
    LoadedRows
        Values in US$; `part` names reporters, years, flows and commodities.

    Raises
    ------
    SourceError
        If a field is missing, a cell cannot be read, the answer is an error, or more than the odd row has an unknown number.
        In a JSON file the line is the number of the record.

    Source
    ------
    UN Comtrade interface v1, https://comtradedeveloper.un.org.

    Examples
    --------
    >>> import tempfile
    >>> row = {name: "0" for name in NEEDED} | {"typeCode": "C", "freqCode": "A", "period": "2022", "reporterCode": 699, "flowCode": "M",
    ...     "partnerCode": 643, "cmdCode": "TOTAL", "customsCode": "C00", "cifvalue": 40.5, "fobvalue": None, "primaryValue": 40.5}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "india.json"
    ...     _ = file.write_text(json.dumps({"count": 1, "data": [row], "error": ""}))
    ...     rows = read_comtrade(file)
    >>> rows.part, rows.frames["trade"].select("exporter", "importer", "reporter", "value_usd", "valuation").rows()
    ('IND 2022 M TOTAL', [('RUS', 'IND', 'IND', 40.5, 'cif')])
    """
    import polars as pl

    raw = _records(path)
    _refuse_cells(raw, path)
    frame = raw.with_columns(
        year=pl.col("period").str.slice(0, 4).cast(pl.Int64),
        value_usd=pl.col("primaryValue").cast(pl.Float64, strict=False),
        **{f"{name}_": pl.col(name).cast(pl.Int64, strict=False) for name in CODES},
    )
    aside: list[SetAside] = []
    frame = _totals_of_breakdowns(frame, aside)
    for name in CODES:
        odd = frame.filter(~pl.col(f"{name}_").is_in([*numbered_states(), *known_others(), 891]))
        refuse_many_unknown(odd.height, frame.height, odd[name], path)
    frame = add_state(add_state(frame, "reporterCode_", "year", "reporter"), "partnerCode_", "year", "partner")
    frame = split_off(frame, pl.col("partnerCode_") == 0, "trade with the world", aside)
    frame = split_off(frame, pl.any_horizontal(pl.col("reporter", "partner").is_null()), "no state (territories, groups)", aside)
    frame = split_off(frame, pl.col("reporter") == pl.col("partner"), "a state's own goods that come back", aside)
    frame = split_off(frame, ~standing(frame, "reporter", "partner"), "a state outside its dates", aside)
    is_import = pl.col("flowCode") == "M"
    is_fob = ~is_import | ((pl.col("cifvalue") == "") & (pl.col("fobvalue") != ""))
    frame = frame.with_columns(
        exporter=pl.when(is_import).then("partner").otherwise("reporter"),
        importer=pl.when(is_import).then("reporter").otherwise("partner"),
        valuation=pl.when(is_fob).then(pl.lit("fob")).otherwise(pl.lit("cif")),
        prices=pl.lit("current"),
        note=pl.lit(""),
        product="HS" + pl.col("cmdCode"),
    )
    return _loaded(frame, aside, path, raw.height)


def _loaded(frame: pl.DataFrame, aside: list[SetAside], path: Path, rows_in: int) -> LoadedRows:
    import polars as pl

    is_total = pl.col("cmdCode") == "TOTAL"
    shared = ("line", "exporter", "importer", "year", "reporter", "value_usd", "valuation", "prices")
    known = frame.drop_nulls("value_usd")
    frames = {
        "trade": known.filter(is_total).select(*shared, "note"),
        "trade_products": known.filter(~is_total).select(*shared, "product"),
    }
    frames = {table: rows for table, rows in frames.items() if rows.height}
    for table, rows in frames.items():
        refuse_doubles(rows, table, path)
    years = [int(year) for year in sorted(frame["year"].unique())]
    warnings = WARNINGS if rows_in < MOST_PREVIEWED or path.suffix.lower() == ".csv" else (*WARNINGS, f"{path.name} has {rows_in} records.")
    return loaded(
        DECLARED,
        "comtrade",
        frames,
        (years[0], years[-1]) if years else (0, 0),
        rows_in=rows_in,
        set_aside=aside,
        warnings=warnings,
        part=_part(frame),
        coverage_note="the reporters and years of the part; a partner without a row is missing",
        file=path.name,
    )


def _records(path: Path) -> pl.DataFrame:
    """The needed fields as text beside the number of their line (CSV) or record (JSON)."""
    import polars as pl

    data = read_bytes(path)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] not in {b"{", b"["}:
        text = as_text(data, path)
        head, _, rest = text.partition("\n")
        if rest.partition("\n")[0].rstrip("\r").endswith(",") and not head.rstrip("\r").endswith(","):
            text = f"{head.rstrip(chr(13))},\n{rest}"  # the website ends each line but the header with a comma
        return read_text(path, {name: name for name in NEEDED}, text=text)
    try:
        answer: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path.name} is no JSON that can be read.", why=str(error)) from error
    if isinstance(answer, dict):
        told = cast(dict[str, Any], answer)
        if told.get("error") or told.get("statusCode"):
            raise SourceError(f"{path.name} holds an error of the interface.", why=str(told.get("error") or told.get("message"))[:200])
        answer = told.get("data")
    if not isinstance(answer, list) or not answer:
        raise SourceError(f"{path.name} holds no records.", why="An answer of the interface has them under 'data'.")
    records = cast(list[Any], answer)
    for number, record in enumerate(records, 1):
        lacks = [name for name in NEEDED if name not in record] if isinstance(record, dict) else list(NEEDED)
        if lacks:
            raise SourceError(f"{path.name}, record {number}: the field {lacks[0]!r} is missing.")
    columns = {name: ["" if record[name] is None else str(record[name]).strip() for record in records] for name in NEEDED}
    return pl.DataFrame({"line": range(1, len(records) + 1), **columns}, schema_overrides={"line": pl.Int64})


def _refuse_cells(raw: pl.DataFrame, path: Path) -> None:
    import polars as pl

    value = pl.col("primaryValue").cast(pl.Float64, strict=False)
    annual = pl.col("freqCode") == "A"
    refuse(raw, ~pl.col("freqCode").is_in(["A", "M"]), "freqCode", "A or M", path)
    refuse(raw, annual & ~pl.col("period").str.contains(r"^(19|20)\d\d$"), "period", "a year", path)
    refuse(raw, ~annual & ~pl.col("period").str.contains(r"^(19|20)\d\d(0[1-9]|1[0-2])$"), "period", "a month", path)
    for name in (*CODES, "partner2Code", "motCode"):
        refuse(raw, pl.col(name).cast(pl.Int64, strict=False).is_null(), name, "a number of UN Comtrade", path)
    refuse(raw, ~pl.col("flowCode").str.contains(r"^[A-Z]{1,4}$"), "flowCode", "a flow (M, X ...)", path)
    refuse(raw, ~pl.col("customsCode").str.contains(r"^C\d\d$"), "customsCode", "a customs procedure", path)
    refuse(raw, ~pl.col("cmdCode").str.contains(r"^(TOTAL|[0-9A-Z]{1,6})$"), "cmdCode", "a commodity code", path)
    refuse(
        raw, (pl.col("primaryValue") != "") & ~(value.is_finite() & (value >= 0)).fill_null(False), "primaryValue", "a value in US$", path
    )


def _totals_of_breakdowns(frame: pl.DataFrame, aside: list[SetAside]) -> pl.DataFrame:
    """Annual goods imports and exports over all second partners, customs procedures and modes of transport."""
    import polars as pl

    frame = split_off(frame, pl.col("typeCode") != "C", "not goods", aside)
    frame = split_off(frame, pl.col("freqCode") != "A", "months", aside)
    frame = split_off(frame, ~pl.col("flowCode").is_in(["M", "X"]), "re-exports, re-imports and other parts of the flows", aside)
    whole = (pl.col("partner2Code") == "0") & (pl.col("customsCode") == "C00") & (pl.col("motCode") == "0")
    frame = split_off(frame, ~whole, "parts by second partner, customs procedure or mode of transport", aside)
    is_hs = pl.col("cmdCode").str.contains(r"^(\d\d|\d{4}|\d{6})$") & pl.col("classificationCode").str.contains(r"^H(S|\d)$")
    return split_off(frame, ~((pl.col("cmdCode") == "TOTAL") | is_hs), "commodities of other classifications", aside)


def _part(frame: pl.DataFrame) -> str:
    """What the file covers, for the name of the part: reporters, years, flows and commodities."""

    def joined(values: Sequence[object], most: int, what: str) -> str:
        texts = sorted(map(str, values))
        return "+".join(texts) if len(texts) <= most else f"{len(texts)} {what} {sha256('+'.join(texts).encode()).hexdigest()[:8]}"

    reporters = joined(frame["reporter"].unique().to_list(), 12, "reporters")
    years = joined(frame["year"].unique().to_list(), 40, "years")
    codes = joined(frame["cmdCode"].unique().to_list(), NAMED_CODES, "commodities")
    return f"{reporters} {years} {joined(frame['flowCode'].unique().to_list(), 2, 'flows')} {codes}".strip()


def _downloads(words: tuple[str, ...]) -> tuple[Download, ...]:
    """Totals of a reporter by partner, one file for each year and flow: each stays below the interface's limit."""
    from nonaligned.sources.fetching.download import Download

    if len(words) < 2 or not all(word.isdigit() and len(word) == 4 for word in words[1:]):
        raise UsageError("UN Comtrade needs a state and one or more years.", mend="nonaligned pull comtrade IND 2022 2023")
    code = find(words[0]).code
    own = {state: number for number, state in sorted(numbered_states().items(), reverse=True)}
    own |= LATEST
    if code not in own:
        raise UsageError(f"UN Comtrade has no number for {code}.")
    return tuple(
        Download(
            f"{PREVIEW}?reporterCode={own[code]}&period={year}&cmdCode=TOTAL&flowCode={flow}&partner2Code=0&customsCode=C00&motCode=0",
            f"comtrade_{code}_{year}_{flow}.json",
        )
        for year in words[1:]
        for flow in ("M", "X")
    )


SOURCE = SourceDeclaration(
    name="comtrade",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("trade", "trade_products"),
    warnings=WARNINGS,
    read=read_comtrade,
    downloads=_downloads,
    words="STATE YEAR...",
)
