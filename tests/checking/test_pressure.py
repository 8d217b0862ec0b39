"""Pressure: who presses whom is read; the record holds no events by which to judge it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nonaligned.checking.case import Checked

Verdicts = Callable[[str, str, str], str]

CASES = [
    ("2024-07-08", "India is facing pressure from the United States over its oil imports.", "USA IND not_in_record"),
    ("2024-07-08", "India is under pressure from Washington.", "USA IND not_in_record"),
    ("2024-07-08", "Under pressure from China, Lithuania recalled its envoy.", "CHN LTU not_in_record"),
    ("2024-07-08", "The United States imposed sanctions on Turkey.", "USA TUR not_in_record"),
    ("2024-07-08", "Turkey was sanctioned by the United States in 2020.", "USA TUR not_in_record"),
    ("2024-07-08", "Russia threatened to attack Ukraine.", "RUS UKR not_in_record"),
    ("2024-07-08", "The United States pressed India to stop buying Russian oil.", "USA IND not_in_record"),
    ("2024-07-08", "Chinese pressure on Taiwan has grown.", "CHN TWN not_in_record"),
    ("2024-07-08", "The United States lifted sanctions on Sudan.", ""),
    ("2024-07-08", "The United States pressed for a ceasefire.", ""),
    ("2024-07-08", "Water pressure in India is low.", ""),
]

STATUSES = [
    ("The United States imposed sanctions on Turkey.", "asserted"),
    ("The United States may impose sanctions on India.", "conditional"),
    ("The United States will impose sanctions on India.", "expected"),
    ("The United States did not impose sanctions on India.", "negated"),
    ("Washington denied that it had pressured Pakistan.", "denied"),
    ("Officials said that China had threatened Taiwan.", "reported"),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "pressure") == expected


@pytest.mark.parametrize(("sentence", "status"), STATUSES)
def test_status(rows_of: Callable[[str, str, str], list[Checked]], sentence: str, status: str) -> None:
    assert {row.claim.status for row in rows_of("2024-07-08", sentence, "pressure")} == {status}
