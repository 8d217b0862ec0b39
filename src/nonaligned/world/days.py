"""Days that may be known only to the month or the year, and spans between them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


def parse_day(text: str) -> tuple[date, date] | None:
    """Earliest and latest day that `text` can mean; None for an empty cell.

    Parameters
    ----------
    text : str
        ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; ``A/B`` for a day that lies between two of them;
        ``..B`` for "by B at the latest".

    Raises
    ------
    ValueError
        If the text is none of these, or no day of the calendar.

    Examples
    --------
    >>> parse_day("2014-05")
    (datetime.date(2014, 5, 1), datetime.date(2014, 5, 31))
    >>> parse_day("1970/1973-09")
    (datetime.date(1970, 1, 1), datetime.date(1973, 9, 30))
    >>> parse_day("..2012-08-31")
    (datetime.date(1, 1, 1), datetime.date(2012, 8, 31))
    """
    text = text.strip()
    if not text:
        return None
    if text.startswith(".."):
        return date.min, _whole_day(text[2:])[1]
    first, slash, second = text.partition("/")
    start, end = _whole_day(first), _whole_day(second if slash else first)
    if start[0] > end[1]:
        raise ValueError(f"{text!r} ends before it begins")
    return start[0], end[1]


def _whole_day(text: str) -> tuple[date, date]:
    """First and last day of a day, month or year."""
    if not DAY.fullmatch(text):
        raise ValueError(f"{text!r} is no day written YYYY-MM-DD, YYYY-MM or YYYY")
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(parts) == 2:
        first = date(parts[0], parts[1], 1)
        return first, first.replace(day=calendar.monthrange(parts[0], parts[1])[1])
    day = date(parts[0], parts[1], parts[2])
    return day, day


@dataclass(frozen=True, slots=True)
class Span:
    """From a first to a last day, both included; None is an open end. Ends keep their precision as text.

    Examples
    --------
    >>> Span("2014-05-26", "").covers(date(2024, 7, 8))
    True
    >>> Span("2013-05", "2014").covers(date(2013, 5, 10)) is None  # may have been before the first day
    True
    """

    first: str
    last: str = ""

    def covers(self, day: date) -> bool | None:
        """Whether `day` is inside; None where the known precision cannot tell."""
        start, end = parse_day(self.first), parse_day(self.last)
        if start is not None and day < start[0] or end is not None and day > end[1]:
            return False
        if start is not None and day < start[1] or end is not None and day > end[0]:
            return None
        return True

    def overlaps(self, first: date, last: date) -> bool:
        """Whether any day from `first` to `last` may be inside."""
        start, end = parse_day(self.first), parse_day(self.last)
        return (start is None or start[0] <= last) and (end is None or end[1] >= first)

    @property
    def words(self) -> str:
        """``2014-05-26 to 2024-06-01`` or ``since 2014-05-26``."""
        if not self.last:
            return f"since {self.first}" if self.first else "at all times"
        return f"{self.first or 'the start'} to {self.last}"
