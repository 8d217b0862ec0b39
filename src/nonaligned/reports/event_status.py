"""Whether an event is said to have happened: the clause's status, and what stands above and on the predicate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.reports.clauses import REPORT, is_negated, is_to_infinitive, status
from nonaligned.reports.document import preposition
from nonaligned.reports.event_lexicon import LIGHT, Match, entries_of, is_content_gerund, mistaken_subject, noun_entry
from nonaligned.reports.report import Status

if TYPE_CHECKING:
    from spacy.tokens import Token

BELOW = frozenset({"xcomp", "ccomp", "acl", "advcl", "advcl:relcl"})
INTENT = frozenset(
    {
        "decide",
        "decision",
        "intention",
        "order",
        "command",
        "authorise",
        "authorize",
        "approve",
        "threat",
        "willingness",
        "readiness",
        "refusal",
        "able",
        "capable",
        "right",
        "opportunity",
        "pressure",
        "invite",
        "warn",
        "opt",
        "swear",
    }
)
PREVENTED = frozenset({"prevent", "stop", "deter", "avoid", "avert", "forbid", "bar", "block", "abstain", "refrain", "dissuade"})
ALLEGED = frozenset({"accuse", "suspect", "blame", "charge", "allege", "claim", "report", "accusation", "allegation", "alleged"})
POSSIBLE = frozenset({"possible", "potential", "hypothetical", "eventual"})
AHEAD = frozenset(
    {
        "planned",
        "future",
        "upcoming",
        "imminent",
        "proposed",
        "threatened",
        "expected",
        "scheduled",
        "looming",
        "prospective",
        "forthcoming",
        "impending",
        "feared",
    }
)
ONLY_SAID = frozenset({"alleged", "supposed", "purported", "reported", "suspected"})
EXPECTING = frozenset(
    "threat plan possibility prospect call risk fear danger demand proposal request preparation warning intention chance".split()
)
SPOKEN_OF = frozenset("demand threaten urge propose request fear expect anticipate consider".split())
VOWED = frozenset({"threaten", "vow", "promise", "pledge"})
WITHOUT = frozenset({"absence", "lack"})
PRESUPPOSED = frozenset({"reject", "refuse", "decline", "rule", "fail"})


def event_status(matched: Match) -> Status:
    """Status of an event: of its verb, or of its noun under the verb that carries it."""
    head = matched.head
    if mistaken_subject(head):
        top = head.head if head.dep_ == "amod" else head
        top = top.head if top.head.lemma_.casefold() == "have" else top
        found = "reported" if top.dep_ == "obj" and top.head.lemma_.casefold() in REPORT else status(top)
    else:
        found = _verb_status(head) if matched.is_verb else _noun_status(head)
    if matched.noun is not None and found in {"asserted", "reported"}:
        found = _described(matched.noun) or found
    return "conditional" if found == "asserted" and head.sent.text.rstrip().endswith("?") else found


def controlled(head: Token) -> tuple[Token, ...]:
    """Verbs that hang below a verb or noun as its content: "agreed to supply", "demanded that X withdraw"."""
    below = [c for c in head.children if c.dep_ in {"xcomp", "ccomp"} or c.dep_ in {"advcl", "acl"} and is_to_infinitive(c)]
    return tuple(c for c in below if c.pos_ in {"VERB", "NOUN", "ADJ"})


def _verb_status(head: Token) -> Status:
    found = status(head)
    if found in {"expected", "conditional"} and is_negated(head):
        return "negated"  # "will not", "would never"
    if found == "asserted" and is_to_infinitive(head) and _is_ahead(head):
        return "expected"
    if found not in {"asserted", "reported"}:
        return found
    token = head
    if is_content_gerund(head):
        return _under(head, head.head.head, found)
    for _ in range(3):
        above = token.head
        if above == token or token.dep_ not in BELOW | {"conj"}:
            break
        if token.dep_ in BELOW:
            found = _under(token, above, found)
            if found not in {"asserted", "reported"}:
                break
        token = above
    return found


def _is_ahead(head: Token) -> bool:
    """Whether a to-infinitive says what is to come: "is to fly", or a headline's "Modi to meet Putin"."""
    above = head.head
    is_headline = head.dep_ in {"ROOT", "root"} or head.dep_ == "acl" and above.pos_ == "PROPN" and above.dep_ in {"ROOT", "root"}
    helpers = {c.lemma_.casefold() for c in head.children if c.dep_ in {"aux", "cop"}}
    return is_headline or "be" in helpers or above.lemma_.casefold() == "be" and head.dep_ in {"xcomp", "ccomp"}


def _under(token: Token, above: Token, found: Status) -> Status:
    """Status of a clause under a verb or noun that speaks of it as wanted, threatened, prevented or alleged."""
    lemma = above.lemma_.casefold()
    marks = {c.text.casefold() for c in token.children if c.dep_ in {"mark", "case"}}
    is_content = token.dep_ in {"xcomp", "ccomp"} or bool(marks & {"to", "of", "for", "from", "against"})
    if not is_content:
        return found
    if lemma in PREVENTED and ("from" in marks or token.dep_ == "xcomp"):
        return "negated"
    if lemma in ALLEGED and (token.dep_ == "ccomp" or marks & {"of", "for", "with"}):
        return "reported" if not is_negated(above) else "denied"
    entry = noun_entry(above)
    types = {e.event_type for e in (*entries_of(above), *((entry,) if entry is not None else ())) if not e.needs}
    is_wanted = lemma in INTENT or bool(types & {"AGREE", "REQUEST", "THREATEN"})
    is_finite = token.dep_ == "ccomp" and "to" not in marks and "REQUEST" not in types and lemma not in VOWED
    return "expected" if is_wanted and not is_finite and token.tag_ != "VBD" else found


def _described(noun: Token) -> Status | None:
    words = {c.text.casefold() for c in noun.children if c.dep_ in {"amod", "det", "compound", "advmod"}}
    if words & {"no", "neither"}:
        return "negated"
    if words & POSSIBLE:
        return "conditional"
    if words & AHEAD:
        return "expected"
    return "reported" if words & ONLY_SAID else None


def _noun_status(noun: Token) -> Status:
    described = _described(noun)
    if described is not None:
        return described
    above, mark = noun.head, preposition(noun)
    if mark in {"without", "instead of", "rather than"}:
        return "negated"
    if mark in {"in case of", "in the event of"}:
        return "conditional"
    if noun.dep_ == "nmod" and above.pos_ == "NOUN" and mark in {"of", "for"}:
        word = above.lemma_.casefold()
        if word in EXPECTING:
            return "expected"
        if word in WITHOUT:
            return "negated"
        if word in ALLEGED:
            return "reported"
    if above.pos_ == "VERB" and noun.dep_ in {"obj", "obl", "nsubj:pass", "nsubj"}:
        lemma = above.lemma_.casefold()
        if lemma in PREVENTED:
            return "negated"
        if lemma in PRESUPPOSED:
            return "asserted"
        if lemma in LIGHT or noun.dep_ == "nsubj:pass" and lemma in {"expect", "plan", "schedule"}:
            return _verb_status(above)
        if lemma in SPOKEN_OF and noun.dep_ == "obj":
            return "expected"
        if lemma == "deny":
            return "denied"
        return "asserted"
    return status(noun)
