"""Drawings: inert, labelled for a reader who cannot see them, and with labels that do not overlap."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from scenes import words
from syrupy.assertion import SnapshotAssertion

from nonaligned.figures import draw_up
from nonaligned.figures.figure import Bands, Figure, Lines, Scene, Series
from nonaligned.figures.marks import SIZE
from nonaligned.figures.svg import ATTRIBUTES, ELEMENTS, NARROW, SVG, WIDE, clean, draw, specification

SMALL = Lines(
    (
        Series("Russia", ((2013.0, 76.0), (2018.0, 58.0), (2024.0, 36.0)), "#D55E00"),
        Series("France", ((2018.0, 7.0), (2024.0, 33.0)), "#000000"),
    ),
    "percent",
    ((2013.0, "2009–13"), (2018.0, "2014–18"), (2024.0, "2020–24")),
    7.0,
    None,
    (2021.9, 2021.9),
)


@pytest.fixture(scope="module", params=[WIDE, NARROW])
def width(request: pytest.FixtureRequest) -> int:
    return request.param


def charts(scene: Scene) -> list[Figure]:
    return [figure for figure in draw_up(scene)[0] if figure.chart is not None]


def with_series(*scenes: Scene) -> list[tuple[Figure, Lines | Bands]]:
    return [(figure, figure.chart) for scene in scenes for figure in charts(scene) if isinstance(figure.chart, Lines | Bands)]


def test_a_drawing_is_inert_and_has_a_text_alternative(india: Scene, width: int) -> None:
    for figure in charts(india):
        root = ET.fromstring(draw(figure, width))
        assert root.get("role") == "img"
        assert root.get("aria-label") == figure.alt
        for element in root.iter():
            assert element.tag.removeprefix(f"{{{SVG}}}") in ELEMENTS
            assert set(element.attrib) <= ATTRIBUTES | {"role", "aria-label"}
        assert "url(" not in ET.tostring(root, encoding="unicode")


def test_every_label_of_a_series_is_drawn(india: Scene, width: int) -> None:
    for figure, chart in with_series(india):
        words = {element.text for element in ET.fromstring(draw(figure, width)).iter(f"{{{SVG}}}text")}
        assert {series.label for series in chart.series} <= words


def test_labels_at_the_line_ends_do_not_overlap(india: Scene, finland: Scene, width: int) -> None:
    for _, chart in with_series(india, finland):
        labels = {series.label for series in chart.series}
        at = sorted(word.y for word in words(specification(chart, width)) if word.text in labels)
        assert len(at) == len(labels)
        assert all(b - a >= SIZE for a, b in pairwise(at))


def test_no_words_leave_the_drawing(india: Scene, finland: Scene, width: int) -> None:
    for figure in (*charts(india), *charts(finland)):
        assert figure.chart is not None
        spec = specification(figure.chart, width)
        for word in words(spec):
            assert word.left >= -spec["padding"]["left"] - 4, word
            assert word.right <= width - spec["padding"]["left"] + 4, word


def test_same_figure_same_bytes(india: Scene) -> None:
    figure = charts(india)[0]
    assert draw(figure, WIDE) == draw(figure, WIDE)


def test_what_is_not_a_drawing_is_taken_out() -> None:
    hostile = (
        f'<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()"><script>y()</script><foreignObject/>'
        '<a xlink:href="javascript:z()"><text>t</text></a><image href="https://example.org/a.png"/>'
        '<path d="M0 0" style="fill:url(#a)" onclick="q()"/></svg>'
    )
    left = ET.tostring(clean(hostile), encoding="unicode")
    assert re.findall(r"<(?:\w+:)?(\w+)", left) == ["svg", "path"]
    assert not re.search(r"script|onload|onclick|href|style", left)


def test_a_table_is_not_drawn(india: Scene) -> None:
    table = next(figure for figure in draw_up(india)[0] if figure.chart is None)
    with pytest.raises(ValueError, match="table"):
        draw(table)


def test_specification_golden(snapshot: SnapshotAssertion) -> None:
    assert json.dumps(specification(SMALL, 400), indent=1, ensure_ascii=False, sort_keys=True) == snapshot


def test_altair_takes_the_specification() -> None:
    altair = pytest.importorskip("altair")
    assert altair.LayerChart.from_dict(specification(SMALL, 400)).to_dict()["layer"]
