from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonaligned.reports.times import ahead, find_times
from nonaligned.world.days import parse_day

TODAY = date(2024, 7, 8)  # a Monday
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
PHRASES = st.sampled_from(
    "last year|this year|next year|the previous year|last month|next month|last week|this quarter|three days ago|two weeks ago|"
    "a decade ago|10 months ago|yesterday|today|tomorrow|on Monday|last Friday|next Friday|this Sunday|in May|since May|last July|"
    "this December|next July|2 March|March 2|29 February|2 March 2022|March 2, 2022|2022-03-02|March 2022|2022|in 2022-23|FY2023-24|"
    "fiscal year 2024|between 2019 and 2023|between 2023 and 2019|from 2014 to 2018|2019-2023|since 2014|since 2090|the 1990s|"
    "the Cold War|recently|currently|and|the|India|may|sun|,|.".split("|")
)
TEXTS = st.lists(st.one_of(PHRASES, st.text(max_size=8)), max_size=12).map(" ".join)


@given(TEXTS, st.one_of(st.none(), DAYS))
def test_spans_are_the_text_in_order_and_apart(text, today):
    found = find_times(text, today)
    for item in found:
        assert text[item.start : item.end] == item.text
        assert item.start < item.end
    assert all(one.end <= two.start for one, two in pairwise(found))


@given(TEXTS, st.one_of(st.none(), DAYS))
def test_days_come_in_pairs_and_in_order_and_their_words_mean_them(text, today):
    for item in find_times(text, today):
        assert (item.first is None) == (item.last is None)
        if item.first is not None:
            assert item.first <= item.last, item
            assert parse_day(item.words) == (item.first, item.last)
        else:
            assert item.words == ""


@given(st.text(max_size=200), DAYS)
def test_no_text_breaks_it(text, today):
    find_times(text, today)


@given(TEXTS, DAYS, DAYS)
def test_an_absolute_time_means_the_same_on_every_day(text, one, two):
    absolute = {"day", "month", "year", "fiscal", "fiscal_end", "span", "decade", "cold_war"}

    def found(today: date) -> list[tuple[int, str]]:
        return [(t.start, t.words) for t in find_times(text, today) if t.kind in absolute]

    assert found(one) == found(two)


@given(DAYS)
def test_each_way_of_writing_a_day_is_that_day(day):
    month, short = f"{day:%B}", f"{day:%b}"
    for text in (
        f"{day:%Y-%m-%d}",
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{short}. {day.day}, {day.year}",
        f"the {day.day}th of {month} {day.year}",
        f"{day.day} {month.upper()} {day.year}",
    ):
        found = find_times(text, None)
        assert [(t.first, t.last) for t in found] == [(day, day)], text


@given(DAYS, st.integers(1, 10))
def test_relative_days_move_with_the_day(today, number):
    def one(text: str) -> tuple[date | None, date | None]:
        (found,) = find_times(text, today)
        return found.first, found.last

    day = timedelta(days=1)
    assert one("yesterday") == (today - day, today - day)
    assert one("tomorrow") == (today + day, today + day)
    assert one(f"{number} days ago") == (today - number * day, today - number * day)
    assert one(f"{number} weeks ago") == (today - 7 * number * day, today - 7 * number * day)
    assert one("last year") == (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
    assert one("this year")[0] <= today <= one("this year")[1]
    for unit in ("week", "month", "quarter"):
        last, this, following = one(f"last {unit}"), one(f"this {unit}"), one(f"next {unit}")
        assert this[0] <= today <= this[1]
        assert (last[1] + day, this[1] + day) == (this[0], following[0])


@given(DAYS)
def test_weekdays_are_the_nearest_in_their_direction(today):
    for number, name in enumerate("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()):
        (bare,) = find_times(f"on {name}", today)
        assert bare.first.weekday() == number
        assert 0 <= (today - bare.first).days <= 6
        (last,) = find_times(f"last {name}", today)
        assert last.first.weekday() == number
        assert 1 <= (today - last.first).days <= 7
        (this,) = find_times(f"this {name}", today)
        assert this.first.isocalendar()[:2] == today.isocalendar()[:2]


@given(DAYS)
def test_named_months_lie_in_their_direction(today):
    for text, low, high in (("last May", -12, -1), ("next May", 1, 12), ("in May", -11, 0), ("since May", -11, 0)):
        (found,) = find_times(text, today)
        apart = (found.first.year - today.year) * 12 + found.first.month - today.month
        assert low <= apart <= high, text
        assert found.first.month == found.last.month == 5
    (this,) = find_times("this May", today)
    assert this.first.year == today.year


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("on 2 March 2022", ["2022-03-02"]),
        ("in April 2009", ["2009-04"]),
        ("in 2022-23", ["2022-04-01/2023-03-31"]),
        ("in FY2023-24", ["2023-04-01/2024-03-31"]),
        ("in 2019–20 and 2021/22", ["2019-04-01/2020-03-31", "2021-04-01/2022-03-31"]),
        ("between 2019 and 2023", ["2019-01-01/2023-12-31"]),
        ("in 2019-2023", ["2019-01-01/2023-12-31"]),
        ("since 2014", ["2014-01-01/2024-07-08"]),
        ("since 2030", ["2030"]),
        ("between 2023 and 2019", ["2023", "2019"]),
        ("in the 1990s", ["1990-01-01/1999-12-31"]),
        ("last year", ["2023"]),
        ("last July", ["2023-07"]),
        ("this December", ["2024-12"]),
        ("on 2 March", ["2024-03-02"]),
        ("on 29 February", ["2024-02-29"]),
        ("on 31 December", ["2024-12-31"]),
        ("last Monday", ["2024-07-01"]),
        ("on Monday", ["2024-07-08"]),
        ("next Friday", [""]),
        ("recently", [""]),
        ("a decade ago", ["2014"]),
        ("two months ago", ["2024-05"]),
    ],
)
def test_known_expressions(text, words):
    assert [item.words for item in find_times(text, TODAY)] == words


@pytest.mark.parametrize("text", ["it may 10 times", "they march 5 abreast", "the sun sets", "13/2020", "$2,022", "1.2022", "A/RES/2022"])
def test_what_is_no_day_is_none(text):
    assert [item for item in find_times(text, TODAY) if item.kind in {"day", "month", "yearless_day", "relative_named"}] == []


def test_without_a_date_relative_words_are_found_and_left_open():
    assert [(t.kind, t.first) for t in find_times("It said so last year, on Monday.", None)] == [("relative_year", None), ("weekday", None)]


def test_a_long_text_is_read_to_its_end():
    """A megabyte of years: minutes if each were held against all before it."""
    assert len(find_times("in 2001 " * 125_000, TODAY)) == 125_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("in 2018-22", "2018-01-01/2022-12-31"),
        ("in 2009–13", "2009-01-01/2013-12-31"),
        ("in 2022-23", "2022-04-01/2023-03-31"),
    ],
)
def test_years_in_short(text, words):
    assert [item.words for item in find_times(text, TODAY)] == [words]


@pytest.mark.parametrize(
    ("text", "told", "planned"),
    [
        ("on Friday", "2024-07-05", "2024-07-12"),
        ("in May", "2024-05", "2025-05"),
        ("2 March", "2024-03-02", "2025-03-02"),
        ("in October", "2023-10", "2024-10"),
        ("last Friday", "2024-07-05", "2024-07-05"),
        ("in May 2023", "2023-05", "2023-05"),
        ("since May", "2024-05", "2024-05"),
    ],
)
def test_what_is_planned_lies_ahead(text, told, planned):
    (item,) = find_times(text, TODAY)
    assert (item.words, ahead(item, TODAY).words) == (told, planned)


@given(TEXTS, DAYS)
def test_ahead_is_never_earlier(text, today):
    for item in find_times(text, today):
        moved = ahead(item, today)
        assert item.first is None or moved.first is not None and moved.first >= item.first
