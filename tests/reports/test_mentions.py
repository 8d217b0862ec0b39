"""Mentions: states, persons in office at the date, groups, and what refers back to them."""

from __future__ import annotations

from datetime import date

import pytest

from nonaligned.reports.reading import open_document
from nonaligned.reports.report import Mention, Text

DAY = "2024-05-02"


def mentions(text: str, day: str = DAY) -> list[Mention]:
    return open_document(Text(text), date.fromisoformat(day)).mentions


def found(text: str, words: str, day: str = DAY) -> Mention:
    return next(m for m in mentions(text, day) if m.text == words)


@pytest.mark.parametrize(
    ("text", "words", "states"),
    [
        ("Peru signed the text.", "Peru", ("PER",)),
        ("The Kenyan delegation left.", "Kenyan", ("KEN",)),
        ("Vietnamese officials spoke.", "Vietnamese", ("VNM",)),
        ("Warsaw said that it would wait.", "Warsaw", ("POL",)),
        ("The United Arab Emirates and Oman agreed.", "United Arab Emirates", ("ARE",)),
        ("South Sudan and Sudan agreed.", "South Sudan", ("SSD",)),
        ("Guinea-Bissau and Guinea agreed.", "Guinea-Bissau", ("GNB",)),
        ("Papua New Guinea agreed.", "Papua New Guinea", ("PNG",)),
        ("The Soviet Union invaded Afghanistan.", "Soviet Union", ("SUN",)),
        ("North Korea fired a missile.", "North Korea", ("PRK",)),
    ],
)
def test_names_of_states(text: str, words: str, states: tuple[str, ...]) -> None:
    assert found(text, words).states == states


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Michael Jordan scored twice.", "JOR"),
        ("Chad Smith plays the drums.", "TCD"),
        ("The senator from Georgia and the governor met in Atlanta.", "GEO"),
        ("Congo agreed to the text.", "COG"),
        ("Korea agreed to the text.", "KOR"),
        ("Turkey and stuffing were served with New Mexico chile.", "MEX"),
    ],
)
def test_what_is_no_state(text: str, states: str) -> None:
    assert all(states not in m.states for m in mentions(text))


def test_a_capital_acts_or_is_a_place() -> None:
    assert not found("Moscow rejected the plan.", "Moscow").is_place
    assert found("The envoys met in Moscow.", "Moscow").is_place
    assert found("He travelled to Warsaw on Monday.", "Warsaw").is_place
    assert not found("Talks with Tokyo went on.", "Tokyo").is_place


@pytest.mark.parametrize(
    ("day", "name", "states"),
    [
        ("2024-05-02", "Narendra Modi", ("IND",)),
        ("2010-05-02", "Narendra Modi", ()),
        ("2020-05-02", "Angela Merkel", ("DEU",)),
        ("2024-05-02", "Angela Merkel", ()),
        ("2015-05-02", "Antony Blinken", ()),
        ("2022-05-02", "Antony Blinken", ("USA",)),
    ],
)
def test_a_person_stands_for_a_state_only_in_office(day: str, name: str, states: tuple[str, ...]) -> None:
    mention = found(f"{name} spoke on Monday.", name, day)
    assert (mention.kind, mention.person, mention.states) == ("person", name, states)
    assert ("not in office" in mention.rule) == (not states)


def test_surnames() -> None:
    assert found("President Macron spoke.", "Macron").states == ("FRA",)
    text = "Olaf Scholz arrived at noon. Scholz then left."
    assert found(text, "Scholz").person == "Olaf Scholz"
    assert not [m for m in mentions("Melania Trump wore blue.", "2018-05-02") if m.text == "Trump"]


@pytest.mark.parametrize(
    ("text", "words", "states"),
    [
        ("Poland and Hungary met. The two countries agreed.", "The two countries", ("POL", "HUN")),
        ("Poland and Hungary met. Both countries agreed.", "Both countries", ("POL", "HUN")),
        ("Emmanuel Macron and Olaf Scholz met. The two leaders agreed.", "The two leaders", ("FRA", "DEU")),
        ("Malaysia hosted the talks. It is a member of ASEAN.", "It", ("MYS",)),
        ("Kenya sent troops. The country is large.", "country", ("KEN",)),
        ("Emmanuel Macron spoke. He left at noon.", "He", ("FRA",)),
        ("Egypt said its forces were ready.", "its", ("EGY",)),
    ],
)
def test_what_refers_back(text: str, words: str, states: tuple[str, ...]) -> None:
    mention = next(m for m in mentions(text) if m.kind == "resolved" and m.text.endswith(words))
    assert mention.states == states


def test_the_alliance_is_the_group_named_last() -> None:
    mention = next(m for m in mentions("NATO met in Washington. The alliance agreed on a plan.") if m.kind == "resolved")
    assert mention.group == "NATO"


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("The non-aligned movement met.", "NAM"),
        ("The Non-Aligned Movement met.", "NAM"),
        ("Nato met.", "NATO"),
        ("The Shanghai Cooperation Organization met.", "SCO"),
        ("The bloc of the G20 met.", "G20"),
        ("The Collective Security Treaty Organization met.", "CSTO"),
    ],
)
def test_groups(text: str, group: str) -> None:
    assert [m.group for m in mentions(text) if m.kind == "group"] == [group]


def test_lists_are_found_whatever_the_parse() -> None:
    document = open_document(Text("Iran, Cuba, Syria and North Korea voted against it."), date(2024, 5, 2))
    assert next([m.states[0] for m in run] for run in document.lists.values()) == ["IRN", "CUB", "SYR", "PRK"]


def test_spans_hold_the_words() -> None:
    text = "Türkiye’s president, Recep Tayyip Erdoğan, met Côte d’Ivoire’s envoy in São Tomé — and the UAE’s."
    for mention in mentions(text):
        assert text[mention.start : mention.end] == mention.text
    assert {"TUR", "CIV", "ARE"} <= {s for m in mentions(text) for s in m.states}
