"""Votes simulated from the model, for the tests of its estimators."""

import numpy as np
from numpy.typing import NDArray

from nonaligned.measures.models.positions import drop_uncontested
from nonaligned.measures.models.vote_arrays import VoteArrays, make_arrays


def simulate(
    seed: int = 0, n_states: int = 40, n_sessions: int = 6, n_items: int = 40
) -> tuple[VoteArrays, NDArray[np.float64], tuple[NDArray[np.int64], ...]]:
    """Votes, the true positions of their places (mean 0, sd 1), and the plain columns y, item, state, session."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=n_states)[:, None] + np.cumsum(0.12 * rng.normal(size=(n_states, n_sessions)), axis=1)
    theta = (theta - theta.mean()) / theta.std()
    rows: list[NDArray[np.int64]] = []
    for session in range(n_sessions):
        for number in range(n_items):
            slope, middle = rng.choice((-1, 1)) * rng.uniform(0.7, 2.2), rng.normal()
            latent = slope * theta[:, session] + rng.normal(size=n_states)
            y = 1 + (latent > middle - 0.25).astype(int) + (latent > middle + 0.25)
            voted = rng.random(n_states) < 0.9
            state = np.flatnonzero(voted)
            rows.append(np.stack((y[voted], np.full(state.size, session * 1000 + number), state, np.full(state.size, session))))
    columns = tuple(np.concatenate(rows, axis=1))
    votes, _ = drop_uncontested(make_arrays(*columns))
    return votes, theta[votes.state_label[votes.state], votes.session_label[votes.session]], columns
