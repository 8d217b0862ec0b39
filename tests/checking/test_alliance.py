"""Alliance: a defense pledge in force on the day, whichever side is named first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Verdicts = Callable[[str, str, str], str]

CASES = [
    ("2024-05-02", "Japan is an ally of the United States.", "JPN USA supported"),
    ("2024-05-02", "Norway is an ally of Canada.", "CAN NOR supported"),
    ("2024-05-02", "Brazil is an ally of China.", "BRA CHN unsupported"),
    ("2024-05-02", "South Korea has a mutual defence treaty with the United States.", "KOR USA supported"),
    ("2024-05-02", "The Philippines and the United States are treaty allies.", "PHL USA supported"),
    ("2024-05-02", "Greece and Italy are allies.", "GRC ITA supported"),
    ("2024-05-02", "US ally Japan welcomed the plan.", "JPN USA supported"),
    ("2024-05-02", "Belarus, an ally of Russia, sent no troops.", "BLR RUS supported"),
    ("2024-05-02", "Vietnam is not an ally of China.", "CHN VNM supported"),
    ("2024-05-02", "Japan is not an ally of the United States.", "JPN USA contradicted"),
    ("2024-05-02", "Officials said that Australia was an ally of the United States.", "AUS USA supported"),
    ("2024-05-02", "Poland is a member of NATO. It is an ally of the United States.", "POL USA supported"),
    ("2024-05-02", "Thailand could become an ally of India.", "IND THA not_in_record"),
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
