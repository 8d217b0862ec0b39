"""UN votes: "X abstained on", "voted against", "its abstention from a resolution condemning", "141 countries voted in favour"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import make, times_at
from nonaligned.reports.clauses import Clause, subjects
from nonaligned.reports.document import Document, preposition, sentence_text
from nonaligned.reports.report import Claim

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "vote"
CONTEXT = re.compile(
    r"\b(?:resolutions?|(?:General )?Assembly|Security Council|Human Rights Council|UNGA|UNSC|United Nations|U\.?N\.?|"
    r"draft text|the text|motion|roll[- ]call|[AS]/RES/\d*|ES-\d+)\b"
)
OTHER_BODIES = re.compile(
    r"\b(?:parliament\w*|congress\w*|senat\w+|lawmakers?|house|cabinet|referendum|voters?|elections?|ballots?|IAEA|"
    r"board of governors|knesset|bundestag|duma|lok sabha|european parliament|unesco|who|wto|imf)\b",
    re.I,
)
NAMED = re.compile(
    r"\b(?:[Rr]esolution\s+|(?=[AS]/RES/|ES-))(?P<symbol>(?:A/RES/|S/RES/)?(?:ES-\d+/\d+|\d{2,3}/\d{1,3}|\d{3,4}(?:\s?\([IVXL]+\))?))"
)
SUPPORT = frozenset({"support", "back", "endorse", "approve"})
OPPOSE = frozenset({"oppose", "reject", "veto"})
_N = r"(\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
TOTALS = (
    ("yes", re.compile(rf"\b{_N} (?:votes? )?(?:in favou?r|for)\b|\b(?:by|with) (?:a vote of )?{_N}(?: votes?)? to\b", re.I)),
    ("no", re.compile(rf"\b{_N} (?:votes? )?against\b|\b(?:by|with) (?:a vote of )?\d{{1,3}}(?: votes?)? to {_N}\b", re.I)),
    ("abstain", re.compile(rf"\b{_N} abstentions?\b|\b{_N} abstaining\b", re.I)),
)
GENERIC = frozenset(
    "on from for against in favour favor of the a an un u.n united nations general assembly security council resolution "
    "resolutions vote votes voted voting abstain abstains abstained abstaining abstention abstentions draft text motion "
    "measure that this which with as well also along by its their his like other others many so while when where later last "
    "week month year recent recently again too both same monday tuesday wednesday thursday friday saturday sunday january "
    "february march april may june july august september october november december call latest new but it had has have been "
    "did not to one two three four five six seven eight nine ten eleven twelve adopted passed and were was".split()
)
BODIES = re.compile(r"Security Council|UNSC|General Assembly|UNGA")
COUNT = re.compile(r"^\d{1,3}$")
NUMBERS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)}


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Vote claims of one predicate."""
    lemma, head = clause.lemma, clause.head
    if head.dep_ == "ROOT":
        yield from _published(document, clause)
    is_voting = head.text.casefold() in {"voting", "voted", "abstained", "abstaining"}
    if head.pos_ == "VERB" and lemma in {"abstain", "vote"} | SUPPORT | OPPOSE or lemma == "abstention" or is_voting:
        choice = _choice(document, clause)
        if choice and _is_un(document, clause):
            yield from _claims(document, clause, choice)


def _choice(document: Document, clause: Clause) -> str:
    lemma = clause.lemma
    if lemma.startswith("abst") or clause.head.text.casefold().startswith("abstain"):
        return "abstain"
    if lemma in SUPPORT | OPPOSE:
        is_vote = any(re.search(r"\bresolution|\bmotion\b|\bdraft\b|\bsuspension of\b", _phrase(document, t)) for t in clause.objects)
        return ("yes" if lemma in SUPPORT else "no") if is_vote else ""
    words = document.doc[clause.head.i : min(clause.head.i + 7, clause.head.sent.end)].text.casefold()
    side = re.match(
        r"vot\w+ (?:[\w,]+ ){0,4}?(?:(?P<no>against|no\b)|(?P<yes>for|in favou?r|yes\b|to (?:condemn|support|demand|suspend|"
        r"adopt|approve|back)))",
        words,
    )
    return "" if side is None else "no" if side["no"] else "yes"


def _phrase(document: Document, token: Token) -> str:
    tokens = list(token.subtree)
    return document.doc[tokens[0].i : tokens[-1].i + 1].text


def _is_un(document: Document, clause: Clause) -> bool:
    low, high = sentence_text(clause.head.sent)
    text = document.text
    near = text[low:high]
    if OTHER_BODIES.search(near):
        return bool(re.search(r"\b(?:UN|U\.N\.|United Nations|General Assembly|Security Council)\b", near)) and not re.search(
            r"\b(?:parliament|lawmakers?|congress|senators?|IAEA|voters?)\b", near, re.I
        )
    return bool(CONTEXT.search(near)) or bool(CONTEXT.search(text[max(0, low - 300) : low]))


def _published(document: Document, clause: Clause) -> Iterator[Claim]:
    """Totals as published: "adopted with 141 votes in favour, five against and 35 abstentions", "by 141 votes to 5"."""
    low, high = sentence_text(clause.head.sent)
    text = document.text[low:high]
    if not re.search(r"\badopt|\bpass|\bvote|\bapprov|\bresolution", text) or not _is_un(document, clause):
        return
    for choice, pattern in TOTALS:
        for match in pattern.finditer(text):
            word = next(group for group in match.groups() if group)
            yield make(
                document, KIND, clause.head, "UN", value=float(NUMBERS.get(word.casefold(), word)), unit=f"votes {choice}",
                rule="published total",
                key=f"count {choice}", span=(low + match.start(), low + match.end()), details=_detail(document, clause, choice),
            )  # fmt: skip


def _claims(document: Document, clause: Clause, choice: str) -> Iterator[Claim]:
    head, detail = clause.head, _detail(document, clause, choice)
    times = [t for t in times_at(document, head) if t.words and not (t.start < 60 and t.kind == "day")]  # not the dateline
    time, found = min(times, key=lambda t: abs(t.start - head.idx)).words if times else "", clause.status
    if clause.lemma == "abstain" and found == "expected" and head.dep_ == "acl" and head.head.lemma_ == "decision":
        found = "asserted"  # a decision to abstain is the abstention
    for carrier in _carriers(document, clause):
        states = document.states(carrier, places=True)
        for state in states:
            yield make(document, KIND, head, state, time=time, status=found, rule=clause.lemma, key=choice, details=detail)
        number = next((c for c in carrier.children if c.dep_ == "nummod"), carrier if carrier.pos_ == "NUM" else None)
        if states or number is None or has_bound(document, number):
            continue
        count = str(NUMBERS.get(number.text.casefold(), number.text))
        if COUNT.match(count):
            yield make(
                document, KIND, head, "UN", value=float(count), unit=f"votes {choice}", time=time, status=found, rule="count of votes",
                key=f"count {choice}", details=detail,
            )  # fmt: skip


def _carriers(document: Document, clause: Clause) -> list[Token]:
    """Who votes; where a semicolon stands between, the list right before the verb instead."""
    head = clause.head
    found = list(clause.subjects) or _owners(head)
    apart = [t for t in found if ";" in document.text[min(t.idx, head.idx) : max(t.idx, head.idx)]]
    if not apart:
        return found
    before = [m for m in document.mentions if m.end <= head.idx and head.idx - m.end <= 2 and m.states]
    return [t for t in head.sent if before and t.idx == before[-1].start]


def _detail(document: Document, clause: Clause, choice: str) -> dict[str, str]:
    """What says which roll call is meant: the words, the symbol, the body, whether it is recent."""
    low, high = sentence_text(clause.head.sent)
    near = document.text[max(0, low - 600) : high]
    bodies = BODIES.findall(document.text[max(0, low - 200) : high]) or BODIES.findall(near)
    is_council, is_assembly = any(b in {"Security Council", "UNSC"} for b in bodies), any(b in {"General Assembly", "UNGA"} for b in bodies)
    body = "UNSC" if is_council and not is_assembly else "UNGA" if is_assembly and not is_council else ""
    named = NAMED.search(clause_words(clause)) or NAMED.search(document.text[low:high])
    recent = "1" if any(t.kind == "recent" for t in document.times_in(low, high)) else ""
    symbol = named["symbol"] if named else ""
    phrase = resolution_text(document, clause)
    about = phrase if is_telling(phrase) else clause.head.sent.text.strip()
    return {"choice": choice, "about": about, "phrase": phrase, "context": near, "symbol": symbol, "body": body, "recent": recent}


def clause_words(clause: Clause) -> str:
    """The words after the verb up to its end: the resolution that it names itself."""
    right = [token for token in clause.head.subtree if token.i >= clause.head.i]
    return clause.head.doc[right[0].i : right[-1].i + 1].text if right else ""


def has_bound(document: Document, number: Token) -> bool:
    """Whether a count is only a bound ("more than 140", "nearly 100", "some 30")."""
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
    """The words that say which resolution: the phrase after "on", "from", "for", "against", or the object."""
    tokens = [*clause.objects, *clause.oblique("on", "from", "for", "against", "of", "in favor of", "in favour of")]
    said = " ".join(_phrase(document, token) for token in tokens if token.i > clause.head.i)
    if not is_telling(said):  # "voted against suspending Russia", "abstained when the Assembly deplored"
        right = [token for token in clause.head.subtree if token.i > clause.head.i and token.sent == clause.head.sent]
        said = " ".join(token.text for token in right[:40])
    return said


def is_telling(words: str) -> bool:
    """Whether a phrase says what a resolution is about, and not only "the resolution" or "as well, with Russia"."""
    from nonaligned.reports.gazetteer import find_names

    for hit in reversed([hit for hit in find_names(words) if hit.kind == "state"]):
        if re.search(r"\b(?:on|about|over|in|of|against) (?:the )?$", words[: hit.start]):
            return True  # "the resolution on Ukraine"
        words = words[: hit.start] + words[hit.end :]
    return any(word.casefold() not in GENERIC for word in re.findall(r"[A-Za-z]{3,}", words))


def with_antecedents(claims: list[Claim]) -> list[Claim]:
    """Vote claims in order, each with the words of the last one that told which resolution is meant.

    "Cuba voted against that resolution", "India abstained as well" mean the resolution named before.
    """
    found: list[Claim] = []
    told: Claim | None = None
    for claim in claims:
        if claim.kind != KIND:
            found.append(claim)
        elif claim.detail["symbol"] or is_telling(claim.detail["phrase"]):
            told = claim
            found.append(claim)
        elif told is not None and claim.start - told.end < 1500:
            earlier = {key: told.detail[key] for key in ("about", "symbol", "body")} | {"antecedent": told.text}
            found.append(replace(claim, time=claim.time or told.time, detail={**claim.detail, **earlier}))
        else:
            found.append(claim)
    return found
