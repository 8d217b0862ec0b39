import math

import numba
import numpy as np
import pytest

from nonaligned.measures.models import item_block, path_block
from nonaligned.measures.models.chains import Chains, cells
from nonaligned.measures.models.one_session import extend
from nonaligned.measures.models.ordinal_probit import TABLE, log_between, log_phi
from nonaligned.measures.models.principled import principled
from nonaligned.measures.models.session_moves import SHIFT, STRETCH, SessionMover, agenda
from nonaligned.measures.models.vote_arrays import make_arrays
from nonaligned.measures.models.walk_prior import Hyper, Prior, Walk, items_gain, standardise


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
    slope, precision, none = np.empty(3), np.empty((3, 3)), np.zeros(3)

    def at(shift):
        made = item_block._item_terms(TABLE, items[5] + shift, item[0], 5, item[1], theta, none, np.ones(3), slope, precision)
        return made, slope.copy()

    here = at(np.zeros(3))[1]
    for k in range(3):
        e = h * np.eye(3)[k]
        assert here[k] == pytest.approx((at(e)[0] - at(-e)[0]) / (2 * h), rel=1e-5, abs=1e-6)


def test_standardising_changes_no_vote_and_is_weighed_as_the_prior_says():
    votes, theta, items = _simulated(n_states=5, n_sessions=2, n_items=3)
    theta = 0.4 + 1.7 * theta
    before, hyper = _log_likelihood(votes, theta, items), Hyper()
    beta, middle = items[:, 0].copy(), items[:, 1].copy()
    gain = items_gain(items, hyper, float(theta.mean()), float(theta.std()))
    sd = theta.std()
    standardise(theta, items, hyper)
    assert _log_likelihood(votes, theta, items) == pytest.approx(before, rel=1e-12)
    assert (theta.mean(), theta.std()) == pytest.approx((0.0, 1.0), abs=1e-12)
    m, v = hyper.middle_mean, hyper.middle_variance
    density = [-0.5 * (b @ b) - 0.5 * ((c - m) ** 2).sum() / v for b, c in ((items[:, 0], items[:, 1]), (beta, middle))]
    assert gain == pytest.approx(density[0] - density[1] + beta.size * math.log(sd), rel=1e-9)


@pytest.mark.parametrize("kind", [SHIFT, STRETCH])
def test_session_moves_keep_the_likelihood_of_items_of_one_session_and_know_their_slope(kind):
    votes, theta, items = _simulated(n_states=8, n_sessions=4, n_items=5, linked=0.0)
    made = agenda(votes.item, votes.session[votes.place], votes.n_items)
    cell = cells(votes.item, votes.y, votes.place, votes.n_items)
    mover, hyper = SessionMover(made, votes.session, *cell, Walk.of(votes)), Hyper(innovation_variance=0.1)
    step = np.array([0.1, -0.2, 0.05, 0.3])
    moved = mover._moved(kind, step, theta, items)
    assert _log_likelihood(votes, *moved) == pytest.approx(_log_likelihood(votes, theta, items), rel=1e-10)
    back = mover._moved(kind, -step, *moved)
    np.testing.assert_allclose(back[0], theta, atol=1e-12)
    np.testing.assert_allclose(back[1], items, atol=1e-12)
    linked_votes, theta, items = _simulated(n_states=8, n_sessions=4, n_items=5, linked=0.5)
    made = agenda(linked_votes.item, linked_votes.session[linked_votes.place], linked_votes.n_items)
    cell = cells(linked_votes.item, linked_votes.y, linked_votes.place, linked_votes.n_items)
    mover = SessionMover(made, linked_votes.session, *cell, Walk.of(linked_votes))

    def local(step):
        t, i = mover._moved(kind, step, theta, items)
        half = 0.5 * np.exp(i[:, 2])
        return mover._local(kind, t, i, np.stack([i[:, 0], i[:, 1] - half, i[:, 1] + half], axis=1), hyper)

    jacobian = 0.0 if kind == SHIFT else np.bincount(linked_votes.session) - np.bincount(made.session, made.share)
    for k in range(4):
        e = 1e-4 * np.eye(4)[k]
        slope = (local(e).value - local(-e).value) / 2e-4 + (0.0 if kind == SHIFT else jacobian[k])
        assert local(np.zeros(4)).slope[k] == pytest.approx(slope, rel=1e-4, abs=1e-4)


def test_truth_is_recovered_and_covered():
    votes, theta, _ = _simulated(n_states=25, n_sessions=6, n_items=40)
    made = principled(votes, **_anchors(votes, theta), seed=2, n_chains=2, n_warmup=200, n_draws=300, thin=2)
    assert np.corrcoef(made.theta, theta)[0, 1] > 0.97
    assert 0.8 < ((made.lower <= theta) & (theta <= made.upper)).mean() < 0.97
    np.testing.assert_allclose(made.draws.mean(axis=2), 0.0, atol=1e-5)
    np.testing.assert_allclose(made.draws.std(axis=2), 1.0, atol=1e-5)
    assert all(share > 0.2 for share in made.acceptance.values()), made.acceptance
    same = principled(votes, above=_anchors(votes, theta)["below"], below=_anchors(votes, theta)["above"], seed=2, n_chains=1, n_draws=100)
    assert np.corrcoef(same.theta, theta)[0, 1] < -0.97, "exchanged anchors turn the axis"


def test_same_seed_same_draws_whatever_the_number_of_threads():
    votes, theta, _ = _simulated(n_states=8, n_sessions=3, n_items=8)
    options = {**_anchors(votes, theta), "n_chains": 2, "n_warmup": 20, "n_draws": 20, "thin": 1}
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        one = principled(votes, seed=4, **options)
    finally:
        numba.set_num_threads(threads)
    many = principled(votes, seed=4, **options)
    np.testing.assert_array_equal(one.draws, many.draws)
    assert not np.array_equal(one.draws, principled(votes, seed=5, **options).draws)


def test_order_of_rows_does_not_matter():
    votes, theta, _ = _simulated(n_states=8, n_sessions=3, n_items=8)
    order = np.random.default_rng(1).permutation(votes.y.size)
    rows = [x[order] for x in (votes.y, votes.item, votes.state[votes.place], votes.session[votes.place])]
    options = {**_anchors(votes, theta), "n_chains": 1, "n_warmup": 10, "n_draws": 10, "thin": 1}
    np.testing.assert_array_equal(principled(votes, **options).draws, principled(make_arrays(*rows), **options).draws)


def test_a_short_run_says_that_it_has_not_converged():
    votes, theta, _ = _simulated(n_states=8, n_sessions=3, n_items=8)
    made = principled(votes, **_anchors(votes, theta), n_chains=2, n_warmup=5, n_draws=20, thin=1)
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
    made = principled(votes, progress=stop_at(40), **options)
    assert made.draws.shape[1] == 30
    assert not made.is_converged
    assert "interrupted after 30 of 100 draws" in made.messages
    with pytest.raises(KeyboardInterrupt):
        principled(votes, progress=stop_at(12), **options)


def test_time_that_is_up_ends_the_run_flagged():
    votes, theta, _ = _simulated(n_states=8, n_sessions=3, n_items=8)
    made = principled(votes, **_anchors(votes, theta), n_chains=1, n_warmup=5, n_draws=500, thin=1, max_seconds=0.0)
    assert made.draws.shape[1] == 8
    assert "time was up after 8 of 500 draws" in made.messages


def test_items_and_states_that_say_little_stay_wide_and_finite():
    votes, theta, _ = _simulated(n_states=8, n_sessions=2, n_items=10)
    state, session = votes.state[votes.place], votes.session[votes.place]
    rows = [(1, 900, s, 0) for s in range(8)] + [(3, 901, 3, 1), (1, 0, 77, 0), (3, 1, 77, 0)]
    more = np.concatenate([np.stack([votes.y, votes.item, state, session], axis=1), rows])
    made_votes = make_arrays(*more.T)
    made = principled(made_votes, **_anchors(votes, theta), n_chains=1, n_warmup=100, n_draws=200, thin=1)
    assert np.isfinite(made.theta).all()
    assert np.isfinite(made.items).all()
    assert made.sd[-1] > 2 * np.median(made.sd[:-1]), "a state with two votes"
    unanimous, alone = made.items_sd[-2:, 0]
    assert unanimous > 0.3
    assert alone > 0.7, "an item with one vote keeps nearly the prior's spread of 1"


@pytest.mark.parametrize(("change", "word"), [({"below": 0}, "anchors"), ({"above": 99}, "anchors"), ({"n_draws": 3}, "draws")])
def test_what_cannot_be_done_is_refused(change, word):
    votes, _, _ = _simulated(n_states=4, n_sessions=2, n_items=3)
    with pytest.raises(ValueError, match=word):
        principled(votes, **{"above": 0, "below": 1, **change})


def test_ranks_of_simulated_truths_are_uniform():
    """Simulation-based calibration in small: the benchmark's problem, few of them."""
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
    try:
        from ideal_points_calibration import ranks
    finally:
        sys.path.pop(0)
    made = ranks(24, n_draws=49, thin=6, n_warmup=150)
    pooled = np.concatenate([made["third state, middle"], made["last place"], made["middle"], made["discrimination"]])
    assert 0.78 < ((pooled >= 3) & (pooled < 47)).mean() <= 1.0
    assert 0.35 < (pooled < 25).mean() < 0.65


def test_a_new_session_leaves_earlier_years_in_place_and_agrees_with_a_full_run():
    votes, theta, _ = _simulated(n_states=25, n_sessions=6, n_items=40)
    old = votes.session[votes.place] < 5
    rows = (votes.y, votes.item, votes.state[votes.place], votes.session[votes.place])
    earlier, last = make_arrays(*(x[old] for x in rows)), make_arrays(*(x[~old] for x in rows))
    options = {**_anchors(votes, theta), "n_chains": 2, "n_warmup": 200, "n_draws": 300, "thin": 2}
    before, whole = principled(earlier, **options), principled(votes, **options)
    kept = before.theta.copy()
    made = extend(before, earlier, last)
    np.testing.assert_array_equal(before.theta, kept)
    full = whole.theta[votes.session == 5]
    assert np.corrcoef(made.theta, full)[0, 1] > 0.98
    assert np.abs(made.sd / whole.sd[votes.session == 5] - 1).mean() < 0.35
    with pytest.raises(ValueError, match="later"):
        extend(before, earlier, earlier)


def test_prior_of_the_walk_is_what_the_sampler_leaves_without_votes_that_tell():
    """With one vote on each item nearly nothing is learnt: discriminations come out as N(0, 1)."""
    votes = make_arrays(np.ones(40, int), np.arange(40), np.arange(40) % 4, np.arange(40) // 4 % 2)
    chains = Chains(votes, 1, 1, Prior())
    kept = []
    for sweep in range(2500):
        chains.sweep(adapt=sweep < 300)
        if sweep >= 500:
            kept.append(chains.items[0, :, 0].copy())
    beta = np.stack(kept)
    assert beta.mean() == pytest.approx(0.0, abs=0.1)
    assert beta.std() == pytest.approx(1.0, abs=0.1)
