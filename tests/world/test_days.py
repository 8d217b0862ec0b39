from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonaligned.world.days import Span, parse_day

DAYS = st.dates(date(1816, 1, 1), date(2100, 12, 31))


@st.composite
def written(draw: st.DrawFn) -> str:
    day = draw(DAYS)
    return draw(st.sampled_from([f"{day:%Y-%m-%d}", f"{day:%Y-%m}", f"{day:%Y}"]))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first, last = draw(written()), draw(written())
    if parse_day(first)[0] > parse_day(last)[1]:
        first, last = last, first
    return Span(draw(st.sampled_from([first, ""])), draw(st.sampled_from([last, ""])))


@given(DAYS)
def test_each_precision_covers_its_day_and_its_length(day):
    assert parse_day(f"{day:%Y-%m-%d}") == (day, day)
    first, last = parse_day(f"{day:%Y-%m}")
    assert first <= day <= last
    assert (last - first).days + 1 == calendar.monthrange(day.year, day.month)[1]
    first, last = parse_day(f"{day:%Y}")
    assert first <= day <= last
    assert (last - first).days + 1 == 365 + calendar.isleap(day.year)


@given(written(), written())
def test_between_two_days_reaches_from_the_first_to_the_last(one, two):
    first, last = sorted((one, two), key=parse_day)
    assert parse_day(f"{first}/{last}") == (parse_day(first)[0], parse_day(last)[1])
    assert parse_day(f"..{last}") == (date.min, parse_day(last)[1])


@pytest.mark.parametrize(
    "text",
    [
        "2014-13",
        "2014-02-30",
        "2014-05-26-03",
        "2014-5",
        "14",
        "+2014",
        "2_014",
        "0000",
        "2014/",
        "/2014",
        "..",
        "a/b",
        "2015/2014",
        "2014/2015/2016",
        "today",
        "2014-05-26T10:00",
        "２０１４",
    ],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - its words differ
        parse_day(text)


@given(st.text(max_size=20))
def test_any_text_is_a_day_in_order_or_refused(text):
    try:
        found = parse_day(text)
    except ValueError:
        return
    assert found is None and not text.strip() or found is not None and found[0] <= found[1]


def test_empty_is_no_day():
    assert parse_day("") is None
    assert parse_day("  ") is None


@given(spans(), DAYS)
def test_a_day_that_is_covered_overlaps(span, day):
    assert span.overlaps(day, day) == (span.covers(day) is not False)


@given(spans(), DAYS, st.integers(0, 4000))
def test_an_interval_overlaps_if_one_of_its_ends_may_be_inside(span, day, length):
    last = day + timedelta(days=length)
    if span.covers(day) is not False or span.covers(last) is not False:
        assert span.overlaps(day, last)


@given(spans(), DAYS)
def test_known_to_the_day_is_never_unknown(span, day):
    start, end = parse_day(span.first), parse_day(span.last)
    exact = Span(str(start[0]) if start else "", str(end[1]) if end else "")
    assert exact.covers(day) is not None
    if span.covers(day) is not None:
        assert exact.covers(day) == span.covers(day)


@given(DAYS)
def test_a_span_without_ends_covers_all(day):
    assert Span("", "").covers(day) is True
    assert Span("", "").words == "at all times"


@pytest.mark.parametrize(
    ("span", "day", "inside"),
    [
        (Span("1990-10-03"), date(1990, 10, 2), False),
        (Span("1990-10-03"), date(1990, 10, 3), True),
        (Span("1922-12-30", "1991-12-25"), date(1991, 12, 25), True),
        (Span("1922-12-30", "1991-12-25"), date(1991, 12, 26), False),
        (Span("2013-05", "2014"), date(2013, 5, 10), None),
        (Span("2013-05", "2014"), date(2013, 6, 1), True),
        (Span("2013-05", "2014"), date(2014, 1, 1), True),
        (Span("2013-05", "2014"), date(2014, 1, 2), None),
        (Span("2013-05", "2014"), date(2015, 1, 1), False),
        (Span("..2012-08-31", "2014"), date(1900, 1, 1), None),
        (Span("..2012-08-31", "2014"), date(2012, 8, 31), True),
        (Span("1970/1973-09", ""), date(1973, 9, 29), None),
    ],
)
def test_known_days(span, day, inside):
    assert span.covers(day) is inside
