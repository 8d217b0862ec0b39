"""What every chart is made of: a frame with its scales, and layers of words, rules, areas and dots at computed places.

A specification is plain Vega-Lite, so that drawing needs no more than vl-convert; `altair.Chart.from_dict` takes it too.
Every mark stands at a place computed here, which is what lets labels be kept apart under test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nonaligned.figures.labels import dodge, text_width, thinned
from nonaligned.figures.theme import FONT, GREY, INK, PAPER

SIZE = 12.5
GAP = 3  # pixels between two labels


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's place in the drawing, and the scales between data and pixels (y grows upwards in data)."""

    width: float
    height: float
    first: float
    last: float
    highest: float
    lowest: float = 0

    def x(self, value: float) -> float:
        """Pixel of an x value."""
        return (value - self.first) / (self.last - self.first) * self.width

    def y(self, value: float) -> float:
        """Pixel of a y value, from the top."""
        return self.height * (1 - (value - self.lowest) / (self.highest - self.lowest))

    def back(self, x: float, y: float) -> dict[str, float]:
        """The data values at a pixel."""
        up = self.lowest + (self.highest - self.lowest) * (1 - y / self.height)
        return {"x": round(self.first + x / self.width * (self.last - self.first), 5), "y": round(up, 5)}


def document(frame: Frame, padding: tuple[int, int, int, int], layers: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole specification; `padding` is left, right, top, bottom in pixels."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": round(frame.width),
        "height": round(frame.height),
        "background": "transparent",
        "padding": dict(zip(("left", "right", "top", "bottom"), padding, strict=True)),
        "autosize": {"type": "none"},
        "layer": layers,
        "config": {"view": {"stroke": None}, "font": FONT},
    }


def layer(frame: Frame, mark: dict[str, Any], values: list[dict[str, Any]], **channels: Any) -> dict[str, Any]:
    """One layer with the plot's own scales; places outside the plot are allowed. The colour goes with each row."""
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [frame.first, frame.last], "nice": False, "zero": False}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [frame.lowest, frame.highest], "nice": False}}
    colour = {"field": "c", "type": "nominal", "scale": None}
    rows = [{**row, "c": mark["color"]} for row in values]
    style = {key: value for key, value in mark.items() if key != "color"}
    return {"data": {"values": rows}, "mark": {"clip": False, **style}, "encoding": {"x": x, "y": y, "color": colour, **channels}}


def merged(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Layers that differ in their rows alone as one: each layer costs the converter time."""
    found: dict[str, dict[str, Any]] = {}
    for one in layers:
        key = repr((sorted(one["mark"].items(), key=str), one["encoding"]))
        if key in found:
            found[key]["data"]["values"] += one["data"]["values"]
        else:
            found[key] = one
    return list(found.values())


def text(
    frame: Frame,
    words: Sequence[tuple[str, float, float]],
    align: str,
    colour: str = INK,
    weight: str = "normal",
    size: float = SIZE,
    has_halo: bool = True,
) -> list[dict[str, Any]]:
    """Words at pixel places, on a halo of the paper's colour."""
    values = [{**frame.back(x, y), "t": said} for said, x, y in words]
    mark = {"type": "text", "align": align, "baseline": "middle", "fontSize": size, "fontWeight": weight}
    channel = {"text": {"field": "t", "type": "nominal"}}
    halo = layer(frame, {**mark, "color": PAPER, "stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"}, values, **channel)
    plain = layer(frame, {**mark, "color": colour}, values, **channel)
    return [halo, plain] if has_halo else [plain]


def rule(frame: Frame, ends: Sequence[tuple[float, float, float, float]], colour: str, **style: Any) -> dict[str, Any]:
    """Straight lines between pixel places."""
    values: list[dict[str, Any]] = []
    for x1, y1, x2, y2 in ends:
        one, two = frame.back(x1, y1), frame.back(x2, y2)
        values.append({**one, "x2": two["x"], "y2": two["y"]})
    mark = {"type": "rule", "color": colour, "strokeWidth": 1, **style}
    return layer(frame, mark, values, x2={"field": "x2"}, y2={"field": "y2"})


def boxes(frame: Frame, corners: Sequence[tuple[float, float, float, float]], colour: str, **style: Any) -> dict[str, Any]:
    """Filled rectangles between two corners in pixels."""
    made = rule(frame, corners, colour)
    return {**made, "mark": {"clip": False, "type": "rect", **style}}


def ticks_below(frame: Frame, ticks: Sequence[tuple[float, str]]) -> list[dict[str, Any]]:
    """Ticks at x values with as many of their labels as fit side by side."""
    places = [frame.x(x) for x, _ in ticks]
    widths = [text_width(label, SIZE) for _, label in ticks]
    kept = thinned(places, widths)
    marks = [(places[i], frame.height, places[i], frame.height + 5) for i in kept]
    words = [(ticks[i][1], places[i], frame.height + 16) for i in kept]
    return [rule(frame, marks, GREY), *text(frame, words, "center", GREY)]


def end_labels(frame: Frame, ends: Sequence[tuple[str, str, float, float]]) -> list[dict[str, Any]]:
    """Labels right of the plot at line ends (label, colour, x, y in data), kept apart; a leader where one had to move."""
    wanted = [frame.y(y) for _, _, _, y in ends]
    places = dodge(wanted, SIZE + GAP, 4, frame.height - 4)
    parts: list[dict[str, Any]] = []
    for (label, colour, x, _), here, there in zip(ends, wanted, places, strict=True):
        start = frame.x(x)
        if abs(here - there) > 3 or frame.width - start > 4:
            dash = {"strokeDash": [1, 3]} if frame.width - start > 4 else {}
            parts.append(rule(frame, [(start + 5, here, frame.width + 10, there)], colour, strokeWidth=0.8, **dash))
        parts += text(frame, [(label, frame.width + 13, there)], "left", colour, "normal" if colour == GREY else "bold")
    return parts
