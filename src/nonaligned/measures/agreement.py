"""Agreement of states in roll calls: how close the votes of every pair were, by matrix products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

YES, ABSTAIN, NO = 1.0, 0.5, 0.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of all pairs.

    Attributes
    ----------
    value : array, shape (n_states, n_states)
        From 0 (always opposed) to 1 (always the same vote); NaN where two states share no roll call.
    n_shared : array of int64, shape (n_states, n_states)
        Roll calls in which both voted yes, no or abstained.
    """

    value: NDArray[np.float64]
    n_shared: NDArray[np.int64]


def agreement(votes: NDArray[np.float64]) -> Agreement:
    """Agreement of every pair of states over a set of roll calls.

    The mean over the roll calls in which both voted of 1 for the same vote, 0.5 for votes one step apart (yes and
    abstain, abstain and no), 0 for yes against no. That is one half plus half the mean of ``s s' + a a'``, where ``s`` is
    1 for yes, -1 for no and ``a`` is 1 for an abstention: sums of whole numbers, the same at any number of threads.

    Parameters
    ----------
    votes : array, shape (n_states, n_roll_calls)
        1 yes, 0.5 abstain, 0 no, NaN did not vote (absent, or no member).

    Raises
    ------
    ValueError
        If it is no table, or a vote is none of these.

    Source
    ------
    Lijphart 1963 (index of agreement); Voeten, United Nations General Assembly Voting Data, `agree`.

    Examples
    --------
    >>> made = agreement(np.array([[1.0, 1.0, 0.0], [1.0, 0.5, 1.0], [np.nan, np.nan, np.nan]]))
    >>> made.value[0, 1], made.n_shared[0, 1], made.value[0, 2], made.n_shared[0, 2]
    (np.float64(0.5), np.int64(3), np.float64(nan), np.int64(0))
    """
    if votes.ndim != 2:
        raise ValueError(f"votes must be states by roll calls, not of shape {votes.shape}")
    cast = ~np.isnan(votes)
    if not np.isin(votes[cast], (YES, ABSTAIN, NO)).all():
        raise ValueError("a vote is 1 (yes), 0.5 (abstain), 0 (no) or NaN (did not vote)")
    voted = cast.astype(np.float64)
    side = (votes == YES).astype(np.float64) - (votes == NO)
    middle = (votes == ABSTAIN).astype(np.float64)
    shared = voted @ voted.T
    alike = side @ side.T + middle @ middle.T  # same votes less opposite ones
    value = np.full(shared.shape, np.nan)
    np.divide(alike, 2 * shared, out=value, where=shared > 0)
    return Agreement(value + 0.5, shared.astype(np.int64))
