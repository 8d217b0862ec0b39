"""A new session added to positions already estimated: earlier years stay exactly where they are."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.measures.models.chains import cells, set_cuts, start_items, threads_for
from nonaligned.measures.models.diagnostics import convergence
from nonaligned.measures.models.item_block import move_items
from nonaligned.measures.models.ordinal_probit import TABLE
from nonaligned.measures.models.path_block import move_paths
from nonaligned.measures.models.principled import ESS_AT_LEAST, RHAT_AT_MOST
from nonaligned.measures.models.walk_prior import Prior

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.measures.models.principled import Posterior
    from nonaligned.measures.models.vote_arrays import VoteArrays


@dataclass(frozen=True, slots=True)
class NewSession:
    """Positions in the added session, on the scale of the earlier estimates.

    Attributes
    ----------
    theta, sd, lower, upper : arrays, shape (n_places,)
        Of the new votes' places: mean, standard deviation, 5 % and 95 % quantile.
    draws : array of float32, shape (n_chains, n_draws, n_places)
    items : array, shape (n_items, 3)
        Posterior mean of discrimination, middle and log distance of the cutpoints.
    seconds : float
    is_converged : bool
    messages : tuple of str
    """

    theta: NDArray[np.float64]
    sd: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    draws: NDArray[np.float32]
    items: NDArray[np.float64]
    seconds: float
    is_converged: bool
    messages: tuple[str, ...]


def update(
    before: Posterior,
    votes: VoteArrays,
    new: VoteArrays,
    *,
    seed: int = 0,
    n_chains: int = 4,
    n_warmup: int = 300,
    n_draws: int = 650,
    thin: int = 4,
    prior: Prior | None = None,
) -> NewSession:
    """Place the states of one new session given what is known.

    A state begins from its last position, as uncertain as that was plus the walk since; a state never seen begins where states
    begin. An item known from earlier sessions (same label) has its posterior as prior. The scale, the sign and all earlier
    positions stay. What is given up against a run over everything: the new votes say nothing about earlier years, and the last
    positions of different states and the parameters of an old item are taken as independent.

    Parameters
    ----------
    before : Posterior
        Of `votes`.
    votes, new : VoteArrays
        Earlier votes, and those of the one new session, with the same labels of states and items.

    prior : Prior, optional
        The one that `before` was made with.

    Raises
    ------
    ValueError
        If the new votes are of several sessions or of one that is not later than all before.
    """
    if new.session_label.size != 1 or new.session_label[0] <= votes.session_label[-1]:
        raise ValueError("an update takes one session, later than all before")
    given = prior or Prior()
    known = Known(*_places_prior(before, votes, new, given), *_items_prior(before, votes, new, given))
    return add_session(new, known, seed=seed, n_chains=n_chains, n_warmup=n_warmup, n_draws=n_draws, thin=thin)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a session's votes are seen: normal positions and items, independent of one another.

    Attributes
    ----------
    place_mean, place_variance : arrays, shape (n_places,)
    item_mean, item_precision : arrays, shapes (n_items, 3) and (n_items, 3, 3)
        Discrimination, middle and log distance of the cutpoints.
    """

    place_mean: NDArray[np.float64]
    place_variance: NDArray[np.float64]
    item_mean: NDArray[np.float64]
    item_precision: NDArray[np.float64]


def add_session(
    new: VoteArrays, known: Known, *, seed: int = 0, n_chains: int = 4, n_warmup: int = 300, n_draws: int = 650, thin: int = 4
) -> NewSession:
    """Place the states of one session, given what is known of them and of its items.

    Examples
    --------
    >>> from nonaligned.measures.models.vote_arrays import make_arrays
    >>> new = make_arrays([1, 3, 2, 1, 3, 3], [0, 0, 0, 1, 1, 1], [2, 365, 710] * 2, [1] * 6)
    >>> prior = Prior()
    >>> known = Known(np.array([2.0, -1.0, -1.0]), np.full(3, 0.1), np.tile(prior.item_mean, (2, 1)), np.tile(np.eye(3), (2, 1, 1)))
    >>> add_session(new, known, n_draws=50, n_warmup=50).theta.shape
    (3,)
    """
    started = time.monotonic()
    by_place = cells(new.place, new.y, new.item, new.n_places)
    by_item = cells(new.item, new.y, new.place, new.n_items)
    start = (known.place_mean, known.place_mean, 1.0 / known.place_variance, start_items(new))
    theta, origin, walk, items = (np.repeat(x[None], n_chains, axis=0) for x in start)
    theta += 0.3 * np.random.default_rng(seed).standard_normal(theta.shape)
    cuts, ends, pull = np.empty_like(items), np.arange(new.n_places + 1), np.zeros((n_chains, 2))
    set_cuts(items, cuts)
    moved_places, moved_items = np.empty((n_chains, new.n_places, 2), np.int64), np.empty((n_chains, new.n_items), np.int64)
    draws, item_sum = np.empty((n_chains, n_draws, new.n_places), np.float32), np.zeros((new.n_items, 3))
    item_prior = (known.item_mean, known.item_precision)
    with threads_for(new, n_chains):
        for sweep in range(n_warmup + n_draws * thin):
            climb = 0.9 * 0.5 ** (sweep % 3) if sweep < 15 else 0.0
            move_items(TABLE, items, cuts, *by_item, theta, *item_prior, seed, sweep, climb, moved_items)
            move_paths(TABLE, theta, ends, origin, walk, *by_place, cuts, pull, seed, sweep, 2, climb, moved_places)
            k, rest = divmod(sweep - n_warmup, thin)
            if k >= 0 and rest == thin - 1:
                draws[:, k] = theta
                item_sum += items.mean(axis=0)
    return _summary(draws, item_sum / n_draws, time.monotonic() - started)


def _places_prior(before: Posterior, votes: VoteArrays, new: VoteArrays, prior: Prior) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance of each new place before its votes are seen."""
    mean, variance = np.zeros(new.n_places), np.full(new.n_places, prior.start_variance)
    last = np.flatnonzero(votes.following < 0)
    label = votes.state_label[votes.state[last]]
    of_new = new.state_label[new.state]
    known = np.isin(of_new, label)
    place = last[np.searchsorted(label, of_new[known])]
    gap = votes.session_label.size - votes.session[place]
    mean[known] = before.theta[place]
    variance[known] = before.sd[place] ** 2 + prior.step_variance * gap
    return mean, variance


def _items_prior(before: Posterior, votes: VoteArrays, new: VoteArrays, prior: Prior) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    mean, precision = np.tile(prior.item_mean, (new.n_items, 1)), np.tile(np.diag(prior.item_precision), (new.n_items, 1, 1))
    known = np.isin(new.item_label, votes.item_label)
    item = np.searchsorted(votes.item_label, new.item_label[known])
    mean[known] = before.items[item]
    precision[known] = np.eye(3) / np.maximum(before.items_sd[item], 1e-3)[:, None, :] ** 2
    return mean, precision


def _summary(draws: NDArray[np.float32], items: NDArray[np.float64], seconds: float) -> NewSession:
    made, flat = convergence(draws), draws.reshape(-1, draws.shape[2]).astype(np.float64)
    ess = np.minimum(made.ess_bulk, made.ess_tail)
    messages: list[str] = []
    if not (made.rhat <= RHAT_AT_MOST).all():
        messages.append(f"R-hat is above {RHAT_AT_MOST} for {int((~(made.rhat <= RHAT_AT_MOST)).sum())} of {ess.size} positions")
    if (ess < ESS_AT_LEAST).any():
        messages.append(f"fewer than {ESS_AT_LEAST:.0f} effective draws for {int((ess < ESS_AT_LEAST).sum())} of {ess.size} positions")
    lower, upper = np.quantile(flat, (0.05, 0.95), axis=0)
    return NewSession(flat.mean(axis=0), flat.std(axis=0), lower, upper, draws, items, seconds, not messages, tuple(messages))
