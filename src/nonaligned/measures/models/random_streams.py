"""Random numbers by counter: each block of each sweep has a stream of its own, so draws do not depend on the number of threads."""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math

import numpy as np
from numba import njit

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_TO_UNIT = 1.0 / 9007199254740992.0
_TWO_PI = 6.283185307179586


@njit(cache=True, inline="always")
def _mixed(x):
    x = (x ^ (x >> _S30)) * _MIX_1
    x = (x ^ (x >> _S27)) * _MIX_2
    return x ^ (x >> _S31)


@njit(cache=True)
def stream(seed, chain, sweep, purpose, block):
    """The state, array of uint64 of shape (1,), of the stream that belongs to one block of one sweep (SplitMix64)."""
    key = np.uint64(seed)
    for part in (chain, sweep, purpose, block):
        key = _mixed(key * _MIX_1 + np.uint64(part) + _GOLDEN)
    made = np.empty(1, np.uint64)
    made[0] = key
    return made


@njit(cache=True, inline="always")
def uniform(state):
    """A number in (0, 1)."""
    state[0] += _GOLDEN
    return (float(_mixed(state[0]) >> _S11) + 0.5) * _TO_UNIT


@njit(cache=True, inline="always")
def two_normals(state):
    """Two independent standard normal numbers (Box and Muller)."""
    radius = math.sqrt(-2.0 * math.log(uniform(state)))
    angle = _TWO_PI * uniform(state)
    return radius * math.cos(angle), radius * math.sin(angle)


@njit(cache=True)
def normal(state):
    """A standard normal number."""
    return two_normals(state)[0]
