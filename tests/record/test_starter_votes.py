from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from nonaligned.ground.origins import read_origin, read_rows
from nonaligned.record.store import Record, starter_directory
from nonaligned.world.states import numbered, state, states

STARTER = starter_directory()
SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "unga"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared roll-call files are not beside the repository")
STANCES = {"condemn", "demand", "call", "recognise", "suspend", "other"}
TOPICS = set(
    "accountability afghanistan annexation apartheid arms bangladesh ceasefire chagos children china_seat crimea cuba_embargo "
    "death_penalty decolonization disarmament economic_order falklands gaza genocide georgia human_rights humanitarian hungary icj "
    "iran iraq jerusalem kampuchea korea kosovo kuwait libya militarization myanmar nazism north_korea nuclear nuclear_ban "
    "nuclear_safety palestine panama peace racism recognition refugees reparations sanctions settlements srebrenica suez syria "
    "territorial_integrity ukraine un_membership un_reform use_of_force".split()
)

# Number of each roll call in Voeten's file, found by symbol or, where the file has none, by day, subject and totals.
IN_VOETEN = {
    "A/RES/1004(ES-II)": 9025,
    "A/RES/1514(XV)": 658,
    "A/RES/1761(XVII)": 811,
    "A/RES/181(II)": 77,
    "A/RES/217(III)[A]": 127,
    "A/RES/2758(XXVI)": 1190,
    "A/RES/2793(XXVI)": 1227,
    "A/RES/3281(XXIX)": 1551,
    "A/RES/3379(XXX)": 1622,
    "A/RES/34/22": 1972,
    "A/RES/35/37": 2096,
    "A/RES/36/34": 2202,
    "A/RES/377(V)": 252,
    "A/RES/38/29": 2497,
    "A/RES/39/13": 2645,
    "A/RES/41/38": 2967,
    "A/RES/44/240": 3500,
    "A/RES/45/170": 3578,
    "A/RES/46/86": 3647,
    "A/RES/498(V)": 289,
    "A/RES/59/11": 4590,
    "A/RES/60/12": 4664,
    "A/RES/60/251": 4593,
    "A/RES/61/11": 4668,
    "A/RES/61/295": 4753,
    "A/RES/63/7": 4833,
    "A/RES/64/10": 4980,
    "A/RES/64/296": 5047,
    "A/RES/64/6": 4979,
    "A/RES/65/6": 5049,
    "A/RES/66/253": 5180,
    "A/RES/66/6": 5163,
    "A/RES/67/154": 5228,
    "A/RES/67/19": 5182,
    "A/RES/67/4": 5181,
    "A/RES/68/262": 5309,
    "A/RES/68/274": 5310,
    "A/RES/68/8": 5249,
    "A/RES/69/188": 5377,
    "A/RES/69/286": 5389,
    "A/RES/69/5": 5313,
    "A/RES/70/5": 5394,
    "A/RES/71/205": 5489,
    "A/RES/71/248": 5495,
    "A/RES/71/258": 5498,
    "A/RES/71/292": 5547,
    "A/RES/71/5": 5467,
    "A/RES/72/190": 5558,
    "A/RES/72/248": 5593,
    "A/RES/72/4": 5549,
    "A/RES/73/194": 6125,
    "A/RES/73/263": 6155,
    "A/RES/73/48": 6083,
    "A/RES/74/168": 9111,
    "A/RES/74/17": 9075,
    "A/RES/74/7": 9058,
    "A/RES/75/169": 75008,
    "A/RES/75/183": 75005,
    "A/RES/75/192": 75049,
    "A/RES/75/29": 75078,
    "A/RES/76/149": 76033,
    "A/RES/76/179": 76056,
    "A/RES/76/70": 76063,
    "A/RES/77/204": 77082,
    "A/RES/77/222": 77062,
    "A/RES/77/228": 77078,
    "A/RES/77/229": 77063,
    "A/RES/77/247": 77039,
    "A/RES/77/7": 77053,
    "A/RES/997(ES-I)": 9019,
    "A/RES/ES-10/19": 5588,
    "A/RES/ES-10/22": 78034,
}


@cache
def calls() -> dict[str, dict[str, str]]:
    return {row["rcid"]: row for row in read_rows(STARTER / "roll_calls.csv")}


@cache
def votes() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in read_rows(STARTER / "votes.csv"):
        assert row["state"] not in found[row["rcid"]], row
        found[row["rcid"]][row["state"]] = row["vote"]
    return found


@cache
def corrections() -> dict[tuple[str, str], tuple[str, str]]:
    rows = read_rows(STARTER / "votes.corrections.csv")
    return {tuple(row["key"].rsplit(" ", 1)): (row["theirs"], row["ours"]) for row in rows}  # type: ignore[misc]


def test_every_roll_call_has_votes_and_words():
    assert set(calls()) == set(votes())
    for rcid, row in calls().items():
        assert row["rcid"] == row["resolution"]
        assert row["title"], rcid
        assert row["keywords"], rcid
        assert row["stance"] in STANCES, rcid
        assert 2 <= len(row["short"].split()) <= 6, row["short"]
        assert set(row["topics"].split("|")) <= TOPICS, rcid
        assert row["link"].startswith(("https://digitallibrary.un.org/record/", "https://docs.un.org/")), rcid
        assert not row["target"] or row["target"] in row["about"].split("|"), rcid
        for code in filter(None, [*row["about"].split("|"), row["target"]]):
            state(code)


def test_every_row_names_a_source_of_its_table():
    for table in ("roll_calls", "votes"):
        known = read_origin(STARTER / f"{table}.origin.toml").sources
        for row in read_rows(STARTER / f"{table}.csv"):
            assert set(row["source"].split("|")) <= set(known), row


@pytest.mark.parametrize("rcid", sorted(calls()))
def test_votes_add_up_to_the_published_totals(rcid):
    row, count = calls()[rcid], Counter(votes()[rcid].values())
    assert tuple(count[v] for v in ("yes", "no", "abstain", "absent")) == tuple(int(row[v]) for v in ("yes", "no", "abstain", "absent"))


@pytest.mark.parametrize("rcid", sorted(key for key, row in calls().items() if row["body"] == "UNGA"))
def test_every_member_of_the_day_is_there_once(rcid):
    members = {one.code for one in states(calls()[rcid]["date"], "un")}
    if rcid == "A/RES/2758(XXVI)":  # the vote that gave the seat to the People's Republic later that day
        members = members - {"CHN"} | {"TWN"}
    assert set(votes()[rcid]) == members


def test_the_council_has_eleven_members_then_fifteen():
    for rcid, row in calls().items():
        if row["body"] == "UNSC":
            assert len(votes()[rcid]) == (11 if row["date"] < "1966" else 15), rcid
            soviet, republic = row["date"] < "1991-12-24", row["date"] < "1971-10-25"
            permanent = {"USA", "GBR", "FRA", "SUN" if soviet else "RUS", "TWN" if republic else "CHN"}
            assert permanent <= set(votes()[rcid]), rcid
            vetoed = any(votes()[rcid][one] == "no" for one in permanent) and "procedural vote" not in row["note"].lower()
            assert row["adopted"] == ("0" if vetoed else "1"), rcid


# From the UN's records and press releases, independently of the files that the rows were compiled from.
KNOWN = {
    "A/RES/ES-11/1": {"no": "BLR PRK ERI RUS SYR", "abstain": "IND CHN PAK ZAF IRN IRQ CUB NIC VNM LKA BGD KAZ", "yes": "SRB TUR BRA"},
    "A/RES/ES-11/3": {"no": "CHN IRN VNM CUB", "abstain": "IND BRA EGY MEX SAU ARE ZAF"},
    "A/RES/ES-11/4": {"no": "BLR PRK NIC RUS SYR", "abstain": "IND CHN PAK ZAF THA VNM CUB HND", "absent": "IRN VEN SLV"},
    "A/RES/ES-11/7": {"no": "USA ISR HUN RUS BLR PRK", "abstain": "IND CHN BRA ZAF"},
    "A/RES/ES-11/8": {"no": "RUS BLR PRK", "abstain": "USA IND CHN"},
    "A/RES/68/262": {"no": "ARM BLR BOL CUB PRK NIC RUS SDN SYR VEN ZWE", "abstain": "IND CHN BRA ZAF", "absent": "ISR IRN SRB"},
    "A/RES/ES-10/19": {"no": "GTM HND ISR MHL FSM NRU PLW TGO USA", "yes": "IND RUS CHN GBR", "abstain": "AUS CAN MEX"},
    "A/RES/ES-10/21": {"no": "AUT HRV CZE HUN ISR USA", "abstain": "IND GBR DEU JPN UKR"},
    "A/RES/ES-10/22": {"yes": "IND TUR RUS CHN FRA", "no": "AUT CZE GTM ISR USA", "abstain": "GBR DEU UKR"},
    "A/RES/ES-10/24": {"abstain": "IND GBR AUS UKR", "yes": "JPN FRA", "no": "USA ISR HUN ARG"},
    "A/RES/ES-10/27": {"abstain": "IND", "no": "USA ISR ARG HUN PRY", "yes": "PAK GBR DEU"},
    "A/RES/67/19": {"no": "CAN CZE ISR MHL FSM NRU PLW PAN USA", "abstain": "GBR DEU", "yes": "IND RUS CHN FRA"},
    "A/RES/3379(XXX)": {"yes": "IND SUN CHN BRA MEX", "no": "USA GBR ISR", "abstain": "JPN ARG"},
    "A/RES/46/86": {"yes": "IND USA SUN", "absent": "CHN EGY"},
    "A/RES/181(II)": {"no": "IND PAK EGY GRC CUB", "yes": "SUN USA", "abstain": "GBR TWN", "absent": "THA"},
    "A/RES/2758(XXVI)": {"yes": "IND SUN GBR PAK", "no": "USA JPN", "absent": "TWN"},
    "A/RES/2793(XXVI)": {"no": "IND SUN BTN", "yes": "USA CHN PAK"},
    "A/RES/1004(ES-II)": {"abstain": "IND YUG EGY IDN", "absent": "HUN"},
    "A/RES/ES-6/2": {"abstain": "IND FIN", "no": "SUN DDR CUB", "yes": "PAK CHN YUG DEU IDN EGY", "absent": "ROU LBY"},
    "A/RES/35/37": {"abstain": "IND", "yes": "PAK CHN", "no": "SUN CUB VNM"},
    "A/RES/71/5": {"abstain": "USA ISR"},
    "A/RES/44/240": {"no": "USA GBR FRA", "yes": "IND SUN CHN"},
    "S/2022/155": {"no": "RUS", "abstain": "CHN IND ARE"},
    "S/2022/720": {"no": "RUS", "abstain": "BRA CHN GAB IND"},
    "S/RES/1973(2011)": {"abstain": "BRA CHN DEU IND RUS"},
    "S/RES/2774(2025)": {"yes": "USA RUS CHN", "abstain": "GBR FRA DNK GRC SVN"},
}


@pytest.mark.parametrize("rcid", sorted(KNOWN))
def test_known_votes(rcid):
    for vote, codes in KNOWN[rcid].items():
        for entry in codes.split():
            assert votes()[rcid][entry] == vote, (rcid, entry)


def test_india_on_the_ukraine_resolutions():
    cast = {rcid: found["IND"] for rcid, found in votes().items() if rcid.startswith("A/RES/ES-11/")}
    assert len(cast) == 9
    assert set(cast.values()) == {"abstain"}


def test_the_record_reads_them():
    rows = Record(Path("/nonexistent")).rows(
        "SELECT v.state, count(*) AS n FROM votes v JOIN roll_calls r USING (rcid) "
        "WHERE r.topics LIKE '%cuba_embargo%' AND v.vote = 'no' GROUP BY ALL ORDER BY n DESC LIMIT 2"
    )
    assert [row["state"] for row in rows] == ["ISR", "USA"] or [row["state"] for row in rows] == ["USA", "ISR"]


@needs_shared
@pytest.mark.parametrize("name", ["es11_1-3_by_symbol_2022.csv", "es11_7-9_2025.csv"])
def test_ukraine_resolutions_against_the_files_by_state(name):
    """The first file is in the UN's order of states and of 7 April, 24 March and 2 March 2022: totals and places tell."""
    with (SHARED / name).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    if name.startswith("es11_1-3"):
        for rcid, line in zip(("A/RES/ES-11/3", "A/RES/ES-11/2", "A/RES/ES-11/1"), rows[1:], strict=False):
            theirs = dict(zip(rows[0], line, strict=True))
            for full, code in (
                ("INDIA", "IND"),
                ("INDONESIA", "IDN"),
                ("NIGER", "NER"),
                ("NIGERIA", "NGA"),
                ("DOMINICA", "DMA"),
                ("REPUBLIC OF KOREA", "KOR"),
                ("CONGO", "COG"),
                ("GUINEA-BISSAU", "GNB"),
                ("SLOVAKIA", "SVK"),
                ("SOUTH SUDAN", "SSD"),
                ("ZIMBABWE", "ZWE"),
                ("AFGHANISTAN", "AFG"),
                ("MALI", "MLI"),
            ):
                assert votes()[rcid][code] == {"Y": "yes", "N": "no", "A": "abstain", "X": "absent"}[theirs[full]], (rcid, full)
            assert Counter(v for v in theirs.values()) == Counter(
                {"yes": "Y", "no": "N", "abstain": "A", "absent": "X"}[v] for v in votes()[rcid].values()
            )
        return
    for line in rows[1:]:
        theirs = dict(zip(rows[0], line, strict=True))
        ours = votes()[theirs["Resolution"]]
        silent = {"AFG", "VEN"}  # no columns for these two, which had lost their votes
        for code in set(ours) - silent:
            assert ours[code] == (theirs[code].lower() or "absent"), (theirs["Resolution"], code)
        assert {ours[code] for code in silent} == {"absent"}


@needs_shared
def test_roll_calls_against_voeten():
    """Every difference is in votes.corrections.csv, and every listed difference occurs."""
    theirs: dict[int, dict[str, str]] = defaultdict(dict)
    wanted = {number: rcid for rcid, number in IN_VOETEN.items()}
    with gzip.open(SHARED / "UNVotes_1946-2024.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            number = int(row["rcid"])
            if number in wanted:
                code = numbered(row["ccode"], "cow", calls()[wanted[number]]["date"]).code
                code = {"YAR": "YEM"}.get(code, code) if calls()[wanted[number]]["date"] >= "1990-05-22" else code
                theirs[number][code] = {"1": "yes", "2": "abstain", "3": "no", "8": "absent"}[row["vote"]]
    found = {}
    for rcid, number in IN_VOETEN.items():
        gaps = number >= 75000  # sessions 75-78 list no absences
        for code in set(theirs[number]) | set(votes()[rcid]):
            a, b = theirs[number].get(code, ""), votes()[rcid].get(code, "")
            if a != b and not (gaps and a == "" and b == "absent"):
                found[rcid, code] = (a, b)
    assert found == corrections()
