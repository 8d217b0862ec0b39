"""Joint draws on arrays: streams by name, weights, shares with errors, bounds of reliance, ranks, parts of the variance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonaligned.measures.models.dependence import overall
from nonaligned.measures.models.joint_draws import (
    CONCENTRATION,
    SOURCES,
    Drawn,
    coverage,
    kept_draws,
    largest,
    reliance_bounds,
    shares,
    stream,
    summary,
    variance_shares,
    weight_draws,
    weighting,
)

DOMAINS = ("arms", "trade", "energy", "security")
EQUAL = [0.25] * 4


def test_a_stream_belongs_to_its_name() -> None:
    first = stream(1, "flow", "IND", 2014).random(5)
    assert (first == stream(1, "flow", "IND", 2014).random(5)).all()
    for other in (stream(2, "flow", "IND", 2014), stream(1, "flow", "INDO", 2014), stream(1, "flow", "IND", 2015)):
        assert not (first == other.random(5)).any()


def test_weights_are_dirichlet() -> None:
    drawn = weight_draws(EQUAL, DOMAINS, False, 0, 40_000)
    assert np.allclose(drawn.sum(axis=0), 1)
    assert np.allclose(drawn.mean(axis=1), 0.25, atol=0.003)
    assert np.allclose(drawn.var(axis=1), 0.25 * 0.75 / (4 * CONCENTRATION + 1), rtol=0.05)
    fixed = weight_draws([0.7, 0.3], ("arms", "trade"), True, 0, 10)
    assert (fixed == np.array([[0.7], [0.3]])).all()


def test_a_draw_leaves_out_one_domain_or_none() -> None:
    kept = kept_draws(4, 0, 50_000)
    left = 4 - kept.sum(axis=0)
    assert set(left) == {0, 1}
    assert np.allclose((~kept).mean(axis=1), 0.2, atol=0.01)
    assert kept_draws(1, 0, 100).all()


def test_weights_of_known_domains_sum_to_one() -> None:
    drawn = Drawn(np.zeros((4, 1, 1, 3)), np.zeros((4, 1, 3)), np.full((4, 3), 0.25), kept_draws(4, 0, 3))
    known = np.array([[True, True, False], [True, False, False], [False, False, False], [False, False, False]])
    made = weighting(drawn, known)
    assert made.shape == (4, 3, 3)
    assert np.allclose(made[:, :2].sum(axis=0), 1)
    assert (made[0, 1] == 1).all(), "the only known domain is never left out"
    assert np.isnan(made[:, 2]).all()
    assert coverage(np.full(4, 0.25), known).tolist() == [0.5, 0.25, 0.0]


def test_shares_without_errors() -> None:
    value = np.array([[3.0, 1.0], [np.nan, 1.0], [0.0, 0.0]])
    made = shares(value, np.array([4.0, 3.0, 0.0]), np.zeros((3, 2)), np.zeros(3), np.zeros((3, 2, 1)), np.zeros((3, 1)))[..., 0]
    assert made[0].tolist() == [0.375, 0.125]
    assert np.isnan(made[1, 0])
    assert made[1, 1] == 0.25, "a missing flow is left out of the sum"
    assert made[2].tolist() == [0.0, 0.0]


def test_shares_with_errors() -> None:
    """A share of one half with errors of .2 on both sides: the logarithm of the odds has the deviation .2 sqrt 2."""
    noise = np.random.default_rng(0).standard_normal((2, 20_000))
    made = shares(np.array([[5.0]]), np.array([5.0]), np.array([[0.2]]), np.array([0.2]), noise[None, :1], noise[1:])[0, 0]
    assert np.std(np.log(made / (1 - made))) == pytest.approx(0.2 * np.sqrt(2), rel=0.02)
    assert np.median(made) == pytest.approx(0.5, abs=0.005)


def test_bounds_of_reliance() -> None:
    low, high = reliance_bounds(
        np.array([4.0, 4.0, 0.0, np.nan]), np.array([0.0, 12.0, 0.0, np.nan]), np.array([np.inf, 12.0, 0.0, np.nan])
    )
    assert low[:3].tolist() == [0.0, 0.25, 0.0]
    assert high[:3].tolist() == [1.0, 0.25, 0.0]
    assert np.isnan(low[3])


def test_summary_is_that_of_numpy() -> None:
    draws = np.random.default_rng(1).random((3, 999))
    draws[1] = np.nan
    made = summary(draws)
    expected = np.quantile(draws, [0.5, 0.05, 0.95, 0.25, 0.75], axis=-1)
    for row, name in enumerate(("median", "lower", "upper", "q25", "q75")):
        assert np.allclose(made[name], expected[row], rtol=1e-14, equal_nan=True)
    assert np.isnan(summary(np.zeros((2, 0)))["lower"]).all()


def test_which_is_the_largest() -> None:
    values = np.array([[[0.3, 0.1, 0.2, 0.0], [0.1, 0.3, 0.2, 0.0]], [[0.0] * 4, [0.0] * 4], [[np.nan] * 4, [0.1] * 4]])
    made = largest(values)
    assert made[0].tolist() == [0.5, 0.5], "ties are shared, draws without any do not count"
    assert np.isnan(made[1:]).all()


@given(st.integers(0, 5))
def test_parts_of_the_variance(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 250
    central = Drawn(np.full((2, 1, 1, 1), 0.4), np.full((2, 1, 1), 0.5), np.full((2, 1), 0.5), np.ones((2, 1), bool))
    drawn = Drawn(
        np.concatenate([0.4 + 0.01 * rng.standard_normal((1, 1, 1, n)), np.full((1, 1, 1, n), 0.4)]), np.full((2, 1, n), 0.5),
        weight_draws([0.5, 0.5], ("arms", "trade"), False, seed, n), np.ones((2, n), bool),
    )  # fmt: skip
    known = np.ones((2, 1, 1), bool)
    made = variance_shares(lambda one: overall(one, known), central, drawn)
    assert set(made) == set(SOURCES)
    assert made["flows"].item() == pytest.approx(1.0), "with equal dependence in both domains their weights do not matter"
    nothing = variance_shares(lambda one: overall(one, known), central, Drawn(*(np.repeat(part, n, -1) for part in (
        central.share, central.reliance, central.weight, central.is_kept))))  # fmt: skip
    assert all(np.isnan(part).all() for part in nothing.values())
