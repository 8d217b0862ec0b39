"""The prior of positions and items, on the scale on which positions are reported: mean 0 and standard deviation 1 over all places.

A state starts at N(0, start_variance) and moves by N(0, step_variance) from session to session (g times that over g sessions);
discrimination, middle of the cutpoints and log of their distance are independent normals. The scale is part of the model: only
positions with mean 0 and standard deviation 1 are possible. A sampler that moves one state at a time cannot stay on that scale, so it
moves in free coordinates: an offset and a stretch, with a density of their own that says nothing about anything else, put positions
off the scale and items after them, so that no vote changes its probability; `log_weight` is what the free density has beside the
likelihood, and `standardise` forgets offset and stretch again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.measures.models.vote_arrays import VoteArrays

_LOOSE = 0.6  # standard deviation of the offset and of the log of the stretch, times the root of the number of places


@dataclass(frozen=True, slots=True)
class Prior:
    """Constants of the prior; positions count in standard deviations over all places.

    Attributes
    ----------
    start_variance, step_variance : float
        Of a state's first position and of its move from one session to the next. The published estimates let a state move about as
        freely (.25 where it votes as often as before); less smooths more.
    discrimination_sd, middle_sd, distance_sd : float
        Discrimination has mean 0; the distance is that of the cutpoints, on a log scale.
    distance_mean, middle_mean : float
        A middle above 0 says that more states vote yes than no, whatever the item's direction.
    """

    start_variance: float = 1.0
    step_variance: float = 0.25
    discrimination_sd: float = 1.0
    middle_sd: float = 3.0
    distance_sd: float = 1.0
    distance_mean: float = 0.0
    middle_mean: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no variance.

        Raises
        ------
        ValueError
            If a variance or standard deviation is not positive.
        """
        spreads = (self.start_variance, self.step_variance, self.discrimination_sd, self.middle_sd, self.distance_sd)
        if not all(0.0 < x < math.inf for x in spreads) or not math.isfinite(self.distance_mean + self.middle_mean):
            raise ValueError("variances and standard deviations of the prior must be positive and finite")

    @property
    def item_mean(self) -> NDArray[np.float64]:
        """Means of discrimination, middle and log distance, shape (3,)."""
        return np.array([0.0, self.middle_mean, self.distance_mean])

    @property
    def item_precision(self) -> NDArray[np.float64]:
        """Inverse variances of the same, shape (3,)."""
        return np.array([self.discrimination_sd, self.middle_sd, self.distance_sd]) ** -2.0


@dataclass(frozen=True, slots=True)
class Walk:
    """Where paths begin (`first`), each place's predecessor and the precision of the move into it; shape (n_places,)."""

    first: NDArray[np.bool_]
    previous: NDArray[np.int32]
    precision: NDArray[np.float64]

    @classmethod
    def of(cls, votes: VoteArrays, prior: Prior) -> Walk:
        """Read the paths off the votes."""
        first = votes.previous < 0
        gap = np.where(first, 1, votes.session - votes.session[votes.previous])
        return cls(first, votes.previous, 1.0 / np.where(first, prior.start_variance, prior.step_variance * gap))

    def squares(self, theta: NDArray[np.float64], origin: float = 0.0) -> float:
        """Weighted squares of all moves, a state's first from `origin`: -2 times the log density of the paths."""
        into = theta - np.where(self.first, origin, theta[self.previous])
        return float(self.precision @ into**2)

    def starts(self, theta: NDArray[np.float64]) -> float:
        """Weighted sum of the states' first positions."""
        return float(self.precision[self.first] @ theta[self.first])


def log_weight(theta: NDArray[np.float64], items: NDArray[np.float64], walk: Walk, prior: Prior) -> float:
    """Log density in free coordinates without the likelihood, up to a constant: positions (n_places,), items (n_items, 3).

    With offset m and stretch s, positions on the scale are (theta - m) / s, discriminations beta s and middles less m beta; the power of
    s is the change of volume, n_items from the discriminations and 2 - n_places from the positions.
    """
    mean, sd = float(theta.mean()), float(theta.std())
    beta, middle, precision = items[:, 0], items[:, 1] - prior.middle_mean, prior.item_precision
    total = -0.5 * walk.squares(theta, mean) / (sd * sd)
    total -= 0.5 * precision[0] * sd * sd * float(beta @ beta) + 0.5 * precision[1] * float(((middle - mean * beta) ** 2).sum())
    total += (beta.size + 1 - theta.size) * math.log(sd)
    return total - 0.5 * (mean * mean + math.log(sd) ** 2) * theta.size / _LOOSE**2


def tangent(items: NDArray[np.float64], starts: float, squares: float, n_places: int, prior: Prior) -> NDArray[np.float64]:
    """What holds positions on the scale, as a term at every place: its linear and minus twice its quadratic coefficient, shape (2,).

    The first derivatives, at mean 0 and standard deviation 1, of `log_weight` less the density of the paths; `squares` and `starts` are
    about what `Walk.squares` and `Walk.starts` give.
    """
    beta, precision = items[:, 0], prior.item_precision
    on_mean = starts + precision[1] * float(beta @ (items[:, 1] - prior.middle_mean))
    on_variance = 0.5 * (squares - precision[0] * float(beta @ beta) + beta.size + 1 - n_places)
    return np.array([on_mean, -2.0 * on_variance]) / n_places


def free(rng: np.random.Generator, theta: NDArray[np.float64], items: NDArray[np.float64]) -> None:
    """Put positions off the scale by a random offset and stretch and let the items follow, in place."""
    mean, log_sd = _LOOSE / math.sqrt(theta.size) * rng.standard_normal(2)
    items[:, 0] *= math.exp(-log_sd)
    items[:, 1] += mean * items[:, 0]
    theta *= math.exp(log_sd)
    theta += mean


def standardise(theta: NDArray[np.float64], items: NDArray[np.float64]) -> None:
    """Bring positions to mean 0 and standard deviation 1 and let the items follow, in place."""
    mean, sd = float(theta.mean()), float(theta.std())
    theta -= mean
    theta /= sd
    items[:, 1] -= items[:, 0] * mean
    items[:, 0] *= sd
