"""Rankings: ranks as intervals, neighbours told apart or not, marks in their places."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from scenes import words
from syrupy.assertion import SnapshotAssertion

from nonaligned.figures.figure import Estimate, Ranked, Ranking
from nonaligned.figures.ranking import is_apart, rank_draws, rank_intervals, specification


def row(label: str, value: float, rank: str, apart: bool = True) -> Ranked:
    return Ranked(label, Estimate(2023, value, value - 0.4, value + 0.4, value - 0.15, value + 0.15), "#1b1b1b", rank, apart)


MADE_UP = Ranking(
    (row("United States", 3.0, "1"), row("Brazil", -0.3, "77–138", apart=False), row("India", -0.4, "85–142")),
    (3.0, 1.0, 0.5, -0.3, -0.4, -1.0),
    ("far from the United States", "votes like the United States"),
    "rank of 6",
)


def test_specification_golden(snapshot: SnapshotAssertion) -> None:
    assert json.dumps(specification(MADE_UP, 400), indent=1, ensure_ascii=False, sort_keys=True) == snapshot


def test_rank_intervals_are_those_of_counting() -> None:
    rng = np.random.default_rng(5)
    drawn = rng.normal(size=(501, 12)) + np.arange(12) / 3
    found = rank_intervals(drawn)
    for j in range(12):
        ranks = sorted(1 + sum(draw[k] > draw[j] for k in range(12)) for draw in drawn)
        assert found[j] == (ranks[int(np.ceil(0.05 * 501)) - 1], ranks[int(np.ceil(0.95 * 501)) - 1])


def test_certain_values_have_certain_ranks_and_equal_ones_share_them() -> None:
    assert rank_intervals(rank_draws([3.0, 1.0, 2.0], [0.0, 0.0, 0.0])) == [(1, 1), (3, 3), (2, 2)]
    low, high = rank_intervals(rank_draws([0.0] * 20, [1.0] * 20))[0]
    assert low <= 2
    assert high >= 19


def test_neighbours_are_told_apart_at_nine_in_ten() -> None:
    """P(a > b) of two normals with sd 1 each is Phi(d / sqrt 2): .9 at d = 1.812."""
    drawn = rank_draws([1.95, 0.0, 1.65], [1.0, 1.0, 1.0])
    assert is_apart(drawn, 0, 1)
    assert not is_apart(drawn, 2, 1)


def test_given_draws_are_used_and_the_same_seed_gives_the_same() -> None:
    drawn = np.array([[1.0, 2.0], [1.0, 2.0]])
    assert rank_draws([9.0, 0.0], [0.1, 0.1], drawn).tolist() == drawn.tolist()
    assert (rank_draws([0.0, 1.0], [1.0, 1.0], seed=3) == rank_draws([0.0, 1.0], [1.0, 1.0], seed=3)).all()


@pytest.mark.parametrize("width", [328, 350, 680, 900])
def test_every_row_is_named_inside_the_drawing_and_apart(width: int) -> None:
    spec = specification(MADE_UP, width)
    found = words(spec)
    for word in found:
        assert -spec["padding"]["left"] <= word.left, word
        assert word.right <= width - spec["padding"]["left"], word
    names = {row.label: [word for word in found if word.text == row.label] for row in MADE_UP.rows}
    assert all(len(held) == 1 for held in names.values())
    assert all(b - a >= 20 for a, b in pairwise(held[0].y for held in names.values()))
    assert [word.text for word in found].count("neighbours that cannot be told apart") == 1


def test_dots_stand_at_the_values() -> None:
    spec = specification(MADE_UP, 680)
    dots = [value["x"] for layer in spec["layer"] if layer["mark"]["type"] == "point" for value in layer["data"]["values"]]
    assert dots == pytest.approx([row.estimate.value for row in MADE_UP.rows], abs=1e-4)


def test_no_bracket_where_all_are_apart() -> None:
    apart = Ranking(tuple(row(r.label, r.estimate.value, r.rank) for r in MADE_UP.rows), MADE_UP.everyone, ("", ""), "rank")
    assert "neighbours that cannot be told apart" not in {word.text for word in words(specification(apart, 400))}
