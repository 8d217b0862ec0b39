from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from nonaligned.ground.origins import read_origin
from nonaligned.record.checks import check_rows
from nonaligned.record.fields import FIELDS, STATE_COLUMNS
from nonaligned.record.starter import starter_directory, starter_origin, starter_path
from nonaligned.record.store import Record
from nonaligned.record.tables import TABLES, Table
from nonaligned.world.days import parse_day
from nonaligned.world.states import states

EACH = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
WORLD = Path(__file__).resolve().parents[2] / "src" / "nonaligned" / "world" / "data"
DATA_FILES = sorted(p for folder in (starter_directory(), WORLD) for p in folder.glob("*.csv") if not p.name.endswith(".corrections.csv"))
BESIDE_STATES = {"OTHER", "COMPILED", "EU", "NATO", "UN", ""}
SHIPPED = pytest.mark.parametrize(
    "table", [table for table in TABLES.values() if starter_path(table.name).exists()], ids=lambda table: table.name
)
OWN = pytest.mark.parametrize("name", sorted(p.stem for p in DATA_FILES if p.parent == starter_directory()))


def starter(table: Table) -> list[dict[str, object]]:
    return Record().rows(f"SELECT * FROM {table.name}")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


def test_every_starter_file_is_a_table():
    assert {p.stem for p in DATA_FILES if p.parent == starter_directory()} <= set(TABLES)


def test_every_field_is_used_and_each_is_described():
    assert set(FIELDS) == {name for table in TABLES.values() for name in table.columns}
    assert all(field.description and field.name == name for name, field in FIELDS.items())


@EACH
def test_a_table_is_keyed_by_columns_of_its_own(table):
    assert set(table.key) <= set(table.columns)
    assert set(table.yields_to_starter) | set(table.yields_to_loaded) <= set(table.key)
    assert "source" in table.columns
    assert table.description.endswith(".")


@SHIPPED
def test_starter_rows_satisfy_their_own_definitions(table):
    frame = Record().frame(f"SELECT * FROM {table.name}")
    assert check_rows(table, frame).height == frame.height > 0


@OWN
def test_every_row_of_a_file_is_a_row_of_its_table_with_all_its_columns(name):
    rows = rows_of(starter_directory() / f"{name}.csv")
    assert set(rows[0]) <= set(TABLES[name].columns)
    assert Record().rows(f"SELECT count(*) AS n FROM {name}") == [{"n": len(rows)}]


@SHIPPED
def test_every_row_names_sources_that_an_origin_defines(table):
    origin = starter_origin(table.name)
    assert origin is not None
    found = Record().rows(f"SELECT DISTINCT unnest(string_split(source, '|')) AS key FROM {table.name}")
    assert {row["key"] for row in found} - set(origin.sources) == set()
    assert [source.key for source in origin.sources.values() if not (source.producer and source.title)] == []


@SHIPPED
def test_rows_are_states_of_the_register(table):
    known = {state.code for state in states(system=None)} | BESIDE_STATES
    record = Record()
    for name in STATE_COLUMNS & set(table.columns):
        assert {row[name] for row in record.rows(f"SELECT DISTINCT {name} FROM {table.name}")} - known == set()
    for name in {"about", "target"} & set(table.columns):
        rows = record.rows(f"SELECT DISTINCT unnest(string_split({name}, '|')) AS code FROM {table.name}")
        assert {row["code"] for row in rows} - known == set()


@SHIPPED
def test_nothing_lies_after_the_day_to_which_the_table_is_true(table):
    origin = starter_origin(table.name)
    assert origin is not None
    names = [name for name in ("date", "first_day", "last_day", "signed", "in_force", "first", "entry") if name in table.columns]
    late = Record().rows(
        f"SELECT * FROM {table.name} WHERE false "
        + " ".join(
            f"OR (CAST({name} AS VARCHAR) > '{origin.as_of}' AND CAST({name} AS VARCHAR) SIMILAR TO '[0-9]{{4}}.*')" for name in names
        )
        + " ".join(f" OR {name} > {origin.as_of.year}" for name in ("year", "last_year") if name in table.columns)
    )
    assert late == []


@OWN
def test_periods_end_after_they_begin(name):
    for row in rows_of(starter_directory() / f"{name}.csv"):
        for first, last in (("first_day", "last_day"), ("in_force", "ended"), ("first", "last"), ("first_year", "last_year")):
            one, two = parse_day(row.get(first, "")), parse_day(row.get(last, ""))
            assert one is None or two is None or one[0] <= two[1], row


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: path.stem)
def test_a_data_file_is_plain_and_has_its_origin(path):
    raw = path.read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.startswith(b"\xef\xbb\xbf")
    rows = rows_of(path)
    width = len(rows[0])
    assert all(None not in row and None not in row.values() and len(row) == width for row in rows)
    said = read_origin(path.with_name(f"{path.stem}.origin.toml"))
    assert said.title
    assert said.licence
    assert date(2020, 1, 1) <= said.as_of <= date.today()
    unknown = {key for row in rows for key in row["source"].split("|")} - set(said.sources)
    assert unknown == set()


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: path.stem)
def test_a_data_file_has_no_stray_spaces_and_no_formulas(path):
    for row in rows_of(path):
        for name, value in row.items():
            assert value == value.strip(), (name, row)
            assert not re.match(r"[=@\t]", value), (name, row)


def test_votes_add_up_to_the_published_totals_of_every_starter_roll_call():
    corrected = {row["key"].split(" ")[0] for row in rows_of(starter_directory() / "votes.corrections.csv")}
    counted = Record().rows(
        "SELECT r.rcid, r.yes, r.no, r.abstain, count(*) FILTER (v.vote = 'yes') AS y, count(*) FILTER (v.vote = 'no') AS n, "
        "count(*) FILTER (v.vote = 'abstain') AS a FROM roll_calls r JOIN votes v USING (rcid) GROUP BY ALL"
    )
    assert len(counted) > 100
    wrong = [row["rcid"] for row in counted if (row["yes"], row["no"], row["abstain"]) != (row["y"], row["n"], row["a"])]
    assert [rcid for rcid in wrong if rcid not in corrected] == []


def test_a_vote_belongs_to_a_roll_call_and_a_member_to_a_treaty():
    record = Record()
    assert record.rows("SELECT DISTINCT rcid FROM votes ANTI JOIN roll_calls USING (rcid)") == []
    assert record.rows("SELECT DISTINCT treaty_id FROM alliance_members ANTI JOIN alliances USING (treaty_id)") == []


def test_no_state_votes_before_it_is_a_member_or_after():
    members: dict[str, list[tuple[date, date]]] = {}
    for state in states(system=None):
        for spell in state.in_system("un"):
            start, end = parse_day(spell.span.first), parse_day(spell.span.last)
            members.setdefault(state.code, []).append((start[0] if start else date.min, end[1] if end else date.max))
    cast = Record().rows("SELECT v.state, r.date, v.rcid FROM votes v JOIN roll_calls r USING (rcid) WHERE r.body = 'UNGA'")
    seated = {("A/RES/2758(XXVI)", "TWN")}  # the vote that gave its seat to another: it is listed as absent
    strangers = [
        row
        for row in cast
        if (row["rcid"], row["state"]) not in seated
        and not any(first <= row["date"] <= last for first, last in members.get(row["state"], ()))
    ]
    assert strangers == []


def test_shares_of_a_window_do_not_pass_the_whole():
    over = Record().rows(
        "SELECT recipient, first_year, last_year, sum(share) AS total FROM arms_shares WHERE kind = 'computed' "
        "GROUP BY ALL HAVING total > 100.5"
    )
    assert over == []
