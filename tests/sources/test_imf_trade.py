"""The two layouts are written from the IMF's portal: no real file in them is at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows
from nonaligned.sources.imf_trade import codes_of_imf, read_imf_trade

SERIES = Path(__file__).parent / "fixtures" / "imf_series.csv"
WORKBOOK = Path(__file__).parents[3] / "shared" / "data" / "trade" / "imf_dots_1948-2020_six_states.xlsx"
HEADER = "STRUCTURE,STRUCTURE_ID,ACTION,COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,TIME_PERIOD,OBS_VALUE"
START = "dataflow,IMF.STA:IMTS(1.0.0),R,"


def observed(tmp_path: Path, *lines: str, header: str = HEADER) -> Path:
    path = tmp_path / "imts.csv"
    path.write_text("\n".join((header, *(START + line for line in lines), "")), encoding="utf-8")
    return path


def flows(rows: LoadedRows) -> set[tuple[Any, ...]]:
    frame = rows.frames["trade"]
    assert isinstance(frame, pl.DataFrame)
    assert check_rows(TABLES["trade"], frame).height == frame.height
    assert rows.rows_in == rows.rows_used + sum(one.count for one in rows.set_aside)
    return set(frame.select("exporter", "importer", "reporter", "year", "value_usd", "valuation").rows())


def test_series():
    rows = read_imf_trade(SERIES)
    # India's imports of 2019 as the IMF published them: from China 68,344.6, from Russia 6,238 million US$.
    assert flows(rows) == {
        ("CHN", "IND", "IND", 2019, 68_344_600_000.0, "cif"),
        ("RUS", "IND", "IND", 2019, 6_238_000_000.0, "cif"),
        ("IND", "POL", "IND", 2019, 1_500_000_000.0, "fob"),
        ("BTN", "IND", "IND", 2019, 200_000_000.0, "fob"),
        ("IND", "RUS", "IND", 2019, 3_000_000_000.0, "fob"),
        ("IND", "RUS", "IND", 1992, 650_000_000.0, "fob"),
        ("IND", "RUS", "IND", 1991, 5.0, "fob"),  # a state for the last days of the year
    }
    assert rows.part == "IND"
    assert sorted((one.count, one.reason.split()[0]) for one in rows.set_aside) == [(1, "imports"), (1, "lines"), (1, "other"), (2, "no")]
    assert (rows.coverage["trade"].first_year, rows.coverage["trade"].last_year) == (1991, 2019)


def test_observations(tmp_path):
    rows = read_imf_trade(
        observed(
            tmp_path,
            "IND,MG_CIF_USD,CHN,A,2019,68344600000",
            "IND,MG_FOB_USD,CHN,A,2019,64476000000",
            "CHN,XG_FOB_USD,IND,A,2019,74924000000",
            "IND,MG_CIF_USD,CHN,M,2019-M01,5695000000",
            "IND,TBG_USD,CHN,A,2019,-51000000000",
            "IND,MG_CIF_USD,G001,A,2019,478884000000",
            "IND,MG_CIF_USD,HKG,A,2019,17000000000",
            "IND,MG_CIF_USD,SSD,A,2005,1",
            "IND,MG_CIF_USD,NPL,A,2019,",
        )
    )
    assert flows(rows) == {
        ("CHN", "IND", "IND", 2019, 68_344_600_000.0, "cif"),
        ("CHN", "IND", "CHN", 2019, 74_924_000_000.0, "fob"),
    }
    assert rows.part == "CHN+IND"


def test_names_of_the_imf():
    names = {
        "Congo, Dem. Rep. of the": "COD", "Congo, Rep. of": "COG", "Korea, Rep. of": "KOR", "Korea, Dem. People's Rep. of": "PRK",
        "Afghanistan, Islamic Rep. of": "AFG", "Comoros, Union of the": "COM", "Dominican Rep.": "DOM", "Slovak Rep.": "SVK",
        "São Tomé and Príncipe, Dem. Rep. of": "STP", "Central African Rep.": "CAF", "South Africa": "ZAF", "Yemen Arab Rep.": "YAR",
    }  # fmt: skip
    assert codes_of_imf(pl.Series(list(names))) == names
    others = ["World", "Africa", "China, P.R.: Hong Kong", "European Union", "Aruba, Kingdom of the Netherlands", "Belgium-Luxembourg",
              "South African Common Customs Area (SACCA)", "French Territories: New Caledonia", "Other Countries n.i.e."]  # fmt: skip
    assert codes_of_imf(pl.Series(others)) == {}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("IND,MG_CIF_USD,CHN,A,2019,much", "line 2, column OBS_VALUE: 'much'"),
        ("IND,MG_CIF_USD,CHN,A,19,1", "line 2, column TIME_PERIOD: '19'"),
        ("IND,MG_CIF_USD,CHN,Y,2019,1", "line 2, column FREQUENCY: 'Y'"),
        ("IND,MG_CIF_USD,CHN,A,2019,-1", "line 2, column OBS_VALUE: '-1'"),
        ("IND,MG_CIF_USD,CHN,A,2019", "line 2"),
        ("IND,MG_CIF_USD,CHN,A,2019,1\n" + START + "IND,MG_CIF_USD,CHN,A,2019,2", "line 3: IND and CHN in 2019 stand twice"),
        ("\n".join([(START if place else "") + f"IND,MG_CIF_USD,Q{place}Z,A,2019,1" for place in range(5)]), "5 of 5 rows name states"),
    ],
)
def test_a_bad_observation_is_refused(tmp_path, line, message):
    with pytest.raises(SourceError, match=message):
        read_imf_trade(observed(tmp_path, line))


def test_scaled_values_are_refused(tmp_path):
    path = observed(tmp_path, "IND,MG_CIF_USD,CHN,A,2019,68344.6,Millions", header=f"{HEADER},SCALE")
    with pytest.raises(SourceError, match="line 2, column SCALE: 'Millions'"):
        read_imf_trade(path)


def test_a_bad_series_is_refused(tmp_path):
    text = SERIES.read_text(encoding="utf-8")
    for old, new, message in (
        ('"6238000000"', '"6,238"', "line 4, column 2019: '6,238'"),
        ('"Attribute"', '"Kind"', "no IMF file"),
        (',"6238000000","","",', "", "line 4"),
    ):
        path = tmp_path / "series.csv"
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(SourceError, match=message):
            read_imf_trade(path)


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE html><html></html>", b"\x00\x01", f"{HEADER}\n".encode()])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "imts.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError):
        read_imf_trade(path)


@pytest.mark.skipif(not WORKBOOK.exists(), reason="the workbook is not beside the repository")
def test_a_workbook_of_totals_of_both_directions_is_refused():
    # Its cells are exports and imports together (China with Russia in 2018: US$ 106.7 bn): no direction can be told.
    with pytest.raises(SourceError, match="is a workbook"):
        read_imf_trade(WORKBOOK)
