"""Treaties in force: known obligations on known days, the laws of the two tables, and ATOP as the outside reference."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

import nonaligned.record
from nonaligned.ground.origins import read_origin, read_rows
from nonaligned.world.days import parse_day as bounds
from nonaligned.world.groups import DATA, memberships

STARTER = Path(nonaligned.record.__file__).parent / "starter"
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data sets are not beside the repository")
CLASSES = ("defense", "offense", "neutrality", "nonaggression", "consultation")
ATOP = ("atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul")
TREATIES = {row["treaty_id"]: row for row in read_rows(STARTER / "alliances.csv")}
PARTIES = tuple(read_rows(STARTER / "alliance_members.csv"))
# The defense pledges are complete outside this region (South Africa included), as the origin file says.
SUB_SAHARAN = set(
    "AGO BDI BEN BFA BWA CAF CIV CMR COD COG CPV ERI ETH GAB GHA GIN GMB GNB GNQ KEN LBR LSO MDG MLI MOZ MUS MWI NAM "
    "NER NGA RWA SEN SLE SSD STP SWZ SYC TCD TGO TZA UGA ZMB ZWE".split()
)


def covers(first: str, last: str, day: date) -> bool:
    start, end = bounds(first), bounds(last)
    return start is not None and start[1] <= day and (end is None or end[0] >= day)


def parties(treaty: str, day: date) -> set[str]:
    return {p["state"] for p in PARTIES if p["treaty_id"] == treaty and covers(p["first"], p["last"], day)}


def shared_by(a: str, b: str, day: date, obligation: str) -> set[str]:
    """The treaties with `obligation` to which both states are certainly parties on `day`."""
    return {key for key, t in TREATIES.items() if t[obligation] == "1" and {a, b} <= parties(key, day)}


@pytest.mark.parametrize(
    ("a", "b", "on", "obligation", "treaty"),
    [
        ("USA", "JPN", "2024-07-08", "defense", "USA_JPN_1960"),
        ("USA", "KOR", "1960-01-01", "defense", "USA_KOR_1953"),
        ("FRA", "USA", "1970-01-01", "defense", "NATO"),
        ("FIN", "TUR", "2023-04-04", "defense", "NATO"),
        ("CHN", "PRK", "2024-01-01", "defense", "CHN_PRK_1961"),
        ("RUS", "PRK", "2024-12-04", "defense", "RUS_PRK_2024"),
        ("SUN", "PRK", "1980-01-01", "defense", "SUN_PRK_1961"),
        ("RUS", "ARM", "2024-07-08", "defense", "COLLECTIVE_SECURITY_TREATY"),
        ("SUN", "IND", "1975-01-01", "neutrality", "SUN_IND_1971"),
        ("RUS", "IND", "2024-07-08", "consultation", "RUS_IND_1993"),
        ("RUS", "CHN", "2024-07-08", "nonaggression", "RUS_CHN_2001"),
        ("IND", "CHN", "2024-07-08", "nonaggression", "CHN_IND_1993"),
        ("PAK", "SAU", "2025-10-01", "defense", "SAU_PAK_2025"),
        ("TUR", "AZE", "2023-01-01", "defense", "TUR_AZE_2021"),
        ("AUS", "NZL", "2024-01-01", "defense", "ANZUS_AUS_NZL"),
        ("EGY", "ISR", "2024-01-01", "nonaggression", "EGY_ISR_1979"),
        ("GBR", "MYS", "2024-01-01", "consultation", "FIVE_POWER_DEFENCE"),
    ],
)
def test_obligation_in_force(a: str, b: str, on: str, obligation: str, treaty: str) -> None:
    assert treaty in shared_by(a, b, date.fromisoformat(on), obligation)


@pytest.mark.parametrize(
    ("a", "b", "on"),
    [
        ("IND", "RUS", "2024-07-08"), ("IND", "SUN", "1975-01-01"), ("IND", "USA", "2024-07-08"),
        ("CHN", "RUS", "2024-07-08"), ("CHN", "PAK", "2024-07-08"), ("USA", "NZL", "2000-01-01"),
        ("USA", "TWN", "1985-01-01"), ("RUS", "PRK", "2010-01-01"), ("USA", "ISR", "2024-01-01"),
        ("USA", "SAU", "2024-01-01"), ("RUS", "IRN", "2025-12-01"), ("RUS", "AZE", "2024-01-01"),
        ("USA", "UKR", "2024-01-01"), ("FIN", "USA", "2023-04-03"), ("GBR", "IRL", "2021-01-01"),
        ("USA", "CUB", "1990-01-01"), ("EGY", "SAU", "1985-01-01"), ("RUS", "SRB", "2024-01-01"),
        ("CHN", "SUN", "1985-01-01"), ("PAK", "SAU", "2025-09-16"),
    ],
)  # fmt: skip
def test_no_defense_pledge(a: str, b: str, on: str) -> None:
    assert not shared_by(a, b, date.fromisoformat(on), "defense")


def test_tables_obey_their_laws() -> None:
    states = {row["code"] for row in read_rows(DATA / "states.csv")}
    seen: set[tuple[str, str, str]] = set()
    for party in PARTIES:
        treaty = TREATIES[party["treaty_id"]]
        signed, start, end = bounds(treaty["signed"]), bounds(party["first"]), bounds(party["last"])
        assert party["state"] in states
        assert signed is not None
        assert start is not None
        assert start[1] >= signed[0], party
        assert end is None or end[1] >= start[0], party
        ended = bounds(treaty["ended"])
        assert ended is None or (end is not None and end[0] <= ended[1]), party
        key = (party["treaty_id"], party["state"], party["first"])
        assert key not in seen
        seen.add(key)
    for key, treaty in TREATIES.items():
        assert treaty["kind"] in ("bilateral", "multilateral")
        assert {"1"} <= {treaty[c] for c in CLASSES} <= {"0", "1"}, key
        ended = bounds(treaty["ended"])
        last = ended[0] if ended else read_origin(STARTER / "alliances.origin.toml").as_of
        if not any("/" in p["last"] for p in PARTIES if p["treaty_id"] == key):
            assert len(parties(key, last)) >= 2, f"{key} in force with fewer than two parties"
        if treaty["kind"] == "bilateral":
            assert len({"RUS" if p["state"] == "SUN" else p["state"] for p in PARTIES if p["treaty_id"] == key}) == 2
    assert list(TREATIES) == sorted(TREATIES)
    for table, rows in (("alliances", TREATIES.values()), ("alliance_members", PARTIES)):
        used = {source for row in rows for source in row["source"].split("|")}
        assert used == set(read_origin(STARTER / f"{table}.origin.toml").sources)


def test_parties_to_the_alliances_are_the_members_of_their_organisations() -> None:
    for treaty, group in (("NATO", "NATO"), ("WARSAW_PACT", "WARSAW_PACT"), ("COLLECTIVE_SECURITY_TREATY", "CSTO")):
        ours = {(p["state"], p["first"], p["last"]) for p in PARTIES if p["treaty_id"] == treaty}
        assert ours == {(m.state, m.first, m.last) for m in memberships(group=group) if m.role == "member"}


# --- ATOP 5.1: every difference is declared in treaties.corrections.csv, and nothing else differs


def declared(reference: str) -> set[str]:
    return {row["key"] for row in read_rows(STARTER / "alliances.corrections.csv") if row["reference"] == reference}


@cache
def atop() -> dict[tuple[str, str, int], set[str]]:
    """Dyad and year -> obligations of either side; China and Russia as in our codes."""
    names: dict[int, str] = {260: "DEU", 713: "TWN", 345: "YUG", 511: "ZAN", 817: "RVN"}
    for row in read_rows(DATA / "states.csv"):
        if row["cow_code"] and row["code"] not in ("SUN", "SCG", "SRB", "VDR"):
            names.setdefault(int(row["cow_code"]), row["code"])
    table: dict[tuple[str, str, int], set[str]] = {}
    with gzip.open(SHARED / "treaties" / "atop51_directed_dyad_year.csv.gz", "rt") as handle:
        for row in csv.DictReader(handle):
            codes = (int(float(row["ccode1"])), int(float(row["ccode2"])))
            if int(float(row["year"])) >= 1945 and set(codes) <= set(names):
                a, b = sorted(names[code] for code in codes)
                held = {ours for ours, theirs in zip(CLASSES, ATOP, strict=True) if float(row[theirs] or 0) == 1}
                table.setdefault((a, b, int(float(row["year"]))), set()).update(held)
    return table


@needs_shared
def test_defense_pledges_of_2018_are_those_of_atop() -> None:
    ours: set[tuple[str, str]] = set()
    for key, treaty in TREATIES.items():
        if treaty["defense"] == "1":
            ours |= set(combinations(sorted(parties(key, date(2018, 12, 31))), 2))
    theirs = {(a, b) for (a, b, year), held in atop().items() if year == 2018 and "defense" in held}
    assert len(theirs) > 1200
    differences = {f"{a}-{b}" for a, b in ours ^ theirs if not {a, b} & SUB_SAHARAN}
    assert differences == declared("ATOP 2018 defense")
    assert not {pair for pair in ours - theirs if set(pair) & SUB_SAHARAN}


@needs_shared
def test_bilateral_treaties_claim_no_obligation_that_atop_does_not_see() -> None:
    excess: set[str] = set()
    for key, treaty in TREATIES.items():
        start, end = bounds(treaty["in_force"]) or bounds(treaty["signed"]), bounds(treaty["ended"])
        pair = sorted({"RUS" if p["state"] == "SUN" else p["state"] for p in PARTIES if p["treaty_id"] == key})
        if treaty["kind"] == "bilateral" and start is not None:
            year = min(start[1].year, end[0].year if end else 9999)
            held = atop().get((pair[0], pair[1], year), set[str]())
            if year <= 2018 and not {c for c in CLASSES if treaty[c] == "1"} <= held:
                excess.add(key)
    assert excess == declared("ATOP obligations")
