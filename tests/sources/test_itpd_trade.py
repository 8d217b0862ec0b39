from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows
from nonaligned.sources.cow_trade import read_cow_trade
from nonaligned.sources.itpd_trade import read_itpd_trade

FIXTURE = Path(__file__).parent / "fixtures" / "itpd_trade.csv"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "trade"
REAL, COW = SHARED / "itpd_total_trade_2000-2016.csv.gz", SHARED / "cow_trade_ddy_1946-2014.csv.gz"
needs_shared = pytest.mark.skipif(not REAL.exists(), reason="the trade files are not beside the repository")
# As the producer's guide lists them: https://www.usitc.gov/data/gravity/itpde_guide/file_format
BULK = "exporter_iso3,exporter_name,importer_iso3,importer_name,year,industry_id,industry_descr,broad_sector,trade,flag_mirror,flag_zero\n"


def trade(rows: LoadedRows) -> pl.DataFrame:
    frame = rows.frames["trade"]
    assert isinstance(frame, pl.DataFrame)
    assert check_rows(TABLES["trade"], frame).height == frame.height
    assert rows.rows_in == rows.rows_used + sum(one.count for one in rows.set_aside)
    return frame


def value(frame: pl.DataFrame, exporter: str, importer: str, year: int) -> float | None:
    found = frame.filter((pl.col("exporter") == exporter) & (pl.col("importer") == importer) & (pl.col("year") == year))[
        "value_usd"
    ].to_list()
    return found[0] if found else None


def bulk(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "ITPD_E_R02.csv"
    path.write_text(BULK + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_totals_by_name():
    rows = read_itpd_trade(FIXTURE)
    frame = trade(rows)
    assert value(frame, "CHN", "IND", 2014) == pytest.approx(52_098_137_516, abs=1)
    assert set(frame["prices"]) == {"constant 2010"}
    assert set(frame["note"]) == {"goods and services"}
    assert {"COG", "COD"} <= set(frame["exporter"])
    assert rows.set_aside[0].reason == "domestic trade"


def test_industries_are_summed_without_services_unknown_zeros_and_domestic_trade(tmp_path):
    path = bulk(
        tmp_path,
        "IND,India,USA,United States,2014,1,Wheat,Agriculture,0.1,0,p",
        'IND,India,USA,United States,2014,2,"Rice, raw",Agriculture,0.2,0,p',
        "IND,India,USA,United States,2014,3,Corn,Agriculture,0,0,u",
        "IND,India,USA,United States,2014,154,Travel,Services,100,0,p",
        "IND,India,NPL,Nepal,2014,3,Corn,Agriculture,0,0,u",
        "IND,India,BTN,Bhutan,2014,3,Corn,Agriculture,0,0,r",
        "IND,India,IND,India,2014,3,Corn,Agriculture,9,0,p",
        "IND,India,HKG,Hong Kong,2014,3,Corn,Agriculture,9,0,p",
        "IND,India,SSD,South Sudan,2009,3,Corn,Agriculture,9,0,p",
    )
    rows = read_itpd_trade(path)
    frame = trade(rows)
    assert sorted(frame.select("exporter", "importer", "value_usd").rows()) == [("IND", "BTN", 0.0), ("IND", "USA", 300_000.0)]
    assert set(frame["prices"]) == {"current"}
    assert rows.rows_in == 9
    assert {one.reason: one.count for one in rows.set_aside} == {
        "trade in services": 1,
        "no state (territories and others)": 1,
        "domestic trade": 1,
        "a state outside its dates": 1,
    }


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("IND,India,USA,x,2014,1,Wheat,Agriculture,many,0,p", "line 2, column trade"),
        ("IND,India,USA,x,MMXIV,1,Wheat,Agriculture,1,0,p", "line 2, column year"),
        ("IND,India,USA,x,2014,1,Wheat,Agriculture,1", "line 2"),
        ("IND,India,USA,x,2014,1,Wheat,Agriculture,-1,0,p", "flow in millions"),
        *(("\n".join(["XQZ,x,USA,x,2014,1,Wheat,Agriculture,1,0,p"] * 5), "5 of 5 rows name states"),),
    ],
)
def test_a_bad_bulk_line_is_refused(tmp_path, line, message):
    with pytest.raises(SourceError, match=message):
        read_itpd_trade(bulk(tmp_path, line))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("India,China,2014,x", "line 2, column value: 'x'"),
        ("India,China,2014,-1", "line 2, column value: '-1'"),
        ("India,China,14,1", "line 2, column year: '14'"),
        ("India,Erewhon,2014,1", "line 2, column col_country: 'Erewhon'"),
        ("India,China,2014", "line 2"),
        ("India,China,2014,1\nIndia,China,2014,2", "line 3: IND to CHN in 2014 stands twice"),
    ],
)
def test_a_bad_total_is_refused(tmp_path, line, message):
    path = tmp_path / "totals.csv"
    path.write_text(f"row_country,col_country,year,value\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_itpd_trade(path)


@pytest.mark.parametrize(
    "content", [b"", b"<!DOCTYPE html><html></html>", b"\x00\x01", b"row_country,col_country,year\nIndia,China,2014\n"]
)
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "totals.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError):
        read_itpd_trade(path)


@needs_shared
def test_the_whole_file_and_its_prices():
    rows = read_itpd_trade(REAL)
    frame = trade(rows)
    assert (rows.rows_in, frame.height, rows.set_aside[0].count) == (428_463, 425_845, 2_618)
    assert (rows.coverage["trade"].first_year, rows.coverage["trade"].last_year) == (2000, 2016)
    # The price basis is nowhere in the file: against a source in prices of the year the values fall as US consumer prices rise
    # (annual averages 172.2 in 2000, 218.1 in 2010, 236.7 in 2014).
    cow = read_cow_trade(COW).frames["trade"]
    assert isinstance(cow, pl.DataFrame)
    both = frame.join(cow.filter(pl.col("value_usd") > 1e8), on=["exporter", "importer", "year"], suffix="_cow")
    median = dict(both.group_by("year").agg((pl.col("value_usd") / pl.col("value_usd_cow")).median()).iter_rows())
    for year, prices in ((2000, 172.2), (2010, 218.1), (2014, 236.7)):
        assert median[year] == pytest.approx(218.1 / prices, abs=0.02)
