"""The report's date: given, from metadata, from the dateline, or inferred as an interval and said so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from nonaligned.ground.origins import read_rows
from nonaligned.reports.gazetteer import LEXICON, Hit
from nonaligned.reports.report import ReportDate, Text
from nonaligned.reports.times import Time, find_times
from nonaligned.world.days import parse_day
from nonaligned.world.groups import group

EARLIEST = date(1945, 10, 24)
LATER = re.compile(
    r"\b(by|until|till|before|towards?|through|beyond|over the next|target(?:ed)?|goal|"
    r"will|would|plans?|expected|ahead of)\W+(?:\w+\W+){0,4}$",
    re.I,
)
FORMER = re.compile(r"\b(former|then|ex|late|ousted|deposed|predecessor|one-time|previous)[\s-]+(?:\w+[\s-]+){0,5}$", re.I)


def date_report(text: Text, hits: Iterable[Hit], given: date | None, today: date) -> ReportDate:
    """The report's date by the best evidence there is.

    Parameters
    ----------
    text : Text
        The report and its container's metadata.
    hits : iterable of Hit
        Names found in the text; persons and groups bound an inferred date.
    given : date or None
        The user's `--date`; it wins.
    today : date
        No report is from later than this.
    """
    if given is not None:
        return ReportDate(given, given, "given", "--date")
    if text.published is not None:
        return ReportDate(text.published, text.published, "metadata", "date stated by the page or file")
    lead = _dateline(text.text, today)
    if lead is not None:
        return ReportDate(lead, lead, "dateline", "date in the text's first lines")
    return _infer(text.text, list(hits), today)


def _dateline(text: str, today: date) -> date | None:
    offset = 0
    for line in text.split("\n")[:8]:
        for time in find_times(line, None):
            if time.kind != "day" or time.first is None or time.first > today:
                continue
            around = line[: time.start] + line[time.end :]
            is_alone = len(around.strip()) <= 40
            is_wire = time.end <= 70 and re.match(r"\s*(?:\(|—|–|-|\||\.|:|,? ?\d\d:\d\d)", line[time.end :]) is not None
            if is_alone or is_wire:
                return time.first
        offset += len(line) + 1
        if offset > 600:
            break
    return None


def _infer(text: str, hits: list[Hit], today: date) -> ReportDate:
    first, last = EARLIEST, today
    why_first, why_last = "", ""
    for hit in hits:
        spans = _office_bounds(hit) if hit.persons and not FORMER.search(text[max(0, hit.start - 60) : hit.start]) else None
        if spans and spans[0] <= last and spans[1] >= first:
            person = hit.persons[0].person
            if spans[0] > first:
                first, why_first = spans[0], f"{person} in office from {spans[0]}"
            if spans[1] < last:
                last, why_last = spans[1], f"{person} in office to {spans[1]}"
        founded = parse_day(group(hit.group).founded) if hit.group else None
        if founded and first < founded[0] <= last:
            first, why_first = founded[0], f"{hit.group} founded {founded[0]}"
    for day, why in (*_datable(text), *_years(text, last)):
        if first < day <= last:
            first, why_first = day, why
    basis = "; ".join(why for why in (why_first, why_last) if why) or "nothing in the text dates it"
    return ReportDate(first, last, "inferred", basis)


def _office_bounds(hit: Hit) -> tuple[date, date] | None:
    """First and last day on which the person held any office; open ends reach beyond every report."""
    starts: list[date] = []
    ends: list[date] = []
    for holding in hit.persons:
        start, end = parse_day(holding.span.first), parse_day(holding.span.last)
        starts.append(start[0] if start else EARLIEST)
        ends.append(end[1] if end else date.max)
    return (min(starts), max(ends)) if starts else None


def _datable(text: str) -> Iterable[tuple[date, str]]:
    folded = text.casefold().replace("’", "'")
    for row in read_rows(LEXICON / "datable.csv"):
        if row["phrase"].casefold() in folded:
            yield date.fromisoformat(row["not_before"]), f"“{row['phrase']}”: {row['why']}"


def _years(text: str, last: date) -> Iterable[tuple[date, str]]:
    for time in find_times(text, None):
        if (
            _is_dated(time)
            and time.last is not None
            and time.first is not None
            and time.first <= last
            and not LATER.search(text[max(0, time.start - 60) : time.start])
        ):
            yield time.first, f"it speaks of {time.text}"


def _is_dated(time: Time) -> bool:
    return time.kind in {"day", "month", "year", "fiscal", "since", "span"}
