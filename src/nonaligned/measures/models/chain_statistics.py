"""Statistics of several chains of one quantity, for very many quantities: ranks, split R-hat, effective sizes."""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

_TAILS = (0.05, 0.95)


@njit(cache=True)
def normal_quantile(p):
    """Quantile of the standard normal, to 1e-9 (Acklam's approximation with one step of Halley's method)."""
    if p < 0.02425 or p > 0.97575:
        q = math.sqrt(-2.0 * math.log(min(p, 1.0 - p)))
        x = (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q
              + 4.374664141464968) * q + 2.938163982698783) / (
            (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1.0)  # fmt: skip
        if p > 0.5:
            x = -x
    else:
        q = p - 0.5
        r = q * q
        x = (((((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r
              - 3.066479806614716e01) * r + 2.506628277459239) * q / (
            ((((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r
             - 1.328068155288572e01) * r + 1.0)  # fmt: skip
    e = (0.5 * math.erfc(-x / math.sqrt(2.0)) - p) * math.sqrt(2.0 * math.pi) * math.exp(0.5 * x * x)
    return x - e / (1.0 + 0.5 * x * e)


@njit(cache=True)
def _rank_normal(x):
    """Normal scores of the ranks over all chains, ties at their mean rank."""
    flat = x.ravel()
    n = flat.size
    order = np.argsort(flat)
    scores = np.empty(n)
    start = 0
    while start < n:
        stop = start + 1
        while stop < n and flat[order[stop]] == flat[order[start]]:
            stop += 1
        score = normal_quantile((0.5 * (start + 1 + stop) - 0.375) / (n + 0.25))
        for k in range(start, stop):
            scores[order[k]] = score
        start = stop
    return scores.reshape(x.shape)


@njit(cache=True)
def _moments(x):
    """Mean of the chains' variances and pooled variance estimate; means of the chains."""
    m, n = x.shape
    means, within = np.empty(m), 0.0
    for c in range(m):
        total = 0.0
        for k in range(n):
            total += x[c, k]
        means[c] = total / n
        for k in range(n):
            within += (x[c, k] - means[c]) ** 2
    within /= m * (n - 1.0)
    between = 0.0
    for c in range(m):
        between += (means[c] - means.mean()) ** 2
    return within, within * (n - 1.0) / n + between / max(m - 1.0, 1.0), means


@njit(cache=True)
def _rhat(x):
    within, pooled, _ = _moments(x)
    if within < 1e-20:
        return 1.0 if pooled < 1e-20 else math.inf
    return math.sqrt(pooled / within)


@njit(cache=True, fastmath={"reassoc", "contract"})  # the sum of products in vector instructions
def _correlation(x, lag, within, pooled):
    m, n = x.shape
    covariance = 0.0
    for c in range(m):
        for k in range(n - lag):
            covariance += x[c, k] * x[c, k + lag]
    return 1.0 - (within - covariance / (m * n)) / pooled


@njit(cache=True)
def _ess(x):
    """Effective size of split chains by Geyer's initial monotone sequence."""
    m, n = x.shape
    within, pooled, means = _moments(x)
    if within < 1e-20:
        return float(m * n) if pooled < 1e-20 else 0.0
    x = x.copy()
    for c in range(m):
        x[c] -= means[c]
    total, last, lag = -1.0, math.inf, 0
    while lag + 3 < n:
        even = 1.0 if lag == 0 else _correlation(x, lag, within, pooled)
        pair = even + _correlation(x, lag + 1, within, pooled)
        if pair < 0.0:
            total += max(even, 0.0)
            break
        last = min(last, pair)
        total += 2.0 * last
        lag += 2
    return m * n / max(total, 1.0 / math.log10(m * n))


@njit(cache=True)
def _split(x):
    m, n = x.shape
    half = n // 2
    made = np.empty((2 * m, half))
    for c in range(m):
        made[2 * c] = x[c, :half]
        made[2 * c + 1] = x[c, n - half :]
    return made


@njit(cache=True, parallel=True)
def diagnose(draws: np.ndarray, made: np.ndarray) -> None:
    """Fill `made`, shape (4, n_points): R-hat, bulk and tail effective size, standard error of the mean."""
    for point in prange(draws.shape[2]):
        x = _split(draws[:, :, point].astype(np.float64))
        if not np.isfinite(x).all():
            made[:, point] = np.nan
            continue
        scores = _rank_normal(x)
        ordered = np.sort(x.ravel())
        folded = _rank_normal(np.abs(x - 0.5 * (ordered[(ordered.size - 1) // 2] + ordered[ordered.size // 2])))
        made[0, point] = max(_rhat(scores), _rhat(folded))
        made[1, point] = _ess(scores)
        tail = math.inf
        for q in _TAILS:
            place = q * (ordered.size - 1)
            k = int(place)
            cut = ordered[k] + (place - k) * (ordered[min(k + 1, ordered.size - 1)] - ordered[k])
            tail = min(tail, _ess((x <= cut).astype(np.float64)))
        made[2, point] = tail
        effective = _ess(x)
        made[3, point] = x.std() * math.sqrt(x.size / ((x.size - 1.0) * effective)) if effective > 0.0 else math.inf
