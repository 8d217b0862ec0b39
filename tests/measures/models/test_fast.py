"""The deterministic estimate: recovers what was simulated, with intervals that cover it."""

from pathlib import Path

import numpy as np
import pytest
from simulated_votes import simulate

from nonaligned.measures.models.fast import fast
from nonaligned.measures.models.positions import drop_uncontested
from nonaligned.measures.models.vote_arrays import make_arrays

UNGA = Path(__file__).resolve().parents[4] / "shared" / "data" / "unga"


def test_the_positions_that_made_the_votes_are_found_and_covered() -> None:
    covered = []
    for seed in range(4):
        votes, truth, _ = simulate(seed)
        made = fast(votes, above=int(votes.state[truth.argmax()]), below=int(votes.state[truth.argmin()]))
        assert np.corrcoef(made.theta, truth)[0, 1] > 0.95
        assert made.diagnostics.is_converged
        covered.append(np.mean((made.lower < truth) & (truth < made.upper)))
    assert 0.85 < np.mean(covered) < 0.97


def test_it_is_deterministic_and_neither_order_nor_labels_matter() -> None:
    votes, _, (y, item, state, session) = simulate(n_states=15, n_sessions=3, n_items=10)
    order = np.random.default_rng(2).permutation(y.size)
    again, _ = drop_uncontested(make_arrays(y[order], item[order] * 3 + 5, state[order] + 700, session[order] * 10))
    one, other = fast(votes), fast(again)
    assert one.theta.tobytes() == other.theta.tobytes()
    assert one.sd.tobytes() == other.sd.tobytes()


def test_the_scale_is_that_of_standardised_draws() -> None:
    votes, _, _ = simulate()
    made = fast(votes)
    assert made.theta.mean() == pytest.approx(0, abs=1e-8)
    assert made.theta.var() + np.mean(made.sd**2) == pytest.approx(1)


def test_items_without_abstentions_keep_their_one_cutpoint_at_the_votes() -> None:
    _, _, (y, item, state, session) = simulate(n_states=30, n_sessions=2, n_items=30)
    kept, _ = drop_uncontested(make_arrays(np.where(y == 2, 1, y), item, state, session))
    made = fast(kept)
    theta, beta, cut = made.theta[kept.place], made.discrimination[kept.item], made.cutpoints[kept.item]
    assert (made.cutpoints[:, 1] - made.cutpoints[:, 0] < 0.01).all()
    told = np.where(beta * theta > cut.mean(axis=1), 3, 1)
    assert np.mean(told == kept.y) > 0.8


def test_intervals_can_be_left_out() -> None:
    votes, _, _ = simulate(n_states=15, n_sessions=3, n_items=10)
    made = fast(votes, intervals=False)
    assert np.isnan(made.sd).all()
    assert np.isfinite(made.theta).all()


def test_bad_input_is_refused() -> None:
    votes = make_arrays([1, 3, 1, 1], [1, 1, 2, 2], [2, 20, 2, 20], [1, 1, 1, 1])
    with pytest.raises(ValueError, match="drop_uncontested"):
        fast(votes)
    with pytest.raises(ValueError, match="smoothing"):
        fast(drop_uncontested(votes)[0], smoothing=0)


@pytest.mark.skipif(not UNGA.exists(), reason="the reference data sets are not beside the repository")
def test_it_stands_near_the_published_numbers() -> None:
    import polars as pl

    given = pl.read_parquet(UNGA / "estimation_input_apr2020.parquet")
    theirs = pl.read_parquet(UNGA / "published_ideal_points_apr2020.parquet").sort("cow_code", "session")
    votes = make_arrays(*(given[name].to_numpy() for name in ("y", "item", "cow_code", "session")))
    codes = votes.state_label.tolist()
    made = fast(votes, above=codes.index(2), below=codes.index(365), intervals=False, like_published=True)
    published, session = theirs["ideal_point"].to_numpy(), theirs["session"].to_numpy()
    assert np.corrcoef(made.theta, published)[0, 1] > 0.99
    assert np.mean([np.corrcoef(made.theta[session == s], published[session == s])[0, 1] for s in np.unique(session)]) > 0.997
