from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonaligned.measures.models.gravity import equilibrium

ELASTICITIES = st.floats(1, 10)


def world(seed: int, n: int = 8, is_balanced: bool = False):
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(0, 1, (n, n)) + np.diag(rng.lognormal(3, 0.5, n))
    return (flows + flows.T) / 2 if is_balanced else flows


@given(st.integers(0, 99), ELASTICITIES)
def test_no_change_changes_nothing(seed, elasticity):
    flows = world(seed)
    made = equilibrium(flows, np.ones_like(flows), elasticity)
    assert made.is_converged
    for one in (made.income, made.price, made.welfare):
        np.testing.assert_allclose(one, 1, atol=1e-10)
    np.testing.assert_allclose(made.trade, flows)


@given(st.integers(0, 99), ELASTICITIES)
def test_autarky_costs_what_the_own_share_says(seed, elasticity):
    """Arkolakis, Costinot & Rodríguez-Clare 2012: welfare falls to the own share to the power of 1 over the elasticity."""
    flows = world(seed, is_balanced=True)
    made = equilibrium(flows, np.eye(len(flows)), elasticity)
    np.testing.assert_allclose(made.welfare, (np.diag(flows) / flows.sum(axis=0)) ** (1 / elasticity), rtol=1e-9)


@given(st.integers(0, 99), ELASTICITIES, st.integers(0, 99))
@settings(max_examples=40)
def test_welfare_follows_the_own_share_after_any_change(seed, elasticity, change):
    flows = world(seed, is_balanced=True)
    ease = np.random.default_rng(change).uniform(0.2, 2, flows.shape)
    np.fill_diagonal(ease, 1)
    made = equilibrium(flows, ease, elasticity)
    assert made.is_converged
    own = [np.diag(one) / one.sum(axis=0) for one in (flows, made.trade)]
    np.testing.assert_allclose(made.welfare, (own[1] / own[0]) ** (-1 / elasticity), rtol=1e-8)
    np.testing.assert_allclose(made.welfare, made.real_income, rtol=1e-8)  # trade was balanced


@given(st.integers(0, 99), ELASTICITIES)
@settings(max_examples=30)
def test_the_accounts_close(seed, elasticity):
    flows = world(seed)
    ease = np.ones_like(flows)
    ease[0, 1] = ease[1, 0] = 0.3
    made = equilibrium(flows, ease, elasticity)
    assert made.is_converged
    output, spending = flows.sum(axis=1), flows.sum(axis=0)
    np.testing.assert_allclose(made.trade.sum(axis=1), made.income * output, rtol=1e-9)  # sold is earned
    np.testing.assert_allclose(made.trade.sum(axis=0) - made.trade.sum(axis=1), spending - output, atol=1e-7)  # deficits stay
    assert (made.income * output).sum() == pytest.approx(output.sum())


def test_states_that_are_alike_fare_alike_and_who_is_named_first_does_not_matter():
    flows = np.full((5, 5), 2.0) + 20 * np.eye(5)
    ease = np.ones((5, 5))
    ease[0, 1] = ease[1, 0] = 0.5
    made = equilibrium(flows, ease, 4)
    assert made.welfare[0] == pytest.approx(made.welfare[1])
    np.testing.assert_allclose(made.welfare[2:], made.welfare[2])
    assert made.welfare[0] < 1 < made.welfare[2]  # the two lose, the others gain by what is diverted to them
    order = np.array([3, 1, 4, 0, 2])
    moved = equilibrium(flows[np.ix_(order, order)], ease[np.ix_(order, order)], 4)
    np.testing.assert_allclose(moved.welfare, made.welfare[order], rtol=1e-10)


def test_the_easier_it_is_to_replace_a_partner_the_less_is_lost():
    flows = world(7)
    ease = np.ones_like(flows)
    ease[0, 1] = ease[1, 0] = 0.5
    lost = [1 - equilibrium(flows, ease, one).real_income[0] for one in (2.5, 4, 8)]
    assert lost[0] > lost[1] > lost[2] > 0


def test_too_few_steps_are_told():
    flows = world(7)
    ease = np.where(np.eye(8) > 0, 1, 0.1)
    assert not equilibrium(flows, ease, 4, most_steps=2).is_converged


@pytest.mark.parametrize(
    ("flows", "ease", "elasticity"),
    [
        (np.ones((2, 3)), np.ones((2, 3)), 4),
        (np.array([[0.0, 1], [1, 1]]), np.ones((2, 2)), 4),
        (np.array([[1.0, np.nan], [1, 1]]), np.ones((2, 2)), 4),
        (np.ones((2, 2)), np.array([[1.0, -1], [1, 1]]), 4),
        (np.ones((2, 2)), np.ones((2, 2)), 0),
    ],
)
def test_what_is_no_world_is_refused(flows, ease, elasticity):
    with pytest.raises(ValueError, match=r"flows|trades|elasticity"):
        equilibrium(flows, ease, elasticity)
