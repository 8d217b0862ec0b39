"""Positions over time: what the title may say, which sessions are shown, and what is missing; from made-up positions."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Any

import pytest
from scenes import at

from nonaligned.figures.figure import Bands, Figure, Gap, Scene
from nonaligned.figures.positions import figures, finding, is_nearer

POWERS = ("USA", "CHN", "RUS")


def line(*values: float, sd: float = 0.1, first: int = 2000) -> dict[int, dict[str, Any]]:
    return {
        first + k: {"year": first + k, "ideal_point": v, "sd": sd, "lower": v - 1.645 * sd, "upper": v + 1.645 * sd, "n_votes": 70}
        for k, v in enumerate(values)
    }


FAR = {"USA": line(3.0, 3.0, 3.0, 3.0), "CHN": line(-1.0, -1.0, -1.0, -1.0), "RUS": line(-0.5, -0.5, -0.5, -0.5)}


def test_every_session_is_said_only_where_every_interval_bears_it_out() -> None:
    sure = FAR | {"IND": line(0.0, 0.1, -0.2, 0.0)}
    said = "India voted nearer to Russia and China than to the United States in every session from 2000 to 2003"
    assert finding(sure, ("IND", "RUS"), POWERS, "IND") == said
    wide = FAR | {"IND": line(0.0, 0.1, 1.2, 0.0, sd=0.3)}
    assert finding(wide, ("IND", "RUS"), POWERS, "IND") == (
        "India voted nearer to Russia than to the United States in 3 of 4 sessions from 2000 to 2003; "
        "in one the distances cannot be told apart"
    )


def test_the_other_side_and_neither() -> None:
    near = FAR | {"GBR": line(2.5, 2.4, 2.6, 2.5)}
    said = "The United Kingdom voted nearer to the United States than to Russia or China in every session from 2000 to 2003"
    assert finding(near, ("GBR", "RUS"), POWERS, "GBR") == said
    middle = FAR | {"GBR": line(1.2, 1.3, 1.2, 1.3, sd=0.5)}
    said = "It cannot be told of any session from 2000 to 2003 whether the United Kingdom voted nearer to Russia or to the United States"
    assert finding(middle, ("GBR", "RUS"), POWERS, "GBR") == said
    both = FAR | {"GBR": line(0.0, 2.9, 2.9, 2.9)}
    assert "nearer to the United States than to Russia in 3 of 4 sessions" in finding(both, ("GBR", "RUS"), POWERS, "GBR")


@pytest.mark.parametrize("focus", ["USA", "RUS", "CHN", "IND"])
def test_russia_and_china_are_never_compared(focus: str) -> None:
    for held in (FAR, {code: FAR[code] for code in ("CHN", "RUS")}, FAR | {"IND": line(0.0, 0.0, 0.0, 0.0)}):
        said = finding(held, (focus, "RUS"), POWERS, focus)
        assert "Russia than to China" not in said
        assert "China than to Russia" not in said
        assert not said.startswith("Russia") or "from China" not in said
        assert not said.startswith("China") or "from Russia" not in said


def test_a_change_of_distance_is_one_only_beyond_its_noise() -> None:
    moved = {"USA": line(3.0, 3.0), "FRA": line(2.0, 1.0)}
    assert finding(moved, ("FRA",), ("USA",), "FRA") == (
        "France voted farther from the United States in the session of 2001 than in that of 2000: 2.0 apart against 1.0"
    )
    still = {"USA": line(3.0, 3.0, sd=0.4), "FRA": line(2.0, 1.6, sd=0.2)}
    assert finding(still, ("FRA",), ("USA",), "FRA").endswith("without clear change since 2000")
    same = {"USA": line(3.0, 3.0), "ISR": line(2.0, 2.9)}
    assert finding(same, ("ISR",), ("USA",), "ISR").endswith("cannot be told apart")


def test_nearer_is_what_simulation_gives() -> None:
    rng = random.Random(4)
    for one, low, high, sd in ((0.8, -0.5, 3.0, 0.4), (1.3, -1.0, 3.3, 0.3), (2.0, 3.0, -1.0, 0.5)):
        draws = [[rng.gauss(mean, sd) for mean in (one, low, high)] for _ in range(20000)]
        share = sum(abs(a - b) < abs(a - c) for a, b, c in draws) / len(draws)
        rows = [{"ideal_point": mean, "sd": sd} for mean in (one, low, high)]
        assert is_nearer(rows[0], rows[1], rows[2]) == pytest.approx(share, abs=4 * math.sqrt(0.25 / len(draws)))


def made(scene: Scene) -> tuple[list[Figure], list[Gap]]:
    found = list(figures(scene))
    return [f for f in found if isinstance(f, Figure)], [g for g in found if isinstance(g, Gap)]


@pytest.mark.parametrize("day", ["2024-07-08", "2021-12-06", "1999-05-01", "1962-10-20"])
def test_no_session_of_the_reports_year_or_later(india: Scene, day: str) -> None:
    (figure,), _ = made(at(india, day))
    assert isinstance(figure.chart, Bands)
    years = [point.x for series in figure.chart.series for point in series.points] + [x for x, _, _ in figure.chart.context]
    assert max(years) < int(day[:4])
    assert min(years) == (1990 if int(day[:4]) > 2000 else 1946)
    assert max(int(str(row[0])) for row in figure.rows) == max(years)


def test_rows_and_marks_are_the_same_and_lie_in_their_intervals(india: Scene) -> None:
    (figure,), gaps = made(india)
    assert not gaps
    assert isinstance(figure.chart, Bands)
    points = [point for series in figure.chart.series for point in series.points]
    assert len(points) == len(figure.rows)
    for point in points:
        assert point.lower is not None
        assert point.upper is not None
        assert point.q25 is not None
        assert point.q75 is not None
        assert point.lower <= point.q25 <= point.value <= point.q75 <= point.upper
    labels = {series.label: series for series in figure.chart.series}
    assert labels["United States"].points[-1].value > labels["Russia"].points[-1].value  # the sign of the scale
    assert "cannot rank states between Russia and China" in figure.note
    assert "Soviet Union" in figure.note


def test_a_state_without_a_position_is_a_gap(india: Scene) -> None:
    found, gaps = made(replace(india, states=("XKX", "SRB"), focus="XKX"))
    assert [gap.text for gap in gaps] == ["Positions in the General Assembly: none on record from 1990 to 2023 for Kosovo."]
    assert found[0].title.startswith("Serbia")
