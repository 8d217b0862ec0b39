"""Positions in seconds: the joint posterior mode by Newton steps, with intervals from its curvature, items integrated out."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# (what compiled functions return)

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.measures.models.newton_steps import (
    crossings,
    item_pass,
    solve_forward,
    solve_walks,
    subtract_items,
    walk_times,
    walk_variances,
)
from nonaligned.measures.models.positions import (
    Diagnostics,
    Positions,
    components,
    drop_uncontested,
    flipped,
    sign_of,
    vote_counts,
    warnings_of,
    weak_places,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.measures.models.vote_arrays import VoteArrays

SMOOTHING = 0.5
THETA_PRECISION = 0.01  # of a normal prior on every theta: keeps positions finite where nothing else does
LONGEST_STEP = 0.5
SOLVED = 1e-10  # share of the squared residual at which conjugate gradients stop
LOWERED = 0.75  # the published cutpoint move puts them .35 to .6 lower (measured, items of 40 to 120 votes), and the rest follows
TOLERANCE, MOST_STEPS = 2e-3, 150
CALIBRATION = 1.12  # of standard deviations, found on simulated votes of the published shape (benchmarks/ideal_points.py)
N_PROBES, N_SOLVES, PROBE_SEED = 32, 40, 0
NORMAL_95 = 1.6448536269514722


def fast(
    votes: VoteArrays,
    *,
    above: int | None = None,
    below: int | None = None,
    smoothing: float = SMOOTHING,
    intervals: bool = True,
    like_published: bool = False,
) -> Positions:
    """Positions at the joint posterior mode of theta (a random walk within states), discriminations and cutpoints.

    Deterministic. The interval of a position is normal; its variance is that of theta given the items, times the mean ratio, over the
    places of the session, of the variance with items integrated out to the one with items held. Given the items alone, intervals are too
    narrow (the items are estimated from the same votes). The ratio comes from draws of a normal vector whose precision is the curvature
    with items integrated out, by conjugate gradients, each draw standardised as theta is.

    Parameters
    ----------
    votes : VoteArrays
        Contested items only.
    above, below : int
        State indices that set the sign; the first stands above the second.
    smoothing : float
        The random walk's variance is `smoothing` times n_t / (n_t + n_before).
    intervals : bool
        Whether to work out intervals; NaN otherwise.
    like_published : bool
        Lower the cutpoints of items without abstentions by as much as the published procedure does (see `compatible`).

    Raises
    ------
    ValueError
        If an item is not contested, or an anchor did not vote.

    Examples
    --------
    >>> from nonaligned.measures.models.vote_arrays import make_arrays
    >>> votes = make_arrays([1, 3, 2, 1, 3, 3], [0, 0, 0, 1, 1, 1], [2, 365, 710] * 2, [1] * 6)
    >>> made = fast(votes, above=1, below=0)
    >>> bool(made.theta[1] > made.theta[0]), bool((made.lower < made.upper).all())
    (True, True)
    """
    began = time.perf_counter()
    if smoothing <= 0:
        raise ValueError("smoothing must be positive")
    if drop_uncontested(votes)[1]:
        raise ValueError("some items are not contested (all who voted, voted alike): leave them out with drop_uncontested")
    sign_of(np.zeros(votes.n_places), votes, above, below)
    link = _links(votes, smoothing)
    theta, values = _begin(votes)
    step_taken, n_steps = _climb(votes, smoothing, theta, values, LOWERED if like_published else 0.0)
    variance, deviation = np.full(votes.n_places, np.nan), np.full(votes.n_places, np.nan)
    if intervals:
        variance = _variances(votes, link, theta, values)
        scale = np.sqrt(theta.var() + variance.mean())  # every draw would have standard deviation 1, so their mean has less
        theta, deviation = theta / scale, np.sqrt(variance) / scale
        values[:, 0] *= scale
    component = components(votes)
    said = list(warnings_of(votes, component))
    if step_taken > TOLERANCE:
        said.append(f"the mode was not reached in {n_steps} steps: the last moved a position by {step_taken:.4f}")
    made = Positions(
        theta, deviation, theta - NORMAL_95 * deviation, theta + NORMAL_95 * deviation, values[:, 0].copy(), values[:, 1:].copy(), None,
        Diagnostics(
            "fast", 0, n_steps, 1, None, None, time.perf_counter() - began, step_taken <= TOLERANCE, weak_places(votes), component,
            tuple(said),
        ),
    )  # fmt: skip
    return flipped(made, sign_of(theta, votes, above, below))


def _links(votes: VoteArrays, smoothing: float) -> NDArray[np.float64]:
    n = votes.n_votes_of_places
    before = votes.previous
    return np.where(before >= 0, (n + n[before]) / (smoothing * n), 0.0)


def _begin(votes: VoteArrays) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scores of states by the first principal axis of their votes, each item's votes centred; cutpoints at the votes' shares."""
    n_states = votes.state_label.size
    state = votes.state[votes.place]
    size = votes.n_votes_of_items
    centred = votes.y - (np.bincount(votes.item, votes.y) / size)[votes.item]
    power = np.bincount(votes.item, centred**2)
    cast = np.bincount(state, minlength=n_states)
    score = np.bincount(state, centred, minlength=n_states) / cast
    score = score - score.mean() if np.ptp(score) > 0 else np.linspace(-1, 1, n_states)
    loading = np.zeros(votes.n_items)
    for _ in range(30):
        loading = np.bincount(votes.item, centred * score[state]) / np.sqrt(power * size)
        score = np.bincount(state, centred * loading[votes.item], minlength=n_states) / cast
        score /= max(float(np.sqrt(np.mean(score**2))), 1e-12)
    theta = score[votes.state].astype(float)
    theta = (theta - theta.mean()) / max(float(theta.std()), 1e-12)
    counts = vote_counts(votes)
    lower, upper = (counts[:, 0] + 0.5) / (size + 1), (counts[:, 0] + counts[:, 1] + 0.5) / (size + 1)
    values = np.stack((2 * loading, _quantile(lower), _quantile(upper)), axis=1)
    return theta, values


def _quantile(share: NDArray[np.float64]) -> NDArray[np.float64]:
    from statistics import NormalDist

    known = np.linspace(0.001, 0.999, 999)
    return np.interp(share, known, [NormalDist().inv_cdf(p) for p in known])


def _climb(
    votes: VoteArrays, smoothing: float, theta: NDArray[np.float64], values: NDArray[np.float64], lowered: float
) -> tuple[float, int]:
    """Alternate Newton steps of items and of theta until theta moves no more; in place. Returns the last move and the steps."""
    n = votes.n_places
    gradient, curvature, precision, spread = np.empty(n), np.empty(n), np.empty(n), np.full(n, 0.02)
    solved = np.empty((n, 3))
    neighbour = np.where(votes.previous >= 0, votes.previous, votes.following).astype(np.int64)
    n_votes = votes.n_votes_of_places
    weight = (n_votes + np.where(neighbour >= 0, n_votes[neighbour], n_votes)) / (smoothing * n_votes)
    lowering = np.where(vote_counts(votes)[:, 1] == 0, lowered, 0.0)
    moved, number = np.inf, 0
    while moved >= TOLERANCE and number < MOST_STEPS:
        number += 1
        at, blur = theta.astype(np.float32), spread.astype(np.float32)
        item_pass(votes.y, votes.place, votes.item_start, at, blur, lowering, values, gradient, curvature, precision)
        precision += weight
        spread = 1 / precision
        pull = weight * (np.where(neighbour >= 0, theta[neighbour], 0) - theta)
        right = np.stack((gradient + pull, precision * theta, precision), axis=1)
        solve_forward(curvature + weight, weight, neighbour, right, solved)
        step = _held_to_scale(theta, solved, 1 - min(float(spread.mean()), 0.5)) - theta
        step = np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        theta += step
        moved = float(np.abs(step).max())
    return moved, number


def _held_to_scale(theta: NDArray[np.float64], solved: NDArray[np.float64], variance: float) -> NDArray[np.float64]:
    """Newton's next theta among those of mean 0 and the given variance; the multipliers weigh places by their precision.

    That is where repeated rescaling without compensation of the items comes to rest.
    """
    ahead, stretch, shift = theta + solved[:, 0], solved[:, 1], solved[:, 2]
    ahead = ahead - shift * (ahead.mean() / shift.mean())
    stretch = stretch - shift * (stretch.mean() / shift.mean())
    a, b, c = np.mean(stretch**2), np.mean(stretch * ahead), np.mean(ahead**2) - variance
    root = b * b - a * c
    multiplier = (b - np.sqrt(root)) / a if root > 0 else b / a
    made = ahead - multiplier * stretch
    return made * np.sqrt(variance / max(float(np.mean(made**2)), 1e-12))


def _variances(
    votes: VoteArrays, link: NDArray[np.float64], theta: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Posterior variances of theta, shape (n_places,), items integrated out."""
    n = votes.n_places
    pivot, given_items = np.empty(n), np.empty(n)
    right = np.zeros((n, N_PROBES))
    _prior_noise(link, right)
    curvature = np.full(n, THETA_PRECISION)
    inverse, cross = np.empty((votes.n_items, 3, 3)), np.empty((votes.y.size, 3), np.float32)
    crossings(0, votes.y, votes.place, votes.item_start, theta.astype(np.float32), values, curvature, inverse, cross, right)
    draw = _conjugate_gradients(votes, link, curvature, inverse, cross, right)
    draw -= draw.mean(axis=0)
    draw -= theta[:, None] * (theta @ draw) / (theta @ theta)
    solve_walks(curvature, link, np.zeros((n, 1)), np.empty((n, 1)), pivot)
    walk_variances(curvature, link, pivot, given_items)
    ratio = (draw**2).mean(axis=1) / given_items
    return given_items * np.maximum(_smoothed(votes, theta, ratio), 1.0) * CALIBRATION**2


def _smoothed(votes: VoteArrays, theta: NDArray[np.float64], ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ratio's least-squares fit, session by session, on a constant and the squared distance from the session's mean.

    What the items leave open in a session is above all where its scale begins and how long its units are.
    """
    rank, size = votes.session, np.bincount(votes.session)
    apart = (theta - (np.bincount(rank, theta) / size)[rank]) ** 2
    apart = apart - (np.bincount(rank, apart) / size)[rank]
    power = np.bincount(rank, apart**2)
    slope = np.bincount(rank, apart * ratio) / np.where(power > 0, power, 1)
    return (np.bincount(rank, ratio) / size)[rank] + np.maximum(slope, 0)[rank] * apart


def _prior_noise(link: NDArray[np.float64], right: NDArray[np.float64]) -> None:
    n, n_probes = right.shape
    noise = np.random.default_rng(PROBE_SEED).standard_normal((n, 2 * n_probes))
    right += np.sqrt(THETA_PRECISION) * noise[:, :n_probes]
    walk = np.sqrt(link)[:, None] * noise[:, n_probes:]
    right += walk
    right[:-1] -= walk[1:]


def _conjugate_gradients(
    votes: VoteArrays,
    link: NDArray[np.float64],
    curvature: NDArray[np.float64],
    inverse: NDArray[np.float64],
    cross: NDArray[np.float32],
    right: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Solve (theta's curvature with items integrated out) x = right, the curvature given the items as preconditioner."""
    pivot = np.empty(right.shape[0])
    x, product, residual = np.zeros_like(right), np.empty_like(right), right.copy()
    direction = np.empty_like(right)
    solve_walks(curvature, link, residual, direction, pivot)
    solved = direction.copy()
    size = (residual * solved).sum(axis=0)
    enough = size * SOLVED
    for _ in range(N_SOLVES):
        walk_times(curvature, link, direction, product)
        subtract_items(votes.place, votes.item_start, inverse, cross, direction, product)
        power = (direction * product).sum(axis=0)
        length = np.where((size > enough) & (power > 0), size, 0) / np.where(power > 0, power, 1)
        x += length * direction
        residual -= length * product
        solve_walks(curvature, link, residual, solved, pivot)
        former, size = size, (residual * solved).sum(axis=0)
        direction *= np.where(former > enough, size, 0) / np.where(former > enough, former, 1)
        direction += solved
    return x
