"""Meetings and visits: "Modi is set to meet Putin in Moscow", "the talks between X and Y", "X visited Y"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import make
from nonaligned.reports.clauses import Clause, is_passive, patients, status, subjects
from nonaligned.reports.document import Document, preposition
from nonaligned.reports.report import Claim, Mention, Status

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "meeting"
VERBS = frozenset({"meet", "visit", "host", "receive", "welcome", "confer", "travel", "arrive", "fly", "greet"})
NOUNS = frozenset({"meeting", "summit", "talks", "talk", "visit", "trip", "negotiation", "dialogue"})
TRAVEL = frozenset({"travel", "arrive", "fly", "visit"})
HOLD = frozenset({"hold", "have", "begin", "start", "open", "conclude", "resume", "attend"})
CALLED_OFF = frozenset({"cancel", "postpone", "scrap", "abandon", "shelve", "delay"})
PERSONS = frozenset(
    "president premier minister chancellor king queen emir sultan monarch prince secretary leader counterpart official diplomat envoy "
    "ambassador delegation delegate negotiator lawmaker government side".split()
)


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Meeting claims of one predicate: two states, one of them through a person or its government."""
    if clause.head.pos_ == "VERB" and clause.lemma in VERBS:
        yield from _verb(document, clause)
    elif clause.head.pos_ == "NOUN" and clause.lemma in NOUNS and clause.head.dep_ != "compound":
        yield from _noun(document, clause)


def _who(document: Document, tokens: tuple[Token, ...]) -> list[Mention]:
    """Parties named as such or through those who can meet: not troops, nor a state's decision."""
    found: list[Mention] = []
    for token in tokens:
        if document.mention(token) is not None or token.lemma_.casefold() in PERSONS:
            found += document.parties(token)
    return found


def _verb(document: Document, clause: Clause) -> Iterator[Claim]:
    head, is_travel = clause.head, clause.lemma in TRAVEL
    if clause.lemma in TRAVEL - {"visit"} and clause.objects:
        return  # "flew jets to Syria"
    ones = _who(document, clause.subjects)
    guests = patients(head) if is_passive(head) else ()
    targets = [*_who(document, (*clause.objects, *clause.oblique("with"), *guests))]
    if is_travel:
        there = (*clause.objects, *guests, *clause.oblique("to", "in"))
        targets = [m for t in there if document.mention(t) is not None for m in document.parties(t, places=True)]
    if not targets and len({m.states for m in ones if m.states}) == 2 and not clause.objects:
        ones, targets = ones[:1], ones[1:]
    yield from _claims(document, clause, ones, targets, clause.status, _place(document, clause))


def _noun(document: Document, clause: Clause) -> Iterator[Claim]:
    head, verb = clause.head, clause.head.head
    both = _who(document, clause.oblique("between", "with", "of"))
    owners = [m for c in head.children if c.dep_ in {"nmod:poss", "amod", "compound"} for m in document.parties(c)]
    found = clause.status
    if verb != head and verb.pos_ == "VERB" and head.dep_ in {"obj", "nsubj", "nsubj:pass"} and found == "asserted":
        found = "negated" if verb.lemma_.casefold() in CALLED_OFF else status(verb)
    if clause.lemma in {"visit", "trip"}:
        there = [m for t in clause.oblique("to") for m in document.parties(t, places=True)]
        yield from _claims(document, clause, owners or _who(document, clause.oblique("by", "of", "from")), there, found, "")
    elif len({m.states for m in both if m.states}) >= 2:
        yield from _claims(document, clause, both[:1], both[1:2], found, _place(document, clause))
    elif owners and both:
        yield from _claims(document, clause, owners, both, found, _place(document, clause))
    elif verb.lemma_.casefold() in HOLD and head.dep_ == "obj":
        near = tuple(c for c in verb.children if c.dep_ == "obl" and preposition(c) == "with")
        yield from _claims(document, clause, _who(document, subjects(verb)), both or _who(document, near), found, _place(document, clause))


def _claims(document: Document, clause: Clause, ones: list[Mention], others: list[Mention], found: Status, place: str) -> Iterator[Claim]:
    for one in ones:
        for other in others:
            if one.states and other.states and one.states != other.states:
                pair = sorted((one.states[0], other.states[0]))
                yield make(
                    document, KIND, clause.head, one.states[0], other.states[0], status=found, rule=clause.lemma, place=place,
                    persons="|".join(m.person for m in (one, other) if m.person), key="-".join(pair),
                )  # fmt: skip


def _place(document: Document, clause: Clause) -> str:
    for token in clause.oblique("in", "at"):
        mention = document.mention(token)
        if mention is not None and preposition(token) in {"in", "at"}:
            return mention.text
    return ""
