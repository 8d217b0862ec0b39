"""Normal probabilities, quantiles and truncated draws in single precision, written so that compilers turn loops over them into vectors.

Everything is branch-free and calls no library function. Random numbers are a hash of (key, counter): a draw depends on where it is
used, not on how many were made before it, so results are the same whatever the number of threads.
"""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math

import numpy as np
from numba import njit

FLOAT, INT, WORD, LONG = np.float32, np.int32, np.uint32, np.uint64
HALF, ONE, TWO = np.float32(0.5), np.float32(1), np.float32(2)
SMALLEST = np.float32(1e-37)  # of a probability: a draw then lies 12.6 standard deviations out
FARTHEST = np.float32(12.5)

# Coefficients fitted by iteratively reweighted least squares to erfc and the normal quantile in double precision.
TAIL_SCALE = np.float32(0.35)  # Phi(-t) exp(t^2/2) as a polynomial in 1/(1 + .35 t), 0 <= t <= 13: relative error 1.6e-6
T1, T2, T3, T4, T5, T6, T7 = map(
    np.float32,
    (
        0.13977992485425106,
        0.1369034541430623,
        0.14255286826815736,
        0.011613223210234835,
        0.20595043976671262,
        -0.1799490076826527,
        0.04314842863779506,
    ),
)
QUANTILE_SCALE = np.float32(0.4)  # t - z as a polynomial in 1/(1 + .4 t), t = sqrt(-2 ln p): absolute error 1.3e-6
Q0, Q1, Q2, Q3, Q4, Q5, Q6, Q7 = map(
    np.float32,
    (
        0.015642465036136876,
        1.8427833381751406,
        -2.8250759489314587,
        9.85289376750562,
        -20.494233514952526,
        29.22779738933384,
        -23.740896997154557,
        8.87990937976568,
    ),
)
E0, E1, E2, E3, E4, E5 = map(
    np.float32,
    (1.0000000715373236, 0.6931469670348755, 0.24022120200237673, 0.055507136725125396, 0.009675519465194599, 0.0013276258815006596),
)
LOG2_E, LN_2, SQRT_HALF = np.float32(1.4426950408889634), np.float32(0.6931471805599453), np.float32(0.7071067811865476)
THIRD, FIFTH, SEVENTH = np.float32(1 / 3), np.float32(0.2), np.float32(1 / 7)
EXPONENT, MANTISSA_OF_ONE, MANTISSA = np.int32(127), np.int32(0x3F800000), np.int32(0x007FFFFF)

# Sums and products may be reordered into vectors; infinities and NaN keep their meaning.
fast_njit = njit(cache=True, fastmath={"reassoc", "contract", "nsz", "arcp", "afn"}, error_model="numpy", nogil=True)


@fast_njit
def exp_of_negative(x):
    """Exponential of x, for -87 < x <= 0."""
    y = x * LOG2_E
    whole = INT(y - HALF)
    f = y - FLOAT(whole)
    power = INT((whole + EXPONENT) << 23).view(FLOAT)
    return power * (E0 + f * (E1 + f * (E2 + f * (E3 + f * (E4 + f * E5)))))


@fast_njit
def log_of(x):
    """Natural logarithm of a normal positive number."""
    bits = FLOAT(x).view(INT)
    m = INT((bits & MANTISSA) | MANTISSA_OF_ONE).view(FLOAT)
    e = FLOAT((bits >> 23) - EXPONENT)
    big = m > FLOAT(1.4142135)
    m = m * HALF if big else m
    e = e + ONE if big else e
    s = (m - ONE) / (m + ONE)
    q = s * s
    return e * LN_2 + TWO * s * (ONE + q * (THIRD + q * (FIFTH + q * SEVENTH)))


@fast_njit
def below(x):
    """Probability that a standard normal is below x."""
    t = min(abs(x), FARTHEST)
    u = ONE / (ONE + TAIL_SCALE * t)
    tail = exp_of_negative(-HALF * t * t) * u * (T1 + u * (T2 + u * (T3 + u * (T4 + u * (T5 + u * (T6 + u * T7))))))
    return ONE - tail if x > 0 else tail


@fast_njit
def quantile(p):
    """Standard normal quantile of p; p is held between 1e-37 and 1."""
    low = p < HALF
    q = max(p if low else ONE - p, SMALLEST)
    t = FLOAT(math.sqrt(-TWO * log_of(q)))
    u = ONE / (ONE + QUANTILE_SCALE * t)
    z = t - (Q0 + u * (Q1 + u * (Q2 + u * (Q3 + u * (Q4 + u * (Q5 + u * (Q6 + u * Q7)))))))
    return -z if low else z


@fast_njit
def uniform(key, counter):
    """Uniform number strictly between 0 and 1 from a 64-bit key and a counter (two rounds of a 32-bit hash)."""
    x = WORD(WORD(counter) * WORD(0x9E3779B1)) ^ WORD(key)
    x = WORD(WORD(x ^ (x >> WORD(16))) * WORD(0x21F0AAAD))
    x = WORD(WORD(x ^ (x >> WORD(15))) * WORD(0xD35A2D97))
    x = WORD(x ^ (x >> WORD(15))) + WORD(key >> LONG(32))
    x = WORD(WORD(x ^ (x >> WORD(16))) * WORD(0x7FEB352D))
    x = WORD(WORD(x ^ (x >> WORD(15))) * WORD(0x846CA68B))
    x = WORD(x ^ (x >> WORD(16)))
    return (FLOAT(INT(x >> WORD(8))) + HALF) * FLOAT(2.0**-24)


@fast_njit
def key_of(seed, sweep, index):
    """64-bit key of a place in the computation (splitmix64 over its three numbers)."""
    x = LONG(0)
    for part in (LONG(seed), LONG(sweep), LONG(index)):
        x = (x ^ part) + LONG(0x9E3779B97F4A7C15)
        x = (x ^ (x >> LONG(30))) * LONG(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> LONG(27))) * LONG(0x94D049BB133111EB)
        x = x ^ (x >> LONG(31))
    return x


@fast_njit
def normal(key, counter):
    """Standard normal number."""
    return quantile(uniform(key, counter))
