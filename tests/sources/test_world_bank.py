"""The World Bank's files. JSON and the whole WDI are in the layouts of its API (version 2) and of WDICSV.csv, with figures of the CSV."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
from broken_files import refuses_all, rewritten

from nonaligned.ground.errors import SourceError, UsageError
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows, world_bank, world_bank_layouts

FIXTURE = Path(__file__).parent / "fixtures" / "API_SP.POP.TOTL.csv"
INDICATOR = {"id": "SP.POP.TOTL", "value": "Population, total"}


def figure(loaded: LoadedRows, state: str, year: int, indicator: str = "population") -> float | None:
    found = loaded.frames["indicators"].filter(state=state, year=year, indicator=indicator)["value"].to_list()
    return found[0] if found else None


def item(long: str, short: str, day: str, value: object) -> dict[str, object]:
    country = {"id": short, "value": "x"}
    return {"indicator": INDICATOR, "country": country, "countryiso3code": long, "date": day, "value": value, "unit": "", "decimal": 0}


def answer(folder: Path, *items: dict[str, object], **about: object) -> Path:
    path = folder / "answer.json"
    first = {"page": 1, "pages": 1, "per_page": 20000, "total": len(items), "lastupdated": "2025-10-07", **about}
    path.write_text(json.dumps([first, list(items)]), encoding="utf-8")
    return path


def whole(folder: Path) -> Path:
    """The archive of the whole WDI: the fixture's rows without the preamble, and one more indicator."""
    with FIXTURE.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))[4:]
    other = [["India", "IND", "Forest area (% of land area)", "AG.LND.FRST.ZS", *rows[1][4:]]]
    table = folder / "WDICSV.csv"
    with table.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, quoting=csv.QUOTE_MINIMAL).writerows([row[:-1] for row in rows + other])
    path = folder / "WDI_CSV.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(table, "WDICSV.csv")
        archive.writestr("WDICountry.csv", "Country Code\nIND\n")
    return path


def test_one_indicator() -> None:
    loaded = world_bank.read(FIXTURE)
    frame = check_rows(TABLES["indicators"], loaded.frames["indicators"])
    assert set(frame["state"]) == {"IND", "USA", "CHN", "UKR", "DEU", "XKX"}
    assert figure(loaded, "CHN", 2023) == 1_410_710_000
    assert set(frame["unit"]) == {"persons"}
    assert (loaded.part, loaded.origin["table"]["as_of"]) == ("SP.POP.TOTL", "2025-10-07")
    assert {one.reason.split(",")[0]: one.count for one in loaded.set_aside} == {
        "aggregates": 2,
        "territories that are not states of the system": 2,
    }
    assert loaded.rows_in == loaded.rows_used + sum(one.count for one in loaded.set_aside) == 10


def test_no_figures_before_a_state_was() -> None:
    loaded = world_bank.read(FIXTURE)
    first = dict(loaded.frames["indicators"].group_by("state").agg(pl.col("year").min()).iter_rows())
    assert (first["UKR"], first["XKX"], first["IND"]) == (1991, 2008, 1960)
    assert any("79 figures" in told for told in loaded.warnings), "31 of Ukraine and 48 of Kosovo, as the file prints them"
    notes = dict(loaded.frames["indicators"].filter(state="DEU").select("year", "note").iter_rows())
    assert notes[1989], "both German states are in it"
    assert not notes[1990]


def test_json_gives_the_same_figures(tmp_path: Path) -> None:
    loaded = world_bank.read(
        answer(
            tmp_path,
            item("IND", "IN", "2023", 1438069596),
            item("", "XD", "2023", 1.0),
            item("UKR", "UA", "1989", 5.0),
            item("", "UA", "1992", 52.5),
            item("HKG", "HK", "2023", 7.0),
            item("USA", "US", "2024", None),
        )
    )
    assert figure(loaded, "IND", 2023) == figure(world_bank.read(FIXTURE), "IND", 2023) == 1438069596
    assert figure(loaded, "UKR", 1992) == 52.5
    assert loaded.frames["indicators"].height == 2
    assert (loaded.rows_in, loaded.rows_used, [one.count for one in loaded.set_aside]) == (6, 3, [1, 1, 1])
    assert (loaded.part, loaded.origin["table"]["as_of"]) == ("SP.POP.TOTL", "2025-10-07")


@pytest.mark.parametrize(
    "text",
    [
        '[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]',
        '[{"page":1,"pages":1},null]',
        '[{"page":1,"pages":1},[]]',
        "[]",
        "[1,2]",
        "{}",
        '[{"page":1,"pages":1},[{"date":"2020"}]]',
        '[{"page":1',
        "[" * 100_000,
    ],
)
def test_an_answer_without_data_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answer.json"
    path.write_text(text)
    with pytest.raises(SourceError):
        world_bank.read(path)


@pytest.mark.parametrize(
    ("day", "value", "said"),
    [("2020Q1", 1.0, "2020Q1"), ("2020", "1", "not a number"), ("2020", True, "not a number"), ("2020", float("nan"), "nan")],
)
def test_a_bad_row_of_an_answer_is_refused(tmp_path: Path, day: str, value: object, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        world_bank.read(answer(tmp_path, item("IND", "IN", day, value)))
    assert said in f"{caught.value} {caught.value.why}"


def test_one_page_of_several_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="page 1 of 3"):
        world_bank.read(answer(tmp_path, item("IND", "IN", "2020", 1.0), pages=3))


@pytest.mark.parametrize("large", [0, 10**9])
def test_the_whole_wdi_is_read_for_the_indicators_that_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int) -> None:
    monkeypatch.setattr(world_bank_layouts, "LARGE_BYTES", large)
    loaded = world_bank.read(whole(tmp_path))
    assert loaded.frames["indicators"].equals(world_bank.read(FIXTURE).frames["indicators"])
    assert loaded.part == "WDI"
    assert (loaded.rows_in, loaded.rows_used, loaded.set_aside[0].count) == (11, 6, 1)
    assert loaded.set_aside[1].first_line == world_bank.read(FIXTURE).set_aside[0].first_line - 4, "lines of the file, after its preamble"


def test_the_archive_of_the_api(tmp_path: Path) -> None:
    path = tmp_path / "SP.POP.TOTL.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(FIXTURE, "API_SP.POP.TOTL_DS2_en_csv_v2_1.csv")
        archive.writestr("Metadata_Country_API_SP.POP.TOTL_DS2_en_csv_v2_1.csv", "x")
    assert world_bank.read(path).frames["indicators"].equals(world_bank.read(FIXTURE).frames["indicators"])


def test_another_indicator_keeps_its_code_and_its_unit(tmp_path: Path) -> None:
    text = (
        FIXTURE.read_text(encoding="utf-8").replace("SP.POP.TOTL", "NY.GDP.PCAP.PP.KD").replace("Population, total", "GDP (constant US$)")
    )
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    loaded = world_bank.read(tmp_path / "a.csv")
    kept = loaded.frames["indicators"].select("indicator", "unit").unique().rows()
    assert kept == [("ny_gdp_pcap_pp_kd", "constant US$")]
    assert loaded.part == "NY.GDP.PCAP.PP.KD"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Population, total","SP.POP.TOTL","', '"Population, total","SP.POP.TOTL","..', "column 1960: '..*' is not a number"),
        ('"Country Name","Country Code","Indicator Name"', '"Country Name","Indicator Name","Country Code"', "no codes of the World Bank"),
        ('"1960"', '"1961"', "stands twice"),
        ('"CHN"', '"USA"', "stands twice"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        world_bank.read(rewritten(FIXTURE, tmp_path, old, new))


def test_unknown_codes_are_told_and_many_are_refused(tmp_path: Path) -> None:
    loaded = world_bank.read(rewritten(FIXTURE, tmp_path, '"WLD"', '"QQA"'))
    assert any("QQA" in one.reason for one in loaded.set_aside)
    text = FIXTURE.read_text(encoding="utf-8")
    for at, code in enumerate(("WLD", "EUU", "HKG", "PSE")):
        text = text.replace(f'"{code}"', f'"QQ{at}"')
    (tmp_path / "b.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="QQ0, QQ1"):
        world_bank.read(tmp_path / "b.csv")


def test_broken_files_are_refused(tmp_path: Path) -> None:
    refuses_all(world_bank.read, FIXTURE, "Indicator Code", tmp_path)


def test_addresses() -> None:
    assert [one.name for one in world_bank.downloads(())] == [f"{code}.zip" for code in world_bank.DEFAULT]
    with pytest.raises(UsageError):
        world_bank.downloads(("../x",))


@pytest.mark.parametrize(
    ("name", "rows", "part", "figures"),
    [
        ("WDI_GDP.csv", 266, "NY.GDP.PCAP.CD", 10_353),
        ("WDI_POPULATION.csv", 266, "SP.POP.TOTL", 10_953),
        ("API_NY.GDP.PCAP.CD_DS2_en_csv_v2_10181232.csv", 264, "NY.GDP.PCAP.CD", 8_568),
    ],
)
def test_whole_files(shared: Path, name: str, rows: int, part: str, figures: int) -> None:
    """The file that is named for gross domestic product holds it per head: the indicator is read from the rows."""
    loaded = world_bank.read(shared / "capability" / name)
    frame = check_rows(TABLES["indicators"], loaded.frames["indicators"])
    assert (loaded.rows_in, loaded.rows_used, loaded.part, frame.height) == (rows, 194, part, figures)
    assert loaded.rows_in == loaded.rows_used + sum(one.count for one in loaded.set_aside)
    assert frame["state"].n_unique() <= 194
