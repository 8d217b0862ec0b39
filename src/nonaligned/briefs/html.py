"""A brief as one HTML file: no script, nothing asked of the network, every word of the report escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from nonaligned.briefs import wording
from nonaligned.briefs.citing import web
from nonaligned.briefs.report_brief import Brief
from nonaligned.checking.case import Checked
from nonaligned.figures.figure import Cell, Figure
from nonaligned.figures.svg import NARROW, WIDE, draw

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of the report in three parts, the claim in the middle."""

    before: str
    marked: str
    after: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Claims of one sentence."""

    quote: Quote
    claims: tuple[Checked, ...]


def render(brief: Brief) -> str:
    """The brief as a whole HTML document.

    Parameters
    ----------
    brief : Brief
        From `report_brief.assemble`.

    Returns
    -------
    str
        A self-contained page; its content security policy allows its own style sheet and nothing else.
    """
    style = (resources.files("nonaligned.briefs") / "templates" / "brief.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template("brief.html.j2")
        .render(
            brief=brief,
            style=_markup(style),
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
            summary=wording.summary(brief),
            tally=wording.tally(brief.claims),
            quotes={item.claim.claim_id: quote(brief, item) for item in brief.claims},
            drawings={figure.name: drawings(figure) for figure in brief.figures},
        )
    )


def quote(brief: Brief, item: Checked) -> Quote:
    """The claim's sentence with its span set apart; the bare span where it lies outside the sentence."""
    claim = item.claim
    at = brief.text.rfind(claim.sentence, 0, claim.start + len(claim.sentence)) if claim.sentence else -1
    start, end = claim.start - at, claim.end - at
    if at < 0 or not 0 <= start <= end <= len(claim.sentence) or claim.sentence[start:end] != claim.text:
        return Quote("", claim.text, "")
    return Quote(claim.sentence[:start], claim.text, claim.sentence[end:])


def drawings(figure: Figure) -> tuple[Any, ...]:
    """The chart for a page and for a phone, as markup; none where the table is the figure."""
    if figure.chart is None:
        return ()
    return tuple(_markup(draw(figure, width)) for width in (WIDE, NARROW))


def cell(value: Cell, decimals: int = 1) -> str:
    """A cell of a figure's table as text; figures keep their places, a missing one is blank."""
    if value is None:
        return ""
    return f"{value:,.{decimals}f}".replace("-", "−") if isinstance(value, float) else str(value)


def joined(text: str) -> str:
    """The text with spans of years kept on one line.

    Examples
    --------
    >>> joined("in 2020–24") == "in 2020\u2060–\u206024"
    True
    """
    return re.sub(r"(?<=\d)–(?=\d)", "\u2060–\u2060", text)


def _markup(text: str) -> Any:
    """The program's own markup, which alone is not escaped: the style sheet, and drawings that `figures.svg` has stripped."""
    from markupsafe import Markup

    return Markup(text)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made: Any = Environment(
        loader=PackageLoader("nonaligned.briefs", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(words=wording, verdicts=wording.VERDICTS)
    made.filters.update(web=web, cell=cell, joined=joined)
    return made
