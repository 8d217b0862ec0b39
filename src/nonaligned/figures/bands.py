"""A line chart with 50 % and 90 % bands as a Vega-Lite specification: not from zero, labelled on the lines, the many in grey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nonaligned.figures.figure import Band, Bands, Estimate
from nonaligned.figures.labels import signed, text_width, ticks_between
from nonaligned.figures.marks import SIZE, Frame, document, end_labels, layer, merged, rule, text, ticks_below
from nonaligned.figures.theme import FAINT, GREY

LEFT, TOP, BOTTOM = 34, 26, 46
PALE, DARK = 0.13, 0.24  # the two bands lie on each other


def specification(bands: Bands, width: int) -> dict[str, Any]:
    """The Vega-Lite specification of a chart with bands.

    Parameters
    ----------
    bands : Bands
        What is drawn.
    width : int
        Width of the whole drawing in pixels.

    Examples
    --------
    >>> one = Band("France", (Estimate(2013, 1.8, 1.5, 2.1, 1.7, 1.9), Estimate(2014, 1.9, 1.6, 2.2, 1.8, 2.0)), "#000000")
    >>> specification(Bands((one,), ("low", "high"), ((2013.0, "2013"),)), 400)["height"]
    268
    """
    names = [series.label for series in bands.series] + [bands.context_label]
    right = round(max(text_width(name, SIZE) for name in names)) + 26
    frame = _frame(bands, width - LEFT - right, (400 if width > 500 else 340) - TOP - BOTTOM)
    under = [*_context(frame, bands), *_grid(frame), *ticks_below(frame, bands.ticks)]
    behind = bands.series[::-1]  # the first lies on top
    areas = [part for series in behind for part in _areas(frame, series, bands.step)]
    drawn = [part for series in behind for part in _line(frame, series, bands.step)]
    ends = [(series.label, series.colour, series.points[-1].x, series.points[-1].value) for series in bands.series]
    if bands.context and bands.context_label:
        x, _, high = bands.context[-1]
        ends.append((bands.context_label, GREY, x, high))
    words = [*_ends(frame, bands.ends), *end_labels(frame, ends)]
    return document(frame, (LEFT, right, TOP, BOTTOM), [*merged(under), *areas, *merged(drawn), *merged(words)])


def _frame(bands: Bands, width: float, height: float) -> Frame:
    """The plot, with a little room above and below what is drawn."""
    points = [point for series in bands.series for point in series.points]
    xs = [point.x for point in points]
    ends = [end for point in points for end in (point.value, point.lower, point.upper) if end is not None]
    ends += [end for _, low, high in bands.context for end in (low, high)]
    low, high = min(ends), max(ends)
    spread = high - low or max(abs(high), 1.0)
    pad = 0.0 if max(xs) > min(xs) else 1.0
    return Frame(width, height, min(xs) - pad, max(xs) + pad, round(high + 0.04 * spread, 6), round(low - 0.04 * spread, 6))


def _grid(frame: Frame) -> list[dict[str, Any]]:
    ticks = ticks_between(frame.lowest, frame.highest)
    decimals = max(len(f"{tick:.3f}".rstrip("0").partition(".")[2]) for tick in ticks)
    rules = [(0.0, frame.y(tick), frame.width, frame.y(tick)) for tick in ticks]
    names = [(signed(tick, decimals), -8.0, frame.y(tick)) for tick in ticks]
    foot = rule(frame, [(0.0, frame.height, frame.width, frame.height)], GREY)
    return [rule(frame, rules, FAINT), foot, *text(frame, names, "right", GREY)]


def _context(frame: Frame, bands: Bands) -> list[dict[str, Any]]:
    values = [
        {"x": x, "y": high, "y2": low, "run": run} for run, part in enumerate(_runs(bands.context, bands.step)) for x, low, high in part
    ]
    return [_area(frame, values, FAINT, 0.55)] if values else []


def _area(frame: Frame, values: list[dict[str, Any]], colour: str, opacity: float) -> dict[str, Any]:
    mark = {"type": "area", "color": colour, "opacity": opacity, "line": False}
    return layer(frame, mark, values, y2={"field": "y2"}, detail={"field": "run", "type": "nominal"})


def _runs(points: Sequence[Any], step: float) -> list[list[Any]]:
    """Points in order, apart where two of them are more than a step from each other."""
    runs: list[list[Any]] = []
    for point in points:
        x = point.x if isinstance(point, Estimate) else point[0]
        last = runs[-1][-1] if runs else None
        before = last.x if isinstance(last, Estimate) else last[0] if last else None
        if before is None or x - before > step:
            runs.append([])
        runs[-1].append(point)
    return runs


def _areas(frame: Frame, series: Band, step: float) -> list[dict[str, Any]]:
    """The 90 % band and the 50 % band on it; a point that stands alone has bars instead."""
    parts: list[dict[str, Any]] = []
    for low, high, opacity, wide in (("lower", "upper", PALE, 5.0), ("q25", "q75", DARK, 5.0)):
        rows: list[dict[str, Any]] = []
        bars: list[tuple[float, float, float, float]] = []
        for run, part in enumerate(_runs(series.points, step)):
            held = [point for point in part if getattr(point, low) is not None and getattr(point, high) is not None]
            if len(held) == 1:
                place = frame.x(held[0].x)
                bars.append((place, frame.y(getattr(held[0], low)), place, frame.y(getattr(held[0], high))))
            else:
                rows += [{"x": p.x, "y": getattr(p, high), "y2": getattr(p, low), "run": f"{series.label} {run}"} for p in held]
        parts += [_area(frame, rows, series.colour, opacity)] if rows else []
        parts += [rule(frame, bars, series.colour, strokeWidth=wide, opacity=opacity * 1.6)] if bars else []
    return parts


def _line(frame: Frame, series: Band, step: float) -> list[dict[str, Any]]:
    runs = list(enumerate(_runs(series.points, step)))
    values = [{"x": point.x, "y": point.value, "run": f"{series.label} {run}"} for run, part in runs for point in part]
    line = layer(frame, {"type": "line", "color": series.colour, "strokeWidth": 2}, values, detail={"field": "run", "type": "nominal"})
    alone = [{"x": part[0].x, "y": part[0].value} for _, part in runs if len(part) == 1]
    last = [{"x": series.points[-1].x, "y": series.points[-1].value}]
    dots = layer(frame, {"type": "point", "filled": True, "color": series.colour, "size": 30, "opacity": 1}, [*alone, *last])
    return [line, dots]


def _ends(frame: Frame, ends: tuple[str, str]) -> list[dict[str, Any]]:
    """What high and low mean: above the plot and below it."""
    low, high = ends
    words = ([(f"↑ {high}", 0.0, -13.0)] if high else []) + ([(f"↓ {low}", 0.0, frame.height + 36.0)] if low else [])
    return text(frame, words, "left", GREY)
