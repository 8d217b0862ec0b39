"""Meetings and visits: "Modi is set to meet Putin in Moscow", "the talks between X and Y", "X visited Y"."""

from __future__ import annotations

from collections.abc import Iterator

from nonaligned.reports.claiming import make
from nonaligned.reports.clauses import Clause
from nonaligned.reports.document import Document, preposition
from nonaligned.reports.report import Claim, Mention

KIND = "meeting"
VERBS = frozenset({"meet", "visit", "host", "receive", "welcome", "confer", "travel", "arrive", "fly"})
NOUNS = frozenset({"meeting", "summit", "talks", "talk", "visit", "trip", "negotiation", "dialogue"})
TRAVEL = frozenset({"travel", "arrive", "fly", "visit"})


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Meeting claims of one predicate: two states, one of them through a person or its government."""
    if clause.head.pos_ == "VERB" and clause.lemma in VERBS:
        yield from _verb(document, clause)
    elif clause.head.pos_ == "NOUN" and clause.lemma in NOUNS and clause.head.dep_ != "compound":
        yield from _noun(document, clause)


def _verb(document: Document, clause: Clause) -> Iterator[Claim]:
    is_travel = clause.lemma in TRAVEL
    ones = [m for t in clause.subjects for m in document.parties(t)]
    targets = [*clause.objects, *clause.oblique("with")] + (list(clause.oblique("to", "in")) if is_travel else [])
    others = [m for t in targets for m in document.parties(t, places=is_travel)]
    if not others and len({m.states for m in ones}) == 2 and not clause.objects:
        ones, others = ones[:1], ones[1:]
    yield from _claims(document, clause, ones, others, _place(document, clause))


def _noun(document: Document, clause: Clause) -> Iterator[Claim]:
    both = [m for t in clause.oblique("between", "with", "of") for m in document.parties(t)]
    owners = [m for c in clause.head.children if c.dep_ in {"nmod:poss", "amod", "compound"} for m in document.parties(c)]
    if clause.lemma in {"visit", "trip"}:
        others = [m for t in clause.oblique("to") for m in document.parties(t, places=True)]
        yield from _claims(
            document, clause, owners or [m for t in clause.oblique("by", "of", "from") for m in document.parties(t)], others, ""
        )
    elif len({m.states for m in both if m.states}) >= 2:
        yield from _claims(document, clause, both[:1], both[1:2], _place(document, clause))
    elif owners and both:
        yield from _claims(document, clause, owners, both, _place(document, clause))


def _claims(document: Document, clause: Clause, ones: list[Mention], others: list[Mention], place: str) -> Iterator[Claim]:
    for one in ones:
        for other in others:
            if one.states and other.states and one.states != other.states:
                pair = sorted((one.states[0], other.states[0]))
                yield make(
                    document,
                    KIND,
                    clause.head,
                    one.states[0],
                    other.states[0],
                    status=clause.status,
                    rule=clause.lemma,
                    place=place,
                    persons="|".join(m.person for m in (one, other) if m.person),
                    key="-".join(pair),
                )


def _place(document: Document, clause: Clause) -> str:
    for token in clause.oblique("in", "at"):
        mention = document.mention(token)
        if mention is not None and preposition(token) in {"in", "at"}:
            return mention.text
    return ""
