"""Archigos 4.1, in its official layout and the reduced one.

The official layout is written here from its documented columns; the reduced one is a cut of a real file.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from spoiled_files import assert_refused, refuses_broken, rows_of, with_cell

from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources.archigos import SOURCE, read_archigos

FIXTURE = Path(__file__).parent / "fixtures" / "archigos_reduced.csv"
OFFICIAL = (
    "obsid leadid ccode idacr leader startdate eindate enddate eoutdate entry exit exitcode prevtimesinoffice posttenurefate gender yrborn "
    "yrdied borndate ebirthdate deathdate edeathdate dbpedia.uri num.entry num.exit num.exitcode num.posttenurefate fties ftcur"
).split()


def leaders(path: Path) -> pl.DataFrame:
    return check_rows(TABLES["leaders"], read_archigos(path).frames["leaders"])


def spells(frame: pl.DataFrame, person: str) -> list[tuple[str, str, str]]:
    return frame.filter(pl.col("person") == person).sort("entry").select("state", "entry", "exit").rows()


def test_known_terms():
    """Manmohan Singh was sworn in on 22 May 2004 and resigned to the President on 26 May 2014 (Prime Minister's Office)."""
    assert spells(leaders(FIXTURE), "Manmohan Singh") == [("IND", "2004-05-22", "2014-05-26")]


def test_names_stand_in_readable_order():
    people = set(leaders(FIXTURE)["person"])
    assert {"R. Gandhi", "Charles, baron de Broqueville", "Mutsuhito (Emperor)"} <= people


def test_a_number_that_passes_on_makes_a_row_for_each_state():
    frame = leaders(FIXTURE)
    assert spells(frame, "Yeltsin") == [("SUN", "1991-08-21", "1991-12-25"), ("RUS", "1991-12-26", "1999-12-31")]
    assert spells(frame, "Saleh al-Hashidi") == [("YAR", "1978-07-17", "1990-05-21"), ("YEM", "1990-05-22", "2012-02-27")]
    assert frame.filter(pl.col("person") == "Yeltsin")["note"].str.contains("365 passed from SUN to RUS").all()


def test_whoever_is_in_office_at_the_end_has_no_exit():
    frame = leaders(FIXTURE)
    assert spells(frame, "Narendra Modi")[0][2] == ""
    assert spells(frame, "Salman bin Abdulaziz Al Saud") == [("SAU", "2015-01-23", "")]  # the source ends him with itself
    martelly = frame.filter(pl.col("person") == "Martelly").row(0, named=True)
    assert martelly["exit"] == ""
    assert "2014-12-31" in martelly["note"]


def test_the_official_layout_gives_the_same_rows(tmp_path):
    rows = rows_of(FIXTURE)
    lines = ["\t".join(OFFICIAL)]
    for row in rows[1:]:
        cells = dict(zip(rows[0], row, strict=True)) | {"ccode": row[rows[0].index("gwcode")].removesuffix(".0")}
        lines.append("\t".join(cells.get(name, "NA") for name in OFFICIAL))
    path = tmp_path / "1March_Archigos_4.1.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert leaders(path).equals(leaders(FIXTURE))


def test_the_whole_file(shared):
    loaded = read_archigos(shared / "leaders" / "archigos.csv")
    frame = check_rows(TABLES["leaders"], loaded.frames["leaders"])
    assert (loaded.rows_in, loaded.rows_used, frame.height) == (3409, 3409, 3414)
    assert loaded.origin["table"]["as_of"] == "2015-12-31"
    assert loaded.coverage["leaders"].last_year == 2015
    assert frame.filter(pl.col("exit") == "").height == 169  # 168 still in office, and King Salman
    assert not frame["person"].str.contains(r",\s*\p{Lu}").any()
    # She resigned on 22 March 1977 and was killed on 31 October 1984.
    assert spells(frame, "I. Gandhi") == [("IND", "1966-01-24", "1977-03-22"), ("IND", "1980-01-14", "1984-10-31")]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("startdate", "1984-13-01", ("line 3", "startdate", "1984-13-01")),
        ("enddate", "", ("line 3", "enddate")),
        ("enddate", "1700-01-01", ("line 3", "enddate")),
        ("gwcode", "9999", ("line 3", "gwcode", "9999")),
        ("leader", "", ("line 3", "leader")),
    ],
)
def test_a_bad_cell_is_named(tmp_path, column, value, words):
    assert_refused(read_archigos, with_cell(FIXTURE, tmp_path / "a.csv", 3, column, value), *words)


def test_broken_files_are_refused(tmp_path):
    refuses_broken(read_archigos, FIXTURE, tmp_path, "enddate", ("startdate", "leader"))


def test_the_download_is_declared():
    assert SOURCE.downloads is not None
    assert [one.name for one in SOURCE.downloads(())] == ["1March_Archigos_4.1.txt"]
