"""Arms supply: "a key supplier of defence equipment to Y", "Y buys most of its arms from X", "36 % of Y's arms imports"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import governing_states, is_of_old, make, owner_states, pair_claims, quantifier
from nonaligned.reports.clauses import Clause, is_passive, patients
from nonaligned.reports.document import Document, preposition
from nonaligned.reports.report import Claim

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "arms_supply"
SUPPLIERS = frozenset({"supplier", "provider", "source", "seller", "exporter", "vendor"})
BUYERS = frozenset({"buyer", "customer", "importer", "purchaser", "client", "market", "recipient"})
SELL = frozenset({"supply", "sell", "export", "deliver", "provide", "ship", "transfer"})
BUY = frozenset({"buy", "purchase", "import", "procure", "acquire", "source", "receive", "get", "obtain", "order"})
ARMS_PHRASE = re.compile(
    r"\b(?:arms|weapons?|weaponry|armaments?|munitions?|(?:defen[cs]e|military) (?:equipment|hardware|goods|"
    r"imports?|supplies|technology|gear|kit|"
    r"systems?|purchases?|procurement|suppl\w+|platforms?)|(?:fighter|combat) (?:jets?|aircraft)|missiles?|warplanes?|tanks|submarines?)\b",
    re.I,
)
PERCENT = re.compile(r"(?P<value>\d+(?:\.\d+)?)\s?(?:%|per ?cent\b|percent\b)", re.I)
FORMULA = re.compile(
    r"(?P<share>\d+(?:\.\d+)? ?(?:%|per ?cent|percent)|(?:more than )?half|most|three[- ]quarters|two[- ]thirds|"
    r"(?:a|one)[- ](?:third|quarter)|the bulk|the majority)"
    r" of (?:the )?[^,;.]{0,45}?(?P<imports>(?:arms|weapons?|(?:defen[cs]e|military)(?: equipment)?) "
    r"(?:imports?|purchases|acquisitions|supplies|deliveries)|(?:buys|imports|purchases|acquires|receives)\b)",
    re.I,
)
SUPPLYING = re.compile(
    r"\b(?:suppl(?:y|ies|ied)|provid(?:es?|ed)|account(?:s|ed)? for|deliver(?:s|ed)?|made up|makes? up|represent(?:s|ed)|sold|sells)\b",
    re.I,
)
COMPARED_WITH = re.compile(r"\b(?:from|against|versus|compared (?:with|to))\s+(?:(?:about|around|some|nearly|over|a|the) )*$", re.I)
MORE = re.compile(r"\b(?:more than|over|above|at least|upwards of)\b")
GENERIC = re.compile(
    r"\b(?:arms|weapons?|weaponry|armaments?|(?:defen[cs]e|military)(?:[- ]\w+)? "
    r"(?:equipment|hardware|goods|imports?|supplies|gear|kit|purchases?|procurement|supplier|exporter|systems?|platforms?))\b",
    re.I,
)
KIND_OF_ARMS = re.compile(
    r"\b(?:lethal|heavy|offensive|defensive|nuclear|small|light|combat|fighters?|advanced|modern|sophisticated|chemical|cluster|ballistic|"
    r"cruise|(?:long|short|medium)-range|anti-\w+|surface-to-air|air[- ]defen[cs]e|naval|certain|"
    r"(?:such|these|those|this) (?:kind|type|arm|weapon|system)s?|second-hand|drones?|"
    r"missiles?|jets?|aircraft|tanks?|submarines?|frigates?|warplanes?|helicopters?|artillery|ammunition|howitzers?)\b",
    re.I,
)
NO_MORE = re.compile(r"\b(?:any ?more|any longer|no longer|stopped|ceased)\b", re.I)
SHARES = (
    (re.compile(r"\b(?:nearly|almost|virtually|practically) all\b|\ball (?:of )?(?:its|their|the|\w+[’']s)\b"), ">=", 90.0),
    (re.compile(r"\bthree[ -]quarters\b"), "~", 75.0),
    (re.compile(r"\btwo[ -]thirds\b"), "~", 66.7),
    (re.compile(r"\b(?:most|majority|bulk)\b"), ">", 50.0),
    (re.compile(r"\bhalf\b"), "~", 50.0),
    (re.compile(r"\b(?:a|one) third\b|\bone-third\b"), "~", 33.3),
    (re.compile(r"\b(?:a|one) quarter\b|\bone-quarter\b"), "~", 25.0),
)


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Arms-supply claims of one predicate."""
    lemma = clause.lemma
    if clause.head.dep_ == "ROOT":
        yield from _formula(document, clause)
    if lemma in SUPPLIERS | BUYERS and clause.head.pos_ != "VERB":
        yield from _noun(document, clause)
    elif clause.head.pos_ == "VERB" and lemma in SELL | BUY:
        yield from _verb(document, clause)
    elif clause.head.pos_ == "VERB" and lemma in {"account", "represent", "constitute", "make", "comprise"}:
        yield from _account(document, clause)


def _formula(document: Document, clause: Clause) -> Iterator[Claim]:
    """The set phrase of arms reports, read on the surface since parsers break on it: "X ... 70 per cent of Y's arms imports"."""
    sentence = clause.head.sent
    text = sentence.text
    match = next((m for m in FORMULA.finditer(text) if not COMPARED_WITH.search(text[: m.start()])), None)
    if match is None:
        return
    offset = sentence.start_char
    if not ARMS_PHRASE.search(match[0]):
        return
    owner = next(
        (
            m
            for m in document.mentions
            if m.start >= offset + match.end("share") and m.end <= offset + match.start("imports") and len(m.states) == 1
        ),
        None,
    )
    before = [m for m in document.mentions_in(offset, offset + match.start("share")) if len(m.states) == 1 and not m.is_place]
    verb = list(SUPPLYING.finditer(text[: match.start("share")]))
    if owner is None or not before or not verb:
        return
    subject = next((m for m in reversed(before) if m.end <= offset + verb[-1].start()), None)
    share = PERCENT.search(match["share"])
    bound, value = ("~", float(share["value"])) if share else share_in(match["share"]) or ("", 0.0)
    if subject is None or not bound or subject.states == owner.states:
        return
    if MORE.search(text[max(0, match.start("share") - 15) : match.end("share")].casefold()):
        bound = ">"
    start = subject.start
    suppliers = tuple(dict.fromkeys(s for m in document.lists.get(subject.start, [subject]) for s in m.states))
    for state in suppliers:
        yield make(
            document, KIND, clause.head, state, owner.states[0], value=value, unit="percent of arms imports",
            status=clause.status, rule="share of imports",
            span=(start, offset + match.end()), quantifier="", rank="", bound=bound, side="supplier",
            details=circumstances(document, clause, match[0], suppliers),
        )  # fmt: skip


def is_arms(document: Document, head: Token) -> bool:
    """Whether the phrase of `head` speaks of arms."""
    return ARMS_PHRASE.search(document.doc[head.left_edge.i : head.right_edge.i + 1].text) is not None


def percent_in(phrase: str) -> re.Match[str] | None:
    """The first percentage that is not the one compared with ("down from 76 percent")."""
    return next((m for m in PERCENT.finditer(phrase) if not COMPARED_WITH.search(phrase[: m.start()])), None)


def circumstances(document: Document, clause: Clause, phrase: str, suppliers: tuple[str, ...] = ()) -> dict[str, str]:
    """What limits a claim: one kind of arms alone, a habit that is over, "any more", a share of several suppliers together."""
    words = document.text[clause.head.sent.start_char : clause.head.sent.end_char]
    return {
        "one_kind": "1" if GENERIC.search(phrase) is None or KIND_OF_ARMS.search(phrase) else "",
        "of_old": "1" if is_of_old(document, clause.head) else "",
        "no_more": "1" if NO_MORE.search(words) else "",
        "joint": "|".join(suppliers) if len(suppliers) > 1 else "",
    }


def share_in(phrase: str) -> tuple[str, float] | None:
    """Bound and percentage of a share in words ("most of", "three-quarters of")."""
    return next(((bound, value) for pattern, bound, value in SHARES if pattern.search(phrase.casefold())), None)


def _noun(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    if not is_arms(document, head):
        return
    carriers = tuple(s for t in clause.subjects if not (t.head == head and t.dep_ == "nmod:poss") for s in document.states(t))
    if not carriers and head.dep_ in {"obl", "nmod"} and preposition(head) == "as":
        carriers = governing_states(document, head)
    if not carriers and head.dep_ == "xcomp":
        carriers = governing_states(document, head)
    named = tuple(s for c in head.children if c.dep_ in {"appos", "flat"} for s in document.states(c, places=True))
    above = document.mention(head.head) if head.dep_ in {"compound", "flat"} else None
    carriers = carriers or named or (above.states if above is not None else ())
    others = _other_side(document, head) or owner_states(document, head) or _makers(document, head)
    others = tuple(s for s in others if s not in carriers)
    word, rank = quantifier(document, head)
    is_buyer = clause.lemma in BUYERS
    before, after = document.text[head.left_edge.idx : head.idx], document.text[head.idx : head.right_edge.idx + len(head.right_edge.text)]
    limits = circumstances(document, clause, re.split("[,;]", before)[-1] + re.split("[,;]", after)[0])
    if clause.head.tag_ == "NNS" and word == "largest" and len(carriers) > 1:  # "the two biggest suppliers are X and Y"
        limits["within"] = str(len(carriers))
    for one, other in pair_claims(carriers, others):
        supplier, recipient = (other, one) if is_buyer else (one, other)
        yield make(
            document,
            KIND,
            head,
            supplier,
            recipient,
            status=clause.status,
            rule=f"{clause.lemma} noun",
            details=limits,
            quantifier=word,
            rank=str(rank or ""),
            side="recipient" if is_buyer else "supplier",
            tense="past" if clause.is_past else "present",
        )


def _other_side(document: Document, head: Token) -> tuple[str, ...]:
    """States after "to", "for", "from" anywhere in the phrase ("a supplier of arms to India")."""
    found: list[str] = []
    for token in head.subtree:
        if token.dep_ in {"nmod", "obl", "iobj"} and preposition(token) in {"to", "for", "from", "of"}:
            found += document.states(token)
    return tuple(dict.fromkeys(found))


def _makers(document: Document, head: Token) -> tuple[str, ...]:
    """Whose arms they are: "a buyer of Russian weapons"."""
    of = [t for t in head.subtree if t.dep_ == "nmod" and preposition(t) == "of"]
    return tuple(dict.fromkeys(s for t in of for c in t.children if c.dep_ in {"amod", "compound"} for s in document.states(c)))


def _verb(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    things = (*(patients(head) if is_passive(head) else clause.objects), *clause.oblique("with"))
    arms = next((t for t in things if is_arms(document, t)), None)
    if arms is None:
        return
    carriers = tuple(s for t in clause.subjects for s in document.states(t))
    marks = ("to", "with") if clause.lemma in SELL else ("from",)
    others = tuple(s for t in clause.oblique(*marks) for s in document.states(t))
    if not others:  # the parser may hang "from Russia" on the object
        others = tuple(s for t in arms.subtree if t.dep_ == "nmod" and preposition(t) in marks for s in document.states(t))
    if not others and clause.lemma in SELL:
        others = tuple(s for t in clause.objects if t != arms for s in document.states(t))
    if not others and clause.lemma in SELL:  # "half of India's arms imports", "the weapons that Vietnam buys"
        others = tuple(
            dict.fromkeys(
                m.states[0] for t in arms.subtree if (m := document.mention(t)) and len(m.states) == 1 and m.states[0] not in carriers
            )
        )[:1]
    if not others and clause.lemma in BUY:
        others = tuple(s for c in arms.children if c.dep_ in {"amod", "compound"} for s in document.states(c))
    value: float | None = None
    phrase = document.doc[arms.left_edge.i : arms.right_edge.i + 1].text
    detail = {"quantifier": "", "rank": "", **circumstances(document, clause, phrase, carriers if clause.lemma in SELL else others)}
    percent, share = percent_in(phrase), share_in(phrase)
    if (percent or share) and _is_own_sales(clause, arms, phrase):
        return
    has_none = any(c.text.casefold() == "no" and c.dep_ == "det" for c in arms.children)  # "buys no weapons"
    if percent:
        before = phrase[: percent.start()].casefold()
        value, detail["bound"] = float(percent["value"]), ">" if MORE.search(before) else "~"
    elif share:
        detail["bound"], value = share
        if MORE.search(phrase.casefold()):
            detail["bound"] = ">"
    for one, other in pair_claims(carriers, others):
        supplier, recipient = (one, other) if clause.lemma in SELL else (other, one)
        yield make(
            document,
            KIND,
            head,
            supplier,
            recipient,
            value=value,
            unit="percent of arms imports" if value is not None else "",
            status="negated" if has_none and clause.status in {"asserted", "reported"} else clause.status,
            rule=f"{clause.lemma} arms",
            tense="past" if clause.is_past else "present",
            side="supplier",
            details=detail,
        )


def _is_own_sales(clause: Clause, arms: Token, phrase: str) -> bool:
    """Whether a share is of what the supplier sells ("sells most of its arms to X"), not of what the other buys."""
    is_to = any(preposition(t) == "to" for t in (*clause.oblique("to"), *arms.subtree))
    return clause.lemma in SELL and is_to and re.search(r"\b(?:its|their)\b", phrase) is not None


def _account(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    low, high = min(t.idx for t in head.subtree), max(t.idx + len(t.text) for t in head.subtree)
    text = document.text[low:high]
    percent, share = percent_in(text), share_in(text)
    if (
        not (percent or share)
        or not re.search(r"\b(?:import|purchase|procurement|acquisition|arsenal|inventor|weapons|arms)", text, re.I)
        or not ARMS_PHRASE.search(text)
    ):
        return
    bound, value = ("~", float(percent["value"])) if percent else share or ("~", 0.0)
    suppliers = tuple(s for t in clause.subjects for s in document.states(t))
    recipients = tuple(
        dict.fromkeys(
            s
            for t in head.subtree
            if t.dep_ in {"nmod:poss", "nmod", "amod", "compound"} and t.head != head
            for s in document.states(t)
            if s not in suppliers
        )
    )
    for one, other in pair_claims(suppliers, recipients[:1]):
        yield make(
            document,
            KIND,
            head,
            one,
            other,
            value=value,
            unit="percent of arms imports",
            status=clause.status,
            rule="share of imports",
            quantifier="",
            rank="",
            bound=bound,
            side="supplier",
            tense="past" if clause.is_past else "present",
            details=circumstances(document, clause, text, suppliers),
        )
