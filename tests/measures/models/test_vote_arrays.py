"""Votes as arrays: sorted, linked over time, the same whatever the order and the labels."""

import numpy as np
import pytest

from nonaligned.measures.models.positions import components, drop_uncontested, weak_places
from nonaligned.measures.models.vote_arrays import VoteArrays, make_arrays


def example(order: np.ndarray | None = None) -> VoteArrays:
    rng = np.random.default_rng(3)
    y, item, state, session = rng.integers(1, 4, 300), rng.integers(0, 20, 300), rng.integers(0, 9, 300), np.zeros(300, int)
    session = item // 5 + (rng.random(300) < 0.1)
    order = np.arange(300) if order is None else order
    return make_arrays(y[order], item[order] * 7, state[order] + 100, session[order] * 2)


def test_the_order_of_rows_does_not_matter() -> None:
    one, other = example(), example(np.random.default_rng(1).permutation(300))
    for name in VoteArrays.__slots__:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_places_are_linked_to_the_same_state_before_and_after() -> None:
    votes = example()
    inner = votes.previous >= 0
    assert (votes.state[votes.previous[inner]] == votes.state[inner]).all()
    assert (votes.session[votes.previous[inner]] < votes.session[inner]).all()
    assert (votes.following[votes.previous[inner]] == np.flatnonzero(inner)).all()
    assert inner.sum() == votes.n_places - votes.state_label.size


def test_both_orders_hold_every_vote_once() -> None:
    votes = example()
    assert sorted(votes.place_votes) == list(range(300))
    for p in range(votes.n_places):
        held = votes.place_votes[votes.place_start[p] : votes.place_start[p + 1]]
        assert (votes.place[held] == p).all()
    for v in range(votes.n_items):
        assert (votes.item[votes.item_start[v] : votes.item_start[v + 1]] == v).all()


@pytest.mark.parametrize(
    ("y", "said"),
    [
        ([1, 8], "not 8"),
        ([1.0, np.nan], "missing"),
        ([1.5, 1.0], "whole"),
        (["yes", "no"], "whole numbers, not"),
        ([1], "equally long"),
        ([[1, 2]], "one-dimensional"),
    ],
)
def test_bad_input_is_refused(y: list[object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make_arrays(y, [1, 1], [2, 3], [1, 1])


def test_no_votes_is_refused() -> None:
    with pytest.raises(ValueError, match="no votes"):
        make_arrays([], [], [], [])


def test_items_without_contest_are_left_out_and_counted() -> None:
    votes = make_arrays([1, 3, 1, 1, 2], [1, 1, 2, 2, 3], [2, 20, 2, 20, 200], [1, 1, 1, 1, 1])
    kept, dropped = drop_uncontested(votes)
    assert dropped == 2
    assert kept.item_label.tolist() == [1]
    assert kept.state_label.tolist() == [2, 20]  # the state with no contested vote has no place
    with pytest.raises(ValueError, match="none of the 1 items is contested"):
        drop_uncontested(make_arrays([1, 1], [1, 1], [2, 20], [1, 1]))


def test_components_and_weak_places() -> None:
    # Two blocs that never vote on the same item, linked in the second case by a state seen in both sessions.
    apart = make_arrays([1, 3, 1, 3], [1, 1, 2, 2], [2, 20, 3, 30], [1, 1, 2, 2])
    linked = make_arrays([1, 3, 1, 3], [1, 1, 2, 2], [2, 20, 2, 30], [1, 1, 2, 2])
    assert len(set(components(apart).tolist())) == 2
    assert len(set(components(linked).tolist())) == 1
    assert weak_places(apart).all()
