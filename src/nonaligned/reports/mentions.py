"""Who a text speaks of: states, persons in office at its date, groups, and what refers back to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nonaligned.reports.document import Document, preposition
from nonaligned.reports.gazetteer import Hit
from nonaligned.reports.report import Mention, ReportDate
from nonaligned.reports.times import MONTHS, Time
from nonaligned.world.days import Span
from nonaligned.world.groups import group as find_group
from nonaligned.world.leaders import Holding, by_surname, fold

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from nonaligned.world.names import NameEntry

PLACE_MARKS = frozenset("in at near inside outside around across throughout within into".split())
OF_GOVERNMENTS = frozenset("ally partner supplier friend rival enemy critic supporter adversary behest demand support backing".split())
MOTION = frozenset(
    "travel fly go come arrive visit return head trip journey tour move drive flight leave depart land send route road train summit".split()
)
TITLES = frozenset(
    "president premier minister chancellor king queen emir sultan prince secretary mr mr. ms mrs dr sheikh "
    "ayatollah leader chairman general taoiseach commissioner chief".split()
)
ALSO_PERSONS = frozenset(
    "Jordan Chad Israel Georgia Kenya India Paris Sofia Lima Santiago Kingston Georgetown Victoria "
    "London Austin Dakota Alexandria Cuba Ireland Holland Brazil France Washington".split()
)
US_WORDS = frozenset(
    "Atlanta Savannah Senate senator governor county Republican Democrat Democratic Alabama Florida Carolina "
    "runoff Fulton Congresswoman Congressman".split()
)
PLURAL_HEADS = frozenset(
    "country nation state side neighbour neighbor government party ally power partner capital giant rival republic economy".split()
)
PLURAL_PERSONS = frozenset("leader man president minister premier counterpart".split())
FITTING = {
    "alliance": {"security"},
    "pact": {"WARSAW_PACT", "AUKUS", "CSTO"},
    "movement": {"NAM"},
    "union": {"EU", "AU", "EAEU"},
    "bloc": {"economic", "political", "regional", "informal"},
}
SINGULAR_HEADS = frozenset("country nation kingdom republic state".split())
GROUP_HEADS = frozenset("alliance bloc group grouping organisation organization pact union movement association".split())
HEADS_OF = ("head_of_state", "head_of_government", "supreme_leader", "party_leader", "foreign_minister", "defence_minister")


def build(doc: Doc, hits: Iterable[Hit], when: ReportDate, times: tuple[Time, ...]) -> Document:
    """A document with all its mentions.

    Parameters
    ----------
    doc : Doc
        The parse.
    hits : iterable of Hit
        Names found in the same text.
    when : ReportDate
        Offices and dated names are read at this date.
    times : tuple of Time
        Time expressions of the text.
    """
    document = Document(doc, doc.text, when, times)
    words = frozenset(token.text for token in doc)
    for hit in hits:
        mention = _mention(document, hit, when, words)
        if mention is not None:
            document.add(mention)
    for mention in _surnames(document, when):
        document.add(mention)
    document.mentions.sort(key=lambda m: m.start)
    document.find_lists()
    _resolve_references(document)
    document.mentions.sort(key=lambda m: m.start)
    return document


def _mention(document: Document, hit: Hit, when: ReportDate, words: frozenset[str]) -> Mention | None:
    text = document.text[hit.start : hit.end]
    if hit.kind == "group":
        return Mention(hit.start, hit.end, text, "group", group=hit.group, rule="group name")
    if hit.kind == "person":
        return _person(hit.start, hit.end, text, hit.persons, when, "full name")
    if hit.kind == "nothing":
        return None
    span = document.doc.char_span(hit.start, hit.end, alignment_mode="expand")
    if span is None or _is_personal_name(text, span[0], span[-1], document):
        return None
    entries = _dated(hit.states, when)
    codes = tuple(dict.fromkeys(entry.code for entry in entries))
    if len(codes) != 1 or text == "Georgia" and words & US_WORDS and not words & {"Tbilisi", "Georgian", "Caucasus"}:
        return None
    kinds = {entry.kind for entry in entries}
    is_capital = kinds == {"capital"}
    if text == "Brussels" and not _is_place(span.root, True, document):  # the seat of the Union before it is Belgium's capital
        return Mention(hit.start, hit.end, text, "group", group="EU", rule="seat")
    if is_capital and span.root.dep_ in {"compound", "flat"} and span.root.head.pos_ == "PROPN":
        return None
    return Mention(
        hit.start, hit.end, text, "state", codes, is_place=_is_place(span.root, is_capital, document), rule="/".join(sorted(kinds))
    )


def _dated(entries: tuple[NameEntry, ...], when: ReportDate) -> list[NameEntry]:
    """Entries that the name can mean at the report's date; names of the past where none is current."""
    current = [e for e in entries if Span(e.first, e.last).overlaps(when.first, when.last)]
    return current or list(entries)


def _is_personal_name(text: str, first: Token, last: Token, document: Document) -> bool:
    if text not in ALSO_PERSONS:
        return False
    before = document.doc[first.i - 1] if first.i > first.sent.start else None
    after = document.doc[last.i + 1] if last.i + 1 < last.sent.end else None
    given = before is not None and before.pos_ == "PROPN" and before.text.istitle() and before.text.casefold() not in TITLES | MONTHS.keys()
    return bool(
        given
        and before is not None
        and before.dep_ in {"flat", "compound", "nsubj", "obj", "obl", "nmod", "appos", "conj"}
        and document.mention(before) is None
        and (first.dep_ == "flat" or before.head == first)
    ) or (after is not None and after.dep_ == "flat" and after.head == first and document.mention(after) is None)


def _is_place(token: Token, is_capital: bool, document: Document) -> bool:
    above = document.mention(token.head) if token.dep_ == "conj" else None
    mark = preposition(token) if token.dep_ != "conj" or above is not None and above.kind == "state" else ""
    if mark in PLACE_MARKS:
        return True
    if mark in {"to", "from", "for"} and token.head.lemma_.casefold() in MOTION:
        return True
    if not is_capital or mark == "of" and token.head.lemma_.casefold() in OF_GOVERNMENTS:
        return False
    if token.dep_ in {"compound", "flat", "root", "ROOT", "obl:unmarked", "obl:tmod"}:
        return True
    return token.dep_ in {"obl", "nmod"} and mark in {"to", "of", "via", "through"} or token.dep_ == "obj" and token.head.lemma_ in MOTION


def _person(start: int, end: int, text: str, rows: Iterable[Holding], when: ReportDate, rule: str) -> Mention | None:
    rows = list(rows)
    if not rows:
        return None
    serving = [r for r in rows if r.span.overlaps(when.first, when.last)]
    states = tuple(dict.fromkeys(r.state for r in serving))[:1]
    person = (serving or rows)[0].person
    return Mention(start, end, text, "person", states, person=person, rule=rule if states else f"{rule}, not in office at the date")


def _surnames(document: Document, when: ReportDate) -> list[Mention]:
    """Persons named by surname: introduced in full elsewhere, titled, or the only one in office so called."""
    named = {m.person for m in document.mentions if m.person}
    found: list[Mention] = []
    for token in document.doc:
        if token.i in document.at_token or not token.text[:1].isupper() or len(token.text) < 2:
            continue
        rows = by_surname().get(fold(token.text)) or ()
        before = document.doc[token.i - 1] if token.i else None
        two = f"{before.text} {token.text}" if before is not None else ""
        if (
            before is not None
            and (longer := by_surname().get(fold(two)))
            and before.i not in document.at_token
            and before.text[:1].isupper()
        ):
            rows = longer
        if not rows:
            continue
        is_titled = before is not None and before.text.casefold().rstrip(".") in TITLES
        known = [r for r in rows if r.person in named]
        if known:
            rows = known
        else:
            rows = [r for r in rows if r.span.overlaps(when.first, when.last) and (is_titled or r.office in HEADS_OF[:4])]
            if not is_titled and token.pos_ != "PROPN" and token.is_sent_start:
                continue
        if before is not None and not is_titled and _is_other_given_name(before, rows, document) or len({r.person for r in rows}) != 1:
            continue
        mention = _person(token.idx, token.idx + len(token.text), token.text, rows, when, "surname")
        if mention is not None:
            found.append(mention)
    return found


def _is_other_given_name(before: Token, rows: Iterable[Holding], document: Document) -> bool:
    """Whether the word before a surname is a given name that is not this person's ("Melania Trump")."""
    if (
        before.pos_ != "PROPN"
        or not before.text.istitle()
        or before.i in document.at_token
        or before.is_sent_start
        and before.tag_ != "NNP"
    ):
        return False
    parts = {part for row in rows for name in row.names for part in fold(name).split()}
    return fold(before.text) not in parts


def _resolve_references(document: Document) -> None:
    """Add mentions for "the two countries", "both leaders", "the country", "the alliance", it, its, they, their, he, his."""
    subject: Mention | None = None
    for sentence in document.doc.sents:
        first_subject: Mention | None = None
        for token in sentence:
            before = first_subject if first_subject is not None else subject
            mention = document.mention(token) or _reference(document, token, before)
            is_subject = token.dep_ in {"nsubj", "nsubj:pass"}
            if is_subject and first_subject is None:
                parties = [p for p in document.parties(token) if len(p.states) == 1 and not p.is_place]
                if mention is not None and mention.kind == "resolved" and len(mention.states) == 1:
                    first_subject = mention
                elif len({p.states for p in parties}) == 1:
                    first_subject = parties[0]
        here = [m for m in document.mentions_in(sentence.start_char, sentence.end_char) if len(m.states) == 1 and not m.is_place]
        if first_subject is not None:
            subject = first_subject
        elif here:
            subject = here[0] if len({m.states for m in here}) == 1 else None


def _reference(document: Document, token: Token, subject: Mention | None) -> Mention | None:
    lemma, text = token.lemma_.casefold(), token.text.casefold()
    left = [child.text.casefold() for child in token.lefts]
    states: tuple[str, ...] = ()
    group, rule, start = "", "", token.idx
    is_pair = "both" in left or "two" in left and ("the" in left or "these" in left)
    if is_pair and lemma in PLURAL_HEADS | PLURAL_PERSONS and not any(child.dep_ == "acl:relcl" for child in token.children):
        states, rule = _last_pair(document, token, lemma in PLURAL_PERSONS), "the two"
        start = min(child.idx for child in token.lefts if child.text.casefold() in {"both", "the", "these", "two"})
    elif text in {"they", "their", "them"} and token.pos_ == "PRON":
        states, rule = _last_pair(document, token, False, near=True), "plural pronoun"
    elif text in {"it", "its", "itself"} and token.pos_ == "PRON" and token.dep_ != "expl":
        states, rule = (subject.states if subject and len(subject.states) == 1 else ()), "pronoun"
    elif text in {"he", "his", "she", "her", "him"} and token.pos_ == "PRON":
        last = next((m for m in reversed(document.mentions) if m.person and m.end <= token.idx), None)
        states, rule = (last.states if last else ()), "personal pronoun"
    elif (
        lemma in GROUP_HEADS
        and "the" in left
        and not any(
            c.dep_ in {"nmod", "amod", "compound", "acl:relcl"}
            and c.text.casefold() not in {"military", "defence", "defense", "western", "security", "regional"}
            for c in token.children
        )
    ):
        last = _group_before(document, token, lemma)
        group, rule = (last.group if last else ""), "the group"
    elif (
        lemma in SINGULAR_HEADS
        and text == lemma
        and "the" in left
        and not any(c.dep_ in {"nmod", "amod", "acl:relcl", "nummod"} for c in token.children)
    ):
        states, rule = (subject.states if subject and len(subject.states) == 1 else ()), "the country"
    if not states and not group:
        return None
    mention = Mention(
        start,
        token.idx + len(token.text),
        document.text[start : token.idx + len(token.text)],
        "resolved",
        states,
        group=group,
        rule=rule,
    )
    document.at_token.setdefault(token.i, mention)
    document.mentions.append(mention)
    return mention


def _group_before(document: Document, token: Token, noun: str) -> Mention | None:
    """The last group named before that the noun can mean: an alliance is a security group, the movement is the Non-Aligned.

    None where the two sentences before name several that fit.
    """
    fits = FITTING.get(noun)
    earlier = [m for m in document.mentions if m.group and m.kind == "group" and token.idx - 700 < m.end <= token.idx]
    earlier = [m for m in earlier if fits is None or m.group in fits or find_group(m.group).kind in fits]
    earlier = [m for m in earlier if m.group != "UN"]
    near = {m.group for m in earlier if m.start >= token.sent.start_char - 250}
    return earlier[-1] if earlier and len(near) <= 1 else None


def _last_pair(document: Document, token: Token, persons: bool, near: bool = False) -> tuple[str, ...]:
    """The two states that a plural refers to: the last coordinated pair before it, else the last two named."""
    earlier = [m for m in document.mentions if m.end <= token.idx and len(m.states) == 1 and not m.is_place and m.kind != "resolved"]
    if near:
        earlier = [m for m in earlier if m.start >= token.sent.start_char - 400]
    if persons:
        earlier = [m for m in earlier if m.person] or earlier
    for second in reversed(range(1, len(earlier))):
        one, two = earlier[second - 1], earlier[second]
        between = document.text[one.end : two.start].strip().casefold()
        if one.states != two.states and between in {"and", "and the", "&", "-", "–", "with", "and president", "and prime minister"}:
            return one.states + two.states
        if earlier[-1].start - one.start > 600:
            break
    if near:
        return ()
    distinct = list(dict.fromkeys(m.states[0] for m in reversed(earlier)))
    return tuple(reversed(distinct[:2])) if len(distinct) >= 2 else ()
