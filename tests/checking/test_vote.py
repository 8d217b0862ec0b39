"""Votes: which roll call is meant, and how the state voted on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonaligned.ground.origins import read_rows
from nonaligned.record.store import starter_directory
from nonaligned.world.states import state

Verdicts = Callable[[str, str, str], str]

CASES = [
    # by symbol, each choice and its opposite
    ("2024-05-02", "Nigeria voted for General Assembly resolution ES-11/1.", "NGA supported"),
    ("2024-05-02", "India abstained on General Assembly resolution ES-11/1.", "IND supported"),
    ("2024-05-02", "Belarus voted against General Assembly resolution ES-11/1.", "BLR supported"),
    ("2024-05-02", "Serbia voted against General Assembly resolution ES-11/1.", "SRB contradicted"),
    ("2024-05-02", "India voted in favour of General Assembly resolution 68/262.", "IND contradicted"),
    # by what it is about
    ("2022-03-10", "Senegal abstained from a UN resolution condemning Russia's invasion of Ukraine.", "SEN supported"),
    ("2022-04-20", "China voted against suspending Russia from the UN Human Rights Council.", "CHN supported"),
    ("2022-04-20", "Brazil abstained when the General Assembly suspended Russia from the Human Rights Council.", "BRA supported"),
    ("2022-10-20", "Syria voted against the General Assembly resolution on the annexation of Ukrainian regions.", "SYR supported"),
    (
        "2023-11-02",
        "Hungary abstained from a UN General Assembly vote on a humanitarian truce in Gaza in October 2023.",
        "HUN contradicted",
    ),
    ("2024-05-02", "South Africa voted against the UN resolution on the US embargo against Cuba in November 2023.", "ZAF contradicted"),
    ("2024-05-02", "Ukraine abstained in November 2023 on the UN resolution against the US embargo on Cuba.", "UKR supported"),
    # coordination, negation
    ("2022-03-10", "Pakistan and Bangladesh abstained on General Assembly resolution ES-11/1.", "BGD supported; PAK supported"),
    ("2022-03-10", "Brazil did not vote against General Assembly resolution ES-11/1.", "BRA supported"),
    ("2022-03-10", "Mexico did not vote for General Assembly resolution ES-11/1.", "MEX contradicted"),
    # totals as published
    (
        "2022-03-10",
        "The UN General Assembly adopted resolution ES-11/1 with 141 votes in favour, five against and 35 abstentions.",
        "UN supported",
    ),
    ("2022-03-10", "The UN General Assembly adopted resolution ES-11/1 with 121 votes in favour.", "UN contradicted"),
    # not asserted, not held, not a UN vote
    ("2022-03-01", "India is expected to abstain on the UN General Assembly resolution on Ukraine.", "IND not_in_record"),
    ("2024-05-02", "Iceland voted against a UN General Assembly resolution on whales.", "ISL not_in_record"),
    ("2024-05-02", "The parliament of Serbia voted against the budget.", ""),
]

TWO_DATES = [
    (
        "Senegal abstained from a UN resolution condemning Russia's invasion of Ukraine.",
        "2021-12-01", "SEN unsupported", "2022-12-01", "SEN supported",
    ),
    ("Mali voted against General Assembly resolution ES-11/6.", "2023-01-10", "MLI unsupported", "2023-03-10", "MLI supported"),
]  # fmt: skip


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "vote") == expected


@pytest.mark.parametrize(("sentence", "first", "then", "second", "now"), TWO_DATES)
def test_time_counts(verdicts: Verdicts, sentence: str, first: str, then: str, second: str, now: str) -> None:
    assert (verdicts(first, sentence, "vote"), verdicts(second, sentence, "vote")) == (then, now)


CAST = {(row["rcid"], row["state"]): row["vote"] for row in read_rows(starter_directory() / "votes.csv")}
SAID = {"yes": "voted for", "no": "voted against", "abstain": "abstained on"}
BY_SYMBOL = [
    row
    for row in read_rows(starter_directory() / "roll_calls.csv")
    if row["body"] == "UNGA" and re.fullmatch(r"A/RES/(?:ES-\d+/\d+|[4-7]\d/\d+)", row["rcid"])
]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    call=st.sampled_from(BY_SYMBOL),
    code=st.sampled_from(["CHN", "IND", "BRA", "ZAF", "TUR", "EGY", "KEN", "PER", "FJI", "VNM", "DEU"]),
    choice=st.sampled_from(sorted(SAID)),
)
def test_agrees_with_the_record(verdicts: Verdicts, call: dict[str, str], code: str, choice: str) -> None:
    """A vote named by its symbol is supported exactly where the record has that vote, and unsupported before it was taken."""
    vote = CAST[call["rcid"], code]
    sentence = f"{state(code).name} {SAID[choice]} General Assembly resolution {call['rcid'].removeprefix('A/RES/')}."
    after, before = date.fromisoformat(call["date"]) + timedelta(days=90), date.fromisoformat(call["date"]) - timedelta(days=1)
    assert verdicts(after.isoformat(), sentence, "vote") == f"{code} {'supported' if vote == choice else 'contradicted'}", sentence
    assert verdicts(before.isoformat(), sentence, "vote") == f"{code} unsupported", sentence
