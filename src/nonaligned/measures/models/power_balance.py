"""Capability indices, concentration, blocs and pivots, on arrays.

Totals are summed exactly and random choices are drawn in order of capability, so that another order or naming of the states
only permutes the result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PARITY = (0.8, 1.2)
"""Ratios of two blocs within which they are called equals."""


def shares_of_total(values: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each value as a share of the sum of its group, unknown ones left out of the sum.

    Parameters
    ----------
    values : array, shape (n,)
        At least 0; NaN where unknown.
    group : array of whole numbers, shape (n,)

    Returns
    -------
    array, shape (n,)
        NaN where the value is unknown, or the group's sum is 0.

    Examples
    --------
    >>> shares_of_total(np.array([1.0, 3.0, np.nan]), np.array([0, 0, 0]))
    array([0.25, 0.75,  nan])
    """
    made = np.full(len(values), np.nan)
    for one in np.unique(group):
        rows = (group == one) & ~np.isnan(values)
        total = math.fsum(values[rows].tolist())
        if total > 0:
            made[rows] = values[rows] / total
    return made


def weighted_index(shares: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the components that are known, with weights, for every set of weights.

    Parameters
    ----------
    shares : array, shape (n, n_components)
        NaN where unknown.
    weights : array, shape (n_draws, n_components)
        Positive; only their ratios matter.

    Returns
    -------
    array, shape (n_draws, n)
        NaN where no component is known.

    Source
    ------
    Singer, Bremer & Stuckey 1972 (Composite Index of National Capability): the mean with equal weights.

    Examples
    --------
    >>> weighted_index(np.array([[0.2, 0.4], [0.1, np.nan]]), np.ones((1, 2)))
    array([[0.3, 0.1]])
    """
    total = np.zeros((len(weights), len(shares)))
    known = np.zeros_like(total)
    for column in range(shares.shape[1]):  # one component after the other: the same sum at any number of threads
        is_known = ~np.isnan(shares[:, column])
        total += weights[:, column, None] * np.where(is_known, shares[:, column], 0.0)
        known += weights[:, column, None] * is_known
    return np.divide(total, known, out=np.full_like(total, np.nan), where=known > 0)


def concentration(capability: NDArray[np.float64]) -> NDArray[np.float64]:
    """How concentrated capability is, from 0 (all equal) to 1 (one has all).

    Parameters
    ----------
    capability : array, shape (..., n)
        At least 0.

    Returns
    -------
    array, shape (...)
        NaN for fewer than two holders, or none with any.

    Source
    ------
    Ray & Singer 1973, Measuring the Concentration of Power in the International System, Sociological Methods & Research 1(4).

    Examples
    --------
    >>> [round(float(concentration(np.array(held))), 6) for held in ([1.0, 1.0], [1.0, 0.0], [3.0, 1.0])]
    [0.0, 1.0, 0.5]
    """
    n = capability.shape[-1]
    total: NDArray[np.float64] = np.asarray(capability.sum(axis=-1))
    if n < 2:
        return np.full(capability.shape[:-1], np.nan)
    share = np.divide(capability, total[..., None], out=np.full(capability.shape, np.nan), where=total[..., None] > 0)
    return np.sqrt(((share - 1 / n) ** 2).sum(axis=-1) / (1 - 1 / n))  # the same as from the sum of squares, and exact near 0


def parity(held: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each bloc's capability over that of the strongest other.

    Parameters
    ----------
    held : array, shape (..., n_blocs)

    Returns
    -------
    array, shape (..., n_blocs)
        NaN where the strongest other has none.

    Examples
    --------
    >>> parity(np.array([6.0, 3.0, 1.0]))
    array([2.        , 0.5       , 0.16666667])
    """
    rival = strongest_other(held)
    return np.divide(held, rival, out=np.full(held.shape, np.nan), where=rival > 0)


def strongest_other(held: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each bloc the largest of the others; shape as `held`, (..., n_blocs)."""
    order: NDArray[np.float64] = np.sort(held, axis=-1)
    return np.where(held == order[..., -1:], order[..., -2:-1], order[..., -1:])


def held_by_blocs(capability: NDArray[np.float64], commitment: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each bloc commands: sum over states of capability times commitment.

    Parameters
    ----------
    capability : array, shape (..., n_states)
    commitment : array, shape (n_states, n_blocs)

    Returns
    -------
    array, shape (..., n_blocs)

    Examples
    --------
    >>> held_by_blocs(np.array([0.5, 0.3]), np.array([[1.0, 0.0], [0.5, 0.5]]))
    array([0.65, 0.15])
    """
    parts = capability[..., :, None] * commitment
    return parts.sum(axis=-2)


def after_commitment(capability: NDArray[np.float64], commitment: NDArray[np.float64], state: int) -> NDArray[np.float64]:
    """What the blocs would command if one state committed itself wholly to one of them and to no other.

    Parameters
    ----------
    capability : array, shape (..., n_states)
    commitment : array, shape (n_states, n_blocs)
    state : int

    Returns
    -------
    array, shape (..., n_blocs, n_blocs)
        Row k: the blocs if the state commits to k.

    Examples
    --------
    >>> after_commitment(np.array([0.5, 0.3]), np.array([[1.0, 0.0], [0.0, 0.0]]), 1)
    array([[0.8, 0. ],
           [0.5, 0.3]])
    """
    others = commitment.copy()
    others[state] = 0.0
    own = capability[..., state, None, None] * np.eye(commitment.shape[1])
    return held_by_blocs(capability, others)[..., None, :] + own


@dataclass(frozen=True, slots=True)
class Pivots:
    """Whose choice decides.

    Attributes
    ----------
    of_bloc : array, shape (..., n_choosers, n_blocs)
        Share of random choices of the others in which the state's choice between a bloc and its strongest rival decides
        whether the bloc comes first.
    of_any : array, shape (..., n_choosers)
        Share in which its choice decides which bloc comes first.
    """

    of_bloc: NDArray[np.float64]
    of_any: NDArray[np.float64]


def pivots(
    capability: NDArray[np.float64],
    commitment: NDArray[np.float64],
    is_free: NDArray[np.bool_],
    choosers: NDArray[np.int64],
    n_choices: int,
    seed: int,
) -> Pivots:
    """How often each state's choice decides which bloc comes first, when the free states choose at random.

    The free states each join one of the blocs with equal chances (Banzhaf's index of weighted voting, by simulation: the standard error
    of a share p is sqrt(p (1 - p) / n_choices), at most .005 for 10,000 choices). The commitments of the others stand; those of free
    states do not count. The chooser's own choice is set aside: it decides where what it holds exceeds the lead without it.

    Parameters
    ----------
    capability : array, shape (n_draws, n_states) or (n_states,)
    commitment : array, shape (n_states, n_blocs)
    is_free : array of bool, shape (n_states,)
    choosers : array of rows, shape (n_choosers,)
        Free states whose pivot is wanted.
    n_choices : int
        Random choices drawn, the same for all draws of capability.
    seed : int

    Returns
    -------
    Pivots

    Source
    ------
    Banzhaf 1965, Weighted Voting Doesn't Work, Rutgers Law Review 19: 317-343.

    Examples
    --------
    >>> commitment, is_free = np.array([[1.0, 0], [0, 1.0], [0, 0]]), np.array([False, False, True])
    >>> made = pivots(np.array([0.4, 0.3, 0.2]), commitment, is_free, np.array([2]), 10, 0)
    >>> made.of_any, made.of_bloc
    (array([1.]), array([[1., 1.]]))
    """
    if not is_free[choosers].all():
        raise ValueError("only a free state chooses")
    many = np.atleast_2d(capability)
    n_blocs = commitment.shape[1]
    free = np.flatnonzero(is_free)
    mean = many.mean(axis=0)
    free = free[np.argsort(-mean[free], kind="stable")]
    choice = np.random.default_rng(seed).integers(0, n_blocs, size=(len(free), n_choices), dtype=np.int8)
    rows = [int(np.flatnonzero(free == one)[0]) for one in choosers]
    of_bloc = np.zeros((len(many), len(choosers), n_blocs))
    of_any = np.zeros((len(many), len(choosers)))
    for draw, held in enumerate(many):
        fixed = held_by_blocs(held[~is_free], commitment[~is_free])
        totals = fixed[:, None] + np.stack([_summed(held[free], choice == bloc) for bloc in range(n_blocs)])
        for place, row in enumerate(rows):
            own = held[free[row]]
            others: NDArray[np.float64] = totals.copy()
            others[choice[row], np.arange(n_choices)] -= own
            rivals = [np.max(np.delete(others, bloc, axis=0), axis=0) for bloc in range(n_blocs)]
            decides = np.abs(others - np.stack(rivals)) < own
            of_bloc[draw, place] = decides.mean(axis=1)
            of_any[draw, place] = decides.any(axis=0).mean()
    shape = capability.shape[:-1]
    return Pivots(of_bloc.reshape(*shape, len(choosers), n_blocs), of_any.reshape(*shape, len(choosers)))


def _summed(held: NDArray[np.float64], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Sum of what the choosers of a bloc hold in each random choice: shape (n_choices,)."""
    return np.where(chosen, held[:, None], 0.0).sum(axis=0)


def band(draws: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The 5 and 95 % quantiles over the first axis, NaN where there are no draws or any is missing.

    Examples
    --------
    >>> [round(float(end[0]), 2) for end in band(np.linspace(0, 1, 101)[:, None])]
    [0.05, 0.95]
    """
    if not len(draws):
        nothing = np.full(draws.shape[1:], np.nan)
        return nothing, nothing.copy()
    low, high = np.quantile(draws.astype(np.float64), (0.05, 0.95), axis=0)
    return low, high
