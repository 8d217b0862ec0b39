"""Capability: ranks, amounts and changes, in the year that the report speaks of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Verdicts = Callable[[str, str, str], str]

CASES = [
    # ranks, in apposition on either side, joined, coordinated
    ("2024-07-08", "India is the world's fifth-largest economy.", "IND supported"),
    ("2024-07-08", "India is the world's second-largest economy.", "IND contradicted"),
    ("2024-07-08", "Brazil, the world's ninth-largest economy, wants a deal.", "BRA supported"),
    ("2024-07-08", "Officials from the world's second-largest economy, China, were absent.", "CHN supported"),
    ("2024-07-08", "The world's two largest economies, the United States and China, held talks.", "CHN supported; USA supported"),
    ("2024-07-08", "The talks were held in India, the world's fifth-largest economy.", "IND supported"),
    ("2024-07-08", "Germany overtook Japan as the world's third-largest economy.", "DEU supported"),
    ("2024-07-08", "China is the largest economy in the world.", "CHN unsupported"),
    ("2024-07-08", "China is not the world's largest economy.", "CHN supported"),
    ("2024-07-08", "India is not the world's fifth-largest economy.", "IND contradicted"),
    ("2024-07-08", "Japan is no longer the world's third-largest economy.", "JPN supported"),
    ("2024-07-08", "Italy is one of the world's largest economies.", "ITA supported"),
    ("2024-07-08", "Laos is one of the world's largest economies.", "LAO contradicted"),
    ("2024-07-08", "The government said that Germany was the third-largest economy in the world.", "DEU supported"),
    ("2024-07-08", "Saudi Arabia is the world's fifth-largest military spender.", "SAU supported"),
    ("2024-07-08", "India's military spending is the fourth largest in the world.", "IND supported"),
    ("2024-07-08", "France is the world's second-largest arms exporter.", "FRA supported"),
    ("2024-07-08", "Italy is the world's second-largest arms exporter.", "ITA contradicted"),
    ("2024-07-08", "India is the world's most populous country.", "IND supported"),
    ("2024-07-08", "If India becomes the world's third-largest economy, much will change.", "IND not_in_record"),
    ("2024-07-08", "India is the third-largest economy in Asia.", ""),
    ("2024-07-08", "India is the world's fastest-growing major economy.", ""),
    # amounts
    ("2024-07-08", "India spent $83.6 billion on its military in 2023.", "IND supported"),
    ("2024-07-08", "India's military spending reached $140 billion in 2023.", "IND contradicted"),
    ("2024-07-08", "India's military spending was about $105 billion in 2023.", "IND unsupported"),
    ("2024-07-08", "Pakistan's defence budget stands at $30 billion.", "PAK not_in_record"),
    ("2024-07-08", "Poland spent 3.8 percent of its GDP on defence in 2023.", "POL supported"),
    ("2024-07-08", "Norway's GDP is 400 billion euros.", "NOR not_in_record"),
    # changes over the years named, or five
    ("2024-07-08", "China has increased its military spending.", "CHN supported"),
    ("2024-07-08", "Germany has reduced its defence spending.", "DEU contradicted"),
    ("2024-07-08", "Israel's military spending rose by 24 percent last year.", "ISR supported"),
    ("2024-07-08", "Israel's military spending rose by 80 percent last year.", "ISR unsupported"),
    ("2024-07-08", "Poland has doubled its military spending since 2019.", "POL supported"),
    ("2024-07-08", "China has doubled its military spending since 2019.", "CHN unsupported"),
    ("2024-07-08", "China has doubled its military spending.", "CHN not_in_record"),
    ("2024-07-08", "Turkey increased its military spending this year.", "TUR not_in_record"),
    # what the record cannot measure
    ("2024-07-08", "China is modernising its armed forces.", "CHN not_in_record"),
]

TWO_DATES = [
    ("Japan, the world's third-largest economy, agreed.", "2022-10-08", "JPN supported", "2024-07-08", "JPN outdated"),
    ("China is the world's most populous country.", "2020-10-08", "CHN supported", "2024-07-08", "CHN outdated"),
    ("Israel's military spending increased last year.", "2023-07-08", "ISR unsupported", "2024-07-08", "ISR supported"),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "capability") == expected


@pytest.mark.parametrize(("sentence", "first", "then", "second", "now"), TWO_DATES)
def test_time_counts(verdicts: Verdicts, sentence: str, first: str, then: str, second: str, now: str) -> None:
    assert (verdicts(first, sentence, "capability"), verdicts(second, sentence, "capability")) == (then, now)
