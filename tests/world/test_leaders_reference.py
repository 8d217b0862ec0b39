"""Leaders in office against Archigos 4.1 (to 2015) and REIGN (to March 2021), and the laws that every row keeps.

``python tests/world/test_leaders_reference.py [STATE ...]`` prints the differences as rows of a corrections file.

Every spell of an effective leader there that lasted into 1990 or later must be found here under a top office of the
same state, with the same first and last day (REIGN gives the month of the end), or stand in a corrections file as
``key,reference,theirs,ours,reason`` with exactly the two sides that this comparison finds.
"""

from __future__ import annotations

import csv
import difflib
import re
import sys
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "src" / "nonaligned" / "world" / "data"
REFERENCE = ROOT.parent / "shared" / "data" / "leaders"
SINCE = "1990-01-01"
COLUMNS = ["state", "office", "person", "surname", "aliases", "title", "first", "last", "as_of", "source", "note"]
TOP = {"head_of_state", "head_of_government", "supreme_leader", "party_leader", "effective_leader"}
MINISTERS = {"foreign_minister", "defence_minister"}
BODIES = {"commission_president", "council_president", "high_representative", "secretary_general"}

# Correlates of War (and, where it differs, Gleditsch-Ward) numbers: several states may have borne one number.
NUMBERS = """
USA:2 CAN:20 BHS:31 CUB:40 HTI:41 DOM:42 JAM:51 TTO:52 BRB:53 DMA:54 GRD:55 LCA:56 VCT:57 ATG:58 KNA:60 MEX:70 BLZ:80
GTM:90 HND:91 SLV:92 NIC:93 CRI:94 PAN:95 COL:100 VEN:101 GUY:110 SUR:115 ECU:130 PER:135 BRA:140 BOL:145 PRY:150
CHL:155 ARG:160 URY:165 GBR:200 IRL:205 NLD:210 BEL:211 LUX:212 FRA:220 MCO:221 LIE:223 CHE:225 ESP:230 AND:232
PRT:235 DEU:255 DEU:260 DDR:265 POL:290 AUT:305 HUN:310 CSK:315 CZE:316 SVK:317 ITA:325 SMR:331 MLT:338 ALB:339
SRB:340 MNE:341 MKD:343 HRV:344 YUG:345 SCG:345 SRB:345 BIH:346 XKX:347 SVN:349 GRC:350 CYP:352 BGR:355 MDA:359
ROU:360 RUS:365 SUN:365 EST:366 LVA:367 LTU:368 UKR:369 BLR:370 ARM:371 GEO:372 AZE:373 FIN:375 SWE:380 NOR:385
DNK:390 ISL:395 CPV:402 STP:403 GNB:404 GNQ:411 GMB:420 MLI:432 SEN:433 BEN:434 MRT:435 NER:436 CIV:437 GIN:438
BFA:439 LBR:450 SLE:451 GHA:452 TGO:461 CMR:471 NGA:475 GAB:481 CAF:482 TCD:483 COG:484 COD:490 UGA:500 KEN:501
TZA:510 BDI:516 RWA:517 SOM:520 DJI:522 ETH:530 ERI:531 AGO:540 MOZ:541 ZMB:551 ZWE:552 MWI:553 ZAF:560 NAM:565
LSO:570 BWA:571 SWZ:572 MDG:580 COM:581 MUS:590 SYC:591 MAR:600 DZA:615 TUN:616 LBY:620 SDN:625 SSD:626 IRN:630
TUR:640 IRQ:645 EGY:651 SYR:652 LBN:660 JOR:663 ISR:666 SAU:670 YAR:678 YEM:678 YEM:679 YMD:680 KWT:690 BHR:692
QAT:694 ARE:696 OMN:698 AFG:700 TKM:701 TJK:702 KGZ:703 UZB:704 KAZ:705 CHN:710 MNG:712 TWN:713 PRK:731 KOR:732
JPN:740 IND:750 BTN:760 PAK:770 BGD:771 MMR:775 LKA:780 MDV:781 NPL:790 THA:800 KHM:811 LAO:812 VNM:816 MYS:820
SGP:830 BRN:835 PHL:840 IDN:850 TLS:860 AUS:900 PNG:910 NZL:920 VUT:935 SLB:940 KIR:946 TUV:947 FJI:950 TON:955
NRU:970 MHL:983 PLW:986 FSM:987 WSM:990
"""
STATES: dict[int, list[str]] = defaultdict(list)
for _pair in NUMBERS.split():
    STATES[int(_pair.split(":")[1])].append(_pair.split(":")[0])


@dataclass(frozen=True, slots=True)
class Spell:
    """One leader's continuous time in power as a reference data set gives it (`last` empty: still in power)."""

    reference: str
    number: int
    leader: str
    first: str
    last: str

    @property
    def theirs(self) -> str:
        return f"{self.first}..{self.last}"


@cache
def ours() -> list[dict[str, str]]:
    """Every row of every leaders file, with the file's name under ``file``."""
    rows: list[dict[str, str]] = []
    for path in sorted(DATA.glob("leaders*.csv")):
        if not path.name.endswith(".corrections.csv"):
            with path.open(encoding="utf-8", newline="") as handle:
                rows += [{**row, "file": path.stem} for row in csv.DictReader(handle)]
    return rows


@cache
def corrections() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for path in sorted(DATA.glob("leaders*.corrections.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            rows += list(csv.DictReader(handle))
    return rows


def archigos() -> Iterator[Spell]:
    with (REFERENCE / "archigos.csv").open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            # The data end on 2015-12-31: an end on that day is the end of the data, whatever the exit code says.
            last = "" if row["enddate"] >= "2015-12-31" else row["enddate"]
            if row["enddate"] >= SINCE:
                yield Spell("archigos", int(float(row["gwcode"])), row["leader"], row["startdate"], last)


def reign() -> Iterator[Spell]:
    path = REFERENCE / "leaderlist_3_21.csv"
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
        for row in csv.DictReader(handle):
            if not row["ccode"]:
                continue
            last = f"{int(row['eyear'])}-{int(row['emonth']):02}" if row["eyear"] else ""
            if not last or last >= SINCE[:7]:
                first = f"{int(row['syear'])}-{int(row['smonth']):02}-{int(row['sdate']):02}"
                yield Spell("reign", int(row["ccode"]), row["leader"], first, last)


def words(name: str) -> set[str]:
    """The distinctive words of a name, without accents, particles and initials."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    plain = plain.replace("ı", "i").replace("ø", "o").replace("ł", "l").replace("đ", "d")
    particles = {"bin", "ibn", "abd", "abu", "van", "von", "der", "del", "dos", "the", "and"}
    return {word for word in re.split(r"[^a-z]+", plain) if len(word) > 2} - particles or set(plain.split())


def same_name(theirs: str, row: dict[str, str]) -> bool:
    known = words(f"{row['person']} {row['surname']} {row['aliases'].replace('|', ' ')}")
    return any(
        a == b or (min(len(a), len(b)) > 4 and difflib.SequenceMatcher(None, a, b).ratio() >= 0.8) for a in words(theirs) for b in known
    )


def agrees(theirs: str, our: str) -> bool:
    """Whether two dates of possibly different precision agree (an open end agrees with any)."""
    if not theirs:
        return True
    return bool(our) and (theirs.startswith(our) or our.startswith(theirs))


def as_day(text: str, *, end: bool) -> date:
    if not text:
        return date.max - timedelta(days=400)
    year, month, day = (*map(int, text.split("-")), *([0] * 3))[:3]
    if day:
        return date(year, month, day)
    if not end:
        return date(year, month or 1, 1)
    return date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1) - timedelta(days=1)


def runs(rows: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """Rows of one leader grouped into continuous time in power, so that a change of office is no break."""
    run: list[dict[str, str]] = []
    for row in sorted(rows, key=lambda r: as_day(r["first"], end=False)):
        if run and as_day(row["first"], end=False) > max(as_day(r["last"], end=True) for r in run) + timedelta(days=1):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def found(spell: Spell, rows: list[dict[str, str]]) -> tuple[bool, str]:
    """Whether the spell is among our rows, and the nearest pair of days that ours has."""
    best: tuple[int, str] | None = None
    by_person: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        if same_name(spell.leader, row):
            by_person[row["person"]].append(row)
    for run in (run for same in by_person.values() for run in runs(same)):
        for first in sorted({r["first"] for r in run}):
            for last in sorted({r["last"] for r in run}):
                if agrees(spell.first, first) and agrees(spell.last, last):
                    return True, ""
                gap = abs((as_day(spell.first, end=False) - as_day(first, end=False)).days)
                if spell.last:
                    gap += abs((as_day(spell.last, end=True) - as_day(last, end=True)).days)
                if best is None or gap < best[0]:
                    best = gap, f"{first}..{last}"
    return False, best[1] if best else "absent"


def differences(only: set[str] | None = None) -> Iterator[tuple[str, str, str, str]]:
    """``key, reference, theirs, ours`` of every reference spell that our rows do not have."""
    top: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in ours():
        if row["office"] in TOP:
            top[row["state"]].append(row)
    for spell in (*archigos(), *reign()):
        states = [state for state in STATES.get(spell.number, []) if state in top]
        if not states or (only and not only.intersection(states)):
            continue
        same, nearest = found(spell, [row for state in states for row in top[state]])
        if not same:
            yield f"{states[0]}/{spell.leader}/{spell.first}", spell.reference, spell.theirs, nearest


needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data are not beside the repository")


@needs_reference
def test_every_effective_leader_of_archigos_and_reign_is_found_or_explained() -> None:
    listed = {(r["key"], r["reference"], r["theirs"], r["ours"]) for r in corrections()}
    actual = set(differences())
    assert sorted(actual - listed) == [], "not ours and not explained"
    assert sorted(listed - actual) == [], "explained but no longer different"
    assert [r["key"] for r in corrections() if len(r["reason"]) < 15] == [], "a correction without a reason"


@needs_reference
def test_most_reference_spells_agree_to_the_day() -> None:
    """Corrections are exceptions: they may not swallow the comparison."""
    present = {row["state"] for row in ours()}
    spells = [s for s in (*archigos(), *reign()) if present.intersection(STATES.get(s.number, []))]
    assert len(list(differences())) < 0.25 * len(spells)


def test_rows_are_well_formed_sorted_and_sourced() -> None:
    by_file: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in ours():
        by_file[row["file"]].append(row)
    for stem, rows in by_file.items():
        origin = tomllib.loads((DATA / f"{stem}.origin.toml").read_text(encoding="utf-8"))
        as_of = str(origin["table"]["as_of"])
        keys = [(r["state"], r["office"], r["first"], r["person"]) for r in rows]
        assert [c for c in rows[0] if c != "file"] == COLUMNS
        assert keys == sorted(set(keys)), f"{stem}: not sorted, or a row twice"
        for row in rows:
            assert row["office"] in TOP | MINISTERS | BODIES, row
            assert all(row[c] for c in ("person", "surname", "title", "first", "source")), row
            assert all(re.fullmatch(r"\d{4}-\d\d(-\d\d)?", row[c]) for c in ("first", "last") if row[c]), row
            assert as_day(row["first"], end=False) <= as_day(row["last"], end=True), row
            assert not row["last"] or as_day(row["last"], end=True) >= date(1990, 1, 1), row
            assert date.fromisoformat(row["as_of"]).isoformat() <= as_of, row
            assert max(row["last"], row["first"]) <= row["as_of"], row
            assert all(s in origin["source"] for s in row["source"].split("|")), row
            assert row["aliases"].strip("|").split("|") == row["aliases"].split("|"), row
            assert row["person"] not in row["aliases"].split("|"), row


def test_no_two_people_hold_one_office_at_once() -> None:
    """Unless a row says that it is shared or that the holder was only acting."""
    offices: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in ours():
        offices[row["state"], row["office"]].append(row)
    clashes: list[str] = []
    for rows in offices.values():
        rows.sort(key=lambda r: (as_day(r["first"], end=False), as_day(r["last"], end=False)))
        for earlier, later in pairwise(rows):
            overlap = as_day(later["first"], end=True) < as_day(earlier["last"], end=False)
            free = re.search(r"\b(acting|collective|shared|joint|rotating|rival)\b", earlier["note"] + " " + later["note"])
            if overlap and not free:
                clashes.append(f"{earlier['state']} {earlier['office']}: {earlier['person']} / {later['person']}")
    assert clashes == []


if __name__ == "__main__":
    _only = set(sys.argv[1:])
    _listed = {(r["key"], r["reference"], r["theirs"], r["ours"]) for r in corrections()}
    _out = csv.writer(sys.stdout, lineterminator="\n")
    _out.writerow(["key", "reference", "theirs", "ours", "reason"])
    _count: Counter[str] = Counter()
    for _row in differences(_only):
        _count["listed" if _row in _listed else "open"] += 1
        if _row not in _listed:
            _out.writerow([*_row, ""])
    print(dict(_count), file=sys.stderr)
