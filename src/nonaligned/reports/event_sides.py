"""Who does what a predicate says, and to whom: the slots of the lexicon read off the parse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nonaligned.reports.clauses import is_passive, patients, subjects
from nonaligned.reports.document import AGENCY, Document, preposition
from nonaligned.reports.event_lexicon import (
    FACING,
    HOSTILE,
    VERBAL,
    Entry,
    Match,
    entries_of,
    is_content_gerund,
    mistaken_subject,
    noun_entry,
    things,
)
from nonaligned.reports.event_status import controlled
from nonaligned.reports.report import Mention

if TYPE_CHECKING:
    from spacy.tokens import Token

# What acts for a state without being an organ of it: "Israeli warplanes", "the Chinese coast guard".
FORCE = frozenset(
    "warplane warplanes jet aircraft warship ship vessel navy fleet guard coastguard missile rocket drone artillery tank helicopter bomber "
    "fighter battalion brigade marine commando hacker agent agency office department ministry consulate embassy mission court judge "
    "prosecutor bombardment airstrike strike shelling air".split()
)
# Prepositions after which what belongs to a state stands for it: "strikes on Syrian positions".
INTO = frozenset({"on", "against", "at", "of", "into"})
# What bears a state's name without being the state's.
PRIVATE = frozenset(
    "company firm corporation business investor club fan player artist singer actor author film song brand consumer "
    "tourist student cuisine food language".split()
)
ASKED = frozenset({"with", "to", "on", "against", "from", "at", "of", "for", "into", "in"})
OWNERS = frozenset({"nmod:poss", "amod", "compound", "nmod:desc", "flat"})


@dataclass(frozen=True, slots=True)
class Sides:
    """Actors and recipients of a predicate, and the rule that found the recipients."""

    actors: tuple[Mention, ...]
    recipients: tuple[Mention, ...]
    rule: str


def sides_of(document: Document, matched: Match) -> Sides | None:
    """Actors and recipients of a match; None where either is not a party."""
    return _verb_sides(document, matched) if matched.is_verb else _noun_sides(document, matched)


def code(mention: Mention) -> str:
    """The state that a mention stands for, else its group."""
    return mention.states[0] if mention.states else mention.group


def _parties(document: Document, tokens: Iterable[Token], places: bool = False) -> tuple[Mention, ...]:
    """Mentions that the phrases stand for, with the rest of a list that an owner stands in."""
    found: list[Mention] = []
    for token in tokens:
        for mention in document.parties(token, places) or _owned_force(document, token):
            found += [mention, *(m for m in document.lists.get(mention.start, ()) if m is not mention)]
    return _distinct(m for m in found if code(m))


def _owned_force(document: Document, token: Token) -> list[Mention]:
    if token.lemma_.casefold() not in FORCE | AGENCY and token.text.casefold() not in FORCE:
        return []
    tokens = [c for c in token.children if c.dep_ in OWNERS or c.dep_ == "nmod" and preposition(c) == "of" or c.dep_ == "acl"]
    for child in list(tokens):
        if child.dep_ == "acl":  # "missiles fired by Israel"
            tokens.remove(child)
            tokens += [c for c in child.children if c.dep_ in {"obl", "obl:agent"} and preposition(c) == "by"]
    return [m for c in tokens for m in document.parties(c)]


def _distinct(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    found: dict[str, Mention] = {}
    for mention in mentions:
        found.setdefault(code(mention), mention)
    return tuple(found.values())


def _actors(document: Document, head: Token) -> tuple[Token, ...]:
    """Who does what a verb says: the subject, the agent, or the object of the verb above ("accused X of supplying")."""
    if mistaken := mistaken_subject(head):
        return mistaken
    above = head.head
    if is_content_gerund(head):
        return (above,)
    marks = {c.text.casefold() for c in head.children if c.dep_ in {"mark", "case"}}
    is_gerund = head.dep_ in {"advcl", "acl", "xcomp"} and head.tag_ == "VBG" and bool(marks & {"of", "for", "against", "from"})
    is_asked = head.dep_ in {"xcomp", "ccomp", "advcl"} and "to" in marks
    is_asked = is_asked and any(entry.event_type in {"REQUEST", "THREATEN"} for entry in entries_of(above))
    own = [c for c in head.children if c.dep_ in {"nsubj", "nsubj:pass"}]
    if (is_gerund or is_asked) and not own and above.pos_ == "VERB":
        objects = [c for c in above.children if c.dep_ in {"obj", "iobj"}] or list(patients(above))
        asked = [c for c in above.children if c.dep_ == "obl" and preposition(c) in {"on", "upon", "to", "with"}] if is_asked else []
        if objects or asked:
            return tuple(objects or asked)
    found = subjects(head)
    if found:
        return found
    if is_passive(head):  # an agent that the parse hung on another noun: "released from prison by X"
        return tuple(t for c in head.children for t in c.children if c.dep_ == "obl" and t.dep_ == "nmod" and preposition(t) == "by")
    if head.dep_ == "acl" and preposition(above) in {"after", "before", "since", "until", "as"}:  # "after X released Y"
        return (above,)
    return ()


def _verb_sides(document: Document, matched: Match) -> Sides | None:
    head, entry, noun = matched.head, matched.entry, matched.noun
    actors = _parties(document, _actors(document, head))
    if "person" in entry.slots:
        actors = tuple(m for m in actors if m.kind == "person")
    if "transitive" in entry.slots and not things(matched.clause):
        return None
    if not actors and noun is not None:
        actors = _parties(document, (c for c in noun.children if c.dep_ == "nmod:poss" or preposition(c) == "by"))
    codes = {code(m) for m in actors}
    for slot in entry.slots if actors else ():
        recipients = _slot(document, matched, slot, actors)
        recipients = tuple(m for m in recipients if code(m) not in codes) if slot != "each" else recipients
        if slot == "each" and recipients:
            return Sides(recipients[:1], recipients[1:], "light each other" if noun is not None else "verb each other")
        if recipients:
            rule = {"obj": "verb object", "inside": "verb inside", "control": "verb control"}.get(slot, "verb preposition")
            return Sides(actors, recipients, "light verb" if noun is not None else rule)
    between = _parties(document, _under(matched, {"between"}), places=True)
    return Sides(between[:1], between[1:], "noun between") if len(between) == 2 and not actors else None


def _slot(document: Document, matched: Match, slot: str, actors: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Parties in one slot of a verb."""
    head, entry = matched.head, matched.entry
    objects = things(matched.clause)
    if slot == "obj":
        marked = [c for c in head.children if c.dep_ == "iobj"]
        return _parties(document, (*marked, *objects), places=True)
    if slot == "inside":
        return _inside(document, objects, entry)
    if slot == "each":
        return actors if len(actors) == 2 else ()
    if slot == "control":
        return _below(document, matched.noun or head)
    tokens = _under(matched, {slot})
    return _parties(document, tokens, places=True) or (_inside(document, tokens, entry) if slot in INTO else ())


def _under(matched: Match, marks: set[str]) -> list[Token]:
    """Arguments under a preposition: of the verb, or of its object where the verb's meaning allows."""
    found = [c for c in matched.head.children if c.dep_ in {"obl", "nmod", "obl:arg", "obj"} and preposition(c) in marks]
    for thing in things(matched.clause):
        if matched.noun is None and not matched.entry.needs and matched.entry.event_type in VERBAL and _is_hostile(thing):
            continue
        found += [c for t in _reached(thing) for c in t.children if c.dep_ in {"nmod", "obl"} and preposition(c) in marks]
    return found


def _reached(thing: Token) -> Iterator[Token]:
    """A noun, what is of or for it, and participles on it: "a ban on imports of X", "restrictions imposed on X"."""
    yield thing
    for child in thing.children:
        if child.dep_ == "nmod" and (preposition(child) in {"of", "on", "for"} or noun_entry(child) is not None):
            yield from _reached(child)
        elif child.dep_ == "acl" and child.tag_ in {"VBN", "VBD"}:
            yield child


def _is_hostile(noun: Token) -> bool:
    entry = noun_entry(noun)
    return entry is not None and entry.event_type in HOSTILE


def _inside(document: Document, objects: Iterable[Token], entry: Entry, depth: int = 0) -> tuple[Mention, ...]:
    """Parties that the object belongs to: "Ukraine's army", "Russian diplomats", "an attack by Iran"."""
    found: list[Mention] = []
    for thing in objects:
        if thing.lemma_.casefold() in PRIVATE:
            continue
        inner = noun_entry(thing) if entry.event_type in VERBAL else None
        is_done_to = inner is not None and "of" in inner.slots or entry.event_type in {"REQUEST", "AGREE"}
        marks = {"by", "from"} if is_done_to else {"by", "from", "of"}
        below: list[Token] = []
        for child in thing.children:
            if child.dep_ in OWNERS or child.dep_ == "appos" or child.dep_ in {"nmod", "obl"} and preposition(child) in marks:
                found += _parties(document, (child,), places=True)
                below.append(child)
        if not found and depth < 2:
            found += _inside(document, [c for c in below if c.pos_ in {"NOUN", "PROPN"}], entry, depth + 1)
    return _distinct(found)


def _below(document: Document, head: Token, depth: int = 0) -> tuple[Mention, ...]:
    """Parties of the verb that this one governs: what was refused, promised, threatened or demanded of whom."""
    for verb in controlled(head) if depth < 3 else ():
        own = _parties(document, (c for c in verb.children if c.dep_ in {"nsubj", "nsubj:pass"}), places=True)
        objects = [c for c in verb.children if c.dep_ in {"obj", "iobj"}]
        deeper = [c for t in objects for r in _reached(t) for c in r.children if c.dep_ in {"nmod", "obl"}]
        oblique = [c for c in (*verb.children, *deeper) if c.dep_ in {"obl", "nmod"} and preposition(c) in ASKED]
        inside = [c for t in (*objects, *oblique) for c in t.children if c.dep_ in OWNERS]
        for tokens in (objects, oblique, inside):
            own = own or _parties(document, tokens, places=True)
        own = own or _below(document, verb, depth + 1)
        if own:
            return own
    return ()


def _noun_sides(document: Document, matched: Match) -> Sides | None:
    """Sides of an event that a noun names: "Russia's invasion of Ukraine", "talks between X and Y", "X-Y talks"."""
    head, entry = matched.head, matched.entry
    between = _parties(document, _marked(head, {"between"}), places=True) or _named_after(document, head)
    if len(between) == 2:
        return Sides(between[:1], between[1:], "noun between")
    owners = _parties(document, (c for c in head.children if c.dep_ in OWNERS or c.dep_ == "acl:relcl"))
    if not owners and "from" not in entry.slots:
        owners = _parties(document, _marked(head, {"from"}))
    owners = owners or _parties(document, _marked(head, {"by"})) or _predicated(document, head)
    if not owners and "of" not in entry.slots:
        owners = _parties(document, _marked(head, {"of"}))
    if faced := _facing(document, head):
        senders = tuple(m for m in owners or _parties(document, _marked(head, {"from"})) if code(m) not in {code(f) for f in faced})
        return Sides(senders, faced, "noun owner") if senders else None
    for slot in entry.slots:
        recipients = tuple(m for m in _parties(document, _marked(head, {slot}), places=True) if code(m) not in {code(o) for o in owners})
        recipients = recipients or (_inside(document, _marked(head, {slot}), entry) if slot in INTO else ())
        if owners and recipients:
            return Sides(owners[:2], recipients, "noun owner")
    is_pair = "each" in entry.slots or entry.event_type == "CONSULT"
    return Sides(owners[:1], owners[1:], "noun between") if is_pair and len(owners) == 2 else None


def _marked(head: Token, marks: set[str]) -> list[Token]:
    """Arguments of a noun under a preposition, also where the parse hung them on its agent: "a visit by X to Y"."""
    under = [c for c in head.children if c.dep_ in {"nmod", "obl"}]
    under += [c for t in under if preposition(t) in {"by", "of", "from"} for c in t.children if c.dep_ == "nmod" and preposition(c) != "of"]
    return [c for c in under if preposition(c) in marks]


def _named_after(document: Document, head: Token) -> tuple[Mention, ...]:
    """The pair that follows "talks between", whatever the parse makes of it."""
    if head.i + 1 >= head.sent.end or head.nbor(1).text.casefold() != "between":
        return ()
    end = head.nbor(1).idx + len("between")
    first = next((m for m in document.mentions if m.start >= end and m.kind != "resolved"), None)
    near = first is not None and first.start - end <= 5
    return _distinct(document.lists.get(first.start, ())) if first is not None and near else ()


def _facing(document: Document, head: Token) -> tuple[Mention, ...]:
    """The subject of "faces pressure from X", "came under attack from X": it is the recipient."""
    verb = head.head
    verb = verb.head if verb.tag_ == "VBG" and verb.dep_ == "xcomp" else verb  # "facing increasing pressure"
    lemma, mark = verb.lemma_.casefold(), preposition(head)
    is_facing = head.dep_ == "obj" and lemma in FACING or head.dep_ == "obl" and mark == "under" and lemma in {"come", "be"}
    return _parties(document, subjects(verb)) if is_facing else ()


def _predicated(document: Document, head: Token) -> tuple[Mention, ...]:
    """The subject of "X is in talks with Y"."""
    if not any(c.dep_ == "cop" for c in head.children):
        return ()
    return _parties(document, (c for c in head.children if c.dep_ == "nsubj"))
