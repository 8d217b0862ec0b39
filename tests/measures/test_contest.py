"""Contest: engagement times rivalry, by hand and by its bounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nonaligned.measures import Asked, compute, measure
from nonaligned.measures.models.dependence import rivalry
from nonaligned.record.store import Record

NOWHERE = Record(Path("/nonexistent"))


def test_rivalry_by_hand() -> None:
    """Parts .5, .3, .2 of three powers: 1 - .38 = .62, over 2/3 = .93."""
    made = rivalry(np.array([[[0.25], [0.15], [0.10]]]), np.array([3]))
    assert made[0, 0] == pytest.approx(0.93)


@given(arrays(np.float64, (4, 3, 2), elements=st.floats(0, 1)))
def test_rivalry_lies_between_0_and_1_and_knows_no_order_and_no_scale(given_dependence: np.ndarray) -> None:
    n = np.array([3, 3, 3, 3])
    made = rivalry(given_dependence, n)
    assert ((made >= 0) & (made <= 1)).all()
    assert np.allclose(rivalry(given_dependence[:, ::-1], n), made)
    big = given_dependence.sum(axis=1) > 1e-3
    assert np.allclose(rivalry(given_dependence * 0.5, n)[big], made[big])


def test_contest_is_engagement_times_rivalry_and_refused_where_too_little_is_known() -> None:
    frame = compute("contest", NOWHERE, Asked(states=("IND", "USA", "TUV"), years=(2020, 2022), n_draws=50)).frame
    known = frame.filter(frame["value"].is_not_null())
    assert known.height
    for row in known.to_dicts():
        assert row["value"] == pytest.approx(row["engagement"] * row["rivalry"], abs=1e-12)
        assert row["lower"] <= row["upper"]
        assert str(row["year"]) in measure("contest").sentence(row)
    refused = frame.filter(frame["value"].is_null())
    assert refused["note"].str.contains("less than half").all()
