"""How uncertain a similarity of votes is, as if roll calls were drawn independently of one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.measures.models.similarity import check_votes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

NORMAL_95 = 1.6448536269514722
VALUES = (1.0, 0.5, 0.0)


@dataclass(frozen=True, slots=True)
class Bounds:
    """90 % intervals of all pairs: arrays of shape (n_states, n_states), NaN where two states share no roll call."""

    agreement_lower: NDArray[np.float64]
    agreement_upper: NDArray[np.float64]
    kappa_sd: NDArray[np.float64]


def similarity_bounds(votes: ArrayLike) -> Bounds:
    """Intervals of agreement, and standard errors of kappa with squared weights, over one set of roll calls.

    Agreement: one vote alike and one opposed are added before the normal interval is taken (Agresti and Coull), so that two states
    which agreed in every one of a few votes are not said to agree for certain. Kappa: the large-sample error.

    Parameters
    ----------
    votes : array, shape (n_states, n_roll_calls)
        1 yes, 0.5 abstain, 0 no, NaN did not vote.

    Raises
    ------
    ValueError
        If it is no table of votes.

    Source
    ------
    Agresti & Coull 1998, The American Statistician 52(2): 119-126; Fleiss, Cohen & Everitt 1969, Psychological Bulletin 72(5): 323-327.

    Examples
    --------
    >>> made = similarity_bounds([[1, 1, 0, 0.5], [1, 0.5, 0, 0.5]])
    >>> float(made.agreement_lower[0, 1].round(3)), float(made.agreement_upper[0, 1].round(3))
    (0.494, 1.0)
    """
    given = check_votes(votes)
    sides = [(given == value).astype(np.float64) for value in VALUES]
    table = np.stack([[one @ other.T for other in sides] for one in sides])  # (3, 3, n_states, n_states)
    n = table.sum(axis=(0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        lower, upper = _agreement_bounds(table, n)
        return Bounds(lower, upper, _kappa_sd(table / n, n))


def _agreement_bounds(table: NDArray[np.float64], n: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    alike = table[0, 0] + table[1, 1] + table[2, 2] + 1
    opposed = table[0, 2] + table[2, 0] + 1
    total = n + 2
    half = total - alike - opposed
    mean = (alike + half / 2) / total
    reach = NORMAL_95 * np.sqrt(((alike + half / 4) / total - mean**2) / total)
    missing = n == 0
    return np.where(missing, np.nan, np.clip(mean - reach, 0, 1)), np.where(missing, np.nan, np.clip(mean + reach, 0, 1))


def _kappa_sd(p: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    weight = 1 - (np.subtract.outer(VALUES, VALUES)) ** 2
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed = np.einsum("ab,abij->ij", weight, p)
    expected = np.einsum("ab,aij,bij->ij", weight, rows, columns)
    by_row = np.einsum("ab,bij->aij", weight, columns)  # mean weight of a row, by the other's shares
    by_column = np.einsum("ab,aij->bij", weight, rows)
    mixed = weight[:, :, None, None] * (1 - expected) - (by_row[:, None] + by_column[None]) * (1 - observed)
    total = np.einsum("abij,abij->ij", p, mixed**2) - (observed * expected - 2 * expected + observed) ** 2
    made = np.sqrt(np.maximum(total, 0) / n) / (1 - expected) ** 2
    return np.where(expected < 1 - 1e-12, made, np.nan)
