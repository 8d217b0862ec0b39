"""Joint draws of everything that is uncertain about dependence: flows, weights of domains, reliance, and which domains count.

Every random number belongs to something with a name (a state's flow from a power in a year, a domain's weight), and has a stream of
its own: a state has the same numbers whether it is asked for alone or among all. Weights, and the domain left out, are the same for
all states in a draw, because they are choices about the measure; flows and reliance are drawn for each state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CONCENTRATION = 4.0  # of the Dirichlet over domains, for each: with four domains a weight has the mean .25 and the deviation .105
LEAST_COVERAGE = 0.5
ROUNDING = 1e-20  # a smaller variance is that of rounding
VARIANCE_DRAWS = 250  # enough to tell which source of uncertainty is the large one
QUANTILES = {"median": 0.5, "lower": 0.05, "upper": 0.95, "q25": 0.25, "q75": 0.75}
SOURCES = ("flows", "weights", "reliance", "left_out")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Shares, reliance and weights: N draws of them, or with N = 1 their central values.

    Attributes
    ----------
    share : array, shape (D, S, K, N)
        Share of what a state receives in a domain that comes from a power; NaN where missing.
    reliance : array, shape (D, S, N)
        Foreign supply as a share of all supply, from 0 to 1; NaN where the domain is missing.
    weight : array, shape (D, N)
        Weights of the domains.
    is_kept : array of bool, shape (D, N)
        False for the domain that a draw leaves out.
    """

    share: Array
    reliance: Array
    weight: Array
    is_kept: NDArray[np.bool_]


def stream(seed: int, *names: object) -> np.random.Generator:
    """The random numbers that belong to a name.

    Examples
    --------
    >>> float(stream(0, "flow", "IND", 2014).random()) == float(stream(0, "flow", "IND", 2014).random())
    True
    """
    return np.random.default_rng([seed, int.from_bytes("/".join(map(str, names)).encode(), "big")])


def weight_draws(weights: Sequence[float], domains: Sequence[str], is_given: bool, seed: int, n: int) -> Array:
    """Weights of the domains, array of shape (D, n): Dirichlet around equal ones, or those given in every draw."""
    if is_given:
        return np.repeat(np.asarray(weights)[:, None], n, axis=1)
    gammas = np.stack([stream(seed, "weight", name).standard_gamma(CONCENTRATION, n) for name in domains])
    return gammas / gammas.sum(axis=0)


def kept_draws(n_domains: int, seed: int, n: int) -> NDArray[np.bool_]:
    """Which domains a draw keeps, shape (D, n): all of them, or all but one, each with the same probability."""
    left = stream(seed, "left out").integers(0, n_domains + 1, n) if n_domains > 1 else np.full(n, n_domains)
    return left[None, :] != np.arange(n_domains)[:, None]


def shares(value: Array, rest: Array, spread: Array, rest_spread: Array, noise: Array, rest_noise: Array) -> Array:
    """Shares of suppliers when each flow is off by a log-normal error.

    Parameters
    ----------
    value, spread : array, shape (..., K)
        Flows from the powers and the spreads of their errors; a missing flow is left out of the sum.
    rest, rest_spread : array, shape (...)
        All other suppliers.
    noise : array, shape (..., K, N)
        Standard normal numbers; zeros give the central shares.
    rest_noise : array, shape (..., N)

    Returns
    -------
    array, shape (..., K, N)
        0 where nothing is received from anyone.
    """
    flow = value[..., None] * np.exp(spread[..., None] * noise)
    total = rest[..., None] * np.exp(rest_spread[..., None] * rest_noise)
    for k in range(value.shape[-1]):  # one after the other, so that the order of adding is fixed
        np.add(total, flow[..., k, :], out=total, where=~np.isnan(value[..., k, None]))
    return flow / np.where(total > 0, total, 1.0)[..., None, :]


def reliance_bounds(total: Array, own_low: Array, own_high: Array) -> tuple[Array, Array]:
    """Foreign supply as a share of all supply, from the bounds of own supply: lowest and highest.

    Parameters
    ----------
    total, own_low, own_high : array of one shape
        What is received from abroad, and bounds of own supply (infinite: none; NaN: the domain is missing).

    Examples
    --------
    >>> low, high = reliance_bounds(np.array([3.0, 0.0]), np.array([1.0, 0.0]), np.array([np.inf, 0.0]))
    >>> low, high
    (array([0., 0.]), array([0.75, 0.  ]))
    """
    none = total <= 0
    low, high = (np.where(none, 0.0, total / np.where(none, 1.0, total + own)) for own in (own_high, own_low))
    return low, high


def weighting(drawn: Drawn, is_known: NDArray[np.bool_]) -> Array:
    """Weights that sum to 1 over the domains that are known and kept; over the known ones where none of them is kept.

    Parameters
    ----------
    is_known : array of bool, shape (D, ...)

    Returns
    -------
    array, shape (D, ..., N)
        NaN where no domain is known.
    """
    n_domains = len(is_known)
    patterns, which = np.unique(is_known.reshape(n_domains, -1), axis=1, return_inverse=True)  # few, and the same for most cells
    known = drawn.weight[:, None] * patterns[..., None]
    kept = known * drawn.is_kept[:, None]
    kept_sum, known_sum = in_order(kept), in_order(known)
    with np.errstate(invalid="ignore"):
        made = np.where(kept_sum > 0, kept, known) / np.where(kept_sum > 0, kept_sum, known_sum)
    return made[:, which.reshape(-1)].reshape(*is_known.shape, made.shape[-1])


def in_order(terms: Array) -> Array:
    """The sum over the first axis, one term after the other; a missing term counts as 0."""
    total = np.zeros(terms.shape[1:])
    for term in terms:
        np.add(total, term, out=total, where=~np.isnan(term))
    return total


def coverage(weight: Array, is_known: NDArray[np.bool_]) -> Array:
    """Share of the domains' weight that is known; `weight` has shape (D,), `is_known` (D, ...)."""
    return in_order(weight.reshape(-1, *(1,) * (is_known.ndim - 1)) * is_known)


def summary(draws: Array) -> dict[str, Array]:
    """Median, 50 % and 90 % interval over the last axis; NaN without draws."""
    if draws.shape[-1] == 0:
        return {name: np.full(draws.shape[:-1], np.nan) for name in QUANTILES}
    ordered = np.sort(draws, axis=-1)  # NaN comes last, and a row has either none or nothing else
    made: dict[str, Array] = {}
    for name, q in QUANTILES.items():
        at = q * (draws.shape[-1] - 1)
        low, part = int(at), at - int(at)
        high = min(low + 1, draws.shape[-1] - 1)
        made[name] = ordered[..., low] + part * (ordered[..., high] - ordered[..., low])
    return made


def largest(values: Array) -> Array:
    """In which share of the draws each power is the largest.

    Parameters
    ----------
    values : array, shape (..., K, N)

    Returns
    -------
    array, shape (..., K)
        Powers that are equal share a draw; NaN where a value is missing, where there are no draws, or where all are 0 in every draw.
    """
    top = values.max(axis=-2, keepdims=True)
    is_top = (values == top) & (top > 0)
    n_top = is_top.sum(axis=-2, keepdims=True)
    won = (is_top / np.maximum(n_top, 1)).sum(axis=-1)
    n = (n_top > 0).sum(axis=-1)
    return np.where((n > 0) & ~np.isnan(top).any(axis=-1), won / np.maximum(n, 1), np.nan)


def variance_shares(measured: Callable[[Drawn], Array], central: Drawn, drawn: Drawn) -> dict[str, Array]:
    """How much of the variance each source of uncertainty has when it alone varies, as shares of their sum.

    Parameters
    ----------
    measured : callable
        From draws to values, array of shape (..., N).

    Returns
    -------
    dict of str to array
        For each of `SOURCES`; NaN where nothing varies.
    """
    if not drawn.weight.shape[-1]:
        return dict.fromkeys(SOURCES, np.full(measured(central).shape[:-1], np.nan))
    drawn = Drawn(*(part[..., :VARIANCE_DRAWS] for part in (drawn.share, drawn.reliance, drawn.weight, drawn.is_kept)))  # type: ignore[arg-type]
    alone = {
        "flows": replace(central, share=drawn.share),
        "weights": replace(central, weight=drawn.weight),
        "reliance": replace(central, reliance=drawn.reliance),
        "left_out": replace(central, is_kept=drawn.is_kept),
    }
    variances = {name: np.var(measured(one), axis=-1) for name, one in alone.items()}
    variances = {name: np.where(one > ROUNDING, one, 0.0) for name, one in variances.items()}
    total = in_order(np.stack([variances[name] for name in SOURCES]))
    return {name: np.where(total > 0, variances[name] / np.where(total > 0, total, 1.0), np.nan) for name in SOURCES}
