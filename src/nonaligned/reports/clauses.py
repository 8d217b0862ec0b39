"""Predicates with their arguments, status and time, read off the parse: what the claim readers work on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nonaligned.reports.document import Document, is_example, preposition, sentence_text, text_span
from nonaligned.reports.report import Status

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = frozenset({"nsubj", "nsubj:pass", "nsubj:outer"})
EXPECT = frozenset(
    "expect plan intend aim seek hope want wish look set likely due schedule prepare try consider ready propose promise "
    "pledge vow attempt bid ask urge call push need agree willing eager keen poise bind work discuss explore mull "
    "apply way effort possibility prospect ambition proposal desire goal objective aspiration".split()
)
DENY = frozenset("deny refuse reject decline fail rule".split())
REPORT = frozenset(
    "say tell state claim argue note add report announce declare believe think suggest allege describe stress insist".split()
)
TRUE, FALSE = frozenset({"true", "correct", "case", "accurate"}), frozenset({"false", "untrue", "wrong", "incorrect"})
MODALS = frozenset("may might could would should can must ought".split())
FUTURE = frozenset({"will", "'ll", "shall"})
NEGATIONS = frozenset("not n't never neither nor no without hardly".split())
AHEAD = frozenset(
    "due set poised scheduled slated invited asked free ready eligible waiting seeking hoping trying applied wants want hopes hope plans "
    "planning aims aiming wishes expected likely about bound determined willing keen eager preparing prepares striving bidding on".split()
)
COPULAR = frozenset({"remain", "become", "stay", "be", "continue"})
OBJECT_CONTROL = frozenset(
    "urge ask help allow press force invite persuade call push tell order require encourage want expect lead enable".split()
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A predicate: `head` is a verb, or the noun or adjective of "X is a member", "X, a member of Y".

    `subjects` are the heads of what it is said of; `objects` its direct objects; `obliques` the
    rest by preposition ("of", "with", "to" ...).
    """

    head: Token
    subjects: tuple[Token, ...]
    objects: tuple[Token, ...]
    obliques: Mapping[str, tuple[Token, ...]]
    status: Status
    is_past: bool

    @property
    def lemma(self) -> str:
        """Lower-case lemma of the head."""
        return self.head.lemma_.casefold()

    def oblique(self, *marks: str) -> tuple[Token, ...]:
        """Arguments under any of the given prepositions."""
        return tuple(token for mark in marks for token in self.obliques.get(mark, ()))


def clauses(document: Document) -> Iterator[Clause]:
    """Every predicate of the text, in order; worked out once for a document."""
    if not document.clauses:
        document.clauses.extend(_clauses(document))
    yield from document.clauses


def _clauses(document: Document) -> Iterator[Clause]:
    for token in document.doc:
        if token.pos_ in {"VERB", "NOUN", "ADJ", "PROPN", "AUX"} and not (token.pos_ == "AUX" and token.dep_ in {"aux", "aux:pass", "cop"}):
            yield clause(token)


def clause(head: Token) -> Clause:
    """The clause around one predicate."""
    obliques: dict[str, tuple[Token, ...]] = {}
    objects: list[Token] = []
    for child in head.children:
        if child.dep_ in {"obl", "nmod", "obl:agent", "obl:arg", "iobj"} and not is_example(child):
            mark = preposition(child) or ("to" if child.dep_ == "iobj" else "")
            obliques[mark] = (*obliques.get(mark, ()), child)
        elif child.dep_ in {"obj", "dobj"}:
            objects.append(child)
    if not objects and head.dep_ == "acl:relcl":
        relative = next((c for c in head.children if c.dep_ == "obj" and c.tag_.startswith("W")), None)
        objects = [head.head] if relative is not None else objects
    return Clause(head, subjects(head), tuple(objects), obliques, status(head), is_past(head))


def subjects(head: Token, depth: int = 0) -> tuple[Token, ...]:
    """Heads of the phrases that a predicate is said of, found through control, coordination and relatives.

    For a passive verb the agent ("by X") is the subject.
    """
    if depth > 5:
        return ()
    agents = [c for c in head.children if c.dep_ in {"obl:agent", "obl"} and preposition(c) == "by"]
    if is_passive(head):
        if agents:
            return tuple(agents)
        if head.dep_ != "conj":
            return ()
    own = [c for c in head.children if c.dep_ in SUBJECTS]
    if own:
        relative = own[0]
        if relative.tag_ in {"WDT", "WP"} or relative.text.casefold() in {"that", "which", "who"} and head.dep_ == "acl:relcl":
            said_of = [c for c in head.head.children if c.dep_ in SUBJECTS] if head.dep_ == "acl:relcl" else []
            return (head.head, *said_of) if head.dep_ == "acl:relcl" else tuple(own)
        return (*own, head.head) if head.dep_ == "appos" else tuple(own)
    if head.pos_ in {"NOUN", "PROPN", "ADJ"} and head.dep_ in {"appos", "acl:relcl"}:
        return (head.head,)
    if head.pos_ == "NOUN" and head.dep_ == "nsubj" and head.head.pos_ == "PROPN" and any(c.dep_ == "cop" for c in head.head.children):
        return (head.head,)  # "its largest supplier is X"
    if head.pos_ == "NOUN":
        owners = [c for c in head.children if c.dep_ == "nmod:poss"]
        if owners:
            return tuple(owners)
    if (
        head.dep_ in {"xcomp", "obj"}
        and head.pos_ in {"NOUN", "PROPN", "ADJ"}
        and (head.head.lemma_.casefold() in COPULAR or head.head.text == "founding")
    ):
        return subjects(head.head, depth + 1)
    if head.dep_ == "conj":
        return _shared_subjects(head, depth)
    if head.dep_ in {"xcomp", "advcl", "ccomp", "parataxis"}:
        controller = head.head
        if head.dep_ == "xcomp" and controller.lemma_.casefold() in OBJECT_CONTROL:
            controlled = [c for c in controller.children if c.dep_ in {"obj", "iobj", "dobj"}]
            if controlled:
                return tuple(controlled)
        surface = tuple(c for c in controller.children if c.dep_ in SUBJECTS and not c.tag_.startswith("W"))
        return surface or subjects(controller, depth + 1)
    if head.dep_ in {"acl", "acl:relcl"}:
        noun = head.head
        if head.tag_ in {"VBG", "VBN"} and noun.pos_ in {"NOUN", "PROPN"} and not is_to_infinitive(head):
            return (noun,)
        said_of = [c for c in noun.children if c.dep_ in SUBJECTS]
        if said_of:  # "X was the only member to vote", "X was among five countries that voted"
            return tuple(said_of)
        owners = [c for c in noun.children if c.dep_ == "nmod:poss" or c.dep_ == "nmod" and preposition(c) in {"by", "of"}]
        return tuple(owners) or subjects(noun, depth + 1) or (noun,)
    if head.dep_ in {"obj", "obl"} and head.pos_ == "NOUN" and depth < 2:
        return ()
    return ()


def _shared_subjects(head: Token, depth: int) -> tuple[Token, ...]:
    """Subjects that a conjunct shares with what it is coordinated with."""
    first = head.head
    found = subjects(first, depth + 1)
    if not found and first.dep_ in {"obj", "obl"}:  # "has no army but is a member of NATO"
        found = subjects(first.head, depth + 1)
    if not found and first.pos_ == "PROPN" and head.pos_ in {"VERB", "AUX"}:  # "Vietnam and the Philippines both belong"
        found = (first,)
    return found


def is_passive(head: Token) -> bool:
    """Whether the predicate is a passive verb, or a past participle with an agent."""
    if any(c.dep_ in {"nsubj:pass", "aux:pass"} for c in head.children):
        return True
    return (
        head.tag_ == "VBN"
        and head.dep_ in {"acl", "acl:relcl", "advcl"}
        and not any(c.lemma_ == "have" and c.dep_ == "aux" for c in head.children)
    )


def patients(head: Token) -> tuple[Token, ...]:
    """What a passive predicate is done to."""
    own = tuple(c for c in head.children if c.dep_ == "nsubj:pass")
    if own:
        return own
    return (head.head,) if head.dep_ in {"acl", "acl:relcl"} else ()


def is_to_infinitive(head: Token) -> bool:
    """Whether the verb stands in a to-infinitive."""
    return any(c.tag_ == "TO" or c.dep_ in {"mark", "aux"} and c.text.casefold() == "to" for c in head.children)


def is_negated(head: Token) -> bool:
    """Whether a negation stands on the predicate ("not", "never", "no longer", "neither ... nor")."""
    for child in head.children:
        word = child.text.casefold()
        if word in NEGATIONS and child.dep_ in {"advmod", "neg", "cc:preconj", "det", "cc", "mark", "discourse"}:
            return True
        if word == "longer" and any(c.text.casefold() == "no" for c in child.children):
            return True
        if child.dep_ in SUBJECTS and any(
            c.text.casefold() in {"no", "neither", "none"} and c.dep_ in {"det", "cc:preconj", "cc", "advmod"} for c in child.children
        ):
            return True
        if child.dep_ in SUBJECTS and word in {"none", "neither", "nobody"}:
            return True
    if any(c.dep_ in {"obl", "nmod", "obj"} and _has_neither(c) for c in head.children):
        return True  # "belongs to neither X nor Y"
    copula = next((c for c in head.children if c.dep_ == "cop"), None)
    if copula is not None and copula.i + 1 < head.i and copula.nbor().text.casefold() in {"not", "n't", "n’t", "never", "neither"}:
        return True
    return head.dep_ in {"advcl", "acl"} and any(c.text.casefold() == "without" for c in head.children)


def _has_neither(noun: Token) -> bool:
    return any(t.text.casefold() == "neither" for t in noun.subtree if t.i < noun.i)


def is_no_longer(head: Token) -> bool:
    """Whether the predicate "no longer" holds."""
    return any(c.text.casefold() == "longer" for c in head.children)


def status(head: Token) -> Status:
    """Whether what the predicate says is asserted, reported, expected, conditional, negated or denied."""
    found: Status = "negated" if is_negated(head) else "asserted"
    token, depth = head, 0
    if head.pos_ in {"NOUN", "PROPN"} and head.dep_ in {"xcomp", "obj"} and head.head.lemma_.casefold() in COPULAR - {"be"}:
        return "negated" if found == "negated" else status(head.head)  # "could become an ally"
    if _is_ahead(head):
        return "expected"
    if head.dep_ == "ROOT" and is_to_infinitive(head):
        return "expected"  # a headline: "Modi to Meet Putin"
    while depth < 4:
        helpers = {c.text.casefold() for c in token.children if c.dep_ in {"aux", "aux:pass"}}
        marks = {c.text.casefold() for c in token.children if c.dep_ == "mark"}
        if marks & {"if", "unless", "whether"} or helpers & MODALS or _is_inverted(token):
            return "conditional"
        if helpers & FUTURE:
            return "expected"
        parent = token.head
        if parent == token:
            break
        lemma = parent.lemma_.casefold()
        if token.dep_ == "ccomp" and any(c.dep_ in SUBJECTS and c.text.casefold() in {"few", "nobody", "none"} for c in parent.children):
            return "denied"
        if token.dep_ in {"ccomp", "csubj", "advcl", "acl"} and (lemma in FALSE or lemma in TRUE and is_negated(parent)):
            return "denied"
        if token.dep_ in {"xcomp", "ccomp", "acl", "advcl", "obj", "obl", "nmod", "conj", "advcl:relcl"} and depth < 3:
            if (
                token.dep_ in {"xcomp", "ccomp", "acl"}
                or token.dep_ == "advcl"
                and is_to_infinitive(token)
                or token.pos_ == "NOUN"
                and token.dep_ in {"obj", "obl", "nmod"}
                and lemma in EXPECT | DENY
            ):
                if lemma in DENY:
                    return "denied"
                if lemma in EXPECT and (token.dep_ != "ccomp" or lemma in {"expect", "hope", "propose"}):
                    return "negated" if is_negated(parent) and token.dep_ == "xcomp" else "expected"
                if lemma in REPORT and token.dep_ == "ccomp" and found == "asserted":
                    found = "denied" if is_negated(parent) else "reported"
                if is_negated(parent) and token.dep_ == "xcomp":
                    return "negated"
                if is_to_infinitive(token) and token.dep_ == "advcl":
                    return "expected"
            elif token.dep_ in {"obj", "obl", "nmod"} and token.pos_ != "NOUN":
                break
        elif token.dep_ not in {"acl:relcl", "appos"}:
            break
        else:
            break
        if token.dep_ not in {"xcomp", "ccomp", "advcl", "acl", "conj"}:
            break
        token, depth = parent, depth + 1
    return found


def _is_inverted(head: Token) -> bool:
    """Whether the sentence is one of "Had India voted against it, Moscow would ..."."""
    words = [token.text for token in head.sent]
    return words[0] in {"Had", "Should", "Were"} and "would" in words


def _is_ahead(head: Token) -> bool:
    """Whether the infinitive is only ahead: "due to join", "invited to join", "has been waiting to join"."""
    if head.i - head.sent.start >= 2 and head.nbor(-1).text.casefold() == "to" and head.nbor(-2).text.casefold() in AHEAD:
        return True
    mark = next((c for c in head.children if c.text.casefold() == "to" and c.i < head.i), None)
    return mark is not None and mark.i > head.sent.start and mark.nbor(-1).text.casefold() in AHEAD


def is_past(head: Token) -> bool:
    """Whether the predicate is in the past tense (the verb's own tense, or its auxiliary's or copula's)."""
    helpers = [c for c in head.children if c.dep_ in {"aux", "aux:pass", "cop"}]
    if any(c.tag_ == "VBD" for c in helpers):
        return True
    if any(c.tag_ in {"VBZ", "VBP"} for c in helpers):
        return False
    return head.tag_ == "VBD"


def clause_span(document: Document, head: Token) -> tuple[int, int]:
    """Span of the smallest stretch that a reader needs: the predicate with its subject and arguments."""
    tokens = [head]
    for part in head.subtree:
        if part.sent.start == head.sent.start and not part.is_space:
            tokens.append(part)
    for subject in subjects(head):
        if subject.sent.start == head.sent.start:
            tokens += [t for t in subject.lefts if t.dep_ in {"det", "amod", "compound", "nmod:poss"}] + [subject]
    start, end = text_span(tokens)
    low, high = sentence_text(head.sent)
    start, end = max(start, low), min(end, high)
    text = document.text[start:end]
    trimmed = text.rstrip(" .,;:\n\t")
    lead = len(trimmed) - len(trimmed.lstrip(" .,;:\n\t"))
    return start + lead, start + len(trimmed)
