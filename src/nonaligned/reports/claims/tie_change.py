"""A tie that grows or weakens: "strengthen its ties with X", "relations between X and Y have deteriorated"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import governing_states, make, pair_claims
from nonaligned.reports.claims.capability import CHANGE
from nonaligned.reports.clauses import Clause, patients
from nonaligned.reports.document import Document, preposition
from nonaligned.reports.report import Claim

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "tie_change"
UP = frozenset(
    "strengthen deepen expand boost improve enhance upgrade cement bolster tighten forge restore normalise normalize reaffirm "
    "consolidate broaden grow develop build increase advance elevate intensify rebuild renew widen warm rise surge soar jump climb "
    "double triple resume mend repair".split()
)
DOWN = frozenset(
    "weaken worsen deteriorate cool strain sour sever downgrade fray loosen shrink decline cut reduce suspend freeze break "
    "erode plummet collapse damage fall drop plunge slump dip halve".split()
)
FACTORS = {"double": "2", "triple": "3"}
TIES = frozenset(
    "tie ties relation relations relationship partnership cooperation link links bond bonds friendship engagement collaboration "
    "alignment trade".split()
)
TO_AMOUNT = re.compile(r"\s+(?:\w+\s+){0,2}?to\s+(?:[a-z-]+\s+){0,4}?(?:US)?[$€£\d]")
DOMAINS = (
    ("arms", re.compile(r"\b(?:defen[cs]e|military|arms|security)\b", re.I)),
    ("trade", re.compile(r"\b(?:trade|economic|commercial|business)\b", re.I)),
    ("energy", re.compile(r"\b(?:energy|oil|gas|nuclear)\b", re.I)),
)


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Tie-change claims of one verb."""
    lemma = clause.lemma
    if clause.head.pos_ != "VERB" or lemma not in UP | DOWN:
        return
    things = [t for t in (*clause.objects, *patients(clause.head), *clause.subjects) if t.lemma_.casefold() in TIES]
    if not things or lemma in FACTORS and things[0].lemma_.casefold() != "trade":
        return
    tie = things[0]
    pair = _pair(document, clause, tie)
    if pair is None or tie.lemma_.casefold() == "trade" and _is_part_of_trade(tie):
        return
    phrase = document.doc[min(t.i for t in tie.subtree) : max(t.i for t in tie.subtree) + 1].text
    domain = "trade" if tie.lemma_ == "trade" else next((name for name, words in DOMAINS if words.search(phrase)), "")
    percent = CHANGE.match(document.text[clause.head.idx + len(clause.head.text) : clause.head.sent.end_char])
    yield make(
        document, KIND, clause.head, *pair, status=clause.status, rule=lemma, direction="up" if lemma in UP else "down",
        domain=domain, tie=tie.lemma_.casefold(), percent=percent["percent"] if percent else "", factor=FACTORS.get(lemma, ""),
        to="1" if percent is None and TO_AMOUNT.match(document.text[clause.head.idx + len(clause.head.text) :]) else "",
        key="-".join(sorted(pair)) + domain,
    )  # fmt: skip


def _is_part_of_trade(tie: Token) -> bool:
    """Whether only some goods are meant ("trade in wheat", "arms trade", "energy trade")."""
    whole = {"bilateral", "two-way", "mutual", "overall", "total", "annual", "economic", "foreign"}
    parts = [c for c in tie.children if c.dep_ == "nmod" and preposition(c) == "in" or c.dep_ == "compound" and not c.ent_type_]
    return any(c.text.casefold() not in whole and not c.text[:1].isupper() and not c.text.isdigit() for c in parts)


def _pair(document: Document, clause: Clause, tie: Token) -> tuple[str, str] | None:
    inside: list[str] = []
    for child in tie.children:
        mark = preposition(child)
        if (
            child.dep_ in {"nmod:poss", "amod", "compound"}
            or child.dep_ in {"nmod", "obl"}
            and mark in {"with", "between", "to", "of", "among"}
        ):
            inside += document.states(child)
    for token in clause.oblique("with", "between"):
        inside += document.states(token)
    found = list(dict.fromkeys(inside))
    carriers = [s for t in clause.subjects if t != tie for s in document.states(t)] or list(governing_states(document, tie))
    if len(found) == 1:
        found = list(dict.fromkeys([*carriers, *found]))
    if not found:
        found = carriers if len(carriers) == 2 else _before(document, clause)
    claims = pair_claims(tuple(found[:1]), tuple(found[1:2]))
    return claims[0] if len(found) >= 2 and claims else None


def _before(document: Document, clause: Clause) -> list[str]:
    """The pair of the sentence before, for a bare "the relationship"."""
    start = clause.head.sent.start_char
    near = [
        m for m in document.mentions if start - 400 < m.start < start and len(m.states) == 1 and not m.is_place and m.kind != "resolved"
    ]
    found = list(dict.fromkeys(m.states[0] for m in near))
    return found if len(found) == 2 else []
