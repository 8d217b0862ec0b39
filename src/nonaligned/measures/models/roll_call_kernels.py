"""Loops over votes in double precision: probabilities, slopes in the position, simulated counts."""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math

from numba import njit

from nonaligned.measures.models.truncated_normal import key_of, normal

ROOT_HALF = math.sqrt(0.5)
ROOT_2_PI = math.sqrt(2 * math.pi)
LEAST = 1e-300


@njit(cache=True, error_model="numpy", nogil=True)
def below(x):
    """Probability that a standard normal is below x."""
    return 0.5 * math.erfc(-x * ROOT_HALF)


@njit(cache=True, error_model="numpy", nogil=True)
def density(x):
    """Standard normal density."""
    return math.exp(-0.5 * x * x) / ROOT_2_PI


@njit(cache=True, error_model="numpy", nogil=True)
def between(low, high):
    """Probability of lying between two numbers, from the tail in which both are small."""
    return below(high) - below(low) if low + high < 0 else below(-low) - below(-high)


@njit(cache=True, error_model="numpy", nogil=True)
def slopes(y, low, high):
    """Gradient of a vote's log probability in the two cutpoints less the latent mean; minus its second derivatives 11, 22, 12."""
    if y == 1:
        r = density(low) / max(below(low), LEAST)
        return r, 0.0, r * (low + r), 0.0, 0.0
    if y == 3:
        r = density(high) / max(below(-high), LEAST)
        return 0.0, -r, 0.0, r * (r - high), 0.0
    p = max(between(low, high), LEAST)
    a, b = density(low) / p, density(high) / p
    return -a, b, a * (a - low), b * (high + b), -a * b


@njit(cache=True, error_model="numpy", nogil=True)
def widened(place, item, theta, variance, slope, cuts, made):
    """Probabilities (n_votes, 3) of yes, abstain and no where theta (n_places,) is normal with the given variance."""
    for j in range(place.size):
        v, p = item[j], place[j]
        b = slope[v]
        scale = math.sqrt(1.0 + b * b * variance[p])
        low, high = (cuts[v, 0] - b * theta[p]) / scale, (cuts[v, 1] - b * theta[p]) / scale
        made[j, 0] = below(low)
        made[j, 1] = max(between(low, high), 0.0)
        made[j, 2] = below(-high)


@njit(cache=True, error_model="numpy", nogil=True)
def averaged(place, item, draws, slope, cuts, made):
    """Probabilities (n_votes, 3) averaged over draws of theta (n_places, n_draws)."""
    n = draws.shape[1]
    for j in range(place.size):
        v, p = item[j], place[j]
        yes, abstain, no = 0.0, 0.0, 0.0
        for d in range(n):
            m = slope[v] * draws[p, d]
            yes += below(cuts[v, 0] - m)
            no += below(m - cuts[v, 1])
            abstain += between(cuts[v, 0] - m, cuts[v, 1] - m)
        made[j, 0], made[j, 1], made[j, 2] = yes / n, max(abstain, 0.0) / n, no / n


@njit(cache=True, error_model="numpy", nogil=True)
def derivatives(y, place, item, theta, slope, cuts, score, information):
    """First derivative of each vote's log probability in its position, and minus the second."""
    for j in range(y.size):
        v = item[j]
        b = slope[v]
        low, high = cuts[v, 0] - b * theta[place[j]], cuts[v, 1] - b * theta[place[j]]
        d1, d2, w1, w2, w12 = slopes(y[j], low, high)
        score[j] = -b * (d1 + d2)
        information[j] = b * b * max(w1 + w2 + 2 * w12, 0.0)


@njit(cache=True, error_model="numpy", nogil=True)
def simulate(seed, number, place, item, theta, slope, cuts, of_items, of_places):
    """Add the votes of one simulated world to counts (n_items, 3) and (n_places, 3)."""
    key = key_of(seed, 2, number)
    for j in range(place.size):
        v, p = item[j], place[j]
        latent = slope[v] * theta[p] + normal(key, j)
        vote = 0 if latent <= cuts[v, 0] else 1 if latent <= cuts[v, 1] else 2
        of_items[v, vote] += 1
        of_places[p, vote] += 1


@njit(cache=True, error_model="numpy", nogil=True)
def moved(seed, number, theta, sd, made):
    """One normal draw of every position."""
    key = key_of(seed, 1, number)
    for p in range(theta.size):
        made[p] = theta[p] + sd[p] * normal(key, p)
