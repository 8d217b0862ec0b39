"""Groups and memberships: known counts and days, the laws of spells, and three outside references."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from nonaligned.ground.errors import UsageError
from nonaligned.ground.origins import read_origin, read_rows
from nonaligned.world import groups as g
from nonaligned.world.days import parse_day
from nonaligned.world.groups import group, group_gazetteer, is_member, members, memberships

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data sets are not beside the repository")
DATA = g.DATA

# From the groups' own pages, as counted on those days.
COUNTS = [
    ("UN", "1945-12-31", 51), ("UN", "1955-12-31", 76), ("UN", "1960-12-31", 99), ("UN", "1970-12-31", 127),
    ("UN", "1984-12-31", 159), ("UN", "1994-12-31", 185), ("UN", "2002-12-31", 191), ("UN", "2024-01-01", 193),
    ("NAM", "1961-09-06", 25), ("NAM", "2012-08-31", 120), ("NAM", "2024-06-01", 121), ("NATO", "1950-01-01", 12),
    ("NATO", "1990-01-01", 16), ("NATO", "2005-01-01", 26), ("NATO", "2024-03-07", 32), ("EU", "1958-01-01", 6),
    ("EU", "1986-01-01", 12), ("EU", "1995-01-01", 15), ("EU", "2004-05-01", 25), ("EU", "2013-07-01", 28),
    ("EU", "2020-02-01", 27), ("BRICS", "2010-12-31", 4), ("BRICS", "2024-01-01", 9), ("BRICS", "2025-01-06", 10),
    ("SCO", "2001-06-15", 6), ("SCO", "2017-06-09", 8), ("SCO", "2024-07-04", 10), ("ASEAN", "1967-08-08", 5),
    ("ASEAN", "1999-04-30", 10), ("ASEAN", "2025-10-26", 11), ("CSTO", "2024-01-01", 6), ("EAEU", "2016-01-01", 5),
    ("GCC", "2024-01-01", 6), ("G7", "1976-07-01", 7), ("G8", "2014-01-01", 8), ("G20", "2024-01-01", 19),
    ("AU", "2024-01-01", 55), ("OAU", "2002-01-01", 53), ("COMMONWEALTH", "2024-01-01", 56),
    ("OPEC", "2019-06-01", 14), ("OPEC", "2024-01-01", 12), ("OIC", "2024-01-01", 57),
    ("ARAB_LEAGUE", "2024-01-01", 22), ("OSCE", "2024-01-01", 57), ("OAS", "2018-01-01", 35),
    ("ECOWAS", "2024-01-01", 15), ("ECOWAS", "2025-02-01", 12), ("SAARC", "2024-01-01", 8),
    ("BIMSTEC", "2024-01-01", 7), ("QUAD", "2012-01-01", 0), ("QUAD", "2024-01-01", 4), ("CIS", "2024-01-01", 9),
    ("WARSAW_PACT", "1960-01-01", 8), ("WARSAW_PACT", "1991-07-02", 0),
]  # fmt: skip

FACTS = [
    ("IND", "NAM", "1961-09-01", True), ("RUS", "NAM", "2024-07-08", False), ("SUN", "NAM", "1980-01-01", False),
    ("CHN", "NAM", "2024-01-01", False), ("BRA", "NAM", "2024-01-01", False), ("MMR", "NAM", "1985-01-01", False),
    ("MMR", "NAM", "1995-01-01", True), ("CYP", "NAM", "2004-05-01", False), ("ARG", "NAM", "1990-01-01", True),
    ("ARG", "NAM", "1991-06-01", None), ("YUG", "NAM", "1980-01-01", True), ("FRA", "NATO", "1970-01-01", True),
    ("FIN", "NATO", "2023-04-03", False), ("FIN", "NATO", "2023-04-04", True),
    ("SWE", "NATO", "2024-03-06", False), ("GBR", "EU", "2020-01-31", True), ("GBR", "EU", "2020-02-01", False),
    ("RUS", "G8", "2014-03-25", False), ("SAU", "BRICS", "2025-01-01", False),
    ("IRN", "BRICS", "2023-12-31", False), ("IRN", "BRICS", "2024-01-01", True),
    ("IRN", "SCO", "2023-07-04", True), ("MAR", "AU", "2010-01-01", False), ("MAR", "AU", "2017-01-31", True),
    ("QAT", "OPEC", "2019-01-01", False), ("IDN", "UN", "1965-06-01", False), ("CHN", "UN", "1971-10-24", False),
    ("CHN", "UN", "1971-10-25", True), ("TWN", "UN", "1971-10-25", False), ("UZB", "CSTO", "2010-01-01", True),
    ("UZB", "CSTO", "2013-01-01", False), ("ARM", "CSTO", "2025-01-01", True), ("SSD", "NAM", "2023-10-01", None),
    ("VEN", "OAS", "2022-01-01", None), ("IND", "NAM", "2099-01-01", None), ("USA", "NAM", "1900-01-01", False),
]  # fmt: skip


@pytest.mark.parametrize(("code", "on", "n"), COUNTS)
def test_number_of_members(code: str, on: str, n: int) -> None:
    assert len(members(code, date.fromisoformat(on))) == n


@pytest.mark.parametrize(("state", "code", "on", "expected"), FACTS)
def test_membership_on_a_day(state: str, code: str, on: str, expected: bool | None) -> None:
    assert is_member(state, code, date.fromisoformat(on)) is expected


def test_observers_are_kept_apart_from_members() -> None:
    observers = members("NAM", date(2024, 7, 8), role="observer")
    assert {"RUS", "CHN", "BRA", "MEX", "SRB", "ARG"} <= set(observers)
    assert not set(observers) & set(members("NAM", date(2024, 7, 8)))
    assert "RUS" not in members("NAM", date(2021, 6, 30), role="observer")


def test_spells_obey_their_laws() -> None:
    codes = {entry.code: entry for entry in g.groups()}
    seen: set[tuple[str, str, str, str]] = set()
    for spell in memberships():
        start, end, founded = parse_day(spell.first), parse_day(spell.last), parse_day(codes[spell.group].founded)
        assert start is not None
        assert founded is not None
        assert spell.role in g.ROLES
        assert spell.group in codes
        assert start[1] >= founded[0], f"before the group was founded: {spell}"
        assert end is None or start[0] <= end[1], f"ends before it begins: {spell}"
        assert start[1] <= g.origin().as_of, f"after the day to which the record is true: {spell}"
        assert codes[spell.group].ended == "" or end is not None, f"outlives its group: {spell}"
        key = (spell.group, spell.state, spell.role, spell.first)
        assert key not in seen
        seen.add(key)
    for spell in memberships():
        if spell.role == "member":
            others = [o for o in memberships(spell.state, spell.group) if o.role == "member" and o is not spell]
            start = parse_day(spell.first)
            assert start is not None
            assert not any(o.covers(start[1]) for o in others), f"two memberships at once: {spell}"
        if spell.role == "suspended":
            start = parse_day(spell.first)
            assert start is not None
            assert is_member(spell.state, spell.group, start[1]), f"suspended but no member: {spell}"


def test_files_are_sorted_and_every_row_names_a_known_source() -> None:
    for table in ("groups", "memberships"):
        sources = read_origin(DATA / f"{table}.origin.toml").sources
        used = {key for row in read_rows(DATA / f"{table}.csv") for key in row["source"].split("|")}
        assert used == set(sources)
    rows = [(m.group, m.state) for m in memberships()]
    assert rows == sorted(rows)
    assert [x.code for x in g.groups()] == sorted(x.code for x in g.groups())
    assert {x.kind for x in g.groups()} <= set(g.KINDS)


def test_members_are_states_and_the_united_nations_has_one_list() -> None:
    codes = {row["code"] for row in read_rows(DATA / "states.csv")}
    assert {spell.state for spell in memberships()} <= codes
    spells = read_rows(DATA / "state_spells.csv")
    theirs = {(row["code"], row["first"], row["last"]) for row in spells if row["system"] == "un"}
    assert {(m.state, m.first, m.last) for m in memberships(group="UN") if m.role == "member"} == theirs


def test_names_find_their_group() -> None:
    for form, code in (("non-aligned movement", "NAM"), ("the Quad", "QUAD"), ("G-20", "G20"), ("Opec+", "OPEC_PLUS")):
        assert group(form).code == code
    owners: dict[str, set[str]] = {}
    for form, code in group_gazetteer().items():
        owners.setdefault(form.lower(), set()).add(code)
    assert not {form: codes for form, codes in owners.items() if len(codes) > 1}
    assert not {"the bloc", "quad", "un", "au", "nam"} & set(group_gazetteer())
    with pytest.raises(UsageError) as caught:
        group("non-alined movement")
    assert "NAM" in caught.value.mend
    with pytest.raises(UsageError):
        members("NAM", role="friend")


# --- outside references; every difference is declared in memberships.corrections.csv and nothing else differs


def declared(reference: str) -> set[str]:
    return {row["key"] for row in read_rows(DATA / "memberships.corrections.csv") if row["reference"] == reference}


@needs_shared
def test_agrees_with_the_list_of_informal_organisations() -> None:
    theirs: dict[str, dict[str, str]] = {"NAM": {}, "BRICS": {}, "QUAD": {}}
    code = {"NAM": "NAM", "BRICS": "BRICS", "QSD": "QUAD"}
    with (SHARED / "groups" / "IIGO.csv").open(encoding="latin-1", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["igoID"] in code:
                theirs[code[row["igoID"]]][row["stateID"] or row["StateName"]] = row["Begin"]
    differences: set[str] = set()
    for name, listed in theirs.items():
        ours = set(members(name, date(2017, 12, 31)))
        differences |= {f"{name}:{state}" for state in ours ^ set(listed)}
        if name != "NAM":  # IIGO dates every spell of NAM to 1961
            firsts = {m.state: m.first[:4] for m in reversed(memberships(group=name)) if m.role == "member"}
            differences |= {f"{name}:{s}" for s in ours & set(listed) if firsts[s] != listed[s]}
    assert differences == declared("IIGO")


def votes() -> Iterator[tuple[str, int, date]]:
    """State, COW code and month of each distinct vote cast; the file's days are weekdays in its older part."""
    seen: set[tuple[str, str, str]] = set()
    with gzip.open(SHARED / "unga" / "UNVotes_1946-2024.csv.gz", "rt", encoding="latin-1") as handle:
        for row in csv.DictReader(handle):
            key = (row["Country"], row["ccode"], row["date"][:7])
            if row["vote"] in "123" and key not in seen:
                seen.add(key)
                yield row["Country"], int(row["ccode"]), date.fromisoformat(row["date"][:7] + "-01")


CODES = {"EAZ": ("ZAN",), "YUG": ("YUG", "SCG", "SRB"), "RUS": ("SUN", "RUS"), "YAR": ("YAR", "YEM")}


@needs_shared
def test_every_voter_in_the_assembly_is_a_member_in_that_month() -> None:
    strangers: set[str] = set()
    voted: set[str] = set()
    for country, _, month in votes():
        end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        voted |= set(CODES.get(country, (country,)))
        held = [m for code in CODES.get(country, (country,)) for m in memberships(code, "UN") if m.role == "member"]
        spans = [(parse_day(m.first), parse_day(m.last)) for m in held]
        if not any(a and a[0] < end and (b is None or b[1] >= month) for a, b in spans):
            strangers.add(f"UN:{country}:{month:%Y-%m}")
    assert strangers == declared("UNVotes")
    assert {m.state for m in memberships(group="UN") if m.role == "member"} <= voted


@needs_shared
def test_no_membership_begins_before_the_state_does() -> None:
    cow = {country: number for country, number, _ in votes() if country != "TWN"} | {"DEU": 255}  # TWN: China's seat
    spells: dict[int, list[date]] = {}
    for row in read_rows(SHARED / "states" / "cow_states.csv"):
        day = date(*(int(float(row[part])) for part in ("styear", "stmonth", "stday")))
        spells.setdefault(int(float(row["ccode"])), []).append(day)
    early: set[str] = set()
    for spell in memberships():
        start = parse_day(spell.first)
        if start and spell.state in cow and start[1] < min(spells[cow[spell.state]]):
            early.add(f"{spell.group}:{spell.state}")
    assert early == declared("COW")
