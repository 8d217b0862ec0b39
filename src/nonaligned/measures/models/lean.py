"""Contested-vote lean: with which of two powers a state votes when the two differ, held against the world, with intervals.

Weights of the bootstrap and scores of votes are whole numbers, so that sums are exact: the same at any number of threads.
"""

# ruff: noqa: E741
# (k and l are the powers in the formula)

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.measures.models.similarity import call_labels, check_votes, row_quantiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

ENOUGH = 15
"""Contested votes of a state below which it has no lean."""
MOST_SESSIONS = 3
FEWEST_CLUSTERS = 5
"""Fewer do not tell how much a lean would vary: no interval."""
FEWEST_IN_WORLD = 5
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Lean:
    """Lean of every state between powers k and l; NaN (n = 0) for the powers themselves and where votes are too few.

    Attributes
    ----------
    value : array of float64, shape (n_states,)
        Lean less the world's mean: above 0 nearer to k than the world is, below 0 nearer to l.
    raw : array of float64, shape (n_states,)
        The lean itself, from 1 (always as k) to -1 (always as l).
    percentile : array of float64, shape (n_states,)
        Of the lean among the world's, ties counted half: from 0 (nearest to l) to 100 (nearest to k).
    world_mean : array of float64, shape (n_states,)
        Mean lean of the world, by the same roll calls.
    n_contested, n_clusters : arrays of int64, shape (n_states,)
        Contested roll calls the state voted on, and clusters of such.
    n_pooled : array of int64, shape (n_states,)
        Sessions that the lean rests on; 0 where it is missing.
    median, lower_50, upper_50, lower_90, upper_90 : arrays of float64, shape (n_states,)
        Of `draws`; NaN below five clusters.
    draws : array of float32, shape (n_draws, n_states)
        Of `value`, joint over states: one draw is one resampling for all. NaN where a draw holds no vote of the state.

    Notes
    -----
    Of several sessions the shapes are (n_sessions, n_states) and (n_draws, n_sessions, n_states).
    """

    value: NDArray[np.float64]
    raw: NDArray[np.float64]
    percentile: NDArray[np.float64]
    world_mean: NDArray[np.float64]
    n_contested: NDArray[np.int64]
    n_clusters: NDArray[np.int64]
    n_pooled: NDArray[np.int64]
    median: NDArray[np.float64]
    lower_50: NDArray[np.float64]
    upper_50: NDArray[np.float64]
    lower_90: NDArray[np.float64]
    upper_90: NDArray[np.float64]
    draws: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SessionLeans:
    """Leans session by session.

    Attributes
    ----------
    sessions : array of int64, shape (n_sessions,)
        Labels, increasing.
    lean : Lean
        With a leading axis of sessions; no draws unless they were to be kept.
    """

    sessions: NDArray[np.int64]
    lean: Lean


@dataclass(frozen=True, slots=True)
class _Contests:
    """Contested roll calls: `calls` (n_contested,) their columns, `cluster` (n_contested,) the row of `weights` of each.

    `weights` (n_clusters, 1 + n_draws) holds 1 and then the draws of each cluster.
    """

    calls: NDArray[np.intp]
    cluster: NDArray[np.intp]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Part:
    """Contested roll calls of one session.

    `cast` (n_states, n_contested) is 1 where a state voted, `cluster` (n_contested,) a number of each roll call's cluster;
    `scores` and `votes` (n_states, 1 + n_draws) are weighted sums of scores and of votes, first with all weights 1.
    """

    cast: NDArray[np.float32]
    cluster: NDArray[np.intp]
    scores: NDArray[np.float32]
    votes: NDArray[np.float32]


def lean(votes: ArrayLike, k: int, l: int, cluster: ArrayLike | None = None, n_draws: int = 1000, seed: int = 0) -> Lean:
    """Lean of every state between two powers over one set of roll calls.

    The lean of state i is the mean, over the roll calls in which k and l voted differently and i voted, of
    (|y_i - y_l| - |y_i - y_k|) / |y_k - y_l|. On raw votes nearly all the world stands on one side; so the headline is the
    lean less the mean over the world: all states with at least 15 contested votes, k and l left out. A state with fewer has
    none, and no state has one in a world of fewer than five.

    Intervals come of a bootstrap that resamples clusters of roll calls with Poisson(1) weights, each cluster's weights
    from a random stream of its own (by its label), and computes the world's mean anew in each draw. As a bootstrap of few
    clusters varies too little, draws are stretched about the lean as Student's t and n - 1 demand of its 90 % interval.

    Parameters
    ----------
    votes : array, shape (n_states, n_roll_calls)
        1 yes, 0.5 abstain, 0 no, NaN did not vote.
    k, l : int
        Rows of the powers.
    cluster : array of whole numbers of at least 0, shape (n_roll_calls,), optional
        Roll calls of one resolution or agenda item share a number; without it each is a cluster of its own.
    n_draws : int
        0 for none and no intervals.
    seed : int

    Raises
    ------
    ValueError
        If votes are no table of votes, k and l are not two of its rows, or there is not one number for each roll call.

    Source
    ------
    Own measure. Poisson weights: Chamandy, Muralidharan, Najmi & Naidu 2012, Estimating uncertainty for massive data streams.
    Stretching: Hesterberg 2015, What Teachers Should Know About the Bootstrap, The American Statistician 69(4): 371-386.

    Examples
    --------
    >>> world = [[1] * 20, [0] * 20, [1] * 15 + [0] * 5, *([[0] * 20] * 4)]
    >>> made = lean(world, 0, 1, n_draws=200)
    >>> made.raw[2], made.world_mean[2].round(2), made.value[2].round(2), made.percentile[2], made.n_contested[2]
    (np.float64(0.5), np.float64(-0.7), np.float64(1.2), np.float64(90.0), np.int64(20))
    """
    given, labels = _checked(votes, k, l, cluster, n_draws)
    contests = _contests(given, k, l, labels, n_draws, seed)
    part = _part(given, k, l, contests, np.full(contests.calls.size, True))
    return _in_window([part], np.full(len(given), True), k, l)


def lean_by_session(
    votes: ArrayLike,
    k: int,
    l: int,
    session: ArrayLike,
    cluster: ArrayLike | None = None,
    n_draws: int = 1000,
    seed: int = 0,
    *,
    keep_draws: bool = False,
) -> SessionLeans:
    """Lean of every state in every session; a state with under 15 contested votes in one is pooled with earlier ones.

    That session with the one before (by its number), then with the two before; missing if that is still not enough, or if
    the state cast no contested vote in the session itself. The world that a pooled state is held against is that of the
    same sessions, and a session in which too few states voted to make up a world is pooled for all. A cluster that recurs
    in several sessions is resampled as one; draws are joint over states and sessions.

    Parameters
    ----------
    votes, k, l, cluster, n_draws, seed
        As in `lean`; where nothing is pooled, values and draws are those that `lean` gives the session's roll calls and clusters.
    session : array of whole numbers, shape (n_roll_calls,)
    keep_draws : bool
        4 bytes for each draw, session and state: 63 MB for 1,000 draws of 200 states in 78 sessions.

    Raises
    ------
    ValueError
        As in `lean`.

    Examples
    --------
    >>> world = [[1] * 20, [0] * 20, [1] * 15 + [0] * 5, *([[0] * 20] * 4)]
    >>> made = lean_by_session(world, 0, 1, [77] * 8 + [78] * 12, n_draws=0)
    >>> made.sessions.tolist(), made.lean.n_pooled[:, 2].tolist(), made.lean.raw[:, 2].tolist()
    ([77, 78], [0, 2], [nan, 0.5])
    """
    given, labels = _checked(votes, k, l, cluster, n_draws)
    of_call = call_labels(session, given.shape[1], "session")
    contests = _contests(given, k, l, labels, n_draws, seed)
    of_contest, sessions = of_call[contests.calls], np.unique(of_call)
    made = _missing((sessions.size, given.shape[0]), n_draws if keep_draws else 0)
    recent: dict[int, _Part] = {}
    for number, now in enumerate(sessions.tolist()):
        recent = {at: part for at, part in recent.items() if at > now - MOST_SESSIONS}
        recent[now] = _part(given, k, l, contests, of_contest == now)
        present = recent[now].votes[:, 0] > 0
        wanted = present.copy()
        wanted[[k, l]] = False
        for width in range(1, MOST_SESSIONS + 1):
            window = [part for at, part in recent.items() if at > now - width]
            if width > 1 and (len(window) == 1 or not wanted.any()):
                continue
            found = _in_window(window, present, k, l)
            put = np.ones_like(present) if width == 1 else wanted & (found.n_pooled > 0)
            _put(made, number, put, found)
            wanted &= made.n_pooled[number] == 0
    return SessionLeans(sessions, made)


def _checked(votes: ArrayLike, k: int, l: int, cluster: ArrayLike | None, n_draws: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    given = check_votes(votes)
    n_states, n_calls = given.shape
    if k == l:
        raise ValueError(f"a lean is between two powers: k and l are both {k}")
    if not (0 <= k < n_states and 0 <= l < n_states):
        raise ValueError(f"k and l must be rows of the {n_states} states, not {k} and {l}")
    if n_draws < 0:
        raise ValueError(f"n_draws must be 0 or more, not {n_draws}")
    labels = call_labels(np.arange(n_calls, dtype=np.int64) if cluster is None else cluster, n_calls, "cluster")
    if (labels < 0).any():
        raise ValueError("cluster must hold numbers of at least 0")
    return given, labels


def _contests(votes: NDArray[np.float64], k: int, l: int, labels: NDArray[np.int64], n_draws: int, seed: int) -> _Contests:
    calls = np.flatnonzero(np.abs(votes[k] - votes[l]) > 0)
    label, cluster = np.unique(labels[calls], return_inverse=True)
    weights = np.ones((label.size, 1 + n_draws), np.float32)
    for row, one in zip(weights, label.tolist(), strict=True):
        row[1:] = np.random.default_rng((seed, one)).poisson(1.0, n_draws)
    return _Contests(calls, cluster, weights)


def _part(votes: NDArray[np.float64], k: int, l: int, contests: _Contests, which: NDArray[np.bool_]) -> _Part:
    y, cluster = votes[:, contests.calls[which]], contests.cluster[which]
    cast = ~np.isnan(y)
    score = np.where(cast, (np.abs(y - y[l]) - np.abs(y - y[k])) / np.abs(y[k] - y[l]), 0).astype(np.float32)
    voted, weights = cast.astype(np.float32), contests.weights[cluster]
    return _Part(voted, cluster, score @ weights, voted @ weights)


def _in_window(parts: Sequence[_Part], present: NDArray[np.bool_], k: int, l: int) -> Lean:
    """Leans over the roll calls of some sessions, of states that voted in the last of them."""
    scores: NDArray[np.float32] = np.sum([part.scores for part in parts], axis=0)
    votes: NDArray[np.float32] = np.sum([part.votes for part in parts], axis=0)
    made = _missing(present.shape, votes.shape[1] - 1)
    made.n_contested[:], made.n_clusters[:] = votes[:, 0], _n_clusters(parts)
    made.n_contested[[k, l]] = made.n_clusters[[k, l]] = 0
    world = np.flatnonzero(present & (made.n_contested >= ENOUGH))
    if world.size < FEWEST_IN_WORLD:
        return made
    scores, votes = scores[world], votes[world]
    own, mean = np.full(votes.shape, np.nan), np.full(votes.shape[1], np.nan)
    np.divide(scores, votes, out=own, where=votes > 0, dtype=np.float64)
    np.divide(np.nansum(own, axis=0), (votes > 0).sum(axis=0), out=mean, where=(votes > 0).any(axis=0))
    raw, value = own[:, 0], own[:, 0] - mean[0]
    made.raw[world], made.world_mean[world], made.value[world], made.n_pooled[world] = raw, mean[0], value, len(parts)
    draws = value[:, None] + (own[:, 1:] - mean[1:] - value[:, None]) * _stretch(made.n_clusters[world])[:, None]
    made.percentile[world] = 50 * ((raw[:, None] > raw).mean(axis=1) + (raw[:, None] >= raw).mean(axis=1))
    made.draws[:, world] = draws.T
    quantiles = (made.lower_90, made.lower_50, made.median, made.upper_50, made.upper_90)
    for target, found in zip(quantiles, row_quantiles(draws, SHARES), strict=True):
        target[world] = found
    return made


def _stretch(n: NDArray[np.int64]) -> NDArray[np.float64]:
    """sqrt(n / (n - 1)) times the 95 % quantile of t with n - 1 degrees over the normal's; NaN where clusters are too few."""
    z, free = 1.6448536, np.maximum(n - 1, 1)
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    return np.where(n >= FEWEST_CLUSTERS, np.sqrt(n / free) * t / z, np.nan)


def _n_clusters(parts: Sequence[_Part]) -> NDArray[np.int64]:
    cast, cluster = np.hstack([part.cast for part in parts]), np.concatenate([part.cluster for part in parts])
    label, place = np.unique(cluster, return_inverse=True)
    belongs = (place[:, None] == np.arange(label.size)).astype(np.float32)
    return (cast @ belongs > 0).sum(axis=1)


def _missing(shape: tuple[int, ...], n_draws: int) -> Lean:
    """Nothing known yet, to be filled in."""

    def unknown() -> NDArray[np.float64]:
        return np.full(shape, np.nan)

    def none() -> NDArray[np.int64]:
        return np.zeros(shape, np.int64)

    return Lean(
        *(unknown(), unknown(), unknown(), unknown()),
        *(none(), none(), none()),
        *(unknown(), unknown(), unknown(), unknown(), unknown()),
        draws=np.full((n_draws, *shape), np.nan, np.float32),
    )


def _put(made: Lean, number: int, which: NDArray[np.bool_], found: Lean) -> None:
    for field in fields(Lean):
        target, source = getattr(made, field.name), getattr(found, field.name)
        if target.size:
            target[..., number, which] = source[..., which]
