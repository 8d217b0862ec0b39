"""The ordinal probit likelihood of a vote with its derivatives, read from one table of log Phi so that a vote costs nanoseconds."""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

_STEP = 32.0  # grid points per unit
_LOW, _HIGH = -38.0, 9.0  # below, the series from the end of the grid still holds: log Phi is nearly a parabola
_HALF_LOG_2PI = 0.9189385332046727

REORDERED = {"reassoc", "contract", "nsz"}  # sums over votes may run in vector lanes; nothing else is relaxed


def _log_phi_table() -> np.ndarray:
    """Log Phi and its first four derivatives on the grid, then Phi and its."""
    z = np.arange(_LOW, _HIGH + 0.5 / _STEP, 1.0 / _STEP)
    r = 1.0 / np.minimum(z, -12.0) ** 2
    tail = np.log1p(-r * (1 - r * (3 - r * (15 - r * (105 - 945 * r))))) - np.log(np.maximum(-z, 1.0)) - _HALF_LOG_2PI - 0.5 * z * z
    half = [0.5 * math.erfc(abs(x) / math.sqrt(2.0)) for x in z]
    log_phi = np.array([t if x < -12 else math.log(h) if x < 0 else math.log1p(-h) for x, h, t in zip(z, half, tail, strict=True)])
    slope = np.exp(-0.5 * z * z - _HALF_LOG_2PI - log_phi)
    u = z + slope
    du = 1.0 - slope * u
    third = slope * (u * u + slope * u - 1.0)
    fourth = -slope * u * (u * u + slope * u - 1.0) + slope * (2.0 * u * du - slope * u * u + slope * du)
    density = np.exp(-0.5 * z * z - _HALF_LOG_2PI)
    phi = [1.0 - h if x > 0 else h for x, h in zip(z, half, strict=True)]
    plain = [np.array(phi), density, -z * density, (z * z - 1.0) * density, z * (3.0 - z * z) * density]
    return np.stack([log_phi, slope, -slope * u, third, fourth, *plain], axis=1)


TABLE = _log_phi_table()


@njit(cache=True, inline="always", error_model="numpy")
def log_phi(table, z):
    """Log Phi(z), its slope and its curvature; on the grid the errors are below 1e-11, 1e-8 and 1e-6."""
    z = min(z, _HIGH)
    k = int((max(z, _LOW) - _LOW) * _STEP + 0.5)
    d = z - (_LOW + k / _STEP)
    f0, f1, f2, f3, f4 = table[k, 0], table[k, 1], table[k, 2], table[k, 3], table[k, 4]
    value = f0 + d * (f1 + d * (0.5 * f2 + d * (f3 / 6.0 + d * f4 / 24.0)))
    slope = f1 + d * (f2 + d * (0.5 * f3 + d * f4 / 6.0))
    return value, slope, f2 + d * (f3 + 0.5 * d * f4)


@njit(cache=True, inline="always", error_model="numpy")
def _phi(table, z):
    """Phi(z) and its density, to 1e-10 and 1e-8."""
    z = min(max(z, _LOW), _HIGH)
    k = int((z - _LOW) * _STEP + 0.5)
    d = z - (_LOW + k / _STEP)
    f0, f1, f2, f3, f4 = table[k, 5], table[k, 6], table[k, 7], table[k, 8], table[k, 9]
    return f0 + d * (f1 + d * (0.5 * f2 + d * (f3 / 6.0 + d * f4 / 24.0))), f1 + d * (f2 + d * (0.5 * f3 + d * f4 / 6.0))


@njit(cache=True, error_model="numpy")
def _log_thin(table, a, b):
    """`log_between` where the difference is small: both ends are mirrored into the lower tail, where logarithms lose nothing."""
    mirrored = a + b > 0.0
    if mirrored:
        a, b = -b, -a
    upper, slope, _ = log_phi(table, b)
    lower, slope_lower, _ = log_phi(table, a)
    ratio = lower - upper
    rest = -math.expm1(ratio)
    low, high = slope_lower * math.exp(ratio) / rest, slope / rest
    if mirrored:
        low, high = high, low
    return upper + math.log(rest), low, high


@njit(cache=True, inline="always", error_model="numpy")
def log_between(table, a, b):
    """Log of Phi(b) - Phi(a), and the two ratios phi(a) and phi(b) over that difference."""
    below, low = _phi(table, a)
    above, high = _phi(table, b)
    if above - below > 1e-4:
        part = 1.0 / (above - below)
        return math.log(above - below), low * part, high * part
    return _log_thin(table, a, b)


@njit(cache=True, parallel=True, error_model="numpy")
def vote_probabilities(theta, cuts, made):
    """Probability of yes, abstain and no: positions (n,), items (n, 3) as discrimination and cutpoints, out (n, 3)."""
    for j in prange(theta.size):
        made[j, 0] = 0.5 * math.erfc((cuts[j, 0] * theta[j] - cuts[j, 1]) / math.sqrt(2.0))
        made[j, 2] = 0.5 * math.erfc((cuts[j, 2] - cuts[j, 0] * theta[j]) / math.sqrt(2.0))
        made[j, 1] = max(1.0 - made[j, 0] - made[j, 2], 0.0)
