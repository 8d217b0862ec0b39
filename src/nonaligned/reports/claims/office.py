"""Office held: "Indian Prime Minister Narendra Modi", "Wang Yi, China's foreign minister", "she became president in 2018"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nonaligned.reports.claiming import governor, make, times_at
from nonaligned.reports.clauses import Clause, is_past, status
from nonaligned.reports.document import Document, preposition
from nonaligned.reports.report import Claim, Mention

if TYPE_CHECKING:
    from spacy.tokens import Token

KIND = "office"
TITLE = (
    r"(?i:(?P<title>prime minister|premier|president|chancellor|taoiseach|king|queen|emir|sultan|supreme leader|"
    r"(?:foreign|external affairs|defen[cs]e) minister|minister (?:of|for) (?:foreign|external) affairs|minister of defen[cs]e|"
    r"foreign secretary|defen[cs]e secretary|secretary of state|secretary of defen[cs]e|secretary[- ]general))"
)
WORDS = r"former|ex|then|acting|interim|deputy|vice|outgoing|caretaker|incoming|late|first|shadow|junior"
MODIFIER, EARLY = rf"(?:(?P<modifier>(?i:{WORDS}))[- ])?", rf"(?:(?P<early>(?i:{WORDS}))[- ])?"
STATE = r"(?P<state>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)?)"
REALM = r"(?:country|kingdom|republic|state|island|city-state)"
UNTIL = re.compile(r"^,?\s+until\s")
BEFORE = re.compile(rf"(?:^|[\s“\"(]){EARLY}(?:{STATE}\s)?{MODIFIER}{TITLE}(?P<comma>,)?\s+$")
AFTER = re.compile(
    rf"^,\s+(?:the |who is )?(?:{REALM}(?:[’']s)? )?(?:crown prince and )?"
    rf"{EARLY}(?:{STATE}(?:[’']s)? )?{MODIFIER}{TITLE}\b(?:\s+of (?:the )?(?P<of>[A-Z][\w-]*(?: [A-Z][\w-]*)*))?"
)
OFFICES = {
    "prime minister": "head_of_government",
    "premier": "head_of_government",
    "chancellor": "head_of_government",
    "taoiseach": "head_of_government",
    "president": "head_of_state",
    "king": "head_of_state",
    "queen": "head_of_state",
    "emir": "head_of_state",
    "sultan": "head_of_state",
    "supreme leader": "supreme_leader",
    "secretary of state": "foreign_minister",
    "foreign secretary": "foreign_minister",
    "foreign minister": "foreign_minister",
    "external affairs minister": "foreign_minister",
    "minister of foreign affairs": "foreign_minister",
    "minister for foreign affairs": "foreign_minister",
    "minister of external affairs": "foreign_minister",
    "minister for external affairs": "foreign_minister",
    "defence minister": "defence_minister",
    "minister of defence": "defence_minister",
    "defence secretary": "defence_minister",
    "secretary of defence": "defence_minister",
    "secretary general": "secretary_general",
}
PASSING = frozenset({"succeed", "replace", "oust", "defeat", "unseat", "topple", "inherit", "follow", "beat"})
ENDING = frozenset(
    "resign quit flee lose fall oust topple depose overthrow unseat impeach remove abdicate step retire leave concede "
    "depart collapse".split()
)
ENDS = frozenset(
    "resignation ouster ousting fall departure overthrow removal death defeat flight exit downfall assassination exile".split()
)
NEWS = frozenset(
    "say tell speak call meet visit host welcome receive warn urge add announce ask discuss arrive travel praise thank condemn write note "
    "declare state insist vow pledge promise reply respond agree attend join address report describe reiterate stress hail greet".split()
)
NOT_IN_OFFICE = frozenset({"deputy", "vice", "shadow", "junior", "first", "incoming"})


def read(document: Document, clause: Clause) -> Iterator[Claim]:
    """Office claims, read at the token that ends a person's name."""
    mention = document.mention(clause.head)
    if mention is not None and mention.person and mention.kind == "person" and clause.head.i == _first_token(document, mention):
        yield from _titled(document, clause, mention)
    if clause.lemma in {"president", "minister", "premier", "chancellor", "king", "secretary"} and any(
        c.dep_ == "cop" for c in clause.head.children
    ):
        yield from _predicate(document, clause)


def _first_token(document: Document, mention: Mention) -> int:
    return next(i for i, other in document.at_token.items() if other is mention)


def office_of(title: str) -> str:
    """The register's office for a title."""
    return OFFICES.get(re.sub(r"[\s-]+", " ", title.casefold().replace("defense", "defence")), "")


def _titled(document: Document, clause: Clause, mention: Mention) -> Iterator[Claim]:
    text = document.text
    sentence = clause.head.sent
    lead = text[sentence.start_char : mention.start]
    match, start, end = BEFORE.search(lead), mention.start, mention.end
    if match is not None and match["comma"] and not match["state"]:
        match = None  # "he met the president, Name said"
    if match is not None:
        start = sentence.start_char + match.start(
            "state" if match["state"] and _states_at(document, sentence.start_char + match.start("state")) else "title"
        )
        for part in ("modifier", "early"):
            if match[part]:
                start = min(start, sentence.start_char + match.start(part))
        state = _states_at(document, sentence.start_char + match.start("state")) if match["state"] else ()
    else:
        match = AFTER.match(text[mention.end : sentence.end_char])
        if match is None:
            return
        end = mention.end + match.end()
        at = match.start("state") if match["state"] else match.start("of") if match["of"] else -1
        state = _states_at(document, mention.end + at) if at >= 0 else ()
        if (match["state"] or match["of"]) and not state:
            return  # "president of the Brookings Institution"
        if not state and re.match(r"\s+of\b", text[end:]):
            return
    before = lead[: max(0, start - sentence.start_char)]
    verb = governor(clause.head)
    is_passed = verb is not None and verb.lemma_ in PASSING and clause.head.dep_ in {"obj", "obl"}
    if is_passed or re.search(r"\bpredecessors?\b|\bsuccessors?\b", before[-40:], re.I):
        return  # who held the office before is not said to hold it now
    early = match["early"] if "early" in match.groupdict() else ""
    modifier = (match["modifier"] or early or "").strip(" -").casefold()
    if modifier in NOT_IN_OFFICE:
        return
    until = UNTIL.match(text[end : sentence.end_char])
    if until is not None and not modifier:
        modifier = "was"
    state = state or mention.states or _any_state(document, mention)
    office = office_of(match["title"])
    if state and office:
        yield make(
            document, KIND, clause.head, state[0], time=_past_time(document, clause), rule="title with name", span=(start, end),
            person=mention.person, office=office, title=match["title"].casefold(), modifier=modifier,
            key=f"{mention.person} {office} {modifier}", told=_told(document, clause),
        )  # fmt: skip


def _told(document: Document, clause: Clause) -> str:
    """How the sentence tells of the past: ``end`` of the office, an ``event`` in the background, or not at all."""
    token = clause.head
    while token.head != token and token.pos_ not in {"VERB", "AUX"}:
        if token.dep_ in {"nmod:poss", "nmod"} and token.head.lemma_.casefold() in ENDS:
            return "end"
        token = token.head
    if token.pos_ != "VERB" or not (is_past(token) or token.tag_ == "VBN"):
        return ""
    lemma = token.lemma_.casefold()
    if lemma in PASSING and any(c.dep_ == "nsubj:pass" and clause.head in c.subtree for c in token.children):
        return "end"  # "was succeeded by"
    if lemma in ENDING and (lemma not in {"step", "leave", "fall"} or _leaves(document, token)):
        return "end"
    is_dated = any(t.words for t in times_at(document, token))
    return "event" if _is_background(token) and lemma not in NEWS and not is_dated else ""


def _is_background(verb: Token) -> bool:
    """Whether a past event is told as what went before: "after she dropped", "had signed". A plain past tense is the news itself."""
    is_perfect = any(c.text.casefold() == "had" and c.dep_ == "aux" for c in verb.children)
    marks = {c.text.casefold() for c in verb.children if c.dep_ in {"mark", "advmod", "case"}}
    is_before = bool(marks & {"after", "before", "when", "since", "until"})
    return is_perfect or is_before and is_past(verb) and verb.dep_ in {"advcl", "acl:relcl"}


def _leaves(document: Document, verb: Token) -> bool:
    """Whether "stepped", "left", "fell" is said of an office: "stepped down", "left office", "fell from power"."""
    after = document.text[verb.idx + len(verb.text) : verb.idx + len(verb.text) + 25]
    return re.match(r"\s+(?:down|aside|office|power|from (?:power|office))\b", after) is not None


def _past_time(document: Document, clause: Clause) -> str:
    """The past time that the sentence tells of ("In 2019 Prime Minister Theresa May resigned"), if it tells of one."""
    times = [t for t in times_at(document, clause.head) if t.first and t.last and t.words and not (t.start < 60 and t.kind == "day")]
    over = [t for t in times if t.last is not None and t.last < document.date.first and t.kind not in {"since", "recent", "decade"}]
    return over[0].words if len(over) == len(times) and over else ""


def _predicate(document: Document, clause: Clause) -> Iterator[Claim]:
    head = clause.head
    phrase = document.doc[max(head.sent.start, head.i - 2) : min(head.sent.end, head.i + 4)].text
    match = re.search(TITLE, phrase, re.IGNORECASE)
    words = {c.text.casefold() for c in head.children}
    if match is None or words & (NOT_IN_OFFICE | {"a", "an"}):
        return
    states = [
        s
        for c in head.children
        if c.dep_ in {"nmod:poss", "amod", "compound"} or c.dep_ == "nmod" and preposition(c) == "of"
        for s in document.states(c)
    ]
    modifier = "former" if words & {"former", "ex"} else "was" if clause.is_past and status(head) == "asserted" else ""
    for subject in clause.subjects:
        mention = document.mention(subject)
        if mention is None or not mention.person:
            continue
        state = states or list(mention.states) or list(_any_state(document, mention))
        if state and not (clause.is_past and not modifier):
            yield make(
                document,
                KIND,
                head,
                state[0],
                "",
                status=status(head),
                rule="is in office",
                person=mention.person,
                office=office_of(match["title"]),
                title=match["title"].casefold(),
                modifier=modifier,
                key=f"{mention.person} {office_of(match['title'])} {modifier}",
            )


def _states_at(document: Document, offset: int) -> tuple[str, ...]:
    return next((m.states for m in document.mentions if m.start <= offset < m.end and m.kind in {"state", "resolved"}), ())


def _any_state(document: Document, mention: Mention) -> tuple[str, ...]:
    """The state of any office that the register gives the person."""
    from nonaligned.world.leaders import by_name, fold

    found = dict.fromkeys(h.state for h in by_name().get(fold(mention.person), ()))
    return ("GBR",) if "GBR" in found else tuple(found)[:1]  # a monarch of several realms is named as Britain's
