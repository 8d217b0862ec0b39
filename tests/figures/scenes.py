"""A scene moved to another day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from nonaligned.figures.figure import Scene
from nonaligned.reports.report import ReportDate


def at(scene: Scene, day: str) -> Scene:
    return replace(scene, date=ReportDate(date.fromisoformat(day), date.fromisoformat(day), "given"))
