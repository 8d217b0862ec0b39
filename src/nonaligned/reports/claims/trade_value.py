"""Trade value: an amount of money said of the trade, exports or imports between two states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import governor, make, times_at
from nonaligned.reports.clauses import Clause, status, subjects
from nonaligned.reports.document import Document, preposition
from nonaligned.reports.report import Claim, Status
from nonaligned.reports.times import Time

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "trade_value"
NOUNS = frozenset(
    {"trade", "export", "exports", "import", "imports", "turnover", "commerce", "shipment", "deficit", "surplus", "gap", "imbalance"}
)
BALANCES = frozenset({"deficit", "surplus", "gap", "imbalance"})
CURRENCIES = {
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "pound": "GBP",
    "pounds": "GBP",
    "¥": "CNY?",
    "yuan": "CNY",
    "rupee": "INR",
    "rupees": "INR",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "hk$": "HKD",
    "nz$": "NZD",
    "s$": "SGD",
    "r$": "BRL",
    "nt$": "TWD",
}
SCALES = {"thousand": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12}
MONEY = re.compile(
    r"(?<![A-Za-z])(?P<sign>US\$|(?:AU?|CA?|HK|NZ|S|R|NT)\$|[$€£¥]|(?:USD|EUR) ?)\s?(?P<amount>\d[\d,]*(?:\.\d+)?)[\s-]?"
    r"(?P<scale>thousand|million|billion|trillion|mn|bn|tn|m|b)?\b"
    r"|(?P<amount2>\d[\d,]*(?:\.\d+)?)[\s-]?(?P<scale2>million|billion|trillion|mn|bn|tn)(?: U\.?S\.?)? ?"
    r"(?P<name>dollars?|euros?|pounds?|yuan|rupees?)",
    re.I,
)
OTHER_MONEY = re.compile(
    r"\b(?:invest\w*|loans?|aid|deals?|contracts?|credit|debt|package|fund\w*|fines?|sanction\w*|tariffs? on|projects?|reserves)\b", re.I
)
TARGET = re.compile(
    r"\b(?:target|goal|aim\w*|potential|could|by 20\d\d|objective|ambition|raise .{0,40}to|boost .{0,40}to|"
    r"increase .{0,40}to|expected to|set to|hope\w*|plan\w*|will|up to)\b",
    re.I,
)
PAST_TARGET = re.compile(
    r"\b(?:reached|hit|stood|stands|totall?ed|exceeded|surpassed|rose to|grew to|fell to|amounted|worth|was|were|climbed to|jumped to)\b",
    re.I,
)
ABOUT = re.compile(r"\b(?:around|about|nearly|almost|some|roughly|approximately|close to|an estimated)\s*$", re.I)
OVER = re.compile(r"\b(?:over|more than|above|exceed\w*|surpass\w*|at least|in excess of|top(?:ped|s)?)\s*$", re.I)
FROM = re.compile(r"\b(?:from|against|versus|compared (?:with|to))\s+(?:(?:about|around|some|nearly|just|only|over|a) )*$", re.I)
UNDER = re.compile(r"\b(?:under|less than|below|just under|no more than)\s*$", re.I)


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Trade-value claims around one trade noun: the nearest amount in its sentence, the two states of its phrase."""
    head = clause.head
    if clause.lemma not in NOUNS or head.pos_ not in {"NOUN", "PROPN"} or _is_modifier(head):
        return
    if clause.lemma in {"gap", "imbalance"} and not any(c.lemma_.casefold() == "trade" for c in head.children):
        return
    money = _amount(document, head)
    pair = _pair(document, head)
    if money is None or pair is None:
        return
    match, offset = money
    value, currency = amount(match)
    before = document.text[max(head.sent.start_char, offset + match.start() - 25) : offset + match.start()]
    bound = "~" if ABOUT.search(before) else ">" if OVER.search(before) else "<" if UNDER.search(before) else "="
    flow = {
        "export": "exports",
        "exports": "exports",
        "import": "imports",
        "imports": "imports",
        "shipment": "exports",
    }.get(clause.lemma, "balance" if clause.lemma in BALANCES else "total")
    found = _status(document, head, offset + match.start())
    start, end = sorted((head.idx, offset + match.start()))[0], max(head.idx + len(head.text), offset + match.end())
    start = min(start, *(t.idx for t in head.lefts)) if list(head.lefts) else start
    yield make(
        document,
        KIND,
        head,
        pair[0],
        pair[1],
        value=value,
        unit=currency,
        time=_time(document, head, offset + match.start(), is_target=found == "expected"),
        status=found,
        rule="amount of trade",
        span=(start, end),
        flow=flow,
        bound=bound,
        key=f"{flow}{value}",
    )


def amount(match: re.Match[str]) -> tuple[float, str]:
    """Value and currency of a money expression.

    Examples
    --------
    >>> amount(MONEY.search("about $10.5 billion a year"))
    (10500000000.0, 'USD')
    """
    number = float((match["amount"] or match["amount2"]).replace(",", ""))
    scale = SCALES.get((match["scale"] or match["scale2"] or "").casefold(), 1.0)
    name = (match["sign"] or match["name"] or "").strip().casefold()
    return number * scale, CURRENCIES.get(name, CURRENCIES.get(name.rstrip("s"), "?"))


def _is_modifier(head: Token) -> bool:
    """Whether "trade" only modifies another noun ("trade talks", "trade deal", "arms exports")."""
    if head.dep_ == "compound" and head.head.lemma_.casefold() not in {
        "volume",
        "turnover",
        "value",
        "figure",
        "flow",
        "total",
    }:
        return True
    if head.dep_ == "nmod" and head.head.lemma_.casefold() in BALANCES:  # "a deficit in its trade with China"
        return True
    return any(
        c.lemma_.casefold()
        in {
            "arm",
            "arms",
            "weapon",
            "weapons",
            "defense",
            "defence",
            "military",
            "oil",
            "gas",
            "crude",
            "energy",
            "agricultural",
            "services",
            "service",
            "technology",
            "food",
            "grain",
        }
        for c in head.children
        if c.dep_ in {"compound", "amod"}
    )


def _amount(document: Document, head: Token) -> tuple[re.Match[str], int] | None:
    """The first amount after the noun in its sentence (else the last before it), no other money word between."""
    sentence = head.sent
    text = document.text
    found = MONEY.finditer(text[head.idx : sentence.end_char])
    after = next((m for m in found if not FROM.search(text[head.idx : head.idx + m.start()])), None)
    between = text[head.idx + len(head.text) : head.idx + after.start()] if after is not None else ""
    if head.lemma_.casefold() not in BALANCES and re.search(rf"\b(?:{'|'.join(BALANCES)})\b", between, re.I):
        return None  # the amount is of the balance, not of the trade
    if after is not None and not OTHER_MONEY.search(text[head.idx : head.idx + after.start()]) and after.start() < 160:
        tail = text[head.idx + after.end() : head.idx + after.end() + 30]
        if not re.match(r"\s*(?:in|of|worth of)?\s*(?:invest|aid|loan|deal|arms|credit)", tail):
            return after, head.idx
    before = list(MONEY.finditer(text[sentence.start_char : head.idx]))
    if before and head.idx - sentence.start_char - before[-1].end() < 25:
        return before[-1], sentence.start_char
    return None


def _pair(document: Document, head: Token) -> tuple[str, str] | None:
    """The two sides of the trade, the one whose flow it is first."""
    inside: list[str] = []
    outer = head.head if head.dep_ == "compound" else head
    for top in {head.i: head, outer.i: outer}.values():
        for child in top.children:
            if child.dep_ in {"nmod", "obl", "nmod:poss", "amod", "compound", "acl"}:
                inside += document.states(child, places=preposition(child) in {"to", "from", "with", "between"})
    mentioned = list(dict.fromkeys(inside)) or _named_after(document, head)
    if len(mentioned) == 1:
        owner = [s for s in _governing(document, head) if s not in mentioned]
        if owner and not any(c.dep_ in {"nmod:poss", "amod", "compound"} and document.states(c) for c in head.children):
            mentioned.insert(0, owner[0])
        else:
            mentioned += [s for t in _near(document, head) for s in document.states(t) if s not in mentioned] or owner
    if not mentioned:
        owner = list(_governing(document, head))
        has_two = any(c.text.casefold() in {"bilateral", "two-way", "mutual", "their", "annual", "total"} for c in head.children)
        mentioned = owner if len(owner) == 2 else list(_last_pair(document, head)) if has_two else []
    return (mentioned[0], mentioned[1]) if len(mentioned) >= 2 else None


def _named_after(document: Document, head: Token) -> list[str]:
    """States right after the noun ("trade between X and Y"), where the parse has lost them."""
    end = head.idx + len(head.text)
    tail = document.text[end : end + 12]
    if not re.match(r"\s+(?:between|with)\s", tail):
        return []
    first = next((m for m in document.mentions if end < m.start < end + 20 and m.states), None)
    run = document.lists.get(first.start, [first]) if first is not None else []
    return list(dict.fromkeys(s for m in run for s in m.states))


def _near(document: Document, head: Token) -> list[Token]:
    """Nouns under "with", "to", "from" that hang on the verb instead of the trade noun."""
    verb = governor(head)
    return [c for c in verb.children if c.dep_ == "obl" and preposition(c) in {"with", "to", "from", "between"}] if verb is not None else []


def _governing(document: Document, head: Token) -> tuple[str, ...]:
    token = head
    while token.head != token:
        token = token.head
        if token.pos_ in {"VERB", "AUX", "ADJ"}:
            found = tuple(dict.fromkeys(s for t in subjects(token) if t != head for s in document.states(t)))
            if found:
                return found
    return ()


def _last_pair(document: Document, head: Token) -> tuple[str, ...]:
    """The last two distinct states named before the noun, near it."""
    near = [m for m in document.mentions if m.end <= head.idx and len(m.states) == 1 and not m.is_place and m.start > head.idx - 400]
    distinct = list(dict.fromkeys(m.states[0] for m in reversed(near)))
    same_sentence = [m for m in near if m.start >= head.sent.start_char]
    if len({m.states[0] for m in same_sentence}) > 2 or len(distinct) > 2 and not same_sentence:
        return ()
    return tuple(reversed(distinct[:2])) if len(distinct) >= 2 else ()


def _status(document: Document, head: Token, at: int) -> Status:
    text = document.text[max(head.sent.start_char, at - 90) : at]
    tail = document.text[at : min(head.sent.end_char, at + 60)]
    if TARGET.search(text) and not PAST_TARGET.search(text) or re.search(r"\bby (?:the end of )?20\d\d", tail):
        return "expected"
    relative = next((c for c in head.children if c.dep_ == "acl:relcl"), None)
    if relative is not None:  # "ways to increase trade, which stands at $10 billion" asserts the amount
        return status(relative)
    verb = governor(head)
    return status(verb) if verb is not None and head.dep_.startswith("nsubj") else "asserted"


def _time(document: Document, head: Token, at: int, is_target: bool) -> str:
    times: list[Time] = [t for t in times_at(document, head) if t.words and t.kind not in {"since"}]
    if not is_target:  # a later year is that of a target beside the amount
        times = [t for t in times if t.first is not None and t.first <= document.date.last]
    return min(times, key=lambda t: abs(t.start - at)).words if times else ""
