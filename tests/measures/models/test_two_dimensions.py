"""A second dimension is found where there is one, and adds nothing where there is none."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from simulated_votes import simulate

from nonaligned.measures.models.fast import fast
from nonaligned.measures.models.positions import drop_uncontested
from nonaligned.measures.models.two_dimensions import TwoDimensions, _standardise, _State, two_dimensions
from nonaligned.measures.models.vote_arrays import VoteArrays, make_arrays

COLUMNS = tuple[NDArray[np.int64], ...]


@cache
def _plane(seed: int = 1, n_states: int = 50, n_sessions: int = 4, n_items: int = 60) -> tuple[VoteArrays, NDArray[np.float64], COLUMNS]:
    """Votes of states in a plane, a third of the items on the second dimension alone; the true positions; the plain columns."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=(n_states, 1, 2)) + np.cumsum(0.1 * rng.normal(size=(n_states, n_sessions, 2)), axis=1)
    rows: list[NDArray[np.int64]] = []
    for session in range(n_sessions):
        for number in range(n_items):
            slope = rng.choice((-1, 1)) * np.array([0.0, 1.8] if number % 3 == 0 else [2.0, 0.3])
            middle = 0.7 * rng.normal()
            latent = theta[:, session] @ slope + rng.normal(size=n_states)
            y = 1 + (latent > middle - 0.3).astype(int) + (latent > middle + 0.3)
            state = np.arange(n_states)
            rows.append(np.stack((y, np.full(n_states, session * 1000 + number), state, np.full(n_states, session))))
    columns = tuple(np.concatenate(rows, axis=1))
    votes, _ = drop_uncontested(make_arrays(*columns))
    return votes, theta[votes.state_label[votes.state], votes.session_label[votes.session]], columns


@cache
def _made() -> TwoDimensions:
    return two_dimensions(_plane()[0], above=0, below=1, held_out=0.1)


def test_the_plane_that_made_the_votes_is_found() -> None:
    _, truth, _ = _plane()
    made = _made()
    for k in (0, 1):
        fitted = made.theta @ np.linalg.lstsq(made.theta, truth[:, k] - truth[:, k].mean(), rcond=None)[0]
        assert np.corrcoef(fitted, truth[:, k])[0, 1] > 0.93
    assert made.is_converged
    assert made.one.is_converged
    assert made.two.is_converged


def test_the_second_dimension_tells_votes_that_were_held_out() -> None:
    made = _made()
    assert made.one.n_dimensions == 1
    assert made.two.n_dimensions == 2
    assert made.two.held_out_log_score > made.one.held_out_log_score + 0.05
    assert made.two.held_out_pre > made.one.held_out_pre + 0.05
    assert made.two.log_score > made.two.held_out_log_score
    assert made.two.share_right > made.one.share_right


def test_where_there_is_one_dimension_the_second_tells_nothing_new() -> None:
    votes, truth, _ = simulate(1, n_states=50, n_sessions=4, n_items=60)
    made = two_dimensions(votes, held_out=0.1)
    assert made.two.log_score > made.one.log_score
    assert made.two.held_out_log_score < made.one.held_out_log_score + 0.01
    assert abs(np.corrcoef(made.theta[:, 0], truth)[0, 1]) > 0.95


def test_it_is_identified_and_the_first_is_the_one_of_one_dimension() -> None:
    votes, _, _ = _plane()
    theta = _made().theta
    assert theta.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert theta.std(axis=0) == pytest.approx([1, 1])
    assert np.corrcoef(theta.T)[0, 1] == pytest.approx(0, abs=1e-9)
    assert np.corrcoef(theta[:, 0], fast(votes, above=0, below=1, intervals=False).theta)[0, 1] > 0.96
    sums = np.bincount(votes.state, theta[:, 1])
    assert sums[np.abs(sums).argmax()] > 0
    turned = two_dimensions(votes, above=1, below=0, held_out=0.1)
    assert np.allclose(turned.theta, theta * [-1, 1])
    assert np.allclose(turned.discrimination, _made().discrimination * [-1, 1])
    assert turned.two.held_out_log_score == pytest.approx(_made().two.held_out_log_score)


def test_the_figures_are_those_of_the_positions_and_items() -> None:
    votes, _, _ = _plane()
    made = _made()
    m = (made.discrimination[votes.item] * made.theta[votes.place]).sum(axis=1)
    told = 1 + (m[:, None] > made.cutpoints[votes.item]).sum(axis=1)
    assert np.mean(told == votes.y) == pytest.approx(made.two.share_right, abs=0.05)
    assert (np.diff(made.cutpoints, axis=1) > 0).all()


def test_setting_the_scale_leaves_every_probability() -> None:
    rng = np.random.default_rng(0)
    first = rng.normal(size=(30, 1))
    first = (first - first.mean()) / first.std()
    made = _State(
        np.hstack((first, 3 + first + 2 * rng.normal(size=(30, 1)))), rng.normal(size=(9, 2)), rng.normal(size=(9, 2)), np.ones((30, 2))
    )
    before = made.cuts[:, None, :] - (made.slope @ made.theta.T)[:, :, None]
    blur = made.slope[:, 1] ** 2 * made.variance[0, 1]
    _standardise(made)
    assert np.allclose(made.cuts[:, None, :] - (made.slope @ made.theta.T)[:, :, None], before)
    assert np.allclose(made.slope[:, 1] ** 2 * made.variance[0, 1], blur)
    assert np.corrcoef(made.theta.T)[0, 1] == pytest.approx(0, abs=1e-12)
    assert np.allclose(made.theta[:, :1], first)


def test_neither_order_nor_labels_matter() -> None:
    _, _, (y, item, state, session) = _plane()
    order = np.random.default_rng(2).permutation(y.size)
    again, _ = drop_uncontested(make_arrays(y[order], item[order] * 3 + 5, state[order] + 700, session[order] * 10))
    assert two_dimensions(again, above=0, below=1, held_out=0.1).theta.tobytes() == _made().theta.tobytes()


def test_bad_input_is_refused() -> None:
    votes, _, _ = simulate(n_states=10, n_sessions=1, n_items=5)
    for share in (0, 1):
        with pytest.raises(ValueError, match="held out"):
            two_dimensions(votes, held_out=share)
    with pytest.raises(ValueError, match="three places"):
        two_dimensions(make_arrays([1, 3], [0, 0], [0, 1], [0, 0]))
    with pytest.raises(ValueError, match="smoothing"):
        two_dimensions(votes, smoothing=0)


def test_few_votes_give_finite_positions() -> None:
    votes, _, _ = simulate(n_states=6, n_sessions=2, n_items=3)
    made = two_dimensions(votes, held_out=0.3)
    assert np.isfinite(made.theta).all()
    assert np.isfinite(made.cutpoints).all()
