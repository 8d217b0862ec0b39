"""What every figure must have, and known values from the published figures."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise

import pytest

from nonaligned.figures import draw_up, makers
from nonaligned.figures.figure import Bands, Figure, Lines, Scene
from nonaligned.figures.lines import specification
from nonaligned.figures.theme import BLACK, BLUE, GREEN, GREY, PINK, VERMILLION, colours
from nonaligned.record.store import Record

SCENES = ("india", "finland", "nowhere")


def named(scene: Scene, name: str) -> Figure:
    return next(figure for figure in draw_up(scene)[0] if figure.name == name)


def column(figure: Figure, name: str) -> dict[str, object]:
    index = [c.name for c in figure.columns].index(name)
    return {str(row[0]): row[index] for row in figure.rows}


@pytest.mark.parametrize("scene", SCENES)
def test_every_figure_has_finding_unit_source_alt_and_rows(scene: str, request: pytest.FixtureRequest) -> None:
    for figure in draw_up(request.getfixturevalue(scene))[0]:
        assert figure.title
        assert figure.subtitle
        assert figure.alt
        assert figure.title in figure.alt
        assert figure.sources
        assert all(source.producer for source in figure.sources)
        assert figure.rows
        assert all(len(row) == len(figure.columns) for row in figure.rows)
        assert not re.search(r"\b(?:1|2),\d{3}\b(?!\.)", f"{figure.title} {figure.subtitle} {figure.note}")


@pytest.mark.parametrize("scene", SCENES)
def test_at_most_five_colours_and_grey(scene: str, request: pytest.FixtureRequest) -> None:
    for figure in draw_up(request.getfixturevalue(scene))[0]:
        if isinstance(figure.chart, Lines | Bands):
            used = [series.colour for series in figure.chart.series if series.colour != GREY]
            assert len(used) == len(set(used)) <= 5
            assert set(used) <= {BLACK, BLUE, VERMILLION, GREEN, PINK}


def test_colours_pass_three_to_one_on_white() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert all(1.05 / (luminance(c) + 0.05) >= 3 for c in (BLACK, BLUE, VERMILLION, GREEN, PINK, GREY))


def test_a_power_has_one_colour_in_every_chart() -> None:
    assert colours(["FRA", "RUS"])["RUS"] == colours(["RUS", "USA", "ISR"])["RUS"] == VERMILLION
    assert len(set(colours(["FRA", "ITA", "SWE", "ISR", "RUS"]).values())) == 5


def test_indias_suppliers_are_those_that_sipri_published(india: Scene) -> None:
    """SIPRI fact sheets: India 2020-24 Russia 36, France 33, Israel 13 %; Russia 76 % in 2009-13."""
    figure = named(india, "arms_suppliers_IND")
    assert figure.title == "Russia’s share of India’s arms imports fell from 76\u00a0% (2009–13) to 36\u00a0% (2020–24)"
    assert column(figure, "Russia")["2020–24"] == pytest.approx(36.0, abs=0.5)
    assert column(figure, "France")["2020–24"] == pytest.approx(33.0, abs=0.5)
    assert column(figure, "Israel")["2020–24"] == pytest.approx(13.0, abs=0.5)
    assert column(figure, "Russia")["2014–18"] == pytest.approx(58.0, abs=0.5)


def test_shares_of_a_window_add_up_to_a_hundred(india: Scene) -> None:
    chart = named(india, "arms_suppliers_IND").chart
    assert isinstance(chart, Lines)
    for window in zip(*(series.points for series in chart.series), strict=True):
        assert sum(y for _, y in window) == pytest.approx(100, abs=0.1)


def test_indias_trade_with_russia_is_the_official_figure(india: Scene) -> None:
    """Department of Commerce: US$ 10.1 bn in 2019-20, 65.7 in 2023-24, 68.7 in 2024-25."""
    figure = named(india, "trade_IND_RUS")
    values = column(figure, "India’s trade with Russia (India reporting)")
    assert [round(float(str(values[p])), 1) for p in ("2019–20", "2023–24", "2024–25")] == [10.1, 65.7, 68.7]
    assert isinstance(figure.chart, Lines)
    assert figure.chart.claimed == (10.0, "report: about $10\u00a0bn")
    assert "fiscal year" in figure.note


def test_a_gap_in_the_years_breaks_the_line(india: Scene) -> None:
    chart = named(india, "trade_IND_RUS").chart
    assert isinstance(chart, Lines)
    layers = specification(chart, 680)["layer"]
    lines = [layer for layer in layers if layer["mark"]["type"] == "line"]
    checked = 0
    for layer in lines:
        for a, b in pairwise(layer["data"]["values"]):
            (one, run), (other, next_run) = a["run"].rsplit(" ", 1), b["run"].rsplit(" ", 1)
            if one == other:
                checked += 1
                assert (run != next_run) == (b["x"] - a["x"] > chart.step)
    assert checked > 10


def test_the_votes_on_ukraine(india: Scene) -> None:
    """ES-11/1: India and China abstained, the United States in favour, Russia against; 141-5-35."""
    figure = named(india, "votes")
    row = next(row for row in figure.rows if row[2] == "A/RES/ES-11/1")
    cells = dict(zip([c.name for c in figure.columns], row, strict=True))
    assert (cells["IND"], cells["USA"], cells["CHN"], cells["RUS"], cells["yes–no–abstain"]) == (
        "abstain",
        "yes",
        "abstain",
        "no",
        "141–5–35",
    )
    assert all(str(row[1]) <= "2024-07-08" for row in figure.rows)
    assert figure.title.startswith("India abstained on ")


def test_no_vote_after_the_report(starter: Record, india: Scene) -> None:
    from scenes import at

    early = at(india, "2021-12-06")
    figures, gaps = draw_up(early)
    assert not any(str(row[1]) > "2021-12-06" for figure in figures if figure.name == "votes" for row in figure.rows)
    assert any(gap.text.startswith("UN votes") for gap in gaps)


def test_memberships_on_the_day(india: Scene, finland: Scene) -> None:
    nam = {row[0]: row for row in named(india, "memberships").rows}["NAM · Non-Aligned Movement"]
    assert nam[1:] == ("member", "", "observer", "observer")
    nato = {row[0]: row for row in named(finland, "memberships").rows}["NATO · North Atlantic Treaty Organization"]
    assert nato[1:3] == ("member", "member")


def test_memberships_follow_the_day(finland: Scene) -> None:
    from scenes import at

    nato = {row[0]: row for row in named(at(finland, "2023-01-01"), "memberships").rows}["NATO · North Atlantic Treaty Organization"]
    assert "member" not in nato[1:3]


def test_a_defense_pledge_is_named_only_where_there_is_one(india: Scene, finland: Scene) -> None:
    assert "none holds a defense pledge" in named(india, "treaties").title
    assert "efense pledge" in named(finland, "treaties").title
    assert "none holds" not in named(finland, "treaties").title


def test_what_is_missing_is_a_gap_and_no_figure(nowhere: Scene) -> None:
    figures, gaps = draw_up(nowhere)
    assert not any(figure.chart for figure in figures if figure.name != "positions")
    assert any("arms" in gap.text for gap in gaps)


def test_one_file_per_figure_and_nothing_heavy_at_import() -> None:
    assert list(makers())[:3] == ["arms_suppliers", "trade", "votes"]
    heavy = ("altair", "vl_convert", "polars", "duckdb", "spacy")
    code = f"import sys, nonaligned.figures as f; f.makers(); print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
