"""Several chains over paths and items, moved by blocks without latent variables."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING

import numba
import numpy as np

from nonaligned.measures.models.item_block import move_items
from nonaligned.measures.models.ordinal_probit import TABLE
from nonaligned.measures.models.path_block import move_paths
from nonaligned.measures.models.session_moves import SHIFT, STRETCH, SessionMover
from nonaligned.measures.models.walk_prior import Walk, free, log_weight, standardise, tangent

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from nonaligned.measures.models.vote_arrays import VoteArrays
    from nonaligned.measures.models.walk_prior import Prior

SMALL = 200_000  # votes times chains
_CLIMB = 15  # sweeps uphill before the first draw
_SPACINGS = (16, 2)  # every how many places of a path one is held, in the passes of a sweep


@dataclass(slots=True)
class Chains:
    """Several chains at work on the same votes: their present state and what they need to move.

    Attributes
    ----------
    theta : array, shape (n_chains, n_places)
        Mean 0 and standard deviation 1 in each chain.
    items, cuts : arrays, shape (n_chains, n_items, 3)
        Discrimination, middle and log distance of the cutpoints; discrimination and the two cutpoints.
    """

    votes: VoteArrays
    seed: int
    n_chains: int
    prior: Prior
    theta: NDArray[np.float64] = field(init=False)
    items: NDArray[np.float64] = field(init=False)
    cuts: NDArray[np.float64] = field(init=False)
    n_sweeps: int = 0
    _typical: NDArray[np.float64] = field(init=False)  # the paths' part in what holds positions on the scale
    _pull: NDArray[np.float64] = field(init=False)
    _tallies: NDArray[np.float64] = field(init=False)  # accepted: paths, sweeps of paths, items, shifts, stretches
    _walk: Walk = field(init=False)
    _mover: SessionMover = field(init=False)
    _rngs: list[np.random.Generator] = field(init=False)
    _by_place: tuple[NDArray[np.int64], NDArray[np.int32]] = field(init=False)
    _by_item: tuple[NDArray[np.int64], NDArray[np.int32]] = field(init=False)
    _item_prior: tuple[NDArray[np.float64], NDArray[np.float64]] = field(init=False)
    _path_start: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        votes, n = self.votes, self.n_chains
        self._by_place = cells(votes.place, votes.y, votes.item, votes.n_places)
        self._by_item = cells(votes.item, votes.y, votes.place, votes.n_items)
        self._path_start = np.searchsorted(votes.state, np.arange(votes.state_label.size + 1)).astype(np.int64)
        self._walk = Walk.of(votes, self.prior)
        self._mover = SessionMover(votes, self._by_item, self._walk, self.prior)
        self._item_prior = (
            np.tile(self.prior.item_mean, (votes.n_items, 1)),
            np.tile(np.diag(self.prior.item_precision), (votes.n_items, 1, 1)),
        )
        self._rngs = [np.random.default_rng([self.seed, chain]) for chain in range(n)]
        start = start_positions(votes)
        self.theta = np.stack([start + 0.3 * rng.standard_normal(votes.state_label.size)[votes.state] for rng in self._rngs])
        self.items = np.repeat(start_items(votes)[None], n, axis=0)
        self.cuts = np.empty_like(self.items)
        self._typical, self._pull, self._tallies = np.zeros((n, 2)), np.zeros((n, 2)), np.zeros(5)
        self._standardise()
        for sweep in range(_CLIMB):
            step = 0.9 * 0.5 ** (sweep % 3)
            self._items(sweep, step)
            self._paths(sweep, _SPACINGS[0], step)
            self._standardise()

    def sweep(self, adapt: bool = False) -> None:
        """One sweep over everything; while `adapt` what holds positions on the scale follows the draws, later it stays."""
        self.n_sweeps += 1
        for c, rng in enumerate(self._rngs):
            if adapt:
                now = np.array([self._walk.starts(self.theta[c]), self._walk.squares(self.theta[c])])
                self._typical[c] += (now - self._typical[c]) * max(0.02, 1.0 / self.n_sweeps)
            free(rng, self.theta[c], self.items[c])
            self._pull[c] = tangent(self.items[c], self._typical[c, 0], self._typical[c, 1], self.votes.n_places, self.prior)
        set_cuts(self.items, self.cuts)
        for k, spacing in enumerate(_SPACINGS):
            self._pass(len(_SPACINGS) * self.n_sweeps + k, spacing)
        kind = (SHIFT, STRETCH)[self.n_sweeps % 2]
        for c, rng in enumerate(self._rngs):
            self._tallies[3 + kind] += 2.0 * self._mover.move(rng, kind, self.theta[c], self.items[c], self._typical[c]) / self.n_chains
        self._standardise()
        self._tallies[2] += self._items(self.n_sweeps, 0.0).mean()

    def acceptance(self) -> dict[str, float]:
        """Shares accepted so far, by kind of move."""
        names = ("paths", "sweeps of paths", "items", "shifts of sessions", "stretches of sessions")
        return dict(zip(names, (self._tallies / max(self.n_sweeps, 1)).tolist(), strict=True))

    def _pass(self, number: int, spacing: int) -> None:
        """One pass over the paths of all chains; each chain's is accepted as a whole, since paths do not see the mean and scale of all."""
        before = self.theta.copy()
        moved = self._paths(number, spacing, 0.0)
        self._tallies[0] += moved[..., 0].sum() / moved[..., 1].sum() / len(_SPACINGS)
        for c, rng in enumerate(self._rngs):
            gain = self._beside_paths(c, self.theta[c]) - self._beside_paths(c, before[c])
            if math.log(rng.random()) < gain:
                self._tallies[1] += 1.0 / self.n_chains / len(_SPACINGS)
            else:
                self.theta[c] = before[c]

    def _beside_paths(self, c: int, theta: NDArray[np.float64]) -> float:
        """What the density has that the moves of paths do not see: log weight less walk and tangent."""
        seen = self._pull[c, 0] * float(theta.sum()) - 0.5 * self._pull[c, 1] * float(theta @ theta) - 0.5 * self._walk.squares(theta)
        return log_weight(theta, self.items[c], self._walk, self.prior) - seen

    def _standardise(self) -> None:
        for theta, items in zip(self.theta, self.items, strict=True):
            standardise(theta, items)
        set_cuts(self.items, self.cuts)

    def _paths(self, number: int, spacing: int, climb: float) -> NDArray[np.int64]:
        moved = np.zeros((self.n_chains, self._path_start.size - 1, 2), np.int64)
        origin = np.zeros(moved.shape[:2])
        walk = np.repeat(self._walk.precision[None], self.n_chains, axis=0)
        where = (self.theta, self._path_start, origin, walk, *self._by_place, self.cuts)
        move_paths(TABLE, *where, self._pull, self.seed, number, spacing, climb, moved)
        return moved

    def _items(self, sweep: int, climb: float) -> NDArray[np.int64]:
        moved = np.zeros(self.items.shape[:2], np.int64)
        where = (self.items, self.cuts, *self._by_item, self.theta, *self._item_prior)
        move_items(TABLE, *where, self.seed, sweep, climb, moved)
        return moved


@contextmanager
def threads_for(votes: VoteArrays, n_chains: int) -> Generator[None]:
    """Work in one thread where there is so little to do that threads cost more than they gain, and in matrix products always.

    The products are small, and the threads that wait for them would take the cores from the sweeps.
    """
    from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs]

    threads = numba.get_num_threads()
    if votes.y.size * n_chains < SMALL:
        numba.set_num_threads(1)
    try:
        with threadpool_limits(limits=1, user_api="blas"):
            yield
    finally:
        numba.set_num_threads(threads)


def set_cuts(items: NDArray[np.float64], cuts: NDArray[np.float64]) -> None:
    """Fill discrimination and cutpoints from discrimination, middle and log distance; shape (..., 3) both."""
    half = 0.5 * np.exp(items[..., 2])
    cuts[..., 0], cuts[..., 1], cuts[..., 2] = items[..., 0], items[..., 1] - half, items[..., 1] + half


def cells(group: NDArray[np.int32], y: NDArray[np.int8], other: NDArray[np.int32], n: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Votes of each group by yes, abstain, no: starts, shape (3 n + 1,), and the other side's index, shape (n_votes,)."""
    order = np.lexsort((other, y, group))
    count = np.bincount(group.astype(np.int64) * 3 + (y - 1), minlength=3 * n)
    return np.concatenate(([0], np.cumsum(count))).astype(np.int64), other[order].astype(np.int32)


def start_positions(votes: VoteArrays) -> NDArray[np.float64]:
    """First principal axis of the states' deviations from the items' means, one value per state; shape (n_places,)."""
    score = 2.0 - votes.y
    size = votes.n_votes_of_items
    deviation = score - (np.bincount(votes.item, score, votes.n_items) / size)[votes.item]
    state, n_states = votes.state[votes.place], votes.state_label.size
    weight = np.bincount(state, minlength=n_states)
    x = np.random.default_rng(1).standard_normal(n_states)
    for _ in range(60):
        axis = np.bincount(votes.item, deviation * x[state], votes.n_items) / size
        x = np.bincount(state, deviation * axis[votes.item], n_states) / weight
        x -= np.average(x, weights=weight)
        x /= max(x.std(), 1e-12)
    return x[votes.state]


def start_items(votes: VoteArrays) -> NDArray[np.float64]:
    """Items without discrimination whose cutpoints match the shares of the votes; shape (n_items, 3)."""
    count = np.bincount(votes.item.astype(np.int64) * 3 + (votes.y - 1), minlength=3 * votes.n_items).reshape(-1, 3) + 0.5
    share = count / count.sum(axis=1, keepdims=True)
    quantile = np.vectorize(NormalDist().inv_cdf)
    low, high = 1.5 * quantile(share[:, 0]), 1.5 * quantile(1.0 - share[:, 2])
    return np.stack([np.zeros(votes.n_items), 0.5 * (low + high), np.log(high - low)], axis=1)
