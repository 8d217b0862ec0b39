"""The layouts are written from the interface's documented fields and the website's header: no real file is at hand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nonaligned.ground.errors import SourceError, UsageError
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows
from nonaligned.sources.comtrade import NEEDED, SOURCE, read_comtrade
from nonaligned.sources.comtrade_codes import OWN, known_others, numbered_states
from nonaligned.world.states import states

FIXTURE = Path(__file__).parent / "fixtures" / "comtrade_india_2022.json"
SITE = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,partnerCode,partnerISO,"
    "partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,"
    "aggrLevel,isLeaf,customsCode,customsDesc,mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,"
    "altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,"
    "legacyEstimationFlag,isReported,isAggregate"
)


def records() -> list[dict[str, Any]]:
    return json.loads(FIXTURE.read_text(encoding="utf-8"))["data"]


def answer(tmp_path: Path, rows: list[Any], **more: Any) -> Path:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"count": len(rows), "data": rows, "error": "", **more}), encoding="utf-8")
    return path


def site_file(tmp_path: Path, rows: list[dict[str, Any]], end: str = ",") -> Path:
    text = io.StringIO()
    for row in rows:
        csv.writer(text, lineterminator=f"{end}\r\n").writerow(["" if row.get(name) is None else row[name] for name in SITE.split(",")])
    path = tmp_path / "TradeData.csv"
    path.write_bytes((SITE + "\r\n" + text.getvalue()).encode("cp1252"))
    return path


def flows(rows: LoadedRows) -> set[tuple[Any, ...]]:
    frame = rows.frames["trade"]
    assert isinstance(frame, pl.DataFrame)
    return set(frame.select("exporter", "importer", "reporter", "value_usd", "valuation").rows())


WANTED = {
    ("USA", "IND", "IND", 50_000_000_000.25, "cif"),
    ("FRA", "IND", "IND", 6e9, "cif"),
    ("IND", "CHE", "IND", 1.3e9, "fob"),
    ("IND", "NOR", "IND", 4e8, "fob"),
    ("IND", "TWN", "IND", 2.7e9, "fob"),
}


def test_an_answer_of_the_interface():
    rows = read_comtrade(FIXTURE)
    assert flows(rows) == WANTED
    products = rows.frames["trade_products"]
    assert isinstance(products, pl.DataFrame)
    assert products.select("exporter", "importer", "product", "value_usd").rows() == [("RUS", "IND", "HS27", 3e10)]
    assert rows.part == "IND 2022 M+X 27+TOTAL"
    assert rows.rows_in == 9 == rows.rows_used + sum(one.count for one in rows.set_aside)
    assert sorted((one.reason.split()[0], one.count) for one in rows.set_aside) == [("parts", 1), ("re-exports,", 1), ("trade", 1)]
    for table, frame in rows.frames.items():
        assert check_rows(TABLES[table], frame).height == frame.height  # type: ignore[arg-type, union-attr]


@pytest.mark.parametrize("end", ["", ","])
def test_a_file_of_the_website_with_or_without_the_comma_that_ends_its_lines(tmp_path, end):
    rows = read_comtrade(site_file(tmp_path, [{**row, "partnerDesc": "Türkiye, or so"} for row in records()], end))
    assert flows(rows) == WANTED


def test_numbers_of_comtrade():
    # https://comtradeapi.un.org/files/v1/app/reference/partnerAreas.json
    known = numbered_states()
    assert [known[n] for n in (699, 356, 842, 251, 579, 757, 381, 156, 410, 704, 810, 891) if n in known] == (
        "IND IND USA FRA NOR CHE ITA CHN KOR VNM SUN".split()
    )
    assert set(known) & known_others() == set()
    assert set(OWN.values()) <= {one.code for one in states(system=None)}


def test_imports_without_a_cif_value_are_fob_and_a_missing_value_makes_no_row(tmp_path):
    base = records()[1]
    rows = read_comtrade(answer(tmp_path, [{**base, "cifvalue": None, "fobvalue": 7}, {**base, "partnerCode": 156, "primaryValue": None}]))
    assert flows(rows) == {("USA", "IND", "IND", 50_000_000_000.25, "fob")}
    assert (rows.rows_in, rows.rows_used) == (2, 2)


def test_years_decide_what_a_number_means(tmp_path):
    base = {**records()[1], "partnerCode": 891}
    lines = [{**base, "period": str(year)} for year in (1999, 2004)] + [{**base, "partnerCode": 728, "period": "2005"}]
    rows = read_comtrade(answer(tmp_path, lines))
    assert {row[0] for row in flows(rows)} == {"YUG", "SCG"}
    assert rows.set_aside[0].reason == "a state outside its dates"


def test_months_are_left_out(tmp_path):
    base = records()[1]
    rows = read_comtrade(answer(tmp_path, [base, {**base, "freqCode": "M", "period": "202203"}]))
    assert len(flows(rows)) == 1
    assert rows.set_aside[0].reason == "months"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"primaryValue": "much"}, "line 2, column primaryValue: 'much'"),
        ({"primaryValue": -1}, "column primaryValue: '-1'"),
        ({"period": "22"}, "column period: '22'"),
        ({"reporterCode": "India"}, "column reporterCode: 'India'"),
        ({"flowCode": "import"}, "column flowCode"),
        ({"customsCode": ""}, "column customsCode"),
        ({"motCode": None}, "column motCode"),
        ({"partnerCode": 251}, "stands twice"),
    ],
)
def test_a_bad_cell_is_refused(tmp_path, change, message):
    base = {**records()[2]}
    for path in (answer(tmp_path, [base, {**base, "partnerCode": 156, **change}]),):
        if change == {"motCode": None}:
            message = "column motCode: ''"
        with pytest.raises(SourceError, match=message):
            read_comtrade(path)


def test_unknown_numbers_are_refused(tmp_path):
    with pytest.raises(SourceError, match="4 of 4 rows name states"):
        read_comtrade(answer(tmp_path, [{**records()[1], "partnerCode": 990 + place} for place in range(4)]))


@pytest.mark.parametrize("field", NEEDED)
def test_a_missing_field_is_named(tmp_path, field):
    row = {name: cell for name, cell in records()[1].items() if name != field}
    with pytest.raises(SourceError, match=f"record 1: the field '{field}' is missing"):
        read_comtrade(answer(tmp_path, [row]))


@pytest.mark.parametrize(
    "content", [b"", b"{", b"<!DOCTYPE html><html></html>", b'{"data": []}', b'{"data": [3]}', b"\x00\x01", b"typeCode\nC\n"]
)
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "answer.json"
    path.write_bytes(content)
    with pytest.raises(SourceError):
        read_comtrade(path)


def test_an_error_of_the_interface_is_told(tmp_path):
    with pytest.raises(SourceError, match="error of the interface"):
        read_comtrade(answer(tmp_path, [], error="Invalid subscription"))
    path = tmp_path / "answer.json"
    path.write_text('{"statusCode": 429, "message": "Rate limit is exceeded."}')
    with pytest.raises(SourceError) as caught:
        read_comtrade(path)
    assert "Rate limit" in str(caught.value.why)


def test_downloads():
    assert SOURCE.downloads is not None
    first, second, *more = SOURCE.downloads(("India", "2022", "2023"))
    assert len(more) == 2
    assert first.url == (
        "https://comtradeapi.un.org/public/v1/preview/C/A/HS?reporterCode=699&period=2022&cmdCode=TOTAL&flowCode=M"
        "&partner2Code=0&customsCode=C00&motCode=0"
    )
    assert second.name == "comtrade_IND_2022_X.json"
    assert "reporterCode=842" in SOURCE.downloads(("USA", "2020"))[0].url
    for words in ((), ("IND",), ("IND", "x")):
        with pytest.raises(UsageError):
            SOURCE.downloads(words)
