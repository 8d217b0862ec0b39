"""What a figure is: a finding as its title, rows, a note, sources, and at times a chart of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from nonaligned.checking.case import Checked
from nonaligned.ground.origins import Source
from nonaligned.record.store import Record
from nonaligned.reports.report import ReportDate

Cell = str | int | float | None
Align = Literal["text", "number", "mark"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a figure's table; `title` is the full name where `name` is a code, `decimals` the places of its numbers."""

    name: str
    align: Align = "text"
    title: str = ""
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class Series:
    """One line. `points` are (x in years, y); a line breaks where two points are more than `Lines.step` apart."""

    label: str
    points: tuple[tuple[float, float], ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A line chart: y from zero, labels on the lines.

    `ticks` are (x, label); `claimed` is an amount that the report states, with its words; `when` is the
    report's date as years, one value twice where it is known to the day.
    """

    series: tuple[Series, ...]
    unit: Literal["percent", "usd_bn"]
    ticks: tuple[tuple[float, str], ...]
    step: float = 1.6
    claimed: tuple[float, str] | None = None
    when: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 90 % (`lower` to `upper`) and 50 % (`q25` to `q75`) interval, at `x` (a year); None where there is none."""

    x: float
    value: float
    lower: float | None = None
    upper: float | None = None
    q25: float | None = None
    q75: float | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """One line with its intervals; it breaks where two points are more than `Bands.step` apart."""

    label: str
    points: tuple[Estimate, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Bands:
    """Lines with bands, y not from zero.

    `ends` say what low and high mean; `ticks` are (x, label); `context` is (x, low, high) of the many, with its label.
    """

    series: tuple[Band, ...]
    ends: tuple[str, str]
    ticks: tuple[tuple[float, str], ...]
    step: float = 1.6
    context: tuple[tuple[float, float, float], ...] = ()
    context_label: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row of a ranking: `rank` in words; `is_apart` whether the row below is a different place with confidence."""

    label: str
    estimate: Estimate
    colour: str
    rank: str
    is_apart: bool = True


@dataclass(frozen=True, slots=True)
class Ranking:
    """States in order of a value, highest first, over a strip of all of them (`everyone`)."""

    rows: tuple[Ranked, ...]
    everyone: tuple[float, ...]
    ends: tuple[str, str]
    heading: str


@dataclass(frozen=True, slots=True)
class Tile:
    """How one state voted, and the probability of that vote where there is one."""

    code: str
    vote: Literal["yes", "abstain", "no", "absent"]
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Tiles:
    """A roll call as tiles, in blocks with a heading; votes less probable than `surprising` are set off."""

    blocks: tuple[tuple[str, tuple[Tile, ...]], ...]
    surprising: float = 0.1


Chart = Lines | Bands | Ranking | Tiles


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a brief. Without `chart` the table of its rows is the figure.

    `letters` maps the words in a ``mark`` column to the letter that stands for them; `claims` are the numbers of the
    claims that the figure bears on.
    """

    name: str
    title: str
    subtitle: str
    alt: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sources: tuple[Source, ...]
    as_of: date
    note: str = ""
    chart: Chart | None = None
    letters: Mapping[str, str] = field(default_factory=dict[str, str])
    claims: tuple[str, ...] = ()

    def marks(self, row: tuple[Cell, ...]) -> tuple[str, ...]:
        """The cells of a row that are marks, as words."""
        return tuple(str(value or "") for column, value in zip(self.columns, row, strict=True) if column.align == "mark")

    def aside(self, row: tuple[Cell, ...]) -> tuple[str, ...]:
        """The other cells of a grid's row after its first, as words."""
        cells = list(zip(self.columns, row, strict=True))[1:]
        return tuple(str(value) for column, value in cells if column.align != "mark" and value is not None)


@dataclass(frozen=True, slots=True)
class Gap:
    """What the record does not hold, as a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Whom the figures are about: the states of a report, the powers, the claims, and the record.

    `states` are the states mentioned, most often first; `focus` is the one that the report is about.
    """

    record: Record
    date: ReportDate
    states: tuple[str, ...]
    powers: tuple[str, ...]
    focus: str
    checked: tuple[Checked, ...] = ()

    @property
    def day(self) -> date:
        """The report's day, or the last day that it can have."""
        return self.date.last

    @property
    def when(self) -> tuple[float, float] | None:
        """The report's date as years, for a chart; None where it is known no better than to three years."""
        if (self.date.last - self.date.first).days > 1096:
            return None
        return as_year(self.date.first), as_year(self.date.last)

    def columns(self, *kinds: str, most: int = 6) -> tuple[str, ...]:
        """The report's states and the powers, without doubles: the powers always, the others as far as there is room.

        States of claims of the given kinds come first, for a figure that stands beside those claims.
        """
        known = set(self.states)
        claimed = [code for item in self.claims(*kinds) for code in (item.claim.subject, item.claim.object) if code in known]
        others = [code for code in dict.fromkeys((self.focus, *claimed, *self.states)) if code and code not in self.powers]
        room = max(1, most - len(self.powers))
        return (*others[:room], *self.powers)

    def claims(self, *kinds: str) -> tuple[Checked, ...]:
        """The checked claims of some kinds, in the report's order."""
        return tuple(item for item in self.checked if item.claim.kind in kinds)


def as_year(day: date) -> float:
    """A day as a decimal year.

    Examples
    --------
    >>> as_year(date(2022, 1, 1)), round(as_year(date(2022, 7, 2)), 2)
    (2022.0, 2022.5)
    """
    start, end = date(day.year, 1, 1).toordinal(), date(day.year + 1, 1, 1).toordinal() if day.year < 9999 else date.max.toordinal()
    return day.year + (day.toordinal() - start) / max(1, end - start)
