from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import polars as pl
import pytest

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows
from nonaligned.sources.cow_trade import read_cow_trade

FIXTURE = Path(__file__).parent / "fixtures" / "cow_trade.csv"
REAL = Path(__file__).parents[3] / "shared" / "data" / "trade" / "cow_trade_ddy_1946-2014.csv.gz"
OFFICIAL = (
    "ccode1,ccode2,year,importer1,importer2,flow1,flow2,smoothflow1,smoothflow2,smoothtotrade,spike1,spike2,dip1,dip2,trdspike,tradedip,"
    "bel_lux_alt_flow1,bel_lux_alt_flow2,china_alt_flow1,china_alt_flow2,source1,source2,version\n"
)


def flow(rows: LoadedRows, exporter: str, importer: str, year: int) -> float | None:
    frame = rows.frames["trade"]
    assert isinstance(frame, pl.DataFrame)
    found = frame.filter((pl.col("exporter") == exporter) & (pl.col("importer") == importer) & (pl.col("year") == year))
    assert found.height <= 1
    return found["value_usd"].item() if found.height else None


def written(tmp_path: Path, *lines: str, header: str = "ccode1,ccode2,year,flow1,flow2") -> Path:
    path = tmp_path / "trade.csv"
    path.write_text("\n".join((header, *lines, "")), encoding="utf-8")
    return path


def test_rows_fit_the_table_and_every_row_is_accounted_for():
    rows = read_cow_trade(FIXTURE)
    frame = rows.frames["trade"]
    assert isinstance(frame, pl.DataFrame)
    assert check_rows(TABLES["trade"], frame).height == frame.height > 0
    assert rows.rows_in == rows.rows_used + sum(one.count for one in rows.set_aside) == 29
    assert set(frame["reporter"]) == {"COMPILED"}
    assert rows.part == ""


def test_flow1_is_what_the_first_imports_from_the_second():
    # India's imports of 2014 in the published data set: from China 64,086, Russia 4,221 and the United States 21,234 million US$.
    rows = read_cow_trade(FIXTURE)
    assert flow(rows, "CHN", "IND", 2014) == 64_086e6
    assert flow(rows, "RUS", "IND", 2014) == 4_221e6
    assert flow(rows, "USA", "IND", 2014) == 21_234e6
    assert flow(rows, "IND", "USA", 2014) == 45_228e6


def test_numbers_mean_the_state_of_the_year():
    rows = read_cow_trade(FIXTURE)
    assert flow(rows, "SUN", "IND", 1991) == 520e6
    assert flow(rows, "RUS", "IND", 1992) == 200e6
    assert flow(rows, "DEU", "USA", 1990) == 29_080e6  # 255
    assert flow(rows, "BEL", "DEU", 1990) == 23_452e6  # 260
    assert flow(rows, "NIC", "YAR", 1990) == 0  # 678


def test_missing_is_no_row_and_none_is_zero(tmp_path):
    rows = read_cow_trade(written(tmp_path, "2,750,2014,-9,12.5", "2,710,2014,,0"))
    assert flow(rows, "IND", "USA", 2014) is None
    assert flow(rows, "USA", "IND", 2014) == 12_500_000
    assert flow(rows, "CHN", "USA", 2014) is None
    assert flow(rows, "USA", "CHN", 2014) == 0
    assert (rows.rows_in, rows.rows_used) == (2, 2)


def test_official_layout_and_archive(tmp_path):
    line = "2,750,2014,United States of America,India,45228,21234,45228,21234,66462,0,0,0,0,0,0,-9,-9,-9,-9,1,1,4\n"
    path = tmp_path / "COW_Trade_4.0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("COW_Trade_4.0/Dyadic_COW_4.0.csv", OFFICIAL + line)
        archive.writestr("COW_Trade_4.0/National_COW_4.0.csv", "ccode,year,imports\n2,2014,1\n")
        archive.writestr("__MACOSX/._Dyadic_COW_4.0.csv", "x")
    rows = read_cow_trade(path)
    assert flow(rows, "USA", "IND", 2014) == 21_234e6
    assert rows.frames["trade"].height == 2  # type: ignore[union-attr]


def test_a_number_that_nobody_held_is_set_aside(tmp_path):
    lines = [f"2,{number},2014,1,1" for number in (20, 40, 41, 42, 70, 90, 91, 92, 93, 94, 95, 100, 101, 110, 130, 135, 140, 145, 150)]
    many = [*lines, *(f"750,{line.split(',')[1]},2014,1,1" for line in lines)] * 3
    many = [line.replace("2014", str(2000 + place // 38)) for place, line in enumerate(many)]
    rows = read_cow_trade(written(tmp_path, *many, "2,265,2000,5,5"))
    assert [(one.count, one.first_line) for one in rows.set_aside] == [(1, 116)]
    with pytest.raises(SourceError, match="line 3: no state has the number 2 or 265 in 2000"):
        read_cow_trade(written(tmp_path, "2,750,2000,1,1", "2,265,2000,5,5"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2,750,2014,1.2.3,1", r"line 2, column flow1: '1\.2\.3'"),
        ("2,750,2014,1,-8", "line 2, column flow2: '-8'"),
        ("2,750,2014,1,nan", "line 2, column flow2: 'nan'"),
        ("IND,750,2014,1,1", "line 2, column ccode1: 'IND'"),
        ("2,750,14,1,1", "line 2, column year: '14'"),
        ("2014,750,2,1,1", "line 2, column year: '2'"),
        ("2,750,2014,1", "line 2"),
        ("2,750,2014,1,1\n750,2,2014,1,2", "line 3: the flows of"),
        ("2,750,2014,1,1\n2,750,2014,1,2", "line 3: the flows of"),
    ],
)
def test_a_bad_cell_is_refused_with_line_and_column(tmp_path, line, message):
    with pytest.raises(SourceError, match=message):
        read_cow_trade(written(tmp_path, line))


@pytest.mark.parametrize(
    "content", [b"", b"<!DOCTYPE html><html><body>moved</body></html>", b"\x00\x01\x02", b"ccode1,ccode2,year,flow1,flow2\n"]
)
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "trade.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError):
        read_cow_trade(path)
    path.write_bytes(gzip.compress(content)[:-3])
    with pytest.raises(SourceError):
        read_cow_trade(path)


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(SourceError, match="'flow2' is missing"):
        read_cow_trade(written(tmp_path, "2,750,2014,1", header="ccode1,ccode2,year,flow1"))


@pytest.mark.skipif(not REAL.exists(), reason="the trade file is not beside the repository")
def test_the_whole_file():
    rows = read_cow_trade(REAL)
    frame = rows.frames["trade"]
    assert isinstance(frame, pl.DataFrame)
    assert (rows.rows_in, rows.rows_used, rows.set_aside) == (1_285_538, 1_285_538, ())
    assert frame.height == 1_236_960  # each direction stands twice in 1,236,960 cells of flow1 and again of flow2
    assert check_rows(TABLES["trade"], frame).height == frame.height
    assert (rows.coverage["trade"].first_year, rows.coverage["trade"].last_year) == (1946, 2014)
    assert flow(rows, "CHN", "IND", 2014) == 64_086e6
    assert any("DEU" in warning and "in 1960 to 1989 (30 years)" in warning for warning in rows.warnings)
