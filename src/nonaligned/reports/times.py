"""Time expressions in a text, resolved against the report's date."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

MONTHS = {name.casefold(): number for names in (calendar.month_name, calendar.month_abbr) for number, name in enumerate(names) if name}
MONTHS["sept"] = 9
WEEKDAYS = {name.casefold(): number for number, name in enumerate(calendar.day_name)}
WORDS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}

_MONTH = "(?P<month>" + "|".join(sorted((re.escape(m) for m in MONTHS), key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<year>(?:18|19|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b{pattern}\b", re.IGNORECASE))
    for name, pattern in (
        ("day", r"(?P<year>(?:19|20)\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)"),
        ("day", rf"{_DAY} (?:of )?{_MONTH},? {_YEAR}"),
        ("day", rf"{_MONTH} {_DAY},? {_YEAR}"),
        ("fiscal", r"(?:(?:fiscal|financial)(?: year)?|FY) ?(?P<year>(?:19|20)\d\d)[-–/](?P<end>\d\d(?:\d\d)?)"),
        ("fiscal", r"(?P<year>(?:19|20)\d\d)[-–/](?P<end>\d\d)"),
        ("fiscal_end", r"(?:fiscal|financial)(?: year)? (?P<year>(?:19|20)\d\d)"),
        ("span", r"(?:between|from) (?P<year>(?:19|20)\d\d) (?:and|to) (?P<end>(?:19|20)\d\d)"),
        ("span", r"(?P<year>(?:19|20)\d\d) ?[-–] ?(?P<end>(?:19|20)\d\d)"),
        ("month_that_year", rf"{_MONTH} of (?:that|the same) year"),
        ("month", rf"{_MONTH},? {_YEAR}"),
        ("yearless_day", rf"{_DAY} {_MONTH}(?!\d)"),
        ("yearless_day", rf"{_MONTH} {_DAY}(?!\d)"),
        ("since", rf"(?:since|after) {_YEAR}"),
        ("since", r"since the (?:early |late |mid-)?(?P<decade>(?:19|20)\d0)s"),
        ("decade", r"the (?:early |late |mid-)?(?P<decade>(?:19|20)\d0)s"),
        ("cold_war", r"(?:the )?cold war(?: era| years)?|during soviet times|(?:the )?soviet era"),
        ("year", _YEAR),
        ("relative_year", r"(?P<which>last|this|next|the previous|the current) (?:calendar |fiscal |financial )?year"),
        ("relative_month", r"(?P<which>last|this|next) (?P<unit>month|week|quarter)"),
        ("relative_named", rf"(?P<which>last|this|next|in|since) {_MONTH}"),
        ("ago", r"(?P<count>a|one|two|three|four|five|six|seven|eight|nine|ten|\d+) (?P<unit>day|week|month|year|decade)s? ago"),
        ("weekday", r"(?:(?P<which>on|last|this|next) )?(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)"),
        ("day_word", r"(?P<which>yesterday|today|tomorrow|tonight)"),
        ("recent", r"recent(?:ly)?|in recent (?:years|months|weeks|days)|lately"),
        ("now", r"currently|now|at present|today's|as of now|these days|still"),
    )
)


@dataclass(frozen=True, slots=True)
class Time:
    """A time expression: its span, what it means as first and last day, and how it was read.

    `first` and `last` are None where the expression is vague ("recent") or the report's date is
    too uncertain to resolve it.
    """

    start: int
    end: int
    text: str
    kind: str
    first: date | None
    last: date | None

    @property
    def words(self) -> str:
        """ISO day, month, year or ``first/last``; empty where unresolved."""
        if self.first is None or self.last is None:
            return ""
        if self.first == self.last:
            return self.first.isoformat()
        if (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31) and self.first.year == self.last.year:
            return str(self.first.year)
        if self.first.day == 1 and self.last == _month_end(self.first):
            return f"{self.first:%Y-%m}"
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


def find_times(text: str, today: date | None) -> tuple[Time, ...]:
    """Time expressions of `text`, longest first where they overlap, in order of position.

    Parameters
    ----------
    text : str
        The text; offsets in the result count its characters.
    today : date or None
        The report's date; None leaves relative expressions unresolved.

    Examples
    --------
    >>> [t.words for t in find_times("It joined in April 2009, and said so last year.", date(2024, 7, 8))]
    ['2009-04', '2023']
    """
    found: list[Time] = []
    taken = bytearray(len(text))
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            if kind == "relative_named" and not match["month"][0].isupper() or kind == "yearless_day" and _is_modal_may(match):
                continue
            if 1 in taken[match.start() : match.end()]:
                continue
            try:
                days = _month_that_year(match, text) if kind == "month_that_year" else _resolve(kind, match, today)
            except (ValueError, OverflowError):
                continue
            taken[match.start() : match.end()] = b"\1" * len(match[0])
            found.append(Time(match.start(), match.end(), match[0], kind, *(days or (None, None))))
    return tuple(sorted(found, key=lambda time: time.start))


def ahead(time: Time, today: date | None) -> Time:
    """The expression as one of the future: "on Sunday" is the next Sunday, "in October" the next October.

    What names its year, "last", "this" or "since" is left as it is.

    Examples
    --------
    >>> [t.words for t in find_times("They meet on Sunday.", date(2016, 7, 1))]
    ['2016-06-26']
    >>> [ahead(t, date(2016, 7, 1)).words for t in find_times("They meet on Sunday.", date(2016, 7, 1))]
    ['2016-07-03']
    """
    word = time.text.split()[0].casefold()
    if today is None or time.first is None or time.last is None or time.last >= today or word in {"last", "this", "since"}:
        return time
    if time.kind == "weekday":
        day = time.first + timedelta(days=7)
        return replace(time, first=day, last=day)
    if time.kind == "relative_named" or time.kind == "yearless_day" and (time.first.month, time.first.day) != (2, 29):
        first = time.first.replace(year=time.first.year + 1)
        return replace(time, first=first, last=_month_end(first) if time.kind == "relative_named" else first)
    return time


def _is_modal_may(match: re.Match[str]) -> bool:
    month = match["month"] or ""
    return month.casefold() in {"may", "mar", "sun", "march"} and not month[:1].isupper()


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _month_that_year(match: re.Match[str], text: str) -> tuple[date, date] | None:
    """For "April of that year": the year named last before."""
    earlier = re.findall(r"\b(?:19|20)\d\d\b", text[: match.start()])
    first = date(int(earlier[-1]), MONTHS[match["month"].casefold()], 1) if earlier else None
    return (first, _month_end(first)) if first else None


def _resolve(kind: str, match: re.Match[str], today: date | None) -> tuple[date, date] | None:
    part = match.groupdict()
    if kind == "day":
        month = int(part["month"]) if part["month"].isdigit() else MONTHS[part["month"].casefold()]
        day = date(int(part["year"]), month, int(part["day"]))
        return day, day
    if kind == "month":
        first = date(int(part["year"]), MONTHS[part["month"].casefold()], 1)
        return first, _month_end(first)
    if kind == "year":
        return _year(int(part["year"]))
    if kind == "fiscal":
        year = int(part["year"])
        if int(part["end"][-2:]) != (year + 1) % 100:
            return _years_in_short(year, part["end"])
        return date(year, 4, 1), date(year + 1, 3, 31)
    if kind == "fiscal_end":
        return date(int(part["year"]) - 1, 4, 1), date(int(part["year"]), 3, 31)
    if kind == "span":
        if part["end"] < part["year"]:
            raise ValueError("ends before it begins")
        return date(int(part["year"]), 1, 1), date(int(part["end"]), 12, 31)
    if kind == "since":
        first, last = _year(int(part.get("year") or part["decade"]))
        return first, today if today is not None and today >= first else last
    if kind == "decade":
        return date(int(part["decade"]), 1, 1), date(int(part["decade"]) + 9, 12, 31)
    if kind == "cold_war":
        return date(1947, 1, 1), date(1991, 12, 26)
    return _resolve_relative(kind, part, today) if today else None


def _years_in_short(year: int, end: str) -> tuple[date, date]:
    """A window such as 2018-22, the years from the first to the last."""
    last = year - year % 100 + int(end[-2:])
    if not 1 < last - year <= 20 or len(end) > 2 and int(end) != last:
        raise ValueError("not a window of years")
    return date(year, 1, 1), date(last, 12, 31)


def _resolve_relative(kind: str, part: dict[str, str | None], today: date) -> tuple[date, date] | None:
    which = (part.get("which") or "").casefold()
    step = {"last": -1, "the previous": -1, "next": 1}.get(which, 0)
    if kind == "relative_year":
        return _year(today.year + step)
    if kind == "relative_month":
        return _relative_unit(part["unit"] or "month", step, today)
    if kind == "relative_named":
        month = MONTHS[(part["month"] or "").casefold()]
        year = today.year
        if which == "next" and month <= today.month:
            year += 1
        elif which == "last" and month >= today.month or which in {"in", "since"} and month > today.month:
            year -= 1
        first = date(year, month, 1)
        return first, _month_end(first)
    if kind == "yearless_day":
        month, number = MONTHS[(part["month"] or "").casefold()], int(part["day"] or 1)
        years = [y for y in (today.year - 1, today.year, today.year + 1) if number <= calendar.monthrange(y, month)[1]]
        near = min((date(year, month, number) for year in years), key=lambda d: abs(d - today))
        return near, near
    if kind == "ago":
        return _ago(part["count"] or "1", part["unit"] or "day", today)
    if kind == "weekday":
        if which == "next":
            return None  # the coming one, or the one of the coming week
        back = today.weekday() - WEEKDAYS[(part["weekday"] or "").casefold()]
        if which != "this":
            back = back % 7 or (7 if which == "last" else 0)
        day = today - timedelta(days=back)
        return day, day
    if kind == "day_word":
        day = today + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(which, 0))
        return day, day
    return None


def _relative_unit(unit: str, step: int, today: date) -> tuple[date, date]:
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return monday, monday + timedelta(days=6)
    months = 3 if unit == "quarter" else 1
    index = (today.year * 12 + today.month - 1) // months * months + step * months
    first = date(index // 12, index % 12 + 1, 1)
    last_index = index + months - 1
    return first, _month_end(date(last_index // 12, last_index % 12 + 1, 1))


def _ago(count: str, unit: str, today: date) -> tuple[date, date]:
    number = WORDS[count.casefold()] if count.casefold() in WORDS else int(count)
    if unit in ("year", "decade"):
        return _year(today.year - number * (10 if unit == "decade" else 1))
    if unit == "month":
        index = today.year * 12 + today.month - 1 - number
        first = date(index // 12, index % 12 + 1, 1)
        return first, _month_end(first)
    day = today - timedelta(days=number * (7 if unit == "week" else 1))
    return day, day
