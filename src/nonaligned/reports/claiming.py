"""What the claim readers share: building a claim with its span, its time and the words that qualify it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from nonaligned.reports.clauses import clause_span, subjects
from nonaligned.reports.document import Document, preposition, sentence_text
from nonaligned.reports.report import Claim, Status
from nonaligned.reports.times import Time, ahead

if TYPE_CHECKING:
    from spacy.tokens import Token

RANKS = {
    "largest": 1,
    "biggest": 1,
    "top": 1,
    "leading": 1,
    "number-one": 1,
    "foremost": 1,
    "primary": 1,
    "principal": 1,
    "main": 1,
    "dominant": 1,
    "sole": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
}
KEY_WORDS = frozenset({"key", "major", "important", "significant", "crucial", "vital", "critical", "big", "large", "chief", "prime"})
RANKED = re.compile(
    r"\b(?:(?P<digits>\d{1,2})(?:st|nd|rd|th)|(?P<word>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth))"
    r"[ -](?:largest|biggest)\b",
    re.I,
)
TOP = re.compile(r"\b(largest|biggest|top|leading|number[ -]one|foremost|primary|principal|main|dominant|sole)\b", re.I)
COMPARED = re.compile(
    r"\b(?:(?:down|up|rising|falling) from|compared (?:with|to)|against|versus|(?:rose|grew|fell|risen|grown|fallen|dropped|jumped) from|"
    r"from (?:(?:about|around|some|nearly|just|only|a) )*(?=[\d$€£]))(?:(?!\bto\b|\d{4})(?:[^,;:]|,(?=\d))){1,45}?"
    r"\b(?:in|for|during|over)(?: the| fiscal| year)*\s+$|"
    r"\b(?:compared (?:with|to)|versus|against|up from|down from)\s+(?:just |only )?$",
    re.I,
)
ONE_OF = re.compile(r"\b(?:one|some|two|three) of\b|\bamong\b|\btop[ -](?:three|five|ten|3|5|10)\b", re.I)


def make(
    document: Document,
    kind: str,
    head: Token,
    subject: str,
    object: str = "",
    *,
    value: float | None = None,
    unit: str = "",
    time: str | None = None,
    status: Status = "asserted",
    rule: str = "",
    span: tuple[int, int] | None = None,
    details: Mapping[str, str] | None = None,
    **detail: str,
) -> Claim:
    """A claim around the predicate `head`; the span is the clause's unless given."""
    start, end = span or clause_span(document, head)
    low, high = sentence_text(head.sent)
    text = document.text
    while start > low and (text[start - 1].isalnum() or text[start - 1] == "-" and text[start - 2].isalnum()):
        start -= 1  # a span does not begin inside a word ("Two-way trade")
    if time is None:
        time = coming_time(document, head) if status == "expected" else claim_time(document, head)
    return Claim(
        "",
        kind,
        text[low:high],
        start,
        end,
        text[start:end],
        subject,
        object,
        value,
        unit,
        time,
        status,
        rule or kind,
        {**(details or {}), **detail},
    )


def times_at(document: Document, head: Token) -> list[Time]:
    """Time expressions of the clause of `head`; of its sentence where the clause has none.

    The time of another clause ("but Y overtook it this year"), or of a figure that is only compared
    with ("down from 76 percent in 2009-13"), is not the claim's.
    """
    tokens = list(head.subtree)
    inside = document.times_in(tokens[0].idx, tokens[-1].idx + len(tokens[-1].text))
    others = [time for time in inside if _is_of_another(document, head, time)]
    own = [time for time in inside if time not in others]
    if own or head.dep_ == "acl:relcl" and head.pos_ == "VERB":
        return own
    sentence = head.sent
    around = document.times_in(sentence.start_char, sentence.end_char)
    return [time for time in around if time not in others and not _is_of_another(document, head, time)]


def _is_of_another(document: Document, head: Token, time: Time) -> bool:
    """Whether a time belongs to a clause below that of `head`, or to a figure compared with."""
    if COMPARED.search(document.text[max(head.sent.start_char, time.start - 70) : time.start]):
        return True
    span = document.doc.char_span(time.start, time.end, alignment_mode="expand")
    token = span.root if span is not None else head
    while token not in {head, token.head}:
        if token.dep_ in {"advcl", "acl:relcl", "parataxis", "conj"} and token.pos_ in {"VERB", "AUX"}:
            return head in token.ancestors
        token = token.head
    return False


def claim_time(document: Document, head: Token) -> str:
    """The resolved time of a claim as ISO text; empty where the text gives none."""
    return next((time.words for time in times_at(document, head) if time.words), "")


def coming_time(document: Document, head: Token) -> str:
    """The time of a claim about the future: "on Sunday" and "in October" are the next ones."""
    today = None if document.date.is_inferred else document.date.last
    return next((time.words for time in (ahead(t, today) for t in times_at(document, head)) if time.words), "")


def is_of_old(document: Document, head: Token) -> bool:
    """Whether the clause tells of a habit that is over: "used to buy", "for decades bought", "once"."""
    words = document.text[head.sent.start_char : head.idx + len(head.text)]
    clause = re.split(r"[,;:]\s", words)[-1]
    if re.search(r"\b(?:used to|once|formerly|previously)\b", clause, re.I):
        return True
    is_perfect = any(c.lemma_.casefold() == "have" and c.dep_ == "aux" for c in head.children)
    after = document.text[head.idx : min(head.sent.end_char, head.right_edge.idx + len(head.right_edge.text))]
    long = re.compile(r"\b(?:for (?:many |several )?(?:decades|years|generations)|(?:long|traditionally|historically)\b)", re.I)
    is_told = head.tag_ in {"VBD", "VBN"} or any(c.dep_ == "cop" and c.tag_ == "VBD" for c in head.children)
    return is_told and not is_perfect and (long.search(clause) is not None or long.search(after.split(",")[0]) is not None)


def quantifier(document: Document, head: Token) -> tuple[str, int]:
    """How strongly the noun is put: (``largest``, rank), (``key``, 0), (``one of``, rank), or ("", 0).

    Read on the words of the noun phrase left of `head`.
    """
    first = min((t.i for t in head.subtree if t.i >= head.sent.start), default=head.i)
    phrase = document.doc[first : head.i + 1].text
    ranked = RANKED.search(phrase)
    if ranked:
        return "largest", int(ranked["digits"] or 0) or RANKS[ranked["word"].casefold()]
    window = document.doc[max(head.sent.start, first - 4) : head.i + 1].text
    if TOP.search(phrase):
        return ("one of", 1) if ONE_OF.search(window) else ("largest", 1)
    if any(token.text.casefold() in KEY_WORDS for token in document.doc[first : head.i]):
        return "key", 0
    return "", 0


def governor(head: Token) -> Token | None:
    """The verb that a noun phrase depends on."""
    token = head
    while token.head != token:
        token = token.head
        if token.pos_ in {"VERB", "AUX"}:
            return token
    return None


def owner_states(document: Document, head: Token) -> tuple[str, ...]:
    """States that own a noun: "India's supplier", "US ally", "supplier of India"."""
    found: list[str] = []
    for child in head.children:
        is_owner = child.dep_ in {"nmod:poss", "amod", "compound"} or child.dep_ == "nmod" and preposition(child) in {"of", "to", "for"}
        if is_owner:
            found += document.states(child)
        if child.dep_ == "compound":  # "US treaty ally"
            found += [s for inner in child.children if inner.dep_ in {"compound", "amod"} for s in document.states(inner)]
    return tuple(dict.fromkeys(found))


def governing_states(document: Document, head: Token) -> tuple[str, ...]:
    """States that are the subject of the verb above a noun."""
    verb = governor(head)
    return tuple(dict.fromkeys(s for token in (subjects(verb) if verb is not None else ()) for s in document.states(token)))


def pair_claims(subjects_: tuple[str, ...], objects_: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every subject with every object that is another state, in order."""
    return [(one, two) for one in subjects_ for two in objects_ if one != two]
