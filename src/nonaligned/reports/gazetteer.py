"""Names found in a text: states, persons, groups, by longest match over words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from nonaligned.world.groups import group_gazetteer
from nonaligned.world.leaders import Holding, holdings
from nonaligned.world.names import NameEntry, gazetteer, not_states

WORD = re.compile(r"\w+|[^\w\s]")
LEXICON = Path(__file__).parent / "lexicon"

Kind = Literal["state", "person", "group", "nothing"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A name in the text with what it may name."""

    start: int
    end: int
    kind: Kind
    states: tuple[NameEntry, ...] = ()
    group: str = ""
    persons: tuple[Holding, ...] = ()


Payload = tuple[Kind, Any]
Index = Mapping[str, tuple[tuple[tuple[str, ...], Payload], ...]]


def words_of(text: str) -> list[tuple[str, int, int]]:
    """Words and punctuation with their spans, quotes straightened."""
    return [(match[0].replace("’", "'"), match.start(), match.end()) for match in WORD.finditer(text)]


@cache
def _index() -> tuple[Index, Index]:
    """Names to find as written, and group names to find whatever their case; by first word, longest first."""
    exact: dict[tuple[str, ...], Payload] = {}
    loose: dict[tuple[str, ...], Payload] = {}

    def add(surface: str, payload: Payload, into: dict[tuple[str, ...], Payload]) -> None:
        words = tuple(word for word, _, _ in words_of(surface.removeprefix("the ")))
        if words:
            into[words] = payload

    for surface, entries in gazetteer().items():
        add(surface, ("state", entries), exact)
    persons: dict[str, dict[int, Holding]] = {}
    for position, holding in enumerate(holdings()):
        for name in holding.names:
            if " " in name:  # a surname alone is read in context, not here
                persons.setdefault(name, {})[position] = holding
    for name, rows in persons.items():
        add(name, ("person", tuple(rows.values())), exact)
    for surface, code in group_gazetteer().items():
        is_short = surface.isupper() or len(surface) <= 4
        add(surface if is_short else surface.casefold(), ("group", code), exact if is_short else loose)
    for surface in not_states():
        words = tuple(word for word, _, _ in words_of(surface))
        if words not in exact and tuple(w.casefold() for w in words) not in loose:
            exact[words] = ("nothing", None)
    return _by_first_word(exact), _by_first_word(loose)


def _by_first_word(names: Mapping[tuple[str, ...], Payload]) -> Index:
    found: dict[str, list[tuple[tuple[str, ...], Payload]]] = {}
    for words, payload in names.items():
        found.setdefault(words[0], []).append((words, payload))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in found.items()}


def find_names(text: str) -> Iterator[Hit]:
    """Names in `text` from left to right, the longest at each place."""
    exact, loose = _index()
    words = words_of(text)
    position = 0
    while position < len(words):
        best: tuple[int, Payload] | None = None
        for index, folded in ((exact, False), (loose, True)):
            first = words[position][0].casefold() if folded else words[position][0]
            for name, payload in index.get(first, ()):
                if len(name) > (best[0] if best else 0) and _matches(words, position, name, folded):
                    best = len(name), payload
                    break
        if best is None:
            position += 1
            continue
        size, (kind, value) = best
        start, end = words[position][1], words[position + size - 1][2]
        position += size
        yield Hit(
            start,
            end,
            kind,
            states=value if kind == "state" else (),
            group=value if kind == "group" else "",
            persons=value if kind == "person" else (),
        )


def _matches(words: list[tuple[str, int, int]], position: int, name: tuple[str, ...], folded: bool) -> bool:
    if position + len(name) > len(words):
        return False
    found = (word for word, _, _ in words[position : position + len(name)])
    return all((word.casefold() if folded else word) == part for word, part in zip(found, name, strict=True))
