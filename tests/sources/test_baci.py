"""The layout is written from the readme of CEPII's releases: no real file is at hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pytest

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_file, check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows
from nonaligned.sources.baci import read_baci, read_baci_together

HEADER = "t,i,j,k,v,q\n"
Y2022 = HEADER + (
    "2022,643,699,270900,25000.5,NA\n2022,643,699,270119,1000.25,1.5\n2022,643,699,10121,0.1,  2\n2022,699,842,710239,0.2,1\n"
    "2022,699,842,710239,0.3,1\n2022,490,699,854231,   3.125,       NA\n2022,699,344,710239,5,1\n2022,697,699,9999AA,5,1\n"
)
Y2004 = HEADER + "2004,891,699,270900,4,1\n2004,699,728,270900,4,1\n"
CODES = 'country_code,country_name,country_iso2,country_iso3\n643,Russian Federation,RU,RUS\n699,India,IN,IND\n490,"Other Asia, nes",,S19\n'


def archive(tmp_path: Path, codes: str = CODES, **members: str) -> Path:
    path = tmp_path / "BACI_HS92_V202401b.zip"
    files = {"BACI_HS92_Y2022_V202401b.csv": Y2022, "BACI_HS92_Y2004_V202401b.csv": Y2004, "country_codes_V202401b.csv": codes, **members}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
        packed.writestr("product_codes_HS92_V202401b.csv", "code,description\n270900,Oil\n")
    return path


def one_year(tmp_path: Path, text: str, name: str = "BACI_HS92_Y2022_V202401b.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def frames(rows: LoadedRows) -> tuple[pl.DataFrame, pl.DataFrame]:
    trade, products = rows.frames["trade"], rows.frames["trade_products"]
    assert isinstance(trade, pl.DataFrame)
    assert isinstance(products, Path)
    check_rows(TABLES["trade"], trade)
    check_file(TABLES["trade_products"], products)
    assert rows.rows_in == rows.rows_used + sum(one.count for one in rows.set_aside)
    assert [found.name for found in products.parent.iterdir()] == [products.name]
    return trade, pl.read_parquet(products)


def test_the_archive(tmp_path):
    rows = read_baci(archive(tmp_path))
    trade, products = frames(rows)
    assert set(trade.select("exporter", "importer", "year", "value_usd").rows()) == {
        ("RUS", "IND", 2022, 26_000_850.0),
        ("IND", "USA", 2022, 500.0),  # 0.2 + 0.3 thousand
        ("TWN", "IND", 2022, 3_125.0),
        ("SCG", "IND", 2004, 4_000.0),
    }
    assert set(products.select("exporter", "product", "value_usd").rows()) == {
        ("RUS", "HS27", 26_000_750.0),
        ("RUS", "HS01", 100.0),  # 10121 has lost its zero
        ("IND", "HS71", 500.0),
        ("TWN", "HS85", 3_125.0),
        ("SCG", "HS27", 4_000.0),
    }
    assert {one.reason: one.count for one in rows.set_aside} == {"no state (territories, groups)": 2, "a state outside its dates": 1}
    assert rows.rows_in == 10
    assert rows.origin["source"]["baci"]["version"] == "202401b (HS92)"
    assert (rows.coverage["trade"].first_year, rows.coverage["trade"].last_year) == (2004, 2022)


def test_sums_do_not_depend_on_the_order_of_rows(tmp_path):
    values = [0.1, 0.2, 0.3, 1e9, 0.7, 0.001] * 500
    lines = [f"2022,699,842,{710000 + place},{value},1\n" for place, value in enumerate(values)]
    sums = []
    for order in (lines, lines[::-1], sorted(lines, key=lambda line: line.split(",")[4])):
        trade, _ = frames(read_baci(one_year(tmp_path, HEADER + "".join(order))))
        sums.append(trade["value_usd"].item())
    assert sums == [500_000_000_650_500.0] * 3


def test_years_together(tmp_path):
    paths = (one_year(tmp_path, Y2022), one_year(tmp_path, Y2004, "BACI_HS92_Y2004_V202401b.csv"))
    trade, _ = frames(read_baci_together(paths))
    assert set(trade["year"]) == {2004, 2022}
    with pytest.raises(SourceError, match="the year 2022 is in"):
        read_baci_together((paths[0], one_year(tmp_path, Y2022, "BACI_HS92_Y2021_V202401b.csv")))
    with pytest.raises(SourceError, match="several revisions: HS17, HS92"):
        read_baci_together((paths[0], one_year(tmp_path, Y2004, "BACI_HS17_Y2004_V202401b.csv")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + "2022,643,699,270900,x,1\n", "line 2, column v"),
        (HEADER + "2022,Russia,699,270900,1,1\n", "line 2, column i"),
        (HEADER + "2022,643,699,270900,1\n", "line 2"),
        (HEADER + "2022,643,699,270900,-1,1\n", "rows without"),
        (HEADER + "2022,643,699,270900,,1\n", "rows without"),
        (HEADER + "643,2022,699,270900,1,1\n", "rows without"),
        (HEADER, "rows without"),
        ("", "line 1"),
        ("t,i,j,k,v\n2022,643,699,270900,1\n", "line 1: the columns are"),
        ("<!DOCTYPE html><html></html>", "line 1"),
        (HEADER + "2022,990,699,270900,1,1\n" * 5, "5 of 5 rows name states"),
    ],
)
def test_a_bad_file_is_refused(tmp_path, text, message):
    with pytest.raises(SourceError, match=message):
        read_baci(one_year(tmp_path, text))


def test_an_archive_that_numbers_states_otherwise_is_refused(tmp_path):
    with pytest.raises(SourceError, match="line 3: 699 is PAK, which the program reads as IND"):
        read_baci(archive(tmp_path, CODES.replace("IND", "PAK")))


def test_an_archive_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.csv", "x")
    with pytest.raises(SourceError, match="holds no file like BACI"):
        read_baci(path)
