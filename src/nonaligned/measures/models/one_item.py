"""One roll call fitted to positions that are already known, with what is uncertain about them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRIOR_MEAN = np.array([0.0, 0.0, 0.0])  # of discrimination, middle of the cutpoints, log of the distance between them
PRIOR_SD = np.array([2.0, 3.0, 1.5])
_SPREAD = np.array([-0.5, 0.5])
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Item:
    """A roll call on the scale of positions: yes below `low_cut`, no above `high_cut` of discrimination * position + noise."""

    discrimination: float
    low_cut: float
    high_cut: float
    is_converged: bool = True


def vote_probabilities(item: Item, theta: NDArray[np.float64], sd: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of yes, abstain and no.

    Parameters
    ----------
    item : Item
    theta, sd : array, shape (n,)
        Positions, and how uncertain each is (a standard deviation, 0 for none).

    Returns
    -------
    array of float64, shape (n, 3)
        Phi((cut - discrimination * theta) / sqrt(1 + discrimination^2 sd^2)) and the differences of it.

    Examples
    --------
    >>> vote_probabilities(Item(1.0, -1.0, 1.0), np.zeros(1), np.zeros(1)).round(3).tolist()
    [[0.159, 0.683, 0.159]]
    """
    scale = np.sqrt(1.0 + (item.discrimination * sd) ** 2)
    low, high = ((cut - item.discrimination * theta) / scale for cut in (item.low_cut, item.high_cut))
    yes, no = _phi(low), _phi(-high)
    return np.stack([yes, np.maximum(1.0 - yes - no, 0.0), no], axis=1)


def fit_item(theta: NDArray[np.float64], sd: NDArray[np.float64], y: NDArray[np.int64]) -> Item:
    """The discrimination and cutpoints that tell these votes best: the mode of the posterior, by Fisher's scoring.

    Parameters
    ----------
    theta, sd : array, shape (n,)
        Positions and their standard deviations; held as they are.
    y : array of int, shape (n,)
        1 yes, 2 abstain, 3 no.

    Returns
    -------
    Item
        `is_converged` is False where the steps did not come to rest.

    Raises
    ------
    ValueError
        If there are fewer than two votes, or a code is none of the three.

    Source
    ------
    Bailey, Strezhnev & Voeten 2017, Journal of Conflict Resolution 61(2): 430-456 (the model of a vote). The priors are normal with
    standard deviations of 2 for the discrimination, 3 for the middle of the cutpoints and 1.5 for the log of their distance.

    Examples
    --------
    >>> theta = np.linspace(-2, 2, 9)
    >>> item = fit_item(theta, np.zeros(9), np.array([3, 3, 3, 3, 2, 1, 1, 1, 1]))
    >>> item.discrimination < 0, item.low_cut < item.high_cut
    (True, True)
    """
    if y.size < 2 or not np.isin(y, (1, 2, 3)).all():
        raise ValueError("an item is fitted to two votes or more, each 1, 2 or 3")
    now, is_converged = PRIOR_MEAN.copy(), False
    height, slope, curve = _climb(now, theta, sd, y)
    for _ in range(_STEPS):
        step = np.asarray(np.linalg.solve(curve, slope), dtype=np.float64)
        part = 1.0
        while part > 1e-6:
            there = now + part * step
            found = _climb(there, theta, sd, y)
            if found[0] >= height:
                break
            part *= 0.5
        else:
            break
        now, (height, slope, curve) = there, found
        if float(slope @ np.linalg.solve(curve, slope)) < 1e-12:
            is_converged = True
            break
    low, high = now[1] + _SPREAD * math.exp(now[2])
    return Item(float(now[0]), float(low), float(high), is_converged)


def _climb(
    at: NDArray[np.float64], theta: NDArray[np.float64], sd: NDArray[np.float64], y: NDArray[np.int64]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Log posterior, its slope, and the expected information, at discrimination, middle and log distance."""
    beta, apart = at[0], math.exp(min(at[2], 20.0))
    scale = np.sqrt(1.0 + (beta * sd) ** 2)
    ends: list[NDArray[np.float64]] = []
    slopes: list[NDArray[np.float64]] = []
    for side in _SPREAD:
        above = at[1] + side * apart - beta * theta
        z = above / scale
        by_beta = -theta / scale - above * beta * sd**2 / scale**3
        density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
        ends.append(z)
        slopes.append(density[:, None] * np.stack([by_beta, 1 / scale, side * apart / scale], axis=1))
    yes, no = _phi(ends[0]), _phi(-ends[1])
    chance = np.maximum(np.stack([yes, 1 - yes - no, no], axis=1), 1e-12)
    change = np.stack([slopes[0], slopes[1] - slopes[0], -slopes[1]], axis=1)  # votes, categories, parameters
    row = np.arange(y.size)
    off = (at - PRIOR_MEAN) / PRIOR_SD
    height = float(np.log(chance[row, y - 1]).sum() - 0.5 * (off**2).sum())
    slope = (change[row, y - 1] / chance[row, y - 1, None]).sum(axis=0) - off / PRIOR_SD
    information = np.einsum("nci,ncj->ij", change / chance[:, :, None], change) + np.diag(1.0 / PRIOR_SD**2)
    return height, slope, information


def _phi(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([0.5 * math.erfc(-one / math.sqrt(2.0)) for one in z])
