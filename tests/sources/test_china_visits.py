"""Visits of China's leaders: what the list has, and which of its rows are no visits."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from spoiled_files import assert_refused, refuses_broken, rows_of, with_cell, written

from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources.china_visits import CEIAS, read_china_visits

FIXTURE = Path(__file__).parent / "fixtures" / "china_visits.csv"


def visits(path: Path) -> pl.DataFrame:
    return check_rows(TABLES["visits"], read_china_visits(path).frames["visits"])


def hosts(frame: pl.DataFrame, person: str, year: int) -> list[str]:
    return sorted(frame.filter((pl.col("person") == person) & (pl.col("year") == year))["host"])


def test_known_visits():
    """Zhou in Delhi in June 1954; Xi at Mamallapuram in October 2019; Xi in Hanoi in April 2025."""
    frame = visits(FIXTURE)
    assert hosts(frame, "Zhou Enlai", 1954) == ["IND"]
    assert hosts(frame, "Xi Jinping", 2019) == ["IND"]
    assert hosts(frame, "Xi Jinping", 2025) == ["VNM"]
    assert set(frame["visitor"]) == {"CHN"}
    assert set(frame["visit_number"]) == {1}


def test_rows_about_somebody_else_are_no_visits():
    """Xi was in neither Ukraine nor Kosovo in 2023, nor in India in 2025 before May: the pages cited are about others."""
    loaded = read_china_visits(FIXTURE)
    assert hosts(loaded.frames["visits"], "Xi Jinping", 2023) == []
    assert "Wang Yi" not in set(loaded.frames["visits"]["person"])
    assert [(one.count, one.reason) for one in loaded.set_aside] == [
        (5, "the press release cited is not about the named visitor"),
        (1, "the same visit from a second list"),
    ]
    assert loaded.rows_in == loaded.rows_used + 6 == len(rows_of(FIXTURE)) - 1
    assert loaded.origin["table"]["as_of"] == "2025-05-05"


def test_a_release_about_the_visitor_stays(tmp_path):
    path = with_cell(FIXTURE, tmp_path / "a.csv", 12, "Details", "Xi Jinping Arrives in Kyiv_Ministry of Foreign Affairs")
    assert hosts(visits(path), "Xi Jinping", 2023) == ["UKR"]


def test_states_of_their_time():
    frame = visits(FIXTURE)
    assert hosts(frame, "Mao Zedong", 1949) == ["SUN"]
    assert hosts(frame, "Zhou Enlai", 1956) == ["VDR"]
    assert hosts(frame, "Zhao Ziyang", 1987) == ["DDR"]


def test_a_stop_on_the_way_is_told():
    row = visits(FIXTURE).filter(pl.col("host") == "IRL").row(0, named=True)
    assert row["note"].startswith("In transit.")
    assert row["office"] == "head_of_government"


def test_several_visits_in_a_year_are_kept_apart(tmp_path):
    rows = rows_of(FIXTURE)
    again = next(row for row in rows if row[0] == "1954")
    frame = visits(written([*rows, again], tmp_path / "a.csv"))
    assert sorted(frame.filter(pl.col("year") == 1954)["visit_number"]) == [1, 2]


def test_the_whole_file(shared):
    loaded = read_china_visits(shared / "visits" / "china_leaders_abroad_1949-2025.csv")
    frame = check_rows(TABLES["visits"], loaded.frames["visits"])
    assert (loaded.rows_in, loaded.rows_used, frame.height) == (690, 621, 621)
    assert [one.count for one in loaded.set_aside] == [68, 1]
    assert frame.filter(pl.col("note").str.starts_with(CEIAS[-6:-1])).height == 566  # "almost 600 trips", CEIAS
    assert (loaded.coverage["visits"].first_year, loaded.coverage["visits"].is_complete) == (1949, False)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("Year", "54", ("line 3", "Year", "54")),
        ("Country", "Atlantis", ("line 3", "Country", "Atlantis")),
        ("Level", "King", ("line 3", "Level", "King")),
        ("Name", "", ("line 3", "Name")),
    ],
)
def test_a_bad_cell_is_named(tmp_path, column, value, words):
    assert_refused(read_china_visits, with_cell(FIXTURE, tmp_path / "a.csv", 3, column, value), *words)


def test_broken_files_are_refused(tmp_path):
    refuses_broken(read_china_visits, FIXTURE, tmp_path, "Country", ("Year", "Name"))
