"""Events: every type and status, voice, coordination, control; and laws that hold for any text."""

from __future__ import annotations

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from nonaligned.reports.event_lexicon import EVENT_TYPES, RECIPIENT, WORDS, lexicon
from nonaligned.reports.events import CONFIDENCE
from nonaligned.reports.gazetteer import LEXICON
from nonaligned.reports.reading import read_text
from nonaligned.reports.report import Event, Text

DAY = date(2023, 6, 1)
CASES = Path(__file__).parent / "cases"


def events(text: str) -> tuple[Event, ...]:
    return read_text(Text(text), DAY).events


def codes(text: str) -> set[str]:
    return {f"{e.event_type} {e.actor_state}>{e.recipient_state} {e.status}" for e in events(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The United States agreed with Japan to share the costs of the base.", "AGREE USA>JPN asserted"),
        ("China pledged to provide loans to Pakistan.", "AGREE CHN>PAK asserted; AID CHN>PAK expected"),
        ("Modi met Xi Jinping in Kazan.", "CONSULT IND>CHN asserted"),
        ("Modi held talks with Putin in Moscow.", "CONSULT IND>RUS asserted"),
        ("Talks between the United States and China took place in Geneva.", "CONSULT USA>CHN asserted"),
        ("The British foreign secretary visited Egypt on Monday.", "CONSULT GBR>EGY asserted"),
        ("China expressed support for Pakistan.", "SUPPORT CHN>PAK asserted"),
        ("India signed an agreement with Japan on civil nuclear energy.", "SUPPORT IND>JPN asserted"),
        ("The United States lifted sanctions on Venezuela.", "CONCEDE USA>VEN asserted"),
        ("Russia sold tanks to India.", "COOPERATE RUS>IND asserted"),
        ("India bought oil from Russia.", "COOPERATE IND>RUS asserted"),
        ("India has an arms deal with Russia.", "COOPERATE IND>RUS asserted"),
        ("Germany provided military aid to Ukraine.", "AID DEU>UKR asserted"),
        ("Japan gave Kenya a loan.", "AID JPN>KEN asserted"),
        ("The United States withdrew its troops from Afghanistan.", "RETREAT USA>AFG asserted"),
        ("Armenia and Azerbaijan declared a ceasefire.", "RETREAT ARM>AZE asserted"),
        ("Israel called on Iran to stop.", "REQUEST ISR>IRN asserted"),
        ("India is facing increasing pressure from the United States.", "REQUEST USA>IND asserted"),
        ("Germany condemned Russia's invasion of Ukraine.", "ACCUSE DEU>RUS asserted; ASSAULT RUS>UKR asserted"),
        ("India rejected a request from the United States.", "REJECT IND>USA asserted"),
        ("Iran vowed to retaliate against Israel.", "THREATEN IRN>ISR asserted"),
        ("Pakistan lodged a protest with India.", "PROTEST PAK>IND asserted"),
        ("Saudi Arabia broke off diplomatic relations with Qatar.", "SANCTION SAU>QAT asserted"),
        ("Germany expelled forty Russian diplomats.", "SANCTION DEU>RUS asserted"),
        ("Russia deployed troops in Belarus.", "MOBILIZE RUS>BLR asserted"),
        ("China detained two Canadian citizens.", "COERCE CHN>CAN asserted"),
        ("Russia invaded Ukraine in 2022.", "ASSAULT RUS>UKR asserted"),
        ("Turkey carried out air strikes against Syria.", "ASSAULT TUR>SYR asserted"),
        ("Israeli warplanes struck Syrian positions.", "ASSAULT ISR>SYR asserted"),
    ],
)
def test_types(text: str, expected: str) -> None:
    assert codes(text) == set(expected.split("; "))


STATUSES = {
    "ASSAULT RUS>UKR": {
        "asserted": "Russia attacked Ukraine.",
        "reported": "Officials said that Russia had attacked Ukraine.",
        "expected": "Russia will attack Ukraine.",
        "conditional": "Russia could attack Ukraine.",
        "negated": "Russia did not attack Ukraine.",
        "denied": "Russia denied that it had attacked Ukraine.",
    },
    "CONSULT TUR>GRC": {
        "asserted": "Turkey held talks with Greece.",
        "reported": "Officials said that Turkey had held talks with Greece.",
        "expected": "Turkey will hold talks with Greece.",
        "conditional": "Turkey may hold talks with Greece.",
        "negated": "Turkey will not hold talks with Greece.",
        "denied": "Turkey denied that it had held talks with Greece.",
    },
    "SANCTION USA>IRN": {
        "asserted": "The United States imposed sanctions on Iran.",
        "reported": "Officials said that the United States had imposed sanctions on Iran.",
        "expected": "The United States is expected to impose sanctions on Iran.",
        "conditional": "The United States might impose sanctions on Iran.",
        "negated": "The United States has not imposed sanctions on Iran.",
        "denied": "The United States denied that it had imposed sanctions on Iran.",
    },
}


@pytest.mark.parametrize(
    ("core", "status", "text"), [(core, status, text) for core, rows in STATUSES.items() for status, text in rows.items()]
)
def test_statuses(core: str, status: str, text: str) -> None:
    assert codes(text) == {f"{core} {status}"}


FRAMES = {  # {} is the act after "to"; what the frame adds, and the status that it gives to the act
    "AGREE {a} asserted|expected": "{x} agreed to {act}.",
    "REJECT {a} asserted|denied": "{x} refused to {act}.",
    "|expected": "{x} wants to {act}.",
}
ACTS = {
    "SUPPORT": ("support Japan", "IND", "JPN"),
    "CONCEDE": ("lift sanctions on Japan", "IND", "JPN"),
    "COOPERATE": ("sell oil to Japan", "IND", "JPN"),
    "AID": ("provide aid to Japan", "IND", "JPN"),
    "RETREAT": ("withdraw troops from Japan", "IND", "JPN"),
    "CONSULT": ("hold talks with Japan", "IND", "JPN"),
}


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("frame", FRAMES)
def test_control_gives_the_frame_and_the_act(kind: str, frame: str) -> None:
    act, actor, recipient = ACTS[kind]
    pair = f"{actor}>{recipient}"
    added, _, status = frame.partition("|")
    found = codes(FRAMES[frame].format(x="India", act=act))
    assert found == {f"{kind} {pair} {status}"} | ({added.format(a=pair)} if added else set())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russia threatened to attack Ukraine.", "THREATEN RUS>UKR asserted; ASSAULT RUS>UKR expected"),
        ("Germany urged China to support Ukraine.", "REQUEST DEU>CHN asserted; SUPPORT CHN>UKR expected"),
        ("France demanded that Russia withdraw its troops from Georgia.", "REQUEST FRA>RUS asserted; RETREAT RUS>GEO expected"),
        ("The United States accused Iran of selling drones to Russia.", "ACCUSE USA>IRN asserted; COOPERATE IRN>RUS reported"),
        ("Ukraine accused Russia of bombing its cities.", "ACCUSE UKR>RUS asserted; ASSAULT RUS>UKR reported"),
        ("Russia was prevented from attacking Ukraine.", "ASSAULT RUS>UKR negated"),
        ("There was no Russian attack on Ukraine.", "ASSAULT RUS>UKR negated"),
        ("A planned visit by Kishida to India was announced.", "CONSULT JPN>IND expected"),
        ("Officials said Germany expelled Russian diplomats.", "SANCTION DEU>RUS reported"),
        ("If Russia attacks Ukraine, prices will rise.", "ASSAULT RUS>UKR conditional"),
    ],
)
def test_embedded_acts(text: str, expected: str) -> None:
    assert codes(text) == set(expected.split("; "))


@pytest.mark.parametrize(
    ("active", "passive"),
    [
        ("The European Union imposed sanctions on Iran.", "Sanctions were imposed on Iran by the European Union."),
        ("Germany condemned Russia.", "Russia was condemned by Germany."),
        ("Japan eased export restrictions on South Korea.", "Export restrictions on South Korea were eased by Japan."),
    ],
)
def test_voice_changes_nothing(active: str, passive: str) -> None:
    assert codes(active) == codes(passive) != set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russia and Belarus attacked Ukraine.", "ASSAULT RUS>UKR asserted; ASSAULT BLR>UKR asserted"),
        ("The United States imposed sanctions on Iran and Russia.", "SANCTION USA>IRN asserted; SANCTION USA>RUS asserted"),
        ("Vietnam and the Philippines signed a treaty.", "SUPPORT VNM>PHL asserted"),
        ("The United States and the Philippines held joint military exercises.", "COOPERATE USA>PHL asserted"),
    ],
)
def test_coordination(text: str, expected: str) -> None:
    assert codes(text) == set(expected.split("; "))


@pytest.mark.parametrize(
    "text",
    [
        "China is larger than India.",
        "India lies between Pakistan and Bangladesh.",
        "The conference took place in Paris.",
        "South Africa returned to the Commonwealth in 1994.",
        "Germany condemned the attack on Ukraine.",
        "The president of India met his ministers.",
        "",
    ],
)
def test_no_event_without_an_act_between_two(text: str) -> None:
    assert not codes(text)


def test_place_and_date_are_not_parties() -> None:
    (event,) = events("Modi met Xi Jinping in Russia on 12 May 2023.")
    assert (event.actor, event.recipient, event.place, event.date) == ("Narendra Modi", "Xi Jinping", "Russia", "2023-05-12")


def test_an_act_that_is_sure_comes_before_one_referred_to() -> None:
    named, referred = events("Russia attacked Ukraine. It also attacked Georgia.")
    assert named.confidence > referred.confidence


LAW_TEXTS = [
    "  Russia attacked Ukraine — and then, “Russia” attacked Georgia.\n\nGermany urged China to support Ukraine.  ",
    "Modi, Putin and Xi met in Kazan. The two countries signed a deal; Iran's president was not there.",
    "“” , ; — .",
    *(path.read_text(encoding="utf-8") for path in sorted(CASES.glob("*.txt"))),
]


@pytest.mark.parametrize("text", LAW_TEXTS)
def test_laws(text: str) -> None:
    found = events(text)
    assert [e.event_id for e in found] == [f"e{n}" for n in range(1, len(found) + 1)]
    assert all(one.start <= two.start for one, two in pairwise(found))
    for event in found:
        assert event.event_type in EVENT_TYPES
        assert event.actor_state
        assert event.recipient_state
        assert event.actor_state != event.recipient_state
        assert 0 < event.confidence < 1
        assert event.rule.partition(":")[0] in CONFIDENCE
        assert text[event.start : event.end] in event.sentence
        assert text[event.start : event.end].strip()
        assert event.sentence in text
    assert found == events(text)


def test_lexicon_is_sound() -> None:
    with (LEXICON / "plover.csv").open(encoding="utf-8", newline="") as handle:
        rows = [tuple(row) for row in csv.reader(handle)][1:]
    assert rows == sorted(set(rows))
    assert {row[4] for row in rows} == set(EVENT_TYPES) == set(RECIPIENT)
    assert {row[1] for row in rows} == {"verb", "noun"}
    lists = {word[1:] for row in rows for word in row[2].split("|") if word.startswith("@")}
    assert lists <= set(WORDS)
    assert all(entry.slots for entries in lexicon().values() for entry in entries)
