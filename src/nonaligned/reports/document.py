"""A parsed report: tokens, mentions at tokens, and which states a phrase speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nonaligned.reports.report import Mention, ReportDate
from nonaligned.reports.times import Time

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

    from nonaligned.reports.clauses import Clause

# Heads of phrases that stand for the state that they belong to ("the Indian government", "Russian officials").
AGENCY = frozenset(
    "government administration officials official authority authorities leadership leader leaders president premier minister "
    "ministers chancellor king queen emir sultan monarch crown prince prime secretary ministry cabinet parliament "
    "congress senate house lawmaker "
    "lawmakers duma state states country countries nation nations republic kingdom federation union people army military navy "
    "forces troops soldiers diplomat diplomats envoy envoys ambassador ambassadors delegation delegate representative side "
    "sides regime power powers capital capitals counterpart counterparts foreign spokesman spokeswoman spokesperson junta "
    "court bank economy ally allies partner partners neighbour neighbor neighbours neighbors rival rivals members "
    "supplier suppliers abstention vote decision delegation mission team intelligence police".split()
)
LIST_COMMA = re.compile(r",\s+(?:the\s+)?")
LIST_AND = re.compile(r",?\s+(?:and|or|nor|as well as|&)\s+(?:also\s+)?(?:the\s+|of\s+)?(?:the\s+)?")
FINITE = frozenset({"VBZ", "VBD", "VBP", "MD"})
EXAMPLE_MARKS = frozenset({"like", "including", "namely", "especially", "notably"})


@dataclass
class Document:
    """The parsed text with its mentions. Built by `mentions.build`; read-only after that."""

    doc: Doc
    text: str
    date: ReportDate
    times: tuple[Time, ...]
    mentions: list[Mention] = field(default_factory=list[Mention])
    at_token: dict[int, Mention] = field(default_factory=dict[int, Mention])
    lists: dict[int, list[Mention]] = field(default_factory=dict[int, list[Mention]])
    clauses: list[Clause] = field(default_factory=list["Clause"])

    def add(self, mention: Mention) -> None:
        """Register a mention at every token that it covers."""
        span = self.doc.char_span(mention.start, mention.end, alignment_mode="expand")
        if span is None:
            return
        self.mentions.append(mention)
        for token in span:
            self.at_token.setdefault(token.i, mention)

    def find_lists(self) -> None:
        """Note mentions that stand in one list ("Vietnam, Laos and South Africa"), which the parse may miss."""
        run: list[Mention] = []
        for mention in sorted(self.mentions, key=lambda m: m.start):
            between = self.text[run[-1].end : mention.start] if run else ""
            if run and mention.kind == run[-1].kind and mention.is_place == run[-1].is_place and LIST_COMMA.fullmatch(between):
                run.append(mention)
            elif run and mention.kind == run[-1].kind and mention.is_place == run[-1].is_place and LIST_AND.fullmatch(between):
                if not self._starts_clause(mention, run[0]):
                    run.append(mention)
                    for member in run:
                        self.lists[member.start] = run
                run = []
            else:
                run = [mention]

    def _starts_clause(self, mention: Mention, first: Mention) -> bool:
        """Whether "and X" begins a new clause: a finite verb follows, and the list before it is no subject."""
        if re.search(r"\b(?:between|both|with) (?:the )?$", self.text[max(0, first.start - 14) : first.start], re.IGNORECASE):
            return False  # "between X and Y was worth"
        span = self.doc.char_span(mention.start, mention.end, alignment_mode="expand")
        other = self.doc.char_span(first.start, first.end, alignment_mode="expand")
        if span is None or other is None or span.end >= len(self.doc):
            return False
        is_finite = self.doc[span.end].tag_ in FINITE
        return is_finite and not _is_in_subject(other.root) and span.root.dep_ in {"nsubj", "nsubj:pass", "conj"}

    def mention(self, token: Token) -> Mention | None:
        """The mention that covers a token."""
        return self.at_token.get(token.i)

    def mentions_in(self, start: int, end: int) -> list[Mention]:
        """Mentions between two character offsets."""
        return [m for m in self.mentions if m.start >= start and m.end <= end]

    def sentence_index(self, offset: int) -> int:
        """Character offset at which the sentence around `offset` begins."""
        span = self.doc.char_span(offset, offset + 1, alignment_mode="expand")
        return span.sent.start_char if span is not None else 0

    def times_in(self, start: int, end: int) -> list[Time]:
        """Time expressions between two character offsets."""
        return [t for t in self.times if t.start >= start and t.end <= end]

    def states(self, token: Token | None, places: bool = False) -> tuple[str, ...]:
        """Codes of the states that the phrase headed by `token` stands for, in order, without doubles.

        A phrase stands for a state when it names it, when its head is an organ of the state, when it
        resolves to states named before, or when it gives states as examples ("allies such as Japan").
        """
        return tuple(dict.fromkeys(m_state for m in self.parties(token, places) for m_state in m.states))

    def groups(self, token: Token | None) -> tuple[str, ...]:
        """Codes of the groups that the phrase headed by `token` names."""
        named = [m for m in self.parties(token) if m.group]
        return tuple(dict.fromkeys(m.group for m in named if self.text[max(0, m.start - 4) : m.start].casefold() not in {"non-", "non‑"}))

    def parties(self, token: Token | None, places: bool = False) -> list[Mention]:
        """Mentions that the phrase headed by `token` stands for."""
        found: list[Mention] = []
        if token is not None:
            self._collect(token, found, places, 0)
        return found

    def _collect(self, token: Token, found: list[Mention], places: bool, depth: int) -> None:
        if depth > 4:
            return
        own = self.mention(token)
        if own is not None and (places or not own.is_place or own.group):
            found += [own, *(m for m in self.lists.get(own.start, ()) if m is not own)]
        elif token.lemma_.casefold() in AGENCY or token.text.casefold() in AGENCY:
            for child in token.children:
                mention = self.mention(child)
                is_of = child.dep_ == "nmod" and preposition(child) == "of"
                if mention is not None and (child.dep_ in {"amod", "compound", "nmod:poss", "appos", "flat"} or is_of):
                    self._collect(child, found, places, depth + 1)
        for child in token.children:
            is_next_subject = child.dep_ == "conj" and child.i + 1 < len(self.doc) and child.nbor().tag_ in FINITE
            if is_next_subject and not _is_in_subject(token):
                continue  # "an ally of X, and Y is one of Z"
            if child.dep_ == "conj" or child.dep_ in {"nmod", "obl"} and is_example(child) or child.dep_ == "appos" and own is None:
                self._collect(child, found, places, depth + 1)


def _is_in_subject(token: Token) -> bool:
    """Whether a noun is a subject, or inside one ("trade of X and Y hit ...")."""
    heads = {"nsubj", "nsubj:pass", "ROOT", "conj"}
    is_inside = token.dep_ in {"nmod", "nmod:poss", "compound"} and token.head.dep_ in heads
    return token.dep_ in heads or is_inside and not any(c.dep_ == "cop" for c in token.head.children)


def preposition(token: Token) -> str:
    """The case marker of a noun, lower-case ("with", "because of"); empty where it has none.

    A conjunct without its own marker takes its head's.
    """
    marks = [child for child in token.children if child.dep_ == "case" and child.i < token.i]
    if marks:
        words: list[str] = []
        for mark in marks:
            words.append(mark.text.casefold())
            words += [child.text.casefold() for child in mark.children if child.dep_ == "fixed"]
        return " ".join(words)
    if token.dep_ == "conj" and token.head.i != token.i:
        return preposition(token.head)
    return ""


def is_example(token: Token) -> bool:
    """Whether the noun is given as an example: "such as X", "like X", "including X"."""
    mark = preposition(token)
    return mark in EXAMPLE_MARKS or mark.startswith("such")


def text_span(tokens: Iterable[Token]) -> tuple[int, int]:
    """Character offsets from the first to the last of some tokens, without outer space."""
    ordered = sorted(tokens, key=lambda token: token.i)
    return ordered[0].idx, ordered[-1].idx + len(ordered[-1].text)


def sentence_text(sentence: Span) -> tuple[int, int]:
    """Character offsets of a sentence without the white space around it."""
    text = sentence.text
    return sentence.start_char + len(text) - len(text.lstrip()), sentence.start_char + len(text.rstrip())


def walk(token: Token, stop: frozenset[str] = frozenset()) -> Iterator[Token]:
    """A token and what hangs on it, not going below the given relations."""
    yield token
    for child in token.children:
        if child.dep_ not in stop:
            yield from walk(child, stop)
