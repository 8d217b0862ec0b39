"""Pressure by a power: "facing pressure from X", "X imposed sanctions on Y", "X threatened Y", "vying for influence"."""

from __future__ import annotations

from collections.abc import Iterator

from nonaligned.reports.claiming import governing_states, make, pair_claims
from nonaligned.reports.clauses import Clause, patients
from nonaligned.reports.document import Document, is_example
from nonaligned.reports.report import Claim

KIND = "pressure"
VERBS = frozenset({"pressure", "pressurise", "pressurize", "threaten", "coerce", "sanction", "warn", "bully", "blackmail"})
NOUNS = frozenset({"pressure", "sanction", "sanctions", "coercion", "threat", "ultimatum"})


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Pressure claims of one predicate: the state that presses is the subject."""
    if clause.head.pos_ == "VERB" and clause.lemma in VERBS:
        ones = tuple(s for t in clause.subjects for s in document.states(t))
        targets = patients(clause.head) or (*clause.objects,)
        others = tuple(s for t in targets for s in document.states(t, places=True))
        yield from _claims(document, clause, ones, others, clause.lemma)
    elif clause.head.pos_ == "NOUN" and clause.lemma in NOUNS:
        yield from _noun(document, clause)


def _noun(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    senders = [s for t in clause.oblique("from", "by", "of") for s in document.states(t, places=True)]
    senders += [s for c in head.children if c.dep_ in {"nmod:poss", "amod", "compound"} or is_example(c) for s in document.states(c)]
    targets = [s for t in clause.oblique("on", "against", "upon", "over") for s in document.states(t, places=True)]
    above = governing_states(document, head)
    verb = head.head
    if (
        not targets
        and verb.pos_ == "VERB"
        and verb.lemma_.casefold() in {"impose", "put", "exert", "slap", "lift", "ease", "apply", "place"}
    ):
        targets = [s for c in verb.children if c.dep_ == "obl" for s in document.states(c, places=True)]
    if senders and not targets:
        targets = [s for s in above if s not in senders]
    elif targets and not senders:
        senders = [s for s in above if s not in targets]
    if verb.lemma_.casefold() in {"lift", "ease", "remove", "end", "waive"}:
        return
    yield from _claims(document, clause, tuple(dict.fromkeys(senders)), tuple(dict.fromkeys(targets)), f"{clause.lemma} on")


def _claims(document: Document, clause: Clause, ones: tuple[str, ...], others: tuple[str, ...], rule: str) -> Iterator[Claim]:
    for one, other in pair_claims(ones, others):
        yield make(document, KIND, clause.head, one, other, status=clause.status, rule=rule)
