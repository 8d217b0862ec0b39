"""Office: who held it on the day of the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonaligned.world.leaders import Holding, holdings
from nonaligned.world.names import gazetteer

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
    # a title ends at a word's end
    (
        "2024-01-10",
        "Mohammed bin Salman, the kingdom's crown prince and prime minister, met President Putin.",
        "RUS supported; SAU supported",
    ),
    # what is told of the past: true at the time
    ("2024-10-10", "The border closed a day after Prime Minister Sheikh Hasina resigned.", "BGD supported"),
    ("2024-10-10", "Protests followed the resignation of Prime Minister Sheikh Hasina.", "BGD supported"),
    ("2024-10-10", "Prime Minister Rishi Sunak lost the July election.", "GBR supported"),
    ("2024-10-10", "Prime Minister Fumio Kishida stepped down this month.", "JPN supported"),
    ("2024-10-10", "Finland joined NATO after President Sauli Niinistö dropped decades of caution.", "FIN supported"),
    ("2019-10-10", "Theresa May, Britain's prime minister until July, spoke.", "GBR supported"),
    ("2024-10-10", "Rishi Sunak, who was Britain's prime minister until July, spoke.", "GBR supported"),
    ("2024-10-10", "Tony Blair, who was British prime minister from 1990 to 1995, spoke.", "GBR not_in_record"),
    ("2024-10-10", "Prime Minister Rishi Sunak was succeeded by Keir Starmer.", "GBR supported"),
    # the news itself
    ("2024-10-10", "Prime Minister Rishi Sunak resigned on Monday.", "GBR outdated"),
    ("2024-10-10", "British Prime Minister Rishi Sunak opened a plant.", "GBR outdated"),
    ("2024-10-10", "British Prime Minister Rishi Sunak is visiting Paris.", "GBR outdated"),
    ("2029-10-10", "Prime Minister Rishi Sunak lost the election.", "GBR outdated"),
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


ADJECTIVES = {
    entry.code: form
    for form, entries in gazetteer().items()
    for entry in entries
    if entry.kind == "adjective" and len(entries) == 1 and not entry.last and not form.isupper() and "-" not in form
}
HEADS = [
    h
    for h in holdings()
    if h.office == "head_of_government"
    and "Prime Minister" in h.titles
    and len(h.span.first) == len(h.span.last) == 10
    and h.span.first > "1992"
    and "acting" not in h.note
    and sum(other.person == h.person for other in holdings()) == 1
]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(holding=st.sampled_from(HEADS), days=st.integers(40, 3000))
def test_agrees_with_the_register(verdicts: Verdicts, holding: Holding, days: int) -> None:
    """A prime minister who held the office once: right while in it, overtaken after it, wrong before it."""
    first, last = date.fromisoformat(holding.span.first), date.fromisoformat(holding.span.last)
    adjective = ADJECTIVES.get(holding.state)
    if adjective is None:
        return
    sentence = f"{adjective} Prime Minister {holding.person} spoke on Monday."
    middle = first + (last - first) / 2
    assert verdicts(middle.isoformat(), sentence, "office") == f"{holding.state} supported", sentence
    after = min(last + timedelta(days=days), date(2025, 12, 31))
    if after > last + timedelta(days=1):
        assert verdicts(after.isoformat(), sentence, "office") == f"{holding.state} outdated", sentence
    before = first - timedelta(days=days)
    assert verdicts(before.isoformat(), sentence, "office") == f"{holding.state} contradicted", sentence
