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
    # one kind of arms: the record has all arms together
    ("2024-05-02", "Germany does not supply cruise missiles to Ukraine.", "DEU UKR not_in_record"),
    ("2024-05-02", "China has not sold lethal weapons to Russia.", "CHN RUS not_in_record"),
    ("2024-05-02", "Russia supplies India with fighter jets.", "RUS IND not_in_record"),
    # "no" on the object denies
    ("2024-05-02", "France supplies no weapons to Russia.", "FRA RUS supported"),
    ("2024-05-02", "India buys no weapons from Russia.", "RUS IND contradicted"),
    ("2024-05-02", "India buys no weapons from Russia any more.", "RUS IND not_in_record"),
    ("2024-05-02", "Japan does not supply arms to Russia or Iran.", "JPN IRN supported; JPN RUS supported"),
    # "all", "nearly all"
    ("2018-05-02", "Kazakhstan imports nearly all its arms from Russia.", "RUS KAZ not_in_record"),
    ("2024-05-02", "Japan buys almost all of its weapons from the United States.", "USA JPN supported"),
    ("2024-05-02", "India buys virtually all of its weapons from Russia.", "RUS IND contradicted"),
    # a window of its own
    ("2024-05-02", "Russia supplied 76 percent of India's arms imports in 2009-13.", "RUS IND supported"),
    ("2024-05-02", "Russia supplied 36 percent of India's arms imports in 2009-13.", "RUS IND contradicted"),
    ("2024-12-05", "Russia supplied 94 percent of Armenia's arms imports in 2016-20.", "RUS ARM supported"),
    ("2024-12-05", "Russia supplied 94 percent of Armenia's arms imports in 2011-20.", "RUS ARM not_in_record"),
    ("2024-05-02", "France was India's largest arms supplier in 2015.", "FRA IND contradicted"),
    # the year of the figure compared with
    ("2024-05-02", "India buys 36 percent of its arms from Russia, down from 76 percent in 2009-13.", "RUS IND supported"),
    ("2024-05-02", "Russia supplied 36 percent of India's arms imports, compared with 76 percent in 2009-13.", "RUS IND supported"),
    ("2024-05-02", "Russia has been India's largest arms supplier for decades, but France may overtake it this year.", "RUS IND supported"),
    ("2024-05-02", "Russia sells most of its arms to India.", ""),
    ("2024-05-02", "Pakistan has ties to many, yet China supplied 73 percent of its arms in 2016-20.", "CHN PAK supported"),
    # joint shares
    ("2023-07-02", "Poland gets most of its arms from the United States and South Korea.", "KOR POL supported; USA POL supported"),
    ("2024-05-02", "India gets most of its arms from Israel and the United States.", "ISR IND not_in_record; USA IND not_in_record"),
    # a habit that is over
    ("2024-05-02", "Russia, formerly Egypt's largest arms supplier, agreed.", "RUS EGY supported"),
    ("2024-05-02", "Russia was once Egypt's largest arms supplier.", "RUS EGY supported"),
    ("2024-05-02", "India for decades bought most of its weapons from Russia.", "RUS IND supported"),
    ("2024-05-02", "India for decades bought most of its weapons from Norway.", "NOR IND not_in_record"),
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
