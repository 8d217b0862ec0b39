"""Sweeps of the sampler of Bailey, Strezhnev & Voeten over votes sorted by item and by what was voted."""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nonaligned.measures.models.truncated_normal import FLOAT, HALF, LONG, ONE, below, fast_njit, key_of, normal, quantile, uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

LATENT_LIMIT, THETA_LIMIT, CUT_LIMIT = np.float32(9), 5.0, np.float32(7)
PUBLISHED_STEP = np.float32(0.2 / 3)
APART = 0.4  # six of the authors' steps: farther apart, the one cutpoint does not confine the other
NARROWEST = np.float32(1e-30)
ACCEPTANCE, DECAY = 0.44, 0.6  # aimed at while the steps adapt (one-dimensional random walk); how fast adaptation ends
N_MOVES, REPEATS = 3, 8  # larger moves; the authors' move again where there are no abstentions, for it mixes slowly
BLOCK = 16  # votes of an item are padded to whole vectors


class SortedVotes(NamedTuple):
    """What the sweeps read.

    `place` and `side` (n_padded,) by item, first yes (side -1) and no (1), then abstentions (1), each padded to whole blocks with a
    place that nobody holds and side 0; `edge` (n_items, 3) where an item and its abstentions begin and where it ends;
    `prior_weight` (n_places,) one over theta's prior variance; `neighbour` (n_places,) whose mean is its prior mean, or -1.
    """

    place: NDArray[np.int32]
    side: NDArray[np.float32]
    edge: NDArray[np.int64]
    prior_weight: NDArray[np.float64]
    neighbour: NDArray[np.int32]


class Chain(NamedTuple):
    """The state of one chain, changed in place.

    `theta` (n_places + 1,) the draw, standardised, and a 0 that padding reads; `mean` (n_places,) its conditional mean before that;
    `discrimination` (n_items,); `cuts` (n_items, 2); `step` (n_items, 3) of the moves of both cutpoints, of the lower, of the upper.
    """

    theta: NDArray[np.float32]
    mean: NDArray[np.float64]
    discrimination: NDArray[np.float64]
    cuts: NDArray[np.float64]
    step: NDArray[np.float64]


class Sums(NamedTuple):
    """Sums over the sweeps of a batch: theta, its square (n_places,), discrimination (n_items,) and cutpoints (n_items, 2)."""

    theta: NDArray[np.float64]
    square: NDArray[np.float64]
    discrimination: NDArray[np.float64]
    cuts: NDArray[np.float64]


@fast_njit
def one_sided(at, side, slope, low, high, chance):
    """Probability of each yes (side -1) and no (side 1); 1/2 for padding."""
    for j in range(at.size):
        s = side[j]
        chance[j] = max(below(s * (slope * at[j] - (low if s < 0 else high))), NARROWEST)


@fast_njit
def two_sided(at, side, slope, low, high, chance, edge):
    """Probability of each abstention (1 for padding) and that of the tail beside it.

    Differences of probabilities keep their digits in the lower tail only, so the interval is taken on that side.
    """
    middle, half = HALF * (low + high), HALF * (high - low)
    for j in range(at.size):
        centre = -abs(middle - slope * at[j])
        under = below(centre - half)
        edge[j] = under
        chance[j] = max(side[j] * (below(centre + half) - under) + (ONE - side[j]), NARROWEST)


@fast_njit
def probabilities(at, side, n_sided, slope, low, high, out):
    """Fill `out` with each vote's probability (row 0) and, of abstentions, that of the tail beside them (row 1)."""
    n = at.size
    one_sided(at[:n_sided], side[:n_sided], slope, low, high, out[0, :n_sided])
    two_sided(at[n_sided:], side[n_sided:], slope, low, high, out[0, n_sided:n], out[1, n_sided:n])


@fast_njit
def ratio_of(new, old):
    """Likelihood ratio as a product in single precision; what leaves its range is as good as 0 or infinite."""
    ratio = ONE
    for j in range(new.size):
        ratio *= new[j] / old[j]
    return ratio


@fast_njit
def draw_one_sided(key, at, side, slope, chance, out):
    """Latent opinions of those who voted yes or no."""
    for j in range(at.size):
        z = slope * at[j] - side[j] * quantile(uniform(key, j) * chance[j])
        out[j] = min(max(z, -LATENT_LIMIT), LATENT_LIMIT)


@fast_njit
def draw_two_sided(key, at, slope, middle, chance, edge, out):
    """Latent opinions of those who abstained."""
    for j in range(at.size):
        m = slope * at[j]
        z = quantile(edge[j] + uniform(key, j) * chance[j])
        out[j] = min(max(m - z if middle > m else m + z, -LATENT_LIMIT), LATENT_LIMIT)


@fast_njit
def published_move(key, at, side, n_sided, slope, cuts, old, new):
    """The authors' Metropolis move of both cutpoints; return the probabilities at the kept ones.

    The lower candidate stays under the upper cutpoint of before, so that where the two are nearly one (no abstentions) a move up has
    no way back and the move is not reversible: those cutpoints, and with them the early sessions, lie lower than the model says.
    """
    n = at.size
    low, high = FLOAT(cuts[0]), FLOAT(cuts[1])
    u, w = uniform(key, -1), uniform(key, -2)
    floor, roof = below((-CUT_LIMIT - low) / PUBLISHED_STEP), below((high - low) / PUBLISHED_STEP)
    lower = min(low + PUBLISHED_STEP * quantile(u * roof + (ONE - u) * floor), high)
    floor, roof = below((lower - high) / PUBLISHED_STEP), below((CUT_LIMIT - high) / PUBLISHED_STEP)
    upper = max(high + PUBLISHED_STEP * quantile(w * roof + (ONE - w) * floor), lower)
    probabilities(at, side, n_sided, slope, lower, upper, new)
    ratio = ratio_of(new[0, :n], old[0, :n]) * below((high - lower) / PUBLISHED_STEP) / below((upper - low) / PUBLISHED_STEP)
    if uniform(key, -3) < ratio:
        cuts[0], cuts[1] = lower, upper
        return new, old
    return old, new


@fast_njit
def larger_move(key, rate, move, at, side, n_sided, slope, cuts, step, old, new):
    """Move both cutpoints, the lower or the upper by a fitting step, where they are too far apart for the authors' flaw to act."""
    n = at.size
    change = step[move] * normal(key, -4)
    low = cuts[0] + (change if move != 2 else 0.0)
    high = cuts[1] + (change if move != 1 else 0.0)
    ratio = 0.0
    if low >= -CUT_LIMIT and low + APART <= high <= CUT_LIMIT:
        probabilities(at, side, n_sided, slope, FLOAT(low), FLOAT(high), new)
        ratio = float(ratio_of(new[0, :n], old[0, :n]))
        if uniform(key, -5) < ratio:
            cuts[0], cuts[1] = low, high
            old, new = new, old
    step[move] = min(max(step[move] * math.exp(rate * ((min(ratio, 1.0) if ratio > 0 else 0.0) - ACCEPTANCE)), 1e-3), 5.0)
    return old, new


@fast_njit
def update_item(key, rate, votes, chain, item, room, weighted, squared):
    """Draw an item's cutpoints, latent opinions and discrimination, and add what they say of theta."""
    start, end = votes.edge[item, 0], votes.edge[item, 2]
    n, n_sided = end - start, votes.edge[item, 1] - start
    place, side = votes.place[start:end], votes.side[start:end]
    at, latent = room[0, :n], room[1, :n]
    product, square = FLOAT(0), FLOAT(0)
    for j in range(n):
        at[j] = chain.theta[place[j]]
        square += at[j] * at[j]
    slope = FLOAT(chain.discrimination[item])
    cuts = chain.cuts[item]
    old, new = room[2:4], room[4:6]
    probabilities(at, side, n_sided, slope, FLOAT(cuts[0]), FLOAT(cuts[1]), old)
    for again in range(1 if n_sided < n else REPEATS):
        old, new = published_move(key + LONG(16 + again), at, side, n_sided, slope, cuts, old, new)
    for move in range(N_MOVES):
        if n_sided < n and cuts[1] - cuts[0] >= APART:
            old, new = larger_move(key + LONG(2 + move), rate, move, at, side, n_sided, slope, cuts, chain.step[item], old, new)
    chance = old
    middle = FLOAT(0.5 * (cuts[0] + cuts[1]))
    draw_one_sided(key, at[:n_sided], side[:n_sided], slope, chance[0, :n_sided], latent[:n_sided])
    draw_two_sided(key + LONG(1), at[n_sided:], slope, middle, chance[0, n_sided:n], chance[1, n_sided:n], latent[n_sided:])
    for j in range(n):
        product += at[j] * latent[j]
    variance = 1.0 / (float(square) + 1.0)
    slope = FLOAT(variance * product + math.sqrt(variance) * normal(key, -9))
    chain.discrimination[item] = slope
    for j in range(n):
        weighted[place[j]] += slope * latent[j]
        squared[place[j]] += slope * slope


@fast_njit
def update_theta(key, votes, chain, weighted, squared, former):
    """Draw every theta around the neighbour's mean of the sweep before, and standardise them."""
    n = chain.mean.size
    former[:] = chain.mean
    total, square = 0.0, 0.0
    for p in range(n):
        prior = former[votes.neighbour[p]] if votes.neighbour[p] >= 0 else 0.0
        variance = 1.0 / (squared[p] + votes.prior_weight[p])
        chain.mean[p] = variance * (weighted[p] + votes.prior_weight[p] * prior)
        drawn = chain.mean[p] + math.sqrt(variance) * normal(key, p)
        drawn = min(max(drawn, -THETA_LIMIT), THETA_LIMIT)
        chain.theta[p] = drawn
        total += drawn
        square += drawn * drawn
    centre = total / n
    scale = 1.0 / math.sqrt(max((square - n * centre * centre) / (n - 1), 1e-12))
    for p in range(n):
        chain.theta[p] = (chain.theta[p] - centre) * scale


@fast_njit
def run_sweeps(seed, first, last, adapt_until, votes, chain, sums):
    """Run the sweeps numbered `first` to `last - 1` on one chain; `sums` are set to those over them."""
    n_places, n_items = chain.mean.size, chain.discrimination.size
    longest = 0
    for item in range(n_items):
        longest = max(longest, votes.edge[item, 2] - votes.edge[item, 0])
    room = np.empty((6, longest), np.float32)
    weighted, squared = np.empty(n_places + 1, np.float32), np.empty(n_places + 1, np.float32)
    former = np.empty(n_places)
    sums.theta[:] = 0
    sums.square[:] = 0
    sums.discrimination[:] = 0
    sums.cuts[:] = 0
    for sweep in range(first, last):
        weighted[:] = 0
        squared[:] = 0
        rate = (sweep + 1.0) ** -DECAY if sweep < adapt_until else 0.0
        for item in range(n_items):
            update_item(key_of(seed, sweep, item), rate, votes, chain, item, room, weighted, squared)
        update_theta(key_of(seed, sweep, n_items), votes, chain, weighted, squared, former)
        for p in range(n_places):
            sums.theta[p] += chain.theta[p]
            sums.square[p] += float(chain.theta[p]) ** 2
        sums.discrimination[:] += chain.discrimination
        sums.cuts[:] += chain.cuts
