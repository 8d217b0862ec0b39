"""Office held: "Indian Prime Minister Narendra Modi", "Wang Yi, China's foreign minister", "she became president in 2018"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nonaligned.reports.claiming import governor, make, times_at
from nonaligned.reports.clauses import Clause, status
from nonaligned.reports.document import Document, preposition
from nonaligned.reports.report import Claim, Mention

KIND = "office"
TITLE = (
    r"(?i:(?P<title>prime minister|premier|president|chancellor|taoiseach|king|queen|emir|sultan|supreme leader|"
    r"(?:foreign|external affairs|defen[cs]e) minister|minister (?:of|for) (?:foreign|external) affairs|minister of defen[cs]e|"
    r"foreign secretary|defen[cs]e secretary|secretary of state|secretary of defen[cs]e|secretary[- ]general))"
)
WORDS = r"former|ex|then|acting|interim|deputy|vice|outgoing|caretaker|incoming|late|first|shadow|junior"
MODIFIER, EARLY = rf"(?:(?P<modifier>(?i:{WORDS}))[- ])?", rf"(?:(?P<early>(?i:{WORDS}))[- ])?"
STATE = r"(?P<state>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)?)"
BEFORE = re.compile(rf"(?:^|[\s“\"(]){EARLY}(?:{STATE}\s)?{MODIFIER}{TITLE}(?P<comma>,)?\s+$")
AFTER = re.compile(
    rf"^,\s+(?:the |who is )?{EARLY}(?:{STATE}(?:[’']s)? )?{MODIFIER}{TITLE}(?:\s+of (?:the )?(?P<of>[A-Z][\w-]*(?: [A-Z][\w-]*)*))?"
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
    state = state or mention.states or _any_state(document, mention)
    office = office_of(match["title"])
    if state and office:
        yield make(
            document, KIND, clause.head, state[0], time=_past_time(document, clause), rule="title with name", span=(start, end),
            person=mention.person, office=office, title=match["title"].casefold(), modifier=modifier,
            key=f"{mention.person} {office} {modifier}",
        )  # fmt: skip


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
    modifier = "former" if words & {"former", "ex"} else ""
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

    return tuple(dict.fromkeys(h.state for h in by_name().get(fold(mention.person), ())))[:1]
