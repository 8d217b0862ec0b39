"""How well positions tell the votes: fit by roll call, surprising votes, predictive checks, and what a position rests on."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# (what compiled functions return)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.measures.models.newton_steps import solve_walks, walk_variances
from nonaligned.measures.models.positions import vote_counts
from nonaligned.measures.models.roll_call_kernels import averaged, derivatives, moved, simulate, widened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.measures.models.positions import Positions
    from nonaligned.measures.models.vote_arrays import VoteArrays

N_DRAWS = 50
SMOOTHING = 0.5
WEAKEST = 0.01  # precision of a position that neither votes nor other sessions hold


@dataclass(frozen=True, slots=True)
class RollCallFit:
    """How the model tells the votes from which it was estimated.

    Attributes
    ----------
    probability : array of float64, shape (n_votes, 3)
        Of yes, abstain and no.
    surprise : array of float64, shape (n_votes,)
        Minus the logarithm to base 2 of the probability of the vote cast: 1 is a toss of a coin, 10 one in a thousand.
    is_right : array of bool, shape (n_votes,)
        Whether the likeliest vote was the one cast.
    n_votes : array of int64, shape (n_items,)
    share_right, modal_share, log_score : arrays of float64, shape (n_items,)
        Share of votes told rightly; share of the commonest vote; mean logarithm (natural) of the probability of the vote cast.
    pre : array of float64, shape (n_items,)
        Proportional reduction in error against telling the commonest vote for all; NaN where that makes no error.
    """

    probability: NDArray[np.float64]
    surprise: NDArray[np.float64]
    is_right: NDArray[np.bool_]
    n_votes: NDArray[np.int64]
    share_right: NDArray[np.float64]
    modal_share: NDArray[np.float64]
    log_score: NDArray[np.float64]
    pre: NDArray[np.float64]

    @property
    def total_pre(self) -> float:
        """Proportional reduction in error over all votes together; NaN where the commonest votes make none."""
        errors = float(((1 - self.modal_share) * self.n_votes).sum())
        return 1 - float((~self.is_right).sum()) / errors if errors > 0 else float("nan")

    def most_surprising_votes(self, n: int) -> NDArray[np.int64]:
        """Indices of the `n` votes that the model held least likely, the least likely first."""
        return np.argsort(-self.surprise, kind="stable")[:n]

    def most_surprising_items(self, n: int, *, fewest_votes: int = 10) -> NDArray[np.int64]:
        """Indices of the `n` items with the lowest log score among those with enough votes, the lowest first."""
        order = np.argsort(self.log_score, kind="stable")
        return order[self.n_votes[order] >= fewest_votes][:n]


def vote_probabilities(votes: VoteArrays, made: Positions, *, n_draws: int = N_DRAWS) -> NDArray[np.float64]:
    """Probability of yes, abstain and no of each vote, over what is uncertain about its position, shape (n_votes, 3).

    With draws of the positions it is the mean over `n_draws` of them. Without, positions are normal and the mean has a closed form,
    Phi((g - beta theta) / sqrt(1 + beta^2 sd^2)); a standard deviation that is missing counts as 0. Items are held at their estimate.

    Raises
    ------
    ValueError
        If the positions are not those of these votes.

    Examples
    --------
    >>> from nonaligned.measures.models.fast import fast
    >>> from nonaligned.measures.models.vote_arrays import make_arrays
    >>> votes = make_arrays([1, 3, 2, 1, 3, 3], [0, 0, 0, 1, 1, 1], [2, 365, 710] * 2, [1] * 6)
    >>> bool(np.allclose(vote_probabilities(votes, fast(votes)).sum(axis=1), 1))
    True
    """
    if made.theta.size != votes.n_places or made.discrimination.size != votes.n_items:
        raise ValueError(
            f"the positions are of {made.theta.size} places and {made.discrimination.size} items,"
            f" the votes of {votes.n_places} and {votes.n_items}"
        )
    if n_draws < 1:
        raise ValueError("at least one draw is needed")
    probability = np.empty((votes.y.size, 3))
    if made.draws is not None and len(made.draws):
        draws = np.ascontiguousarray(_some(made.draws, n_draws).T, dtype=np.float64)
        averaged(votes.place, votes.item, draws, made.discrimination, made.cutpoints, probability)
    else:
        variance = np.nan_to_num(made.sd) ** 2
        widened(votes.place, votes.item, made.theta, variance, made.discrimination, made.cutpoints, probability)
    return probability


def widened_probabilities(
    theta: NDArray[np.float64], sd: NDArray[np.float64], slope: NDArray[np.float64], cuts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Probabilities (n, 3) of yes, abstain and no at normal positions; arrays of shape (n,), cutpoints (n, 2), a missing sd counts as 0.

    Examples
    --------
    >>> widened_probabilities(np.zeros(1), np.zeros(1), np.ones(1), np.array([[0.0, 0.0]])).round(3).tolist()
    [[0.5, 0.0, 0.5]]
    """
    made, each = np.empty((theta.size, 3)), np.arange(theta.size)
    widened(each, each, theta, np.nan_to_num(sd) ** 2, slope, cuts, made)
    return made


def roll_call_fit(votes: VoteArrays, made: Positions, *, n_draws: int = N_DRAWS) -> RollCallFit:
    """Fit of each roll call, and the surprise in each vote.

    The votes judged are those from which the positions come, so the fit is a little better than it would be on new votes.

    Raises
    ------
    ValueError
        If the positions are not those of these votes.

    Source
    ------
    Poole & Rosenthal 1985, American Journal of Political Science 29(2): 357-384 (proportional reduction in error).

    Examples
    --------
    >>> from nonaligned.measures.models.fast import fast
    >>> from nonaligned.measures.models.vote_arrays import make_arrays
    >>> votes = make_arrays([1, 3, 2, 1, 3, 3], [0, 0, 0, 1, 1, 1], [2, 365, 710] * 2, [1] * 6)
    >>> fit = roll_call_fit(votes, fast(votes))
    >>> fit.n_votes.tolist(), fit.modal_share.round(2).tolist(), fit.most_surprising_votes(1).size
    ([3, 3], [0.33, 0.67], 1)
    """
    probability = vote_probabilities(votes, made, n_draws=n_draws)
    log_p = np.log(np.maximum(probability[np.arange(votes.y.size), votes.y - 1], 1e-300))
    is_right = probability.argmax(axis=1) == votes.y - 1
    size = votes.n_votes_of_items
    share_right = np.bincount(votes.item, is_right, minlength=votes.n_items) / size
    modal = vote_counts(votes).max(axis=1) / size
    with np.errstate(divide="ignore", invalid="ignore"):
        pre = np.where(modal < 1, (share_right - modal) / (1 - modal), np.nan)
    log_score = np.bincount(votes.item, log_p, minlength=votes.n_items) / size
    return RollCallFit(probability, -log_p / np.log(2), is_right, size, share_right, modal, log_score, pre)


@dataclass(frozen=True, slots=True)
class CountCheck:
    """Observed numbers of yes, abstentions and no beside simulated ones, each of shape (n, 3).

    Attributes
    ----------
    observed : array of int64
    lower, upper : arrays of float64
        5 % and 95 % quantile of the simulated numbers.
    p : array of float64
        Share of simulated numbers below the observed, equal ones counted half: near 0 or 1 where the model does not tell the number.
    """

    observed: NDArray[np.int64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    p: NDArray[np.float64]

    @property
    def covered(self) -> NDArray[np.float64]:
        """Share of observed numbers of yes, abstentions and no within the band, shape (3,): .90 or a little more where all is well."""
        return ((self.lower <= self.observed) & (self.observed <= self.upper)).mean(axis=0)


@dataclass(frozen=True, slots=True)
class PredictiveCheck:
    """Counts of votes simulated from the model beside those observed.

    Attributes
    ----------
    items : CountCheck, n = n_items
    places : CountCheck, n = n_places
        The telling one: items have cutpoints of their own that fit their counts.
    seed, n_simulated : int
    """

    items: CountCheck
    places: CountCheck
    seed: int
    n_simulated: int


def predictive_check(votes: VoteArrays, made: Positions, *, seed: int = 0, n_simulated: int = 100) -> PredictiveCheck:
    """Simulate every vote many times and compare how often each item, and each state in each session, gets each vote.

    Positions are drawn anew for every simulation (from their draws, or normal with their standard deviation), items are held. On the votes
    of the published series the bands of 90 % hold .79 of the states' numbers of yes in a session, .80 of the abstentions and .92 of the no:
    states differ in how readily they abstain, which one dimension does not know.

    Raises
    ------
    ValueError
        If the positions are not those of these votes, or fewer than 20 simulations are asked for.

    Examples
    --------
    >>> from nonaligned.measures.models.fast import fast
    >>> from nonaligned.measures.models.vote_arrays import make_arrays
    >>> votes = make_arrays([1, 3, 2, 1, 3, 3], [0, 0, 0, 1, 1, 1], [2, 365, 710] * 2, [1] * 6)
    >>> predictive_check(votes, fast(votes)).places.observed.tolist()
    [[2, 0, 0], [0, 0, 2], [0, 1, 1]]
    """
    if made.theta.size != votes.n_places or made.discrimination.size != votes.n_items:
        raise ValueError("the positions are not those of these votes")
    if n_simulated < 20:
        raise ValueError("at least 20 simulations are needed for a band of 90 %")
    of_items = np.zeros((n_simulated, votes.n_items, 3), np.int32)
    of_places = np.zeros((n_simulated, votes.n_places, 3), np.int32)
    theta, sd = made.theta.copy(), np.nan_to_num(made.sd)
    for number in range(n_simulated):
        if made.draws is not None and len(made.draws):
            theta = made.draws[number * len(made.draws) // n_simulated].astype(np.float64)
        else:
            moved(seed, number, made.theta, sd, theta)
        simulate(seed, number, votes.place, votes.item, theta, made.discrimination, made.cutpoints, of_items[number], of_places[number])
    by_place = np.bincount(votes.place.astype(np.int64) * 3 + votes.y - 1, minlength=3 * votes.n_places).reshape(-1, 3)
    return PredictiveCheck(_compared(vote_counts(votes), of_items), _compared(by_place, of_places), seed, n_simulated)


@dataclass(frozen=True, slots=True)
class Resting:
    """What positions rest on, the items held at their estimate.

    Attributes
    ----------
    information : array of float64, shape (n_votes,)
        Precision that a vote gives to its position: minus the second derivative of its log probability.
    move : array of float64, shape (n_votes,)
        By how much the position would move if the vote had not been cast.
    effective_votes : array of float64, shape (n_places,)
        Number of votes of equal information that would say as much: (sum)^2 / sum of squares; 0 where votes say nothing.
    share_of_votes : array of float64, shape (n_places,)
        Share of the position's precision that comes from its own votes; the rest from the same state's other sessions.
    largest_move : array of float64, shape (n_places,)
        The `move` of the vote whose absence would move the position most, with its sign.
    """

    information: NDArray[np.float64]
    move: NDArray[np.float64]
    effective_votes: NDArray[np.float64]
    share_of_votes: NDArray[np.float64]
    largest_move: NDArray[np.float64]

    def most_influential(self, votes: VoteArrays, place: int, n: int = 5) -> NDArray[np.int64]:
        """Indices of the `n` votes of a place whose absence would move its position most, the strongest first."""
        own = votes.place_votes[votes.place_start[place] : votes.place_start[place + 1]]
        return own[np.argsort(-np.abs(self.move[own]), kind="stable")][:n].astype(np.int64)


def rests_on(votes: VoteArrays, made: Positions, *, smoothing: float = SMOOTHING) -> Resting:
    """How much each vote pulls the position of the state that cast it, and on how many votes the position rests.

    One Newton step without the vote, from the curvature of the votes and of the random walk over the state's sessions. Neither the items
    nor other states' positions are estimated anew, which matters where few vote.

    Parameters
    ----------
    smoothing : float
        As in the estimate.

    Raises
    ------
    ValueError
        If the positions are not those of these votes, or the smoothing is not positive.

    Examples
    --------
    >>> from nonaligned.measures.models.fast import fast
    >>> from nonaligned.measures.models.vote_arrays import make_arrays
    >>> votes = make_arrays([1, 3, 2, 1, 3, 3], [0, 0, 0, 1, 1, 1], [2, 365, 710] * 2, [1] * 6)
    >>> resting = rests_on(votes, fast(votes))
    >>> resting.effective_votes.round().tolist(), resting.most_influential(votes, 0).size
    ([2.0, 2.0, 2.0], 2)
    """
    if made.theta.size != votes.n_places or made.discrimination.size != votes.n_items:
        raise ValueError("the positions are not those of these votes")
    if smoothing <= 0:
        raise ValueError("smoothing must be positive")
    n = votes.n_places
    score, information = np.empty(votes.y.size), np.empty(votes.y.size)
    derivatives(votes.y, votes.place, votes.item, made.theta, made.discrimination, made.cutpoints, score, information)
    of_votes = np.bincount(votes.place, information, minlength=n)
    size, before = votes.n_votes_of_places, votes.previous
    link = np.where(before >= 0, (size + size[before]) / (smoothing * size), 0.0)
    curvature, pivot, variance = of_votes + WEAKEST, np.empty(n), np.empty(n)
    solve_walks(curvature, link, np.zeros((n, 1)), np.empty((n, 1)), pivot)
    walk_variances(curvature, link, pivot, variance)
    of_vote = variance[votes.place]
    move = -of_vote * score / np.maximum(1 - of_vote * information, 1e-6)
    strongest = np.lexsort((np.abs(move), votes.place))[votes.place_start[1:] - 1]
    square = np.bincount(votes.place, information**2, minlength=n)
    effective = np.divide(of_votes**2, square, out=np.zeros(n), where=square > 0)
    return Resting(information, move, effective, of_votes * variance, move[strongest])


def _some(draws: NDArray[np.float32], n: int) -> NDArray[np.float32]:
    return draws[np.arange(min(n, len(draws))) * len(draws) // min(n, len(draws))]


def _compared(observed: NDArray[np.int64], simulated: NDArray[np.int32]) -> CountCheck:
    lower, upper = np.quantile(simulated, (0.05, 0.95), axis=0)
    p = (simulated < observed).mean(axis=0) + 0.5 * (simulated == observed).mean(axis=0)
    return CountCheck(observed, lower, upper, p)
