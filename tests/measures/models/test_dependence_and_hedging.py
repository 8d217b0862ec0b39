"""Dependence, autonomy and hedging on arrays: values by hand, and laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nonaligned.measures.models.dependence import autonomy, overall, stress
from nonaligned.measures.models.hedging import hedge, portions
from nonaligned.measures.models.joint_draws import Drawn

SHARES = arrays(np.float64, (3, 1, 4, 1), elements=st.floats(0, 1)).map(lambda each: each / np.maximum(each.sum(axis=2, keepdims=True), 1))
WEIGHTS = arrays(np.float64, (3, 1, 1), elements=st.floats(0.01, 1)).map(lambda each: each / each.sum())


def drawn(share: object, reliance: object, weight: object) -> Drawn:
    """One state: shares by domain and power, reliance and weights by domain."""
    made = np.array(share, float)[:, None, :, None]
    return Drawn(made, np.array(reliance, float)[:, None, None], np.array(weight, float)[:, None], np.ones((len(made), 1), bool))


def test_dependence_by_hand() -> None:
    one = drawn([[0.6, 0.1], [0.2, 0.3]], [0.5, 1.0], [0.5, 0.5])
    made = overall(one, np.ones((2, 1, 2), bool))[0, :, 0]
    assert made == pytest.approx([(0.3 + 0.2) / 2, (0.05 + 0.3) / 2])
    assert autonomy(made[None, :, None]).item() == pytest.approx(0.75)
    first_alone = overall(one, np.array([[[True, True]], [[False, False]]]))[0, :, 0]
    assert first_alone == pytest.approx([0.3, 0.05]), "the weight of a missing domain goes to the others"


def test_stress_by_hand() -> None:
    one = drawn([[0.75, 0.25]], [1.0], [1.0])
    known = np.ones((1, 1, 2), bool)
    assert stress(one, known, 2).item() == pytest.approx(0.25), "at 2 what is left is the others' share"
    assert stress(one, known, 3).item() == pytest.approx(0.5), "at 3 its root"
    assert stress(drawn([[1.0]], [1.0], [1.0]), np.ones((1, 1, 1), bool), 2).item() == pytest.approx(0.01)
    with pytest.raises(ValueError, match="elasticity"):
        stress(one, known, 1)


@given(SHARES, st.floats(0, 1))
def test_stress_grows_faster_than_the_share(share: np.ndarray, reliance: float) -> None:
    one = Drawn(share, np.full((3, 1, 1), reliance), np.full((3, 1), 1 / 3), np.ones((3, 1), bool))
    known = np.ones((3, 1, 4), bool)
    plain = autonomy(overall(one, known)).item()
    at = [stress(one, known, sigma).item() for sigma in (2, 4, 8)]
    assert at == sorted(at), "the easier it is to replace a supplier, the more is left"
    assert at[0] <= plain + 1e-2, "a larger loss, but for the share that counts as .99"
    assert 0 <= at[0] <= at[2] <= 1 + 1e-12


def test_two_powers_and_one_domain() -> None:
    made = hedge(np.array([[[[0.45], [0.55]]]]), np.ones((1, 1, 1)), np.array([2]))
    assert round(made.total.item(), 4) == 0.9928
    assert made.div.item() == pytest.approx(made.total.item())


def test_a_patron_for_each_domain() -> None:
    """One power supplies all arms, another all trade: none inside a domain, all between them."""
    made = hedge(np.array([[[[1.0], [0.0]]], [[[0.0], [1.0]]]]), np.full((2, 1, 1), 0.5), np.array([2]))
    assert (made.total.item(), made.div.item(), made.split.item()) == pytest.approx((1.0, 0.0, 1.0))


@given(SHARES, WEIGHTS)
def test_hedging_is_div_and_split(share: np.ndarray, weight: np.ndarray) -> None:
    portion = portions(share)
    assert np.allclose(portion.sum(axis=2), 1)
    made = hedge(portion, weight, np.array([4]))
    pooled = (weight[:, :, None] * portion).sum(axis=0)
    divergence = sum(
        weight[d].item() * (portion[d, 0, k] * np.log(portion[d, 0, k] / pooled[0, k])).item()
        for d in range(3) for k in range(4) if portion[d, 0, k] > 0
    )  # fmt: skip
    assert made.split.item() == pytest.approx(max(divergence, 0) / math.log(4), abs=1e-12)
    assert made.total.item() == pytest.approx(made.div.item() + made.split.item(), abs=1e-12)
    assert 0 <= made.total.item() <= 1


@given(SHARES, WEIGHTS, st.permutations(range(4)))
def test_the_order_of_powers_does_not_matter(share: np.ndarray, weight: np.ndarray, order: list[int]) -> None:
    one, other = (hedge(portions(each), weight, np.array([4])) for each in (share, share[:, :, order]))
    assert one.total.item() == pytest.approx(other.total.item(), abs=1e-12)


def test_receiving_next_to_nothing_counts_as_even() -> None:
    even = hedge(portions(np.zeros((1, 1, 3, 1))), np.ones((1, 1, 1)), np.array([3]))
    assert even.total.item() == pytest.approx(1.0)
    with_one_out = portions(np.array([[[[0.2], [np.nan], [0.1]]]]))
    assert with_one_out[0, 0, 1, 0] == 0
    assert np.isnan(hedge(np.ones((1, 1, 1, 1)), np.ones((1, 1, 1)), np.array([1])).total).all(), "of one power nothing can be said"
