"""Moves of whole sessions: all positions of a session shift or stretch and its items follow, so that the votes fit as before.

Given the items, a session's mean is pinned by every one of its votes, and given the positions the items are: drawn in turn they
hardly move together. Here both move at once. An item of one session follows exactly and the likelihood stays; one that returns in
several sessions follows the average, and its votes are weighed. The move is a group action (Liu and Sabatti 2000, Biometrika 87),
proposed from a local Gaussian and accepted by Metropolis and Hastings.
"""

# pyright: basic
# (compiled functions: Numba infers their types)

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from nonaligned.measures.models.ordinal_probit import TABLE, log_between, log_phi
from nonaligned.measures.models.walk_prior import log_weight, tangent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.measures.models.vote_arrays import VoteArrays
    from nonaligned.measures.models.walk_prior import Prior, Walk

SHIFT, STRETCH = 0, 1


class SessionMover:
    """Moves sessions of positions, shape (n_places,), and items, shape (n_items, 3); holds what depends on the votes alone."""

    def __init__(self, votes: VoteArrays, by_item: tuple[NDArray[np.int64], NDArray[np.int32]], walk: Walk, prior: Prior) -> None:
        n = votes.session_label.size
        self._n, self._session, self._by_item, self._walk, self._prior = n, votes.session.astype(np.int64), by_item, walk, prior
        key, count = np.unique(votes.item.astype(np.int64) * n + self._session[votes.place], return_counts=True)
        item, session = np.divmod(key, n)
        share = count / votes.n_votes_of_items[item]
        self._entries = item, session, share  # each item's sessions and the share of its votes that were cast there
        self._linked = np.flatnonzero(np.bincount(item) > 1)
        several = np.isin(item, self._linked)
        row = np.searchsorted(self._linked, item[several])
        self._average = np.zeros((self._linked.size, n))
        self._average[row, session[several]] = share[several]
        self._linked_entries = row, session[several]
        self._spread = np.eye(n)[session[several]] - self._average[row]  # what a vote sees: its session's move less the item's
        self._single = item[~several], session[~several]
        self._room = np.empty(self._linked.size), np.empty((self._linked.size, n)), np.empty((self._linked.size, n))
        self._into = np.flatnonzero(~walk.first)
        self._pairs = self._session[self._into] * n + self._session[walk.previous[self._into]]

    def move(
        self, rng: np.random.Generator, kind: int, theta: NDArray[np.float64], items: NDArray[np.float64], typical: NDArray[np.float64]
    ) -> bool:
        """Shift (`kind` 0) or stretch (1) all sessions, in place; whether the move was accepted. `typical` is what `tangent` needs."""
        slope, factor = self._local(kind, theta, items, typical)
        value = self._room[0].sum() + log_weight(theta, items, self._walk, self._prior)
        z = rng.standard_normal(self._n)
        step = np.linalg.solve(factor.T, np.linalg.solve(factor, slope) + z).astype(np.float64)
        new_theta, new_items = self.moved(kind, step, theta, items)
        new_slope, new_factor = self._local(kind, new_theta, new_items, typical)
        value_new = self._room[0].sum() + log_weight(new_theta, new_items, self._walk, self._prior)
        back = new_factor.T @ -step - np.linalg.solve(new_factor, new_slope)
        log_ratio = value_new - value + 0.5 * (z @ z - back @ back) + np.log(np.diag(new_factor) / np.diag(factor)).sum()
        if kind == STRETCH:
            log_ratio += step[self._session].sum() - self._averages(step).sum()  # the change of volume
        if not (math.log(rng.random()) < log_ratio):
            return False
        theta[:], items[:] = new_theta, new_items
        return True

    def moved(
        self, kind: int, step: NDArray[np.float64], theta: NDArray[np.float64], items: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Positions and items after a move, `step` of shape (n_sessions,)."""
        average, new_items = self._averages(step), items.copy()
        if kind == SHIFT:
            new_items[:, 1] += items[:, 0] * average
            return theta + step[self._session], new_items
        new_items[:, 0] *= np.exp(-average)
        return theta * np.exp(step)[self._session], new_items

    def _averages(self, step: NDArray[np.float64]) -> NDArray[np.float64]:
        item, session, share = self._entries
        return np.bincount(item, share * step[session]).astype(np.float64)

    def _sums(self, session: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(session, values, self._n).astype(np.float64)

    def _local(
        self, kind: int, theta: NDArray[np.float64], items: NDArray[np.float64], typical: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """About the slope of the log density along the move, and the Cholesky factor of about minus its curvature."""
        pull = tangent(items, typical[0], typical[1], theta.size, self._prior)
        beta, prior, walk = items[:, 0], self._prior.item_precision, self._walk
        along = theta if kind == STRETCH else np.ones(theta.size)
        linked_terms(TABLE, self._linked, *self._by_item, self._session, theta, items, kind == STRETCH, *self._room)
        if kind == SHIFT:
            by_item, stiff = -prior[1] * beta * (items[:, 1] - self._prior.middle_mean), prior[1] * beta * beta
        else:
            by_item, stiff = prior[0] * beta * beta - 1.0, 2.0 * prior[0] * beta * beta
        item, session, share = self._entries
        slope = self._sums(session, share * by_item[item]) + self._sums(self._session, along * (pull[0] - pull[1] * theta))
        slope += self._room[1][self._linked_entries] @ self._spread
        if kind == STRETCH:
            slope += np.bincount(self._session, minlength=self._n)
        precision = np.diag(
            self._sums(self._single[1], stiff[self._single[0]]) + self._sums(self._session, max(pull[1], 0.0) * along**2) + 1e-6
        )
        precision += (self._average * stiff[self._linked, None]).T @ self._average
        weight = np.maximum(self._room[2][self._linked_entries], 0.0)
        precision += (self._spread * weight[:, None]).T @ self._spread
        into, q = walk.precision * (theta - np.where(walk.first, 0.0, theta[walk.previous])), self._into
        p = walk.previous[q]
        slope -= self._sums(self._session, into * along) - self._sums(self._session[p], into[q] * along[p])
        outer = self._sums(self._session, walk.precision * along**2) + self._sums(self._session[p], walk.precision[q] * along[p] ** 2)
        cross = np.bincount(self._pairs, walk.precision[q] * along[q] * along[p], self._n**2).reshape(self._n, self._n)
        precision += np.diag(outer) - cross - cross.T
        return slope, np.linalg.cholesky(precision)


@njit(cache=True, parallel=True, error_model="numpy")
def linked_terms(table, linked, cell, other, session, theta, items, stretch, value, slope, weight):
    """Log-likelihood of each linked item, and by session its slope and minus its curvature along the move."""
    for row in prange(linked.size):
        v = linked[row]
        beta, half = items[v, 0], 0.5 * math.exp(items[v, 2])
        value[row] = 0.0
        slope[row] = 0.0
        weight[row] = 0.0
        for kind in range(3):
            for j in range(cell[3 * v + kind], cell[3 * v + kind + 1]):
                eta = beta * theta[other[j]]
                a, b = items[v, 1] - half - eta, items[v, 1] + half - eta
                if kind == 0:
                    f, g, h = log_phi(table, a)
                    g = -g
                elif kind == 2:
                    f, g, h = log_phi(table, -b)
                else:
                    f, low, high = log_between(table, a, b)
                    g = low - high
                    h = a * low - b * high - g * g
                along = eta if stretch else beta
                s = session[other[j]]
                value[row] += f
                slope[row, s] += along * g
                weight[row, s] -= along * along * h
