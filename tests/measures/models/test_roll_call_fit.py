"""Fit by roll call, surprising votes, predictive checks and influence, each against a slower way to the same number."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from simulated_votes import simulate

from nonaligned.measures.models.fast import fast
from nonaligned.measures.models.positions import Positions, drop_uncontested
from nonaligned.measures.models.roll_call_fit import predictive_check, rests_on, roll_call_fit, vote_probabilities
from nonaligned.measures.models.vote_arrays import VoteArrays, make_arrays

UNGA = Path(__file__).resolve().parents[4] / "shared" / "data" / "unga"


@pytest.fixture(scope="module")
def estimated() -> tuple[VoteArrays, Positions]:
    votes, _, _ = simulate(3, n_states=30, n_sessions=5, n_items=30)
    return votes, fast(votes)


def _log_p(votes: VoteArrays, made: Positions, theta: NDArray[np.float64]) -> NDArray[np.float64]:
    known = replace(made, theta=theta, sd=np.full(theta.size, np.nan))
    return np.log(vote_probabilities(votes, known)[np.arange(votes.y.size), votes.y - 1])


def test_probabilities_are_those_of_the_ordinal_probit(estimated: tuple[VoteArrays, Positions]) -> None:
    votes, made = estimated
    found = vote_probabilities(votes, replace(made, sd=np.zeros(votes.n_places)))
    m, cut = made.discrimination[votes.item] * made.theta[votes.place], made.cutpoints[votes.item]
    below = [[0.5 * math.erfc((m - c) / math.sqrt(2)) for m, c in zip(m, cut[:, k], strict=True)] for k in (0, 1)]
    assert np.allclose(found, np.stack((below[0], np.subtract(below[1], below[0]), np.subtract(1, below[1])), axis=1), atol=1e-12)


def test_the_closed_form_is_the_mean_over_draws(estimated: tuple[VoteArrays, Positions]) -> None:
    votes, made = estimated
    noise = np.random.default_rng(0).normal(size=(4000, votes.n_places))
    drawn = replace(made, draws=(made.theta + 3 * made.sd * noise).astype(np.float32))
    closed = vote_probabilities(votes, replace(made, sd=3 * made.sd))
    assert np.abs(vote_probabilities(votes, drawn, n_draws=4000) - closed).max() < 0.03
    assert np.abs(vote_probabilities(votes, replace(made, sd=3 * made.sd * np.nan)) - closed).max() > 0.1


def test_fit_of_each_roll_call_by_hand(estimated: tuple[VoteArrays, Positions]) -> None:
    votes, made = estimated
    fit = roll_call_fit(votes, made)
    for item in (0, 7, votes.n_items - 1):
        own = votes.item_votes[votes.item_start[item] : votes.item_start[item + 1]]
        told, y = fit.probability[own].argmax(axis=1) + 1, votes.y[own]
        modal = np.bincount(y).max()
        assert fit.share_right[item] == pytest.approx(np.mean(told == y))
        assert fit.pre[item] == pytest.approx(((y.size - modal) - (told != y).sum()) / (y.size - modal))
        assert fit.log_score[item] == pytest.approx(np.mean(np.log(fit.probability[own, y - 1])))
    assert fit.is_right.mean() > 0.7
    assert 0.3 < fit.total_pre < 1
    errors = ((1 - fit.modal_share) * fit.n_votes).sum()
    assert fit.total_pre == pytest.approx(((~fit.is_right).sum() - errors) / -errors)


def test_an_odd_vote_is_the_most_surprising(estimated: tuple[VoteArrays, Positions]) -> None:
    votes, made = estimated
    sure = int(np.abs(vote_probabilities(votes, made)[:, 0] - 0.5).argmax())
    y = votes.y.copy()
    y[sure] = 3 if roll_call_fit(votes, made).probability[sure, 0] > 0.5 else 1
    fit = roll_call_fit(replace(votes, y=y), made)
    top = fit.most_surprising_votes(3)
    assert top[0] == sure
    assert fit.surprise[sure] == pytest.approx(-np.log2(fit.probability[sure, y[sure] - 1]))
    assert (np.diff(fit.surprise[top]) <= 0).all()


def test_the_worst_told_items_come_first(estimated: tuple[VoteArrays, Positions]) -> None:
    fit = roll_call_fit(*estimated)
    items = fit.most_surprising_items(5)
    assert fit.log_score[items[0]] == fit.log_score.min()
    assert (np.diff(fit.log_score[items]) >= 0).all()
    assert fit.most_surprising_items(5, fewest_votes=10_000).size == 0


def test_an_item_on_which_all_agree_has_no_reduction_in_error() -> None:
    votes, _, (y, item, state, session) = simulate(5, n_states=20, n_sessions=1, n_items=10)
    made = fast(votes)
    agreed = make_arrays(np.where(item == votes.item_label[0], 1, y), item, state, session)
    fit = roll_call_fit(agreed, made)
    assert np.isnan(fit.pre[0])
    assert np.isfinite(fit.pre[1:]).all()


def test_votes_simulated_from_the_model_pass_and_a_state_that_votes_by_lot_is_seen(estimated: tuple[VoteArrays, Positions]) -> None:
    votes, made = estimated
    rng = np.random.default_rng(1)
    latent = made.discrimination[votes.item] * made.theta[votes.place] + rng.normal(size=votes.y.size)
    y = 1 + (latent[:, None] > made.cutpoints[votes.item]).sum(axis=1)
    known = replace(made, sd=np.zeros(votes.n_places))
    of_model = predictive_check(replace(votes, y=y.astype(np.int8)), known, seed=3)
    assert (of_model.places.covered > 0.87).all()
    assert (of_model.items.covered > 0.87).all()
    assert 0.4 < of_model.places.p.mean() < 0.6
    odd = votes.place == 0
    spoiled = predictive_check(replace(votes, y=np.where(odd, 2, y).astype(np.int8)), known, seed=3)
    assert spoiled.places.observed[0].tolist() == [0, odd.sum(), 0]
    assert spoiled.places.p[0, 1] == 1
    assert (spoiled.places.p[1:] == of_model.places.p[1:]).all()
    again = predictive_check(replace(votes, y=y.astype(np.int8)), known, seed=4)
    assert (again.places.p != of_model.places.p).any()


def test_a_count_that_is_always_the_one_observed_lies_in_the_middle(estimated: tuple[VoteArrays, Positions]) -> None:
    votes, made = estimated
    sure = replace(
        made, sd=np.zeros(votes.n_places), discrimination=np.zeros(votes.n_items), cutpoints=np.full((votes.n_items, 2), [99.0, 100.0])
    )
    check = predictive_check(replace(votes, y=np.ones_like(votes.y)), sure)
    assert (check.places.p == 0.5).all()
    assert (check.items.p == 0.5).all()
    assert (check.places.covered == 1).all()


def test_draws_are_used_where_there_are_any(estimated: tuple[VoteArrays, Positions]) -> None:
    votes, made = estimated
    shifted = replace(made, draws=np.tile(made.theta + 3, (30, 1)).astype(np.float32))
    check = predictive_check(votes, shifted)
    assert check.places.covered.mean() < predictive_check(votes, made).places.covered.mean() - 0.2


def test_influence_is_what_leaving_a_vote_out_does(estimated: tuple[VoteArrays, Positions]) -> None:
    votes, made = estimated
    made = replace(made, theta=_mode(votes, made, np.ones(votes.y.size, bool)))
    resting = rests_on(votes, made)
    moves = []
    for place in (2, 40, 77):
        for vote in resting.most_influential(votes, place, 2).tolist():
            without = _mode(votes, made, np.arange(votes.y.size) != vote)
            moves.append((without[place] - made.theta[place], resting.move[vote]))
        assert resting.move[resting.most_influential(votes, place)[0]] == resting.largest_move[place]
    true, told = np.transpose(moves)
    assert np.abs(told / true - 1).max() < 0.2
    assert np.abs(told / true - 1).mean() < 0.05


def test_share_and_number_of_votes_by_hand(estimated: tuple[VoteArrays, Positions]) -> None:
    votes, made = estimated
    resting = rests_on(votes, made)
    h = 1e-3
    low, here, high = (_log_p(votes, made, made.theta + d) for d in (-h, 0.0, h))
    bend = -(high - 2 * here + low) / h**2
    assert np.allclose(resting.information, bend, atol=1e-3)
    of_votes = np.bincount(votes.place, bend)
    share = of_votes * np.diag(np.linalg.inv(np.diag(of_votes) + _walk(votes)))
    assert np.allclose(resting.share_of_votes, share, atol=1e-3)
    assert np.allclose(resting.effective_votes, of_votes**2 / np.bincount(votes.place, bend**2), rtol=1e-2)
    assert (resting.effective_votes <= votes.n_votes_of_places + 1e-9).all()


def _walk(votes: VoteArrays) -> NDArray[np.float64]:
    size, before = votes.n_votes_of_places, votes.previous
    walk = 0.01 * np.eye(votes.n_places)
    for p in np.flatnonzero(before >= 0):
        q, weight = before[p], (size[p] + size[before[p]]) / (0.5 * size[p])
        walk[[p, q], [p, q]] += weight
        walk[[p, q], [q, p]] -= weight
    return walk


def _mode(votes: VoteArrays, made: Positions, kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Positions at the mode given the items, by Newton steps with numerical derivatives and a dense curvature."""
    walk = _walk(votes)
    theta, h = made.theta.copy(), 1e-3
    for _ in range(12):
        low, here, high = (np.where(kept, _log_p(votes, made, theta + d), 0) for d in (-h, 0.0, h))
        slope = np.bincount(votes.place, (high - low) / (2 * h))
        bend = np.bincount(votes.place, -(high - 2 * here + low) / h**2)
        theta = theta + np.linalg.solve(np.diag(bend) + walk, slope - walk @ theta)
    return theta


def test_few_votes_rest_on_less() -> None:
    _, _, (y, item, state, session) = simulate(0, n_states=30, n_sessions=3, n_items=40)
    keep = (state != 4) | (item % 10 == 0)
    votes, _ = drop_uncontested(make_arrays(y[keep], item[keep], state[keep], session[keep]))
    few = votes.state_label[votes.state] == 4
    resting = rests_on(votes, fast(votes))
    assert resting.share_of_votes[few].max() < np.median(resting.share_of_votes[~few])
    assert np.abs(resting.largest_move[few]).mean() > 1.5 * np.abs(resting.largest_move[~few]).mean()


def test_bad_input_is_refused(estimated: tuple[VoteArrays, Positions]) -> None:
    votes, made = estimated
    other = make_arrays([1, 3], [0, 0], [0, 1], [0, 0])
    for wrong in (roll_call_fit, predictive_check, rests_on):
        with pytest.raises(ValueError, match="positions are"):
            wrong(other, made)
    with pytest.raises(ValueError, match="simulations"):
        predictive_check(votes, made, n_simulated=3)
    with pytest.raises(ValueError, match="smoothing"):
        rests_on(votes, made, smoothing=0)
    with pytest.raises(ValueError, match="draw"):
        vote_probabilities(votes, made, n_draws=0)


@pytest.mark.skipif(not UNGA.exists(), reason="the reference data sets are not beside the repository")
def test_figures_of_the_assembly() -> None:
    import polars as pl

    given = pl.read_parquet(UNGA / "estimation_input_apr2020.parquet").filter(pl.col("session") > 60)
    votes = make_arrays(*(given[name].to_numpy() for name in ("y", "item", "cow_code", "session")))
    fit = roll_call_fit(votes, fast(votes, intervals=False))
    assert fit.is_right.mean() > 0.91
    assert fit.total_pre > 0.45
