"""A line chart as a Vega-Lite specification: zero-based, labelled on the lines, drawn for one width.

The specification is plain data, so that drawing needs no more than vl-convert; `altair.Chart.from_dict` takes it too.
Every mark stands at a place computed here, which is what lets labels be kept apart under test.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from nonaligned.figures.figure import Lines, Series
from nonaligned.figures.labels import NBSP, dodge, nice_ticks, text_width, thinned
from nonaligned.figures.theme import FAINT, FONT, GREY, INK, PAPER

SIZE = 12.5
LEFT, TOP, BOTTOM = 44, 22, 26


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's place in the drawing, and the scales between data and pixels (y grows upwards in data)."""

    width: float
    height: float
    first: float
    last: float
    highest: float

    def x(self, value: float) -> float:
        """Pixel of an x value."""
        return (value - self.first) / (self.last - self.first) * self.width

    def y(self, value: float) -> float:
        """Pixel of a y value, from the top."""
        return self.height * (1 - value / self.highest)

    def back(self, x: float, y: float) -> dict[str, float]:
        """The data values at a pixel."""
        return {"x": round(self.first + x / self.width * (self.last - self.first), 5), "y": round(self.highest * (1 - y / self.height), 5)}


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
    under = [*_grid(frame, ticks, lines.unit), *_when(frame, lines), *_ticks(frame, lines), *claimed]
    drawn = [layer for series in sorted(lines.series, key=lambda s: s.colour != GREY) for layer in _line(frame, series, lines.step)]
    layers = [*_merged(under), *_merged(drawn), *_merged([*said, *_labels(frame, lines)])]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": round(frame.width),
        "height": round(frame.height),
        "background": "transparent",
        "padding": {"left": LEFT, "right": right, "top": TOP, "bottom": BOTTOM},
        "autosize": {"type": "none"},
        "layer": layers,
        "config": {"view": {"stroke": None}, "font": FONT},
    }


def _layer(frame: Frame, mark: dict[str, Any], values: list[dict[str, Any]], **channels: Any) -> dict[str, Any]:
    """One layer with the plot's own scales; places outside the plot are allowed. The colour goes with each row."""
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [frame.first, frame.last], "nice": False, "zero": False}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [0, frame.highest], "nice": False}}
    colour = {"field": "c", "type": "nominal", "scale": None}
    rows = [{**row, "c": mark["color"]} for row in values]
    style = {key: value for key, value in mark.items() if key != "color"}
    return {"data": {"values": rows}, "mark": {"clip": False, **style}, "encoding": {"x": x, "y": y, "color": colour, **channels}}


def _merged(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Layers that differ in their rows alone as one: each layer costs the converter time."""
    found: dict[str, dict[str, Any]] = {}
    for layer in layers:
        key = repr((sorted(layer["mark"].items(), key=str), layer["encoding"]))
        if key in found:
            found[key]["data"]["values"] += layer["data"]["values"]
        else:
            found[key] = layer
    return list(found.values())


def _text(
    frame: Frame, words: list[tuple[str, float, float]], align: str, colour: str = INK, weight: str = "normal"
) -> list[dict[str, Any]]:
    """Words at pixel places, on a halo of the paper's colour."""
    values = [{**frame.back(x, y), "t": text} for text, x, y in words]
    mark = {"type": "text", "align": align, "baseline": "middle", "fontSize": SIZE, "fontWeight": weight}
    text = {"text": {"field": "t", "type": "nominal"}}
    halo = _layer(frame, {**mark, "color": PAPER, "stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"}, values, **text)
    return [halo, _layer(frame, {**mark, "color": colour}, values, **text)]


def _rule(frame: Frame, ends: list[tuple[float, float, float, float]], colour: str, **style: Any) -> dict[str, Any]:
    """Straight lines between pixel places."""
    values: list[dict[str, Any]] = []
    for x1, y1, x2, y2 in ends:
        one, two = frame.back(x1, y1), frame.back(x2, y2)
        values.append({**one, "x2": two["x"], "y2": two["y"]})
    mark = {"type": "rule", "color": colour, "strokeWidth": 1, **style}
    return _layer(frame, mark, values, x2={"field": "x2"}, y2={"field": "y2"})


def _grid(frame: Frame, ticks: list[float], unit: str) -> list[dict[str, Any]]:
    rules = [(0.0, frame.y(tick), frame.width, frame.y(tick)) for tick in ticks[1:]]
    decimals = 0 if all(tick == int(tick) for tick in ticks) else 1
    words = [f"{tick:,.{decimals}f}" for tick in ticks]
    words[-1] = f"{words[-1]}{NBSP}%" if unit == "percent" else f"${words[-1]}{NBSP}bn"
    names = [(word, -8.0, frame.y(tick)) for word, tick in zip(words, ticks, strict=True)]
    if unit == "usd_bn":  # the longest label stands above its line, where it has room
        names[-1] = (words[-1], 0.0, frame.y(ticks[-1]) - 11)
    parts = [_rule(frame, rules, FAINT), _rule(frame, [(0.0, frame.height, frame.width, frame.height)], GREY)]
    parts += _text(frame, names[:-1], "right", GREY)
    parts += _text(frame, names[-1:], "left" if unit == "usd_bn" else "right", GREY)
    return parts


def _ticks(frame: Frame, lines: Lines) -> list[dict[str, Any]]:
    places = [frame.x(x) for x, _ in lines.ticks]
    widths = [text_width(label, SIZE) for _, label in lines.ticks]
    kept = thinned(places, widths)
    marks = [(places[i], frame.height, places[i], frame.height + 5) for i in kept]
    words = [(lines.ticks[i][1], places[i], frame.height + 16) for i in kept]
    return [_rule(frame, marks, GREY), *_text(frame, words, "center", GREY)]


def _when(frame: Frame, lines: Lines) -> list[dict[str, Any]]:
    """The report's date: a rule, or a band where it is only known as an interval."""
    if lines.when is None or lines.when[1] < frame.first or lines.when[0] > frame.last:
        return []
    one, two = (frame.x(min(max(value, frame.first), frame.last)) for value in lines.when)
    middle = (one + two) / 2
    words = [("report", middle, -9.0 if middle > 90 else 9.0)]  # clear of the unit at the top left
    if two - one < 4:
        return [_rule(frame, [(two, 0.0, two, frame.height)], GREY, strokeDash=[2, 3]), *_text(frame, words, "center", GREY)]
    band = frame.back(one, 0.0) | {"x2": frame.back(two, 0.0)["x"], "y2": 0.0}
    mark = {"type": "rect", "color": FAINT, "opacity": 0.45}
    return [_layer(frame, mark, [band], x2={"field": "x2"}, y2={"field": "y2"}), *_text(frame, words, "center", GREY)]


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
    rule = _rule(frame, [(0.0, place, frame.width, place)], INK, strokeDash=[6, 4])
    return [rule], _text(frame, [(words, *best)], "center", INK)


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
    line = _layer(frame, {"type": "line", "color": series.colour, "strokeWidth": wide}, values, detail={"field": "run", "type": "nominal"})
    dots = _layer(
        frame, {"type": "point", "filled": True, "color": series.colour, "size": 12 if series.colour == GREY else 26, "opacity": 1}, values
    )
    return [line, dots]


def _labels(frame: Frame, lines: Lines) -> list[dict[str, Any]]:
    ends = [series.points[-1] for series in lines.series]
    wanted = [frame.y(y) for _, y in ends]
    places = dodge(wanted, SIZE + 3, 4, frame.height - 4)
    parts: list[dict[str, Any]] = []
    for series, (x, _), here, there in zip(lines.series, ends, wanted, places, strict=True):
        start = frame.x(x)
        if abs(here - there) > 3 or frame.width - start > 4:
            parts.append(
                _rule(
                    frame,
                    [(start + 5, here, frame.width + 10, there)],
                    series.colour,
                    strokeWidth=0.8,
                    **({"strokeDash": [1, 3]} if frame.width - start > 4 else {}),
                )
            )
        weight = "normal" if series.colour == GREY else "bold"
        parts += _text(frame, [(series.label, frame.width + 13, there)], "left", series.colour, weight)
    return parts
