"""Rising or falling capability: "modernising its armed forces", "the world's fifth-largest economy", "military spending of $83 billion"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import governor, make
from nonaligned.reports.claims.trade_value import ABOUT, MONEY, OVER, UNDER, amount
from nonaligned.reports.clauses import Clause, is_negated, status, subjects
from nonaligned.reports.document import Document, preposition
from nonaligned.reports.report import Claim, Mention, Status

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "capability"
FORCES = re.compile(r"\b(?:armed forces|military|army|navy|air force|arsenal|defen[cs]es)\b", re.I)
SPENDING = re.compile(r"\b(?:military|defen[cs]e) (?:spending|budget|expenditures?|outlays?)\b", re.I)
PERCENT = r"(?P<percent>\d+(?:\.\d+)?) ?(?:%|per ?cent\b)"
CHANGE = re.compile(rf"^.{{0,60}}?\bby (?P<about>\w+ (?:than )?)?{PERCENT}", re.I | re.S)
OF_GDP = re.compile(rf"{PERCENT} of (?:its |the country[’']s )?(?:GDP|gross domestic product|economic output)\b", re.I)
ON_DEFENCE = re.compile(r"\bon (?:its |the |their )?(?:own )?(?:military|defen[cs]e|armed forces|arms)\b", re.I)
REGIONAL = re.compile(r"\b(?:asia|africa|europe|america|arab|middle east|emerging|developing|purchasing)", re.I)
UP = frozenset(
    "modernise modernize expand increase boost raise grow build strengthen double triple upgrade rise soar surge hike climb jump".split()
)
DOWN = frozenset("cut reduce shrink slash decline fall drop".split())
FACTORS = {"double": "2", "triple": "3"}
BUILD = frozenset({"modernise", "modernize", "expand", "build", "strengthen", "upgrade"})
ORDINALS = {
    word: rank
    for rank, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
        "seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
}
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
RANK = re.compile(
    r"(?P<of>\b(?:one of|among)(?: the)? )?(?P<world>\b(?:the )?(?:world|globe)[’']s )?(?:the )?(?:(?P<count>two|three|four|five|ten) )?"
    rf"(?:(?P<ordinal>{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))[ -])?(?P<top>largest|biggest|most populous)"
    r"(?: (?P<what>military|defen[cs]e|arms|weapons))?\s+$",
    re.I,
)
IN_THE_WORLD = re.compile(r"^\s+(?:in the (?:entire )?world\b|on earth\b|globally\b|worldwide\b)", re.I)
IS = re.compile(
    r"\s+(?:is|was|are|were|remains?|remained|becomes?|became|(?:has|had) (?:been|become))(?: (?:now|still|currently|also|already))?"
    r"(?P<no> (?:not|no longer))?\s+(?:the )?$"
)
OVERTAKE = frozenset({"overtake", "surpass", "replace", "displace", "pass"})


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Capability claims of one predicate."""
    lemma, head = clause.lemma, clause.head
    if lemma in {"economy", "spender", "exporter", "importer", "country", "nation", "state"}:
        yield from _ranked(document, clause)
    elif head.tag_ == "JJS" and head.text.casefold() in {"largest", "biggest", "highest"}:
        yield from _ranked_spending(document, clause)
    elif lemma in {"spending", "budget", "expenditure", "gdp"} and head.pos_ in {"NOUN", "PROPN"}:
        yield from _amount(document, clause)
    elif lemma == "spend" and head.pos_ == "VERB":
        yield from _spent(document, clause)
    elif head.pos_ == "VERB" and lemma in UP | DOWN:
        yield from _change(document, clause)
    elif lemma in {"assertiveness", "influence", "clout", "player", "rise"} and head.pos_ == "NOUN":
        yield from _standing(document, clause)


def _carriers(document: Document, clause: Clause) -> tuple[str, ...]:
    own = _owners(document, clause.head)
    return tuple(dict.fromkeys(own or [s for t in clause.subjects for s in document.states(t)]))


def _owners(document: Document, head: Token) -> list[str]:
    return [s for c in head.children if c.dep_ in {"nmod:poss", "amod", "compound"} for s in document.states(c)]


def _indicator(lemma: str, top: str, what: str) -> str:
    """The measure that a rank is of; empty where the words name none."""
    if lemma == "economy":
        return "" if what or top == "most populous" else "gdp_current_usd"
    if top == "most populous":
        return "population" if lemma in {"country", "nation", "state"} and not what else ""
    if lemma == "spender":
        return "milex_current_usd" if what else ""
    return "arms_exports" if lemma == "exporter" and what in {"arms", "weapons"} else ""


def _ranked(document: Document, clause: Clause) -> Iterator[Claim]:
    head, text = clause.head, document.text
    match = RANK.search(text[head.sent.start_char : head.idx])
    end = head.idx + len(head.text)
    tail = text[end : head.sent.end_char]
    after = IN_THE_WORLD.match(tail)
    if match is None or not (match["world"] or after) or REGIONAL.search(tail[:45]):
        return
    end += after.end() if after else 0
    indicator = _indicator(clause.lemma, match["top"].casefold(), (match["what"] or "").casefold())
    if not indicator:
        return
    word = (match["ordinal"] or "first").casefold()
    rank = ORDINALS.get(word) or int(re.sub(r"\D", "", word))
    quantifier = "one of" if match["of"] else "top" if match["count"] else "largest"
    if quantifier == "top":
        rank = COUNTS[match["count"].casefold()]
    start = head.sent.start_char + match.start()
    for state, found in _holders(document, clause, start, end):
        yield make(
            document, KIND, head, state, value=float(rank), unit="world rank", status=found, rule="world rank", indicator=indicator,
            quantifier=quantifier, key=f"rank {indicator}",
        )  # fmt: skip


def _ranked_spending(document: Document, clause: Clause) -> Iterator[Claim]:
    """Ranks in words like "India's military spending is the fourth largest in the world"."""
    head, text = clause.head, document.text
    match = RANK.search(f"{text[head.sent.start_char : head.idx + len(head.text)]} ")
    after = IN_THE_WORLD.match(text[head.idx + len(head.text) : head.sent.end_char])
    spending = [
        t
        for t in clause.subjects
        if t.pos_ == "NOUN" and SPENDING.search(text[max(head.sent.start_char, t.idx - 12) : t.idx + len(t.text)])
    ]
    if match is None or after is None or not spending or match["of"] or match["count"]:
        return
    rank = ORDINALS.get((match["ordinal"] or "first").casefold()) or int(re.sub(r"\D", "", match["ordinal"]))
    for state in _owners(document, spending[0])[:1]:
        yield make(
            document, KIND, head, state, value=float(rank), unit="world rank", status=clause.status, rule="world rank",
            indicator="milex_current_usd", quantifier="largest", key="rank milex_current_usd",
        )  # fmt: skip


def _holders(document: Document, clause: Clause, start: int, end: int) -> Iterator[tuple[str, Status]]:
    """States that a rank is said of: beside it in apposition, joined by "is", or the subject of "overtook Y as"."""
    text, head = document.text, clause.head
    named = [m for m in document.mentions_in(head.sent.start_char, head.sent.end_char) if len(m.states) == 1 and "adjective" not in m.rule]
    before = next((m for m in reversed(named) if m.end <= start), None)
    between = text[before.end : start] if before is not None else ""
    after = next((m for m in named if m.start >= end and re.fullmatch(r",?\s+(?:the )?", text[end : m.start])), None)
    verb, link = governor(head), IS.fullmatch(between)
    states: tuple[str, ...] = ()
    found: Status = "asserted"
    if before is not None and link is not None and not before.is_place:
        found = clause.status if any(c.dep_ == "cop" for c in head.children) or verb is None else status(verb)
        found = "negated" if link["no"] and found == "asserted" else found
        states = _listed(document, before, clause)
    elif before is not None and re.fullmatch(r",\s+(?:the )?", between):
        states = _listed(document, before, clause)
    elif after is not None:
        states = _listed(document, after, clause)
    elif any(c.dep_ == "cop" for c in head.children):
        states, found = tuple(s for t in clause.subjects for s in document.states(t)), clause.status
    elif preposition(head) == "as" and verb is not None and verb.lemma_.casefold() in OVERTAKE:
        states, found = tuple(s for t in subjects(verb) for s in document.states(t)), status(verb)
    for state in states:
        yield state, found


def _listed(document: Document, mention: Mention, clause: Clause) -> tuple[str, ...]:
    """The state, or all of a list where the noun is a plural ("the two largest economies, A and B")."""
    run = document.lists.get(mention.start) if clause.head.tag_ == "NNS" else None
    run = run or next((r for r in document.lists.values() if mention in r and clause.head.tag_ == "NNS"), [mention])
    return tuple(dict.fromkeys(s for m in run for s in m.states))


def _amount(document: Document, clause: Clause) -> Iterator[Claim]:
    head, text = clause.head, document.text
    is_gdp = clause.lemma == "gdp"
    if not is_gdp and not SPENDING.search(text[max(head.sent.start_char, head.idx - 25) : head.idx + len(head.text)]):
        return
    carriers = _carriers(document, clause) or tuple(s for t in clause.oblique("of", "by") for s in document.states(t))
    verb = governor(head)
    found: Status = status(verb) if verb is not None else "asserted"
    copular = head.head if any(c.dep_ == "cop" for c in head.head.children) and head.dep_.startswith("nsubj") else None
    if copular is not None:
        found = status(copular)
    what = "gdp_current_usd" if is_gdp else "milex_current_usd"
    if carriers:
        yield from _sums(document, head, carriers[0], what, head.idx + len(head.text), found, clause.lemma == "budget")


def _spent(document: Document, clause: Clause) -> Iterator[Claim]:
    """Spending as a verb: "India spent $83.6 billion on its military", "Poland spends 3.8 percent of its GDP on defence"."""
    head = clause.head
    carriers = tuple(s for t in clause.subjects for s in document.states(t))
    if carriers and ON_DEFENCE.search(document.text[head.idx : min(head.sent.end_char, head.idx + 110)]):
        yield from _sums(document, head, carriers[0], "milex_current_usd", head.idx + len(head.text), clause.status, False)


def _sums(document: Document, head: Token, state: str, indicator: str, start: int, found: Status, is_budget: bool) -> Iterator[Claim]:
    text = document.text[start : head.sent.end_char]
    share = OF_GDP.search(text) if indicator.startswith("milex") else None
    match = share or MONEY.search(text)
    if match is None or match.start() > 100:
        return
    before = text[: match.start()]
    bound = "~" if ABOUT.search(before) else ">" if OVER.search(before) else "<" if UNDER.search(before) else "="
    if re.search(r"\bby\s+(?:around |about |over |nearly |more than )?$", before) or re.search(r"[;:]", before):
        return  # a change, or another statement
    value, unit = (float(share["percent"]), "percent of GDP") if share else amount(match)
    yield make(
        document, KIND, head, state, value=value, unit=unit, status=found, rule="amount", bound=bound, key="amount",
        indicator="milex_gdp_share" if share else indicator, span=(head.idx, start + match.end()), budget="1" if is_budget else "",
    )  # fmt: skip


def _change(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    above = [head.head] if head.dep_ == "acl" and head.head.dep_ == "ROOT" else []  # "spending rose": the verb read as a participle
    for thing in [*clause.objects, *clause.subjects, *above]:
        phrase = document.doc[thing.left_edge.i : thing.right_edge.i + 1].text
        is_spending = SPENDING.search(phrase)
        if not (is_spending or FORCES.search(phrase) and clause.lemma in BUILD):
            continue
        carriers = _owners(document, thing) or [s for t in clause.subjects if t != thing for s in document.states(t)]
        percent = CHANGE.match(document.text[head.idx + len(head.text) : head.sent.end_char])
        for state in dict.fromkeys(carriers):
            yield make(
                document, KIND, head, state, status="negated" if is_negated(head) else clause.status, rule=clause.lemma,
                indicator="milex_constant_usd" if is_spending else "", direction="up" if clause.lemma in UP else "down",
                percent=percent["percent"] if percent else "", factor=FACTORS.get(clause.lemma, ""), key="change",
            )  # fmt: skip
        return


def _standing(document: Document, clause: Clause) -> Iterator[Claim]:
    words = {c.text.casefold() for c in clause.head.children}
    if not words & {"growing", "rising", "increasing", "declining", "waning", "important", "global", "major"}:
        return
    for state in _carriers(document, clause)[:1]:
        yield make(
            document, KIND, clause.head, state, status=clause.status, rule="standing", indicator="", key="standing",
            direction="down" if words & {"declining", "waning"} else "up",
        )  # fmt: skip
