"""Positions with absences left out beside those with absences as abstentions."""

import numpy as np
import pytest
from simulated_votes import simulate

from nonaligned.measures.models.absences import absence_check
from nonaligned.measures.models.fast import fast
from nonaligned.measures.models.positions import drop_uncontested
from nonaligned.measures.models.vote_arrays import make_arrays


def test_only_those_who_were_absent_when_it_mattered_move() -> None:
    _, _, (y, item, state, session) = simulate(4, n_states=30, n_sessions=3, n_items=40)
    rng = np.random.default_rng(0)
    gone = (state == 7) & (y == 3) & (rng.random(y.size) < 0.9)
    checked = absence_check(np.where(gone, 8, y), item, state, session)
    cast, _ = drop_uncontested(make_arrays(y[~gone], item[~gone], state[~gone], session[~gone]))
    assert np.allclose(checked.left_out, fast(cast, intervals=False).theta)
    seven = checked.state == 7
    assert np.abs(checked.shift[seven]).min() > 4 * np.median(np.abs(checked.shift[~seven]))
    assert (checked.share_absent[~seven] == 0).all()
    slope, level = np.polyfit(checked.as_abstentions[~seven], checked.left_out[~seven], 1)
    assert (slope, level) == pytest.approx((1, 0), abs=1e-9)
    expected = [gone[(state == 7) & (session == s)].mean() for s in range(3)]
    assert checked.share_absent[seven] == pytest.approx(expected, abs=0.05)


def test_a_place_that_was_only_absent_has_no_position() -> None:
    _, _, (y, item, state, session) = simulate(4, n_states=20, n_sessions=2, n_items=20)
    gone = (state == 3) & (session == 1)
    checked = absence_check(np.where(gone, 8, y), item, state, session)
    assert not ((checked.state == 3) & (checked.session == 1)).any()
    assert np.isfinite(checked.shift).all()


def test_order_does_not_matter() -> None:
    _, _, (y, item, state, session) = simulate(4, n_states=15, n_sessions=2, n_items=15)
    vote = np.where((state == 3) & (item % 2 == 0), 8, y)
    order = np.random.default_rng(1).permutation(y.size)
    one = absence_check(vote, item, state, session)
    other = absence_check(vote[order], item[order], state[order], session[order])
    assert one.shift.tobytes() == other.shift.tobytes()


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="absence"):
        absence_check([1, 3], [0, 0], [0, 1], [0, 0])
    with pytest.raises(ValueError, match="common scale"):
        absence_check([1, 3, 8, 8], [0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 0], many=0)
