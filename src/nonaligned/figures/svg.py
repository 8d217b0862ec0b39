"""A chart as SVG, drawn offline and reduced to the few elements and attributes that a drawing needs."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache
from typing import Any

from nonaligned.figures import bands, lines, ranking, tiles
from nonaligned.figures.figure import Bands, Chart, Figure, Lines, Ranking

SVG = "http://www.w3.org/2000/svg"
ELEMENTS = frozenset({"svg", "g", "path", "line", "rect", "circle", "text", "tspan"})
ATTRIBUTES = frozenset(
    "d x y x1 x2 y1 y2 cx cy r width height transform fill stroke stroke-width stroke-dasharray stroke-linejoin stroke-linecap "
    "stroke-miterlimit opacity fill-opacity stroke-opacity text-anchor font-size font-weight viewBox".split()
)
WIDE, NARROW = 680, 350


def specification(chart: Chart, width: int) -> dict[str, Any]:
    """The Vega-Lite specification of a chart for a drawing of this width in pixels."""
    if isinstance(chart, Lines):
        return lines.specification(chart, width)
    if isinstance(chart, Bands):
        return bands.specification(chart, width)
    return ranking.specification(chart, width) if isinstance(chart, Ranking) else tiles.specification(chart, width)


def draw(figure: Figure, width: int = WIDE) -> str:
    """The chart of a figure as an SVG element.

    Parameters
    ----------
    figure : Figure
        A figure with a chart.
    width : int
        Width in pixels for which text stays at its size: `WIDE` for a page, `NARROW` for a phone.

    Returns
    -------
    str
        SVG without script, style, link or reference to anything outside it; its alt text is the figure's.

    Raises
    ------
    ValueError
        If the figure has no chart.
    """
    if figure.chart is None:
        raise ValueError(f"{figure.name} is a table, not a chart")
    import vl_convert

    spec = specification(figure.chart, width)
    root = clean(vl_convert.vegalite_to_svg(spec, vl_version=_version()))
    root.set("role", "img")
    root.set("aria-label", figure.alt)
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


@cache
def _version() -> str:
    """The newest Vega-Lite 5 that the converter carries."""
    import vl_convert

    return max((v for v in vl_convert.get_vegalite_versions() if v.startswith("5.")), key=lambda v: [int(part) for part in v.split(".")])


def clean(svg: str) -> ET.Element:
    """The drawing with only `ELEMENTS` and `ATTRIBUTES` left.

    Examples
    --------
    >>> ET.tostring(clean(f'<svg xmlns="{SVG}" onload="x()"><script>y</script><a href="z"><path d="M0 0"/></a></svg>'))
    b'<ns0:svg xmlns:ns0="http://www.w3.org/2000/svg" />'
    """
    root = ET.fromstring(svg)
    _strip(root)
    return root


def _strip(element: ET.Element) -> None:
    for name in list(element.attrib):
        if name not in ATTRIBUTES:
            del element.attrib[name]
        elif name in {"d", "transform"}:
            element.set(name, re.sub(r"-?\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), element.attrib[name]))
    for child in list(element):
        if child.tag.removeprefix(f"{{{SVG}}}") not in ELEMENTS or child.attrib.get("class") == "background":
            element.remove(child)
        else:
            _strip(child)


def warm() -> None:
    """Start the converter in the background: it takes most of a second, in which a report can be read.

    The interpreter waits for it at its end, so that no work is cut off.
    """
    import threading

    threading.Thread(target=_first_drawing, name="warm the converter").start()


def _first_drawing() -> None:
    import vl_convert

    point = {"data": {"values": [{"x": 1}]}, "mark": "text", "encoding": {"x": {"field": "x", "type": "quantitative"}}}
    vl_convert.vegalite_to_svg(point, vl_version=_version())
