"""The verbs read, check and brief: a text in, a frozen result out. The three doors (CLI, web, Python) call these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import ReportError, UsageError
from nonaligned.ground.thresholds import Thresholds
from nonaligned.reports.report import Reading, Text

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.briefs.report_brief import Brief
    from nonaligned.checking.case import Checked
    from nonaligned.record.store import Record

POWERS = ("USA", "CHN", "RUS")
FIRST_DAY = date(1816, 1, 1)


@dataclass(frozen=True, slots=True)
class Result:
    """What a verb returns: rows with their fields, the sources behind them, and how they were made.

    Attributes
    ----------
    rows : sequence of mapping
        One mapping per event (`read`) or claim (`check`, `brief`).
    fields : sequence of mapping
        Name, type and description of each column.
    sources : sequence of mapping
        Every source that a row cites.
    run : mapping
        Version, report date, thresholds and the record's days.
    """

    rows: Sequence[Mapping[str, Any]]
    fields: Sequence[Mapping[str, str]]
    sources: Sequence[Mapping[str, str]]
    run: Mapping[str, Any]
    brief: Brief | None = None

    @property
    def frame(self) -> pl.DataFrame:
        """The rows as a polars frame; evidence is a list of structs."""
        import polars as pl

        return pl.DataFrame([dict(row) for row in self.rows], infer_schema_length=None, strict=False)

    def as_json(self) -> dict[str, Any]:
        """The fixed JSON shape: rows, fields, sources, run."""
        from nonaligned.briefs.rows import brief_extras

        shape: dict[str, Any] = {"rows": list(self.rows), "fields": list(self.fields), "sources": list(self.sources), "run": dict(self.run)}
        return shape | (brief_extras(self.brief) if self.brief is not None else {})

    def _repr_html_(self) -> str:
        from html import escape

        from nonaligned.briefs.html import render

        return render(self.brief) if self.brief is not None else f"<pre>{escape(str(self.frame))}</pre>"


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may set: the report's date, the powers, the thresholds, the record, the last possible day."""

    date: date | None = None
    powers: tuple[str, ...] = POWERS
    thresholds: Thresholds = field(default_factory=Thresholds)
    record: Record | None = None
    today: date | None = None


def parse_date(value: date | str | None, today: date | None = None) -> date | None:
    """The report's date as a day; raises UsageError where it is no day that a report can have.

    Examples
    --------
    >>> parse_date("2024-07-08")
    datetime.date(2024, 7, 8)
    """
    if value is None or isinstance(value, date):
        day = value
    else:
        try:
            day = date.fromisoformat(str(value).strip() if isinstance(value, str) else "")  # pyright: ignore[reportUnnecessaryIsInstance]
        except ValueError:
            raise UsageError(f"{value!r} is not a day.", why="A date is written YYYY-MM-DD.", mend="--date 2024-07-08") from None
    if day is not None and not FIRST_DAY <= day <= (today or date.today()):
        raise UsageError(f"No report can be from {day}.", why=f"Dates run from {FIRST_DAY} to today.", mend="--date 2024-07-08")
    return day


def parse_powers(text: str) -> tuple[str, ...]:
    """Codes of the powers in ``USA,CHN,RUS``; raises UsageError with the nearest names for an unknown one."""
    from nonaligned.world.names import find

    codes = tuple(part.strip() for part in text.split(",") if part.strip())
    if not codes:
        raise UsageError("No powers were given.", mend="--powers USA,CHN,RUS")
    return tuple(dict.fromkeys(code if code == "EU" else find(code).code for code in codes))


@cache
def _default_record() -> Record:
    from nonaligned.record.store import Record

    return Record()


def _read(source: Text, options: Options) -> Reading:
    from nonaligned.reports.reading import read_text

    reading = read_text(source, parse_date(options.date, options.today), options.today)
    if not any(mention.states for mention in reading.mentions):
        raise ReportError("No state is named in the text.", why="nonaligned reads reports about states.", mend="nonaligned demo")
    return reading


def _as_text(source: Text | str) -> Text:
    from nonaligned.reports.intake import from_text

    if not isinstance(source, str | Text):  # pyright: ignore[reportUnnecessaryIsInstance] - callers from Python may pass anything
        raise UsageError(f"A report is a text, not {type(source).__name__}.", mend="nonaligned.check(path.read_text())")
    return source if isinstance(source, Text) else from_text(source)


def _check(source: Text | str, options: Options) -> tuple[Reading, tuple[Checked, ...], Record]:
    from nonaligned.checking import check_reading
    from nonaligned.checking.case import Case

    record = options.record or _default_record()
    reading = _read(_as_text(source), options)
    return reading, check_reading(reading, Case(record, reading.date, options.thresholds)), record


def read(text: Text | str, date: date | str | None = None, *, options: Options | None = None) -> Result:
    """The events of a report.

    Parameters
    ----------
    text : str or Text
        The report; offsets in the rows count its characters.
    date : date or str, optional
        The report's date; from the text's own lines, or inferred as an interval, when None.

    Raises
    ------
    ReportError
        If the text is empty, not English, or names no state.

    Examples
    --------
    >>> read("Russia attacked Ukraine in February 2022.", "2022-03-01").rows[0]["event_type"]
    'ASSAULT'
    """
    from nonaligned.briefs.rows import event_fields, event_rows, run_facts

    settings = _with_date(options, date)
    reading = _read(_as_text(text), settings)
    return Result(event_rows(reading), event_fields(), (), run_facts(reading, None, settings.thresholds))


def check(text: Text | str, date: date | str | None = None, *, options: Options | None = None) -> Result:
    """The claims of a report with their verdicts; parameters and errors as in `read`."""
    from nonaligned.briefs.rows import check_fields, check_rows, evidence_sources, run_facts

    settings = _with_date(options, date)
    reading, checked, record = _check(text, settings)
    return Result(check_rows(checked), check_fields(), evidence_sources(checked, record), run_facts(reading, record, settings.thresholds))


def brief(text: Text | str, date: date | str | None = None, *, options: Options | None = None) -> Result:
    """The claims of a report with their verdicts, and the brief made of them; parameters and errors as in `read`."""
    from nonaligned.briefs.report_brief import assemble
    from nonaligned.briefs.rows import check_fields, check_rows, evidence_sources, run_facts

    settings = _with_date(options, date)
    reading, checked, record = _check(text, settings)
    made = assemble(reading, checked, record, settings.powers, thresholds=settings.thresholds, today=settings.today)
    run = run_facts(reading, record, settings.thresholds, settings.powers)
    return Result(check_rows(checked), check_fields(), evidence_sources(checked, record), run, made)


def _with_date(options: Options | None, given: date | str | None) -> Options:
    from dataclasses import replace

    settings = options or Options()
    day = parse_date(given, settings.today)
    return replace(settings, date=day) if day is not None else settings
