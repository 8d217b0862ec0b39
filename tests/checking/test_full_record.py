"""A record with official files loaded: what it adds to the verdicts, and that it spoils none."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from nonaligned.briefs.verbs import Options, brief
from nonaligned.checking import check_claim
from nonaligned.checking.case import Case, Checked, Evidence
from nonaligned.ground.errors import NonalignedError
from nonaligned.record.loading import load_rows
from nonaligned.record.store import Record
from nonaligned.record.tracing import parse_keys, trace_rows
from nonaligned.reports.intake import open_report
from nonaligned.reports.reading import read_text
from nonaligned.reports.report import Claim, ReportDate, Text
from nonaligned.sources import source

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests/sources/fixtures"
SHARED = ROOT.parent / "shared"
SMALL = {
    "cow_trade": ("cow_trade.csv",),
    "atop": ("atop_reduced.csv",),
    "china_visits": ("china_visits.csv",),
    "sipri_transfers": ("sipri_register_17.csv",),
    "sipri_milex": ("sipri_milex.xlsx",),
}
FULL = {
    "sipri_transfers": ("sipri/register_16col_1950-2023.csv", "sipri/register_17col_1995-2024.csv"),
    "sipri_milex": ("capability/SIPRI-Milex-data-1948-2023.xlsx",),
    "cow_trade": ("trade/cow_trade_ddy_1946-2014.csv.gz",),
    "atop": ("treaties/atop51_directed_dyad_year.csv.gz",),
    "world_bank": ("capability/WDI_POPULATION.csv",),
    "un_votes": ("unga/UNVotes_1946-2024.csv.gz",),
    "archigos": ("leaders/archigos.csv",),
    "china_visits": ("visits/china_leaders_abroad_1949-2025.csv",),
}
Judge = Callable[[str, str, str], Checked]


def loaded(directory: Path, folder: Path, files: dict[str, tuple[str, ...]]) -> Record:
    for name, paths in files.items():
        for path in paths:
            load_rows(directory, name, source(name).read(folder / path), [folder / path])
    return Record(directory)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A few dozen real rows of each source."""
    return loaded(tmp_path_factory.mktemp("small"), FIXTURES, SMALL)


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The official files themselves."""
    if not (SHARED / "data").exists():
        pytest.skip("the official files are not beside the repository")
    return loaded(tmp_path_factory.mktemp("full"), SHARED / "data", FULL)


def judged(record: Record, day: str, text: str, kind: str) -> Checked:
    reading = read_text(Text(text), date.fromisoformat(day))
    return next(check_claim(c, Case(record, reading.date)) for c in reading.claims if c.kind == kind)


def ally(record: Record, one: str, other: str, day: str, when: str = "") -> Checked:
    claim = Claim("", "alliance", "", 0, 0, "", one, other, time=when, detail={"tense": "past" if when else "present"})
    return check_claim(claim, Case(record, ReportDate(date.fromisoformat(day), date.fromisoformat(day), "given")))


def rows_behind(record: Record, evidence: Iterable[Evidence]) -> None:
    """Every row of evidence leads to exactly its row, whose origin can be looked up."""
    for row in evidence:
        assert row.trace, row
        table, *words = shlex.split(row.trace)
        found = trace_rows(record, table, parse_keys(words))
        assert found.steps[0].count == 1 or row.value == "no row", (row, found.steps[0].count)
        assert found.origins, row
        for origin in found.origins:
            assert origin["sha256"] if origin["file"] else origin["url"] or origin["citation"] or origin["title"], origin


GAINED = [
    ("2019-10-20", "Xi Jinping met Narendra Modi in New Delhi.", "meeting", "supported", "2019"),
    ("2015-11-20", "Li Keqiang visited Ireland in 2015.", "meeting", "supported", "2015"),
    ("1993-05-02", "Trade between India and Russia was worth $1 billion in 1992.", "trade_value", "supported", "1992"),
]


@pytest.mark.parametrize(("day", "text", "kind", "verdict", "year"), GAINED)
def test_loaded_rows_bear_out_what_the_starter_record_could_not(
    record: Record, small: Record, day: str, text: str, kind: str, verdict: str, year: str
) -> None:
    before, after = judged(record, day, text, kind), judged(small, day, text, kind)
    assert before.verdict == "not_in_record"
    assert after.verdict == verdict
    assert after.evidence[0].year == year
    rows_behind(small, after.evidence)


def test_a_visit_that_is_not_listed_refutes_nothing(small: Record) -> None:
    assert judged(small, "2015-11-20", "Li Keqiang visited Germany in 2015.", "meeting").verdict == "not_in_record"
    assert judged(small, "2019-11-20", "Xi Jinping did not visit India in 2019.", "meeting").verdict == "not_in_record"


def test_a_reconciled_figure_is_its_sources_own_and_counts_once(small: Record) -> None:
    found = judged(small, "2016-05-02", "Trade between India and Russia was worth $7.4 billion in 2014.", "trade_value")
    assert found.verdict == "supported"
    assert "(Correlates of War's figures)" in found.reason
    assert [e.trace for e in found.evidence if "cow_trade" in e.trace] == [e.trace for e in found.evidence if e.value == 7393000000.0]
    assert len([e for e in found.evidence if "cow_trade" in e.trace]) == 1


def test_a_register_of_some_states_gives_no_shares(record: Record, small: Record) -> None:
    """The fixture has Russia and Australia alone among India's suppliers: the starter's shares stand."""
    text = "Russia accounted for 99 per cent of India's arms imports."
    before, after = (judged(one, "2017-05-02", text, "arms_supply") for one in (record, small))
    assert before.verdict in {"contradicted", "outdated"}
    assert (after.verdict, after.reason) == (before.verdict, before.reason)


def test_a_year_of_a_treaty_is_not_a_day(record: Record, small: Record) -> None:
    """ATOP: France bound itself to defend Djibouti; the excerpt has 1990 alone."""
    assert ally(record, "FRA", "DJI", "1990-05-02").verdict == "unsupported"
    assert ally(small, "FRA", "DJI", "1990-05-02").verdict == "not_in_record"
    found = ally(small, "FRA", "DJI", "1995-05-02", "1990")
    assert (found.verdict, found.evidence[0].year, found.evidence[0].value) == ("supported", "1990", "defense")
    rows_behind(small, found.evidence)


ON_THE_FULL_RECORD = [
    ("1985-05-02", "The Soviet Union is India's largest arms supplier.", "arms_supply", "supported", "1980–1984"),
    ("1998-05-02", "Russia is India's largest arms supplier.", "arms_supply", "supported", "1993–1997"),
    ("2016-05-02", "Brazil is Argentina's biggest trading partner.", "dependence", "supported", "2014"),
    ("2016-05-02", "Japan is Australia's largest trading partner.", "dependence", "contradicted", "2014"),
    ("1996-05-02", "Trade between Japan and Thailand was worth $25 billion in 1994.", "trade_value", "supported", "1994"),
    ("2016-05-02", "Trade between India and China rose from 2005 to 2013.", "tie_change", "supported", "2005"),
    ("1999-05-02", "France is the world's third-largest arms exporter.", "capability", "supported", "1994–1998"),
    ("2020-05-02", "Kenya spends 1.2 per cent of its GDP on defence.", "capability", "supported", "2019"),
    ("2023-03-25", "Xi Jinping visited Russia this week.", "meeting", "supported", "2023"),
]
STILL_UNKNOWN = [
    # reconciled figures order Canada and China otherwise than American statistics do
    ("2016-05-02", "Canada is the largest trading partner of the United States.", "dependence"),
    ("1992-02-02", "Russia is India's largest arms supplier.", "arms_supply"),  # the Soviet Union's deliveries are not Russia's
    ("1985-05-02", "Japan is the world's third-largest military spender.", "capability"),  # no figure of the Soviet Union
]


@pytest.mark.parametrize(("day", "text", "kind", "verdict", "year"), ON_THE_FULL_RECORD)
def test_verdicts_gained(record: Record, full: Record, day: str, text: str, kind: str, verdict: str, year: str) -> None:
    after = judged(full, day, text, kind)
    assert judged(record, day, text, kind).verdict == "not_in_record"
    assert after.verdict == verdict
    assert after.evidence[0].year == year
    rows_behind(full, after.evidence)


@pytest.mark.parametrize(("day", "text", "kind"), STILL_UNKNOWN)
def test_what_even_the_full_record_cannot_tell(full: Record, day: str, text: str, kind: str) -> None:
    assert judged(full, day, text, kind).verdict == "not_in_record"


ALLIES = [
    ("ETH", "KEN", "2019-05-02", "supported"),  # pact of 1963, confirmed since
    ("ETH", "KEN", "2024-05-02", "not_in_record"),  # ATOP ends in 2018
    ("LBY", "NER", "1975-05-02", "supported"),  # treaty of 1974
    ("CHE", "DEU", "2019-05-02", "unsupported"),
    ("AZE", "RUS", "2019-05-02", "not_in_record"),  # ATOP reads a pledge where the register does not
    ("BRA", "CHN", "2019-05-02", "unsupported"),  # the coalition of 1942 makes no ally of old
    ("IND", "RUS", "2018-07-08", "unsupported"),
]


@pytest.mark.parametrize(("one", "other", "day", "verdict"), ALLIES)
def test_allies_by_atop(full: Record, one: str, other: str, day: str, verdict: str) -> None:
    found = ally(full, one, other, day)
    assert found.verdict == verdict, found.reason
    assert ally(full, other, one, day).verdict == verdict
    rows_behind(full, found.evidence)


def test_the_newest_window_wins_whatever_its_source(full: Record) -> None:
    found = judged(full, "2025-06-02", "Russia accounted for 36 per cent of India's arms imports.", "arms_supply")
    assert (found.verdict, found.evidence[0].year) == ("supported", "2020–2024")


def test_modi_in_moscow_keeps_its_verdicts_and_gains_figures(record: Record, full: Record) -> None:
    """The same report with more sources loaded: no verdict is lost, the windows reach back to 1950, trade to 1992."""
    article = open_report(str(SHARED / "articles/modi_putin_moscow.txt"))
    today = date(2026, 11, 22)
    started = time.perf_counter()
    one, two = (brief(article, options=Options(record=r, today=today)) for r in (record, full))
    assert time.perf_counter() - started < 60
    assert [(row["kind"], row["verdict"]) for row in one.rows] == [(row["kind"], row["verdict"]) for row in two.rows]
    assert one.brief is not None
    assert two.brief is not None
    before, after = ({f.name: f for f in made.figures} for made in (one.brief, two.brief))
    arms, trade = after["arms_suppliers_IND"], after["trade_IND_RUS"]
    assert (before["arms_suppliers_IND"].rows[0][0], arms.rows[0][0], arms.rows[-1][0]) == ("2009–13", "1950–54", "2020–24")
    assert "register_17col_1995-2024.csv (to 2024-12-31)" in arms.note
    assert "Soviet Union" in [series.label for series in arms.chart.series] if arms.chart else False
    assert trade.rows[0][0] == "1992"
    assert len(trade.rows) > len(before["trade_IND_RUS"].rows)
    assert any("Correlates of War" in column.name for column in trade.columns)
    assert "in place of rows that ship with the program" in trade.note
    assert trade.title == before["trade_IND_RUS"].title  # the newest figure is the same


@pytest.mark.parametrize("which", ["record", "full"])
def test_every_row_of_evidence_can_be_walked_back(which: str, request: pytest.FixtureRequest) -> None:
    """Reports of all regions: each row of evidence leads to its own row and to the document or file behind it."""
    held: Record = request.getfixturevalue(which)
    evidence: dict[str, Evidence] = {}
    for path in sorted((ROOT / "tests/reports/cases").glob("*.txt"))[::3]:
        reading = read_text(open_report(str(path)), None, date(2026, 11, 22))
        for claim in reading.claims:
            try:
                found = check_claim(claim, Case(held, reading.date))
            except NonalignedError as error:
                pytest.fail(f"{path.name}: {claim.text}: {error}")
            evidence |= {f"{row.trace} {row.value == 'no row'}": row for row in found.evidence}
    assert len(evidence) > 50
    rows_behind(held, evidence.values())
