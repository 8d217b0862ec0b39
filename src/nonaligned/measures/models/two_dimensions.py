"""A second dimension of positions beside the first, with what it adds to the fit, on the votes used and on votes held out."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# (what compiled functions return)

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.measures.models.dimension_steps import NARROWEST, item_steps, place_steps, probabilities
from nonaligned.measures.models.fast import fast
from nonaligned.measures.models.positions import sign_of, vote_counts
from nonaligned.measures.models.roll_call_kernels import derivatives

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.measures.models.vote_arrays import VoteArrays

SMOOTHING = 0.5
HELD_OUT = 0.05
TOLERANCE, MOST_STEPS = 5e-4, 150


@dataclass(frozen=True, slots=True)
class DimensionFit:
    """How well positions in so many dimensions tell votes.

    Attributes
    ----------
    n_dimensions, n_steps : int
    is_converged : bool
    log_score, share_right, pre : float
        Of the votes used: mean logarithm (natural) of the probability of the vote cast, share of votes told rightly, proportional
        reduction in error against each item's commonest vote.
    held_out_log_score, held_out_share_right, held_out_pre : float
        The same of votes that were not used; NaN where there are none.
    """

    n_dimensions: int
    n_steps: int
    is_converged: bool
    log_score: float
    share_right: float
    pre: float
    held_out_log_score: float
    held_out_share_right: float
    held_out_pre: float


@dataclass(frozen=True, slots=True)
class TwoDimensions:
    """Positions in two dimensions, each of mean 0 and standard deviation 1 over places, and uncorrelated; no intervals.

    Attributes
    ----------
    theta : array of float64, shape (n_places, 2)
        The first column is the position in one dimension.
    discrimination : array of float64, shape (n_items, 2)
    cutpoints : array of float64, shape (n_items, 2)
    one, two : DimensionFit
        The same procedure in one dimension and in two, the same votes held out.
    is_converged : bool
        Of the positions given, which come from all votes.
    seconds : float
    """

    theta: NDArray[np.float64]
    discrimination: NDArray[np.float64]
    cutpoints: NDArray[np.float64]
    one: DimensionFit
    two: DimensionFit
    is_converged: bool
    seconds: float


@dataclass(slots=True)
class _State:
    theta: NDArray[np.float64]
    slope: NDArray[np.float64]
    cuts: NDArray[np.float64]
    variance: NDArray[np.float64]
    n_steps: int = 0
    is_converged: bool = False

    def copied(self) -> _State:
        return _State(self.theta.copy(), self.slope.copy(), self.cuts.copy(), self.variance.copy())

    def run_on(self, former: _State, share: float) -> None:
        """Go on by a share of the way that led here."""
        self.theta += share * (self.theta - former.theta)
        self.slope += share * (self.slope - former.slope)
        self.cuts += share * (self.cuts - former.cuts)
        self.cuts[:, 1] = np.maximum(self.cuts[:, 1], self.cuts[:, 0] + NARROWEST)


def two_dimensions(
    votes: VoteArrays,
    *,
    above: int | None = None,
    below: int | None = None,
    smoothing: float = SMOOTHING,
    held_out: float = HELD_OUT,
    seed: int = 0,
) -> TwoDimensions:
    """Positions in one dimension, and in a second that tells best what the first leaves open.

    The first dimension is estimated alone and held; the second, a random walk within states as well, begins at the leading direction of
    what is left. Two dimensions estimated freely would turn about each other over the decades, since few items tie distant sessions, and
    neither would be the dimension that users know. The second's sign is such that the state with the largest sum over its sessions stands
    above 0; what it is about is for the reader to say, from the items with the largest second discrimination.

    On the votes of the published series, 5 % of them held out, the second dimension raises the held-out log score from -.278 to -.231, the
    share told rightly from .900 to .916 and the reduction in error from .48 to .57 (two dimensions left free to turn: -.229, and the first
    correlates .80 with the one known). Roll calls on the Middle East load most on it: 1.2 in size on average, others .7 to .9.

    Parameters
    ----------
    votes : VoteArrays
        Contested items only.
    above, below : int
        State indices that set the sign of the first dimension.
    smoothing : float
        The random walk's variance is `smoothing` times n_t / (n_t + n_before).
    held_out : float
        Share of votes left out of both fits to score them by; the positions returned then come from all votes.
    seed : int
        Of the choice of votes held out.

    Raises
    ------
    ValueError
        If an item is not contested, an anchor did not vote, there are fewer than three places, or the smoothing or the share held out
        makes no sense.

    Examples
    --------
    >>> from nonaligned.measures.models.vote_arrays import make_arrays
    >>> votes = make_arrays([1, 3, 2, 1, 3, 3], [0, 0, 0, 1, 1, 1], [2, 365, 710] * 2, [1] * 6)
    >>> two_dimensions(votes, above=1, below=0, held_out=0.2).theta.shape
    (3, 2)
    """
    began = time.perf_counter()
    if not 0 < held_out < 1:
        raise ValueError("the share of votes held out lies between 0 and 1")
    if votes.n_places < 3:
        raise ValueError(f"two dimensions need three places or more, not {votes.n_places}")
    start = fast(votes, above=above, below=below, smoothing=smoothing, intervals=False)
    begin = _State(start.theta[:, None].copy(), start.discrimination[:, None].copy(), start.cutpoints.copy(), np.zeros((votes.n_places, 1)))
    chosen = np.random.default_rng(seed).random(votes.y.size) < held_out
    some_one = _fitted(votes, begin, ~chosen, smoothing)
    some_two = _fitted(votes, _with_second(votes, some_one, ~chosen), ~chosen, smoothing)
    every = np.ones(votes.y.size, np.bool_)
    one = _fitted(votes, some_one, every, smoothing)
    if sign_of(one.theta[:, 0], votes, above, below) < 0:
        one.theta, one.slope = -one.theta, -one.slope
    two = _fitted(votes, _with_second(votes, one, every), every, smoothing)
    sums = np.bincount(votes.state, two.theta[:, 1])
    sign = np.array([1.0, 1.0 if sums[np.abs(sums).argmax()] >= 0 else -1.0])
    return TwoDimensions(
        two.theta * sign, two.slope * sign, two.cuts, _judged(votes, some_one, chosen), _judged(votes, some_two, chosen),
        one.is_converged and two.is_converged, time.perf_counter() - began,
    )  # fmt: skip


def _with_second(votes: VoteArrays, one: _State, is_used: NDArray[np.bool_]) -> _State:
    """A second dimension at the states' leading direction of what the first leaves open."""
    residual, unused = np.empty(votes.y.size), np.empty(votes.y.size)
    derivatives(votes.y, votes.place, votes.item, one.theta[:, 0], one.slope[:, 0], one.cuts, residual, unused)
    second, loading = _leading(votes, np.where(is_used, residual, 0))
    made = _State(
        np.column_stack((one.theta, second)),
        np.column_stack((one.slope, loading * np.sign(one.slope[:, 0]))),
        one.cuts.copy(),
        np.column_stack((one.variance, np.zeros(votes.n_places))),
    )
    _standardise(made)
    return made


def _leading(votes: VoteArrays, residual: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scores of states along the first principal axis of residuals, by place, and loadings of items."""
    state, n = votes.state[votes.place], votes.state_label.size
    size = votes.n_votes_of_items
    residual = residual - (np.bincount(votes.item, residual) / size)[votes.item]
    cast = np.bincount(state, minlength=n)
    score = np.cos(np.arange(n) * 2.399963)  # any start that favours no state
    loading = np.zeros(votes.n_items)
    for _ in range(40):
        score = score - score.mean()
        score /= max(float(score.std()), 1e-12)
        loading = np.bincount(votes.item, residual * score[state]) / size
        score = np.bincount(state, residual * loading[votes.item], minlength=n) / cast
    return score[votes.state] / max(float(score.std()), 1e-12), loading


def _fitted(votes: VoteArrays, begin: _State, is_used: NDArray[np.bool_], smoothing: float) -> _State:
    """Alternate Newton steps of items and of the last dimension, with momentum, the scale held, until positions rest."""
    made, former = begin.copied(), begin.copied()
    n, before = votes.n_votes_of_places, votes.previous
    link = np.where(before >= 0, (n + n[before]) / (smoothing * n), 0.0)
    since, variance = 0, np.empty(votes.n_places)
    for number in range(1, MOST_STEPS + 1):
        here = made.copied()
        made.run_on(former, since / (since + 3))
        ahead = made.theta.copy()
        item_steps(votes.y, votes.place, votes.item_start, is_used, made.theta, made.slope, made.cuts)
        place_steps(votes.y, votes.item, votes.place_start, votes.place_votes, is_used, link, made.theta, made.slope, made.cuts, variance)
        made.variance[:, -1] = variance
        _standardise(made)
        is_backwards = float(((ahead - made.theta) * (made.theta - here.theta)).sum()) > 0
        since, former = 0 if is_backwards else since + 1, here
        made.n_steps = number
        made.is_converged = bool(np.sqrt(np.mean((made.theta - here.theta) ** 2)) < TOLERANCE)
        if made.is_converged:
            break
    return made


def _standardise(made: _State) -> None:
    """Give the last dimension mean 0, variance 1 and no correlation with the others; items change so that every probability stays."""
    last, others = made.theta[:, -1], made.theta[:, :-1]
    centre = float(last.mean())
    along = others.T @ (last - centre) / len(last)
    rest = last - centre - others @ along
    size = max(float(rest.std()), 1e-6)
    made.theta[:, -1] = rest / size
    made.cuts -= made.slope[:, -1:] * centre
    made.slope[:, :-1] += made.slope[:, -1:] * along
    made.slope[:, -1] *= size
    made.variance[:, -1] /= size**2


def _judged(votes: VoteArrays, made: _State, chosen: NDArray[np.bool_]) -> DimensionFit:
    probability = np.empty((votes.y.size, 3))
    probabilities(votes.place, votes.item, made.theta, made.variance, made.slope, made.cuts, probability)
    log_p = np.log(np.maximum(probability[np.arange(votes.y.size), votes.y - 1], 1e-300))
    wrong = probability.argmax(axis=1) != votes.y - 1
    uncommon = vote_counts(votes).argmax(axis=1)[votes.item] != votes.y - 1
    figures: list[float] = []
    for part in (~chosen, chosen):
        size, errors = int(part.sum()), int(uncommon[part].sum())
        figures += [
            float(log_p[part].mean()) if size else float("nan"),
            1 - float(wrong[part].mean()) if size else float("nan"),
            1 - float(wrong[part].sum()) / errors if errors else float("nan"),
        ]
    return DimensionFit(made.theta.shape[1], made.n_steps, made.is_converged, *figures)
