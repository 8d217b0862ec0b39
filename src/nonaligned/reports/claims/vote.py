"""UN votes: "X abstained on", "voted against", "its abstention from a resolution condemning", "141 countries voted in favour"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import make, times_at
from nonaligned.reports.clauses import Clause, subjects
from nonaligned.reports.document import Document, preposition, sentence_text
from nonaligned.reports.report import Claim

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "vote"
CONTEXT = re.compile(
    r"\b(?:resolutions?|General Assembly|Security Council|UNGA|UNSC|United Nations|U\.?N\.?|draft text|the text|motion|roll[- ]call)\b"
)
OTHER_BODIES = re.compile(
    r"\b(?:parliament\w*|congress\w*|senat\w+|lawmakers?|house|cabinet|referendum|voters?|elections?|ballots?|IAEA|Human Rights Council|"
    r"board of governors|knesset|bundestag|duma|lok sabha|european parliament|unesco|who|wto|imf)\b",
    re.I,
)
SYMBOL = re.compile(r"\b(?:A/RES/|S/RES/|A/|S/)?(?P<symbol>ES-\d+/\d+|\d{2}/\d{1,3}|\d{3,4}(?: ?\([IVXL]+\))?(?= of \d{4}| \()|\d{4})\b")
NAMED = re.compile(r"\b[Rr]esolution\s+(?P<symbol>(?:A/RES/|S/RES/)?(?:ES-\d+/\d+|\d{2,3}/\d{1,3}|\d{3,4}(?:\s?\([IVXL]+\))?))")
SUPPORT = frozenset({"support", "back", "endorse", "approve"})
OPPOSE = frozenset({"oppose", "reject", "veto"})
COUNT = re.compile(r"^\d{1,3}$")
NUMBERS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Vote claims of one predicate."""
    lemma, head = clause.lemma, clause.head
    if head.pos_ == "VERB" and lemma in {"abstain", "vote"} | SUPPORT | OPPOSE or lemma == "abstention":
        choice = _choice(document, clause)
        if choice and _is_un(document, clause):
            yield from _claims(document, clause, choice)


def _choice(document: Document, clause: Clause) -> str:
    lemma = clause.lemma
    if lemma in {"abstain", "abstention"}:
        return "abstain"
    if lemma in SUPPORT | OPPOSE:
        is_vote = any(re.search(r"\bresolution|\bmotion\b|\bdraft\b", _phrase(document, t)) for t in clause.objects)
        return ("yes" if lemma in SUPPORT else "no") if is_vote else ""
    words = document.doc[clause.head.i : min(clause.head.i + 6, clause.head.sent.end)].text.casefold()
    if re.match(r"vot\w+ (?:\w+ )?against|vot\w+ no\b", words):
        return "no"
    if re.match(r"vot\w+ (?:\w+ )?(?:for|in favou?r|yes\b|to (?:condemn|support|demand|suspend|adopt|approve|back))", words):
        return "yes"
    if re.match(r"vot\w+ (?:\w+ )?to abstain", words):
        return ""
    return ""


def _phrase(document: Document, token: Token) -> str:
    tokens = list(token.subtree)
    return document.doc[tokens[0].i : tokens[-1].i + 1].text


def _is_un(document: Document, clause: Clause) -> bool:
    low, high = sentence_text(clause.head.sent)
    text = document.doc.text
    near = text[low:high]
    if OTHER_BODIES.search(near):
        return bool(re.search(r"\b(?:UN|U\.N\.|United Nations|General Assembly|Security Council)\b", near)) and not re.search(
            r"\b(?:parliament|lawmakers?|congress|senators?|IAEA|voters?)\b", near, re.I
        )
    return bool(CONTEXT.search(near)) or bool(CONTEXT.search(text[max(0, low - 300) : low]))


def _claims(document: Document, clause: Clause, choice: str) -> Iterator[Claim]:
    head = clause.head
    low, high = sentence_text(head.sent)
    about = resolution_text(document, clause)
    near = document.doc.text[max(0, low - 600) : high]
    body = (
        "UNSC"
        if re.search(r"Security Council|UNSC", near) and not re.search(r"General Assembly|UNGA", near)
        else "UNGA"
        if re.search(r"General Assembly|UNGA", near)
        else ""
    )
    named = NAMED.search(near)
    recent = "1" if any(t.kind == "recent" for t in document.times_in(low, high)) else ""
    carriers = list(clause.subjects) or _owners(head)
    times = [t.words for t in times_at(document, head) if t.words]
    detail = {"choice": choice, "about": about, "context": near, "symbol": named["symbol"] if named else "", "body": body, "recent": recent}
    found = clause.status
    if clause.lemma == "abstain" and found == "expected" and head.dep_ == "acl" and head.head.lemma_ == "decision":
        found = "asserted"  # a decision to abstain is the abstention
    for carrier in carriers:
        for state in document.states(carrier, places=True):
            yield make(
                document,
                KIND,
                head,
                state,
                "",
                time=times[0] if times else "",
                status=found,
                rule=f"{clause.lemma}",
                key=choice,
                details=detail,
            )
        number = next((c for c in carrier.children if c.dep_ == "nummod"), carrier if carrier.pos_ == "NUM" else None)
        count = NUMBERS.get(number.text.casefold(), number.text) if number is not None else ""
        if not document.states(carrier) and COUNT.match(str(count)) and not has_bound(document, number):
            yield make(
                document,
                KIND,
                head,
                "UN",
                "",
                value=float(count),
                unit=f"votes {choice}",
                time=times[0] if times else "",
                status=found,
                rule="count of votes",
                key=f"count {choice}",
                details=detail,
            )


def has_bound(document: Document, number: Token | None) -> bool:
    """Whether a count is only a bound ("more than 140", "nearly 100", "some 30")."""
    if number is None:
        return True
    before = document.doc[max(number.sent.start, number.i - 3) : number.i].text.casefold()
    return re.search(r"more than|over|nearly|almost|about|around|some|least|fewer than|other|another", before) is not None


def _owners(head: Token) -> list[Token]:
    if head.pos_ == "NOUN":
        found = [
            c
            for c in head.children
            if c.dep_ == "nmod:poss" or c.dep_ in {"amod", "compound"} or c.dep_ == "nmod" and preposition(c) in {"by", "of"}
        ]
        return found or list(subjects(head))
    return []


def resolution_text(document: Document, clause: Clause) -> str:
    """The words that say which resolution: the phrase after "on", "from", "for", "against" or the object."""
    tokens = [*clause.objects, *clause.oblique("on", "from", "for", "against", "of", "in favor of", "in favour of")]
    parts = [_phrase(document, t) for t in tokens]
    if not any(CONTEXT.search(part) or len(part.split()) > 2 for part in parts):
        parts.append(clause.head.sent.text.strip())
    return " ".join(parts)
