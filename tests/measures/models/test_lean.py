"""Lean between two powers: a plain loop over the formula, laws, pooling, coverage of the bootstrap, values of the Assembly."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nonaligned.measures.models.lean import Lean, lean, lean_by_session

UNGA = Path(__file__).resolve().parents[4] / "shared" / "data" / "unga"
TABLE = st.tuples(st.integers(7, 9), st.integers(1, 40))
VOTES = arrays(np.float64, TABLE, elements=st.sampled_from([0.0, 0.5, 1.0, np.nan]))
SMALL = settings(max_examples=60, deadline=None)
NAMES = [field.name for field in fields(Lean)]


def lean_at_4(*given, **more):
    """With fewer votes enough, so that the small tables of the laws have leans."""
    with patch("nonaligned.measures.models.lean.ENOUGH", 4):
        return lean(*given, **more)


def random_votes(n_states=12, n_calls=60, seed=0, missing=0.1):
    rng = np.random.default_rng(seed)
    votes = rng.choice([0, 0.5, 1], (n_states, n_calls), p=[0.3, 0.2, 0.5])
    votes[rng.random(votes.shape) < missing] = np.nan
    return votes


def by_hand(votes, k, l, i):  # noqa: E741
    """Scores of state i, roll call by roll call."""
    table = votes.T.tolist()
    contested = [(y[i], y[k], y[l]) for y in table if not np.isnan([y[i], y[k], y[l]]).any() and y[k] != y[l]]
    return [(abs(y - b) - abs(y - a)) / abs(a - b) for y, a, b in contested]


def same(one, other, states=slice(None)):
    for name in NAMES:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name)[..., states], err_msg=name)


@SMALL
@given(VOTES)
def test_it_is_the_mean_by_hand_less_that_of_the_world(votes):
    made = lean_at_4(votes, 1, 3, n_draws=0)
    scores = {i: by_hand(votes, 1, 3, i) for i in range(len(votes)) if i not in (1, 3)}
    world = {i: np.mean(each) for i, each in scores.items() if len(each) >= 4}
    for i, each in scores.items():
        assert made.n_contested[i] == len(each)
        if i not in world or len(world) < 5:
            assert np.isnan([made.value[i], made.raw[i], made.percentile[i], made.world_mean[i]]).all()
            assert made.n_pooled[i] == 0
            continue
        assert made.raw[i] == pytest.approx(world[i], abs=1e-12)
        assert made.value[i] == pytest.approx(world[i] - np.mean(list(world.values())), abs=1e-12)
        below = sum(made.raw[j] < made.raw[i] for j in world) + sum(made.raw[j] == made.raw[i] for j in world) / 2
        assert made.percentile[i] == pytest.approx(100 * below / len(world))
    for power in (1, 3):
        assert np.isnan(made.value[power])
        assert made.n_contested[power] == made.n_pooled[power] == 0


@SMALL
@given(VOTES)
def test_bounds_and_order_and_swapping_the_powers(votes):
    made, swapped = lean_at_4(votes, 0, 2, n_draws=50, seed=3), lean_at_4(votes, 2, 0, n_draws=50, seed=3)
    known = ~np.isnan(made.raw)
    assert (np.abs(made.raw[known]) <= 1).all()
    assert ((made.percentile[known] > 0) & (made.percentile[known] < 100)).all()
    ordered = np.stack([made.lower_90, made.lower_50, made.median, made.upper_50, made.upper_90])[:, ~np.isnan(made.median)]
    assert (np.diff(ordered, axis=0) >= 0).all()
    np.testing.assert_array_equal(swapped.raw, -made.raw)
    np.testing.assert_array_equal(swapped.draws, -made.draws)
    for one, other in (("value", "value"), ("median", "median"), ("lower_90", "upper_90"), ("lower_50", "upper_50")):
        np.testing.assert_allclose(getattr(swapped, one), -getattr(made, other), atol=1e-12)
    np.testing.assert_allclose(swapped.percentile, 100 - made.percentile, atol=1e-9)
    np.testing.assert_array_equal(swapped.n_contested, made.n_contested)


@SMALL
@given(VOTES, st.randoms(use_true_random=False))
def test_relabelling_states_and_reordering_roll_calls_permutes_the_result(votes, random):
    states, calls = list(range(votes.shape[0])), list(range(votes.shape[1]))
    random.shuffle(states)
    random.shuffle(calls)
    cluster = np.arange(votes.shape[1]) // 2
    made = lean_at_4(votes, 0, 1, cluster, n_draws=40)
    again = lean_at_4(votes[states][:, calls], states.index(0), states.index(1), cluster[calls], n_draws=40)
    for name in NAMES:
        np.testing.assert_allclose(getattr(again, name), getattr(made, name)[..., states], atol=1e-6, err_msg=name)


@SMALL
@given(VOTES)
def test_yes_and_no_may_be_swapped_and_what_is_not_contested_changes_nothing(votes):
    made = lean_at_4(votes, 0, 1, n_draws=20)
    same(made, lean_at_4(1 - votes, 0, 1, n_draws=20))
    alike = np.vstack([np.ones((2, 30)), np.zeros((len(votes) - 2, 30))])
    same(made, lean_at_4(np.hstack([votes, alike]), 0, 1, n_draws=20))


def test_same_seed_same_bytes_and_another_seed_other_draws():
    votes = random_votes()
    one, two, other = (lean(votes, 0, 1, n_draws=100, seed=seed) for seed in (7, 7, 8))
    assert one.draws.tobytes() == two.draws.tobytes()
    assert one.draws.shape == (100, 12)
    assert one.draws.tobytes() != other.draws.tobytes()
    np.testing.assert_array_equal(one.value, other.value)


def test_quantiles_are_those_of_the_draws():
    made = lean(random_votes(), 0, 1, n_draws=400)
    found = np.stack([made.lower_90, made.lower_50, made.median, made.upper_50, made.upper_90])
    expected = np.nanquantile(made.draws[:, 2:], (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)
    np.testing.assert_allclose(found[:, 2:], expected, atol=1e-6)


def test_a_state_that_does_not_vote_has_nothing():
    votes = random_votes()
    votes[5] = np.nan
    made = lean(votes, 0, 1, n_draws=10)
    assert made.n_contested[5] == made.n_clusters[5] == made.n_pooled[5] == 0
    for name in ("value", "raw", "percentile", "world_mean", "median", "lower_90", "upper_90"):
        assert np.isnan(getattr(made, name)[5])
    assert np.isnan(made.draws[:, 5]).all()


def test_too_few_votes_or_too_small_a_world_give_no_lean():
    votes = np.vstack([np.ones(20), np.zeros(20), random_votes(6, 20, missing=0)])
    votes[2, 14:] = np.nan
    made = lean(votes, 0, 1, n_draws=10)
    assert made.n_contested[2:4].tolist() == [14, 20]
    assert np.isnan(made.value[2])
    assert not np.isnan(made.value[3:]).any()
    assert np.isnan(lean(votes[:-1], 0, 1, n_draws=10).value).all()
    assert np.isnan(lean(votes[:, :1], 0, 1, n_draws=10).value).all()
    assert lean(votes[:, :0], 0, 1, n_draws=10).n_contested.sum() == 0


def test_under_five_clusters_there_is_a_lean_but_no_interval():
    votes = np.vstack([np.ones(40), np.zeros(40), random_votes(6, 40, missing=0)])
    for n_clusters, known in ((4, False), (5, True)):
        made = lean(votes, 0, 1, np.arange(40) % n_clusters, n_draws=200)
        assert (made.n_clusters[2:] == n_clusters).all()
        assert not np.isnan(made.value[2:]).any()
        assert (~np.isnan(made.upper_90[2:]) == known).all()


def test_copies_of_roll_calls_in_their_cluster_make_no_interval_narrower():
    votes = random_votes()
    once = lean(votes, 0, 1, np.arange(60), n_draws=300)
    thrice = lean(np.tile(votes, 3), 0, 1, np.tile(np.arange(60), 3), n_draws=300)
    np.testing.assert_allclose(thrice.draws, once.draws, atol=1e-6)
    alone = lean(np.tile(votes, 3), 0, 1, n_draws=300)
    assert np.nanmedian((alone.upper_90 - alone.lower_90) / (once.upper_90 - once.lower_90)) < 0.7


@pytest.mark.parametrize("n_clusters", [6, 15, 60])
def test_intervals_cover_the_truth_nine_times_of_ten(n_clusters):
    rng = np.random.default_rng(n_clusters)
    covered = []
    for seed in range(150):
        chance = rng.dirichlet((2, 1, 2), 10)
        truth = chance[:, 0] - chance[:, 2]
        # one cast of the dice for a cluster of three or four roll calls, which repeat one another
        drawn = (rng.random((10, n_clusters, 1)) > chance.cumsum(axis=1)[:, None, :2]).sum(axis=2)
        cluster = np.repeat(np.arange(n_clusters), rng.integers(3, 5, n_clusters))
        votes = np.vstack([np.ones(cluster.size), np.zeros(cluster.size), (1 - drawn / 2)[:, cluster]])
        made = lean(votes, 0, 1, cluster, n_draws=400, seed=seed)
        inside = (made.lower_90[2:] <= truth - truth.mean()) & (truth - truth.mean() <= made.upper_90[2:])
        covered.append(inside)
    assert 0.87 < np.mean(covered) < 0.93


def sessions_of(*sizes, first=70):
    return np.repeat(np.arange(first, first + len(sizes)), sizes)


def test_a_session_with_enough_votes_stands_alone():
    votes, session, cluster = random_votes(12, 180, missing=0.05), sessions_of(60, 60, 60), np.arange(180) // 2
    made = lean_by_session(votes, 0, 1, session, cluster, n_draws=50, keep_draws=True)
    assert made.sessions.tolist() == [70, 71, 72]
    for number, label in enumerate(made.sessions):
        alone = lean(votes[:, session == label], 0, 1, cluster[session == label], n_draws=50)
        assert alone.n_pooled.tolist() == [0, 0, *[1] * 10]
        for name in NAMES:
            whole = getattr(made.lean, name)
            np.testing.assert_array_equal(whole[:, number] if name == "draws" else whole[number], getattr(alone, name))


def test_a_state_with_few_votes_is_pooled_with_one_then_two_earlier_sessions():
    session = sessions_of(40, 40, 40, 40)
    votes = np.vstack([np.ones(160), np.zeros(160), random_votes(9, 160, missing=0)])
    keep = np.ones((3, 160), bool)
    keep[0, 120 + 10 :] = False  # 10 votes in the last session, 40 before
    keep[1, [*range(47, 80), *range(86, 120), *range(123, 160)]] = False  # 7, 6 and 3: enough in three sessions
    keep[2, 40:] = False  # left after the first
    votes[2:5][~keep] = np.nan
    made = lean_by_session(votes, 0, 1, session, n_draws=60)
    assert made.lean.n_pooled[:, 2].tolist() == [1, 1, 1, 2]
    assert made.lean.n_pooled[:, 3].tolist() == [1, 2, 3, 3]
    assert made.lean.n_pooled[:, 4].tolist() == [1, 0, 0, 0]
    assert made.lean.n_contested[3].tolist() == [0, 0, 50, 16, 0, *[40] * 6]
    assert np.isnan(made.lean.value[1:, 4]).all()
    for state, window in ((2, (72, 73)), (3, (71, 72, 73)), (5, (73,))):
        calls = np.isin(session, window)
        world = votes.copy()
        world[np.isnan(votes[:, session == 73]).all(axis=1)] = np.nan  # who left is no longer of the world
        alone = lean(world[:, calls], 0, 1, np.flatnonzero(calls), n_draws=60)
        for name in ("value", "raw", "percentile", "world_mean", "n_contested", "n_clusters", "median", "lower_90", "upper_90"):
            assert getattr(made.lean, name)[3, state] == pytest.approx(getattr(alone, name)[state], abs=1e-12)


def test_only_neighbouring_sessions_are_pooled():
    votes = np.vstack([np.ones(30), np.zeros(30), random_votes(6, 30, missing=0)])
    near, gap, far = ([first] * 10 + [second] * 10 + [72] * 10 for first, second in ((70, 71), (60, 70), (60, 69)))
    pooled = [lean_by_session(votes, 0, 1, session, n_draws=0).lean.n_pooled[-1, 2] for session in (near, gap, far)]
    assert pooled == [2, 2, 0]


def test_a_session_with_too_small_a_world_is_pooled():
    votes = np.vstack([np.ones(80), np.zeros(80), random_votes(6, 80, missing=0)])
    votes[2:4, 50:] = np.nan
    assert lean_by_session(votes, 0, 1, sessions_of(40, 40), n_draws=0).lean.n_pooled.tolist() == [[0, 0, *[1] * 6], [0, 0, *[2] * 6]]


def test_a_power_that_did_not_vote_leaves_the_session_missing():
    votes = np.vstack([np.ones(80), np.zeros(80), random_votes(6, 80, missing=0)])
    votes[0, 40:] = np.nan
    made = lean_by_session(votes, 0, 1, sessions_of(40, 40), n_draws=0)
    assert made.lean.n_pooled[:, 2:].tolist() == [[1] * 6, [0] * 6]
    assert (made.lean.n_contested[1] == 0).all()


@pytest.mark.parametrize(
    ("k", "l", "more", "message"),
    [
        (2, 2, {}, "between two powers"),
        (0, 12, {}, "rows of the 12 states"),
        (-1, 2, {}, "rows of the 12 states"),
        (0, 1, {"cluster": [1, 2]}, "cluster must hold one whole number for each of the 60 roll calls"),
        (0, 1, {"cluster": np.arange(60) - 1}, "at least 0"),
        (0, 1, {"cluster": np.arange(60) / 2}, "whole number"),
        (0, 1, {"n_draws": -1}, "n_draws"),
    ],
)
def test_bad_input_is_refused(k, l, more, message):  # noqa: E741
    votes = random_votes()
    with pytest.raises(ValueError, match=message):
        lean(votes, k, l, **more)
    with pytest.raises(ValueError, match=message):
        lean_by_session(votes, k, l, np.zeros(60, int), **more)


@pytest.mark.parametrize("votes", [[1.0, 0.0], [[0.3], [1.0]], [[2.0], [1.0]]])
def test_what_is_no_table_of_votes_is_refused(votes):
    with pytest.raises(ValueError, match="vote"):
        lean(np.array(votes), 0, 1)


def test_sessions_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="session must hold one whole number"):
        lean_by_session(random_votes(), 0, 1, [1, 2])


@pytest.mark.skipif(not UNGA.exists(), reason="the reference data sets are not beside the repository")
def test_britain_japan_and_india_between_the_united_states_and_russia():
    """Sessions 72 to 74: +.03, -.21 and -.66 on raw votes; +.51, +.26 and -.18 where the world's mean counts the powers too."""
    import polars as pl

    cast = pl.read_csv(UNGA / "UNVotes_1946-2024.csv.gz", columns=["rcid", "ccode", "vote", "session"]).filter(
        pl.col("session").is_between(72, 74), pl.col("vote") <= 3
    )
    states, row = np.unique(cast["ccode"].to_numpy(), return_inverse=True)
    calls, column = np.unique(cast["rcid"].to_numpy(), return_inverse=True)
    votes = np.full((states.size, calls.size), np.nan)
    votes[row, column] = (3 - cast["vote"].to_numpy()) / 2
    usa, britain, russia, japan, india = (int(np.flatnonzero(states == code)[0]) for code in (2, 200, 365, 740, 750))
    made = lean(votes, usa, russia)
    three = [britain, japan, india]
    assert made.raw[three].round(2).tolist() == [0.03, -0.21, -0.66]
    assert made.n_contested[three].tolist() == [234, 234, 233]
    with_powers = (np.nansum(made.raw) + 1 - 1) / (np.isfinite(made.raw).sum() + 2)
    assert (made.raw[three] - with_powers).round(2).tolist() == [0.51, 0.26, -0.18]
    assert made.value[three].tolist() == pytest.approx([0.51, 0.26, -0.18], abs=0.01)
    assert made.percentile[three].tolist() == pytest.approx([97, 74, 28], abs=1)
    assert (made.lower_90[three] < made.value[three]).all()
    assert (made.value[three] < made.upper_90[three]).all()
    assert (made.upper_90 - made.lower_90)[three].max() < 0.2
