"""What an estimator of positions returns, and what every method does alike: sign, quantiles, convergence, connectedness."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.measures.models.vote_arrays import VoteArrays, make_arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEW_VOTES = 10
RHAT_LIMIT = 1.1


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """How an estimate came about and whether to trust it.

    Attributes
    ----------
    method : str
    seed, n_sweeps, n_chains : int
        `n_sweeps` counts those kept in all chains together (iterations, for a method without draws).
    rhat, ess : array of float64, shape (n_places,), or None
        Split potential scale reduction, and effective number of draws by batch means.
    seconds : float
    is_converged : bool
        False also where the run was stopped before its end.
    few_votes : array of bool, shape (n_places,)
        Places with under ten votes, or of states seen in one session only.
    component : array of int32, shape (n_places,)
        Places of different components are linked by no vote; their positions cannot be compared.
    messages : tuple of str
    """

    method: str
    seed: int
    n_sweeps: int
    n_chains: int
    rhat: NDArray[np.float64] | None
    ess: NDArray[np.float64] | None
    seconds: float
    is_converged: bool
    few_votes: NDArray[np.bool_]
    component: NDArray[np.int32]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions of states in sessions, mean 0 and standard deviation 1 over places in every draw.

    Attributes
    ----------
    theta, sd, lower, upper : arrays of float64, shape (n_places,)
        Mean, standard deviation, 5 % and 95 % quantile; the last three NaN where a method gives no interval.
    discrimination : array of float64, shape (n_items,)
    cutpoints : array of float64, shape (n_items, 2)
    draws : array of float32, shape (n_draws, n_places), or None
    diagnostics : Diagnostics
    """

    theta: NDArray[np.float64]
    sd: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    discrimination: NDArray[np.float64]
    cutpoints: NDArray[np.float64]
    draws: NDArray[np.float32] | None
    diagnostics: Diagnostics


def drop_uncontested(votes: VoteArrays) -> tuple[VoteArrays, int]:
    """Leave out items on which all who voted, voted alike; also return how many there were.

    Raises
    ------
    ValueError
        If no item is contested.

    Examples
    --------
    >>> kept, dropped = drop_uncontested(make_arrays([1, 3, 1, 1], [7, 7, 8, 8], [2, 710, 2, 710], [1, 1, 1, 1]))
    >>> kept.item_label.tolist(), dropped
    ([7], 1)
    """
    counts = vote_counts(votes)
    contested = (counts > 0).sum(axis=1) > 1
    if contested.all():
        return votes, 0
    if not contested.any():
        raise ValueError(f"none of the {votes.n_items} items is contested: all who voted on one, voted alike")
    keep = contested[votes.item]
    item, place = votes.item[keep], votes.place[keep]
    kept = make_arrays(
        votes.y[keep],
        votes.item_label[item],
        votes.state_label[votes.state[place]],
        votes.session_label[votes.session[place]],
    )
    return kept, int((~contested).sum())


def vote_counts(votes: VoteArrays) -> NDArray[np.int64]:
    """Yes, abstentions and no of each item, shape (n_items, 3)."""
    return np.bincount(votes.item.astype(np.int64) * 3 + votes.y - 1, minlength=3 * votes.n_items).reshape(-1, 3)


def components(votes: VoteArrays) -> NDArray[np.int32]:
    """Number from 0 the sets of places that votes or the same state's presence in several sessions link, shape (n_places,).

    Examples
    --------
    >>> components(make_arrays([1, 3, 1, 3], [7, 7, 8, 8], [2, 20, 3, 30], [1, 1, 2, 2])).tolist()
    [0, 1, 0, 1]
    """
    state = votes.state[votes.place]
    label = np.arange(votes.state_label.size, dtype=np.int64)
    while True:
        of_item = np.full(votes.n_items, label.size, dtype=np.int64)
        np.minimum.at(of_item, votes.item, label[state])
        new = label.copy()
        np.minimum.at(new, state, of_item[votes.item])
        new = new[new]
        if (new == label).all():
            return np.unique(label[votes.state], return_inverse=True)[1].astype(np.int32)
        label = new


def weak_places(votes: VoteArrays) -> NDArray[np.bool_]:
    """Places whose position rests on few votes or on one session alone, shape (n_places,)."""
    alone = (votes.previous < 0) & (votes.following < 0)
    return (votes.n_votes_of_places < FEW_VOTES) | alone


def warnings_of(votes: VoteArrays, component: NDArray[np.int32]) -> tuple[str, ...]:
    """What a reader of the estimate must know about these votes."""
    said: list[str] = []
    if component.size and component.max() > 0:
        said.append(f"{int(component.max()) + 1} groups of states share no vote: positions compare only within a group")
    few = int((votes.n_votes_of_places < FEW_VOTES).sum())
    if few:
        said.append(f"{few} of {votes.n_places} positions rest on fewer than {FEW_VOTES} votes")
    alone = int(((votes.previous < 0) & (votes.following < 0)).sum())
    if alone:
        said.append(f"{alone} states voted in one session only")
    return tuple(said)


def sign_of(theta: NDArray[np.floating], votes: VoteArrays, above: int | None, below: int | None) -> int:
    """1 if state `above` stands above `below` on average (over sessions in which either voted), else -1; 1 without anchors.

    Raises
    ------
    ValueError
        If an anchor did not vote.
    """
    if above is None or below is None:
        return 1
    high, low = (votes.state == above), (votes.state == below)
    if not (high.any() and low.any()):
        raise ValueError("an anchor state cast no contested vote: choose another pair")
    return 1 if theta[high].mean() >= theta[low].mean() else -1


def flipped(made: Positions, sign: int) -> Positions:
    """The same positions with the scale turned round, if `sign` is -1."""
    if sign > 0:
        return made
    draws = None if made.draws is None else -made.draws
    return replace(made, theta=-made.theta, lower=-made.upper, upper=-made.lower, discrimination=-made.discrimination, draws=draws)


def split_rhat(mean: NDArray[np.float64], variance: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Potential scale reduction from the means and variances of half chains of `n` draws, shape (n_halves, n_places)."""
    within = variance.mean(axis=0)
    between = mean.var(axis=0, ddof=1)
    return np.sqrt((n - 1) / n + between / np.maximum(within, 1e-300))
