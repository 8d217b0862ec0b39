"""Labels never overlap, keep their order and stay in the plot; ticks and spans are written as a reader writes them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nonaligned.figures.labels import dodge, nice_ticks, text_width, thinned, years

places = st.lists(st.floats(0, 300, allow_nan=False), min_size=1, max_size=12)


@given(places)
def test_dodged_labels_keep_the_gap_the_order_and_the_bounds(wanted: list[float]) -> None:
    found = dodge(wanted, 14, 0, 300)
    ordered = [found[i] for i in sorted(range(len(wanted)), key=lambda i: (wanted[i], i))]
    gap = min(14, 300 / max(1, len(wanted) - 1))
    assert all(b - a >= gap - 1e-6 for a, b in pairwise(ordered))
    assert all(-1e-6 <= place <= 300 + 1e-6 for place in found)


@given(places)
def test_labels_that_already_have_room_stay_where_they_are(wanted: list[float]) -> None:
    spread = [20.0 + 15 * i for i, _ in enumerate(wanted)]
    assert all(abs(a - b) < 1e-9 for a, b in zip(dodge(spread, 14, 0, 300), spread, strict=True))


def test_dodge_moves_as_little_as_possible() -> None:
    """Two labels at one place part by half the gap each, which no other pair of places beats."""
    assert dodge([100.0, 100.0], 10, 0, 300) == [95.0, 105.0]


@given(st.floats(0.01, 1e6))
def test_ticks_start_at_zero_and_cover_the_highest_value(highest: float) -> None:
    ticks = nice_ticks(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest * 0.999
    assert 2 <= len(ticks) <= 7


@given(st.lists(st.floats(1, 60), min_size=1, max_size=30), st.floats(5, 80))
def test_thinned_labels_do_not_touch(widths: list[float], step: float) -> None:
    at = [step * i for i in range(len(widths))]
    kept = thinned(at, widths)
    assert kept[-1] == len(widths) - 1
    assert all(at[b] - widths[b] / 2 > at[a] + widths[a] / 2 for a, b in pairwise(kept))


def test_a_year_never_has_a_comma() -> None:
    assert years(1998, 2002) == "1998–2002"
    assert "," not in years(1990, 1994)


def test_wider_words_are_estimated_wider() -> None:
    assert text_width("United States") > text_width("Russia") > text_width("il")
