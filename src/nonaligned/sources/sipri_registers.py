"""The two layouts of SIPRI's trade register; read through `sipri_transfers`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.record.tables import TABLES
from nonaligned.sources import Coverage, LoadedRows
from nonaligned.sources.reading import as_count, as_number, header_of, read_text, refuse
from nonaligned.sources.sipri_names import add_codes, codes, untold

if TYPE_CHECKING:
    import polars as pl

NAME = "sipri_transfers"
NEW = (
    "SIPRI AT Database ID,Supplier,Recipient,Designation,Description,Armament category,Order date,Order date is estimate,Numbers delivered,"
    "Numbers delivered is estimate,Delivery year,Delivery year is estimate,Status,TIV deal unit,TIV delivery values,Local production"
).split(",")
OF_DEAL = [column for column in NEW if not column.startswith(("Numbers delivered", "Delivery year", "TIV delivery"))]
OLD = (
    "Recipient,Supplier,Year of order,Number ordered,Weapon designation,Weapon description,Number delivered,Year(s) of delivery,status,"
    "Comments,SIPRI TIV per unit,SIPRI TIV for total order,SIPRI TIV of delivered weapons"
).split(",")
MARKED = ("Year of order", "Number ordered", "Number delivered")  # in the older layout a column without a name behind them holds "?"
YEARS = "Year(s) of delivery"
WHOLE = (40, 100)  # suppliers and recipients from which a register without a preamble is taken for all the world's
ANSWERS = {"Yes": "1", "No": "0", "": ""}


def _without_strays(text: str) -> str:
    """Without the semicolon that some copies of the register carry at the end of each line."""
    return re.sub(r";+[ \t]*$", "", text.replace("\r\n", "\n"), flags=re.MULTILINE).rstrip() + "\n"


def register_of_17(path: Path, text: str, skip: int, preamble: str) -> LoadedRows:
    """The layout of today: a row for each deal and year of delivery."""
    import polars as pl

    raw = read_text(path, {name: name for name in NEW}, text=_without_strays(text), skip=skip)
    _refuse_cells(raw, path, ("Order date", "Delivery year"), ("Numbers delivered", "TIV deal unit", "TIV delivery values"))
    refuse(raw, ~pl.col(NEW[0]).str.contains(r"^\d+$"), NEW[0], "a number of a deal", path)
    for column in (name for name in NEW if name.endswith("is estimate") or name == "Local production"):
        refuse(raw, ~pl.col(column).is_in(list(ANSWERS)), column, "Yes, No or empty", path)
    deals = raw.unique(OF_DEAL, keep="first", maintain_order=True)
    refuse(deals, ~pl.col(NEW[0]).is_first_distinct(), NEW[0], "one deal: its rows differ in more than the delivery", path)
    refuse(raw, ~pl.struct(NEW[0], "Delivery year").is_first_distinct(), NEW[0], "a deal with one row for each year", path)
    rows = raw.select(
        "line",
        deal_id=NEW[0],
        supplier_name="Supplier",
        recipient_name="Recipient",
        designation="Designation",
        weapon="Description",
        category="Armament category",
        ordered_year=as_count("Order date"),
        is_ordered_year_estimate=pl.col("Order date is estimate").replace_strict(ANSWERS),
        status="Status",
        tiv_unit=as_number("TIV deal unit"),
        is_local_production=pl.col("Local production").replace_strict(ANSWERS),
        delivered_year=as_count("Delivery year"),
        tiv=as_number("TIV delivery values"),
        n_delivered=as_number("Numbers delivered"),
        is_number_estimate=pl.col("Numbers delivered is estimate").replace_strict(ANSWERS),
        is_delivered_year_estimate=pl.col("Delivery year is estimate").replace_strict(ANSWERS),
        is_split=pl.lit("0"),
        register=pl.lit("17 columns"),
        source=pl.lit(NAME),
    )
    return _register(path, rows, preamble, raw.height, ())


def register_of_16(path: Path, text: str, skip: int, preamble: str) -> LoadedRows:
    """The layout before: a row for each deal, with all its years of delivery in one cell."""
    import polars as pl

    text, breaks = _joined(text)
    lines = text.split("\n")
    header = header_of(lines[skip].encode())
    header = [name or f"? of {header[place - 1]}" if place else name for place, name in enumerate(header)]
    columns = [*OLD, *(f"? of {name}" for name in MARKED)]
    lines[skip] = ",".join(f'"{name}"' for name in header)
    raw = read_text(path, {name: name for name in columns}, text="\n".join(lines).rstrip() + "\n", skip=skip)
    if breaks:
        raw = raw.with_columns(line=pl.col("line") + pl.Series("breaks", breaks).search_sorted(raw["line"]).cast(pl.Int64))
    _refuse_cells(raw, path, ("Year of order",), ("Number ordered", "Number delivered", *(name for name in OLD if "TIV" in name)))
    refuse(raw, ~pl.col(YEARS).str.contains(r"^((19|20)\d\d(; ?(19|20)\d\d)*)?$"), YEARS, "a list of years", path)
    is_dateless = (pl.col(YEARS) == "") & (as_number("SIPRI TIV of delivered weapons") > 0).fill_null(False)
    refuse(raw, is_dateless, YEARS, "the years of what was delivered", path)
    for name in MARKED:
        refuse(raw, ~pl.col(f"? of {name}").is_in(["", "?"]), f"? of {name}", "empty or ?", path)
    years = pl.col(YEARS).str.extract_all(r"\d{4}").list.unique(maintain_order=True)
    n_years = years.list.len()
    uncertain = pl.when(pl.col("? of Number ordered") == "?").then(pl.lit("number ordered uncertain"))
    deals = raw.select(
        "line",
        deal_id=_made_ids(raw.select(columns)),
        supplier_name="Supplier",
        recipient_name="Recipient",
        designation="Weapon designation",
        weapon="Weapon description",
        ordered_year=as_count("Year of order"),
        is_ordered_year_estimate=(pl.col("? of Year of order") == "?").cast(pl.Int8).cast(pl.String),
        n_ordered=as_number("Number ordered"),
        status="status",
        tiv_unit=as_number("SIPRI TIV per unit"),
        tiv_order=as_number("SIPRI TIV for total order"),
        tiv=as_number("SIPRI TIV of delivered weapons") / n_years,
        n_delivered=as_number("Number delivered") / n_years,
        is_number_estimate=(pl.col("? of Number delivered") == "?").cast(pl.Int8).cast(pl.String),
        is_split=(n_years > 1).cast(pl.Int8).cast(pl.String),
        years=years.cast(pl.List(pl.Int64)),
        register=pl.lit("16 columns"),
        source=pl.lit(NAME),
        note=pl.concat_str(pl.col("Comments").replace("", None), uncertain, separator="; ", ignore_nulls=True).fill_null(""),
    ).with_columns(pl.when(pl.col("years").list.len() > 0).then(name).alias(name) for name in ("tiv", "n_delivered"))
    most = deals.select(pl.col("years").list.len().max()).item()
    by_place = (deals.with_columns(delivered_year=pl.col("years").list.get(place, null_on_oob=True)) for place in range(max(most, 1)))
    rows = pl.concat(of if not place else of.filter(pl.col("delivered_year").is_not_null()) for place, of in enumerate(by_place))
    split = rows.filter(pl.col("is_split") == "1")["deal_id"].n_unique()
    warnings = [f"{split:,} deals name several years of delivery with one volume: it was split evenly (is_split)."] if split else []
    if breaks:
        warnings.append(f"{len(breaks)} rows are broken over two lines and were joined (the first in line {breaks[0]}).")
    return _register(path, rows, preamble, raw.height, warnings)


def _joined(text: str) -> tuple[str, list[int]]:
    """Rows that a return within a cell breaks made whole, and the line, once joined, in which each break stood."""
    if not 0 < 2 * text.count("\r\n") < text.count("\n"):
        return text.replace("\r\n", "\n"), []
    parts = text.split("\r\n")
    ends, seen = list[int](), 0
    for part in parts[:-1]:
        seen += part.count("\n")
        ends.append(seen + 1)
    return " ".join(parts), ends


def _made_ids(frame: pl.DataFrame) -> pl.Series:
    """A key of each row made from its text, the same wherever the row stands; identical rows are numbered."""
    from hashlib import blake2b

    import polars as pl

    texts = frame.select(pl.concat_str(pl.all(), separator="\x1f")).to_series().to_list()
    made = pl.DataFrame({"id": [blake2b(text.encode(), digest_size=8).hexdigest() for text in texts]})
    number = pl.int_range(pl.len()).over("id")
    return made.select(pl.when(number == 0).then("id").otherwise(pl.format("{}-{}", "id", number + 1)).alias("deal_id")).to_series()


def _refuse_cells(raw: pl.DataFrame, path: Path, years: tuple[str, ...], numbers: tuple[str, ...]) -> None:
    import polars as pl

    for column in ("Supplier", "Recipient"):
        refuse(raw, pl.col(column) == "", column, "the name of a party", path)
    for column in years:
        may_lack = pl.col(column) == "" if column == "Delivery year" else pl.lit(False)
        refuse(raw, ~(pl.col(column).str.contains(r"^(19|20)\d\d$") | may_lack), column, "a year", path)
    for column in numbers:
        number = as_number(column)
        refuse(raw, (pl.col(column) != "") & (number.is_null() | (number < 0)), column, "a number", path)


def _register(path: Path, rows: pl.DataFrame, preamble: str, rows_in: int, warnings: Sequence[str]) -> LoadedRows:
    import polars as pl

    strange = sorted({name for column in ("supplier_name", "recipient_name") for name in untold(rows, column, path)})
    notes = [*warnings, *([f"Parties that are not known and stand without a state: {', '.join(strange)}."] if strange else [])]
    rows = rows.with_columns(first=pl.col("delivered_year").min().over("deal_id").fill_null(pl.col("ordered_year")))
    deals = rows.unique("deal_id", keep="first", maintain_order=True)
    deliveries = rows.filter(pl.col("delivered_year").is_not_null())
    if not deliveries.height:
        raise SourceError(f"{path.name} has no year of delivery.")
    for side in ("supplier", "recipient"):
        deals = add_codes(deals, f"{side}_name", "first", side)
        deliveries = add_codes(deliveries, f"{side}_name", "delivered_year", side)
    early = pl.any_horizontal((pl.col(side) == "") & pl.col(f"{side}_name").is_in(_states(rows)) for side in ("supplier", "recipient"))
    if count := deliveries.select(early.sum()).item():
        notes.append(f"{count} deliveries of years in which a state was not in the international system have its name and no code.")
    frames = {"arms_deals": _shaped(deals, "arms_deals"), "arms_deliveries": _shaped(deliveries, "arms_deliveries")}
    coverage = _coverage(rows, deliveries, preamble)
    part = f"register {rows['register'][0]}"
    return LoadedRows(frames, tuple(notes), part=part, coverage=coverage, rows_in=rows_in, rows_used=rows_in)


def _states(rows: pl.DataFrame) -> list[str]:
    names = {**codes(rows["supplier_name"]), **codes(rows["recipient_name"])}
    return [name for name, code in names.items() if code]


def _shaped(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    return rows.select(column for column in TABLES[table].columns if column in rows.columns)


def _coverage(rows: pl.DataFrame, deliveries: pl.DataFrame, preamble: str) -> dict[str, Coverage]:
    """Years by the preamble's range, but only to the last year in which anything was delivered."""
    given = re.search(r"['\s](\d{4})'?\s+to\s+'?(\d{4})", preamble)
    first, last = int(deliveries["delivered_year"].min()), int(deliveries["delivered_year"].max())  # type: ignore[arg-type]
    notes = list[str]()
    if given:
        first = min(first, int(given[1]))
        if int(given[2]) > last:
            notes.append(f"the file is of {given[1]} to {given[2]}, but its last delivery is of {last}")
    parties = rows["supplier_name"].n_unique(), rows["recipient_name"].n_unique()
    is_whole = parties[0] >= WHOLE[0] and parties[1] >= WHOLE[1]
    between = re.search(r"(?:arms|weapons)\s+from\s+(.+?)\s+to\s+(.+?)\s*\.", preamble)
    if between:
        is_whole = all(side.strip().lower() == "all countries" for side in between.groups())
    if not is_whole:
        named = ", " + " ".join(between[0].split()) if between else ""
        notes.append(f"not all suppliers and recipients: {parties[0]} and {parties[1]}{named}")
    elif not between:
        notes.append(f"taken for all the world's transfers by its {parties[0]} suppliers and {parties[1]} recipients")
    of_deals = Coverage(first, last, False, "deals with deliveries, or orders, in these years")
    return {"arms_deliveries": Coverage(first, last, is_whole, "; ".join(notes)), "arms_deals": of_deals}
