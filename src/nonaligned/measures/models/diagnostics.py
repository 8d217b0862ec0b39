"""Has a simulation converged: rank-normalised split R-hat, bulk and tail effective sizes, standard errors of means.

Source: Vehtari, Gelman, Simpson, Carpenter and Buerkner (2021), "Rank-normalization, folding, and localization: an improved
R-hat for assessing convergence of MCMC", Bayesian Analysis 16(2), 667-718.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.measures.models.chain_statistics import diagnose

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_SHORTEST = 8  # draws of a chain: halves of four are the least that has a variance and an autocovariance


@dataclass(frozen=True, slots=True)
class Convergence:
    """Diagnostics of many quantities at once; every array has shape (n_points,).

    Attributes
    ----------
    rhat : array of float64
        The larger of the bulk and the tail (folded) R-hat; 1 is perfect, up to 1.01 is good.
    ess_bulk, ess_tail : array of float64
        Effective numbers of independent draws, for the middle and for the 5 % and 95 % quantiles (the smaller of the two).
    mcse_mean : array of float64
        Monte Carlo standard error of the mean, in the quantity's own unit.
    """

    rhat: NDArray[np.float64]
    ess_bulk: NDArray[np.float64]
    ess_tail: NDArray[np.float64]
    mcse_mean: NDArray[np.float64]


def convergence(draws: ArrayLike) -> Convergence:
    """Diagnose draws of many quantities.

    A quantity that never moves has R-hat 1 and as many effective draws as draws if it is the same in all chains; R-hat infinite and no
    effective draws if chains stand still in different places. A draw that is not finite makes all four NaN.

    Parameters
    ----------
    draws : array, shape (n_chains, n_draws, n_points) or (n_chains, n_draws)
        At least 8 draws of each chain; the middle draw of an odd number is left out.

    Raises
    ------
    ValueError
        If the shape is another or the chains are shorter than 8 draws.

    Examples
    --------
    >>> made = convergence(np.random.default_rng(1).standard_normal((4, 1000, 2)))
    >>> bool((made.rhat < 1.01).all()), bool((made.ess_bulk > 3000).all())
    (True, True)
    """
    given = np.asarray(draws)
    if given.ndim == 2:
        given = given[:, :, None]
    if given.ndim != 3:
        raise ValueError(f"draws must have the shape (chains, draws, points), not {given.shape}")
    if given.shape[1] < _SHORTEST:
        raise ValueError(f"chains of {given.shape[1]} draws are too short to judge: at least {_SHORTEST}")
    if given.dtype.kind != "f":
        given = given.astype(np.float64)
    made = np.empty((4, given.shape[2]))
    diagnose(given, made)
    return Convergence(*made)
