"""Trade value: official figures of the time, either side's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nonaligned.checking.case import Checked

Verdicts = Callable[[str, str, str], str]

CASES = [
    ("2024-07-02", "Trade between India and Russia reached $65.7 billion in the fiscal year 2023-24.", "IND RUS supported"),
    ("2024-07-02", "Trade between India and Russia reached $20 billion in the fiscal year 2023-24.", "IND RUS contradicted"),
    ("2024-07-02", "China's trade with Russia was worth $240 billion in 2023.", "CHN RUS supported"),
    ("2024-07-02", "Bilateral trade between China and Russia stands at around $100 billion.", "CHN RUS outdated"),
    ("2024-07-02", "Trade between China and Russia exceeded $230 billion in 2023.", "CHN RUS supported"),
    ("2024-07-02", "India and Russia aim to raise bilateral trade to $100 billion by 2030.", "IND RUS not_in_record"),
    ("2024-07-02", "Trade between Bhutan and Fiji was worth $3 million in 2023.", "BTN FJI not_in_record"),
    ("2024-07-02", "India and China said their bilateral trade was worth $118 billion in the fiscal year 2023-24.", "CHN IND supported"),
    ("2024-07-02", "Australia's trade with China was A$251 billion in 2023.", "AUS CHN not_in_record"),
    ("2024-07-02", "China's trade with Australia was US$229 billion in 2023.", "AUS CHN supported"),
    ("2024-07-02", "India's trade deficit with China was $85 billion.", "CHN IND not_in_record"),
    ("2024-07-02", "India's trade with China produced a deficit of $85 billion.", ""),
    ("2024-07-02", "China's trade with Russia rose from $190 billion in 2022 to $240 billion in 2023.", "CHN RUS supported"),
    ("2024-07-02", "China's trade with Russia was worth $240 billion, up from $147 billion in 2021.", "CHN RUS supported"),
    (
        "2018-05-10",
        "Bilateral trade between India and Russia is a mere $10 billion, far below the target set for 2025.",
        "IND RUS supported",
    ),
    ("2024-07-02", "Compared with 2013, India's trade with Russia is now $65 billion.", "IND RUS supported"),
    ("2024-07-02", "India invested $5 billion in Russia.", ""),
]

TWO_DATES = [
    (
        "Bilateral trade between India and Russia is around $10 billion.",
        "2021-12-06",
        "IND RUS supported",
        "2024-07-02",
        "IND RUS outdated",
    ),
    ("Trade between China and Russia is worth about $190 billion.", "2023-03-02", "CHN RUS supported", "2024-07-02", "CHN RUS outdated"),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "trade_value") == expected


@pytest.mark.parametrize(("sentence", "first", "then", "second", "now"), TWO_DATES)
def test_time_counts(verdicts: Verdicts, sentence: str, first: str, then: str, second: str, now: str) -> None:
    assert (verdicts(first, sentence, "trade_value"), verdicts(second, sentence, "trade_value")) == (then, now)


def test_a_span_begins_at_a_word(rows_of: Callable[[str, str, str], list[Checked]]) -> None:
    (row,) = rows_of("2024-07-02", "Two-way trade between India and Russia reached $65 billion.", "trade_value")
    assert row.claim.text.startswith("Two-way trade")
