"""Newton steps of positions in several dimensions and of the items that tell them, over votes sorted by item and by place."""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math

import numpy as np
from numba import njit

from nonaligned.measures.models.roll_call_kernels import below, between, slopes

SLOPE_PRECISION = 1.0
CUT_PRECISION = 0.12
THETA_PRECISION = 0.01
LONGEST_ITEM_STEP, LONGEST_STEP = 0.7, 0.5
NARROWEST = 1e-3  # between the cutpoints of an item without abstentions


@njit(cache=True, error_model="numpy", nogil=True)
def solve(h, g, n):
    """Solve h x = g for the first n rows by Cholesky; h and g are overwritten, g with x."""
    for i in range(n):
        for j in range(i + 1):
            total = h[i, j]
            for k in range(j):
                total -= h[i, k] * h[j, k]
            h[i, j] = math.sqrt(max(total, 1e-12)) if i == j else total / h[j, j]
    for i in range(n):
        for k in range(i):
            g[i] -= h[i, k] * g[k]
        g[i] /= h[i, i]
    for r in range(n):
        i = n - 1 - r
        for k in range(i + 1, n):
            g[i] -= h[k, i] * g[k]
        g[i] /= h[i, i]


@njit(cache=True, error_model="numpy", nogil=True)
def item_steps(y, place, item_start, is_used, theta, slope, cuts):
    """One Newton step of every item's slopes (n_items, K) and cutpoints, in place."""
    k = theta.shape[1]
    h, g, t = np.empty((k + 2, k + 2)), np.empty(k + 2), np.empty(k)
    for v in range(slope.shape[0]):
        h[:] = 0
        is_split = False
        for j in range(item_start[v], item_start[v + 1]):
            is_split = is_split or (is_used[j] and y[j] == 2)
        low_at, high_at = k, k + 1 if is_split else k
        n = high_at + 1
        for i in range(k):
            g[i] = -SLOPE_PRECISION * slope[v, i]
            h[i, i] = SLOPE_PRECISION
        g[low_at] = -CUT_PRECISION * cuts[v, 0]
        h[low_at, low_at] = CUT_PRECISION
        if is_split:
            g[high_at] = -CUT_PRECISION * cuts[v, 1]
            h[high_at, high_at] = CUT_PRECISION
        for j in range(item_start[v], item_start[v + 1]):
            if not is_used[j]:
                continue
            m = 0.0
            for i in range(k):
                t[i] = theta[place[j], i]
                m += slope[v, i] * t[i]
            d1, d2, w1, w2, w12 = slopes(y[j], cuts[v, 0] - m, cuts[v, 1] - m)
            whole = w1 + w2 + 2 * w12
            for i in range(k):
                g[i] -= t[i] * (d1 + d2)
                for c in range(i + 1):
                    h[i, c] += t[i] * t[c] * whole
                h[low_at, i] -= t[i] * (w1 + w12)
                h[high_at, i] -= t[i] * (w2 + w12)
            g[low_at] += d1
            g[high_at] += d2
            h[low_at, low_at] += w1
            h[high_at, high_at] += w2
            h[high_at, low_at] += w12 if is_split else 2 * w12
        solve(h, g, n)
        largest = 1e-9
        for i in range(n):
            largest = max(largest, abs(g[i]))
        scale = min(1.0, LONGEST_ITEM_STEP / largest)
        for i in range(k):
            slope[v, i] += scale * g[i]
        cuts[v, 0] += scale * g[low_at]
        cuts[v, 1] += scale * g[high_at]
        cuts[v, 1] = max(cuts[v, 1], cuts[v, 0] + NARROWEST)


@njit(cache=True, error_model="numpy", nogil=True)
def place_steps(y, item, place_start, place_votes, is_used, link, theta, slope, cuts, variance):
    """One Newton step of every position in the last dimension given its neighbours in time, in place; sets `variance` (n_places,)."""
    n_places, k = theta.shape
    last = k - 1
    for p in range(n_places):
        after = link[p + 1] if p + 1 < n_places else 0.0
        curvature = THETA_PRECISION + link[p] + after
        gradient = -THETA_PRECISION * theta[p, last]
        if link[p] > 0:
            gradient += link[p] * (theta[p - 1, last] - theta[p, last])
        if after > 0:
            gradient += after * (theta[p + 1, last] - theta[p, last])
        for c in range(place_start[p], place_start[p + 1]):
            j = place_votes[c]
            if not is_used[j]:
                continue
            v = item[j]
            m = 0.0
            for i in range(k):
                m += slope[v, i] * theta[p, i]
            d1, d2, w1, w2, w12 = slopes(y[j], cuts[v, 0] - m, cuts[v, 1] - m)
            gradient -= slope[v, last] * (d1 + d2)
            curvature += slope[v, last] ** 2 * (w1 + w2 + 2 * w12)
        theta[p, last] += max(-LONGEST_STEP, min(LONGEST_STEP, gradient / curvature))
        variance[p] = 1 / curvature


@njit(cache=True, error_model="numpy", nogil=True)
def probabilities(place, item, theta, variance, slope, cuts, made):
    """Probabilities (n_votes, 3) of yes, abstain and no, each dimension normal with its variance (n_places, K)."""
    k = theta.shape[1]
    for j in range(place.size):
        v, p = item[j], place[j]
        m, spread = 0.0, 1.0
        for i in range(k):
            m += slope[v, i] * theta[p, i]
            spread += slope[v, i] ** 2 * variance[p, i]
        scale = math.sqrt(spread)
        low, high = (cuts[v, 0] - m) / scale, (cuts[v, 1] - m) / scale
        made[j, 0], made[j, 1], made[j, 2] = below(low), max(between(low, high), 0.0), below(-high)
