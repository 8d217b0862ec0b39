"""Meetings and visits: read with who, where and whether they took place; the record holds none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nonaligned.checking.case import Checked

Verdicts = Callable[[str, str, str], str]

CASES = [
    ("2024-07-08", "Modi met Putin in Moscow.", "IND RUS not_in_record"),
    ("2024-07-08", "Xi Jinping and Vladimir Putin met in Samarkand.", "CHN RUS not_in_record"),
    ("2024-07-08", "The talks between Xi Jinping and Vladimir Putin lasted two hours.", "CHN RUS not_in_record"),
    ("2024-07-08", "Vladimir Putin's visit to Vietnam was short.", "RUS VNM not_in_record"),
    ("2024-07-08", "Emmanuel Macron visited Serbia.", "FRA SRB not_in_record"),
    ("2024-07-08", "Chinese Foreign Minister Wang Yi held talks with Sergey Lavrov.", "CHN RUS not_in_record"),
    ("2024-07-08", "Narendra Modi was received by Vladimir Putin.", "IND RUS not_in_record"),
    ("2024-07-08", "China welcomed Russia's decision.", ""),
    ("2024-07-08", "Russian troops arrived in Belarus.", ""),
    ("2024-07-08", "Russia flew two jets to Syria.", ""),
    ("2024-07-08", "China meets half of Brazil's demand for steel.", ""),
]

STATUSES = [
    ("Xi Jinping met Vladimir Putin.", "asserted"),
    ("Xi Jinping will meet Vladimir Putin.", "expected"),
    ("Xi Jinping is expected to meet Vladimir Putin.", "expected"),
    ("Xi Jinping may meet Vladimir Putin.", "conditional"),
    ("Xi Jinping did not meet Vladimir Putin.", "negated"),
    ("The meeting between Xi Jinping and Vladimir Putin was cancelled.", "negated"),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "meeting") == expected


@pytest.mark.parametrize(("sentence", "status"), STATUSES)
def test_status(rows_of: Callable[[str, str, str], list[Checked]], sentence: str, status: str) -> None:
    assert {row.claim.status for row in rows_of("2024-07-08", sentence, "meeting")} == {status}
