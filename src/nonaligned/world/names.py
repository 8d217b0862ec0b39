"""The words for a state: names that changed, short forms, adjectives, people, capitals and seats of government.

`find` looks one state up and refuses to guess; `gazetteer` hands every surface form to a reader of running text.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Literal, cast

from nonaligned.ground.errors import UsageError
from nonaligned.ground.origins import read_rows
from nonaligned.world.days import Span
from nonaligned.world.states import DATA, Day, State, UnknownState, as_day, numbered, state, states

Kind = Literal["name", "official", "alias", "former", "adjective", "demonym", "capital", "seat"]
NAMING: frozenset[Kind] = frozenset({"name", "official", "alias", "former"})

# A ’okina or a curly apostrophe is written as a straight one in many reports, and the other way round.
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʻ": "'", "ʼ": "'", "`": "'"})
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"})
# Without its accent this one is an English word.
LONGEST_NUMBER = 9  # digits of what may be a state's number
_KEEPS_ACCENT = frozenset({"Malé"})


class AmbiguousState(UsageError):  # noqa: N818 - reads as what is wrong
    """A name that several states bear, or that means something else in this context; `codes` are the candidates."""

    def __init__(self, message: str, codes: tuple[str, ...], *, why: str = "", mend: str = "") -> None:
        super().__init__(message, why=why, mend=mend)
        self.codes = codes


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One meaning of a surface form.

    `first` and `last` say when the word was the state's own; a former name goes on being used after its `last`.
    """

    code: str
    kind: Kind
    first: str
    last: str
    note: str = ""

    @property
    def is_weak(self) -> bool:
        """Whether the word often means something else (Georgia, Jordan, Victoria), so that the context must support it."""
        return self.note.startswith("weak:")

    def covers(self, day: date) -> bool:
        """Whether the word was, or may have been, the state's own on that day."""
        return Span(self.first, self.last).covers(day) is not False


@dataclass(frozen=True, slots=True)
class NotState:
    """A surface form that holds or equals a state's word and means something else (New Mexico, South China Sea).

    `of` is the state that it belongs to, where there is one; `words` in the context point to this meaning, and
    an entry without words means this always.
    """

    kind: str
    of: str
    words: tuple[str, ...]


def without_accents(text: str) -> str:
    """The text in plain letters, with straight apostrophes.

    Examples
    --------
    >>> without_accents("Côte d’Ivoire")
    "Cote d'Ivoire"
    """
    parts = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).translate(_LETTERS))
    return "".join(part for part in parts if not unicodedata.combining(part))


def fold(text: str) -> str:
    """A key for looking up a table's labels: no case, accents, punctuation or leading article.

    Examples
    --------
    >>> fold("ST. KITTS & NEVIS") == fold("Saint Kitts and Nevis")
    True
    """
    plain = without_accents(text).casefold().replace("&", " and ").replace(".", "").replace("'", "")
    words = re.sub(r"[\W_]+", " ", plain).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join("saint" if word == "st" else word for word in words)


def _variants(name: str) -> set[str]:
    plain = {name, name.translate(_APOSTROPHES)}
    if name not in _KEEPS_ACCENT:
        plain.add(without_accents(name))
    return plain | {form.replace("'", "’") for form in plain}


@cache
def gazetteer() -> Mapping[str, tuple[NameEntry, ...]]:
    """Every surface form of every state, case kept, with its meanings.

    Curly and straight apostrophes and spellings without accents are in it; possessives and plurals of names are not.

    Source
    ------
    ``data/state_names.csv``.

    Examples
    --------
    >>> [entry.code for entry in gazetteer()["Korea"]]
    ['JOS', 'KOR', 'PRK']
    """
    forms: dict[str, list[NameEntry]] = defaultdict(list)
    for row in read_rows(DATA / "state_names.csv"):
        entry = NameEntry(row["code"], cast(Kind, row["kind"]), row["first"], row["last"], row["note"])
        for form in _variants(row["name"]):
            if entry not in forms[form]:
                forms[form].append(entry)
    return MappingProxyType({form: tuple(entries) for form, entries in sorted(forms.items())})


@cache
def not_states() -> Mapping[str, tuple[NotState, ...]]:
    """Surface forms that a finder of states must pass over, or weigh: territories, seas, treaties, newspapers.

    Source
    ------
    ``data/not_states.csv``.

    Examples
    --------
    >>> not_states()["Hong Kong"][0].of
    'CHN'
    """
    forms: dict[str, list[NotState]] = defaultdict(list)
    for row in read_rows(DATA / "not_states.csv"):
        words = tuple(word for word in row["words"].split("|") if word)
        for form in _variants(row["name"]):
            forms[form].append(NotState(row["kind"], row["of"], words))
    return MappingProxyType({form: tuple(entries) for form, entries in sorted(forms.items())})


@cache
def _folded() -> Mapping[str, tuple[NameEntry, ...]]:
    forms: dict[str, list[NameEntry]] = defaultdict(list)
    for form, entries in gazetteer().items():
        forms[fold(form)] += [entry for entry in entries if entry not in forms[fold(form)]]
    return {form: tuple(entries) for form, entries in forms.items()}


@cache
def _codes() -> dict[str, str]:
    living_last = sorted(states(system=None), key=lambda one: (_is_ended(one), one.code), reverse=True)
    short = {one.iso2: one.code for one in living_last if one.iso2}  # the living state wins a reused code
    return short | {one.code: one.code for one in living_last}


def _is_ended(one: State) -> bool:
    return bool(one.spells) and all(spell.span.last for spell in one.spells)


def find(name: str | int, on: Day | None = None, near: Iterable[str] = ()) -> State:
    """The one state that a code, number or name means.

    Parameters
    ----------
    name : str or int
        ISO alpha-3 or alpha-2 code, COW number (else GW number), or a name, long name, short form or former name.
        Case, accents, ``&`` and a leading article make no difference.
    on : date or str, optional
        The day that the name is used; decides between states that bore it at different times.
    near : iterable of str
        Codes and words around the name; they decide between candidates, or against all of them.

    Raises
    ------
    UnknownState
        If no state bears the name; the message says what was perhaps meant.
    AmbiguousState
        If several states bear it on that day, or the context points to something that is no state.

    Source
    ------
    ``data/state_names.csv`` and ``data/not_states.csv``.

    Examples
    --------
    >>> find("Burma").code, find("Russia", on="1975-08-01").code, find("u.k.").code
    ('MMR', 'SUN', 'GBR')
    """
    text = str(name).strip()
    day = None if on is None else as_day(on)
    context = frozenset(near)
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
        return _find_number(text, day)
    if text.upper() in _codes() and (text.isupper() or not _named(text)):
        return state(_codes()[text.upper()])
    entries = _named(text)
    if not entries:
        raise _unknown(text)
    codes = _candidates(entries, day)
    supported = _supported(codes, context)
    _refuse_other_meaning(text, codes, supported, context)
    if len(supported) == 1:
        return state(supported[0])
    if len(codes) == 1:
        return state(codes[0])
    listed = ", ".join(f"{code} ({state(code).name})" for code in codes)
    when = f" on {day}" if day else ""
    raise AmbiguousState(f"{text!r} may mean {listed}{when}.", codes, mend="Use a code, or give the day.")


def _named(text: str) -> tuple[NameEntry, ...]:
    entries = gazetteer().get(text) or _folded().get(fold(text), ())
    return tuple(entry for entry in entries if entry.kind in NAMING)


def _find_number(text: str, day: date | None) -> State:
    try:
        return numbered(int(text), "cow", day)
    except UnknownState:
        return numbered(int(text), "gw", day)


def _candidates(entries: tuple[NameEntry, ...], day: date | None) -> tuple[str, ...]:
    """Codes of the entries in use on the day (without one: in use today), or of all where none is."""
    current = [entry for entry in entries if (entry.covers(day) if day else not entry.last)]
    return tuple(sorted({entry.code for entry in current or entries}))


def _supported(codes: tuple[str, ...], near: frozenset[str]) -> tuple[str, ...]:
    """The candidates that a code or a word in the context points to, and to no other candidate."""
    found = {word for word in near if word in codes}
    for word in near:
        meant = {entry.code for entry in gazetteer().get(word, ()) if not entry.is_weak} & set(codes)
        if len(meant) == 1:
            found |= meant
    return tuple(sorted(found))


def _refuse_other_meaning(text: str, codes: tuple[str, ...], supported: tuple[str, ...], near: frozenset[str]) -> None:
    for other in not_states().get(text, ()):
        own = {other.of, *other.words} - {""}
        if near & own and not supported:
            listed = ", ".join(f"{code} ({state(code).name})" for code in codes)
            owner = f" of {state(other.of).name}" if other.of else ""
            raise AmbiguousState(
                f"{text!r} may mean {listed} or a {other.kind}{owner}.",
                codes,
                why=f"The context has {', '.join(sorted(near & own))}.",
                mend="Use the state's code.",
            )


def _unknown(text: str) -> UnknownState:
    entries = gazetteer().get(text) or _folded().get(fold(text), ())
    if entries:
        meant = ", ".join(sorted({f"{entry.kind} of {entry.code} ({state(entry.code).name})" for entry in entries}))
        return UnknownState(f"{text!r} is not the name of a state.", why=f"It is the {meant}.", mend="Use the code.")
    for other in not_states().get(text, ()):
        owner = f" of {state(other.of).name}" if other.of else ""
        return UnknownState(f"{text!r} is not a state.", why=f"It is on file as a {other.kind}{owner}.")
    known = {fold(form): form for form, found in gazetteer().items() if any(entry.kind in NAMING for entry in found)}
    close = [known[key] for key in difflib.get_close_matches(fold(text), known, n=3, cutoff=0.75)]
    mend = f"Did you mean {' or '.join(close)}?" if close else "nonaligned states lists them"
    return UnknownState(f"No state is called {text!r}.", mend=mend)
