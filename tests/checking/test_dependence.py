"""Dependence: arms and fuels by suppliers' shares, trade by rank where the partners known suffice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Verdicts = Callable[[str, str, str], str]

CASES = [
    ("2024-05-02", "India is more dependent on Russian arms than China is.", "IND RUS supported"),
    ("2024-05-02", "India relies on Russia for its fighter jets.", "IND RUS not_in_record"),
    ("2018-05-02", "Egypt, which used to depend on American arms, now buys from France.", "EGY USA not_in_record"),
    # arms
    ("2024-05-02", "Pakistan depends on China for its weapons.", "PAK CHN supported"),
    ("2024-05-02", "Vietnam depends on Russia for most of its weapons.", "VNM RUS supported"),
    ("2024-05-02", "India depends on Russia for most of its weapons.", "IND RUS outdated"),
    ("2024-05-02", "Egypt is heavily dependent on the United States for its arms.", "EGY USA outdated"),
    ("2024-05-02", "India depends on China for its weapons.", "IND CHN unsupported"),
    ("2024-05-02", "Pakistan is not dependent on China for its weapons.", "PAK CHN contradicted"),
    ("2024-05-02", "Egypt is no longer dependent on the United States for its weapons.", "EGY USA supported"),
    ("2024-05-02", "Algeria's dependence on Russian weapons is well known.", "DZA RUS supported"),
    ("2024-05-02", "Officials said that Saudi Arabia depended on the United States for its weapons.", "SAU USA supported"),
    ("2024-05-02", "Kazakhstan hosted the talks. It depends on Russia for its weapons.", "KAZ RUS supported"),
    ("2024-05-02", "India could become dependent on China for its weapons.", "IND CHN not_in_record"),
    # fuels
    ("2022-10-08", "Iraq is India's largest oil supplier.", "IND IRQ supported"),
    ("2022-10-08", "Russia is India's largest oil supplier.", "IND RUS unsupported"),
    ("2022-10-08", "Saudi Arabia is India's second-largest supplier of crude oil.", "IND SAU supported"),
    ("2022-10-08", "India depends on Iraq for its crude oil.", "IND IRQ supported"),
    ("2024-05-02", "Germany was dependent on Russia for its gas.", "DEU RUS not_in_record"),
    # trade: a rank can be refuted where two years agree, not proved
    ("2024-07-08", "Russia is China's biggest trading partner.", "CHN RUS contradicted"),
    ("2024-07-08", "Russia is India's third-largest trading partner.", "IND RUS contradicted"),
    ("2024-07-08", "Russia is not China's biggest trading partner.", "CHN RUS supported"),
    ("2024-07-08", "China is India's largest trading partner.", "IND CHN not_in_record"),
    ("2024-07-08", "India is Russia's largest trading partner in South Asia.", ""),
    ("2024-07-08", "China is the largest Asian trading partner of Brazil.", ""),
    # independence is a judgement
    ("2024-05-02", "India has an independent foreign policy.", "IND not_in_record"),
    ("2024-05-02", "India won its independence from Britain in 1947.", ""),
]

TWO_DATES = [
    ("Egypt depends on the United States for its weapons.", "2014-05-02", "EGY USA supported", "2024-05-02", "EGY USA outdated"),
    ("Iraq is India's largest oil supplier.", "2022-10-08", "IND IRQ supported", "2024-05-02", "IND IRQ not_in_record"),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "dependence") == expected


@pytest.mark.parametrize(("sentence", "first", "then", "second", "now"), TWO_DATES)
def test_time_counts(verdicts: Verdicts, sentence: str, first: str, then: str, second: str, now: str) -> None:
    assert (verdicts(first, sentence, "dependence"), verdicts(second, sentence, "dependence")) == (then, now)
