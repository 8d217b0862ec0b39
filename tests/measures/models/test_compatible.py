"""The published procedure: recovers what was simulated, repeats itself to the byte, and gives the published numbers."""

import threading
from pathlib import Path

import numpy as np
import pytest
from simulated_votes import simulate

from nonaligned.measures.models import compatible as module
from nonaligned.measures.models.compatible import compatible
from nonaligned.measures.models.positions import drop_uncontested
from nonaligned.measures.models.truncated_normal import below, quantile
from nonaligned.measures.models.vote_arrays import make_arrays

UNGA = Path(__file__).resolve().parents[4] / "shared" / "data" / "unga"


def test_the_positions_that_made_the_votes_are_found() -> None:
    votes, truth, _ = simulate()
    high, low = int(votes.state[truth.argmax()]), int(votes.state[truth.argmin()])
    made = compatible(votes, n_sweeps=800, n_burn_in=300, above=high, below=low)
    assert np.corrcoef(made.theta, truth)[0, 1] > 0.95
    assert 0.8 < np.mean((made.lower < truth) & (truth < made.upper)) <= 0.98
    assert made.draws is not None
    np.testing.assert_allclose(made.draws.mean(axis=1), 0, atol=1e-4)
    np.testing.assert_allclose(made.draws.std(axis=1, ddof=1), 1, atol=1e-4)
    assert (made.cutpoints[:, 0] <= made.cutpoints[:, 1]).all()


def test_the_same_seed_gives_the_same_bytes_on_one_thread_and_on_two() -> None:
    votes, _, _ = simulate(n_states=15, n_sessions=3, n_items=10)
    one, two = (compatible(votes, seed=5, n_sweeps=100, n_burn_in=50, n_threads=n) for n in (1, 2))
    assert one.draws is not None
    assert two.draws is not None
    assert one.draws.tobytes() == two.draws.tobytes()
    assert one.theta.tobytes() == two.theta.tobytes()
    other = compatible(votes, seed=6, n_sweeps=100, n_burn_in=50)
    assert not np.array_equal(one.theta, other.theta)


def test_chains_and_seeds_share_no_noise() -> None:
    votes, _, _ = simulate(n_states=15, n_sessions=3, n_items=10)
    runs = [compatible(votes, seed=seed, n_sweeps=2000, n_burn_in=200, n_chains=1) for seed in (11, 12)]
    noise = [run.draws - run.draws.mean(axis=0) for run in runs if run.draws is not None]
    assert abs(np.mean(noise[0] * noise[1]) / np.sqrt(np.mean(noise[0] ** 2) * np.mean(noise[1] ** 2))) < 0.1


def test_neither_row_order_nor_labels_matter() -> None:
    votes, _, (y, item, state, session) = simulate(n_states=15, n_sessions=3, n_items=10)
    order = np.random.default_rng(2).permutation(y.size)
    again, _ = drop_uncontested(make_arrays(y[order], item[order] * 3 + 5, state[order] + 700, session[order] * 10))
    assert np.array_equal(compatible(votes, n_sweeps=50, n_burn_in=25).theta, compatible(again, n_sweeps=50, n_burn_in=25).theta)


def test_anchors_turn_the_scale_round() -> None:
    votes, truth, _ = simulate(n_states=15, n_sessions=3, n_items=20)
    high, low = int(votes.state[truth.argmax()]), int(votes.state[truth.argmin()])
    up = compatible(votes, n_sweeps=200, n_burn_in=100, above=high, below=low)
    down = compatible(votes, n_sweeps=200, n_burn_in=100, above=low, below=high)
    assert up.theta[votes.state == high].mean() > up.theta[votes.state == low].mean()
    assert np.corrcoef(up.theta, down.theta)[0, 1] < -0.9
    assert (down.lower <= down.upper).all()


def test_a_stop_by_the_keyboard_keeps_the_draws_made(monkeypatch: pytest.MonkeyPatch) -> None:
    votes, _, _ = simulate(n_states=15, n_sessions=3, n_items=10)

    def stop(share: float) -> None:
        if share > 0.01:
            raise KeyboardInterrupt

    made = compatible(votes, n_sweeps=200_000, n_burn_in=0, on_progress=stop)
    assert not made.diagnostics.is_converged
    assert 0 < made.diagnostics.n_sweeps < 400_000
    assert "stopped after" in made.diagnostics.messages[0]
    assert np.isfinite(made.theta).all()
    assert threading.active_count() < 10


def test_items_without_contest_and_senseless_numbers_are_refused() -> None:
    votes = make_arrays([1, 3, 1, 1], [1, 1, 2, 2], [2, 20, 2, 20], [1, 1, 1, 1])
    with pytest.raises(ValueError, match="drop_uncontested"):
        compatible(votes)
    kept, _ = drop_uncontested(votes)
    with pytest.raises(ValueError, match="must be positive"):
        compatible(kept, n_sweeps=0)


def test_weak_places_and_separate_groups_are_said() -> None:
    votes = make_arrays([1, 3, 2, 1, 3, 2], [1, 1, 1, 2, 2, 2], [2, 20, 200, 3, 30, 300], [1, 1, 1, 2, 2, 2])
    made = compatible(votes, n_sweeps=400, n_burn_in=100)
    assert any("share no vote" in message for message in made.diagnostics.messages)
    assert made.diagnostics.few_votes.all()
    assert made.sd.min() > 0.3  # three states, one vote each: nothing is known


def test_a_state_rests_on_its_session_before_with_the_published_variance() -> None:
    votes, _, _ = simulate(n_states=15, n_sessions=3, n_items=10)
    laid = module.sorted_votes(votes)
    n = votes.n_votes_of_places
    for p in range(votes.n_places):
        q = votes.previous[p] if votes.previous[p] >= 0 else votes.following[p]
        assert laid.neighbour[p] == q
        assert laid.prior_weight[p] == pytest.approx((n[p] + n[q]) / (0.5 * n[p]))
    assert (np.bincount(laid.place, minlength=votes.n_places + 1)[:-1] == n).all()
    assert laid.side.sum() == (votes.y == 3).sum() - (votes.y == 1).sum() + (votes.y == 2).sum()


@pytest.mark.parametrize(("x", "p"), [(-6.0, 9.865876e-10), (-1.959964, 0.025), (0.0, 0.5), (1.281552, 0.9), (3.0, 0.9986501)])
def test_single_precision_probabilities_agree_with_the_tables(x: float, p: float) -> None:
    assert below(np.float32(x)) == pytest.approx(p, rel=5e-6)
    assert quantile(np.float32(p)) == pytest.approx(x, abs=2e-5 if p < 0.99 else 1e-4)


@pytest.mark.skipif(not UNGA.exists(), reason="the reference data sets are not beside the repository")
def test_a_short_run_gives_nearly_the_published_numbers() -> None:
    import polars as pl

    given = pl.read_parquet(UNGA / "estimation_input_apr2020.parquet")
    theirs = pl.read_parquet(UNGA / "published_ideal_points_apr2020.parquet").sort("cow_code", "session")
    votes = make_arrays(*(given[name].to_numpy() for name in ("y", "item", "cow_code", "session")))
    codes = votes.state_label.tolist()
    made = compatible(votes, n_sweeps=400, n_burn_in=500, above=codes.index(2), below=codes.index(365))
    published, session = theirs["ideal_point"].to_numpy(), theirs["session"].to_numpy()
    assert np.corrcoef(made.theta, published)[0, 1] > 0.992
    assert np.mean([np.corrcoef(made.theta[session == s], published[session == s])[0, 1] for s in np.unique(session)]) > 0.999
