"""The sentences that name a move: ``IND defense USA``, ``IND arms RUS -50%``, ``IND trade CHN -30% USA +20%``, ``IND votes with USA``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

from nonaligned.ground.errors import UsageError
from nonaligned.world.names import find

Kind = Literal["defense", "arms", "trade", "votes"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WORDS: dict[str, Kind] = {"defense": "defense", "defence": "defense", "arms": "arms", "trade": "trade", "votes": "votes"}
FORMS = '"IND defense USA", "IND arms RUS -50%", "IND trade CHN -30% USA +20%", "IND votes with USA"'
PERCENT = re.compile(r"([+\u2212-])(\d+(?:\.\d+)?)\s?%")
LARGEST = 1_000  # percent


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a state.

    Attributes
    ----------
    state : str
        Its code.
    kind : {"defense", "arms", "trade", "votes"}
    partners : tuple of str
        Codes of the states that it moves towards or from.
    changes : tuple of float
        For arms and trade the change of the flow with each partner, as a share: -.3 is a cut by 30 %; empty otherwise.
    """

    state: str
    kind: Kind
    partners: tuple[str, ...]
    changes: tuple[float, ...] = ()


def read_move(text: str) -> Move:
    """Read a move.

    Raises
    ------
    UsageError
        If the sentence has no such form, or names a state with itself or twice, or no change; the mend shows a form that is right.
    UnknownState, AmbiguousState
        If a name is that of no state, or of several.

    Examples
    --------
    >>> read_move("India trade China -30% United States +20%")
    Move(state='IND', kind='trade', partners=('CHN', 'USA'), changes=(-0.3, 0.2))
    """
    words = text.split()
    at = next((place for place, word in enumerate(words) if word.lower() in WORDS), None)
    if at is None:
        near = [close for word in words for close in get_close_matches(word.lower(), WORDS, n=1, cutoff=0.6)]
        why = f"Did you mean {near[0]}?" if near else f"It says neither {' nor '.join(KINDS)}."
        raise UsageError(f"{text!r} is no move of a state.", why=why, mend=f"Forms: {FORMS}.")
    kind, subject, rest = WORDS[words[at].lower()], " ".join(words[:at]), " ".join(words[at + 1 :])
    if not subject or not rest:
        raise UsageError(f"{text!r} lacks {'the state that moves' if not subject else 'the other state'}.", mend=f"Forms: {FORMS}.")
    mover = find(subject).code
    if kind in ("arms", "trade"):
        partners, changes = _flows(text, rest)
    else:
        name = re.sub(r"^with\s+", "", rest, flags=re.IGNORECASE)
        if PERCENT.search(name):
            raise UsageError(f"{text!r} has a percentage, and {kind} knows none.", mend=f"Forms: {FORMS}.")
        partners, changes = (find(name).code,), ()
    if mover in partners:
        raise UsageError(f"{find(subject).name} cannot move towards or from itself.", mend=f"Forms: {FORMS}.")
    if len(set(partners)) < len(partners):
        raise UsageError(f"{text!r} names a partner twice.", mend="Give each partner one change.")
    return Move(mover, kind, partners, changes)


def _flows(text: str, rest: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Partners with the change of the flow with each."""
    partners, changes = list[str](), list[float]()
    at = 0
    for found in PERCENT.finditer(rest):
        name = rest[at : found.start()].strip(" ,")
        change = float(found[2]) / 100 * (1 if found[1] == "+" else -1)
        if not name:
            raise UsageError(f"{text!r} has a change without a partner: {found[0]}.", mend=f"Forms: {FORMS}.")
        if change < -1:
            raise UsageError(f"A flow cannot fall by {found[2]} %.", why="At -100% it has ceased.", mend="Give at most -100%.")
        if change == 0 or change > LARGEST / 100:
            raise UsageError(
                f"{found[0]} is no change that can be reckoned with.", why=f"It is to be other than 0 and at most +{LARGEST}%."
            )
        partners.append(find(name).code)
        changes.append(change)
        at = found.end()
    if rest[at:].strip(" ,") or not partners:
        raise UsageError(
            f"{text!r} lacks a change of {rest[at:].strip(' ,')!r}.",
            why="A change has its sign and a per cent: -30% or +20%.",
            mend=f"Forms: {FORMS}.",
        )
    return tuple(partners), tuple(changes)
