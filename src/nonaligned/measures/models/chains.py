"""Several chains over paths, items and the prior of both, moved by blocks without latent variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.measures.models.item_block import move_items
from nonaligned.measures.models.ordinal_probit import TABLE
from nonaligned.measures.models.path_block import move_paths
from nonaligned.measures.models.session_moves import SHIFT, STRETCH, SessionMover, agenda
from nonaligned.measures.models.walk_prior import Hyper, Prior, Walk, draw_hyper, scale_pull, standardise, standardise_or_return

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.measures.models.vote_arrays import VoteArrays

_CLIMB = 15  # sweeps uphill before the first draw
_SPACING = 16  # places between the fixed ones of a sweep


@dataclass(slots=True)
class Chains:
    """Several chains at work on the same votes: their present state and what they need to move.

    Attributes
    ----------
    theta : array, shape (n_chains, n_places)
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
    hyper: list[Hyper] = field(init=False)
    pull: NDArray[np.float64] = field(init=False)
    n_sweeps: int = 0
    tallies: NDArray[np.float64] = field(init=False)  # accepted: paths, sweeps of paths, items, shifts, stretches; sweeps
    _walk: Walk = field(init=False)
    _rngs: list[np.random.Generator] = field(init=False)
    _movers: list[SessionMover] = field(init=False)
    _cells: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]] = field(init=False)
    _path_start: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        votes = self.votes
        by_place = cells(votes.place, votes.y, votes.item, votes.n_places)
        by_item = cells(votes.item, votes.y, votes.place, votes.n_items)
        self._cells = (*by_place, *by_item)
        self._path_start = np.searchsorted(votes.state, np.arange(votes.state_label.size + 1)).astype(np.int64)
        self._walk = Walk.of(votes)
        made = agenda(votes.item, votes.session[votes.place], votes.n_items)
        self._rngs = [np.random.default_rng([self.seed, chain]) for chain in range(self.n_chains)]
        self._movers = [SessionMover(made, votes.session, *by_item, self._walk) for _ in range(self.n_chains)]
        start = start_positions(votes)
        self.theta = np.stack([start + 0.3 * rng.standard_normal(votes.state_label.size)[votes.state] for rng in self._rngs])
        self.theta -= self.theta.mean(axis=1, keepdims=True)
        self.theta /= self.theta.std(axis=1, keepdims=True)
        self.items = np.repeat(start_items(votes)[None], self.n_chains, axis=0)
        self.cuts = np.empty_like(self.items)
        self.hyper = [Hyper() for _ in range(self.n_chains)]
        self.pull = np.zeros((self.n_chains, 2))
        self.tallies = np.zeros(6)
        self._follow()
        for sweep in range(_CLIMB):
            self._climb(sweep)

    def sweep(self, adapt: bool = False) -> None:
        """One sweep over everything; while `adapt` the tangent of the items' prior follows the draws, later it stays."""
        self.n_sweeps += 1
        votes, chains = self.votes, range(self.n_chains)
        if adapt:
            now = np.stack([scale_pull(self.items[c], self.hyper[c], votes.n_places) for c in chains])
            self.pull += (now - self.pull) * max(0.02, 1.0 / self.n_sweeps)
        before = self.theta.copy()
        moved = self._paths(self.n_sweeps, 0.0, self.pull)
        self.tallies[0] += moved[..., 0].sum() / moved[..., 1].sum()
        for c in chains:
            rng, hyper = self._rngs[c], self.hyper[c]
            self.tallies[1] += standardise_or_return(rng, self.theta[c], before[c], self.items[c], hyper, self.pull[c]) / self.n_chains
            draw_hyper(rng, self.prior, self._walk, self.theta[c], self.items[c], hyper)
        self._follow()
        self.tallies[2] += self._items(self.n_sweeps, 0.0).mean()
        kind = (SHIFT, STRETCH)[self.n_sweeps % 2]
        for c in chains:
            state = (self.theta[c], self.items[c], self.cuts[c], self.hyper[c])
            if self._movers[c].move(self._rngs[c], kind, *state):
                self.tallies[3 + kind] += 2.0 / self.n_chains
                standardise(self.theta[c], self.items[c], self.hyper[c])
        self._follow()
        self.tallies[5] += 1.0

    def acceptance(self) -> dict[str, float]:
        """Shares accepted so far, by kind of move."""
        names = ("paths", "sweeps of paths", "items", "shifts of sessions", "stretches of sessions")
        return dict(zip(names, (self.tallies[:5] / max(self.tallies[5], 1.0)).tolist(), strict=True))

    def _climb(self, sweep: int) -> None:
        step = 0.9 * 0.5 ** (sweep % 3)
        self._items(sweep, step)
        self._paths(sweep, step, np.zeros((self.n_chains, 2)))
        for c in range(self.n_chains):
            standardise(self.theta[c], self.items[c], Hyper())
        self._follow()

    def _follow(self) -> None:
        half = 0.5 * np.exp(self.items[:, :, 2])
        self.cuts[:, :, 0] = self.items[:, :, 0]
        self.cuts[:, :, 1] = self.items[:, :, 1] - half
        self.cuts[:, :, 2] = self.items[:, :, 1] + half

    def _paths(self, sweep: int, climb: float, pull: NDArray[np.float64]) -> NDArray[np.int64]:
        walk = np.empty_like(self.theta)
        for c, hyper in enumerate(self.hyper):
            walk[c] = 1.0 / np.where(self._walk.first, hyper.initial_variance, hyper.innovation_variance * self._walk.gap)
        origin = np.repeat([[hyper.origin] for hyper in self.hyper], self._path_start.size - 1, axis=1)
        moved = np.zeros((self.n_chains, self._path_start.size - 1, 2), np.int64)
        where = (self.theta, self._path_start, origin, walk, *self._cells[:2], self.cuts)
        move_paths(TABLE, *where, pull, self.seed, sweep, _SPACING, climb, moved)
        return moved

    def _items(self, sweep: int, climb: float) -> NDArray[np.int64]:
        mean = np.array([[0.0, hyper.middle_mean, hyper.distance_mean] for hyper in self.hyper])
        precision = np.array([[1.0, 1.0 / hyper.middle_variance, 1.0 / hyper.distance_variance] for hyper in self.hyper])
        shape = self.items.shape
        mean, precision = (np.ascontiguousarray(np.broadcast_to(x[:, None], shape)) for x in (mean, precision))
        moved = np.zeros(shape[:2], np.int64)
        move_items(TABLE, self.items, self.cuts, *self._cells[2:], self.theta, mean, precision, self.seed, sweep, climb, moved)
        return moved


def cells(group: NDArray[np.int32], y: NDArray[np.int8], other: NDArray[np.int32], n: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Votes of each group by yes, abstain, no: starts, shape (3 n + 1,), and the other side's index, shape (n_votes,)."""
    order = np.lexsort((other, y, group))
    count = np.bincount(group.astype(np.int64) * 3 + (y - 1), minlength=3 * n)
    return np.concatenate(([0], np.cumsum(count))).astype(np.int64), other[order].astype(np.int32)


def start_positions(votes: VoteArrays) -> NDArray[np.float64]:
    """First principal axis of the states' deviations from the items' means, one value per state; shape (n_places,)."""
    score = 2.0 - votes.y
    size = np.diff(votes.item_start)
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
