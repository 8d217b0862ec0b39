"""Repeated resolutions found by their titles, so that they share an item where no link is given."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.measures.agenda.vote_kinds import kind_of_vote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LONGEST_GAP = 1
MOST_SESSIONS = 9  # as many as the longest item that was linked by hand
FEWEST_WORDS = 2  # measured: links of two-word titles hold as well as those of longer ones

_ADOPTED = re.compile(r"\s*:?\s*(?:draft )?(?:resolution|decision)\s*/.*$")
_SYMBOL = re.compile(r"\(?\b[as]/(?:c\.\d+/|res/|l\.|es-?\d+/|\d)[\w./&-]*(?: (?:and|&) (?:corr|add)[\w.\s-]*)?\)?")
_NUMBERS = re.compile(
    r"\bresolutions?\s+\d+(?:/\d+)?\s?[a-z]?\b|\b\d{1,3}/\d{1,3}\s?[a-z]?\b|\b\d+ ?[a-z]? ?\([xvi]+\)"
    r"|\b(?:1[89]|20)\d\d(?:\s?[-/]\s?(?:(?:1[89]|20)?\d\d))?\b"
    r"|\b(?:\d+(?:st|nd|rd|th)|(?:[a-z]+y-)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|[a-z]+ieth|tenth|[a-z]+teenth|eleventh"
    r"|twelfth) (?:regular |special |emergency special |resumed )*session\b"
)
_FRAME = re.compile(
    r"\b\d+(?:st|nd|rd|th) comm(?:ittee)?\b|\breports? of the (?:[a-z]+ ){0,6}?committee\b|\bas a whole\b"
    r"|\bdraft resol(?:ution)?\b\.?(?: (?:[a-z]|[ivx]+)\b)?"
    r"|^to (?:adopt|approve) (?:an? |the )?(?:resol(?:ution|\.)? )?|^res(?:olution)?,? (?:i\.a\.,? )?"
)
_EMPTY = frozenset(
    "a an and as at by for from in into its of on or the their to under with un united nation general assembly question item adopt approve"
    " resolution".split()
)


def normalised_title(title: str | None) -> str | None:
    """What a title says, free of case, punctuation, word order, symbols, numbers, years and sessions; None where it says too little.

    Roman numerals and other numbers stay: parts I and II are different texts. Votes on paragraphs, amendments and procedure have none.

    Examples
    --------
    >>> normalised_title("Nuclear-weapon-free zone in Africa (A/C.1/78/L.5) : resolution / adopted by the General Assembly")
    'africa free nuclear weapon zone'
    >>> normalised_title("Situation of human rights in Iraq") == normalised_title("Human rights situation in Iraq")
    True
    >>> normalised_title("Question of Palestine"), normalised_title("Operative paragraph 2 of draft resolution IV")
    (None, None)
    """
    if kind_of_vote(title) != "final":
        return None
    plain = unicodedata.normalize("NFKD", title or "").encode("ascii", "ignore").decode().casefold()
    plain = _FRAME.sub(" ", _NUMBERS.sub(" ", _SYMBOL.sub(" ", _ADOPTED.sub("", plain))).strip())
    words = sorted({_stem(word) for word in re.findall(r"[a-z0-9]+", plain.replace("'", ""))} - _EMPTY)
    return " ".join(words) if sum(not word.isdigit() for word in words) >= FEWEST_WORDS else None


def link_repeated(
    titles: Sequence[str | None], sessions: Sequence[int], *, longest_gap: int = LONGEST_GAP, most_sessions: int = MOST_SESSIONS
) -> NDArray[np.int64]:
    """Give roll calls an item each, the same to those that put the same text to the vote in successive sessions.

    Two roll calls share an item if their normalised titles are equal, no other roll call of their sessions has that title (else it is not
    clear which follows which), and at most `longest_gap` sessions lie between one and the next: texts change over the years under one
    title, so an item that lapses, or has `most_sessions`, begins anew.

    Parameters
    ----------
    titles : sequence of str or None, length n_roll_calls
    sessions : sequence of int, length n_roll_calls
    longest_gap : int
        1 links successive sessions only.
    most_sessions : int
        How many roll calls may share an item.

    Returns
    -------
    array of int64, shape (n_roll_calls,)
        The index of the first roll call of the item: an item of its own where nothing links it.

    Notes
    -----
    Against the links in Voeten's file, which were made by reading the texts: of 750 in sessions 40 to 74, where roll calls carry the
    resolution's title, .80 are found (before, descriptions are in other words each year: .04); of 1,596 made, .38 are among theirs. The
    rest are resolutions that return with a changed text, and states vote on them nearly as before: Cohen's weighted kappa of a state's two
    votes is .91 on average where both link, .83 where only the title does, .20 for any two texts of successive sessions. Whoever wants only
    texts known to be unchanged keeps to given links; this is for sessions that have none.

    Raises
    ------
    ValueError
        If lengths differ, or the gap or the number of sessions is under 1.

    Examples
    --------
    >>> titles = ["Nuclear disarmament treaty talks", "Law of the sea", "Nuclear disarmament treaty talks (2020)", None]
    >>> link_repeated(titles, [74, 74, 75, 75]).tolist()
    [0, 1, 0, 3]
    """
    if len(titles) != len(sessions):
        raise ValueError(f"titles and sessions must be equally long, not {len(titles)} and {len(sessions)}")
    if min(longest_gap, most_sessions) < 1:
        raise ValueError("the longest gap is 1 (successive sessions) or more, and an item has 1 session or more")
    found: dict[str, dict[int, list[int]]] = {}
    for index, (title, session) in enumerate(zip(titles, sessions, strict=True)):
        key = normalised_title(title)
        if key is not None:
            found.setdefault(key, {}).setdefault(int(session), []).append(index)
    item = np.arange(len(titles), dtype=np.int64)
    for of_sessions in found.values():
        unique = [(session, same[0]) for session, same in sorted(of_sessions.items()) if len(same) == 1]
        first = size = 0
        before: int | None = None
        for session, index in unique:
            between = () if before is None else range(before + 1, session)
            if before is None or session - before > longest_gap or size == most_sessions or any(s in of_sessions for s in between):
                first, size = index, 0
            item[index] = item[first]
            before, size = session, size + 1
    return item


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
