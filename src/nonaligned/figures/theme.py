"""The look of a chart: at most five colours, each at least 3:1 on white, grey for context.

The colours are written into the SVG as attributes for light paper; a page re-colours them for the dark by
selecting on the attribute.
"""

from __future__ import annotations

from collections.abc import Sequence

INK, GREY, FAINT, PAPER = "#1b1b1b", "#6f6f6f", "#d9d9d9", "#ffffff"
BLACK, BLUE, VERMILLION, GREEN, PINK = "#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7"
NO = "#b84f00"  # vermillion, dark enough for white letters on it
POWERS = {"USA": BLUE, "CHN": PINK, "RUS": VERMILLION}
PALETTE = (BLACK, GREEN, BLUE, VERMILLION, PINK)
FONT = "sans-serif"


def colours(states: Sequence[str]) -> dict[str, str]:
    """A colour for each of at most five states; the three usual powers keep theirs in every chart.

    Examples
    --------
    >>> colours(["RUS", "FRA"])
    {'RUS': '#D55E00', 'FRA': '#000000'}
    """
    found = {code: POWERS[code] for code in states if code in POWERS}
    free = [colour for colour in PALETTE if colour not in found.values()]
    for code in states:
        if code not in found and free:
            found[code] = free.pop(0)
    return {code: found[code] for code in states if code in found}
