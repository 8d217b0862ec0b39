"""Any measure as a picture: which chart, what its title may say, and the picture that stands alone; from made-up rows."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

import polars as pl
import pytest

from nonaligned.figures.figure import Bands, Figure, Ranking
from nonaligned.figures.labels import text_width
from nonaligned.figures.measured import draw_measure, ordinal
from nonaligned.figures.picture import DARK, balanced, png, svg, wrapped
from nonaligned.figures.svg import SVG
from nonaligned.ground.errors import UsageError
from nonaligned.ground.origins import Source
from nonaligned.measures import measure

AS_OF = date(2024, 6, 4)
SOURCE = (Source("made", "A made-up producer", "Made-up positions", citation="Nobody 2024", licence="CC0"),)
WORLD = ("USA", "GBR", "FRA", "DEU", "JPN", "IND", "BRA", "RUS", "CHN", "IRN")


def frame(states: tuple[str, ...] = WORLD, years: tuple[int, ...] = (2020, 2021, 2022), sd: float = 0.1) -> pl.DataFrame:
    rows = [
        {"state": code, "year": year, "ideal_point": 3.0 - WORLD.index(code) * 0.5, "sd": sd}
        | {"lower": 3.0 - WORLD.index(code) * 0.5 - 1.645 * sd, "upper": 3.0 - WORLD.index(code) * 0.5 + 1.645 * sd}
        for code in states
        for year in years
    ]
    return pl.DataFrame(rows)


def drawn(data: pl.DataFrame, *states: str, **more: object) -> Figure:
    return draw_measure(measure("ideal_points"), data, states, sources=SOURCE, as_of=AS_OF, **more)  # type: ignore[arg-type]


def test_a_few_states_are_lines_many_a_ranking_of_the_last_year() -> None:
    few = drawn(frame(), "IND", "USA")
    assert isinstance(few.chart, Bands)
    assert [series.label for series in few.chart.series] == ["India", "United States"]
    assert few.title == "The United States stood above India in 2022"
    many = drawn(frame())
    assert isinstance(many.chart, Ranking)
    assert [row.rank for row in many.chart.rows] == [str(k) for k in range(1, 11)]
    assert "in 2022" in many.title
    assert isinstance(drawn(frame(years=(2022,)), "IND", "USA").chart, Ranking)
    assert isinstance(drawn(frame(), "IND", kind="ranking", year=2020).chart, Ranking)


def test_ranks_are_among_all_states_and_the_asked_are_shown() -> None:
    figure = drawn(frame(("IND",)), "IND", "FRA", world=frame(), kind="ranking")
    assert isinstance(figure.chart, Ranking)
    assert [(row.label, row.rank) for row in figure.chart.rows] == [("France", "3"), ("India", "6")]
    assert figure.title == "India ranked 6th of 10 states in 2022"
    assert len(figure.chart.everyone) == len(figure.rows) == 10


def test_what_cannot_be_told_apart_is_said_to_be_so() -> None:
    wide = drawn(frame(sd=2.0), "IND", "BRA")
    assert wide.title == "India and Brazil cannot be told apart in 2022"
    ranking = drawn(frame(sd=2.0), kind="ranking")
    assert isinstance(ranking.chart, Ranking)
    assert not any(row.is_apart for row in ranking.chart.rows[:-1])
    assert "between" in ranking.title


def test_the_soviet_unions_rows_are_russias_where_russia_is_asked_for() -> None:
    before = frame(("RUS", "USA"), (1990, 1991)).with_columns(pl.col("state").replace("RUS", "SUN"))
    both = pl.concat([frame(("RUS", "USA"), (1992, 1993)), before])
    figure = drawn(both.filter(pl.col("state") != "SUN"), "USA", "RUS", world=both)
    assert isinstance(figure.chart, Bands)
    points = {series.label: [point.x for point in series.points] for series in figure.chart.series}
    assert points["Russia"] == [1990, 1991, 1992, 1993]
    assert "Until 1991 Russia’s line is the Soviet Union’s." in figure.note


def test_missing_values_are_left_out_and_nothing_at_all_is_an_error() -> None:
    data = frame().with_columns(ideal_point=pl.when(pl.col("year") == 2022).then(None).otherwise(pl.col("ideal_point")))
    figure = drawn(data, "IND", "USA")
    assert "in 2021" in figure.title
    with pytest.raises(UsageError, match="No value"):
        drawn(data.filter(pl.col("year") == 2022))


def test_a_measure_of_pairs_is_not_drawn() -> None:
    with pytest.raises(UsageError, match="cannot be drawn"):
        draw_measure(measure("dependence"), frame(), as_of=AS_OF)


@pytest.mark.parametrize("width", [360, 900])
@pytest.mark.parametrize("is_dark", [False, True])
def test_a_picture_stands_alone(width: int, is_dark: bool) -> None:
    figure = drawn(frame(), "IND", "USA", notes=("a note of its own",))
    root = ET.fromstring(svg(figure, width, is_dark=is_dark))
    said = " ".join(element.text or "" for element in root.iter(f"{{{SVG}}}text"))
    for words in (figure.title, "A note of its own.", "A made-up producer", "Nobody 2024", "CC0", "2024-06-04"):
        assert words in said
    assert root.get("aria-label") == figure.alt
    top = [element for element in root.iter(f"{{{SVG}}}text") if element.get("font-size") and element.get("y")]
    for element in top:
        size = float(str(element.get("font-size")).removesuffix("px"))
        assert 16 + 0.85 * text_width(element.text or "", size) <= width
    used = {element.get("fill") for element in root.iter()}
    assert not used & set(DARK) if is_dark else not used & (set(DARK.values()) - set(DARK))


def test_a_png_is_one() -> None:
    assert png(drawn(frame(), "IND", "USA"), 360, scale=1)[:8] == b"\x89PNG\r\n\x1a\n"


def test_lines_of_words_keep_every_word() -> None:
    words = "Positions in the UN General Assembly by session, with intervals that say how far to trust them"
    for width in (80, 150, 300, 900):
        assert " ".join(wrapped(words, width, 13)) == " ".join(balanced(words, width, 13)) == words
        assert len(balanced(words, width, 13)) == len(wrapped(words, width, 13))


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 111, 112, 122)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "111th", "112th", "122nd",
    ]  # fmt: skip
