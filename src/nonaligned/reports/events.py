"""Events: who did what to whom, as PLOVER types, from a lexicon of verbs and nouns over the parse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nonaligned.reports.claiming import claim_time
from nonaligned.reports.clauses import clause, clause_span, clauses
from nonaligned.reports.document import Document, preposition, sentence_text
from nonaligned.reports.event_lexicon import HOSTILE, Match, match
from nonaligned.reports.event_sides import Sides, code, sides_of
from nonaligned.reports.event_status import controlled, event_status
from nonaligned.reports.report import Event

# Share of right types among the events of a rule, measured on sentences that no rule was mended on: see docs/lexicon.md.
CONFIDENCE = {
    "verb control": 0.89,
    "verb object": 0.88,
    "light verb": 0.82,
    "verb preposition": 0.82,
    "verb inside": 0.74,
    "noun owner": 0.65,
    "noun between": 0.65,
    "verb each other": 0.63,
    "light each other": 0.63,
}
RESOLVED = 0.85


def read_events(document: Document) -> tuple[Event, ...]:
    """Events between two different actors, in order of position, numbered e1, e2 ...

    Parameters
    ----------
    document : Document
        A parsed text with its mentions.

    Returns
    -------
    tuple of Event
        One for every type, actor and recipient of a sentence; `confidence` is a share in 0..1.

    Examples
    --------
    >>> from datetime import date
    >>> from nonaligned.reports.reading import open_document
    >>> from nonaligned.reports.report import Text
    >>> document = open_document(Text("Russia invaded Ukraine."), date(2022, 3, 1))
    >>> [(e.event_type, e.actor_state, e.recipient_state, e.status) for e in read_events(document)]
    [('ASSAULT', 'RUS', 'UKR', 'asserted')]
    """
    found: dict[tuple[str, str, str, int], Event] = {}
    for found_clause in clauses(document):
        matched = match(found_clause)
        if matched is None:
            continue
        for event in _events(document, matched):
            key = (event.event_type, event.actor_state, event.recipient_state, matched.head.sent.start)
            if key not in found or event.confidence > found[key].confidence:
                found[key] = event
    ordered = sorted(found.values(), key=lambda e: (e.start, e.end, e.event_type, e.actor, e.recipient))
    return tuple(replace(event, event_id=f"e{number}") for number, event in enumerate(ordered, 1))


def _events(document: Document, matched: Match) -> Iterator[Event]:
    sides = sides_of(document, matched)
    if sides is None:
        return
    event_type, status = _type(matched), event_status(matched)
    start, end = clause_span(document, matched.head)
    low, high = sentence_text(matched.head.sent)
    place = _place(document, matched, sides)
    word = (matched.noun or matched.head).lemma_.casefold()
    for actor in sides.actors:
        for recipient in sides.recipients:
            if code(actor) == code(recipient) or set(actor.states) & set(recipient.states):
                continue
            sure = CONFIDENCE[sides.rule] * (RESOLVED if "resolved" in {actor.kind, recipient.kind} else 1.0)
            yield Event(
                "",
                event_type,
                actor.person or actor.text,
                code(actor),
                recipient.person or recipient.text,
                code(recipient),
                status,
                claim_time(document, matched.head),
                place,
                document.text[low:high],
                start,
                end,
                f"{sides.rule}: {word}",
                round(sure, 2),
            )


def _type(matched: Match) -> str:
    """The entry's type; a promise of something hostile is a threat."""
    if matched.entry.event_type == "AGREE":
        for below in controlled(matched.noun or matched.head):
            promised = match(clause(below))
            if promised is not None and promised.entry.event_type in HOSTILE:
                return "THREATEN"
    return matched.entry.event_type


def _place(document: Document, matched: Match, sides: Sides) -> str:
    taken = {m.start for m in (*sides.actors, *sides.recipients)}
    tokens = [c for t in (matched.head, matched.noun) if t is not None for c in t.children if preposition(c) in {"in", "at", "near"}]
    return next((m.text for t in tokens if (m := document.mention(t)) is not None and m.states and m.start not in taken), "")
