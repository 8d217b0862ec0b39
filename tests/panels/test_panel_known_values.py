"""Published figures, from the official files that are not part of the project."""

from __future__ import annotations

import gzip

import polars as pl
import pytest

from nonaligned.panels import panel
from nonaligned.record.loading import load_rows
from nonaligned.record.store import Record
from nonaligned.sources import source

FILES = {
    "un_votes": "unga/UNVotes_1946-2024.csv.gz",
    "sipri_transfers": "sipri/register_17col_1995-2024.csv",
    "cow_trade": "trade/cow_trade_ddy_1946-2014.csv.gz",
    "atop": "treaties/atop51_directed_dyad_year.csv.gz",
}


@pytest.fixture(scope="module")
def full(shared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("full")
    for name, file in FILES.items():
        load_rows(folder, name, source(name).read(shared / file), [shared / file])
    return Record(folder)


def pairs(frame, column):
    return {(row["state_a"], row["state_b"]): row[column] for row in frame.to_dicts()}


def test_agreement_of_the_session_of_2023(full):
    """The published 2023 is the session that opened in September 2023 (its number + 1945), as in Voeten's files."""
    frame = panel("dyad_year", 2023, ["CHN", "IND", "USA"], record=full).add("agreement", year="session").frame
    found = {key: round(value, 4) for key, value in pairs(frame, "agreement").items()}
    assert found == {("CHN", "IND"): 0.8176, ("IND", "USA"): 0.3547, ("CHN", "USA"): 0.2791}
    assert pairs(frame, "n_votes_shared") == {("CHN", "IND"): 85, ("IND", "USA"): 86, ("CHN", "USA"): 86}


def test_agreement_of_the_calendar_year_is_that_of_the_file_s_days(full, shared):
    votes = pl.read_csv(shared / FILES["un_votes"], infer_schema_length=None, null_values=["NA"], columns=["rcid", "ccode", "vote", "date"])
    votes = votes.filter(pl.col("date").str.starts_with("1985") & pl.col("vote").is_in([1, 2, 3])).select("rcid", "ccode", "vote")
    one, other = (votes.filter(pl.col("ccode") == number) for number in (750, 365))
    both = one.join(other, on="rcid")
    wanted = both.select((1 - (pl.col("vote") - pl.col("vote_right")).abs() / 2).mean()).item()
    row = panel("dyad_year", 1985, ["IND", "SUN"], record=full).add("agreement").frame.row(0, named=True)
    assert row["n_votes_shared"] == both.height
    assert row["agreement"] == pytest.approx(wanted, abs=0.005), "landmark votes stand corrected"


def test_india_s_suppliers(full):
    built = panel("directed_dyad_year", (2020, 2024), ["IND"], partners="all", record=full).add("arms")
    volume = dict(built.frame.filter(pl.col("state_2") == "IND").group_by("state_1").agg(pl.col("arms_tiv").sum()).iter_rows())
    query = "SELECT sum(tiv) AS tiv FROM arms_deliveries WHERE recipient = 'IND' AND delivered_year BETWEEN 2020 AND 2024"
    register, unknown = (full.rows(f"{query} AND {rule}")[0]["tiv"] or 0 for rule in ("true", "supplier = ''"))
    assert sum(volume.values()) == pytest.approx(register - unknown), "nothing of the register is lost in the merge"
    shares = {state: round(100 * volume[state] / register, 1) for state in ("RUS", "FRA", "ISR")}
    assert shares == {"RUS": 36.0, "FRA": 33.0, "ISR": 12.6}


def test_nothing_of_the_trade_file_is_lost_or_doubled(full, shared):
    with gzip.open(shared / FILES["cow_trade"]) as handle:
        rows = pl.read_csv(handle.read(), infer_schema_length=None).filter(pl.col("year") == 2014)
    rows = rows.with_columns(pl.min_horizontal("ccode1", "ccode2").alias("a"), pl.max_horizontal("ccode1", "ccode2").alias("b"))
    rows = rows.unique(["a", "b"])
    millions = sum(rows.filter(pl.col(flow) >= 0)[flow].sum() for flow in ("flow1", "flow2"))
    frame = panel("directed_dyad_year", 2014, record=full).add("trade", source="cow_trade").frame
    assert frame["exports_usd"].sum() == pytest.approx(millions * 1e6, rel=1e-6)


def test_obligations_are_0_inside_atop_s_years_and_missing_after(full):
    frame = panel("directed_dyad_year", (2018, 2019), record=full).add("treaties", source="atop").frame
    inside, after = (frame.filter(pl.col("year") == year) for year in (2018, 2019))
    assert inside["defense"].null_count() == 0
    assert after["defense"].null_count() == after.height
    rows = full.rows("SELECT count(*) AS n FROM treaties WHERE source = 'atop' AND year = 2018 AND obligation = 'defense'")
    assert inside["defense"].sum() == rows[0]["n"]
    pledge = {(row["state_1"], row["state_2"]): row["defense"] for row in inside.to_dicts()}
    assert (pledge["USA", "FRA"], pledge["USA", "IND"]) == (1, 0)
