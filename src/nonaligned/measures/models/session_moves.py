"""Moves of whole sessions: all positions of a session shift or stretch and its items follow, so that the votes fit as before.

Given the items, a session's mean is pinned by every one of its votes, and given the positions the items are: drawn in turn they
hardly move together. Here both move at once. An item of one session follows exactly and the likelihood stays; one that returns in
several sessions follows the average, and its votes are weighed. The move is a group action (Liu and Sabatti 2000, Biometrika 87),
proposed from the local Gaussian and accepted by Metropolis and Hastings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from nonaligned.measures.models.ordinal_probit import TABLE, log_between, log_phi

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.measures.models.walk_prior import Walk

SHIFT, STRETCH = 0, 1


@dataclass(frozen=True, slots=True)
class Agenda:
    """Which sessions an item was voted on in.

    Attributes
    ----------
    item, session, share : arrays, shape (n_entries,)
        Each item's sessions and the share of its votes that were cast there.
    linked : array of int, shape (n_linked,)
        Items of more than one session.
    linked_item, linked_session : arrays of int, shape (n_linked_entries,)
        Their entries, the item as its place in `linked`.
    spread : array, shape (n_linked_entries, n_sessions)
        What a vote of a linked item in a session sees of the sessions' moves: its own less the item's average.
    average : array, shape (n_linked, n_sessions)
        Shares of the linked items.
    """

    item: NDArray[np.int64]
    session: NDArray[np.int64]
    share: NDArray[np.float64]
    linked: NDArray[np.int64]
    linked_item: NDArray[np.int64]
    linked_session: NDArray[np.int64]
    spread: NDArray[np.float64]
    average: NDArray[np.float64]


def agenda(item: NDArray[np.int32], session: NDArray[np.int32], n_items: int) -> Agenda:
    """Find the sessions of every item from the item and the session of each vote (both of shape (n_votes,))."""
    n_sessions = int(session.max()) + 1
    key, count = np.unique(item.astype(np.int64) * n_sessions + session, return_counts=True)
    entry_item, entry_session = np.divmod(key, n_sessions)
    share = count / np.bincount(item, minlength=n_items)[entry_item]
    linked = np.flatnonzero(np.bincount(entry_item, minlength=n_items) > 1)
    several = np.isin(entry_item, linked)
    row = np.searchsorted(linked, entry_item[several])
    average = np.zeros((linked.size, n_sessions))
    average[row, entry_session[several]] = share[several]
    spread = np.eye(n_sessions)[entry_session[several]] - average[row]
    return Agenda(entry_item, entry_session, share, linked, row, entry_session[several], spread, average)


@njit(cache=True, parallel=True, error_model="numpy")
def _linked_terms(table, linked, cell, other, session, theta, cuts, stretch, value, slope, weight):  # type: ignore[no-untyped-def]
    """Log-likelihood of each linked item, and by session its slope and minus its curvature along the move."""
    for row in prange(linked.size):
        v = linked[row]
        beta = cuts[v, 0]
        value[row] = 0.0
        slope[row] = 0.0
        weight[row] = 0.0
        for kind in range(3):
            for j in range(cell[3 * v + kind], cell[3 * v + kind + 1]):
                t = theta[other[j]]
                eta = beta * t
                if kind == 0:
                    f, g, h = log_phi(table, cuts[v, 1] - eta)
                    g = -g
                elif kind == 2:
                    f, g, h = log_phi(table, eta - cuts[v, 2])
                else:
                    a, b = cuts[v, 1] - eta, cuts[v, 2] - eta
                    f, low, high = log_between(table, a, b)
                    g = low - high
                    h = a * low - b * high - g * g
                along = eta if stretch else beta
                s = session[other[j]]
                value[row] += f
                slope[row, s] += along * g
                weight[row, s] -= along * along * h


@dataclass(slots=True)
class _Local:
    value: float
    slope: NDArray[np.float64]
    factor: NDArray[np.float64]

    def newton(self) -> NDArray[np.float64]:
        return np.linalg.solve(self.factor.T, np.linalg.solve(self.factor, self.slope))


class SessionMover:
    """Moves the sessions of one chain; holds what depends on the votes alone and the room to work in."""

    def __init__(self, made: Agenda, session: NDArray[np.int32], cell: NDArray[np.int64], other: NDArray[np.int32], walk: Walk) -> None:
        self._agenda, self._session, self._cell, self._other, self._walk = made, session.astype(np.int64), cell, other, walk
        self._n_sessions = made.average.shape[1]
        shape = (made.linked.size, self._n_sessions)
        self._value, self._slope, self._weight = np.empty(shape[0]), np.empty(shape), np.empty(shape)
        single = ~np.isin(made.item, made.linked)
        self._single_item, self._single_session = made.item[single], made.session[single]
        self._into = np.flatnonzero(~walk.first)
        self._pairs = self._session[self._into] * self._n_sessions + self._session[walk.previous[self._into]]
        self._count = np.bincount(self._session, minlength=self._n_sessions).astype(float)

    def move(self, rng: np.random.Generator, kind: int, theta, items, cuts, hyper) -> bool:  # type: ignore[no-untyped-def]
        """Shift (`kind` 0) or stretch (1) all sessions, in place; whether the move was accepted."""
        here = self._local(kind, theta, items, cuts, hyper)
        z = rng.standard_normal(self._n_sessions)
        step = here.newton() + np.linalg.solve(here.factor.T, z)
        new_theta, new_items = self._moved(kind, step, theta, items)
        half = 0.5 * np.exp(new_items[:, 2])
        new_cuts = np.stack([new_items[:, 0], new_items[:, 1] - half, new_items[:, 1] + half], axis=1)
        there = self._local(kind, new_theta, new_items, new_cuts, hyper)
        back = there.factor.T @ (-step - there.newton())
        log_ratio = there.value - here.value + 0.5 * z @ z - 0.5 * back @ back
        log_ratio += np.log(np.diag(there.factor)).sum() - np.log(np.diag(here.factor)).sum()
        if kind == STRETCH:
            log_ratio += self._count @ step - self._averages(step, items.shape[0]).sum()
        if not (math.log(rng.random()) < log_ratio):
            return False
        theta[:], items[:], cuts[:] = new_theta, new_items, new_cuts
        return True

    def _averages(self, step: NDArray[np.float64], n_items: int) -> NDArray[np.float64]:
        return np.bincount(self._agenda.item, self._agenda.share * step[self._agenda.session], n_items)

    def _moved(self, kind, step, theta, items):  # type: ignore[no-untyped-def]
        average = self._averages(step, items.shape[0])
        new_items = items.copy()
        if kind == SHIFT:
            new_items[:, 1] += items[:, 0] * average
            return theta + step[self._session], new_items
        new_items[:, 0] *= np.exp(-average)
        return theta * np.exp(step)[self._session], new_items

    def _local(self, kind, theta, items, cuts, hyper) -> _Local:  # type: ignore[no-untyped-def]
        """Log density at a state, its slope along the move and the Cholesky factor of its precision."""
        n, a, walk = self._n_sessions, self._agenda, self._walk
        beta, middle = items[:, 0], (items[:, 1] - hyper.middle_mean)
        n_items, n_places = beta.size, theta.size
        mean, sd = theta.mean(), theta.std()
        along = theta if kind == STRETCH else np.ones(n_places)
        room = (self._value, self._slope, self._weight)
        _linked_terms(TABLE, a.linked, self._cell, self._other, self._session, theta, cuts, kind == STRETCH, *room)
        own = middle - beta * mean
        value = self._value.sum() + n_items * math.log(sd) - 0.5 * sd * sd * (beta @ beta) - 0.5 * (own @ own) / hyper.middle_variance
        d_mean = np.bincount(self._session, along, n) / n_places  # slope of theta's mean and sd
        d_sd = np.bincount(self._session, along * (theta - mean), n) / (n_places * sd)
        pull = beta * own / hyper.middle_variance
        slope = pull.sum() * d_mean + (n_items / sd - sd * (beta @ beta)) * d_sd
        by_item = -pull if kind == SHIFT else sd * sd * beta * beta - 1.0
        slope += np.bincount(a.session, a.share * by_item[a.item], n)
        stiff = beta * beta / hyper.middle_variance if kind == SHIFT else 2.0 * sd * sd * beta * beta
        centre = d_mean if kind == SHIFT else d_sd / sd
        side = np.bincount(a.session, a.share * stiff[a.item], n)
        precision = np.diag(np.bincount(self._single_session, stiff[self._single_item], n))
        precision += (a.average * stiff[a.linked, None]).T @ a.average
        precision += stiff.sum() * np.outer(centre, centre) - np.outer(side, centre) - np.outer(centre, side)
        if kind == STRETCH:
            slope += self._count
        entries = (a.linked_item, a.linked_session)
        slope += self._slope[entries] @ a.spread
        precision += (a.spread * np.maximum(self._weight[entries], 0.0)[:, None]).T @ a.spread
        # the walk: into = along[q] u[t(q)] - along[p] u[t(p)]
        q = self._into
        p = walk.previous[q]
        k = 1.0 / (hyper.innovation_variance * walk.gap[q])
        d = theta[q] - theta[p]
        f = np.flatnonzero(walk.first)
        e = theta[f] - hyper.origin
        value -= 0.5 * (k * d) @ d + 0.5 * (e @ e) / hyper.initial_variance
        slope -= np.bincount(self._session[q], k * d * along[q], n) - np.bincount(self._session[p], k * d * along[p], n)
        slope -= np.bincount(self._session[f], e * along[f], n) / hyper.initial_variance
        diagonal = np.bincount(self._session[q], k * along[q] ** 2, n) + np.bincount(self._session[p], k * along[p] ** 2, n)
        diagonal += np.bincount(self._session[f], along[f] ** 2, n) / hyper.initial_variance
        cross = np.bincount(self._pairs, k * along[q] * along[p], n * n).reshape(n, n)
        precision += np.diag(diagonal + 1e-6) - cross - cross.T
        return _Local(value, slope, np.linalg.cholesky(precision))
