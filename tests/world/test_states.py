"""The states and their days, held against the reference lists and the UN's own counts."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonaligned.ground.errors import UsageError
from nonaligned.ground.origins import read_origin, read_rows
from nonaligned.world.days import parse_day
from nonaligned.world.states import (
    DATA,
    Spell,
    UnknownState,
    as_day,
    exists,
    numbered,
    state,
    states,
    successions,
)

SHARED = Path(__file__).parents[3] / "shared" / "data"
TABLES = ("states", "state_spells", "state_names", "state_successions", "not_states")
ALL = states(system=None)

# United Nations, "Growth in United Nations membership": members at the end of the year.
GROWTH = {
    1945: 51, 1946: 55, 1947: 57, 1948: 58, 1949: 59, 1950: 60, 1955: 76, 1956: 80, 1957: 82, 1958: 82, 1960: 99,
    1961: 104, 1962: 110, 1963: 113, 1964: 115, 1965: 117, 1966: 122, 1967: 123, 1968: 126, 1970: 127, 1971: 132,
    1973: 135, 1974: 138, 1975: 144, 1976: 147, 1977: 149, 1978: 151, 1979: 152, 1980: 154, 1981: 157, 1983: 158,
    1984: 159, 1990: 159, 1991: 166, 1992: 179, 1993: 184, 1994: 185, 1999: 188, 2000: 189, 2002: 191, 2006: 192,
    2011: 193,
}  # fmt: skip


def first_day(spell: Spell) -> date:
    bounds = parse_day(spell.span.first)
    assert bounds is not None
    return bounds[0]


def last_day(spell: Spell) -> date:
    bounds = parse_day(spell.span.last)
    return bounds[1] if bounds else date.max


def needs(path: str) -> Path:
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"reference file {path} is not beside the repository")
    return found


@pytest.mark.parametrize("table", TABLES)
def test_every_row_names_a_source_that_the_origin_defines(table: str) -> None:
    origin = read_origin(DATA / f"{table}.origin.toml")
    used: set[str] = set()
    for row in read_rows(DATA / f"{table}.csv"):
        assert None not in row, row
        used |= set(row["source"].split("|"))
    assert used == set(origin.sources)


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_sorted_and_without_repeats(table: str) -> None:
    rows = [tuple(row.values()) for row in read_rows(DATA / f"{table}.csv")]
    assert rows == sorted(rows)
    assert len(rows) == len(set(rows))


def test_codes_are_unique_within_each_scheme() -> None:
    for field in ("code", "name", "iso3"):
        found = [getattr(one, field) for one in ALL if getattr(one, field)]
        assert len(found) == len(set(found)), field
    living = [one for one in ALL if any(not spell.span.last for spell in one.spells)]
    for field in ("iso2", "un_m49", "cow_code", "gw_code"):
        found = [getattr(one, field) for one in living if getattr(one, field)]
        assert len(found) == len(set(found)), field


@pytest.mark.parametrize(("year", "members"), GROWTH.items())
def test_un_members_at_the_end_of_the_year(year: int, members: int) -> None:
    assert len(states(date(year, 12, 31), system="un")) == members


@given(st.dates(date(2011, 7, 14), date(2025, 12, 31)))
def test_193_members_since_south_sudan(day: date) -> None:
    assert len(states(day, system="un")) == 193


def test_the_china_seat_changes_hands_in_one_day() -> None:
    assert [exists(code, "1971-10-24", "un") for code in ("TWN", "CHN")] == [True, False]
    assert [exists(code, "1971-10-25", "un") for code in ("TWN", "CHN")] == [False, True]


@given(st.sampled_from(ALL))
def test_spells_of_one_system_are_ordered_and_disjoint(one) -> None:
    for system in ("cow", "gw", "un"):
        spells = one.in_system(system)
        for spell in spells:
            assert first_day(spell) <= last_day(spell)
        for before, after in pairwise(spells):
            assert last_day(before) < first_day(after)


@given(st.sampled_from(ALL), st.dates(date(1816, 1, 1), date(2025, 12, 31)), st.sampled_from(["cow", "gw", "un"]))
def test_exists_agrees_with_the_list_of_the_day(one, day: date, system) -> None:
    assert exists(one.code, day, system) == (one in states(day, system))


@given(st.sampled_from(["cow", "gw"]), st.dates(date(1816, 1, 1), date(2025, 12, 31)))
def test_a_number_belongs_to_one_state_a_day(system, day: date) -> None:
    for one in states(day, system):
        spell = next(spell for spell in one.in_system(system) if spell.span.covers(day))
        assert numbered(spell.number, system, day) == one


def test_numbers_pass_from_state_to_state() -> None:
    assert [numbered(365, on=day).code for day in ("1900-01-01", "1970-01-01", "2000-01-01")] == ["RUS", "SUN", "RUS"]
    years = ("1900", "1950", "1999", "2005", "2010")
    assert [numbered(345, on=f"{year}-07-01").code for year in years] == ["SRB", "YUG", "YUG", "SCG", "SRB"]
    assert numbered(260, on="1980-01-01").code == numbered(255, on="2000-01-01").code == "DEU"
    assert [numbered(678, "gw", day).code for day in ("1980-01-01", "2000-01-01")] == ["YAR", "YEM"]
    with pytest.raises(UnknownState):
        numbered(999)


def test_bad_input_is_refused() -> None:
    with pytest.raises(UnknownState):
        state("ZZZ")
    with pytest.raises(UsageError):
        as_day("yesterday")
    with pytest.raises(UsageError):
        states("2000-01-01", system="fifa")  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        states("2000-01-01", system=None)


def test_successions_join_known_states_at_the_right_time() -> None:
    for one in successions():
        bounds = parse_day(one.day)
        assert bounds is not None
        assert state(one.state).spells
        assert state(one.successor).spells
        if one.kind in ("joins", "merges"):
            ends = [last_day(spell) for spell in state(one.state).spells]
            assert min(ends) <= bounds[1] + timedelta(366), one
    ended = {one.code for one in ALL if one.spells and all(spell.span.last for spell in one.spells)}
    assert {"SUN", "YUG", "SCG", "CSK", "DDR", "YMD", "YAR", "VDR", "RVN"} <= ended
    assert ended - {one.state for one in successions()} == {"JOS", "TBT"}


def merged(spans: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join spans of which one begins on the day after the other ends."""
    joined: list[tuple[str, str]] = []
    for first, last in sorted(spans):
        if joined and joined[-1][1] and date.fromisoformat(joined[-1][1]) + timedelta(1) == date.fromisoformat(first):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def ours(system: str) -> dict[str, list[tuple[str, str]]]:
    spans: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in read_rows(DATA / "state_spells.csv"):
        if row["system"] == system and row["source"] == system:
            spans[row["number"]].append((row["first"], row["last"]))
    return {number: merged(found) for number, found in spans.items()}


def theirs(system: str) -> dict[str, list[tuple[str, str]]]:
    spans: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with needs(f"states/{system}_states.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            if system == "gw":
                first, last, number = row["startdate"], row["enddate"], row["gwcode"]
            else:
                number = row["ccode"]
                first, last = (
                    date(*(int(float(row[f"{end}{part}"])) for part in ("year", "month", "day"))).isoformat() for end in ("st", "end")
                )
            open_end = last == {"cow": "2016-12-31", "gw": "2017-12-31"}[system]
            spans[str(int(float(number)))].append((first, "" if open_end else last))
    return {number: merged(found) for number, found in spans.items()}


@pytest.mark.parametrize("system", ["cow", "gw"])
def test_spells_equal_the_reference_list_but_for_the_declared_corrections(system: str) -> None:
    reference, mine = theirs(system), ours(system)
    declared = {
        (row["key"], row["theirs"], row["ours"]) for row in read_rows(DATA / "state_spells.corrections.csv") if row["reference"] == system
    }
    assert set(mine) == set(reference)
    found: set[tuple[str, str, str]] = set()
    for number, spans in reference.items():
        assert len(spans) == len(mine[number]), number
        for their, our in zip(spans, mine[number], strict=True):
            for end, a, b in zip(("first", "last"), their, our, strict=True):
                if a != b:
                    found.add((f"{number} {end}", a, b))
    assert found == declared


def test_every_vote_since_1946_was_cast_by_a_member() -> None:
    """The file's days are unsure by weeks (days and months exchanged), so a vote may precede admission by 45 days."""
    votes: set[tuple[str, str]] = set()
    with gzip.open(needs("unga/UNVotes_1946-2024.csv.gz"), "rt", encoding="utf-8", errors="replace") as handle:
        for row in csv.DictReader(handle):
            if row["vote"] in ("1", "2", "3"):
                votes.add((row["ccode"], row["date"]))
    assert len(votes) > 100_000
    wrong: dict[str, str] = {}
    for number, text in votes:
        day = date.fromisoformat(text)
        code = numbered(number, "cow", day).code
        if not any(exists(code, day + timedelta(later), "un") for later in (0, 15, 30, 45)):
            wrong[f"{number} last"] = max(text, wrong.get(f"{number} last", ""))
    declared = {row["key"]: row["theirs"] for row in read_rows(DATA / "state_spells.corrections.csv") if row["reference"] == "unga_votes"}
    assert wrong == declared


def test_the_iso_columns_of_the_2025_resolutions_are_members() -> None:
    with needs("unga/es11_7-9_2025.csv").open(encoding="utf-8") as handle:
        header = next(csv.reader(handle))
    columns = set(header[header.index("tags") + 1 :])
    members = {one.code for one in states("2025-02-24", system="un")}
    assert columns <= members
    assert members - columns == {"AFG", "VEN"}  # did not vote on any of the three, and have no column
