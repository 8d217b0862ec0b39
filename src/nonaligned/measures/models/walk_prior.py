"""The prior of paths and items, and the draws of its own parameters.

Positions count from the mean of all places in units of their standard deviation. A state starts at N(origin, initial variance)
and walks: the innovation over g sessions has g times the innovation variance. Discrimination is N(0, 1); the middle of an item's
cutpoints and the log of their distance are normal with mean and variance estimated. The prior knows no scale of its own: the
origin is flat, the initial variance has density 1 / variance and the innovation variance over it is inverse gamma, so that what
remains after standardising is proper. (Right Haar measure: drawing a sweep in free coordinates and standardising afterwards, with
the items changed so that the votes fit as before, leaves the posterior of the standardised quantities in place; see
`standardise_or_return`.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.measures.models.vote_arrays import VoteArrays


@dataclass(frozen=True, slots=True)
class Prior:
    """Constants of the hyperprior.

    Attributes
    ----------
    walk_shape, walk_scale : float
        Inverse gamma of the innovation variance (one session) over the initial variance.
    item_mean_sd : float
        Standard deviation of the normal prior of the mean middle and the mean log distance of the cutpoints.
    item_shape, item_scale : float
        Inverse gamma of the variances of middle and log distance.
    """

    walk_shape: float = 2.0
    walk_scale: float = 0.02
    item_mean_sd: float = 2.0
    item_shape: float = 2.0
    item_scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Walk:
    """Where paths begin (`first`), each place's predecessor and the sessions between (`gap`, 0 at the start); shape (n_places,)."""

    first: NDArray[np.bool_]
    previous: NDArray[np.int32]
    gap: NDArray[np.float64]

    @classmethod
    def of(cls, votes: VoteArrays) -> Walk:
        """Read the paths off the votes."""
        first = votes.previous < 0
        return cls(first, votes.previous, np.where(first, 0, votes.session - votes.session[votes.previous]).astype(float))


@dataclass(slots=True)
class Hyper:
    """The prior's own parameters, one chain's present values."""

    origin: float = 0.0
    initial_variance: float = 1.0
    innovation_variance: float = 0.03
    middle_mean: float = 1.0
    middle_variance: float = 2.0
    distance_mean: float = 0.0
    distance_variance: float = 1.0

    def values(self) -> list[float]:
        """All seven, in order."""
        return [getattr(self, name) for name in HYPER_NAMES]

    def standardise(self, mean: float, sd: float) -> None:
        """Follow positions that lose `mean` and are divided by `sd`."""
        self.origin = (self.origin - mean) / sd
        self.initial_variance /= sd * sd
        self.innovation_variance /= sd * sd


HYPER_NAMES = ("origin", "initial_variance", "innovation_variance", "middle_mean", "middle_variance", "distance_mean", "distance_variance")


def draw_hyper(
    rng: np.random.Generator, prior: Prior, walk: Walk, theta: NDArray[np.float64], items: NDArray[np.float64], hyper: Hyper
) -> None:
    """Draw all seven given positions, shape (n_places,), and items, shape (n_items, 3), in place."""
    start = theta[walk.first]
    move = np.flatnonzero(~walk.first)
    squares = float((((theta[move] - theta[walk.previous[move]]) ** 2) / walk.gap[move]).sum())
    hyper.origin = float(start.mean() + math.sqrt(hyper.initial_variance / start.size) * rng.standard_normal())
    spread = float(((start - hyper.origin) ** 2).sum())
    power = prior.walk_shape - 0.5 * start.size
    for _ in range(5):
        scale = prior.walk_scale * hyper.initial_variance + 0.5 * squares
        hyper.innovation_variance = scale / rng.gamma(prior.walk_shape + 0.5 * move.size)
        fall = prior.walk_scale / hyper.innovation_variance
        new = hyper.initial_variance * math.exp(rng.normal(0.0, 2.0 / math.sqrt(start.size)))
        gain = power * math.log(new / hyper.initial_variance) - 0.5 * spread * (1 / new - 1 / hyper.initial_variance)
        if math.log(rng.random()) < gain - fall * (new - hyper.initial_variance):
            hyper.initial_variance = new
    hyper.middle_mean, hyper.middle_variance = _normal_level(rng, prior, items[:, 1], hyper.middle_variance)
    hyper.distance_mean, hyper.distance_variance = _normal_level(rng, prior, items[:, 2], hyper.distance_variance)


def _normal_level(rng: np.random.Generator, prior: Prior, x: NDArray[np.float64], variance: float) -> tuple[float, float]:
    precision = x.size / variance + prior.item_mean_sd**-2
    mean = float(x.sum() / variance / precision + rng.standard_normal() / math.sqrt(precision))
    return mean, float((prior.item_scale + 0.5 * ((x - mean) ** 2).sum()) / rng.gamma(prior.item_shape + 0.5 * x.size))


def scale_pull(items: NDArray[np.float64], hyper: Hyper, n_places: int) -> NDArray[np.float64]:
    """Slope of the items' prior along the mean of positions, and minus that along half their variance; per place, shape (2,)."""
    beta = items[:, 0]
    along_mean = beta @ (items[:, 1] - hyper.middle_mean) / hyper.middle_variance
    return np.array([along_mean, beta @ beta - beta.size]) / n_places


def items_gain(items: NDArray[np.float64], hyper: Hyper, mean: float, sd: float) -> float:
    """Log of the items' prior density once positions of this `mean` and `sd` are standardised, less that before."""
    beta, middle = items[:, 0], items[:, 1] - hyper.middle_mean
    after = middle - beta * mean
    gain = beta.size * math.log(sd) - 0.5 * float(beta @ beta) * (sd * sd - 1.0)
    return gain - 0.5 * float(after @ after - middle @ middle) / hyper.middle_variance


def standardise(theta: NDArray[np.float64], items: NDArray[np.float64], hyper: Hyper) -> None:
    """Bring positions to mean 0 and standard deviation 1 and change items and walk so that the votes fit as before, in place."""
    mean, sd = float(theta.mean()), float(theta.std())
    theta -= mean
    theta /= sd
    items[:, 1] -= items[:, 0] * mean
    items[:, 0] *= sd
    hyper.standardise(mean, sd)


def standardise_or_return(
    rng: np.random.Generator,
    theta: NDArray[np.float64],
    before: NDArray[np.float64],
    items: NDArray[np.float64],
    hyper: Hyper,
    pull: NDArray[np.float64],
) -> bool:
    """Accept a sweep of paths as a whole, or go back to `before`; then standardise. Whether it was accepted.

    The sweep left the density of paths given items, with the items' prior replaced by its tangent `pull`; the rest of
    that prior, which sees positions only by their mean and standard deviation, is weighed here.
    """
    gain = items_gain(items, hyper, float(theta.mean()), float(theta.std()))
    gain -= pull[0] * float(theta.sum() - before.sum()) - 0.5 * pull[1] * float(theta @ theta - before @ before)
    if not (math.log(rng.random()) < gain):
        theta[:] = before
        return False
    standardise(theta, items, hyper)
    return True
