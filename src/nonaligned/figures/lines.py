"""A line chart as a Vega-Lite specification: zero-based, labelled on the lines, drawn for one width."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from nonaligned.figures.figure import Lines, Series
from nonaligned.figures.labels import NBSP, nice_ticks, text_width
from nonaligned.figures.marks import SIZE, Frame, document, end_labels, layer, merged, rule, text, ticks_below
from nonaligned.figures.theme import FAINT, GREY, INK

LEFT, TOP, BOTTOM = 44, 22, 26


def specification(lines: Lines, width: int) -> dict[str, Any]:
    """The Vega-Lite specification of a line chart.

    Parameters
    ----------
    lines : Lines
        What is drawn.
    width : int
        Width of the whole drawing in pixels.

    Examples
    --------
    >>> one = Series("France", ((2013.0, 2.0), (2014.0, 7.0)), "#000000")
    >>> specification(Lines((one,), "percent", ((2013.0, "2009–13"),)), 400)["height"]
    212
    """
    right = round(max(text_width(series.label, SIZE) for series in lines.series)) + 26
    height = 300 if width > 500 else 260
    xs = [x for series in lines.series for x, _ in series.points]
    ys = [y for series in lines.series for _, y in series.points] + ([lines.claimed[0]] if lines.claimed else [])
    ticks = nice_ticks(max(ys))
    first, last = min(xs), max(xs)
    pad = 0.0 if last > first else 1.0
    frame = Frame(width - LEFT - right, height - TOP - BOTTOM, first - pad, last + pad, ticks[-1])
    claimed, said = _claimed(frame, lines)
    under = [*_grid(frame, ticks, lines.unit), *_when(frame, lines), *ticks_below(frame, lines.ticks), *claimed]
    drawn = [part for series in sorted(lines.series, key=lambda s: s.colour != GREY) for part in _line(frame, series, lines.step)]
    ends = [(series.label, series.colour, *series.points[-1]) for series in lines.series]
    layers = [*merged(under), *merged(drawn), *merged([*said, *end_labels(frame, ends)])]
    return document(frame, (LEFT, right, TOP, BOTTOM), layers)


def _grid(frame: Frame, ticks: list[float], unit: str) -> list[dict[str, Any]]:
    rules = [(0.0, frame.y(tick), frame.width, frame.y(tick)) for tick in ticks[1:]]
    decimals = 0 if all(tick == int(tick) for tick in ticks) else 1
    words = [f"{tick:,.{decimals}f}" for tick in ticks]
    words[-1] = f"{words[-1]}{NBSP}%" if unit == "percent" else f"${words[-1]}{NBSP}bn"
    names = [(word, -8.0, frame.y(tick)) for word, tick in zip(words, ticks, strict=True)]
    if unit == "usd_bn":  # the longest label stands above its line, where it has room
        names[-1] = (words[-1], 0.0, frame.y(ticks[-1]) - 11)
    parts = [rule(frame, rules, FAINT), rule(frame, [(0.0, frame.height, frame.width, frame.height)], GREY)]
    parts += text(frame, names[:-1], "right", GREY)
    parts += text(frame, names[-1:], "left" if unit == "usd_bn" else "right", GREY)
    return parts


def _when(frame: Frame, lines: Lines) -> list[dict[str, Any]]:
    """The report's date: a rule, or a band where it is only known as an interval."""
    if lines.when is None or lines.when[1] < frame.first or lines.when[0] > frame.last:
        return []
    one, two = (frame.x(min(max(value, frame.first), frame.last)) for value in lines.when)
    middle = (one + two) / 2
    words = [("report", middle, -9.0 if middle > 90 else 9.0)]  # clear of the unit at the top left
    if two - one < 4:
        return [rule(frame, [(two, 0.0, two, frame.height)], GREY, strokeDash=[2, 3]), *text(frame, words, "center", GREY)]
    band = frame.back(one, 0.0) | {"x2": frame.back(two, 0.0)["x"], "y2": 0.0}
    mark = {"type": "rect", "color": FAINT, "opacity": 0.45}
    return [layer(frame, mark, [band], x2={"field": "x2"}, y2={"field": "y2"}), *text(frame, words, "center", GREY)]


def _claimed(frame: Frame, lines: Lines) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The amount that the report states: its rule, and its label in the nearest place that no line crosses."""
    if lines.claimed is None:
        return [], []
    value, words = lines.claimed
    place, half = frame.y(value), text_width(words, SIZE) / 2
    columns = [half + 4 + k * (frame.width - 2 * half - 8) / 8 for k in range(9)] if frame.width > 2 * half + 8 else [frame.width / 2]
    spots = [(x, place + dy) for dy in (-11.0, 13.0, -26.0, -42.0) for x in columns if 8 < place + dy < frame.height - 8]
    free = {spot: _clearance(frame, lines, spot, half) for spot in spots}
    best = next((spot for spot in spots if free[spot] >= 11), max(spots, key=lambda spot: free[spot]))
    return [rule(frame, [(0.0, place, frame.width, place)], INK, strokeDash=[6, 4])], text(frame, [(words, *best)], "center", INK)


def _clearance(frame: Frame, lines: Lines, spot: tuple[float, float], half: float) -> float:
    """Pixels between the middle of a label and the nearest line above or below it."""
    nearest = frame.height
    for series in lines.series:
        for (x1, y1), (x2, y2) in pairwise(series.points):
            for k in range(9):
                x, y = frame.x(x1 + (x2 - x1) * k / 8), frame.y(y1 + (y2 - y1) * k / 8)
                if abs(x - spot[0]) < half + 8:
                    nearest = min(nearest, abs(y - spot[1]))
    return nearest


def _line(frame: Frame, series: Series, step: float) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = []
    run = 0
    for index, (x, y) in enumerate(series.points):
        run += int(index > 0 and x - series.points[index - 1][0] > step)
        values.append({"x": x, "y": y, "run": f"{series.label} {run}"})
    wide = 1.4 if series.colour == GREY else 2.4
    line = layer(frame, {"type": "line", "color": series.colour, "strokeWidth": wide}, values, detail={"field": "run", "type": "nominal"})
    dots = layer(
        frame, {"type": "point", "filled": True, "color": series.colour, "size": 12 if series.colour == GREY else 26, "opacity": 1}, values
    )
    return [line, dots]
