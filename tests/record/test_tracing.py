"""From a number back to the rows of official files, and to their hash and address."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from killing import ORIGIN, put

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.record.store import Record
from nonaligned.record.tables import TABLES
from nonaligned.record.tracing import parse_keys, reference, trace_rows

ADDRESS = "https://example.org/register.csv"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "register, as downloaded.csv"
    path.write_text("made register\n", encoding="utf-8")
    return path


def deliveries(rows: list[tuple[str, str, int, float]], register: str = "17 columns") -> dict[str, pl.DataFrame]:
    """Test rows of a made register, with the deals that they are of."""
    plain: dict[str, Any] = {"deal_id": [f"{register[:2]}-{number}" for number in range(len(rows))], "register": register, "source": "made"}
    sides = {"supplier": [row[0] for row in rows], "recipient": [row[1] for row in rows]}
    years = {"delivered_year": [row[2] for row in rows], "tiv": [row[3] for row in rows], "is_split": "0"}
    return {"arms_deliveries": pl.DataFrame(plain | sides | years), "arms_deals": pl.DataFrame(plain | sides | {"weapon": "test"})}


@pytest.fixture
def record(tmp_path: Path, raw: Path) -> Record:
    rows = [
        ("RUS", "IND", 2000, 60.0),
        ("RUS", "IND", 2003, 15.0),
        ("FRA", "IND", 2004, 25.0),
        ("RUS", "IND", 2005, 99.0),
        ("RUS", "BRA", 2001, 9.0),
    ]
    put(tmp_path / "record", "made", deliveries(rows), raw, urls={raw.name: ADDRESS}, part="17 columns")
    return Record(tmp_path / "record")


def test_a_share_leads_to_its_deliveries_its_deals_and_the_official_file(record, raw):
    keys = {"recipient": "IND", "supplier": "RUS", "last_year": "2004", "kind": "computed", "source": "made"}
    trace = trace_rows(record, "arms_shares", keys)
    assert [step.table for step in trace.steps] == ["arms_shares", "arms_deliveries", "arms_deliveries", "arms_deals"]
    (share,) = trace.steps[0].rows
    assert share["share"] == 75.0
    assert sum(row["tiv"] for row in trace.steps[1].rows) == share["recipient_tiv"], "the whole, by supplier"
    found = trace.steps[2]
    assert [(row["delivered_year"], row["tiv"]) for row in found.rows] == [(2000, 60.0), (2003, 15.0)]
    assert share["share"] == 100 * sum(row["tiv"] for row in found.rows) / share["recipient_tiv"], "the number follows from the rows"
    assert {row["deal_id"] for row in found.rows} == {row["deal_id"] for row in trace.steps[3].rows}
    origins = [one for one in trace.origins if one["source"] == "made"]
    assert {one["sha256"] for one in origins} == {hashlib.sha256(raw.read_bytes()).hexdigest()}
    assert {(one["url"], one["producer"], one["file"]) for one in origins} == {(ADDRESS, "The tests", raw.name)}
    assert [Path(path).read_bytes() for path in origins[0]["snapshots"]] == [raw.read_bytes()]


def test_each_step_can_be_asked_again_and_gives_all_its_rows(record):
    trace = trace_rows(record, "arms_transfers", {"supplier": "RUS", "recipient": "IND", "year": "2000"})
    assert [step.table for step in trace.steps] == ["arms_transfers", "arms_deliveries", "arms_deals"]
    for step in trace.steps:
        assert record.ask(step.query).height == step.count == len(step.rows)


def test_rows_lead_to_the_layout_that_they_are_from_alone(tmp_path, raw, record):
    older = tmp_path / "older.csv"
    older.write_text("made older register\n", encoding="utf-8")
    put(record.directory, "made", deliveries([("RUS", "IND", 1995, 4.0)], "16 columns"), older, part="16 columns")
    both = Record(record.directory)
    for year, file in ((1995, "older.csv"), (2000, raw.name)):
        trace = trace_rows(both, "arms_deliveries", {"recipient": "IND", "delivered_year": str(year)})
        assert [one["file"] for one in trace.origins if one["source"] == "made"] == [file]


def test_a_statement_leads_to_the_loaded_flows_on_both_sides(tmp_path, raw):
    flows = {
        "exporter": ["IND", "RUS", "IND"], "importer": ["RUS", "IND", "RUS"], "year": [2001, 2001, 2002], "reporter": "IND",
        "value_usd": [10.0, 4.0, 9.0], "valuation": "fob", "prices": "current", "source": "made",
    }  # fmt: skip
    put(tmp_path / "record", "made", {"trade": pl.DataFrame(flows)}, raw)
    keys = {"reporter": "IND", "partner": "RUS", "period": "2001", "flow": "total", "source": "made"}
    trace = trace_rows(Record(tmp_path / "record"), "trade_statements", keys)
    assert trace.steps[0].rows[0]["value_usd"] == 14.0
    assert [row["value_usd"] for row in trace.steps[1].rows] == [10.0, 4.0]
    assert [one["file"] for one in trace.origins if one["source"] == "made"] == [raw.name]


def test_a_spell_leads_to_its_years_and_their_document(tmp_path, raw):
    rows = {"sender": "IND", "receiver": "BRA", "year": [1951, 1952, 1954], "obligation": "defense", "source": "made"}
    put(tmp_path / "record", "made", {"treaties": pl.DataFrame(rows)}, raw)
    keys = {"sender": "IND", "receiver": "BRA", "obligation": "defense", "first_year": "1951"}
    trace = trace_rows(Record(tmp_path / "record"), "treaty_spells", keys)
    assert trace.steps[0].rows[0]["last_year"] == 1952
    assert [row["year"] for row in trace.steps[1].rows] == [1951, 1952]
    assert {one["file"] for one in trace.origins} == {raw.name}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_every_starter_row_has_a_producer_and_a_document(table):
    record = Record(Path("/nonexistent"))
    rows = record.rows(f"SELECT * FROM {table.name} ORDER BY {', '.join(table.key)} LIMIT 1")
    if not rows:
        return  # nothing ships in it
    trace = trace_rows(record, table.name, parse_keys(shlex.split(reference(table.name, rows[0]))[1:]))
    assert dict(trace.steps[0].rows[0]) == rows[0]
    assert trace.steps[0].count == 1, "a key is one row"
    assert trace.origins
    assert all(one["producer"] and one["title"] and not one["snapshots"] for one in trace.origins)


@pytest.mark.parametrize("value", ["'; DROP TABLE votes; --", "' OR '1' = '1", "IND' --", "", "\x00"])
def test_a_value_of_a_key_is_no_sql(value):
    record = Record(Path("/nonexistent"))
    with pytest.raises(NotLoadedError) as refused:
        trace_rows(record, "votes", {"rcid": "A/RES/ES-11/1", "state": value})
    assert refused.value.exit_code == 3
    assert record.rows("SELECT count(*) > 1000 AS many FROM votes") == [{"many": True}]


@pytest.mark.parametrize(
    ("table", "keys", "word"),
    [
        ("voets", {"state": "IND"}, "voets"),
        ("votes", {}, "rcid"),
        ("votes", {"country": "IND"}, "country"),
        ("votes", {"1=1 --": "x"}, "1=1"),
    ],
)
def test_what_cannot_be_traced_is_said(table, keys, word):
    with pytest.raises(UsageError) as refused:
        trace_rows(Record(Path("/nonexistent")), table, keys)
    assert word in refused.value.message + refused.value.why


@pytest.mark.parametrize("word", ["state", "=IND", ""])
def test_a_word_that_is_no_key_and_value_is_said(word):
    with pytest.raises(UsageError, match="KEY=VALUE"):
        parse_keys([word])


def test_the_tests_rows_are_named_as_such():
    assert ORIGIN["source"]["made"]["producer"] == "The tests"
