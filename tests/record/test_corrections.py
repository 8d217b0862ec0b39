"""Known errors of official files: corrected where the file still has them, told where it no longer does."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest
from killing import contents, put

from nonaligned.ground.errors import CheckFailedError
from nonaligned.record.corrections import COLUMNS
from nonaligned.record.manifest import read_manifest
from nonaligned.record.store import Record

KEY = "exporter=IND|importer=RUS|year=2000"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "raw.csv"
    path.write_text("made", encoding="utf-8")
    return path


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "record"


def rows(**changed: object) -> dict[str, pl.DataFrame]:
    plain = {"exporter": "IND", "importer": ["RUS", "FRA"], "year": 2000, "reporter": "IND", "value_usd": 1e9, "source": "made"}
    return {"trade": pl.DataFrame(plain | {"valuation": "fob", "prices": "current"} | changed)}


def declare(directory: Path, *lines: dict[str, str], name: str = "made") -> Path:
    path = directory / "corrections" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS)
        writer.writeheader()
        for line in lines:
            writer.writerow({"table": "trade", "key": KEY, "reason": "three zeros too many", "citation": "Yearbook, p. 7"} | line)
    return path


def values(directory: Path) -> list[float | None]:
    found = Record(directory).rows("SELECT value_usd FROM trade WHERE source = 'made' AND year = 2000 ORDER BY importer DESC")
    return [row["value_usd"] for row in found]


def test_a_declared_error_is_corrected_in_its_row_alone_and_told(directory, raw):
    declare(directory, {"column": "value_usd", "expect": "1000000000", "value": "1e6"})
    entry = put(directory, "made", rows(), raw)
    assert values(directory) == [1e6, 1e9]
    (told,) = entry.corrected
    assert (told["state"], told["value"], told["citation"]) == ("made", "1e6", "Yearbook, p. 7")
    assert read_manifest(directory)[-1].corrected == entry.corrected


def test_a_correction_that_the_producer_has_made_is_told_as_not_needed(directory, raw):
    declare(directory, {"column": "value_usd", "expect": "1e9", "value": "1e6"})
    entry = put(directory, "made", rows(value_usd=[1.1e6, 1e9]), raw)
    assert values(directory) == [1.1e6, 1e9]
    assert [one["state"] for one in entry.corrected] == ["not needed"]
    assert [one["state"] for one in put(directory, "made", rows(importer=["CHN", "FRA"]), raw).corrected] == ["not needed"], (
        "the row is gone"
    )


def test_a_figure_that_lacks_can_be_filled_and_one_be_taken_out(directory, raw):
    declare(directory, {"column": "value_usd", "expect": "", "value": "7"})
    put(directory, "made", rows(value_usd=[None, 1e9]), raw)
    assert values(directory) == [7.0, 1e9]
    declare(directory, {"column": "value_usd", "expect": "1e9", "value": ""})
    put(directory, "made", rows(), raw)
    assert values(directory) == [None, 1e9]


def test_a_text_a_number_of_a_key_and_a_day_can_be_corrected(directory, raw):
    declare(directory, {"column": "valuation", "expect": "fob", "value": "cif"}, {"column": "year", "expect": "2000", "value": "2001"})
    entry = put(directory, "made", rows(), raw)
    assert [one["state"] for one in entry.corrected] == ["made", "made"]
    found = Record(directory).rows("SELECT year, valuation FROM trade WHERE source = 'made' AND importer = 'RUS'")
    assert found == [{"year": 2001, "valuation": "cif"}]
    call = {"roll_calls": pl.DataFrame({"rcid": ["test:1"], "body": ["UNGA"], "date": ["2020-02-03"], "source": ["made"]})}
    declare(
        directory,
        {"table": "roll_calls", "key": "rcid=test:1", "column": "date", "expect": "2020-02-03", "value": "2020-03-02"},
        name="calls",
    )
    assert put(directory, "calls", call, raw).corrected[0]["state"] == "made"
    assert str(Record(directory).rows("SELECT date FROM roll_calls WHERE rcid = 'test:1'")[0]["date"]) == "2020-03-02"


def test_a_corrected_row_must_pass_the_checks(directory, raw):
    declare(directory, {"column": "value_usd", "expect": "1e9", "value": "-5"})
    with pytest.raises(CheckFailedError, match="value_usd"):
        put(directory, "made", rows(), raw)


def test_a_correction_mends_what_the_checks_would_refuse(directory, raw):
    declare(directory, {"column": "value_usd", "expect": "-9", "value": ""})
    put(directory, "made", rows(value_usd=[-9.0, 1e9]), raw)
    assert values(directory) == [None, 1e9]


MALFORMED = {
    "no such table": {"table": "trades", "column": "value_usd", "expect": "1", "value": "2"},
    "no such column": {"column": "price", "expect": "1", "value": "2"},
    "no such key": {"key": "seller=IND", "column": "value_usd", "expect": "1", "value": "2"},
    "a key without a value": {"key": "exporter", "column": "value_usd", "expect": "1", "value": "2"},
    "no key": {"key": "", "column": "value_usd", "expect": "1", "value": "2"},
    "an expectation that is no number": {"column": "value_usd", "expect": "much", "value": "2"},
    "a value that is no number": {"column": "value_usd", "expect": "1", "value": "2,5"},
    "a year and a half": {"column": "year", "expect": "2000.5", "value": "2001"},
}


@pytest.mark.parametrize("line", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_correction_that_makes_no_sense_is_said(directory, raw, line):
    path = declare(directory, line)
    before = contents(directory)
    with pytest.raises(CheckFailedError, match="no corrections file") as refused:
        put(directory, "made", rows(), raw)
    assert str(path) in refused.value.message
    assert refused.value.why.startswith("Correction 1: ")
    assert contents(directory) == before


@pytest.mark.parametrize(
    "written",
    [
        b"key,column\na,b\n",
        b"table,key,column,expect,value,reason,citation\ntrade,a=b\n",
        b"table,key,column,expect,value,reason,citation\ntrade,a=b,c,d,e,f,g,h\n",
        b"\xff\xfe\x00\x01\n\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00",
    ],
)
def test_a_file_that_is_no_table_of_corrections_is_said(directory, raw, written):
    path = declare(directory)
    path.write_bytes(written)
    with pytest.raises(CheckFailedError, match="no corrections file"):
        put(directory, "made", rows(), raw)


def test_corrections_of_another_source_or_table_are_not_made(directory, raw):
    line = {"column": "value_usd", "expect": "1e9", "value": "1"}
    declare(directory, line, name="other")
    assert put(directory, "made", rows(), raw).corrected == ()
    declare(directory, line | {"table": "trade_products"})
    assert put(directory, "made", rows(), raw).corrected == ()
    assert values(directory) == [1e9, 1e9]


def test_a_file_too_large_to_be_held_has_no_silent_corrections(directory, raw, tmp_path):
    declare(directory, {"table": "events", "key": "event_id=1", "column": "actor", "expect": "a", "value": "b"})
    pl.DataFrame({"event_id": ["1"]}).write_parquet(tmp_path / "events.parquet")
    with pytest.raises(CheckFailedError, match="cannot be made"):
        put(directory, "made", {"events": tmp_path / "events.parquet"}, raw)
