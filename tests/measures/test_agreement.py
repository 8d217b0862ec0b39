from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nonaligned.measures.models.similarity import agreement

VOTES = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(0, 12)), elements=st.sampled_from([0.0, 0.5, 1.0, np.nan]))


def by_hand(votes, i, j):
    both = [(a, b) for a, b in zip(votes[i], votes[j], strict=True) if not np.isnan(a) and not np.isnan(b)]
    return (np.mean([1 - abs(a - b) for a, b in both]) if both else np.nan), len(both)


@given(VOTES)
def test_it_is_the_mean_by_hand(votes):
    made = agreement(votes)
    for i in range(len(votes)):
        for j in range(len(votes)):
            value, n = by_hand(votes, i, j)
            assert made.n_shared[i, j] == n
            np.testing.assert_allclose(made.value[i, j], value, atol=1e-12)


@given(VOTES)
def test_it_is_symmetric_between_0_and_1_and_1_with_oneself(votes):
    made = agreement(votes)
    np.testing.assert_array_equal(made.value, made.value.T)
    known = made.value[~np.isnan(made.value)]
    assert ((known >= 0) & (known <= 1)).all()
    own = made.value.diagonal()
    assert (np.isnan(own) == np.isnan(votes).all(axis=1)).all()
    assert (own[~np.isnan(own)] == 1).all()


@given(VOTES, st.randoms(use_true_random=False))
def test_relabelling_states_and_reordering_roll_calls_permutes_the_result(votes, random):
    states, calls = list(range(votes.shape[0])), list(range(votes.shape[1]))
    random.shuffle(states)
    random.shuffle(calls)
    np.testing.assert_array_equal(agreement(votes[states][:, calls]).value, agreement(votes).value[np.ix_(states, states)])


@given(VOTES)
def test_yes_and_no_may_be_swapped(votes):
    np.testing.assert_array_equal(agreement(1 - votes).value, agreement(votes).value)


@pytest.mark.parametrize("votes", [np.array([1.0, 0.0]), np.array([[0.3]]), np.array([[2.0]])])
def test_what_is_no_vote_is_refused(votes):
    with pytest.raises(ValueError, match="vote"):
        agreement(votes)
