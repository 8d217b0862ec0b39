"""How alike states vote, for all pairs at once by matrix products: agreement, kappa, pi, S; and distances of ideal points.

Every measure is a function of five products of matrices of -1, 0 and 1. Their sums are whole numbers below 2**24, which
single precision holds exactly, so a result is the same at any number of threads and in any order of the roll calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

YES, ABSTAIN, NO = 1.0, 0.5, 0.0
INTERVAL = (0.05, 0.95)
EXACT_IN_SINGLE = 2**24
BLOCK = 2**21
"""Distances held at once: 16 MB."""

Weights = Literal["linear", "squared", "none"]


@dataclass(frozen=True, slots=True)
class Pairs:
    """One measure of all pairs of states.

    Attributes
    ----------
    value : array of float64, shape (n_states, n_states)
        Symmetric; NaN where it is not defined, first of all where two states share no roll call.
    n_shared : array of int64, shape (n_states, n_states)
        Roll calls in which both voted yes, no or abstained.
    """

    value: NDArray[np.float64]
    n_shared: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Similarity:
    """All measures of all pairs of states, in each of several sets of roll calls (sessions, years, issues).

    Attributes
    ----------
    sets : array, shape (n_sets,)
        The label of each set, increasing.
    agreement, kappa, s_score : arrays of float64, shape (n_sets, n_states, n_states)
    n_shared : array of int64, shape (n_sets, n_states, n_states)
    """

    sets: NDArray[np.int64]
    agreement: NDArray[np.float64]
    kappa: NDArray[np.float64]
    s_score: NDArray[np.float64]
    n_shared: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Distance:
    """Distance of all pairs of states on the scale of their ideal points.

    Attributes
    ----------
    value, lower, upper : arrays of float64, shape (n_states, n_states)
        Mean, 5 % and 95 % quantile over the draws; the last two NaN where points came without draws.
    """

    value: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Coded:
    """Votes as matrices of whole numbers, shape (n_states, n_roll_calls): 1 voted; 1 yes and -1 no; 1 abstained."""

    voted: NDArray[np.floating]
    side: NDArray[np.floating]
    middle: NDArray[np.floating]

    def part(self, states: NDArray[np.intp], calls: NDArray[np.intp]) -> _Coded:
        at = np.ix_(states, calls)
        return _Coded(self.voted[at], self.side[at], self.middle[at])


@dataclass(frozen=True, slots=True)
class _Counts:
    """Sums over the roll calls that each pair (i, j) shares, arrays of shape (n_states, n_states).

    `shared` counts them; `sided` those on which i took a side, and `leaning` its yes less its no (transposed: those of j);
    `sides` is the votes on one side less those on opposite sides, `middles` the abstentions of both.
    """

    shared: NDArray[np.float64]
    sided: NDArray[np.float64]
    leaning: NDArray[np.float64]
    sides: NDArray[np.float64]
    middles: NDArray[np.float64]


def agreement(votes: ArrayLike) -> Pairs:
    """Agreement of every pair of states over a set of roll calls.

    The mean over the roll calls in which both voted of 1 for the same vote, 0.5 for votes one step apart (yes and
    abstain, abstain and no), 0 for yes against no: from 0 (always opposed) to 1 (always alike).

    Parameters
    ----------
    votes : array, shape (n_states, n_roll_calls)
        1 yes, 0.5 abstain, 0 no, NaN did not vote (absent, or no member).

    Raises
    ------
    ValueError
        If it is no table, or a vote is none of these.

    Source
    ------
    Lijphart 1963 (index of agreement); Voeten, United Nations General Assembly Voting Data, `agree`.

    Examples
    --------
    >>> made = agreement([[1.0, 1.0, 0.0], [1.0, 0.5, 1.0], [np.nan, np.nan, np.nan]])
    >>> made.value[0, 1], made.n_shared[0, 1], made.value[0, 2], made.n_shared[0, 2]
    (np.float64(0.5), np.int64(3), np.float64(nan), np.int64(0))
    """
    counts = _count(_coded(votes))
    return _pairs(_agreement(counts), counts)


def s_score(votes: ArrayLike) -> Pairs:
    """S of every pair of states, unweighted and with absolute distances: 1 - 2 sum(d) / (n dmax), from -1 to 1.

    On votes this is 2 * agreement - 1: it ranks pairs just as agreement does and is given because studies use it.

    Parameters and errors are those of `agreement`.

    Source
    ------
    Signorino & Ritter 1999, Tau-b or Not Tau-b, International Studies Quarterly 43(1): 115-144.

    Examples
    --------
    >>> s_score([[1.0, 1.0, 0.0], [1.0, 0.5, 1.0]]).value[0, 1]
    np.float64(0.0)
    """
    counts = _count(_coded(votes))
    return _pairs(_s_score(counts), counts)


def kappa(votes: ArrayLike, weights: Weights = "squared") -> Pairs:
    """Cohen's kappa of every pair of states: 1 less the disagreement observed over that expected by chance.

    Chance is that of two states which keep their shares of yes, abstain and no among the votes they share, and vote
    independently: 1 always alike, 0 as by chance, down to -1. Where both always cast one and the same vote, chance leaves
    nothing to disagree on and kappa is not defined (NaN; some published series write 0). Where one of them always casts
    the same vote it is 0, whatever the other does.

    Parameters
    ----------
    votes : array, shape (n_states, n_roll_calls)
        As in `agreement`.
    weights : "linear", "squared" or "none"
        Size of a disagreement: the distance of the votes (abstaining is half way from yes to no), its square, or 1 for any.
        "squared" is `kappavv` of Häge's data set and an intraclass correlation.

    Raises
    ------
    ValueError
        If votes are no table of votes, or the weights are none of these.

    Source
    ------
    Cohen 1960, 1968; Häge 2011, Choice or Circumstance?, Political Analysis 19(3): 287-305.

    Examples
    --------
    >>> float(kappa([[1, 1, 0, 0.5], [1, 0.5, 0, 0]]).value[0, 1].round(4))
    0.6923
    """
    counts = _count(_coded(votes))
    return _pairs(_corrected(counts, weights, pooled=False), counts)


def scott_pi(votes: ArrayLike, weights: Weights = "squared") -> Pairs:
    """Scott's pi of every pair of states: as `kappa`, but by chance both vote with the shares of the two taken together.

    It counts a difference of the two states' shares of yes, abstain and no as disagreement, which kappa forgives; so it is
    never above kappa.

    Parameters and errors are those of `kappa`; "squared" is `pivv` of Häge's data set.

    Source
    ------
    Scott 1955; Häge 2011, Political Analysis 19(3): 287-305.

    Examples
    --------
    >>> float(scott_pi([[1, 1, 0, 0.5], [1, 0.5, 0, 0]]).value[0, 1].round(4))
    0.6667
    """
    counts = _count(_coded(votes))
    return _pairs(_corrected(counts, weights, pooled=True), counts)


def similarity(votes: ArrayLike, sets: ArrayLike | None = None, weights: Weights = "squared") -> Similarity:
    """Agreement, kappa and S of every pair of states in every set of roll calls.

    Each set costs five matrix products over the states that voted in it. The result takes 32 bytes for each pair of states
    and set: 100 MB for 200 states and 78 sessions.

    Parameters
    ----------
    votes : array, shape (n_states, n_roll_calls)
        As in `agreement`.
    sets : array of whole numbers, shape (n_roll_calls,), optional
        The set of each roll call, for example its session; without it all are one set, labelled 0.
    weights : "linear", "squared" or "none"
        Of `kappa`.

    Raises
    ------
    ValueError
        If votes are no table of votes, there is not one whole number for each roll call, or the weights are unknown.

    Examples
    --------
    >>> made = similarity([[1, 1, 0, 1], [1, 0.5, 0, 0]], sets=[78, 78, 78, 77])
    >>> made.sets.tolist(), made.agreement[:, 0, 1].round(4).tolist(), made.n_shared[:, 0, 1].tolist()
    ([77, 78], [0.0, 0.8333], [1, 3])
    """
    coded = _coded(votes)
    n_states, n_calls = coded.voted.shape
    label, of_call = np.unique(call_labels(np.zeros(n_calls, np.int64) if sets is None else sets, n_calls, "sets"), return_inverse=True)
    shape = (label.size, n_states, n_states)
    alike, chance_corrected, s = (np.full(shape, np.nan) for _ in range(3))
    made = Similarity(label, alike, chance_corrected, s, np.zeros(shape, np.int64))
    order = np.argsort(of_call, kind="stable")
    ends = np.cumsum(np.bincount(of_call, minlength=label.size))
    for number, calls in zip(range(label.size), np.split(order, ends[:-1]), strict=False):  # no set: one empty part
        present = np.flatnonzero(coded.voted[:, calls].any(axis=1))
        counts = _count(coded.part(present, calls))
        at = (number, present[:, None], present)
        made.agreement[at], made.s_score[at] = _agreement(counts), _s_score(counts)
        made.kappa[at], made.n_shared[at] = _corrected(counts, weights, pooled=False), counts.shared
    return made


def ideal_point_distance(theta: ArrayLike) -> Distance:
    """Distance of the ideal points of every pair of states, with a 90 % interval where draws are given.

    Draws must be joint: the interval of a distance is that of the differences, not what two intervals leave between them.
    The mean of a distance is above the distance of the means where positions are uncertain.

    Parameters
    ----------
    theta : array, shape (n_states,) or (n_draws, n_states)
        Ideal points, or draws of them; a state with a NaN has no distance.

    Raises
    ------
    ValueError
        If it has another shape, or no draw.

    Source
    ------
    Bailey, Strezhnev & Voeten 2017, Journal of Conflict Resolution 61(2): 430-456 (`absidealdiff`).

    Examples
    --------
    >>> made = ideal_point_distance([[2.0, -1.0], [1.0, -1.0], [1.5, np.nan]][:2])
    >>> made.value[0, 1], made.lower[0, 1], made.upper[0, 1]
    (np.float64(2.5), np.float64(2.05), np.float64(2.95))
    """
    given = np.asarray(theta, np.float64)
    if given.ndim == 1:
        unknown = np.full((given.size, given.size), np.nan)
        return Distance(np.abs(given[:, None] - given), unknown, unknown.copy())
    if given.ndim != 2 or not given.shape[0]:
        raise ValueError(f"ideal points must have shape (n_states,) or (n_draws, n_states), not {given.shape}")
    n_draws, n_states = given.shape
    states = np.ascontiguousarray(given.T)
    made = Distance(*(np.zeros((n_states, n_states)) for _ in range(3)))
    rows, columns = np.triu_indices(n_states, 1)
    step = max(BLOCK // n_draws, 1)
    for start in range(0, rows.size, step):
        i, j = rows[start : start + step], columns[start : start + step]
        apart = np.abs(states[i] - states[j])
        made.value[i, j] = made.value[j, i] = apart.mean(axis=1)
        for target, found in zip((made.lower, made.upper), row_quantiles(apart, INTERVAL), strict=True):
            target[i, j] = target[j, i] = found
    unknown = np.isnan(given).any(axis=0)
    for array in (made.value, made.lower, made.upper):
        array[unknown] = array[:, unknown] = np.nan
    return made


def check_votes(votes: ArrayLike) -> NDArray[np.float64]:
    """A table of votes as an array, shape (n_states, n_roll_calls), or a ValueError that says what is wrong with it."""
    made = np.asarray(votes, np.float64)
    if made.ndim != 2:
        raise ValueError(f"votes must be states by roll calls, not of shape {made.shape}")
    if not ((made == YES) | (made == ABSTAIN) | (made == NO) | np.isnan(made)).all():
        raise ValueError("a vote is 1 (yes), 0.5 (abstain), 0 (no) or NaN (did not vote)")
    return made


def call_labels(given: ArrayLike, n_calls: int, name: str) -> NDArray[np.int64]:
    """One whole number for each roll call, or a ValueError that names what was given."""
    made = np.asarray(given)
    if made.shape != (n_calls,) or (made.dtype.kind not in "iu" and made.size):
        raise ValueError(f"{name} must hold one whole number for each of the {n_calls} roll calls")
    return made.astype(np.int64)


def _coded(votes: ArrayLike) -> _Coded:
    given = check_votes(votes)
    kind = np.float32 if given.shape[1] < EXACT_IN_SINGLE else np.float64
    side = np.subtract(given == YES, given == NO, dtype=kind)
    return _Coded((~np.isnan(given)).astype(kind), side, (given == ABSTAIN).astype(kind))


def _count(coded: _Coded) -> _Counts:
    voted, side, middle = coded.voted, coded.side, coded.middle
    shared = voted @ voted.T
    sums = (shared, shared - middle @ voted.T, side @ voted.T, side @ side.T, middle @ middle.T)
    return _Counts(*(each.astype(np.float64) for each in sums))


def _agreement(counts: _Counts) -> NDArray[np.float64]:
    return _s_score(counts) / 2 + 0.5


def _s_score(counts: _Counts) -> NDArray[np.float64]:
    # alike less opposite, over shared: one step apart counts for neither
    made = np.full(counts.shared.shape, np.nan)
    return np.divide(counts.sides + counts.middles, counts.shared, out=made, where=counts.shared > 0)


def _corrected(counts: _Counts, weights: Weights, *, pooled: bool) -> NDArray[np.float64]:
    """One less observed over expected disagreement; distances are counted in half steps from yes to no."""
    n, sided, leaning = counts.shared, counts.sided, counts.leaning
    both, product = sided + sided.T, leaning * leaning.T
    squares = sided * sided.T
    if pooled:
        squares, product = (both / 2) ** 2, ((leaning + leaning.T) / 2) ** 2
    if weights == "linear":
        observed, expected = n - counts.sides - counts.middles, n * both - squares - product
    elif weights == "squared":
        observed, expected = both - 2 * counts.sides, n * both - 2 * product
    elif weights == "none":
        observed = (3 * n - both - 3 * counts.middles - counts.sides) / 2
        expected = n * both - (3 * squares + product) / 2
    else:
        raise ValueError(f"weights must be one of {', '.join(get_args(Weights))}, not {weights!r}")
    made = np.full(n.shape, np.nan)
    return 1 - np.divide(n * observed, expected, out=made, where=expected > 0)


def _pairs(value: NDArray[np.float64], counts: _Counts) -> Pairs:
    return Pairs(value, counts.shared.astype(np.int64))


def row_quantiles(values: NDArray[np.float64], shares: Sequence[float]) -> NDArray[np.float64]:
    """Quantiles of each row, interpolated, shape (n_shares, n_rows); NaN are left out. Sorts the rows in place.

    Examples
    --------
    >>> row_quantiles(np.array([[3.0, 1.0, 2.0], [1.0, np.nan, 2.0]]), (0.0, 0.5)).tolist()
    [[1.0, 1.0], [2.0, 1.5]]
    """
    made = np.full((len(shares), values.shape[0]), np.nan)
    if not values.size:
        return made
    values.sort(axis=1)  # NaN to the end
    last = np.maximum((~np.isnan(values)).sum(axis=1) - 1, 0)
    rows = np.arange(values.shape[0], dtype=np.intp)
    for row, share in zip(made, shares, strict=True):
        below = np.floor(share * last).astype(np.intp)
        low = values[rows, below]
        row[:] = low + (values[rows, np.minimum(below + 1, last)] - low) * (share * last - below)
    return made
