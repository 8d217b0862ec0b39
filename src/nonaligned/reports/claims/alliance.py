"""Alliance: "X is an ally of Y", "US ally Japan", "traditional allies like Russia", "a mutual defence treaty with Y"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import governing_states, make, owner_states, pair_claims
from nonaligned.reports.clauses import Clause, is_no_longer, is_passive, patients, status
from nonaligned.reports.document import Document, is_example, preposition
from nonaligned.reports.report import Claim, Status

if TYPE_CHECKING:
    pass

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "alliance"
TREATIES = frozenset({"treaty", "pact", "alliance", "agreement"})
DEFENSE = frozenset({"defense", "defence", "defensive", "military", "security"})


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Alliance claims of one predicate."""
    if clause.lemma == "ally" and clause.head.pos_ in {"NOUN", "PROPN"}:
        yield from _ally(document, clause)
    elif clause.lemma in {"ally", "allied"} and clause.head.pos_ in {"VERB", "ADJ"}:
        others = tuple(s for t in clause.oblique("with", "to") for s in document.states(t))
        yield from _claims(document, clause, _carriers(document, clause), others, clause.status, "allied with")
    elif clause.lemma in TREATIES:
        yield from _treaty(document, clause)


def _carriers(document: Document, clause: Clause) -> tuple[str, ...]:
    tokens = patients(clause.head) if is_passive(clause.head) else clause.subjects
    return tuple(dict.fromkeys(s for t in tokens for s in document.states(t)))


def _ally(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    words = {c.text.casefold() for c in head.children}
    if words & {"former", "political", "party", "coalition", "ex"}:
        return
    named = tuple(s for c in head.children if c.dep_ in {"appos", "flat"} or is_example(c) for s in document.states(c, places=True))
    above = document.mention(head.head) if head.dep_ in {"compound", "flat", "nmod:desc"} else None
    if above is not None and not named:
        named = above.states
    owners = owner_states(document, head)
    groups = tuple(g for c in head.children if c.dep_ in {"compound", "nmod:poss", "nmod"} for g in document.groups(c))
    carriers = tuple(s for t in clause.subjects if t.head != head or t.dep_ != "nmod:poss" for s in document.states(t))
    members = named or tuple(s for s in carriers if s not in owners)
    if groups and members:
        for state in members:
            yield make(
                document, KIND, head, state, groups[0], status=clause.status, rule="ally of a group", group="1", tense=_tense(clause)
            )
        return
    if named and not owners:
        owners = governing_states(document, head) or owner_states(document, head.head)
        if clause.status == "asserted" or head.dep_ in {"obl", "nmod"}:
            found: Status = "asserted"  # "strengthen ties with allies like Y": that Y is an ally is said, whatever becomes of the ties
        else:
            found = clause.status
        yield from _claims(document, clause, owners, named, found, "allies such as")
    elif owners and members:
        found = "asserted" if named and clause.status != "negated" else clause.status
        yield from _claims(document, clause, members, owners, found, "ally of")
    elif not owners and len(carriers) == 2 and head.tag_ in {"NNS", "NNPS"} and any(c.dep_ == "cop" for c in head.children):
        yield from _claims(document, clause, carriers[:1], carriers[1:], clause.status, "are allies")


def _treaty(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    words = {c.text.casefold() for c in head.children} | {g.text.casefold() for c in head.children for g in c.children}
    is_mutual = "mutual" in words and bool(words & {"defense", "defence"})
    is_defense = bool(words & {"defense", "defence"}) and clause.lemma in {"treaty", "pact"}
    is_alliance = clause.lemma == "alliance" and bool(words & (DEFENSE | {"formal", "treaty"}))
    if not (is_mutual or is_defense or is_alliance):
        return
    partners = tuple(s for mark in ("with", "between") for t in clause.oblique(mark) for s in document.states(t))
    owners = tuple(s for c in head.children if c.dep_ in {"nmod:poss", "amod", "compound"} for s in document.states(c))
    verb = head.head if head.dep_ in {"obj", "obl", "obl:agent", "nsubj:pass", "nsubj", "nmod"} else None
    found = clause.status
    if verb is not None and verb.pos_ in {"VERB", "ADJ"} and found == "asserted":
        found = status(verb)
        partners = partners or tuple(s for c in verb.children if c.dep_ == "obl" and preposition(c) == "with" for s in document.states(c))
    bound: tuple[Token, ...] = patients(verb) if verb is not None and is_passive(verb) else ()
    if verb is not None and preposition(head) == "by" and verb.text.casefold() in {"bound", "linked", "tied", "protected"}:
        bound = bound or tuple(c for c in verb.children if c.dep_ in {"nsubj", "nsubj:pass"})
    carriers = owners or tuple(s for t in bound for s in document.states(t)) or governing_states(document, head)
    if len(carriers) == 2 and not partners:
        carriers, partners = carriers[:1], carriers[1:]
    elif len(partners) == 2 and not owners:
        carriers, partners = partners[:1], partners[1:]
    elif len(owners) == 2 and not partners:
        carriers, partners = owners[:1], owners[1:]
    yield from _claims(document, clause, carriers, partners, found, "defence treaty")


def _claims(
    document: Document, clause: Clause, ones: tuple[str, ...], others: tuple[str, ...], found: Status, rule: str
) -> Iterator[Claim]:
    lapsed = "1" if is_no_longer(clause.head) else ""
    for one, other in pair_claims(tuple(dict.fromkeys(ones)), tuple(dict.fromkeys(others))):
        yield make(document, KIND, clause.head, one, other, status=found, rule=rule, tense=_tense(clause), lapsed=lapsed)


def _tense(clause: Clause) -> str:
    return "past" if clause.is_past else "present"
