import math

import numba
import numpy as np
import pytest

from nonaligned.measures.models import item_block, path_block
from nonaligned.measures.models.chains import cells
from nonaligned.measures.models.one_session import update
from nonaligned.measures.models.ordinal_probit import TABLE, log_between, log_phi
from nonaligned.measures.models.principled import as_positions, principled, sample
from nonaligned.measures.models.session_moves import SHIFT, STRETCH, SessionMover
from nonaligned.measures.models.vote_arrays import make_arrays
from nonaligned.measures.models.walk_prior import Prior, Walk, free, log_weight, standardise, tangent

_PRECISION = np.array([[1.0, 0.3, -0.2], [0.3, 0.8, 0.1], [-0.2, 0.1, 1.5]])


def _phi(z):
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _log_likelihood(votes, theta, items):
    """The model written out, vote by vote."""
    half = 0.5 * np.exp(items[:, 2])
    low, high = items[:, 1] - half, items[:, 1] + half
    total = 0.0
    for y, v, p in zip(votes.y, votes.item, votes.place, strict=True):
        eta = items[v, 0] * theta[p]
        total += math.log((_phi(low[v] - eta), _phi(high[v] - eta) - _phi(low[v] - eta), _phi(eta - high[v]))[y - 1])
    return total


def _simulated(n_states=20, n_sessions=6, n_items=30, seed=1, linked=0.2):
    rng = np.random.default_rng(seed)
    state, session = np.divmod(np.arange(n_states * n_sessions), n_sessions)
    steps = np.where(session == 0, rng.standard_normal(state.size), 0.25 * rng.standard_normal(state.size))
    theta = steps.reshape(n_states, n_sessions).cumsum(axis=1).ravel()
    theta = (theta - theta.mean()) / theta.std()
    n = n_items * n_sessions
    items = np.stack([1.5 * rng.standard_normal(n), rng.normal(0.5, 1.0, n), rng.normal(-0.2, 0.5, n)], axis=1)
    item, place = np.nonzero(
        (np.arange(n)[:, None] // n_items == session)
        | ((rng.random(n) < linked)[:, None] & (np.arange(n)[:, None] // n_items + 1 == session))
    )
    half = 0.5 * np.exp(items[item, 2])
    latent = items[item, 0] * theta[place] + rng.standard_normal(item.size)
    y = 1 + (latent > items[item, 1] - half) + (latent > items[item, 1] + half)
    return make_arrays(y, item, state[place], session[place]), theta, items


def _anchors(votes, theta):
    mean = np.bincount(votes.state, theta) / np.bincount(votes.state)
    return {"above": int(mean.argmax()), "below": int(mean.argmin())}


@pytest.mark.parametrize("z", [-30.0, -12.01, -4.013, -0.3, 0.0, 1.77, 4.5])
def test_log_phi_and_its_slopes(z):
    value, slope, curve = log_phi(TABLE, z)
    expected = math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) / _phi(z)
    assert value == pytest.approx(math.log(_phi(z)), rel=1e-10)
    assert slope == pytest.approx(expected, rel=1e-7)
    assert curve == pytest.approx(-expected * (z + expected), rel=1e-5)


@pytest.mark.parametrize("ends", [(-1.0, 0.5), (0.2, 0.2001), (3.0, 4.0), (-20.0, -19.9), (35.0, 35.2), (-9.0, 40.0)])
def test_log_between_in_the_middle_and_in_both_tails(ends):
    a, b = ends if sum(ends) < 0 else (-ends[1], -ends[0])
    exact = math.log(_phi(b) - _phi(a))
    value, low, high = log_between(TABLE, *ends)
    assert value == pytest.approx(exact, rel=1e-8, abs=1e-8)
    density = [math.exp(-0.5 * x * x - exact) / math.sqrt(2 * math.pi) for x in ends]
    assert [low, high] == pytest.approx(density, rel=1e-6, abs=1e-9)


def test_slopes_of_places_and_items_against_differences():
    votes, theta, items = _simulated(n_states=6, n_sessions=2, n_items=4)
    half = 0.5 * np.exp(items[:, 2])
    cuts = np.stack([items[:, 0], items[:, 1] - half, items[:, 1] + half], axis=1)
    place, item = cells(votes.place, votes.y, votes.item, votes.n_places), cells(votes.item, votes.y, votes.place, votes.n_items)
    h = 1e-4
    terms = [path_block.place_terms(TABLE, theta[3] + e, place[0], 3, place[1], cuts, np.zeros(2)) for e in (-h, 0.0, h)]
    assert terms[1][1] == pytest.approx((terms[2][0] - terms[0][0]) / (2 * h), rel=1e-5)
    assert terms[1][2] == pytest.approx(-(terms[2][1] - terms[0][1]) / (2 * h), rel=1e-4)
    slope, precision, none = np.empty(3), np.empty((3, 3)), np.full(3, 0.2)

    def at(shift):
        made = item_block._item_terms(TABLE, items[5] + shift, item[0], 5, item[1], theta, none, _PRECISION, slope, precision)
        return made, slope.copy()

    here = at(np.zeros(3))[1]
    for k in range(3):
        e = h * np.eye(3)[k]
        assert here[k] == pytest.approx((at(e)[0] - at(-e)[0]) / (2 * h), rel=1e-5, abs=1e-6)


def test_moving_off_the_scale_and_back_changes_no_vote_and_leaves_the_density_on_the_scale():
    votes, theta, items = _simulated(n_states=5, n_sessions=2, n_items=3)
    walk, prior = Walk.of(votes, Prior()), Prior()
    likelihood, weight = _log_likelihood(votes, theta, items), log_weight(theta, items, walk, prior)
    moved_theta, moved_items = theta.copy(), items.copy()
    free(np.random.default_rng(1), moved_theta, moved_items)
    mean, sd = moved_theta.mean(), moved_theta.std()
    assert (mean, sd) != pytest.approx((0.0, 1.0), abs=1e-4)
    assert _log_likelihood(votes, moved_theta, moved_items) == pytest.approx(likelihood, rel=1e-12)
    power = votes.n_items + 1 - votes.n_places
    offset_and_stretch = -0.5 * (mean**2 + math.log(sd) ** 2) * votes.n_places / 0.6**2 + power * math.log(sd)
    assert log_weight(moved_theta, moved_items, walk, prior) == pytest.approx(weight + offset_and_stretch, rel=1e-9)
    standardise(moved_theta, moved_items)
    np.testing.assert_allclose(moved_theta, theta, atol=1e-12)
    np.testing.assert_allclose(moved_items, items, atol=1e-12)


def test_the_weight_is_the_prior_written_out_and_its_tangent_its_slope():
    votes, theta, items = _simulated(n_states=5, n_sessions=3, n_items=3)
    prior = Prior(0.8, 0.2, 1.5, 2.0, 0.7, -0.3, 0.4)
    walk = Walk.of(votes, prior)

    def written(theta):
        q = np.flatnonzero(votes.previous >= 0)
        steps = (theta[q] - theta[votes.previous[q]]) ** 2 / (0.2 * (votes.session[q] - votes.session[votes.previous[q]]))
        return -0.5 * (steps.sum() + (theta[votes.previous < 0] ** 2).sum() / 0.8)

    other = np.roll(theta, 1)
    gain = log_weight(other, items, walk, prior) - log_weight(theta, items, walk, prior)
    assert gain == pytest.approx(written(other) - written(theta), rel=1e-9)
    pull = tangent(items, walk.starts(theta), walk.squares(theta), theta.size, prior)
    along = np.random.default_rng(2).standard_normal(theta.size)
    e = 1e-6

    def beside(x):
        return log_weight(x, items, walk, prior) - written(x)

    slope = (beside(theta + e * along) - beside(theta - e * along)) / (2 * e)
    assert slope == pytest.approx(pull[0] * along.sum() - pull[1] * theta @ along, rel=1e-4)


@pytest.mark.parametrize("kind", [SHIFT, STRETCH])
def test_session_moves_keep_the_likelihood_of_items_of_one_session(kind):
    votes, theta, items = _simulated(n_states=8, n_sessions=4, n_items=5, linked=0.0)
    by_item = cells(votes.item, votes.y, votes.place, votes.n_items)
    mover = SessionMover(votes, by_item, Walk.of(votes, Prior()), Prior())
    step = np.array([0.1, -0.2, 0.05, 0.3])
    moved = mover.moved(kind, step, theta, items)
    assert _log_likelihood(votes, *moved) == pytest.approx(_log_likelihood(votes, theta, items), rel=1e-10)
    back = mover.moved(kind, -step, *moved)
    np.testing.assert_allclose(back[0], theta, atol=1e-12)
    np.testing.assert_allclose(back[1], items, atol=1e-12)


@numba.vectorize
def _phis(z):
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def test_against_integration_by_brute_force():
    """Four places are a sphere's points and items can be averaged out by drawing them from the prior: the sampler must agree."""
    rows = np.array([(1, 0, 0, 0), (2, 0, 1, 0), (3, 0, 2, 0), (1, 1, 0, 0), (3, 1, 1, 0), (3, 2, 0, 1), (1, 2, 1, 0), (1, 2, 0, 0),
                     (1, 3, 0, 0), (3, 3, 2, 0), (3, 4, 2, 0), (1, 4, 0, 0), (2, 4, 0, 1), (2, 5, 0, 1)])  # fmt: skip
    votes, prior, rng = make_arrays(*rows.T), Prior(1.0, 0.2, 1.0, 1.5, 0.6, 0.2, 0.5), np.random.default_rng(8)
    made = sample(votes, above=2, below=0, seed=3, n_chains=2, n_warmup=300, n_draws=2500, thin=2, prior=prior)
    assert made.is_converged, made.messages
    theta = rng.standard_normal((1200, 4))
    theta -= theta.mean(axis=1, keepdims=True)
    theta /= theta.std(axis=1, keepdims=True)
    theta *= np.where(theta[:, votes.state == 2].mean(axis=1) < theta[:, votes.state == 0].mean(axis=1), -1.0, 1.0)[:, None]
    drawn = prior.item_mean[:, None] + rng.standard_normal((3, 2000)) / np.sqrt(prior.item_precision)[:, None]
    half = 0.5 * np.exp(drawn[2])
    low = _phis(drawn[1] - half - drawn[0] * theta[:, :, None])
    high = _phis(drawn[1] + half - drawn[0] * theta[:, :, None])
    share = np.stack([low, high - low, 1.0 - high])
    log_density = -0.5 * ((theta[:, votes.previous < 0] ** 2).sum(axis=1) + (theta[:, 1] - theta[:, 0]) ** 2 / 0.2)
    assert votes.previous.tolist() == [-1, 0, -1, -1]
    for v in range(votes.n_items):
        of_item = np.flatnonzero(votes.item == v)
        log_density += np.log(np.prod([share[votes.y[k] - 1, :, votes.place[k]] for k in of_item], axis=0).mean(axis=1))
    weight = np.exp(log_density - log_density.max())
    weight /= weight.sum()
    expected = weight @ theta
    spread = np.sqrt(weight @ theta**2 - expected**2)
    np.testing.assert_allclose(made.theta, expected, atol=0.06)
    np.testing.assert_allclose(made.sd, spread, atol=0.06)


def test_truth_is_recovered_and_covered():
    votes, theta, _ = _simulated(n_states=25, n_sessions=6, n_items=40)
    made = sample(votes, **_anchors(votes, theta), seed=2, n_chains=2, n_warmup=200, n_draws=300, thin=2)
    assert np.corrcoef(made.theta, theta)[0, 1] > 0.97
    assert 0.8 < ((made.lower <= theta) & (theta <= made.upper)).mean() < 0.97
    np.testing.assert_allclose(made.draws.mean(axis=2), 0.0, atol=1e-5)
    np.testing.assert_allclose(made.draws.std(axis=2), 1.0, atol=1e-5)
    assert all(share > 0.2 for share in made.acceptance.values()), made.acceptance
    same = sample(votes, above=_anchors(votes, theta)["below"], below=_anchors(votes, theta)["above"], seed=2, n_chains=1, n_draws=100)
    assert np.corrcoef(same.theta, theta)[0, 1] < -0.97, "exchanged anchors turn the axis"


def test_the_form_that_all_methods_share():
    votes, theta, _ = _simulated(n_states=8, n_sessions=3, n_items=8)
    made = sample(votes, **_anchors(votes, theta), n_chains=2, n_warmup=10, n_draws=20, thin=1)
    positions = as_positions(made, votes, 0)
    assert positions.draws.shape == (40, votes.n_places)
    np.testing.assert_allclose(positions.draws.mean(axis=0), positions.theta, atol=1e-5)
    assert (positions.cutpoints[:, 0] < positions.cutpoints[:, 1]).all()
    assert not positions.diagnostics.is_converged
    assert positions.diagnostics.n_sweeps == 60


def test_same_seed_same_draws_whatever_the_number_of_threads(monkeypatch):
    monkeypatch.setattr("nonaligned.measures.models.chains.SMALL", 0)
    votes, theta, _ = _simulated(n_states=8, n_sessions=3, n_items=8)
    options = {**_anchors(votes, theta), "n_chains": 2, "n_warmup": 20, "n_draws": 20, "thin": 1}
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        one = sample(votes, seed=4, **options)
    finally:
        numba.set_num_threads(threads)
    many = sample(votes, seed=4, **options)
    np.testing.assert_array_equal(one.draws, many.draws)
    assert not np.array_equal(one.draws, sample(votes, seed=5, **options).draws)


def test_order_of_rows_does_not_matter():
    votes, theta, _ = _simulated(n_states=8, n_sessions=3, n_items=8)
    order = np.random.default_rng(1).permutation(votes.y.size)
    rows = [x[order] for x in (votes.y, votes.item, votes.state[votes.place], votes.session[votes.place])]
    options = {**_anchors(votes, theta), "n_chains": 1, "n_warmup": 10, "n_draws": 10, "thin": 1}
    np.testing.assert_array_equal(sample(votes, **options).draws, sample(make_arrays(*rows), **options).draws)


def test_a_short_run_says_that_it_has_not_converged():
    votes, theta, _ = _simulated(n_states=8, n_sessions=3, n_items=8)
    made = sample(votes, **_anchors(votes, theta), n_chains=2, n_warmup=5, n_draws=20, thin=1)
    assert not made.is_converged
    assert any("effective draws" in message for message in made.messages)


def test_an_interrupt_keeps_the_draws_so_far_flagged():
    votes, theta, _ = _simulated(n_states=8, n_sessions=3, n_items=8)

    def stop_at(last):
        def progress(done, planned):
            if done == last:
                raise KeyboardInterrupt

        return progress

    options = {**_anchors(votes, theta), "n_chains": 2, "n_warmup": 10, "n_draws": 100, "thin": 1}
    made = sample(votes, progress=stop_at(40), **options)
    assert made.draws.shape[1] == 30
    assert not made.is_converged
    assert "interrupted after 30 of 100 draws" in made.messages
    with pytest.raises(KeyboardInterrupt):
        sample(votes, progress=stop_at(12), **options)


def test_time_that_is_up_ends_the_run_flagged():
    votes, theta, _ = _simulated(n_states=8, n_sessions=3, n_items=8)
    made = sample(votes, **_anchors(votes, theta), n_chains=1, n_warmup=5, n_draws=500, thin=1, max_seconds=0.0)
    assert made.draws.shape[1] == 8
    assert "time was up after 8 of 500 draws" in made.messages


def test_items_and_states_that_say_little_stay_wide_and_finite():
    votes, theta, _ = _simulated(n_states=8, n_sessions=2, n_items=10)
    state, session = votes.state[votes.place], votes.session[votes.place]
    rows = [(1, 900, s, 0) for s in range(8)] + [(3, 901, 3, 1), (1, 0, 77, 0), (3, 1, 77, 0)]
    more = np.concatenate([np.stack([votes.y, votes.item, state, session], axis=1), rows])
    made_votes = make_arrays(*more.T)
    made = sample(made_votes, **_anchors(votes, theta), n_chains=1, n_warmup=100, n_draws=200, thin=1)
    assert np.isfinite(made.theta).all()
    assert np.isfinite(made.items).all()
    assert made.sd[-1] > 1.5 * np.median(made.sd[:-1]), "a state with two votes"
    unanimous, alone = made.items_sd[-2:, 0]
    assert unanimous > 0.3
    assert alone > 0.7, "an item with one vote keeps nearly the prior's spread of 1"


@pytest.mark.parametrize(("change", "word"), [({"below": 0}, "anchors"), ({"above": 99}, "anchors"), ({"n_draws": 3}, "draws")])
def test_what_cannot_be_done_is_refused(change, word):
    votes, _, _ = _simulated(n_states=4, n_sessions=2, n_items=3)
    with pytest.raises(ValueError, match=word):
        sample(votes, **{"above": 0, "below": 1, **change})


def test_ranks_of_simulated_truths_are_uniform():
    """Simulation-based calibration in small: the benchmark's problem, few of them."""
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
    try:
        from ideal_points_calibration import ranks
    finally:
        sys.path.pop(0)
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        made = ranks(12, n_draws=49, thin=6, n_warmup=150)
    finally:
        numba.set_num_threads(threads)
    pooled = np.concatenate([made[name] for name in ("third state, fourth session", "last place", "middle", "discrimination")])
    assert 0.75 < ((pooled >= 3) & (pooled < 47)).mean() <= 1.0
    assert 0.3 < (pooled < 25).mean() < 0.7


def test_a_new_session_leaves_earlier_years_in_place_and_agrees_with_a_full_run():
    votes, theta, _ = _simulated(n_states=25, n_sessions=6, n_items=40)
    old = votes.session[votes.place] < 5
    rows = (votes.y, votes.item, votes.state[votes.place], votes.session[votes.place])
    earlier, last = make_arrays(*(x[old] for x in rows)), make_arrays(*(x[~old] for x in rows))
    options = {**_anchors(votes, theta), "n_chains": 2, "n_warmup": 200, "n_draws": 300, "thin": 2}
    before, whole = sample(earlier, **options), sample(votes, **options)
    kept = before.theta.copy()
    made = update(before, earlier, last)
    np.testing.assert_array_equal(before.theta, kept)
    full = whole.theta[votes.session == 5]
    assert np.corrcoef(made.theta, full)[0, 1] > 0.98
    assert np.abs(made.sd / whole.sd[votes.session == 5] - 1).mean() < 0.35
    with pytest.raises(ValueError, match="later"):
        update(before, earlier, earlier)


def test_groups_of_states_that_share_no_vote_have_no_direction_and_say_so():
    votes, theta, _ = _simulated(n_states=8, n_sessions=2, n_items=10)
    state, session = votes.state[votes.place], votes.session[votes.place]
    apart = np.stack([votes.y, votes.item + 1000, state + 100, session], axis=1)
    both = make_arrays(*np.concatenate([np.stack([votes.y, votes.item, state, session], axis=1), apart]).T)
    made = principled(both, **_anchors(votes, theta), n_chains=2, n_warmup=100, n_draws=200, thin=1)
    linked = both.state < 8
    assert np.isfinite(made.theta).all()
    assert made.sd[~linked].min() > 1.5 * np.median(made.sd[linked]) or (made.lower[~linked] * made.upper[~linked] < 0).all()
    assert any("share no vote" in message for message in made.diagnostics.messages)


def test_a_prior_must_have_spread():
    with pytest.raises(ValueError, match="positive"):
        Prior(step_variance=0.0)
