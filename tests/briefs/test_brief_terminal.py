"""The brief in a terminal: fits its width, speaks without colour, and no report steers it."""

from __future__ import annotations

import io
import re

import pytest
from made import brief, hostile
from rich.cells import cell_len
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from nonaligned.briefs.report_brief import Brief
from nonaligned.briefs.terminal import render


def printed(made: Brief, width: int, colour: bool = False) -> str:
    out = io.StringIO()
    render(made, Console(file=out, width=width, force_terminal=colour, color_system="truecolor" if colour else None, highlight=False))
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("name", ["india", "north"])
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in printed(brief(name), width).splitlines())


def test_colour_carries_nothing() -> None:
    plain, coloured = printed(brief(), 100), printed(brief(), 100, colour=True)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
    for words in ("✓ SUPPORTED", "✗ CONTRADICTED", "↺ OUTDATED", "– NOT IN THE RECORD"):
        assert words in plain


def test_a_report_cannot_steer_the_terminal_or_the_markup() -> None:
    text = printed(hostile(), 100)
    assert "\x1b" not in text
    assert "[red]x[/red]" in text


def test_every_part_of_the_brief_is_there() -> None:
    text = printed(brief(), 80)
    for heading in ("Claims and verdicts", "What is reported", "The record behind them", "What the record does not hold", "Sources"):
        assert heading in text
    assert "[1] " in text


def test_golden(snapshot: SnapshotAssertion) -> None:
    assert re.sub(r"nonaligned \d+\.\d+\.\d+\S*", "nonaligned VERSION", printed(brief("north"), 80)) == snapshot
