"""Charts with bands: gaps, places, words at the ends; from made-up series."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import words
from syrupy.assertion import SnapshotAssertion

from nonaligned.figures.bands import specification
from nonaligned.figures.figure import Band, Bands, Estimate
from nonaligned.figures.labels import round_years, signed, ticks_between
from nonaligned.figures.marks import SIZE


def estimate(year: float, value: float, sd: float = 0.2) -> Estimate:
    return Estimate(year, value, value - 1.645 * sd, value + 1.645 * sd, value - 0.674 * sd, value + 0.674 * sd)


MADE_UP = Bands(
    (
        Band("India", tuple(estimate(x, y) for x, y in ((2000, -0.4), (2001, -0.5), (2002, -0.3), (2005, -0.2))), "#000000"),
        Band("United States", tuple(estimate(x, 3.0) for x in range(2000, 2006)), "#0072B2"),
    ),
    ("far from it", "near to it"),
    round_years(2000, 2005),
    context=tuple((float(x), -1.0, 1.2) for x in range(2000, 2006)),
    context_label="8 in 10 states",
)


def layers(spec: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def test_specification_golden(snapshot: SnapshotAssertion) -> None:
    assert json.dumps(specification(MADE_UP, 400), indent=1, ensure_ascii=False, sort_keys=True) == snapshot


def test_altair_takes_the_specification() -> None:
    altair = pytest.importorskip("altair")
    assert altair.LayerChart.from_dict(specification(MADE_UP, 400)).to_dict()["layer"]


def test_every_estimate_is_drawn_once_and_a_gap_breaks_line_and_bands() -> None:
    spec = specification(MADE_UP, 680)
    drawn = [row for layer in layers(spec, "line") for row in layer["data"]["values"]]
    assert sorted((row["x"], row["y"]) for row in drawn) == sorted((p.x, p.value) for s in MADE_UP.series for p in s.points)
    runs = {row["x"]: row["run"] for row in drawn if row["run"].startswith("India")}
    assert runs[2000] == runs[2002] != runs[2005]
    areas = [row for layer in layers(spec, "area") for row in layer["data"]["values"]]
    assert not any(row["x"] == 2005 and str(row["run"]).startswith("India") for row in areas)  # alone: a bar instead
    assert any(row["x"] == row["x2"] == 2005 for layer in layers(spec, "rule") for row in layer["data"]["values"])


def test_bands_are_the_intervals() -> None:
    areas = layers(specification(MADE_UP, 680), "area")
    rows = [row for layer in areas for row in layer["data"]["values"] if row["x"] == 2001 and str(row["run"]).startswith("India")]
    point = MADE_UP.series[0].points[1]
    assert sorted((row["y2"], row["y"]) for row in rows) == [(point.lower, point.upper), (point.q25, point.q75)]


@pytest.mark.parametrize("width", [328, 350, 680, 900])
def test_words_stay_inside_and_labels_apart(width: int) -> None:
    spec = specification(MADE_UP, width)
    for word in words(spec):
        assert -spec["padding"]["left"] <= word.left
        assert word.right <= width - spec["padding"]["left"], word
    ends = sorted(word.y for word in words(spec) if word.text in {"India", "United States", "8 in 10 states"})
    assert len(ends) == 3
    assert all(b - a >= SIZE for a, b in pairwise(ends))
    assert {"↑ near to it", "↓ far from it"} <= {word.text for word in words(spec)}


def test_a_series_without_intervals_is_a_line() -> None:
    plain = Bands((Band("A", (Estimate(2000, 1.0), Estimate(2001, 2.0)), "#000000"),), ("", ""), round_years(2000, 2001))
    spec = specification(plain, 400)
    assert not layers(spec, "area")
    assert len(layers(spec, "line")[0]["data"]["values"]) == 2


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_ticks_lie_inside_and_are_few(low: float, spread: float) -> None:
    ticks = ticks_between(low, low + spread)
    assert all(low - 1e-6 * spread <= tick <= low + spread * (1 + 1e-6) for tick in ticks)
    assert 2 <= len(ticks) <= 9


def test_numbers_and_years_as_a_reader_writes_them() -> None:
    assert [signed(x) for x in (-0.414, -0.001, 0.0, 1.5)] == ["−0.41", "0.00", "0.00", "1.50"]
    assert [label for _, label in round_years(1946, 2023)] == ["1950", "1960", "1970", "1980", "1990", "2000", "2010", "2020"]
