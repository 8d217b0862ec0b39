"""Items: discrimination, middle of the cutpoints and log of their distance are drawn together from a local Gaussian."""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from nonaligned.measures.models.ordinal_probit import REORDERED, log_between, log_phi
from nonaligned.measures.models.random_streams import stream, two_normals, uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CAREFUL, _SMALL = 0.05, 0.15  # now and then a small symmetric step: it frees an item that a bad start or a skewed density holds


@njit(cache=True, error_model="numpy", fastmath=REORDERED)
def _item_terms(table, item, cell, v, other, theta, prior_mean, prior_precision, slope, precision):  # noqa: PLR0915
    """Log density of one item (prior included); fills the slope (3,) and the precision (3, 3) of the local Gaussian."""
    beta = item[0]
    half = 0.5 * math.exp(item[2])
    low_cut, high_cut = item[1] - half, item[1] + half
    value = 0.0
    # a: towards the lower cutpoint, b: towards the upper; 0, 1, 2: times powers of theta
    a0, a1, b0, b1 = 0.0, 0.0, 0.0, 0.0
    aa0, aa1, aa2, bb0, bb1, bb2, ab0, ab1, ab2 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(cell[3 * v], cell[3 * v + 1]):
        t = theta[other[j]]
        f, g, h = log_phi(table, low_cut - beta * t)
        value += f
        a0 += g
        a1 += t * g
        aa0 -= h
        aa1 -= t * h
        aa2 -= t * t * h
    for j in range(cell[3 * v + 1], cell[3 * v + 2]):
        t = theta[other[j]]
        a, b = low_cut - beta * t, high_cut - beta * t
        f, low, high = log_between(table, a, b)
        value += f
        a0 -= low
        a1 -= t * low
        b0 += high
        b1 += t * high
        h = low * low - a * low
        aa0 += h
        aa1 += t * h
        aa2 += t * t * h
        h = high * high + b * high
        bb0 += h
        bb1 += t * h
        bb2 += t * t * h
        h = -low * high
        ab0 += h
        ab1 += t * h
        ab2 += t * t * h
    for j in range(cell[3 * v + 2], cell[3 * v + 3]):
        t = theta[other[j]]
        f, g, h = log_phi(table, beta * t - high_cut)
        value += f
        b0 -= g
        b1 -= t * g
        bb0 -= h
        bb1 -= t * h
        bb2 -= t * t * h
    wide = half * (b0 - a0)
    slope[0], slope[1], slope[2] = -a1 - b1, a0 + b0, wide
    precision[0, 0] = aa2 + 2.0 * ab2 + bb2
    precision[1, 0] = -(aa1 + 2.0 * ab1 + bb1)
    precision[1, 1] = aa0 + 2.0 * ab0 + bb0
    precision[2, 0] = half * (aa1 - bb1)
    precision[2, 1] = half * (bb0 - aa0)
    precision[2, 2] = half * half * (aa0 - 2.0 * ab0 + bb0) - min(wide, 0.0)  # a convex pull is left out: the precision stays positive
    for k in range(3):
        push = 0.0
        for i in range(3):
            push += prior_precision[k, i] * (item[i] - prior_mean[i])
            if i <= k:
                precision[k, i] += prior_precision[k, i]
        value -= 0.5 * push * (item[k] - prior_mean[k])
        slope[k] -= push
    return value


@njit(cache=True, error_model="numpy")
def _factor(precision):
    """Cholesky factor of a 3 by 3 matrix in place (lower triangle); log of its determinant."""
    p = precision
    p[0, 0] = math.sqrt(p[0, 0])
    p[1, 0] /= p[0, 0]
    p[2, 0] /= p[0, 0]
    p[1, 1] = math.sqrt(max(p[1, 1] - p[1, 0] * p[1, 0], 1e-10))
    p[2, 1] = (p[2, 1] - p[2, 0] * p[1, 0]) / p[1, 1]
    p[2, 2] = math.sqrt(max(p[2, 2] - p[2, 0] * p[2, 0] - p[2, 1] * p[2, 1], 1e-10))
    return math.log(p[0, 0] * p[1, 1] * p[2, 2])


@njit(cache=True, error_model="numpy")
def _back(p, z0, z1, z2):
    """Solve with the transposed factor."""
    x2 = z2 / p[2, 2]
    x1 = (z1 - p[2, 1] * x2) / p[1, 1]
    return (z0 - p[1, 0] * x1 - p[2, 0] * x2) / p[0, 0], x1, x2


@njit(cache=True, error_model="numpy")
def _newton(p, slope):
    """Step of Newton's method from a factored precision."""
    z0 = slope[0] / p[0, 0]
    z1 = (slope[1] - p[1, 0] * z0) / p[1, 1]
    return _back(p, z0, z1, (slope[2] - p[2, 0] * z0 - p[2, 1] * z1) / p[2, 2])


@njit(cache=True, parallel=True, error_model="numpy")
def move_items(
    table: NDArray[np.float64],
    items: NDArray[np.float64],
    cuts: NDArray[np.float64],
    cell: NDArray[np.int64],
    other: NDArray[np.int32],
    theta: NDArray[np.float64],
    prior_mean: NDArray[np.float64],
    prior_precision: NDArray[np.float64],
    seed: int,
    sweep: int,
    climb: float,
    moved: NDArray[np.int64],
) -> None:
    """One sweep over all items of all chains, in place.

    Parameters
    ----------
    items, cuts : arrays, shape (n_chains, n_items, 3)
        Discrimination, middle, log distance; discrimination and the two cutpoints.
    cell, other : arrays, shapes (3 n_items + 1,) and (n_votes,)
        Places that voted on each item: yes, abstain, no.
    prior_mean, prior_precision : arrays, shapes (n_items, 3) and (n_items, 3, 3)
    climb : float
        0 to draw; else the part of Newton's step to go uphill.
    moved : array of int, shape (n_chains, n_items)
        Out: 1 where the item moved.
    """
    n_chains = items.shape[0]
    for job in prange(n_chains * items.shape[1]):
        v, c = job // n_chains, job % n_chains
        rng = stream(seed, c, sweep, 2, v)
        slope, p, new = np.empty(3), np.empty((3, 3)), np.empty(3)
        x = items[c, v]
        mean, precision = prior_mean[v], prior_precision[v]
        value = _item_terms(table, x, cell, v, other, theta[c], mean, precision, slope, p)
        log_ratio = -_factor(p) - value
        s0, s1, s2 = _newton(p, slope)
        careful = uniform(rng) < _CAREFUL
        z0, z1 = two_normals(rng)
        z2, _ = two_normals(rng)
        log_ratio += 0.5 * (z0 * z0 + z1 * z1 + z2 * z2)
        e0, e1, e2 = _back(p, z0, z1, z2)
        if climb > 0.0:
            new[0], new[1], new[2] = x[0] + climb * s0, x[1] + climb * s1, x[2] + climb * s2
        elif careful:
            for k in range(3):
                new[k] = x[k] + _SMALL * (z0, z1, z2)[k]
        else:
            new[0], new[1], new[2] = x[0] + s0 + e0, x[1] + s1 + e1, x[2] + s2 + e2
        if abs(new[2]) < 15.0:
            value_new = _item_terms(table, new, cell, v, other, theta[c], mean, precision, slope, p)
            log_ratio += value_new + _factor(p)
            s0, s1, s2 = _newton(p, slope)
            e0 = x[0] - new[0] - s0
            e1 = x[1] - new[1] - s1
            e2 = x[2] - new[2] - s2
            z0 = p[0, 0] * e0 + p[1, 0] * e1 + p[2, 0] * e2
            z1 = p[1, 1] * e1 + p[2, 1] * e2
            z2 = p[2, 2] * e2
            log_ratio -= 0.5 * (z0 * z0 + z1 * z1 + z2 * z2)
            if careful or climb > 0.0:
                log_ratio = value_new - value
        else:
            log_ratio = -math.inf
        moved[c, v] = 0
        if (0.0 if climb > 0.0 else math.log(uniform(rng))) < log_ratio:
            moved[c, v] = 1
            half = 0.5 * math.exp(new[2])
            x[0], x[1], x[2] = new[0], new[1], new[2]
            cuts[c, v, 0], cuts[c, v, 1], cuts[c, v, 2] = new[0], new[1] - half, new[1] + half
