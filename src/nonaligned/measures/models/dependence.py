"""Dependence of states on powers, and their autonomy, from shares, reliance and weights (arrays; see `joint_draws.Drawn`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nonaligned.measures.models.joint_draws import Drawn, in_order, weighting

Array = NDArray[np.float64]

LARGEST_SHARE = 0.99  # a share nearer to 1 counts as this in the stress form, whose loss is else without bound


def by_domain(drawn: Drawn) -> Array:
    """Dependence in each domain: reliance times share, array of shape (D, S, K, N)."""
    return drawn.reliance[:, :, None, :] * drawn.share


def overall(drawn: Drawn, is_known: NDArray[np.bool_]) -> Array:
    """Weighted mean of the dependence in the known domains.

    Parameters
    ----------
    is_known : array of bool, shape (D, S, K)

    Returns
    -------
    array, shape (S, K, N)
        NaN where no domain is known.

    Source
    ------
    Hirschman 1945, National Power and the Structure of Foreign Trade.

    Examples
    --------
    >>> one = Drawn(np.array([[[[0.4]]], [[[0.2]]]]), np.ones((2, 1, 1)), np.array([[0.5], [0.5]]), np.ones((2, 1), bool))
    >>> float(overall(one, np.ones((2, 1, 1), bool))[0, 0, 0])
    0.30000000000000004
    """
    weight = weighting(drawn, is_known)
    return in_order(weight * by_domain(drawn)) + 0 * weight.max(axis=0)


def autonomy(dependence: Array) -> Array:
    """What is left when the power on which a state depends most is taken away: 1 less the largest dependence.

    `dependence` has shape (S, K, N), NaN for a power that does not apply; the result (S, N).
    """
    return 1 - _largest(dependence)


def stress(drawn: Drawn, is_known: NDArray[np.bool_], elasticity: float) -> Array:
    """Autonomy when the loss grows faster than the share: exp(-max over powers of the weighted log losses / (elasticity - 1)).

    With suppliers that can replace one another with the elasticity sigma, taking away one of share s raises the cost of supply by
    the factor (1 - s) ** (-1 / (sigma - 1)).

    Parameters
    ----------
    is_known : array of bool, shape (D, S, K)
    elasticity : float
        Above 1: how easily one supplier replaces another.

    Returns
    -------
    array, shape (S, N)

    Raises
    ------
    ValueError
        If the elasticity is not above 1.

    Source
    ------
    Feenstra 1994, New Product Varieties and the Measurement of International Prices, American Economic Review 84(1): 157-177.
    """
    if not elasticity > 1:
        raise ValueError(f"the elasticity must be above 1, not {elasticity}")
    loss = -np.log1p(-np.minimum(drawn.share, LARGEST_SHARE))
    weight = weighting(drawn, is_known)
    weighted = in_order(weight * (drawn.reliance[:, :, None, :] * loss)) + 0 * weight.max(axis=0)
    return np.exp(-_largest(weighted) / (elasticity - 1))


def rivalry(dependence: Array, n_powers: NDArray[np.int64]) -> Array:
    """Chance that two units of dependence belong to different powers, over the largest possible, 1 - 1/n.

    Parameters
    ----------
    dependence : array, shape (S, K, N)
        0 for a power that does not apply.
    n_powers : array of int, shape (S,)
        Powers that apply.

    Returns
    -------
    array, shape (S, N)
        From 0 (one power has all, or there is none to have) to 1 (all the same).

    Source
    ------
    Simpson 1949, Measurement of Diversity, Nature 163: 688.

    Examples
    --------
    >>> rivalry(np.array([[[0.2], [0.2]], [[0.3], [0.0]], [[0.0], [0.0]]]), np.array([2, 2, 2]))[:, 0].tolist()
    [1.0, 0.0, 0.0]
    """
    total = np.zeros(dependence.shape[::2])
    for k in range(dependence.shape[1]):  # in the order of the powers: the same bytes on every machine
        total += dependence[:, k]
    apart = np.where(total > 0, 1.0, 0.0)
    for k in range(dependence.shape[1]):
        apart -= np.divide(dependence[:, k], total, out=np.zeros_like(total), where=total > 0) ** 2
    n = np.maximum(n_powers, 2)[:, None]
    return np.clip(apart * n / (n - 1), 0, 1)


def _largest(values: Array) -> Array:
    """The largest over the powers that apply; NaN where none does."""
    return np.where(np.isnan(values).all(axis=-2), np.nan, np.nan_to_num(values, nan=-np.inf).max(axis=-2))
