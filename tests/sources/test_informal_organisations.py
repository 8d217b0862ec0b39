"""Members of informal organisations: the source's years are the organisation's, and its codes are not all ISO's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from spoiled_files import assert_refused, refuses_broken, rows_of, with_cell, written

from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources.informal_organisations import SOURCE, read_informal_organisations
from nonaligned.world.days import Span
from nonaligned.world.groups import members

FIXTURE = Path(__file__).parent / "fixtures" / "informal_organisations.csv"


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return check_rows(TABLES["memberships"], read_informal_organisations(FIXTURE).frames["memberships"])


@pytest.fixture(scope="module")
def whole(shared: Path):
    return read_informal_organisations(shared / "groups" / "IIGO.csv")


def states_of(rows: pl.DataFrame, group: str) -> set[str]:
    return set(rows.filter(pl.col("group_code") == group)["state"])


def test_brics_of_2017_are_its_five_members(rows):
    """Johannesburg Declaration 2018, before the enlargement of 2024."""
    assert states_of(rows, "BRICS") == {"BRA", "RUS", "IND", "CHN", "ZAF"}


def test_an_entry_is_no_more_exact_than_the_source(rows):
    """South Africa joined BRICS in December 2010; the source has the year of the group alone."""
    row = rows.filter((pl.col("group_code") == "BRICS") & (pl.col("state") == "ZAF")).row(0, named=True)
    assert (row["entry"], row["exit"], row["role"]) == ("2009/2017", "", "member")
    assert Span(row["entry"], row["exit"]).covers(date(2010, 1, 1)) is None
    assert Span(row["entry"], row["exit"]).covers(date(2008, 1, 1)) is False
    assert Span(row["entry"], row["exit"]).covers(date(2018, 1, 1)) is True


def test_an_undated_organisation_has_no_first_year(rows):
    assert rows.filter(pl.col("group_code") == "ADM-Plus")["entry"].to_list() == ["..2017"]


def test_codes_that_are_not_iso_and_a_missing_one_are_told_by_the_name(rows):
    assert states_of(rows, "NAM") == {"IND", "DZA", "COD", "GNQ", "ZAF", "NAM"}


def test_two_organisations_under_one_code_are_kept_apart_and_one_without_a_code_has_its_title(rows):
    assert {"CG", ""}.isdisjoint(rows["group_code"])
    assert states_of(rows, "Contadora Group") == {"COL", "MEX", "PAN", "VEN"}
    assert states_of(rows, "Quint") == {"USA", "GBR", "FRA", "ITA"}  # and Germany, which the source calls East Germany


def test_the_quad_is_ours_and_australia_is_not_austria_hungary(rows):
    assert states_of(rows, "QUAD") == {"IND", "JPN", "USA"}


def test_an_organisation_that_ended_is_not_the_formal_one_of_today(rows):
    assert "ASEAN" not in set(rows["group_code"])
    asean = rows.filter(pl.col("group_code") == "ASEAN to 1976")
    assert set(asean["role"]) == {"listed member"}
    assert set(asean["exit"]) == {"1976"}
    assert "BRN" not in set(asean["state"])  # independent in 1984


def test_the_soviet_union_stands_in_its_own_years(rows):
    assert states_of(rows, "CFM") == {"SUN", "USA", "GBR", "FRA", "CHN"}


def test_rows_left_out_are_counted():
    loaded = read_informal_organisations(FIXTURE)
    assert loaded.rows_in == loaded.rows_used + sum(one.count for one in loaded.set_aside) == len(rows_of(FIXTURE)) - 1
    assert [one.count for one in loaded.set_aside] == [3]


def test_the_whole_file(whole):
    frame = check_rows(TABLES["memberships"], whole.frames["memberships"])
    assert (whole.rows_in, whole.rows_used, frame.height) == (3502, 3478, 3478)
    assert [one.count for one in whole.set_aside] == [24]
    assert whole.coverage["memberships"].last_year == 2017
    assert whole.origin["table"]["as_of"] == "2017-12-31"
    nam = states_of(frame, "NAM")
    assert len(nam) == 119  # 118 with a code and the Democratic Republic of the Congo, which has none
    assert nam <= set(members("NAM", date(2017, 12, 31)))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("Begin", "19x1", ("line 3", "Begin", "19x1")),
        ("End", "1800", ("line 3", "End")),
        ("Year", "", ("line 3", "Year")),
        ("stateID", "IND", ("line 3", "stateID")),  # code and name of two states
        ("Title", "", ("line 3", "Title")),
    ],
)
def test_a_bad_cell_is_named(tmp_path, column, value, words):
    assert_refused(read_informal_organisations, with_cell(FIXTURE, tmp_path / "a.csv", 3, column, value), *words)


def test_an_unknown_state_and_a_state_twice_are_refused(tmp_path):
    rows = rows_of(FIXTURE)
    strange = [rows[0], ["XQX", "Atlantis", *rows[1][2:]], *rows[2:]]
    assert_refused(read_informal_organisations, written(strange, tmp_path / "b.csv"), "line 2", "XQX")
    assert_refused(read_informal_organisations, written([*rows, rows[1]], tmp_path / "c.csv"), "stateID")


def test_broken_files_are_refused(tmp_path):
    refuses_broken(read_informal_organisations, FIXTURE, tmp_path, "igoID", ("stateID", "Begin"))


def test_the_source_is_declared():
    assert SOURCE.name == "informal_organisations"
    assert "10.1177/00220027221139431" in SOURCE.citation
