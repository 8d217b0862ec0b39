"""Rising or falling capability: "modernising its armed forces", "the world's fifth-largest economy", "military spending of $83 billion"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nonaligned.reports.claiming import governor, make, quantifier
from nonaligned.reports.claims.trade_value import ABOUT, MONEY, OVER, UNDER, amount
from nonaligned.reports.clauses import Clause, status, subjects
from nonaligned.reports.document import Document
from nonaligned.reports.report import Claim

KIND = "capability"
FORCES = re.compile(r"\b(?:armed forces|military|army|navy|air force|arsenal|defen[cs]es)\b", re.I)
SPENDING = re.compile(
    r"\b(?:military|defen[cs]e) (?:spending|budget|expenditures?|outlays?)\b|\bspen(?:t|ds?|ding) on (?:its |the )?(?:military|defen[cs]e)\b",
    re.I,
)
RANK_OF_WORLD = re.compile(r"\b(?:world|globe|global)\b|[’']s\b", re.I)
UP = frozenset("modernise modernize expand increase boost raise grow build strengthen double triple upgrade rise soar".split())
DOWN = frozenset("cut reduce shrink slash decline fall drop".split())


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Capability claims of one predicate."""
    lemma, head = clause.lemma, clause.head
    if lemma in {"economy", "spender", "power"}:
        yield from _ranked(document, clause)
    elif lemma in {"spending", "budget", "expenditure", "gdp"} and head.pos_ in {"NOUN", "PROPN"}:
        yield from _amount(document, clause)
    elif head.pos_ == "VERB" and lemma in UP | DOWN:
        yield from _change(document, clause)
    elif lemma in {"assertiveness", "influence", "clout", "player", "rise"} and head.pos_ == "NOUN":
        yield from _standing(document, clause)


def _carriers(document: Document, clause: Clause) -> tuple[str, ...]:
    head = clause.head
    own = [s for c in head.children if c.dep_ in {"nmod:poss", "amod", "compound"} for s in document.states(c)]
    return tuple(dict.fromkeys(own or [s for t in clause.subjects for s in document.states(t)]))


def _ranked(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    word, rank = quantifier(document, head)
    tokens = list(head.subtree)
    phrase = document.doc[tokens[0].i : tokens[-1].i + 1].text
    if word not in {"largest", "one of"} or not rank or clause.lemma == "power":
        return
    is_world = re.search(r"\bworld\b|\bglobal", phrase, re.I)
    spender = clause.lemma == "spender" and re.search(r"military|defen[cs]e|arms", phrase, re.I)
    if (
        not is_world
        or clause.lemma == "spender"
        and not spender
        or re.search(r"\b(?:Asia|Africa|Europe|Latin America|emerging|developing|fastest|digital|oil|non-)\b", phrase)
    ):
        return
    carriers = tuple(s for t in clause.subjects for s in document.states(t)) or tuple(
        s for c in head.children if c.dep_ in {"appos", "flat"} for s in document.states(c)
    )
    if head.dep_ == "xcomp" and not carriers:
        verb = governor(head)
        carriers = tuple(s for t in (subjects(verb) if verb is not None else ()) for s in document.states(t))
    for state in carriers:
        yield make(
            document,
            KIND,
            head,
            state,
            "",
            value=float(rank),
            unit="world rank",
            status=clause.status,
            rule="world rank",
            indicator="milex_current_usd" if spender else "gdp_current_usd",
            quantifier=word,
            key="rank",
        )


def _amount(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    sentence = head.sent
    text = document.doc.text
    is_gdp = clause.lemma == "gdp"
    if not is_gdp and not SPENDING.search(text[max(sentence.start_char, head.idx - 25) : head.idx + len(head.text)]):
        return
    match = next(iter(MONEY.finditer(text[head.idx : sentence.end_char])), None)
    carriers = _carriers(document, clause) or tuple(s for t in clause.oblique("of", "by") for s in document.states(t))
    if match is None or not carriers or match.start() > 100:
        return
    value, currency = amount(match)
    before = text[head.idx : head.idx + match.start()]
    bound = "~" if ABOUT.search(before) else ">" if OVER.search(before) else "<" if UNDER.search(before) else "="
    is_change = re.search(r"\bby\s+(?:around |about |over |nearly )?$", before) is not None
    verb = governor(head)
    if not is_change:
        yield make(
            document,
            KIND,
            head,
            carriers[0],
            "",
            value=value,
            unit=currency,
            status=status(verb) if verb is not None else "asserted",
            rule="amount",
            indicator="gdp_current_usd" if is_gdp else "milex_current_usd",
            bound=bound,
            span=(head.idx, head.idx + match.end()),
            key="amount",
        )


def _change(document: Document, clause: Clause) -> Iterator[Claim]:
    things = [*clause.objects, *clause.subjects]
    for thing in things:
        tokens = list(thing.subtree)
        phrase = document.doc[tokens[0].i : tokens[-1].i + 1].text
        is_spending = SPENDING.search(phrase)
        if not (
            is_spending or FORCES.search(phrase) and clause.lemma in {"modernise", "modernize", "expand", "build", "strengthen", "upgrade"}
        ):
            continue
        owners = tuple(s for c in thing.children if c.dep_ in {"nmod:poss", "amod", "compound"} for s in document.states(c))
        carriers = owners or tuple(s for t in clause.subjects for s in document.states(t))
        for state in dict.fromkeys(carriers):
            yield make(
                document,
                KIND,
                clause.head,
                state,
                "",
                status=clause.status,
                rule=clause.lemma,
                indicator="milex_constant_usd" if is_spending else "",
                direction="up" if clause.lemma in UP else "down",
                key="change",
            )
        return


def _standing(document: Document, clause: Clause) -> Iterator[Claim]:
    words = {c.text.casefold() for c in clause.head.children}
    if not words & {"growing", "rising", "increasing", "declining", "waning", "important", "global", "major"}:
        return
    for state in _carriers(document, clause)[:1]:
        yield make(
            document,
            KIND,
            clause.head,
            state,
            "",
            status=clause.status,
            rule="standing",
            indicator="",
            key="standing",
            direction="down" if words & {"declining", "waning"} else "up",
        )
