from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from workbooks import write_workbook

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_rows, within_dates
from nonaligned.record.starter import starter_directory
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows
from nonaligned.sources.sheet_colours import sheet_colours
from nonaligned.sources.sipri_milex import read_sipri_milex

FIXTURE = Path(__file__).parent / "fixtures" / "sipri_milex.xlsx"
CONSTANT = "Constant (2022) US$"


def sheets() -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(str(FIXTURE))
    return {name: [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)] for name in book.sheet_names}


def frame(rows: LoadedRows) -> pl.DataFrame:
    found = rows.frames["indicators"]
    assert isinstance(found, pl.DataFrame)
    kept, outside = within_dates(TABLES["indicators"], check_rows(TABLES["indicators"], found))
    assert (kept.height, outside) == (found.height, ())
    assert rows.rows_in == rows.rows_used + sum(one.count for one in rows.set_aside)
    return found


def value(rows: pl.DataFrame, state: str, year: int, indicator: str) -> tuple[float, str, str] | None:
    found = rows.filter((pl.col("state") == state) & (pl.col("year") == year) & (pl.col("indicator") == indicator))
    return found.select("value", "unit", "note").row(0) if found.height else None


def row_of(rows: list[list[object]], name: str) -> list[object]:
    return next(row for row in rows if row[0] == name)


def test_units_and_notes():
    rows = frame(read_sipri_milex(FIXTURE))
    usa = value(rows, "USA", 2023, "milex_constant_usd")
    assert usa is not None
    assert (round(usa[0] / 1e6), *usa[1:]) == (880_071, "constant 2022 US$", "")
    china = value(rows, "CHN", 2023, "milex_gdp_share")
    assert china is not None
    assert (round(china[0], 2), *china[1:]) == (1.67, "percent of GDP", "SIPRI estimate")
    rupees = value(rows, "IND", 2022, "milex_local_currency")
    assert rupees is not None
    assert rupees[1:] == ("Rupees", "")
    assert rupees[0] > 6e12


def test_a_zero_is_believed_only_of_states_without_forces():
    read = read_sipri_milex(FIXTURE)
    rows = frame(read)
    assert value(rows, "CRI", 2023, "milex_current_usd") == (0.0, "US$", "")
    assert value(rows, "RUS", 1990, "milex_current_usd") is None  # printed 0 for want of an exchange rate
    assert value(rows, "SUN", 1990, "milex_current_usd") is None
    assert any("printed zeros" in text for text in read.warnings)


def test_a_name_that_several_states_bore_and_one_before_independence():
    read = read_sipri_milex(FIXTURE)
    rows = frame(read)
    roubles = value(rows, "SUN", 1990, "milex_local_currency")
    assert roubles is not None
    assert roubles[2].endswith("printed under Russia")
    assert value(rows, "YUG", 2002, "milex_constant_usd") is not None
    assert value(rows, "SRB", 2007, "milex_constant_usd") is not None
    assert not rows.filter((pl.col("state") == "SSD") & (pl.col("year") < 2011)).height
    assert value(rows, "SSD", 2012, "milex_constant_usd") is not None
    assert any("SSD" in text for text in read.warnings)
    assert [one.reason for one in read.set_aside] == ["European Union is no state"]


def test_what_is_not_a_figure_is_named(tmp_path):
    for cell in ("about 7", -3.0):
        book = sheets()
        row_of(book[CONSTANT], "India")[-1] = cell
        line = book[CONSTANT].index(row_of(book[CONSTANT], "India")) + 1
        with pytest.raises(SourceError) as refused:
            read_sipri_milex(write_workbook(tmp_path / "file.xlsx", book))
        assert f"file.xlsx, sheet {CONSTANT}, line {line}, column 2023: {cell!r} is not a figure" in refused.value.message


@pytest.mark.parametrize("mark", ["...", ". .", "xxx", ""])
def test_a_missing_figure_is_no_row(tmp_path, mark):
    book = sheets()
    row_of(book[CONSTANT], "India")[-1] = mark
    rows = frame(read_sipri_milex(write_workbook(tmp_path / "file.xlsx", book)))
    assert value(rows, "IND", 2023, "milex_constant_usd") is None
    assert value(rows, "IND", 2022, "milex_constant_usd") is not None


def test_another_edition_has_another_price_year(tmp_path):
    book = sheets()
    book["Constant (2023) US$"] = book.pop(CONSTANT)
    rows = frame(read_sipri_milex(write_workbook(tmp_path / "file.xlsx", book)))
    assert set(rows.filter(pl.col("indicator") == "milex_constant_usd")["unit"]) == {"constant 2023 US$"}


def test_workbooks_of_another_kind_are_refused(tmp_path):
    book = sheets()
    lost = {name: rows for name, rows in book.items() if name != "Current US$"}
    headless = book | {CONSTANT: [row for row in book[CONSTANT] if row[0] != "Country"]}
    thousands = book | {CONSTANT: [["Military expenditure, in thousands"], *book[CONSTANT][2:]]}
    percent = book | {"Share of GDP": [[100 * x if isinstance(x, float) and x < 1 else x for x in row] for row in book["Share of GDP"]]}
    row_of(percent["Share of GDP"], "India")[-1] = 7.5
    names = book | {CONSTANT: [[f"Neu {row[0]}" if row[0] != "Country" else row[0], *row[1:]] for row in book[CONSTANT]]}
    for broken in (lost, headless, thousands, percent, names, {"Sheet1": [["a", 1]]}):
        with pytest.raises(SourceError) as refused:
            read_sipri_milex(write_workbook(tmp_path / "file.xlsx", broken))
        assert "file.xlsx" in refused.value.message
    for data in (b"", b"<!doctype html><html></html>", b"PK\x03\x04 damaged", FIXTURE.read_bytes()[:3000]):
        (tmp_path / "file.xlsx").write_bytes(data)
        with pytest.raises(SourceError, match=r"file\.xlsx"):
            read_sipri_milex(tmp_path / "file.xlsx")


def test_colours_of_cells():
    colours = sheet_colours(FIXTURE)
    assert set(colours) == set(sheets())
    assert {one for found in colours.values() for one in found.values()} == {"0000FF"}


def test_the_whole_workbook(shared):
    read = read_sipri_milex(shared / "capability" / "SIPRI-Milex-data-1948-2023.xlsx")
    rows = frame(read)
    assert (read.rows_in, read.rows_used) == (1044, 1038)
    # SIPRI Fact Sheet, April 2024, and the data set's own sheet.
    known = {"USA": 880_071, "CHN": 309_484, "RUS": 126_473, "IND": 83_334}
    for state, millions in known.items():
        found = value(rows, state, 2023, "milex_constant_usd")
        assert found is not None
        assert round(found[0] / 1e6) == millions
    assert (read.coverage["indicators"].first_year, read.coverage["indicators"].last_year) == (1948, 2023)
    assert {"SIPRI estimate", "highly uncertain"} < set(rows["note"])
    assert set(rows.filter(pl.col("value") == 0)["state"]) == {"CRI", "HTI", "ISL", "PAN"}


def test_rows_replace_the_starters_one_for_one(shared):
    rows = frame(read_sipri_milex(shared / "capability" / "SIPRI-Milex-data-1948-2023.xlsx"))
    ours = pl.read_csv(starter_directory() / "indicators.csv", infer_schema=False).filter(pl.col("source") == "sipri_milex")
    ours = ours.with_columns(pl.col("year").cast(pl.Int64), pl.col("value").cast(pl.Float64), pl.col("note").fill_null(""))
    both = ours.join(rows, on=["state", "year", "indicator"], how="left", suffix="_loaded")
    assert both.height == ours.height > 2000
    assert both.filter((pl.col("unit") != pl.col("unit_loaded")) | pl.col("value_loaded").is_null()).height == 0
    is_share = pl.col("indicator") == "milex_gdp_share"
    slack = pl.when(is_share).then(0.00501).otherwise(50_001)
    assert both.filter((pl.col("value") - pl.col("value_loaded")).abs() > slack).height == 0
    certainty = pl.col("note_loaded").str.extract(r"^(SIPRI estimate|highly uncertain)").fill_null("")
    assert both.filter(pl.col("note") != certainty).height == 0
