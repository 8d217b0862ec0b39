"""The Global Sanctions Data Base: cells that list states whose names hold commas themselves."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from spoiled_files import assert_refused, refuses_broken, rows_of, with_cell, written

from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources.sanctions import read_sanctions

FIXTURE = Path(__file__).parent / "fixtures" / "sanctions.csv"


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return check_rows(TABLES["sanctions"], read_sanctions(FIXTURE).frames["sanctions"])


def pairs(rows: pl.DataFrame, case: str) -> set[tuple[str, str]]:
    return set(rows.filter(pl.col("case_id") == case).select("sender", "target").rows())


@pytest.mark.parametrize(
    ("case", "senders", "targets"),
    [
        ("1", "DEU", "DDR"),
        ("12", "AUT FIN SWE CHE", ""),  # Comecon is no group on file
        ("47", "EGY SYR", "JOR"),
        ("551", "COD ERI ETH KEN RWA TZA UGA ZMB", "BDI"),
        ("677", "EU CYP CZE EST HUN LVA LTU MLT POL SVK SVN BGR ROU TUR ISL LIE NOR", "AFG"),
        ("1081", "MRT DJI COM JOR LBY YEM NER", "QAT"),  # the source writes Yemen, North, in 2017
        ("1082", "SAU ARE BHR EGY", "QAT"),
        ("1176", "GBR", "GMB RUS VEN PAK"),
        ("1338", "RUS", "EAEU"),
        ("1364", "USA", "PRK SLV GTM HTI MLI UKR AZE BDI GIN IDN IRN CHN PER PHL RUS LKA VNM"),
        ("1460", "EU MKD MNE ALB UKR MDA BIH ISL LIE NOR", "IRN"),
        ("1480", "USA", "KOR TJK TUR ARE CHN CHE SGP KGZ MDV RUS"),
    ],
)
def test_lists_are_taken_apart(rows, case, senders, targets):
    assert pairs(rows, case) == {(sender, target) for sender in senders.split() for target in targets.split() or [""]}


def test_what_is_no_state_keeps_its_name(rows):
    hong_kong = rows.filter((pl.col("case_id") == "1463") & (pl.col("target") == "")).row(0, named=True)
    assert (hong_kong["target_name"], hong_kong["sender"]) == ("Hong Kong", "USA")
    assert rows.filter(pl.col("case_id") == "965")["sender_name"].to_list() == ["Kimberly Process Participants"]
    assert pairs(rows, "314") == {("EU", "LBY")}  # the EEC
    assert pairs(rows, "18") == {("ARAB_LEAGUE", "PSE")}


def test_vietnam_after_1975_is_not_the_south(rows):
    assert pairs(rows, "200") == {("USA", "VNM")}


def test_kinds_words_and_years(rows):
    row = rows.filter((pl.col("case_id") == "12") & (pl.col("sender") == "FIN")).row(0, named=True)
    assert (row["first_year"], row["last_year"], row["trade_scope"]) == (1950, 1994, "exp_part")
    assert (row["objective"], row["success"]) == ("prevent_war|policy_change", "success_total|failed")
    assert [row[f"is_{kind}"] for kind in ("trade", "arms", "military", "financial", "travel", "other")] == ["1", "0", "0", "0", "0", "0"]
    assert (row["is_sender_multiple"], row["is_target_multiple"]) == ("1", "1")


def test_the_whole_file(shared):
    loaded = read_sanctions(shared / "sanctions" / "GSDB_V4.csv")
    frame = check_rows(TABLES["sanctions"], loaded.frames["sanctions"])
    assert (loaded.rows_in, loaded.rows_used, frame["case_id"].n_unique(), frame.height) == (1547, 1547, 1547, 2247)
    assert (loaded.coverage["sanctions"].first_year, loaded.coverage["sanctions"].last_year) == (1949, 2023)
    qatar = frame.filter((pl.col("target") == "QAT") & (pl.col("first_year") == 2017))  # the blockade of June 2017
    assert {"SAU", "ARE", "BHR", "EGY"} <= set(qatar["sender"])
    assert frame.filter((pl.col("sender") == "EU") & (pl.col("target") == "RUS") & (pl.col("first_year") == 2022)).height
    nameless = frame.filter((pl.col("sender") == "") | (pl.col("target") == ""))
    assert nameless.height / frame.height < 0.03


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("begin", "194", ("line 3", "begin")),
        ("end", "1900", ("line 3", "end")),
        ("arms", "2", ("line 3", "arms", "'2'")),
        ("trade", "", ("line 3", "trade")),
        ("descr_trade", "exports", ("line 3", "descr_trade")),
        ("sanctioned_state", "Atlantis", ("line 3", "sanctioned_state", "Atlantis")),
        ("sanctioning_state", "Austria, Atlantis", ("line 3", "sanctioning_state")),
        ("case_id", "1", ("case_id",)),
        ("objective", "", ("line 3", "objective")),
    ],
)
def test_a_bad_cell_is_named(tmp_path, column, value, words):
    assert_refused(read_sanctions, with_cell(FIXTURE, tmp_path / "a.csv", 3, column, value), *words)


def test_the_dyadic_file_is_told_apart(tmp_path):
    header = "case_id sanctioned_state sanctioned_state_iso3 sanctioning_state sanctioning_state_iso3 year arms trade".split()
    row = ["1", "German Democratic Republic", "DDR", "Germany", "DEU", "1949", "0", "0"]
    assert_refused(read_sanctions, written([header, row], tmp_path / "GSDB_V4_dyadic.csv"), "dyadic")


def test_broken_files_are_refused(tmp_path):
    refuses_broken(read_sanctions, FIXTURE, tmp_path, "success", ("begin", "sanctioned_state"))


def test_every_row_of_the_fixture_is_used():
    loaded = read_sanctions(FIXTURE)
    assert loaded.rows_in == loaded.rows_used == len(rows_of(FIXTURE)) - 1
