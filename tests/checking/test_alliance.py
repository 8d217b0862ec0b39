"""Alliance: a defense pledge in force on the day, whichever side is named first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonaligned.checking.alliance import check
from nonaligned.checking.case import Case
from nonaligned.ground.origins import read_rows
from nonaligned.record.store import Record, starter_directory
from nonaligned.reports.report import Claim, ReportDate, Status
from nonaligned.world.groups import groups

Verdicts = Callable[[str, str, str], str]

CASES = [
    ("2024-05-02", "Japan is an ally of the United States.", "JPN USA supported"),
    ("2024-05-02", "Norway is an ally of Canada.", "CAN NOR supported"),
    ("2024-05-02", "Brazil is an ally of China.", "BRA CHN unsupported"),
    ("2024-05-02", "South Korea has a mutual defence treaty with the United States.", "KOR USA supported"),
    ("2024-05-02", "The Philippines and the United States are treaty allies.", "PHL USA supported"),
    ("2024-05-02", "Greece and Italy are allies.", "GRC ITA supported"),
    ("2024-05-02", "Belarus, an ally of Russia, sent no troops.", "BLR RUS supported"),
    ("2024-05-02", "Vietnam is not an ally of China.", "CHN VNM supported"),
    ("2024-05-02", "Japan is not an ally of the United States.", "JPN USA contradicted"),
    ("2024-05-02", "Officials said that Australia was an ally of the United States.", "AUS USA supported"),
    ("2024-05-02", "Poland is a member of NATO. It is an ally of the United States.", "POL USA supported"),
    ("2024-05-02", "He is a political ally of the president of Brazil.", ""),
]

TWO_DATES = [
    ("Sweden is an ally of the United States.", "2021-06-01", "SWE USA unsupported", "2024-06-01", "SWE USA supported"),
    ("Finland is an ally of Norway.", "2022-06-01", "FIN NOR unsupported", "2023-06-01", "FIN NOR supported"),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "alliance") == expected


@pytest.mark.parametrize(("sentence", "first", "then", "second", "now"), TWO_DATES)
def test_time_counts(verdicts: Verdicts, sentence: str, first: str, then: str, second: str, now: str) -> None:
    assert (verdicts(first, sentence, "alliance"), verdicts(second, sentence, "alliance")) == (then, now)


ALLIES = sorted({row["state"] for row in read_rows(starter_directory() / "alliance_members.csv")} - {g.code for g in groups()})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    one=st.sampled_from(ALLIES),
    other=st.sampled_from(ALLIES),
    day=st.dates(date(1992, 1, 1), date(2025, 12, 31)),
    status=st.sampled_from(["asserted", "negated"]),
)
def test_an_alliance_has_two_sides(record: Record, one: str, other: str, day: date, status: Status) -> None:
    case = Case(record, ReportDate(day, day, "given"))
    found = [
        check(Claim("", "alliance", "", 0, 0, "", a, b, status=status, detail={"tense": "present"}), case)
        for a, b in ((one, other), (other, one))
    ]
    assert found[0].verdict == found[1].verdict
    assert found[0].evidence == found[1].evidence or not found[0].evidence or found[0].evidence[0].table == found[1].evidence[0].table
    opposite = check(
        Claim("", "alliance", "", 0, 0, "", one, other, status="negated" if status == "asserted" else "asserted"), case
    ).verdict
    assert {found[0].verdict, opposite} not in ({"supported"}, {"contradicted"})
