"""A tie that grows or weakens: trade in the years named or the last five; other ties are not measured."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Verdicts = Callable[[str, str, str], str]

CASES = [
    ("2024-07-08", "Trade between China and Russia has grown.", "CHN RUS supported"),
    ("2024-07-08", "China's trade with Russia rose by 26 percent last year.", "CHN RUS supported"),
    ("2024-07-08", "China's trade with Russia rose by 90 percent last year.", "CHN RUS unsupported"),
    ("2024-07-08", "China's trade with the United States fell in 2023.", "CHN USA supported"),
    ("2024-07-08", "China's trade with Russia fell in 2023.", "CHN RUS contradicted"),
    ("2018-05-10", "Trade between China and Russia grew to $84 billion.", "CHN RUS supported"),
    ("2024-07-08", "Trade between China and Russia fell to $240 billion.", "CHN RUS not_in_record"),
    ("2024-07-08", "Trade between India and Russia has declined.", "IND RUS unsupported"),
    ("2024-07-08", "Trade between India and Russia has grown since 2021.", "IND RUS supported"),
    ("2024-07-08", "Trade between India and Russia has doubled.", "IND RUS not_in_record"),
    ("2024-07-08", "Trade between China and Russia has grown this year.", "CHN RUS not_in_record"),
    ("2024-07-08", "India and Russia have deepened their economic ties.", "IND RUS supported"),
    ("2024-07-08", "The trade in wheat between Russia and Turkey has grown.", ""),
    ("2024-07-08", "India strengthened its defence ties with France.", "FRA IND not_in_record"),
    ("2024-07-08", "Relations between Canada and India have deteriorated.", "CAN IND not_in_record"),
    ("2024-07-08", "Turkey did not cut its trade with Israel.", "ISR TUR not_in_record"),
    ("2024-07-08", "Serbia wants to strengthen its ties with China.", "CHN SRB not_in_record"),
    ("2024-07-08", "Brazil may expand its trade with India.", "BRA IND not_in_record"),
]

TWO_DATES = [
    ("China's trade with the United States fell last year.", "2022-07-08", "CHN USA contradicted", "2024-07-08", "CHN USA supported"),
    ("Trade between India and Russia has grown since 2018.", "2021-07-08", "IND RUS unsupported", "2024-07-08", "IND RUS supported"),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "tie_change") == expected


@pytest.mark.parametrize(("sentence", "first", "then", "second", "now"), TWO_DATES)
def test_time_counts(verdicts: Verdicts, sentence: str, first: str, then: str, second: str, now: str) -> None:
    assert (verdicts(first, sentence, "tie_change"), verdicts(second, sentence, "tie_change")) == (then, now)
