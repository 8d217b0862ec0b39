"""A figure as a picture that stands alone: the finding above the chart, note and source below it; SVG or PNG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from nonaligned.figures.figure import Figure
from nonaligned.figures.labels import series_words, text_width
from nonaligned.figures.svg import SVG, draw
from nonaligned.figures.theme import FONT, GREY, INK, PAPER

EDGE = 16  # pixels around everything
MOST = 3  # sources told in full
TITLE, PLAIN, SMALL = 17.0, 13.0, 11.0
DARK = {
    "#1b1b1b": "#ece8df", "#000000": "#ece8df", "#ffffff": "#171614", "#6f6f6f": "#aba69a", "#d9d9d9": "#3b3832",
    "#0072B2": "#5db0ea", "#D55E00": "#f08d4d", "#009E73": "#34c79c", "#CC79A7": "#e3a0c6", "#b84f00": "#f08d4d",
}  # fmt: skip
"""The colours on dark paper, as the page of a brief has them."""


def svg(figure: Figure, width: int = 900, *, is_dark: bool = False) -> str:
    """A figure with a chart as one SVG: title, what is shown, chart, note, sources.

    Parameters
    ----------
    figure : Figure
        A figure with a chart.
    width : int
        Width in pixels, at least 320.
    is_dark : bool
        On dark paper.

    Raises
    ------
    ValueError
        If the figure has no chart.
    """
    inner = max(width, 320) - 2 * EDGE
    chart = ET.fromstring(draw(figure, inner))
    root = ET.Element(f"{{{SVG}}}svg", {"width": str(inner + 2 * EDGE), "font-family": FONT, "role": "img", "aria-label": figure.alt})
    down = _paragraph(root, figure.title, float(EDGE), inner, TITLE, INK, "bold")
    down = _paragraph(root, figure.subtitle, down + 4, inner, PLAIN, GREY) + 14
    group = ET.SubElement(root, f"{{{SVG}}}g", {"transform": f"translate({EDGE},{down:.0f})"})
    group.extend(list(chart))
    down += float(chart.get("height", "0")) + 12
    for words in (figure.note, f"{'Source' if len(figure.sources) == 1 else 'Sources'}: {_sources(figure)}"):
        down = _paragraph(root, words, down, inner, SMALL, GREY) + 3 if words else down
    height = f"{down + EDGE - 6:.0f}"
    root.set("height", height)
    root.set("viewBox", f"0 0 {inner + 2 * EDGE} {height}")
    root.insert(0, ET.Element(f"{{{SVG}}}rect", {"width": str(inner + 2 * EDGE), "height": height, "fill": PAPER}))
    ET.register_namespace("", SVG)
    made = ET.tostring(root, encoding="unicode")
    return re.sub("|".join(DARK), lambda found: DARK[found[0]], made) if is_dark else made


def png(figure: Figure, width: int = 900, *, is_dark: bool = False, scale: float = 2) -> bytes:
    """The same as PNG, `scale` pixels to one of the SVG."""
    import vl_convert

    return vl_convert.svg_to_png(svg(figure, width, is_dark=is_dark), scale=scale)


def _sources(figure: Figure) -> str:
    """Each source with citation and licence; of more than a few only the producers."""
    if len(figure.sources) > MOST:
        return f"{series_words(list(dict.fromkeys(one.producer for one in figure.sources)), 2 * MOST)}. To {figure.as_of}."
    said = ["; ".join(part for part in (one.label, one.citation, one.licence) if part) for one in figure.sources]
    return f"{'. '.join(said)}. To {figure.as_of}."


def _paragraph(root: ET.Element, words: str, down: float, width: float, size: float, colour: str, weight: str = "normal") -> float:
    """Words broken into lines, from `down` on; where they end."""
    for line in balanced(words, width, size * 1.06) if weight == "bold" else wrapped(words, width, size):
        down += size * 1.32
        style = {"x": str(EDGE), "y": f"{down - 0.28 * size:.1f}", "font-size": f"{size:g}px", "font-weight": weight, "fill": colour}
        ET.SubElement(root, f"{{{SVG}}}text", style).text = line
    return down


def wrapped(words: str, width: float, size: float) -> list[str]:
    """Words in lines that are not wider than `width` pixels, where no single word is.

    Examples
    --------
    >>> wrapped("one two three", 60, 12)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in words.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) * 0.92 <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def balanced(words: str, width: float, size: float) -> list[str]:
    """The same number of lines as `wrapped`, as even as they can be where there are two or three."""
    lines = wrapped(words, width, size)
    if len(lines) not in (2, 3):
        return lines
    tries = (wrapped(words, width * part / 20, size) for part in range(7, 20))
    return next((found for found in tries if len(found) == len(lines)), lines)
