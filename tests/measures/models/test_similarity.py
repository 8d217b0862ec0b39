"""Measures of similar votes: a plain loop over each pair, laws, and values that others published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nonaligned.measures.models.similarity import agreement, ideal_point_distance, kappa, row_quantiles, s_score, scott_pi, similarity

VOTES = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(0, 14)), elements=st.sampled_from([0.0, 0.5, 1.0, np.nan]))
WEIGHTS = ("linear", "squared", "none")
SIZE = {"linear": lambda a, b: abs(a - b), "squared": lambda a, b: (a - b) ** 2, "none": lambda a, b: float(a != b)}
FILE = Path(__file__).resolve().parents[4] / "shared" / "data" / "unga" / "UNVotes_1946-2024.csv.gz"
ALL = (
    agreement,
    s_score,
    *(lambda votes, one=one, w=w: one(votes, w) for one in (kappa, scott_pi) for w in WEIGHTS),
)


def shared_by(votes, i, j):
    return [(a, b) for a, b in zip(votes[i], votes[j], strict=True) if not np.isnan(a) and not np.isnan(b)]


def by_hand(pairs, size, pooled):
    """Observed over expected disagreement in a loop over every pair of votes that chance could bring together."""
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    if pooled:
        first = second = first + second
    expected = np.mean([size(a, b) for a in first for b in second]) if pairs else 0
    return 1 - np.mean([size(a, b) for a, b in pairs]) / expected if expected else np.nan


def from_table(table):
    """Two states whose votes cross as in the table: rows yes, abstain, no of the first, columns of the second."""
    values = (1.0, 0.5, 0.0)
    votes = [(values[i], values[j]) for i in range(3) for j in range(3) for _ in range(table[i][j])]
    return np.array(votes).T


@given(VOTES)
def test_agreement_and_s_are_means_by_hand(votes):
    alike, s = agreement(votes), s_score(votes)
    for i in range(len(votes)):
        for j in range(len(votes)):
            pairs = shared_by(votes, i, j)
            assert alike.n_shared[i, j] == s.n_shared[i, j] == len(pairs)
            apart = np.mean([abs(a - b) for a, b in pairs]) if pairs else np.nan
            np.testing.assert_allclose(alike.value[i, j], 1 - apart, atol=1e-12)
            np.testing.assert_allclose(s.value[i, j], 1 - 2 * apart, atol=1e-12)


@pytest.mark.parametrize("weights", WEIGHTS)
@given(votes=VOTES)
def test_kappa_and_pi_are_a_plain_loop_over_what_chance_brings_together(weights, votes):
    for measure, pooled in ((kappa, False), (scott_pi, True)):
        made = measure(votes, weights)
        for i in range(len(votes)):
            for j in range(len(votes)):
                expected = by_hand(shared_by(votes, i, j), SIZE[weights], pooled)
                np.testing.assert_allclose(made.value[i, j], expected, atol=1e-12)


@given(VOTES)
def test_measures_are_symmetric_and_bounded_and_1_with_oneself(votes):
    for number, measure in enumerate(ALL):
        made = measure(votes)
        np.testing.assert_array_equal(made.value, made.value.T)
        known = made.value[~np.isnan(made.value)]
        assert (known <= 1).all()
        assert (known >= (0 if number == 0 else -1)).all()
        own = made.value.diagonal()
        assert (own[~np.isnan(own)] == 1).all()


@given(VOTES, st.randoms(use_true_random=False))
def test_relabelling_states_and_reordering_roll_calls_permutes_the_result(votes, random):
    states, calls = list(range(votes.shape[0])), list(range(votes.shape[1]))
    random.shuffle(states)
    random.shuffle(calls)
    for measure in ALL:
        made, again = measure(votes), measure(votes[states][:, calls])
        np.testing.assert_array_equal(again.value, made.value[np.ix_(states, states)])
        np.testing.assert_array_equal(again.n_shared, made.n_shared[np.ix_(states, states)])


@given(VOTES)
def test_yes_and_no_may_be_swapped_and_a_vote_of_nobody_changes_nothing(votes):
    more = np.column_stack([votes, np.full(len(votes), np.nan)])
    for measure in ALL:
        np.testing.assert_array_equal(measure(1 - votes).value, measure(votes).value)
        np.testing.assert_array_equal(measure(more).value, measure(votes).value)


@given(VOTES)
def test_pi_is_never_above_kappa_and_missing_with_it(votes):
    for weights in WEIGHTS:
        pi, other = scott_pi(votes, weights).value, kappa(votes, weights).value
        assert (np.isnan(pi) == np.isnan(other)).all()
        assert (pi[~np.isnan(pi)] <= other[~np.isnan(pi)] + 1e-12).all()


def test_kappa_of_two_that_never_vary_is_missing_and_of_one_that_never_varies_0():
    votes = [[1, 1, 1, 1], [1, 1, 1, 1], [1, 0.5, 0, 1], [0, 0, 0, 0]]
    for weights in WEIGHTS:
        made = kappa(votes, weights).value
        assert np.isnan(made[0, 1])
        assert np.isnan(made[0, 0])
        assert made[0, 2] == made[0, 3] == 0


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # Artstein & Poesio 2008, and the values that scikit-learn's own tests hold for it
        ([[46, 0, 0], [4, 40, 0], [0, 0, 10]], {"none": 0.9315, "linear": 0.9412, "squared": 0.9541}),
        # printed by SAS PROC FREQ, as in the tests of statsmodels
        ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], {"none": 0.4842, "linear": 0.4701}),
        # Artstein & Poesio 2008, Table 1
        ([[20, 0, 20], [0, 0, 0], [10, 0, 50]], {"none": 0.3478, "linear": 0.3478, "squared": 0.3478}),
    ],
)
def test_kappa_of_published_tables(table, expected):
    for weights, value in expected.items():
        assert kappa(from_table(table), weights).value[0, 1] == pytest.approx(value, abs=5e-5)


def test_the_united_states_and_mexico_in_1946():
    # the example of the R package fpsim 0.2 (from the same file of votes): kappa with squared distances, pi without weights
    votes = from_table([[17, 2, 5], [0, 0, 2], [9, 1, 2]])
    assert kappa(votes, "squared").value[0, 1] == pytest.approx(-0.01222707, abs=5e-9)
    assert scott_pi(votes, "none").value[0, 1] == pytest.approx(-0.02775801, abs=5e-9)


def test_squared_kappa_is_haeges_formula_of_sums():
    votes = np.random.default_rng(5).choice([0, 0.5, 1], (2, 40))
    x, y = 3 - 2 * votes  # 1 yes, 2 abstain, 3 no
    denominator = (x**2).sum() + (y**2).sum() - 2 / 40 * x.sum() * y.sum()
    assert kappa(votes, "squared").value[0, 1] == pytest.approx(1 - ((x - y) ** 2).sum() / denominator, abs=1e-12)


@given(VOTES, st.data())
def test_sets_are_measured_one_by_one(votes, data):
    labels = np.array(data.draw(st.lists(st.integers(-2, 3), min_size=votes.shape[1], max_size=votes.shape[1])), np.int64)
    made = similarity(votes, labels)
    assert made.sets.tolist() == sorted(set(labels.tolist()))
    for number, label in enumerate(made.sets):
        part = votes[:, labels == label]
        np.testing.assert_array_equal(made.agreement[number], agreement(part).value)
        np.testing.assert_array_equal(made.kappa[number], kappa(part).value)
        np.testing.assert_array_equal(made.s_score[number], s_score(part).value)
        np.testing.assert_array_equal(made.n_shared[number], agreement(part).n_shared)


def test_without_sets_all_roll_calls_are_one_and_weights_are_passed_on():
    votes = np.random.default_rng(1).choice([0, 0.5, 1, np.nan], (5, 30))
    made = similarity(votes, weights="squared")
    assert made.kappa.shape == (1, 5, 5)
    np.testing.assert_array_equal(made.kappa[0], kappa(votes, "squared").value)


@pytest.mark.parametrize("votes", [[1.0, 0.0], [[0.3]], [[2.0]], [[np.inf]], [[[1.0]]]])
def test_what_is_no_table_of_votes_is_refused(votes):
    for measure in (*ALL, similarity):
        with pytest.raises(ValueError, match="vote"):
            measure(np.array(votes))


def test_unknown_weights_and_labels_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="weights must be one of linear, squared, none, not 'cubic'"):
        kappa([[1, 0]], "cubic")
    for sets in ([1], [1.0, 2.0], [[1, 2]]):
        with pytest.raises(ValueError, match="sets must hold one whole number for each of the 2 roll calls"):
            similarity([[1, 0]], sets)


def test_distances_of_points():
    made = ideal_point_distance([1.0, -0.5, np.nan])
    np.testing.assert_array_equal(made.value, [[0, 1.5, np.nan], [1.5, 0, np.nan], [np.nan] * 3])
    assert np.isnan(made.lower).all()
    assert np.isnan(made.upper).all()


@given(arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 6)), elements=st.floats(-5, 5)))
def test_distances_of_draws_are_those_of_each_pair_by_itself(draws):
    made = ideal_point_distance(draws)
    for i in range(draws.shape[1]):
        for j in range(draws.shape[1]):
            apart = np.abs(draws[:, i] - draws[:, j])
            found = (made.value[i, j], made.lower[i, j], made.upper[i, j])
            np.testing.assert_allclose(found, (apart.mean(), *np.quantile(apart, (0.05, 0.95))), atol=1e-12)


def test_distances_do_not_depend_on_the_size_of_blocks(monkeypatch):
    draws = np.random.default_rng(3).normal(size=(40, 9))
    whole = ideal_point_distance(draws)
    monkeypatch.setattr("nonaligned.measures.models.similarity.BLOCK", 100)
    for name in ("value", "lower", "upper"):
        np.testing.assert_array_equal(getattr(ideal_point_distance(draws), name), getattr(whole, name))


def test_a_state_without_a_position_in_some_draw_has_no_distance():
    draws = np.random.default_rng(3).normal(size=(40, 3))
    draws[7, 1] = np.nan
    for array in (made := ideal_point_distance(draws)).value, made.lower, made.upper:
        assert np.isnan(array[1]).all()
        assert np.isnan(array[:, 1]).all()
        assert np.isfinite(array[np.ix_([0, 2], [0, 2])]).all()


@pytest.mark.parametrize("theta", [np.zeros((0, 3)), np.zeros((2, 2, 2)), np.float64(1)])
def test_positions_of_another_shape_are_refused(theta):
    with pytest.raises(ValueError, match="ideal points must have shape"):
        ideal_point_distance(theta)


@given(arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 20)), elements=st.floats(-9, 9) | st.just(np.nan)))
def test_quantiles_leave_out_what_is_missing(values):
    shares = (0.05, 0.5, 0.95)
    expected = [np.quantile(row[~np.isnan(row)], shares) if not np.isnan(row).all() else [np.nan] * 3 for row in values]
    np.testing.assert_allclose(row_quantiles(values.copy(), shares).T, expected, atol=1e-12)


@pytest.mark.skipif(not FILE.exists(), reason="the reference data sets are not beside the repository")
def test_the_general_assembly_of_2023_and_1946():
    import polars as pl

    cast = pl.read_csv(FILE, columns=["rcid", "ccode", "vote", "session"]).filter(
        pl.col("ccode").is_in([2, 70, 710, 750]), pl.col("session").is_in([1, 78]), pl.col("vote") <= 3
    )
    (states, row), (_, first, column) = (
        np.unique(cast["ccode"].to_numpy(), return_inverse=True),
        np.unique(cast["rcid"].to_numpy(), return_index=True, return_inverse=True),
    )
    votes = np.full((states.size, first.size), np.nan)
    votes[row, column] = (3 - cast["vote"].to_numpy()) / 2
    made = similarity(votes, cast["session"].to_numpy()[first], weights="squared")
    usa, mexico, china, india = range(4)
    assert made.sets.tolist() == [1, 78]
    # whole numbers of half votes over shared ones: the known values, .8176, .3547 and .2791, to their last digit
    for pair, halves, n in (((china, india), 139, 85), ((india, usa), 61, 86), ((china, usa), 48, 86)):
        assert made.n_shared[1][pair] == n
        assert made.agreement[1][pair] == pytest.approx(halves / (2 * n), abs=1e-9)
    assert [round(float(made.agreement[1][pair]), 4) for pair in ((china, india), (india, usa), (china, usa))] == [0.8176, 0.3547, 0.2791]
    assert made.kappa[0][usa, mexico] == pytest.approx(-0.01222707, abs=5e-9)
    assert made.n_shared[0][usa, mexico] == 38
