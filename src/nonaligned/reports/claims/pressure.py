"""Pressure by a power: "facing pressure from X", "X imposed sanctions on Y", "X threatened Y", "vying for influence"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import governing_states, make, pair_claims
from nonaligned.reports.clauses import Clause, patients, status
from nonaligned.reports.document import Document, is_example
from nonaligned.reports.report import Claim, Status

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "pressure"
VERBS = frozenset({"pressure", "pressurise", "pressurize", "threaten", "coerce", "sanction", "warn", "bully", "blackmail"})
URGE = frozenset({"press", "push", "force", "lobby"})  # pressure only where a state is pressed to do something
HARM = frozenset({"attack", "invade", "strike", "bomb", "punish", "sanction", "annex", "blockade"})
IMPOSE = frozenset({"impose", "put", "exert", "slap", "apply", "place", "announce", "levy"})
LIFT = frozenset({"lift", "ease", "remove", "end", "waive", "suspend", "relax", "drop", "escape", "avoid", "evade", "circumvent"})
NOUNS = frozenset({"pressure", "sanction", "sanctions", "coercion", "threat", "ultimatum"})


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Pressure claims of one predicate: the state that presses is the subject."""
    if clause.head.pos_ == "VERB" and clause.lemma in VERBS:
        ones = tuple(s for t in clause.subjects for s in document.states(t))
        targets = patients(clause.head) or (*clause.objects,)
        others = tuple(s for t in targets for s in document.states(t, places=True))
        if clause.lemma == "threaten" and not others:
            others = tuple(
                s for c in clause.head.children if c.dep_ == "xcomp" and c.lemma_ in HARM for o in objects_of(c) for s in document.states(o)
            )
        yield from _claims(document, clause, ones, others, clause.lemma, clause.status)
    elif clause.head.pos_ == "VERB" and clause.lemma in URGE and any(c.dep_ == "xcomp" for c in clause.head.children):
        ones = tuple(s for t in clause.subjects for s in document.states(t))
        others = tuple(s for t in patients(clause.head) or clause.objects for s in document.states(t))
        yield from _claims(document, clause, ones, others, clause.lemma, clause.status)
    elif clause.head.pos_ == "NOUN" and clause.lemma in NOUNS:
        yield from _noun(document, clause)


def objects_of(verb: Token) -> tuple[Token, ...]:
    """Direct objects of a verb."""
    return tuple(c for c in verb.children if c.dep_ == "obj")


def _noun(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    senders = [s for t in clause.oblique("from", "by", "of") for s in document.states(t, places=True)]
    senders += [s for c in head.children if c.dep_ in {"nmod:poss", "amod", "compound"} or is_example(c) for s in document.states(c)]
    targets = [s for t in clause.oblique("on", "against", "upon", "over") for s in document.states(t, places=True)]
    is_copular = any(c.dep_ == "cop" for c in head.children)
    above = tuple(s for t in clause.subjects for s in document.states(t)) if is_copular else governing_states(document, head)
    verb = head.head
    if not targets and verb.pos_ == "VERB" and verb.lemma_.casefold() in IMPOSE:
        targets = [s for c in verb.children if c.dep_ == "obl" for s in document.states(c, places=True)]
    if senders and not targets:
        targets = [s for s in above if s not in senders]
    elif targets and not senders:
        senders = [s for s in above if s not in targets]
    if verb != head and verb.lemma_.casefold() in LIFT:
        return
    is_done = verb != head and verb.pos_ == "VERB" and head.dep_ in {"obj", "nsubj:pass", "obl", "nsubj"}
    found = status(verb) if is_done and clause.status == "asserted" else clause.status
    yield from _claims(document, clause, tuple(dict.fromkeys(senders)), tuple(dict.fromkeys(targets)), f"{clause.lemma} on", found)


def _claims(
    document: Document, clause: Clause, ones: tuple[str, ...], others: tuple[str, ...], rule: str, found: Status
) -> Iterator[Claim]:
    for one, other in pair_claims(ones, others):
        yield make(document, KIND, clause.head, one, other, status=found, rule=rule)
