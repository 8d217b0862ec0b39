"""Membership of a group: "X is a member of G", "X joined G in 2023", "G, which includes X", "NATO member X"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import claim_time, governor, make
from nonaligned.reports.clauses import Clause, is_negated, is_passive, patients, status, subjects
from nonaligned.reports.document import Document, is_example, preposition
from nonaligned.reports.report import Claim, Status

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "membership"
NOUNS = frozenset({"member", "part", "founder", "observer", "participant", "signatory", "nonmember", "non-member", "candidate", "partner"})
ROLES = frozenset({"observer", "candidate", "partner", "associate"})
STATE_NOUNS = frozenset({"state", "country", "nation"})
JOIN = frozenset({"join", "enter", "accede", "rejoin"})
LEAVE = frozenset({"leave", "quit", "exit", "withdraw"})
EXPEL = frozenset({"expel", "eject", "oust", "remove", "exclude"})
HOLD = frozenset({"belong", "remain", "stay"})
INCLUDE = frozenset({"include", "comprise", "group", "admit", "consist"})
BUT_NOT = re.compile(r"\b(?:but|and|though) not (?:yet )?(?:of |in |to |a member of |part of )?(?:the )?$", re.IGNORECASE)
FORMER = frozenset({"former", "ex", "one-time", "erstwhile"})


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Membership claims of one predicate."""
    lemma = clause.lemma
    if re.search(r"\b(?:not|nor) (?:all|every|each)\b", clause.head.sent.text, re.IGNORECASE):
        return  # "not all members, including X" says of none of them which way it is
    if lemma in INCLUDE and clause.objects and clause.subjects:
        yield from _include(document, clause)
    elif clause.head.pos_ in {"NOUN", "PROPN", "ADJ"}:
        if lemma in NOUNS or lemma in STATE_NOUNS and any(c.lemma_.casefold() == "member" for c in clause.head.children):
            yield from _noun(document, clause)
        elif document.mention(clause.head) is not None and preposition(clause.head) in {"in", "inside", "outside"}:
            yield from _inside(document, clause)
    elif lemma in JOIN | LEAVE | HOLD | EXPEL:
        yield from _change(document, clause)
    elif lemma in INCLUDE:
        yield from _include(document, clause)


def _noun(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    places = [*clause.oblique("of", "in", "to", "within", "with")]
    modifiers = [c for c in head.children if c.dep_ in {"compound", "nmod:poss", "amod", "nmod"}]
    member = next((c for c in head.children if c.lemma_.casefold() == "member" and c.dep_ in {"compound", "amod"}), None)
    if member is not None:
        modifiers += list(member.children)
    groups = _groups(document, [*places, *modifiers])
    if not groups or clause.lemma == "part" and not clause.oblique("of"):
        return
    near = [c for c in head.children if c.dep_ not in {"acl:relcl", "acl", "conj", "parataxis", "advcl"}]
    words = {c.text.casefold() for c in near} | {c.lemma_.casefold() for c in near}
    role = _role(clause.lemma, words)
    found: Status = clause.status
    if clause.lemma in {"nonmember", "non-member"} or "non" in words:
        found = "negated"
    tense = "former" if words & FORMER or _used_to(head) else "past" if clause.is_past or _until(head) else "present"
    founding = "1" if clause.lemma == "founder" or words & {"founding", "founder", "original"} else ""
    verb = governor(head)
    if verb is not None and head.dep_ in {"xcomp", "obj"} and verb.lemma_.casefold() == "become":
        found, tense = status(verb), "entered"
    for token, state in _members(document, head):
        for group, is_turned in groups.items():
            negated: Status = "negated" if is_turned and found == "asserted" else found
            if token is not None and is_negated(token):
                negated = "negated"
            yield make(
                document, KIND, head, state, group, status=negated, time=_own_time(document, head, tense), rule="member noun",
                indirect=_is_indirect(document, places), key=role, role=role, tense=tense, founding=founding,
            )  # fmt: skip


def _is_indirect(document: Document, tokens: list[Token]) -> str:
    """``1`` where the group is only meant ("the bloc", "the movement"), not named."""
    return "1" if any(m.group and m.kind == "resolved" for token in tokens for m in document.parties(token)) else ""


def _groups(document: Document, tokens: list[Token]) -> dict[str, bool]:
    """Groups that phrases name, and whether "but not" stands before them ("of the EU but not of NATO")."""
    found: dict[str, bool] = {}
    for token in tokens:
        named = document.groups(token)
        for mention in document.parties(token):
            if mention.group in named:
                found.setdefault(mention.group, BUT_NOT.search(document.text[max(0, mention.start - 25) : mention.start]) is not None)
    return found


def _used_to(head: Token) -> bool:
    """Whether it held once: "used to be a member", "once a member"."""
    words = {c.text.casefold() for c in head.children}
    return bool(words & {"once", "formerly", "previously"}) or head.dep_ == "xcomp" and head.head.text.casefold() == "used"


def _until(head: Token) -> bool:
    """Whether the sentence tells of the time before a change: "until 2023", "before the war"."""
    return re.search(r"\b(?:until|till|before)\b", head.sent.text, re.IGNORECASE) is not None and any(
        c.text.casefold() == "not" for c in head.subtree
    )


def _own_time(document: Document, head: Token, tense: str) -> str:
    """The time of a past or entering membership; "is a member" is of the report's day whatever else the sentence dates."""
    years = {t.words for t in document.times_in(head.sent.start_char, head.sent.end_char) if t.kind == "year"}
    if tense == "entered" and len(years) > 1 and sum(1 for t in head.sent if document.mention(t) and t.dep_ in {"nsubj", "conj"}) > 1:
        return ""  # "X and Y joined in 2009 and 1995": whose year is which is not read
    return claim_time(document, head) if tense in {"past", "entered", "left"} else ""


def _role(lemma: str, words: set[str]) -> str:
    if lemma in ROLES or words & ROLES:
        role = lemma if lemma in ROLES else next(iter(sorted(words & ROLES)))
        return "dialogue_partner" if role == "partner" and "dialogue" in words else role
    return "member"


def _members(document: Document, head: Token) -> Iterator[tuple[Token | None, str]]:
    """States that a membership noun is said of."""
    found: list[tuple[Token | None, str]] = []
    for child in head.children:
        is_apart = ";" in document.text[min(child.idx, head.idx) : max(child.idx, head.idx)]
        if (child.dep_ in {"appos", "flat"} or is_example(child)) and not is_apart:
            found += [(None, s) for s in document.states(child, places=True)]
    own = document.mention(head.head) if head.dep_ in {"compound", "appos", "nmod", "nmod:desc", "flat"} else None
    if not found and own is not None and own.states and head.dep_ in {"compound", "flat", "nmod:desc"}:
        found += [(None, s) for s in own.states]
    if not found:
        carriers = subjects(head)
        if head.dep_ in {"obl", "nmod"} and preposition(head) == "as" and not carriers:
            verb = governor(head)
            accepted = [c for c in verb.children if c.dep_ == "obj"] if verb is not None else []
            carriers = tuple(accepted) or (subjects(verb) if verb is not None else ())  # "accept X as a member"
        if head.dep_ in {"xcomp", "obj"} and head.head.lemma_.casefold() in {"become", "remain", "be", "stay"}:
            carriers = subjects(head.head)
        for carrier in carriers:
            if carrier.dep_ == "nmod:poss" and carrier.head == head:
                continue  # "Turkey's members" are not Turkey
            if carrier.i > head.i and head.dep_ == "appos":
                continue  # an apposition follows its noun
            found += [(None, s) for s in document.states(carrier, places=True)]
    yield from dict.fromkeys(found)


def _inside(document: Document, clause: Clause) -> Iterator[Claim]:
    groups = document.groups(clause.head)
    is_copular = any(c.dep_ == "cop" for c in clause.head.children)
    if not groups or not is_copular:
        return
    found: Status = clause.status
    if preposition(clause.head) == "outside":
        found = "asserted" if found == "negated" else "negated"
    for subject in clause.subjects:
        for state in document.states(subject):
            yield make(
                document,
                KIND,
                clause.head,
                state,
                groups[0],
                status=found,
                rule="in the group",
                key="member",
                role="member",
                tense="past" if clause.is_past else "present",
            )


def _change(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    targets = [
        *clause.objects,
        *clause.oblique("to", "from", "in", "of", "into", "within"),
        *(c for c in head.children if c.dep_ == "xcomp"),
    ]
    if clause.lemma == "belong":
        targets = list(clause.oblique("to"))
    outside = list(clause.oblique("outside", "out of")) if clause.lemma in HOLD else []
    targets += outside
    groups = _groups(document, targets)
    if not groups:
        return
    carriers = patients(head) if is_passive(head) else clause.objects if clause.lemma in EXPEL else clause.subjects
    tense = "left" if clause.lemma in LEAVE | EXPEL else "entered" if clause.lemma in JOIN else "past" if clause.is_past else "present"
    if tense == "entered" and _is_joining_an_act(head, targets, document):
        return
    found: Status = clause.status
    if outside and found in {"asserted", "negated"}:
        found = "negated" if found == "asserted" else "asserted"
    states = [s for carrier in carriers for s in document.states(carrier, places=True)]
    for state in dict.fromkeys(states):
        for group, is_turned in groups.items():
            status_: Status = "negated" if is_turned and found == "asserted" else found
            yield make(
                document, KIND, head, state, group, status=status_, rule=clause.lemma, key="member", role="member", tense=tense,
                indirect=_is_indirect(document, targets), time=_own_time(document, head, tense),
            )  # fmt: skip


def _is_joining_an_act(head: Token, targets: list[Token], document: Document) -> bool:
    """Whether X joins G in doing something ("joined NATO in condemning", "joined NATO's exercise")."""
    if any(document.mention(t) is None for t in head.children if t.dep_ == "obj"):
        return True
    return any(c.dep_ == "advcl" and any(m.text.casefold() == "in" for m in c.children) for c in head.children)


def _include(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    if clause.lemma == "admit" and is_passive(head):
        groups = [g for t in clause.oblique("to", "into") for g in document.groups(t)] or [
            g for t in clause.subjects for g in document.groups(t)
        ]
        states = [s for t in patients(head) for s in document.states(t, places=True)]
        tense = "entered"
    else:
        groups = [g for t in clause.subjects for g in document.groups(t)]
        states = [s for t in (*clause.objects, *clause.oblique("of")) for s in document.states(t, places=True)]
        tense = "entered" if clause.lemma == "admit" else "past" if clause.is_past else "present"
    for state in dict.fromkeys(states if groups else ()):
        yield make(
            document,
            KIND,
            head,
            state,
            groups[0],
            status=clause.status,
            rule=f"group {clause.lemma}",
            key="member",
            role="member",
            tense=tense,
        )
