"""A scene moved to another day; the words of a specification with their places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from nonaligned.figures.figure import Scene
from nonaligned.figures.labels import text_width
from nonaligned.reports.report import ReportDate


def at(scene: Scene, day: str) -> Scene:
    return replace(scene, date=ReportDate(date.fromisoformat(day), date.fromisoformat(day), "given"))


@dataclass(frozen=True)
class Word:
    """Words in a drawing; places in pixels from the top left of the plot."""

    text: str
    left: float
    right: float
    y: float


def words(spec: dict[str, Any]) -> list[Word]:
    """Every word of a specification once, its halo left out."""
    found: list[Word] = []
    for layer in spec["layer"]:
        mark = layer["mark"]
        if mark["type"] != "text" or "stroke" in mark:
            continue
        (x0, x1), (y0, y1) = (layer["encoding"][axis]["scale"]["domain"] for axis in ("x", "y"))
        for row in layer["data"]["values"]:
            x = (row["x"] - x0) / (x1 - x0) * spec["width"]
            wide = 0.85 * text_width(row["t"], mark["fontSize"])  # the estimate is careful
            left = {"left": x, "center": x - wide / 2, "right": x - wide}[mark["align"]]
            found.append(Word(row["t"], left, left + wide, spec["height"] * (1 - (row["y"] - y0) / (y1 - y0))))
    return found
