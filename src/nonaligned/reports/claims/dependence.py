"""Dependence and independence: "relies on X for its arms", "X is its largest trading partner", "not beholden to any one country"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nonaligned.reports.claiming import governing_states, make, owner_states, pair_claims, quantifier
from nonaligned.reports.claims.arms_supply import ARMS_PHRASE, MORE, SUPPLIERS, circumstances, percent_in, share_in
from nonaligned.reports.clauses import Clause
from nonaligned.reports.document import Document, preposition
from nonaligned.reports.report import Claim

KIND = "dependence"
WORDS = frozenset(
    {"dependent", "reliant", "beholden", "depend", "rely", "dependence", "reliance", "dependency", "overreliance", "over-reliance"}
)
FREE = frozenset({"independent", "independence", "autonomy", "sovereign"})
TRADE = re.compile(r"\btrad(?:e|ing)\b", re.I)
FUELS = re.compile(r"\b(?:crude|oil|petroleum)\b", re.I)
REGIONAL = re.compile(
    r"\b(?:in|within|among|on) (?:the |all )?(?:[\w-]+ )?"
    r"(?:region|continent|world|Africa|Asia|Europe|Americas?|Gulf|Middle East|bloc|BRICS|ASEAN|EU)\b|"
    r"\b(?:African|Asian|European|regional|Arab|Latin|non-\w+|ASEAN|EU|BRICS|Gulf|Western|\d{1,2}(?:st|nd|rd|th)|eleventh|twelfth)[- ]"
    r"(?:[\w-]+ ){0,3}?(?:partner|supplier|provider|source|exporter|seller)",
    re.I,
)
ENERGY = re.compile(r"\b(?:oil|gas|crude|energy|coal|fuel|uranium|lng)\b", re.I)


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Dependence claims of one predicate: the dependent state is the subject."""
    lemma = clause.lemma
    if lemma in WORDS:
        yield from _depends(document, clause)
    elif lemma in FREE and clause.head.pos_ in {"NOUN", "ADJ"}:
        yield from _free(document, clause)
    elif lemma == "partner" and any(c.text.casefold() in {"trading", "trade"} for c in clause.head.children):
        yield from _ranked(document, clause, "trade", "either")
    elif lemma in SUPPLIERS and ENERGY.search(_phrase(document, clause)) and not ARMS_PHRASE.search(_phrase(document, clause)):
        yield from _ranked(document, clause, "crude oil" if FUELS.search(_phrase(document, clause)) else "energy", "supplier")


def _phrase(document: Document, clause: Clause) -> str:
    tokens = list(clause.head.subtree)
    return document.doc[tokens[0].i : tokens[-1].i + 1].text


def domain_of(text: str) -> str:
    """The domain that a phrase speaks of: arms, trade, crude oil, energy, or none."""
    if ARMS_PHRASE.search(text):
        return "arms"
    if FUELS.search(text):
        return "crude oil"
    if ENERGY.search(text):
        return "energy"
    return "trade" if TRADE.search(text) else ""


def _depends(document: Document, clause: Clause) -> Iterator[Claim]:
    text = _phrase(document, clause)
    subjects = tuple(s for t in clause.subjects for s in document.states(t))
    if clause.head.pos_ == "NOUN":
        subjects = (
            tuple(s for c in clause.head.children if c.dep_ in {"nmod:poss", "amod", "compound"} for s in document.states(c))
            or subjects
            or governing_states(document, clause.head)
        )
    others = tuple(s for t in clause.oblique("on", "upon", "to") for s in document.states(t))
    if not others:
        others = tuple(
            s
            for t in clause.oblique("on", "upon")
            for c in t.children
            if c.dep_ in {"amod", "compound", "nmod"} and preposition(c) not in {"than", "as", "like", "unlike"}
            for s in document.states(c)
        )
    domain = domain_of(text)
    percent = percent_in(text)
    share = (">" if MORE.search(text[: percent.start()][-15:]) else "~", float(percent["value"])) if percent else None
    if share is None and domain == "arms":
        share = share_in(text)
    detail = {
        "bound": share[0] if share else "",
        "domain": domain,
        "form": "depends",
        "heavily": "1" if re.search(r"heavi|largely|mostly|overwhelming|mainly|strong|deep", text, re.I) else "",
    }
    if domain == "arms":
        detail |= circumstances(document, clause, document.text[clause.head.idx : clause.head.sent.end_char].split(",")[0])
    if not others and re.search(r"\bany\b", text) and subjects:
        yield make(
            document, KIND, clause.head, subjects[0], "", status=clause.status, rule="beholden to none", details={**detail, "form": "free"}
        )
    for one, other in pair_claims(subjects, others):
        yield make(
            document,
            KIND,
            clause.head,
            one,
            other,
            value=share[1] if share else None,
            unit="percent" if share else "",
            status=clause.status,
            rule=clause.lemma,
            key=detail["domain"],
            details=detail,
        )


def _free(document: Document, clause: Clause) -> Iterator[Claim]:
    is_policy = clause.lemma in {"independence", "autonomy"} or re.search(
        r"foreign policy|policy", clause.head.head.text + " " + _phrase(document, clause)
    )
    if not is_policy or re.search(
        r"\b(?:declar|war of|day\b|won|gain|since independence|after independence|from (?:Britain|France|Spain))",
        clause.head.sent.text,
        re.I,
    ):
        return
    owners = owner_states(document, clause.head) or governing_states(document, clause.head)
    for state in owners[:1]:
        yield make(document, KIND, clause.head, state, "", status="asserted", rule="independence", form="free", domain="", key="free")


def _ranked(document: Document, clause: Clause, domain: str, side: str) -> Iterator[Claim]:
    head = clause.head
    word, rank = quantifier(document, head)
    end = min(head.sent.end_char, head.right_edge.idx + len(head.right_edge.text) + 30)
    if not word or REGIONAL.search(document.text[head.left_edge.idx : end]):
        return
    named = tuple(s for c in head.children if c.dep_ in {"appos", "flat"} for s in document.states(c, places=True))
    carriers = tuple(s for t in clause.subjects if not (t.head == head and t.dep_ == "nmod:poss") for s in document.states(t)) or named
    if not carriers and head.dep_ in {"xcomp", "obl", "nmod"} and preposition(head) in {"", "as"}:
        carriers = governing_states(document, head)
    owners = tuple(s for s in owner_states(document, head) if s not in carriers)
    owners = owners or tuple(
        s
        for t in head.subtree
        if t.dep_ in {"nmod", "obl"} and preposition(t) in {"of", "to", "for"}
        for s in document.states(t)
        if s not in carriers
    )
    for supplier, dependent in pair_claims(carriers, owners):
        yield make(
            document,
            KIND,
            head,
            dependent,
            supplier,
            status=clause.status,
            rule=f"{word} {domain} {side}",
            form="ranked",
            domain=domain,
            quantifier=word,
            rank=str(rank or ""),
            tense="past" if clause.is_past else "present",
            key=domain,
        )
