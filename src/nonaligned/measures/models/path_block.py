"""Paths of states: every state's positions are drawn in stretches from the Gaussian that fits their density locally."""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from nonaligned.measures.models.ordinal_probit import REORDERED, log_between, log_phi
from nonaligned.measures.models.random_streams import normal, stream, two_normals, uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CAREFUL, _SMALL = 0.05, 0.03  # now and then a small symmetric step: it frees a stretch that a bad start holds
_CAREFUL_ALONE, _LARGE = 0.5, 0.6  # one place by itself: steps up to this long, for densities with a wall on one side, a slope on the other


@njit(cache=True, error_model="numpy", fastmath=REORDERED)
def place_terms(table, theta, cell, p, other, cuts, pull):
    """Log-likelihood of one place at `theta` plus the pull of the standard scale, the slope and minus the curvature."""
    value, slope, weight = theta * (pull[0] - 0.5 * pull[1] * theta), pull[0] - pull[1] * theta, pull[1]
    for j in range(cell[3 * p], cell[3 * p + 1]):
        v = other[j]
        beta = cuts[v, 0]
        f, g, h = log_phi(table, cuts[v, 1] - beta * theta)
        value += f
        slope -= beta * g
        weight -= beta * beta * h
    for j in range(cell[3 * p + 1], cell[3 * p + 2]):
        v = other[j]
        beta = cuts[v, 0]
        a, b = cuts[v, 1] - beta * theta, cuts[v, 2] - beta * theta
        f, low, high = log_between(table, a, b)
        value += f
        slope += beta * (low - high)
        weight += beta * beta * ((low - high) * (low - high) + b * high - a * low)
    for j in range(cell[3 * p + 2], cell[3 * p + 3]):
        v = other[j]
        beta = cuts[v, 0]
        f, g, h = log_phi(table, beta * theta - cuts[v, 2])
        value += f
        slope += beta * g
        weight -= beta * beta * h
    return value, slope, max(weight, 1e-9)


@njit(cache=True, error_model="numpy")
def _local_gaussian(x, slope, weight, step, n, left, right, mean, diagonal, below):
    """Mean and Cholesky factor (diagonal, below) of the Gaussian that fits a stretch at `x`; log of the factor's determinant.

    `step[k]` is the precision of the move into place k of the stretch, `step[n]` that out of it; `left` and `right` are the
    fixed positions on both sides (where a path starts, the prior's mean).
    """
    log_det = 0.0
    carried = 0.0
    for k in range(n):
        rhs = weight[k] * x[k] + slope[k]
        if k == 0:
            rhs += step[0] * left
        if k == n - 1:
            rhs += step[n] * right
        d = weight[k] + step[k] + step[k + 1]
        if k > 0:
            below[k] = -step[k] / diagonal[k - 1]
            d -= below[k] * below[k]
            rhs -= below[k] * carried
        diagonal[k] = math.sqrt(d)
        carried = rhs / diagonal[k]
        mean[k] = carried
        log_det += math.log(diagonal[k])
    for k in range(n - 1, -1, -1):
        if k < n - 1:
            mean[k] -= below[k + 1] * mean[k + 1]
        mean[k] /= diagonal[k]
    return log_det


@njit(cache=True, error_model="numpy")
def _log_walk(x, step, n, left, right):
    total = -0.5 * step[0] * (x[0] - left) ** 2
    for k in range(1, n):
        total -= 0.5 * step[k] * (x[k] - x[k - 1]) ** 2
    return total - 0.5 * step[n] * (right - x[n - 1]) ** 2


@njit(cache=True, error_model="numpy")
def _distance(x, mean, diagonal, below, n):
    """Squared length of the standard normal vector that the factor turns into `x` less `mean`."""
    total = 0.0
    for k in range(n):
        z = diagonal[k] * (x[k] - mean[k])
        if k < n - 1:
            z += below[k + 1] * (x[k + 1] - mean[k + 1])
        total += z * z
    return total


@njit(cache=True, error_model="numpy")
def _propose(x, mean, diagonal, below, n, careful, climb, rng, proposed):
    """Fill `proposed` from the Gaussian (from small steps, from a step uphill); half the squared length of the normals used."""
    total, spare = 0.0, 0.0
    for i in range(n):  # from the last place backwards
        k = n - 1 - i
        if i % 2 == 0:
            z, spare = two_normals(rng)
        else:
            z = spare
        total += 0.5 * z * z
        late = below[k + 1] * proposed[k + 1] if k < n - 1 else 0.0
        proposed[k] = (z - late) / diagonal[k]
    small = _LARGE * uniform(rng) if n == 1 else _SMALL
    for k in range(n):
        if climb > 0.0:
            proposed[k] = x[k] + climb * (mean[k] - x[k])
        elif careful:
            proposed[k] = x[k] + small * normal(rng)
        else:
            proposed[k] += mean[k]
    return total


@njit(cache=True, error_model="numpy")
def _move_path(table, theta, s, e, origin, walk, cell, other, cuts, pull, rng, spacing, climb):
    """One pass over one state's path (places s to e - 1), in place; returns how many places moved and how many were tried."""
    n_all = e - s
    value, slope, weight = np.empty(n_all), np.empty(n_all), np.empty(n_all)
    mean, diagonal, below, step = np.empty(n_all), np.empty(n_all), np.empty(n_all), np.empty(n_all + 1)
    proposed, slope_new, weight_new, mean_new = np.empty(n_all), np.empty(n_all), np.empty(n_all), np.empty(n_all)
    knot = int(uniform(rng) * spacing) if n_all > spacing else n_all
    moved, tried, start = 0, 0, 0
    while start < n_all:
        stop = min(knot, n_all)
        n = stop - start
        if n > 0:
            x = theta[s + start : s + stop]
            for k in range(start, stop):
                value[k], slope[k], weight[k] = place_terms(table, x[k - start], cell, s + k, other, cuts, pull)
            for k in range(n):
                step[k] = walk[s + start + k]
            step[n] = walk[s + stop] if stop < n_all else 0.0
            left = theta[s + start - 1] if start > 0 else origin
            right = theta[s + stop] if stop < n_all else 0.0
            careful = uniform(rng) < (_CAREFUL_ALONE if n == 1 else _CAREFUL)
            log_ratio = -_local_gaussian(x, slope[start:stop], weight[start:stop], step, n, left, right, mean, diagonal, below)
            log_ratio += _propose(x, mean, diagonal, below, n, careful, climb, rng, proposed)
            careful = careful or climb > 0.0
            if careful:
                log_ratio = 0.0
            for k in range(n):
                p = s + start + k
                v, slope_new[k], weight_new[k] = place_terms(table, proposed[k], cell, p, other, cuts, pull)
                log_ratio += v - value[start + k]
            log_ratio += _log_walk(proposed, step, n, left, right) - _log_walk(x, step, n, left, right)
            if not careful:
                log_ratio += _local_gaussian(proposed, slope_new, weight_new, step, n, left, right, mean_new, diagonal, below)
                log_ratio -= 0.5 * _distance(x, mean_new, diagonal, below, n)
            tried += n
            if (0.0 if climb > 0.0 else math.log(uniform(rng))) < log_ratio:
                moved += n
                for k in range(n):
                    x[k] = proposed[k]
        start = stop + 1
        knot += spacing
    return moved, tried


@njit(cache=True, parallel=True, error_model="numpy")
def move_paths(
    table: NDArray[np.float64],
    theta: NDArray[np.float64],
    path_start: NDArray[np.int64],
    origin: NDArray[np.float64],
    walk: NDArray[np.float64],
    cell: NDArray[np.int64],
    other: NDArray[np.int32],
    cuts: NDArray[np.float64],
    pull: NDArray[np.float64],
    seed: int,
    sweep: int,
    spacing: int,
    climb: float,
    moved: NDArray[np.int64],
) -> None:
    """One sweep over all states of all chains, in place.

    Parameters
    ----------
    theta : array, shape (n_chains, n_places)
    path_start : array of int, shape (n_states + 1,)
    origin : array, shape (n_chains, n_states)
        Mean of the prior where a path starts.
    walk : array, shape (n_chains, n_places)
        Precision of the move into each place (of the prior, where a path starts).
    cell, other : arrays, shapes (3 n_places + 1,) and (n_votes,)
        Items voted on at each place: yes, abstain, no.
    cuts : array, shape (n_chains, n_items, 3)
        Discrimination and the two cutpoints.
    pull : array, shape (n_chains, 2)
        Linear and quadratic coefficient (minus) of a term added at every place.
    spacing : int
        A path longer than this keeps one place in `spacing` fixed, at random: stretches between are accepted each for itself.
    climb : float
        0 to draw; else the part of Newton's step to go uphill, accepted where the density rises.
    moved : array of int, shape (n_chains, n_states, 2)
        Out: places that moved and that were tried.
    """
    n_states = path_start.size - 1
    for job in prange(theta.shape[0] * n_states):
        i, c = job // theta.shape[0], job % theta.shape[0]
        rng = stream(seed, c, sweep, 1, i)
        ends = path_start[i], path_start[i + 1]
        moved[c, i] = _move_path(table, theta[c], *ends, origin[c, i], walk[c], cell, other, cuts[c], pull[c], rng, spacing, climb)
