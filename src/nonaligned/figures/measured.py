"""Any measure of states by year as a picture: over time for a few states, else a ranking of a year, with intervals in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from nonaligned.checking.case import name, with_predecessor
from nonaligned.figures.figure import Band, Bands, Column, Estimate, Figure, Ranked, Ranking
from nonaligned.figures.labels import NBSP, capital, in_words, round_years, series_words, signed, text_width
from nonaligned.figures.marks import SIZE
from nonaligned.figures.ranking import is_apart, rank_draws, rank_intervals
from nonaligned.figures.theme import GREY, INK, colours
from nonaligned.ground.errors import UsageError
from nonaligned.record.tables import TABLES

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.ground.origins import Source
    from nonaligned.measures import Measure
    from nonaligned.record.store import Record

MOST = 6  # states over time: five in colour, the last in grey
EDGES = 5  # states shown at each end of a ranking where none are asked for
TO_SD = 3.2897  # width of a normal 90 % interval in standard deviations
LONGEST = 300  # pixels for the words at an end of the scale
MANY = 30  # states in a year from which their range is shown
Kind = Literal["auto", "lines", "ranking"]
Rows = list[dict[str, Any]]


def draw_measure(
    measure: Measure,
    frame: pl.DataFrame,
    states: Sequence[str] = (),
    *,
    world: pl.DataFrame | None = None,
    sources: Sequence[Source] = (),
    as_of: date,
    notes: Sequence[str] = (),
    kind: Kind = "auto",
    year: int | None = None,
) -> Figure:
    """A measure as a figure.

    Parameters
    ----------
    measure : Measure
        One whose rows are states by year; its `value` column is drawn, with `lower`, `upper` (90 %), `q25`, `q75` (50 %) where it has them.
    frame : polars.DataFrame
        Its rows.
    states : sequence of str
        Codes, the most important first; those in the frame where none are given and they are few.
    world : polars.DataFrame, optional
        Rows of all states, for the range of the many and for ranks; `frame` without it.
    sources, as_of, notes
        What stands below the chart; see `sourced`.
    kind : {"auto", "lines", "ranking"}
        Over time for up to six states and more than one year, else a ranking.
    year : int, optional
        Of the ranking: the last without it.

    Raises
    ------
    UsageError
        If the measure is not of states by year, or no row has a value.

    Examples
    --------
    >>> from nonaligned.briefs.measuring import measure
    >>> made = measure("ideal_points", ["India", "France"], (2000, 2010))
    >>> len(draw_measure(made.measure, made.frame, as_of=date(2024, 6, 4)).rows)
    22
    """
    if tuple(measure.key) != ("state", "year"):
        raise UsageError(
            f"{measure.name} cannot be drawn.",
            why=f"A row of it is one {measure.unit.replace('_', ' ')}; a picture is of states by year.",
            mend=f"nonaligned measure {measure.name} -o FILE.csv",
        )
    rows = _rows(measure, frame)
    if not rows:
        raise UsageError(f"No value of {measure.name} to draw.", why="Every row is missing, or there is none.")
    many = _rows(measure, world) if world is not None else rows
    rows = _continued(rows, many, states)
    codes = [code for code in dict.fromkeys(states or (row["state"] for row in rows)) if any(row["state"] == code for row in rows)]
    is_over_time = len(codes) <= MOST and len({row["year"] for row in rows}) > 1
    if kind == "lines" or (kind == "auto" and is_over_time):
        drawn = _lines(measure, rows, many, codes[:MOST])
    else:
        drawn = _ranking(measure, many, list(dict.fromkeys(states)), year)
    title, subtitle, alt, columns, table, chart = drawn
    warnings = TABLES[measure.name].warnings if measure.name in TABLES else ()
    soviet = ("Until 1991 Russia’s line is the Soviet Union’s",) if is_over_time and _is_soviet(rows, states) else ()
    ends = _end_words(measure)
    said = f"{subtitle}. Low: {measure.low_means}. High: {measure.high_means}" if not any(ends) and measure.low_means else subtitle
    return Figure(
        measure.name, title, said, f"{alt} {title}. The figures are in the table.", columns, table, tuple(sources), as_of,
        " ".join(f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in (*notes, *warnings, *soviet)), chart,
    )  # fmt: skip


def _is_soviet(rows: Rows, states: Sequence[str]) -> bool:
    return "SUN" not in states and any(row["state"] == "RUS" and row["year"] < 1992 for row in rows)


def sourced(record: Record, used: Sequence[tuple[str, str]]) -> tuple[tuple[Source, ...], date]:
    """The sources behind a measure's rows, and the day to which the newest of their tables is true."""
    sources = {(table, key): record.source(table, key) for table, key in used}
    return tuple(sources.values()), max((record.origin(table).as_of for table, _ in used), default=date.min)


def _rows(measure: Measure, frame: pl.DataFrame) -> Rows:
    """The rows that have a value, by state and year, under the names of an estimate."""
    wanted = {"value": measure.value} | {column: column for column in ("lower", "upper", "q25", "q75", "sd")}
    return sorted(
        ({"state": row["state"], "year": row["year"]} | {to: row.get(column) for to, column in wanted.items()} for row in frame.to_dicts()
         if row.get(measure.value) is not None and row["year"] is not None),
        key=lambda row: (row["year"], row["state"]),
    )  # fmt: skip


def _continued(rows: Rows, many: Rows, states: Sequence[str]) -> Rows:
    """Rows in which the Soviet Union's are Russia's, where Russia is asked for and the Soviet Union is not."""
    seats = {old: code for code in states for old in with_predecessor(code) if old not in states}
    years = {row["year"] for row in rows}
    before = [row for row in many if row["state"] in seats and row["year"] in years] if many is not rows else []
    return [row | {"state": seats.get(row["state"], row["state"])} for row in sorted([*rows, *before], key=lambda row: row["year"])]


def _sd(row: Mapping[str, Any]) -> float:
    if row["sd"] is not None:
        return float(row["sd"])
    return (row["upper"] - row["lower"]) / TO_SD if row["lower"] is not None and row["upper"] is not None else 0.0


def _estimate(row: Mapping[str, Any]) -> Estimate:
    return Estimate(float(row["year"]), row["value"], row["lower"], row["upper"], row["q25"], row["q75"])


def _label(code: str) -> str:
    return capital(name(code)).removeprefix("The ")


def _decimals(rows: Rows) -> int:
    """Places that tell values apart: two, more where all are small."""
    largest = max(abs(row["value"]) for row in rows)
    return 2 if largest >= 0.2 else 3 if largest >= 0.02 else 4


def _interval(row: Mapping[str, Any]) -> str:
    if row["lower"] is None or row["upper"] is None:
        return ""
    return f"{signed(row['lower'])} to {signed(row['upper'])}"


def _end_words(measure: Measure) -> tuple[str, str]:
    """What low and high mean, where both fit beside the chart; else nothing, and the subtitle says it."""
    ends = measure.low_means, measure.high_means
    return ends if max(text_width(words, SIZE) for words in ends) <= LONGEST else ("", "")


def _intervals_words(rows: Rows) -> str:
    if any(row["q25"] is not None for row in rows):
        return f", with 50{NBSP}% and 90{NBSP}% intervals"
    return f", with 90{NBSP}% intervals" if any(row["lower"] is not None for row in rows) else ""


Drawn = tuple[str, str, str, tuple[Column, ...], tuple[tuple[str | int | float | None, ...], ...], Bands | Ranking]


def _lines(measure: Measure, rows: Rows, many: Rows, codes: list[str]) -> Drawn:
    by = {code: {row["year"]: row for row in rows if row["state"] == code} for code in codes}
    every = sorted({year for points in by.values() for year in points})
    shade = colours(codes)
    columns = (
        *(Column(words) for words in ("year", "state")),
        *(Column(words, "number", decimals=_decimals(rows)) for words in ("value", "from (5 %)", "to (95 %)")),
    )
    table = tuple(
        (str(year), capital(name(code)), *(row[key] for key in ("value", "lower", "upper")))
        for year in every for code in codes if (row := by[code].get(year))
    )  # fmt: skip
    context = _context(many, every)
    grey = ". Grey area: where 8 in 10 states stood" if context else ""
    chart = Bands(
        tuple(Band(_label(code), tuple(_estimate(row) for row in by[code].values()), shade.get(code, GREY)) for code in codes),
        _end_words(measure),
        round_years(every[0], every[-1]),
        context=context,
        context_label="8 in 10 states" if context else "",
    )
    last = [by[code][every[-1]] for code in codes if every[-1] in by[code]]
    subtitle = f"{measure.title} by year{_intervals_words(rows)}{grey}"
    return standing(last, every[-1]), subtitle, "Line chart with bands.", columns, table, chart


def _context(many: Rows, years: list[int]) -> tuple[tuple[float, float, float], ...]:
    from statistics import quantiles

    found: list[tuple[float, float, float]] = []
    for year in years:
        values = [row["value"] for row in many if row["year"] == year]
        if len(values) >= MANY:
            cuts = quantiles(values, n=10, method="inclusive")
            found.append((float(year), cuts[0], cuts[-1]))
    return tuple(found)


def standing(rows: Rows, year: int) -> str:
    """The order of a few states in a year, in words: a state is above another only where it probably is.

    Examples
    --------
    >>> row = {"sd": 0.1, "lower": None, "upper": None}
    >>> standing([row | {"state": "IND", "value": 0.0}, row | {"state": "FRA", "value": 2.0}, row | {"state": "BRA", "value": 0.1}], 2023)
    'France stood above Brazil and India in 2023; Brazil and India cannot be told apart'
    """
    ordered = sorted(rows, key=lambda row: -row["value"])
    if len(ordered) == 1:
        interval = f" (90 % interval {_interval(ordered[0])})" if _interval(ordered[0]) else ""
        return f"{capital(name(ordered[0]['state']))} stood at {signed(ordered[0]['value'])} in {year}{interval}"
    drawn = rank_draws([row["value"] for row in ordered], [_sd(row) for row in ordered])
    groups = [[ordered[0]["state"]]]
    for index, row in enumerate(ordered[1:]):
        groups += [[row["state"]]] if is_apart(drawn, index, index + 1) else []
        groups[-1] += [] if groups[-1] == [row["state"]] else [row["state"]]
    said = [series_words([name(code) for code in group], 6) for group in groups]
    close = [words for words, group in zip(said, groups, strict=True) if len(group) > 1]
    if len(groups) == 1:
        return f"{capital(said[0])} cannot be told apart in {year}"
    chain = f"{said[0]} stood above {said[1]}" + "".join(f", {one} above {two}" for one, two in pairwise(said[1:]))
    rest = f"; {close[0]} cannot be told apart" if len(close) == 1 else ""
    return f"{capital(chain)} in {year}{rest}"


def _ranking(measure: Measure, many: Rows, asked: list[str], year: int | None) -> Drawn:
    when = year if year is not None else max(row["year"] for row in many)
    rows = sorted((row for row in many if row["year"] == when), key=lambda row: (-row["value"], row["state"]))
    if not rows:
        raise UsageError(f"{measure.name} has no row of {when}.")
    drawn = rank_draws([row["value"] for row in rows], [_sd(row) for row in rows])
    ranks = {row["state"]: rank for row, rank in zip(rows, rank_intervals(drawn), strict=True)}
    place = {row["state"]: index for index, row in enumerate(rows)}
    shown = [row for row in rows if row["state"] in asked] or (rows if len(rows) <= 4 * EDGES else rows[:EDGES] + rows[-EDGES:])
    shade = colours(asked) if len(asked) < MOST else {}
    ranked = [
        Ranked(
            _label(row["state"]), _estimate(row), shade.get(row["state"], INK), span(*ranks[row["state"]]),
            below is None or is_apart(drawn, place[row["state"]], place[below["state"]]),
        )
        for row, below in zip(shown, [*shown[1:], None], strict=True)
    ]  # fmt: skip
    heading = f"rank of {len(rows)}"
    chart = Ranking(tuple(ranked), tuple(row["value"] for row in rows), _end_words(measure), heading)
    columns = (
        Column("state"),
        *(Column(words, "number", decimals=_decimals(rows)) for words in ("value", "from (5 %)", "to (95 %)")),
        Column("rank, 90 %", "number"),
    )
    table = tuple(
        (capital(name(row["state"])), *(row[key] for key in ("value", "lower", "upper")), span(*ranks[row["state"]])) for row in rows
    )
    lead = next((code for code in asked if code in ranks), shown[0]["state"])
    which = "" if len(shown) == len(rows) or asked else f": the {in_words(EDGES)} highest and the {in_words(EDGES)} lowest"
    subtitle = f"{measure.title} in {when}{which}{_intervals_words(shown)}; ranks as 90{NBSP}% intervals"
    return (
        f"{capital(name(lead))} ranked {_ordinals(*ranks[lead])} of {len(rows)} states in {when}",
        subtitle,
        "Ranking.",
        columns,
        table,
        chart,
    )


def span(low: int, high: int) -> str:
    """A rank as an interval.

    Examples
    --------
    >>> span(3, 9), span(1, 1)
    ('3–9', '1')
    """
    return str(low) if low == high else f"{low}–{high}"


def _ordinals(low: int, high: int) -> str:
    return f"{ordinal(low)}" if low == high else f"between {ordinal(low)} and {ordinal(high)}"


def ordinal(number: int) -> str:
    """A rank as a word.

    Examples
    --------
    >>> ordinal(1), ordinal(12), ordinal(103)
    ('1st', '12th', '103rd')
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
