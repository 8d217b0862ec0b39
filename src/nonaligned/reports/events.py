"""Events: who did what to whom, as PLOVER types, from a lexicon of verbs and nouns over the parse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from nonaligned.ground.origins import read_rows
from nonaligned.reports.claiming import claim_time, governing_states
from nonaligned.reports.clauses import Clause, clause_span, clauses, is_passive, patients
from nonaligned.reports.document import Document, sentence_text
from nonaligned.reports.gazetteer import LEXICON
from nonaligned.reports.report import Event, Mention

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the lexicon: the predicate, the words that its phrase must hold, and the PLOVER type."""

    lemma: str
    pos: str
    needs: re.Pattern[str] | None
    event_type: str


@cache
def lexicon() -> Mapping[tuple[str, str], tuple[Entry, ...]]:
    """The project's lexicon by lemma and part of speech; entries that need a word come first."""
    found: dict[tuple[str, str], list[Entry]] = {}
    for row in read_rows(LEXICON / "plover.csv"):
        needs = re.compile(rf"\b(?:{row['needs']})s?\b", re.IGNORECASE) if row["needs"] else None
        found.setdefault((row["lemma"], row["pos"]), []).append(Entry(row["lemma"], row["pos"], needs, row["event_type"]))
    return {key: tuple(sorted(rows, key=lambda entry: entry.needs is None)) for key, rows in found.items()}


def read_events(document: Document) -> tuple[Event, ...]:
    """Events between two different actors, in order of position, numbered e1, e2 ..."""
    found: dict[tuple[str, str, str, int], Event] = {}
    for clause in clauses(document):
        entry = _entry(document, clause)
        if entry is None:
            continue
        for event in _events(document, clause, entry):
            key = (event.event_type, event.actor, event.recipient, document.sentence_index(event.start))
            found.setdefault(key, event)
    ordered = sorted(found.values(), key=lambda e: (e.start, e.end, e.actor, e.recipient))
    return tuple(replace(event, event_id=f"e{number}") for number, event in enumerate(ordered, 1))


def _entry(document: Document, clause: Clause) -> Entry | None:
    pos = {"VERB": "verb", "NOUN": "noun"}.get(clause.head.pos_, "")
    if clause.head.dep_ in {"compound", "amod"}:
        return None
    for entry in lexicon().get((clause.lemma, pos), ()):
        if entry.needs is None or entry.needs.search(_around(document, clause.head)):
            return entry
    return None


def _around(document: Document, head: Token) -> str:
    tokens = list(head.subtree)
    return document.doc[max(tokens[0].i, head.i - 6) : min(tokens[-1].i + 1, head.i + 10)].text


def _events(document: Document, clause: Clause, entry: Entry) -> Iterator[Event]:
    actors, recipients = _sides(document, clause)
    start, end = clause_span(document, clause.head)
    low, high = sentence_text(clause.head.sent)
    place = next((m.text for t in clause.oblique("in", "at") if (m := document.mention(t)) is not None), "")
    for actor in actors:
        for recipient in recipients:
            if _code(actor) == _code(recipient):
                continue
            certain = sum(1 for m in (actor, recipient) if m.kind != "resolved")
            yield Event(
                "",
                entry.event_type,
                actor.person or actor.text,
                _code(actor),
                recipient.person or recipient.text,
                _code(recipient),
                clause.status,
                claim_time(document, clause.head),
                place,
                document.doc.text[low:high],
                start,
                end,
                f"{entry.pos}:{entry.lemma}",
                (0.5, 0.65, 0.8)[certain] - (0.1 if entry.pos == "noun" else 0.0),
            )


def _code(mention: Mention) -> str:
    return mention.states[0] if mention.states else mention.group


def _sides(document: Document, clause: Clause) -> tuple[list[Mention], list[Mention]]:
    head = clause.head

    def parties(tokens: tuple[Token, ...], places: bool = False) -> list[Mention]:
        return [m for t in tokens for m in document.parties(t, places) if _code(m)]

    if head.pos_ == "NOUN":
        owners = parties(tuple(c for c in head.children if c.dep_ in {"nmod:poss", "amod", "compound"})) + parties(clause.oblique("by"))
        others = parties(clause.oblique("with", "on", "against", "to", "of", "from"), places=True)
        both = parties(clause.oblique("between"))
        if len(both) >= 2:
            return both[:1], both[1:2]
        if not owners:
            states = governing_states(document, head)
            owners = [m for m in document.mentions_in(head.sent.start_char, head.sent.end_char) if m.states[:1] == states[:1] and states][
                :1
            ]
        return owners, others
    actors = parties(clause.subjects)
    targets = patients(head) if is_passive(head) else clause.objects
    recipients = parties(targets, places=True) or _inside(document, targets)
    recipients = recipients or parties(clause.oblique("with", "to", "on", "against", "from", "of", "over"), places=True)
    if not recipients and len(actors) >= 2:
        return actors[:1], actors[1:]
    return actors, recipients


def _inside(document: Document, targets: tuple[Token, ...]) -> list[Mention]:
    """Parties that the object belongs to or is about ("ties with Russia", "Ukraine's army", "sanctions on Iran")."""
    found: list[Mention] = []
    for target in targets:
        for child in target.children:
            if child.dep_ in {"nmod", "nmod:poss", "amod", "compound"}:
                found += [m for m in document.parties(child, places=True) if _code(m)]
    return found
