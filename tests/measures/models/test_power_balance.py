from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nonaligned.measures.models.power_balance import (
    after_commitment,
    band,
    concentration,
    held_by_blocs,
    parity,
    pivots,
    shares_of_total,
    strongest_other,
    weighted_index,
)

HELD = arrays(np.float64, st.integers(2, 8), elements=st.floats(0.01, 1))


def test_a_share_is_of_the_known_sum_of_its_group():
    made = shares_of_total(np.array([1.0, 3.0, np.nan, 5.0, 0.0]), np.array([1, 1, 1, 2, 3]))
    np.testing.assert_array_equal(made, [0.25, 0.75, np.nan, 1.0, np.nan])


def test_the_index_leaves_out_what_is_not_known_and_takes_weights():
    shares = np.array([[0.2, 0.4, np.nan], [np.nan, np.nan, np.nan]])
    made = weighted_index(shares, np.array([[1.0, 1, 1], [3.0, 1, 5]]))
    np.testing.assert_allclose(made, [[0.3, np.nan], [0.25, np.nan]])


@given(HELD)
def test_concentration_is_between_0_and_1_without_unit_and_in_any_order(held):
    made = float(concentration(held))
    assert 0 <= made <= 1 + 1e-12
    assert made == pytest.approx(float(concentration(7 * held)))
    assert made == pytest.approx(float(concentration(held[::-1])))
    n, share = len(held), held / held.sum()
    assert made == pytest.approx(float(np.std(share)) / math.sqrt((n - 1) / n**2), abs=1e-7)  # over the largest that it can be


def test_concentration_of_one_or_of_nothing_is_missing():
    assert np.isnan(concentration(np.array([1.0])))
    assert np.isnan(concentration(np.zeros(3)))
    assert concentration(np.array([[1.0, 0, 0], [1, 1, 1]])).tolist() == pytest.approx([1, 0])


def test_parity_is_to_the_strongest_other():
    np.testing.assert_allclose(parity(np.array([6.0, 3.0, 1.0])), [2, 0.5, 1 / 6])
    np.testing.assert_array_equal(strongest_other(np.array([2.0, 2.0, 1.0])), [2, 2, 2])
    assert np.isnan(parity(np.array([1.0, 0.0]))[0])


@given(HELD, st.integers(0, 1))
def test_a_state_commits_all_it_holds_to_one_bloc(held, to):
    commitment = np.full((len(held), 2), 0.25)
    after = after_commitment(held, commitment, 0)
    own = np.array([0.0, 0.0])
    own[to] = held[0]
    np.testing.assert_allclose(after[to], held_by_blocs(held[1:], commitment[1:]) + own)


def by_counting(held, commitment, is_free, chooser):
    """Every way in which the other free states can choose, one by one."""
    n_blocs = commitment.shape[1]
    others = [i for i in np.flatnonzero(is_free) if i != chooser]
    fixed = held_by_blocs(held[~is_free], commitment[~is_free])
    counts = np.zeros(n_blocs + 1)
    for way in np.ndindex(*(n_blocs,) * len(others)):
        blocs = fixed.copy()
        for state, bloc in zip(others, way, strict=True):
            blocs[bloc] += held[state]
        first = set()
        for bloc in range(n_blocs):
            joined = blocs.copy()
            joined[bloc] += held[chooser]
            first.add(int(joined.argmax()))
        for bloc in range(n_blocs):
            rival = max((j for j in range(n_blocs) if j != bloc), key=lambda j: blocs[j])
            with_it, against = blocs.copy(), blocs.copy()
            with_it[bloc] += held[chooser]
            against[rival] += held[chooser]
            counts[bloc] += (with_it.argmax() == bloc) != (against.argmax() == bloc)
        counts[-1] += len(first) > 1
    return counts / n_blocs ** len(others)


@pytest.mark.parametrize("n_blocs", [2, 3])
def test_pivots_are_near_those_that_counting_gives(n_blocs):
    rng = np.random.default_rng(3)
    held = rng.dirichlet(np.ones(9))
    commitment, is_free = np.zeros((9, n_blocs)), np.arange(9) >= n_blocs
    commitment[np.arange(n_blocs), np.arange(n_blocs)] = 1
    free = np.flatnonzero(is_free)
    made = pivots(held, commitment, is_free, free, 20_000, 0)
    for place, chooser in enumerate(free):
        exact = by_counting(held, commitment, is_free, chooser)
        np.testing.assert_allclose(made.of_bloc[place], exact[:-1], atol=0.015)
        assert made.of_any[place] == pytest.approx(exact[-1], abs=0.015)


def test_the_names_and_the_order_of_states_do_not_matter_and_the_seed_does_not_change():
    rng = np.random.default_rng(5)
    held, order = rng.dirichlet(np.ones(12), 3), rng.permutation(12)
    commitment, is_free = np.zeros((12, 2)), np.ones(12, bool)
    commitment[[0, 1], [0, 1]], is_free[:2] = 1, False
    free = np.flatnonzero(is_free)
    one, again = (pivots(held, commitment, is_free, free, 500, 1) for _ in range(2))
    np.testing.assert_array_equal(one.of_bloc, again.of_bloc)
    moved_free = np.array([int(np.flatnonzero(order == state)[0]) for state in free])
    moved = pivots(held[:, order], commitment[order], is_free[order], moved_free, 500, 1)
    np.testing.assert_allclose(moved.of_bloc, one.of_bloc, atol=1e-9)


def test_a_bound_state_has_no_pivot():
    with pytest.raises(ValueError, match="free"):
        pivots(np.ones(3), np.eye(3, 2), np.array([False, False, True]), np.array([0]), 10, 0)


def test_a_band_of_nothing_is_missing():
    low, high = band(np.empty((0, 2)))
    assert np.isnan([*low, *high]).all()
