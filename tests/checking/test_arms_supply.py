"""Arms supply: shares of five years, as published by the day of the report."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Verdicts = Callable[[str, str, str], str]

CASES = [
    ("2024-05-02", "Russia is a key supplier of weapons to India.", "RUS IND supported"),
    ("2024-05-02", "China is Pakistan's largest arms supplier.", "CHN PAK supported"),
    ("2024-05-02", "France is India's largest arms supplier.", "FRA IND contradicted"),
    ("2024-05-02", "The United States is a major supplier of arms to Saudi Arabia.", "USA SAU supported"),
    ("2024-05-02", "Norway is a supplier of weapons to Vietnam.", "NOR VNM unsupported"),
    ("2024-05-02", "Pakistan buys most of its weapons from China.", "CHN PAK supported"),
    ("2024-05-02", "India buys most of its weapons from France.", "FRA IND contradicted"),
    ("2024-05-02", "Russia supplied 36 percent of India's arms imports.", "RUS IND supported"),
    ("2024-05-02", "Russia supplied 99 percent of India's arms imports.", "RUS IND contradicted"),
    ("2024-05-02", "India gets 36 percent of its weapons from Russia.", "RUS IND supported"),
    ("2024-05-02", "Saudi Arabia could buy most of its weapons from China.", "CHN SAU not_in_record"),
    ("2024-05-02", "China accounted for 20 percent of Pakistan's arms imports.", "CHN PAK outdated"),
    ("2024-05-02", "Brazil is a key supplier of coffee to India.", ""),
]

TWO_DATES = [
    ("Germany is Egypt's largest arms supplier.", "2020-05-02", "DEU EGY contradicted", "2025-05-02", "DEU EGY supported"),
    ("The United States is Egypt's largest arms supplier.", "2014-05-02", "USA EGY supported", "2024-05-02", "USA EGY outdated"),
    ("Russia supplies most of India's arms imports.", "2019-05-02", "RUS IND supported", "2024-05-02", "RUS IND outdated"),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "arms_supply") == expected


@pytest.mark.parametrize(("sentence", "first", "then", "second", "now"), TWO_DATES)
def test_time_counts(verdicts: Verdicts, sentence: str, first: str, then: str, second: str, now: str) -> None:
    assert (verdicts(first, sentence, "arms_supply"), verdicts(second, sentence, "arms_supply")) == (then, now)
