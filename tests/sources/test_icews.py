from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonaligned.ground.errors import NonalignedError, SourceError
from nonaligned.ground.origins import parse_origin
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows
from nonaligned.sources.icews import read_icews

FIXTURE = Path(__file__).parent / "fixtures" / "icews.tab"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))


def events(rows: LoadedRows) -> pl.DataFrame:
    frame = pl.read_parquet(rows.frames["events"])
    assert check_rows(TABLES["events"], frame).height == frame.height == rows.rows_used
    assert rows.rows_in == rows.rows_used + sum(one.count for one in rows.set_aside)
    return frame


def rewritten(tmp_path: Path, line: int, column: str, value: str) -> Path:
    rows = [text.split("\t") for text in FIXTURE.read_text(encoding="utf-8").splitlines()]
    rows[line - 1][rows[0].index(column)] = value
    path = tmp_path / "icews.tab"
    path.write_text("\n".join("\t".join(cells) for cells in rows) + "\n", encoding="utf-8")
    return path


def test_rows_as_the_file_has_them():
    rows = read_icews(FIXTURE)
    frame = events(rows)
    found = frame.filter(pl.col("event_id") == "32889837").row(0, named=True)
    assert (found["date"], found["actor_state"], found["recipient_state"], found["code"]) == (date(2018, 6, 1), "VNM", "BGD", "040")
    assert (found["event_type"], found["intensity"], found["place"]) == ("CONSULT", 1.0, "Hanoi, Thanh Pho Ha Noi, Vietnam")
    assert found["recipient_sector"] == "Executive|Foreign Ministry|Government"
    plain = frame.filter(pl.col("event_id") == "32891065").row(0, named=True)
    assert (plain["actor"], plain["actor_sector"], plain["place"], plain["place_state"]) == ("Japan", "", "Japan", "JPN")
    assert (rows.rows_in, rows.rows_used, rows.part) == (40, 40, "icews")
    assert set(parse_origin(rows.origin).sources) == {"icews"}


def test_the_whole_sample(shared):
    rows = read_icews(shared / "events" / "icews_2018_sample.tab")
    frame = events(rows)
    assert (frame.height, rows.set_aside, len(rows.warnings)) == (3705, (), 3)  # every country's name is known
    assert dict(frame["actor_state"].value_counts().iter_rows())["IND"] == 720
    assert frame.filter(pl.col("recipient_state") == "PRK").height == 269
    assert frame.filter(pl.col("actor_state") == "PSE").height == 34
    assert frame.filter(pl.col("actor_state") == "MDA").height == 3
    assert frame.filter(pl.col("actor_state") == "").height == 147 + 2  # NA, and Hong Kong
    assert frame.filter(pl.col("date") == date(2018, 6, 1)).height == 2359


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Event Date", "2018-02-30", "column Event Date: it is no day"),
        ("Event Date", "", "column Event Date: it is no day of a century"),
        ("CAMEO Code", "9", "column CAMEO Code: it is no CAMEO code"),
        ("Intensity", "x", "column Intensity: it is not -10 to 10"),
        ("Latitude", "91", "column Latitude: it is no latitude"),
        ("Longitude", "inf", "column Longitude: it is no longitude"),
        ("Event ID", "", "column Event ID: it is empty"),
        ("Publisher", "a\tb", "it has 21 tab fields, not 20"),
    ],
)
def test_a_bad_cell_sets_its_line_aside_and_says_where(tmp_path, column, value, reason):
    rows = read_icews(rewritten(tmp_path, 17, column, value))
    (aside,) = rows.set_aside
    assert (aside.count, aside.first_line) == (1, 17)
    assert aside.reason.startswith(reason)
    assert events(rows).height == 39


def test_a_file_in_windows_1252_and_in_an_archive(tmp_path):
    path = rewritten(tmp_path, 5, "Source Name", "Nicolás Maduro")
    path.write_text(path.read_text(encoding="utf-8").encode("cp1252", "ignore").decode("cp1252"), encoding="utf-8")
    expected = events(read_icews(path)).sort("event_id")
    assert "Nicolás Maduro" in set(expected["actor"])
    (tmp_path / "old.tab").write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    assert events(read_icews(tmp_path / "old.tab")).sort("event_id").equals(expected)
    with zipfile.ZipFile(tmp_path / "events.2018.tab.zip", "w") as archive:
        archive.write(path, "events.2018.tab")
    rows = read_icews(tmp_path / "events.2018.tab.zip")
    assert rows.part == "events.2018"
    assert events(rows).sort("event_id").equals(expected)


def test_a_country_that_cannot_be_told_is_said_and_many_are_refused(tmp_path):
    rows = read_icews(rewritten(tmp_path, 5, "Source Country", "Ruritania"))
    assert any("1 rows have no actor state: Ruritania" in warning for warning in rows.warnings)
    lines = FIXTURE.read_text(encoding="utf-8").replace("\tBangladesh\t", "\tRuritania\t").replace("\tJapan\t", "\tRuritania\t")
    lines = (
        lines.replace("\tVietnam\t", "\tRuritania\t").replace("\tIndia\t", "\tRuritania\t").replace("\tUnited States\t", "\tRuritania\t")
    )
    (tmp_path / "bad.tab").write_text(lines, encoding="utf-8")
    with pytest.raises(SourceError, match=r"bad\.tab, line \d+, column (Source |Target )?Country: 'Ruritania' is not a country"):
        read_icews(tmp_path / "bad.tab")


def test_other_files_are_refused(tmp_path):
    for data in (b"", b"<html></html>", b"Event ID\tEvent Date\n1\t2018-06-01\n", FIXTURE.read_bytes().split(b"\n")[0] + b"\n"):
        (tmp_path / "bad.tab").write_bytes(data)
        with pytest.raises(SourceError):
            read_icews(tmp_path / "bad.tab")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=4)), max_size=6), again=st.integers(0, 10))
def test_no_damage_breaks_the_reader(tmp_path, edits, again):
    data = bytearray(FIXTURE.read_bytes())
    data += b"".join(bytes(data).splitlines(keepends=True)[1 : again + 1])
    for where, length, piece in edits:
        at = int(where * (len(data) - 1))
        data[at : at + length] = piece
    (tmp_path / "damaged.tab").write_bytes(data)
    try:
        rows = read_icews(tmp_path / "damaged.tab")
    except NonalignedError:
        return
    assert events(rows).height > 0
