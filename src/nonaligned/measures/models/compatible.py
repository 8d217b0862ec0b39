"""Positions by the published procedure of Bailey, Strezhnev & Voeten, step for step, many times faster.

Each sweep draws, as theirs does, every theta around its state's conditional mean in the session before *at the sweep before* (nothing
flows back from later sessions; the first session looks at the second), rescales all theta to mean 0 and standard deviation 1 without
compensating the items, moves the cutpoints, draws the latent opinions and the discriminations. Two things in the published numbers
come from the procedure and not from the model, and are kept: that rescaling, and a cutpoint move that is not reversible where an item
has no abstentions (it holds the positions of the first sessions where they are published; an exact move puts their mean .7 lower).
Where theirs is exact, larger moves are added, which changes how fast the chain goes but not where.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# (what compiled functions return)

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nonaligned.measures.models.compatible_sweeps import BLOCK, N_MOVES, Chain, SortedVotes, Sums, run_sweeps
from nonaligned.measures.models.positions import (
    RHAT_LIMIT,
    Diagnostics,
    Positions,
    components,
    drop_uncontested,
    flipped,
    sign_of,
    split_rhat,
    warnings_of,
    weak_places,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nonaligned.measures.models.vote_arrays import VoteArrays

SMOOTHING = 0.5
BATCH = 25  # sweeps between looks at a wish to stop; one draw is kept of each
FIRST_STEP = 0.2
MOST_DRAWS = 1000


def compatible(
    votes: VoteArrays,
    *,
    seed: int = 0,
    n_sweeps: int = 6000,
    n_burn_in: int = 2000,
    n_chains: int = 2,
    n_threads: int | None = None,
    above: int | None = None,
    below: int | None = None,
    start: Positions | None = None,
    smoothing: float = SMOOTHING,
    on_progress: Callable[[float], None] | None = None,
) -> Positions:
    """Positions as the published series makes them.

    Parameters
    ----------
    votes : VoteArrays
        All contested votes; items on which all voted alike are refused (`drop_uncontested` leaves them out).
    seed : int
        The same seed gives the same bytes, whatever the number of threads.
    n_sweeps, n_burn_in : int
        Of each chain, the burn-in not counted among the sweeps.
    n_chains, n_threads : int
        Chains run side by side, one thread each.
    above, below : int
        State indices; the first stands above the second (United States above Russia).
    start : Positions
        Where the chains begin; otherwise at the deterministic estimate (`fast`).
    smoothing : float
        Theta's prior variance is `smoothing` times n_t / (n_t + n_before).
    on_progress : callable
        Told the share done.

    Returns
    -------
    Positions
        Stopped by the keyboard it holds the draws made so far, flagged as not converged.

    Raises
    ------
    ValueError
        If an item is not contested, an anchor did not vote, or a number makes no sense.
    KeyboardInterrupt
        If it was stopped before the end of the burn-in.

    Source
    ------
    Bailey, Strezhnev & Voeten 2017, Journal of Conflict Resolution 61(2): 430-456, and their replication code of April 2020;
    Johnson & Albert 1999, chapter 4 (the cutpoint move).

    Examples
    --------
    >>> from nonaligned.measures.models.vote_arrays import make_arrays
    >>> votes = make_arrays([1, 3, 2, 1, 3, 3], [0, 0, 0, 1, 1, 1], [2, 365, 710] * 2, [1] * 6)
    >>> made = compatible(votes, n_sweeps=50, n_burn_in=25, above=1, below=0)
    >>> bool(made.theta[1] > made.theta[0])
    True
    """
    from nonaligned.measures.models.fast import fast

    began = time.perf_counter()
    if min(n_sweeps, n_chains) < 1 or n_burn_in < 0 or smoothing <= 0:
        raise ValueError("sweeps, chains and smoothing must be positive, and the burn-in not negative")
    if drop_uncontested(votes)[1]:
        raise ValueError("some items are not contested (all who voted, voted alike): leave them out with drop_uncontested")
    sign_of(np.zeros(votes.n_places), votes, above, below)
    begin = start or fast(votes, above=above, below=below, intervals=False, like_published=True)
    runs = [_Run(votes, begin, seed * 1_000_003 + number, n_sweeps, n_burn_in, smoothing) for number in range(n_chains)]
    was_stopped = _run_all(runs, n_threads or n_chains, on_progress)
    return _gathered(runs, votes, seed, above, below, time.perf_counter() - began, was_stopped)


def sorted_votes(votes: VoteArrays, smoothing: float = SMOOTHING) -> SortedVotes:
    """Votes laid out for the sweeps: of each item first yes and no, then abstentions, each padded to whole vectors."""
    group = votes.item.astype(np.int64) * 2 + (votes.y == 2)
    size = np.bincount(group, minlength=2 * votes.n_items)
    padded = -(-size // BLOCK) * BLOCK
    start = np.concatenate(([0], np.cumsum(padded)))
    order = np.argsort(group, kind="stable")
    within = np.arange(order.size) - np.repeat(np.cumsum(size) - size, size)
    position = start[group[order]] + within
    place = np.full(start[-1], votes.n_places, dtype=np.int32)
    side = np.zeros(start[-1], dtype=np.float32)
    place[position] = votes.place[order]
    side[position] = np.where(votes.y[order] == 1, -1, 1)
    neighbour = np.where(votes.previous >= 0, votes.previous, votes.following)
    n = votes.n_votes_of_places
    share = n / (n + np.where(neighbour >= 0, n[neighbour], n))
    edge = np.stack((start[:-1:2], start[1::2], start[2::2]), axis=1)
    return SortedVotes(place, side, edge, 1 / (smoothing * share), neighbour.astype(np.int32))


@dataclass(slots=True)
class _Batches:
    """What one chain has made so far."""

    theta: list[NDArray[np.float64]] = field(default_factory=list[Any])
    square: list[NDArray[np.float64]] = field(default_factory=list[Any])
    draws: list[NDArray[np.float32]] = field(default_factory=list[Any])
    discrimination: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    cuts: NDArray[np.float64] = field(default_factory=lambda: np.zeros((1, 2)))


class _Run:
    """One chain: begins at an estimate, runs batch by batch, keeps sums."""

    def __init__(self, votes: VoteArrays, begin: Positions, seed: int, n_sweeps: int, n_burn_in: int, smoothing: float) -> None:
        self.votes = sorted_votes(votes, smoothing)
        self.seed, self.done = seed, 0
        self.n_burn_in = -(-n_burn_in // BATCH) * BATCH
        self.last = self.n_burn_in + -(-n_sweeps // BATCH) * BATCH
        theta = (begin.theta - begin.theta.mean()) / max(float(begin.theta.std()), 1e-6)
        self.chain = Chain(
            np.append(theta, 0).astype(np.float32),
            theta.copy(),
            begin.discrimination.copy(),
            np.clip(np.sort(begin.cutpoints, axis=1), -6.5, 6.5),
            np.full((votes.n_items, N_MOVES), FIRST_STEP),
        )
        self.made = _Batches()

    def advance(self) -> None:
        """Run one batch."""
        n_places, n_items = self.chain.mean.size, self.chain.discrimination.size
        sums = Sums(np.zeros(n_places), np.zeros(n_places), np.zeros(n_items), np.zeros((n_items, 2)))
        run_sweeps(self.seed, self.done, self.done + BATCH, self.n_burn_in, self.votes, self.chain, sums)
        self.done += BATCH
        if self.done > self.n_burn_in:
            self.made.theta.append(sums.theta / BATCH)
            self.made.square.append(sums.square / BATCH)
            self.made.draws.append(self.chain.theta[:-1].copy())
            self.made.discrimination = self.made.discrimination + sums.discrimination
            self.made.cuts = self.made.cuts + sums.cuts


def _run_all(runs: list[_Run], n_threads: int, on_progress: Callable[[float], None] | None) -> bool:
    stop = threading.Event()

    def work(run: _Run) -> None:
        while run.done < run.last and not stop.is_set():
            run.advance()

    with ThreadPoolExecutor(n_threads) as pool:
        futures = [pool.submit(work, run) for run in runs]
        try:
            while not all(future.done() for future in futures):
                if on_progress is not None:
                    on_progress(sum(run.done for run in runs) / sum(run.last for run in runs))
                stop.wait(0.05)
        except KeyboardInterrupt:
            stop.set()
        for future in futures:
            future.result()
    if stop.is_set() and not any(run.made.theta for run in runs):
        raise KeyboardInterrupt
    return stop.is_set()


def _gathered(
    runs: list[_Run], votes: VoteArrays, seed: int, above: int | None, below: int | None, seconds: float, was_stopped: bool
) -> Positions:
    runs = [run for run in runs if run.made.theta]
    signs = [_sign_like(run, runs[0]) for run in runs]
    mean = np.concatenate([sign * np.array(run.made.theta) for run, sign in zip(runs, signs, strict=True)]).mean(axis=0)
    square = np.concatenate([run.made.square for run in runs]).mean(axis=0)
    draws = np.concatenate([sign * np.array(run.made.draws) for run, sign in zip(runs, signs, strict=True)])
    lower, upper = np.quantile(draws, (0.05, 0.95), axis=0)
    n_sweeps = len(draws) * BATCH
    rhat, ess = _mixing(runs, signs, square - mean**2)
    component = components(votes)
    said = list(warnings_of(votes, component))
    if was_stopped:
        said.insert(0, f"stopped after {n_sweeps} sweeps")
    poor = int((rhat > RHAT_LIMIT).sum()) if rhat is not None else votes.n_places
    if poor:
        said.append(f"{poor} of {votes.n_places} positions have not converged (R-hat above {RHAT_LIMIT})")
    made = Positions(
        mean, np.sqrt(np.maximum(square - mean**2, 0)), lower.astype(float), upper.astype(float),
        np.sum([sign * run.made.discrimination for run, sign in zip(runs, signs, strict=True)], axis=0) / n_sweeps,
        np.sum([run.made.cuts for run in runs], axis=0) / n_sweeps,
        draws[:: -(-len(draws) // MOST_DRAWS)],
        Diagnostics(
            "compatible", seed, n_sweeps, len(runs), rhat, ess, seconds, not (was_stopped or poor), weak_places(votes), component,
            tuple(said),
        ),
    )  # fmt: skip
    return flipped(made, sign_of(made.theta, votes, above, below))


def _sign_like(run: _Run, first: _Run) -> int:
    return 1 if float(np.dot(np.sum(run.made.theta, axis=0), np.sum(first.made.theta, axis=0))) >= 0 else -1


def _mixing(
    runs: list[_Run], signs: list[int], variance: NDArray[np.float64]
) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """Split R-hat and effective draws from means of batches; None where there are too few."""
    half = min(len(run.made.theta) for run in runs) // 2
    if half < 4:
        return None, None
    means: list[NDArray[np.float64]] = []
    variances: list[NDArray[np.float64]] = []
    of_groups: list[NDArray[np.float64]] = []
    size = max(1, int(np.sqrt(half)))
    for run, sign in zip(runs, signs, strict=True):
        theta, square = sign * np.array(run.made.theta), np.array(run.made.square)
        for part in (slice(0, half), slice(half, 2 * half)):
            means.append(theta[part].mean(axis=0))
            variances.append(square[part].mean(axis=0) - means[-1] ** 2)
        whole = theta[: len(theta) // size * size].reshape(-1, size, theta.shape[1]).mean(axis=1)
        of_groups.append(whole)
    spread = np.concatenate(of_groups).var(axis=0, ddof=1)
    n = sum(len(run.made.theta) for run in runs) * BATCH
    ess = np.minimum(n, n * variance / np.maximum(spread * size * BATCH, 1e-300))
    return split_rhat(np.array(means), np.array(variances), half * BATCH), ess
