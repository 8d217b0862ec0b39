"""Newton steps of the joint posterior mode, and the linear algebra of its curvature, over votes sorted by item."""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math

import numpy as np

from nonaligned.measures.models.truncated_normal import FLOAT, HALF, ONE, below, exp_of_negative, fast_njit, key_of, normal

DENSITY = np.float32(0.3989422804014327)
FARTHEST = np.float32(9)
NARROWEST = np.float32(1e-20)
CUT_PRECISION = 0.12  # of a normal prior on cutpoints (sd 2.9): keeps those that no vote bounds finite
LONGEST_STEP = 0.7


@fast_njit
def density(x):
    """Standard normal density."""
    t = min(abs(x), FARTHEST)
    return DENSITY * exp_of_negative(-HALF * t * t)


@fast_njit
def slopes(y, low, high):
    """Gradient of a vote's log probability in the two cutpoints less the latent mean; minus its second derivatives 11, 22, 12."""
    low, high = max(min(low, FARTHEST), -FARTHEST), max(min(high, FARTHEST), -FARTHEST)
    zero = FLOAT(0)
    if y == 1:
        r = density(low) / max(below(low), NARROWEST)
        return r, zero, r * (low + r), zero, zero
    if y == 3:
        r = density(high) / max(below(-high), NARROWEST)
        return zero, -r, zero, r * (r - high), zero
    p = below(high) - below(low) if low + high < 0 else below(-low) - below(-high)
    p = max(p, NARROWEST)
    a, b = density(low) / p, density(high) / p
    return -a, b, a * (a - low), b * (high + b), -a * b


@fast_njit
def invert(h, is_joined, out):
    """Inverse of an item's curvature (discrimination, two cutpoints); with no abstentions the cutpoints are one number."""
    if is_joined:
        a, b, c = h[0, 0], h[0, 1] + h[0, 2], h[1, 1] + h[2, 2]
        det = a * c - b * b
        out[0, 0] = c / det
        out[0, 1] = out[0, 2] = out[1, 0] = out[2, 0] = -b / det
        out[1, 1] = out[1, 2] = out[2, 1] = out[2, 2] = a / det
        return
    a, b, c, d, e, f = h[0, 0], h[0, 1], h[0, 2], h[1, 1], h[1, 2], h[2, 2]
    x, y, z = d * f - e * e, c * e - b * f, b * e - c * d
    det = a * x + b * y + c * z
    out[0, 0], out[1, 1], out[2, 2] = x / det, (a * f - c * c) / det, (a * d - b * b) / det
    out[0, 1] = out[1, 0] = y / det
    out[0, 2] = out[2, 0] = z / det
    out[1, 2] = out[2, 1] = (b * c - a * e) / det


@fast_njit
def item_step(y, place, start, end, theta, spread, values, hessian, inverse):
    """One Newton step of an item's discrimination and cutpoints given theta's means and variances (`spread`).

    Returns the variance of the discrimination; `hessian` and `inverse` (3, 3) are room.
    """
    b, low, high = FLOAT(values[0]), FLOAT(values[1]), FLOAT(values[2])
    g0, g1, g2, blur, square = FLOAT(0), FLOAT(0), FLOAT(0), ONE, FLOAT(0)
    h00, h01, h02, h11, h12, h22 = FLOAT(0), FLOAT(0), FLOAT(0), FLOAT(0), FLOAT(0), FLOAT(0)
    for j in range(start, end):
        t = theta[place[j]]
        d1, d2, w1, w2, w12 = slopes(y[j], low - b * t, high - b * t)
        blur += spread[place[j]]
        square += t * t
        g0 -= t * (d1 + d2)
        g1 += d1
        g2 += d2
        h00 += t * t * (w1 + w2 + w12 + w12)
        h01 -= t * (w1 + w12)
        h02 -= t * (w2 + w12)
        h11 += w1
        h12 += w12
        h22 += w2
    hessian[0, 0], hessian[1, 1], hessian[2, 2] = h00 + blur, h11 + CUT_PRECISION, h22 + CUT_PRECISION
    hessian[0, 1] = hessian[1, 0] = h01
    hessian[0, 2] = hessian[2, 0] = h02
    hessian[1, 2] = hessian[2, 1] = h12
    gradient = np.array((g0 - blur * values[0], g1 - CUT_PRECISION * values[1], g2 - CUT_PRECISION * values[2]))
    invert(hessian, h12 == 0, inverse)
    step = np.empty(3)
    for i in range(3):
        step[i] = inverse[i, 0] * gradient[0] + inverse[i, 1] * gradient[1] + inverse[i, 2] * gradient[2]
    scale = min(1.0, LONGEST_STEP / max(abs(step[0]), abs(step[1]), abs(step[2]), 1e-9))
    values += scale * step
    values[2] = max(values[2], values[1] + 1e-3)
    return ONE / (square + blur)


@fast_njit
def item_pass(y, place, item_start, theta, spread, lowering, values, gradient, curvature, precision):
    """A step of every item, then what the items say of theta: gradient, minus second derivative, and precision of its mean-field factor.

    The bound that is climbed is that of a factorised posterior: each factor pays for the other's variance, without which positions at
    the ends run away from the rest. `lowering` (n_items,) is taken off the cutpoints when they speak of theta.
    """
    gradient[:] = 0
    curvature[:] = 0
    precision[:] = 0
    hessian, inverse = np.empty((3, 3)), np.empty((3, 3))
    for v in range(values.shape[0]):
        variance = item_step(y, place, item_start[v], item_start[v + 1], theta, spread, values[v], hessian, inverse)
        b, low, high = FLOAT(values[v, 0]), FLOAT(values[v, 1] - lowering[v]), FLOAT(values[v, 2] - lowering[v])
        for j in range(item_start[v], item_start[v + 1]):
            p = place[j]
            m = b * theta[p]
            d1, d2, w1, w2, w12 = slopes(y[j], low - m, high - m)
            gradient[p] -= b * (d1 + d2) + variance * theta[p]
            curvature[p] += b * b * (w1 + w2 + w12 + w12) + variance
            precision[p] += b * b + variance


@fast_njit
def solve_forward(precision, weight, neighbour, right, out):
    """Solve precision x - weight x[state's place before] = right, place by place; a first place leans on nothing."""
    n, k = right.shape
    for p in range(n):
        q = neighbour[p]
        for c in range(k):
            before = weight[p] * out[q, c] if 0 <= q < p else 0.0
            out[p, c] = (right[p, c] + before) / precision[p]


@fast_njit
def solve_walks(curvature, link, right, out, pivot):
    """Solve (diag(curvature) + random walk) x = right for many right sides; `link[p]` ties p to p - 1 (0 at a state's first place)."""
    n, k = right.shape
    for p in range(n):
        after = link[p + 1] if p + 1 < n else 0.0
        pivot[p] = curvature[p] + link[p] + after
        if link[p] > 0:
            f = link[p] / pivot[p - 1]
            pivot[p] -= f * link[p]
            for c in range(k):
                out[p, c] = right[p, c] + f * out[p - 1, c]
        else:
            for c in range(k):
                out[p, c] = right[p, c]
    for q in range(n):
        p = n - 1 - q
        after = link[p + 1] if p + 1 < n else 0.0
        for c in range(k):
            if after > 0:
                out[p, c] += after * out[p + 1, c]
            out[p, c] /= pivot[p]


@fast_njit
def walk_variances(curvature, link, pivot, out):
    """Diagonal of the inverse of diag(curvature) + random walk, given the pivots of `solve_walks`."""
    n = curvature.size
    for q in range(n):
        p = n - 1 - q
        after = link[p + 1] if p + 1 < n else 0.0
        f = after / pivot[p]
        out[p] = 1.0 / pivot[p] + (f * f * out[p + 1] if after > 0 else 0.0)


@fast_njit
def walk_times(curvature, link, x, out):
    """Multiply by diag(curvature) + random walk."""
    n, k = x.shape
    for p in range(n):
        after = link[p + 1] if p + 1 < n else 0.0
        total = curvature[p] + link[p] + after
        for c in range(k):
            out[p, c] = total * x[p, c]
            if link[p] > 0:
                out[p, c] -= link[p] * x[p - 1, c]
            if after > 0:
                out[p, c] -= after * x[p + 1, c]


@fast_njit
def crossings(seed, y, place, item_start, theta, values, curvature, inverse, cross, right):
    """Curvature between items and theta, and random right sides whose covariance is theta's curvature with the items integrated out.

    Sets `inverse` (n_items, 3, 3), the inverse curvature of each item, and `cross` (n_votes, 3), that of each vote's theta with its item;
    adds the votes' part to `curvature` (n_places,), the votes' and items' to `right` (n_places, n_probes).
    """
    n_probes = right.shape[1]
    hessian = np.empty((3, 3))
    noise = np.empty((3, n_probes))
    for v in range(values.shape[0]):
        key = key_of(seed, 1, v)
        b, low, high = FLOAT(values[v, 0]), FLOAT(values[v, 1]), FLOAT(values[v, 2])
        hessian[:] = 0
        hessian[0, 0], hessian[1, 1], hessian[2, 2] = 1.0, CUT_PRECISION, CUT_PRECISION
        for i in range(3):
            for c in range(n_probes):
                noise[i, c] = math.sqrt(hessian[i, i]) * normal(key, i * n_probes + c)
        for j in range(item_start[v], item_start[v + 1]):
            p = place[j]
            t = theta[p]
            _, _, w1, w2, w12 = slopes(y[j], low - b * t, high - b * t)
            hessian[0, 0] += t * t * (w1 + w2 + w12 + w12)
            hessian[0, 1] -= t * (w1 + w12)
            hessian[0, 2] -= t * (w2 + w12)
            hessian[1, 1] += w1
            hessian[1, 2] += w12
            hessian[2, 2] += w2
            curvature[p] += b * b * (w1 + w2 + w12 + w12)
            cross[j, 0] = b * t * (w1 + w2 + w12 + w12)
            cross[j, 1] = -b * (w1 + w12)
            cross[j, 2] = -b * (w2 + w12)
            r1 = FLOAT(math.sqrt(max(w1, FLOAT(0))))
            r21 = w12 / r1 if r1 > 0 else FLOAT(0)
            r22 = FLOAT(math.sqrt(max(w2 - r21 * r21, FLOAT(0))))
            first = 2 * n_probes * (2 + j - item_start[v])
            for c in range(n_probes):
                e1, e2 = normal(key, first + c), normal(key, first + n_probes + c)
                e2 = r21 * e1 + r22 * e2
                e1 = r1 * e1
                noise[0, c] -= t * (e1 + e2)
                noise[1, c] += e1
                noise[2, c] += e2
                right[p, c] -= b * (e1 + e2)
        hessian[1, 0], hessian[2, 0], hessian[2, 1] = hessian[0, 1], hessian[0, 2], hessian[1, 2]
        invert(hessian, hessian[1, 2] == 0, inverse[v])
        for c in range(n_probes):
            n0, n1, n2 = noise[0, c], noise[1, c], noise[2, c]
            for i in range(3):
                noise[i, c] = inverse[v, i, 0] * n0 + inverse[v, i, 1] * n1 + inverse[v, i, 2] * n2
        for j in range(item_start[v], item_start[v + 1]):
            for c in range(n_probes):
                right[place[j], c] -= cross[j, 0] * noise[0, c] + cross[j, 1] * noise[1, c] + cross[j, 2] * noise[2, c]


@fast_njit
def subtract_items(place, item_start, inverse, cross, x, out):
    """Subtract from `out` what integrating the items out takes away: cross' inverse cross x."""
    n_probes = x.shape[1]
    seen, solved = np.empty((3, n_probes), np.float32), np.empty((3, n_probes), np.float32)
    for v in range(inverse.shape[0]):
        seen[:] = 0
        for j in range(item_start[v], item_start[v + 1]):
            p = place[j]
            for c in range(n_probes):
                value = FLOAT(x[p, c])
                seen[0, c] += cross[j, 0] * value
                seen[1, c] += cross[j, 1] * value
                seen[2, c] += cross[j, 2] * value
        for i in range(3):
            for c in range(n_probes):
                solved[i, c] = inverse[v, i, 0] * seen[0, c] + inverse[v, i, 1] * seen[1, c] + inverse[v, i, 2] * seen[2, c]
        for j in range(item_start[v], item_start[v + 1]):
            for c in range(n_probes):
                out[place[j], c] -= cross[j, 0] * solved[0, c] + cross[j, 1] * solved[1, c] + cross[j, 2] * solved[2, c]
