"""One roll call fitted to known positions: the mode by another road, recovery, and what a flip of the scale does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nonaligned.measures.models.one_item import PRIOR_SD, Item, fit_item, vote_probabilities


def simulated(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    theta, sd = rng.normal(size=n), rng.uniform(0.1, 0.4, n)
    made = -1.5 * (theta + sd * rng.normal(size=n)) + rng.normal(size=n)
    return theta, sd, np.where(made < 0.5, 1, np.where(made < 1.2, 2, 3))


def height(item: Item, theta: np.ndarray, sd: np.ndarray, y: np.ndarray) -> float:
    """Log posterior from the probabilities alone."""
    at = np.array([item.discrimination, (item.low_cut + item.high_cut) / 2, math.log(item.high_cut - item.low_cut)])
    chance = vote_probabilities(item, theta, sd)[np.arange(y.size), y - 1]
    return float(np.log(chance).sum() - 0.5 * ((at / PRIOR_SD) ** 2).sum())


def test_no_step_away_from_the_mode_is_higher() -> None:
    theta, sd, y = simulated(190)
    best = fit_item(theta, sd, y)
    assert best.is_converged
    top = height(best, theta, sd, y)
    for d in (1e-3, -1e-3):
        for moved in (
            Item(best.discrimination + d, best.low_cut, best.high_cut),
            Item(best.discrimination, best.low_cut + d, best.high_cut),
            Item(best.discrimination, best.low_cut, best.high_cut + d),
        ):
            assert height(moved, theta, sd, y) < top


def test_the_parameters_of_simulated_votes_come_back() -> None:
    found = fit_item(*simulated(20_000))
    assert found.discrimination == pytest.approx(-1.5, abs=0.06)
    assert found.low_cut == pytest.approx(0.5, abs=0.05)
    assert found.high_cut == pytest.approx(1.2, abs=0.05)


def test_turning_the_scale_turns_the_item() -> None:
    theta, sd, y = simulated(150, seed=3)
    one, other = fit_item(theta, sd, y), fit_item(-theta, sd, y)
    assert other.discrimination == pytest.approx(-one.discrimination, abs=1e-5)
    assert (other.low_cut, other.high_cut) == pytest.approx((one.low_cut, one.high_cut), abs=1e-5)
    turned = fit_item(theta, sd, 4 - y)
    assert (turned.discrimination, turned.low_cut) == pytest.approx((-one.discrimination, -one.high_cut), abs=1e-5)


def test_probabilities_are_those_of_the_integral_over_the_position() -> None:
    item, nodes = Item(-2.0, -0.3, 0.9), np.random.default_rng(2).normal(size=400_000)
    found = vote_probabilities(item, np.array([0.4]), np.array([0.3]))[0]
    certain = vote_probabilities(item, 0.4 + 0.3 * nodes, np.zeros(nodes.size)).mean(axis=0)
    assert found == pytest.approx(certain, abs=2e-3)
    assert found.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("code", [1, 2, 3])
def test_a_unanimous_roll_call_has_a_finite_fit(code: int) -> None:
    theta, sd, _ = simulated(100)
    found = fit_item(theta, sd, np.full(100, code))
    assert found.is_converged
    assert abs(found.discrimination) < 1
    assert vote_probabilities(found, theta, sd)[:, code - 1].min() > 0.9


def test_perfect_separation_has_a_finite_fit() -> None:
    theta = np.linspace(-3, 3, 100)
    found = fit_item(theta, np.zeros(100), np.where(theta < 0, 1, 3))
    assert found.is_converged
    assert 1 < found.discrimination < 20


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="two votes"):
        fit_item(np.zeros(1), np.zeros(1), np.array([1]))
    with pytest.raises(ValueError, match="1, 2 or 3"):
        fit_item(np.zeros(2), np.zeros(2), np.array([1, 8]))
