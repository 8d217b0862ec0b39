"""Votes as arrays: who voted what on which item, sorted once both by item and by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

YES, ABSTAIN, NO = 1, 2, 3


@dataclass(frozen=True, slots=True)
class VoteArrays:
    """Votes of states on items; a *place* is a state in a session, an *item* a roll call or several that share a text.

    Votes are sorted by item, then place, then vote; places by state, then session. Indices count from 0.

    Attributes
    ----------
    y : array of int8, shape (n_votes,)
        1 yes, 2 abstain, 3 no.
    item, place : arrays of int32, shape (n_votes,)
    state, session : arrays of int32, shape (n_places,)
        `session` is the rank of the session among those with votes.
    previous, following : arrays of int32, shape (n_places,)
        The same state's place in the session before or after in which it voted, -1 where there is none.
    item_start : array of int64, shape (n_items + 1,)
        Votes of item v are ``item_votes[item_start[v]:item_start[v + 1]]``; `place_start`, `place_votes` likewise.
    item_votes, place_votes : arrays of int32, shape (n_votes,)
    item_label, state_label, session_label : arrays of int64
        The caller's label of each index, increasing.
    """

    y: NDArray[np.int8]
    item: NDArray[np.int32]
    place: NDArray[np.int32]
    state: NDArray[np.int32]
    session: NDArray[np.int32]
    previous: NDArray[np.int32]
    following: NDArray[np.int32]
    item_start: NDArray[np.int64]
    item_votes: NDArray[np.int32]
    place_start: NDArray[np.int64]
    place_votes: NDArray[np.int32]
    item_label: NDArray[np.int64]
    state_label: NDArray[np.int64]
    session_label: NDArray[np.int64]

    @property
    def n_items(self) -> int:
        """Number of items."""
        return self.item_label.size

    @property
    def n_places(self) -> int:
        """Number of places."""
        return self.state.size

    @property
    def n_votes_of_places(self) -> NDArray[np.int64]:
        """Votes cast at each place, shape (n_places,)."""
        return np.diff(self.place_start)

    @property
    def n_votes_of_items(self) -> NDArray[np.int64]:
        """Votes cast on each item, shape (n_items,)."""
        return np.diff(self.item_start)


def make_arrays(y: ArrayLike, item: ArrayLike, state: ArrayLike, session: ArrayLike) -> VoteArrays:
    """Sort votes given as plain arrays into the form that the estimators read.

    The result is the same in whatever order the rows come. A state may vote several times on an item (roll calls that
    repeat a resolution share it).

    Parameters
    ----------
    y : array, shape (n_votes,)
        1 yes, 2 abstain, 3 no.
    item, state, session : arrays of whole numbers, shape (n_votes,)
        Labels of any kind; sessions in order of time.

    Raises
    ------
    ValueError
        If there are no votes, lengths differ, a value is missing or not whole, or a vote is none of the three.

    Examples
    --------
    >>> votes = make_arrays([1, 3, 2], [7, 7, 9], [710, 2, 2], [30, 30, 31])
    >>> votes.place.tolist(), votes.state_label.tolist(), votes.previous.tolist()
    ([0, 2, 1], [2, 710], [-1, 0, -1])
    """
    given = [_whole(values, name) for values, name in ((y, "y"), (item, "item"), (state, "state"), (session, "session"))]
    if len({values.size for values in given}) != 1:
        raise ValueError("y, item, state and session must be equally long, not " + ", ".join(str(values.size) for values in given))
    if not given[0].size:
        raise ValueError("there are no votes")
    unknown = np.setdiff1d(given[0], (YES, ABSTAIN, NO))
    if unknown.size:
        raise ValueError(f"a vote is 1 (yes), 2 (abstain) or 3 (no), not {', '.join(map(str, unknown[:5].tolist()))}")
    item_label, item_index = np.unique(given[1], return_inverse=True)
    state_label, state_index = np.unique(given[2], return_inverse=True)
    session_label, session_index = np.unique(given[3], return_inverse=True)
    place_key, place = np.unique(state_index * session_label.size + session_index, return_inverse=True)
    order = np.lexsort((given[0], place, item_index))
    place, item_index = place[order], item_index[order]
    place_state, place_session = np.divmod(place_key, session_label.size)
    same = place_state[1:] == place_state[:-1]
    before = np.arange(place_key.size - 1)
    return VoteArrays(
        y=given[0][order].astype(np.int8),
        item=item_index.astype(np.int32),
        place=place.astype(np.int32),
        state=place_state.astype(np.int32),
        session=place_session.astype(np.int32),
        previous=np.concatenate(([-1], np.where(same, before, -1))).astype(np.int32),
        following=np.concatenate((np.where(same, before + 1, -1), [-1])).astype(np.int32),
        item_start=_starts(item_index, item_label.size),
        item_votes=np.arange(order.size, dtype=np.int32),
        place_start=_starts(place, place_key.size),
        place_votes=np.argsort(place, kind="stable").astype(np.int32),
        item_label=item_label,
        state_label=state_label,
        session_label=session_label,
    )


def _whole(values: ArrayLike, name: str) -> NDArray[np.int64]:
    made = np.asarray(values)
    if made.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, not of shape {made.shape}")
    if made.dtype.kind == "f":
        if np.isnan(made).any():
            raise ValueError(f"{name} has {int(np.isnan(made).sum())} missing values (NaN): drop those votes first")
        if not (np.isfinite(made).all() and (made == np.floor(made)).all()):
            raise ValueError(f"{name} must hold whole numbers")
    elif made.dtype.kind not in "iub" and made.size:
        raise ValueError(f"{name} must hold whole numbers, not {made.dtype}")
    return made.astype(np.int64)


def _starts(index: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.bincount(index, minlength=n)))).astype(np.int64)
