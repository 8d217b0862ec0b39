"""Office: who held it on the day of the report."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Verdicts = Callable[[str, str, str], str]

CASES = [
    ("2024-05-02", "Indian Prime Minister Narendra Modi spoke on Monday.", "IND supported"),
    ("2024-05-02", "French President Emmanuel Macron will travel to Beijing.", "FRA supported"),
    ("2024-05-02", "Sergey Lavrov, Russia's foreign minister, denied it.", "RUS supported"),
    ("2024-05-02", "US Secretary of State Antony Blinken arrived.", "USA supported"),
    ("2024-05-02", "The talks were opened by Brazilian President Luiz Inacio Lula da Silva.", "BRA supported"),
    ("2024-05-02", "German Chancellor Olaf Scholz and Dutch Prime Minister Mark Rutte spoke.", "DEU supported; NLD supported"),
    ("2024-05-02", "Former German Chancellor Angela Merkel spoke.", "DEU supported"),
    ("2020-05-02", "Former German Chancellor Angela Merkel spoke.", "DEU contradicted"),
    ("2024-05-02", "Narendra Modi is the prime minister of India.", "IND supported"),
    ("2024-05-02", "Narendra Modi is not the prime minister of India.", "IND contradicted"),
    ("2024-05-02", "Deputy Prime Minister Narendra Modi spoke.", ""),
    ("2031-05-02", "French President Emmanuel Macron spoke.", "FRA not_in_record"),
]

TWO_DATES = [
    ("British Prime Minister Boris Johnson called.", "2021-06-01", "GBR supported", "2023-06-01", "GBR outdated"),
    ("Brazilian President Jair Bolsonaro called.", "2022-06-01", "BRA supported", "2024-06-01", "BRA outdated"),
    ("Japanese Prime Minister Shigeru Ishiba called.", "2023-06-01", "JPN contradicted", "2025-03-01", "JPN supported"),
    ("US President Joe Biden called.", "2020-06-01", "USA contradicted", "2022-06-01", "USA supported"),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "office") == expected


@pytest.mark.parametrize(("sentence", "first", "then", "second", "now"), TWO_DATES)
def test_time_counts(verdicts: Verdicts, sentence: str, first: str, then: str, second: str, now: str) -> None:
    assert (verdicts(first, sentence, "office"), verdicts(second, sentence, "office")) == (then, now)
