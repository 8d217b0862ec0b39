"""Hedging: how evenly a state spreads what it receives over the powers, inside domains and between them (arrays)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nonaligned.measures.models.joint_draws import in_order

Array = NDArray[np.float64]

SMOOTHING = 0.01  # added to the shares of the powers together, so that a state that receives next to nothing counts as even


@dataclass(frozen=True, slots=True)
class Hedge:
    """Hedging and its two parts, from 0 to 1; `total` is `div` plus `split`.

    Attributes
    ----------
    total, div, split : array, shape (S, N)
        Evenness over the powers of all domains together; its mean inside the domains; what the domains' differences add.
    """

    total: Array
    div: Array
    split: Array


def portions(share: Array, smoothing: float = SMOOTHING) -> Array:
    """Each power's part of what comes from all the powers, smoothed.

    Parameters
    ----------
    share : array, shape (D, S, K, N)
        Shares in all that is received; NaN for a power that does not apply, which has no part.

    Examples
    --------
    >>> portions(np.array([[[[0.6], [0.3], [np.nan]]]]), smoothing=0.0)[0, 0, :, 0].round(3)
    array([0.667, 0.333, 0.   ])
    """
    applies = ~np.isnan(share)
    n = np.maximum(applies.sum(axis=-2, keepdims=True), 1)
    known = np.nan_to_num(share)
    total = in_order(np.moveaxis(known, -2, 0))[..., None, :] + smoothing
    return np.where(applies, np.divide(known + smoothing / n, total, out=np.zeros_like(known), where=total > 0), 0.0)


def hedge(portion: Array, weight: Array, n_powers: NDArray[np.int64]) -> Hedge:
    """Entropy of the weighted mean of the portions, as a share of the largest, and its two parts.

    The mean entropy inside the domains (`div`) and the Jensen-Shannon divergence between them (`split`) add up to it.

    Parameters
    ----------
    portion : array, shape (D, S, K, N)
        Sums to 1 over the powers that apply.
    weight : array, shape (D, S, N)
        Sums to 1 over the domains; 0 for a missing one.
    n_powers : array of int, shape (S,)
        Powers that apply; of fewer than two nothing can be said.

    Source
    ------
    Lin 1991, Divergence Measures Based on the Shannon Entropy, IEEE Transactions on Information Theory 37(1): 145-151.

    Examples
    --------
    >>> even = hedge(np.array([[[[0.45], [0.55]]]]), np.ones((1, 1, 1)), np.array([2]))
    >>> round(float(even.total[0, 0]), 4), round(float(even.split[0, 0]), 4)
    (0.9928, 0.0)
    """
    most = np.where(n_powers > 1, np.log(np.maximum(n_powers, 2)), np.nan)[:, None]
    known = ~np.isnan(weight.max(axis=0))
    pooled = in_order(weight[:, :, None, :] * portion)
    total = _entropy(pooled) / most
    div = in_order(weight * _entropy(portion)) / most
    total, div = (np.where(known, np.clip(part, 0.0, 1.0), np.nan) for part in (total, div))
    return Hedge(total, div, np.maximum(total - div, 0.0))


def _entropy(portion: Array) -> Array:
    """Entropy over the last axis but one, in nats."""
    logs = np.log(portion, out=np.zeros_like(portion), where=portion > 0)
    return -in_order(np.moveaxis(portion * logs, -2, 0))
