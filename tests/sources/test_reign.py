"""REIGN: the list of leaders, and the monthly file (written here from its documented columns)."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from spoiled_files import assert_refused, refuses_broken, with_cell

from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources.reign import read_reign
from nonaligned.world.days import parse_day

FIXTURE = Path(__file__).parent / "fixtures" / "reign_leaderlist_3_21.csv"


def leaders(path: Path) -> pl.DataFrame:
    return check_rows(TABLES["leaders"], read_reign(path).frames["leaders"])


def spells(frame: pl.DataFrame, person: str) -> list[tuple[str, str, str]]:
    return frame.filter(pl.col("person") == person).sort("entry").select("state", "entry", "exit").rows()


def test_a_start_has_a_day_and_an_end_a_month():
    """Truman took the oath on 12 April 1945; Modi on 26 May 2014."""
    frame = leaders(FIXTURE)
    assert spells(frame, "Truman") == [("USA", "1945-04-12", "1953-01")]
    assert spells(frame, "Narendra Modi") == [("IND", "2014-05-26", "")]
    assert spells(frame, "Vajpayee") == [("IND", "1996-05-16", "1996-06"), ("IND", "1998-03-19", "2004-05")]


def test_a_spell_within_one_month_stays():
    assert spells(leaders(FIXTURE), "Maia Sandu") == [("MDA", "2019-06-08", "2019-06"), ("MDA", "2019-06-15", "2019-11")]


def test_a_number_that_passes_on_makes_a_row_for_each_state():
    assert spells(leaders(FIXTURE), "Yeltsin") == [("SUN", "1991-08-21", "1991-12-25"), ("RUS", "1991-12-26", "1999-12")]


def test_names_are_plain():
    frame = leaders(FIXTURE)
    assert {"Vincenzo Pedini", "Alvaro Casali", "Gloriana Ranocchini", "Isabel Peron", "Evans Paul", "Duvalier, Jean-"} <= set(
        frame["person"]
    )
    assert frame.filter(pl.col("person") == "Evans Paul")["note"].to_list() == ["Acting."]


def test_one_stray_byte_in_a_note_spoils_no_name(tmp_path):
    path = with_cell(FIXTURE, tmp_path / "a.csv", 3, "leader", "Katrín Jakobsdóttir")
    path.write_bytes(path.read_bytes().replace(b"translate.google", b"translate\x85google"))
    assert "Katrín Jakobsdóttir" in set(leaders(path)["person"])


def test_the_whole_list(shared):
    loaded = read_reign(shared / "leaders" / "leaderlist_3_21.csv")
    frame = check_rows(TABLES["leaders"], loaded.frames["leaders"])
    assert (loaded.rows_in, loaded.rows_used, frame.height) == (2524, 2524, 2528)
    assert frame.filter(pl.col("exit") == "").height == 194
    assert loaded.origin["table"]["as_of"] == "2021-02-22"
    assert "Katrín Jakobsdóttir" in set(frame["person"])
    assert all(parse_day(day) for day in frame["entry"])


def test_months_become_spells_no_more_exact_than_they_are(tmp_path):
    months = [
        ("Old", 2000, 1),
        ("Old", 2000, 2),
        ("New", 2000, 2),
        ("New", 2000, 3),
        ("Third", 2000, 4),
        ("New", 2000, 5),
        ("New", 2000, 6),
    ]
    path = tmp_path / "REIGN_2000_6.csv"
    lines = [f"750,India,{leader},{year}.0,{month}.0,1" for leader, year, month in months]
    path.write_text("\n".join(["ccode,country,leader,year,month,elected", *lines]) + "\n", encoding="utf-8")
    frame = leaders(path)
    assert spells(frame, "Old") == [("IND", "..2000-01", "2000-02")]
    assert spells(frame, "Third") == [("IND", "2000-03/2000-04", "2000-04/2000-05")]
    assert spells(frame, "New") == [("IND", "2000-02", "2000-03/2000-04"), ("IND", "2000-04/2000-05", "")]
    assert all(parse_day(day) for day in frame["entry"])
    loaded = read_reign(path)
    assert (loaded.part, loaded.rows_in, loaded.rows_used, loaded.origin["table"]["as_of"]) == ("", 7, 7, "2000-06-01")


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("sdate", "x", ("line 3", "sdate")),
        ("sdate", "", ("line 3", "sdate")),
        ("smonth", "13", ("line 3", "smonth", "13")),
        ("emonth", "", ("line 3", "emonth")),
        ("eyear", "1950", ("line 3", "eyear")),
        ("ccode", "9999", ("line 3", "ccode")),
        ("leader", "", ("line 3", "leader")),
    ],
)
def test_a_bad_cell_is_named(tmp_path, column, value, words):
    assert_refused(read_reign, with_cell(FIXTURE, tmp_path / "a.csv", 3, column, value), *words)


def test_a_day_that_its_month_has_not_is_refused(tmp_path):
    path = with_cell(FIXTURE, tmp_path / "a.csv", 2, "sdate", "31")  # April
    assert_refused(read_reign, path, "line 2", "sdate")


def test_broken_files_are_refused(tmp_path):
    refuses_broken(read_reign, FIXTURE, tmp_path, "eyear", ("syear", "leader"))
