from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonaligned.world.days import Span, parse_day
from nonaligned.world.leaders import Holding, by_name, by_surname, fold, holders, holdings, origin


def test_a_name_is_found_however_it_is_typed():
    assert fold("Recep Tayyip Erdoğan") == fold("RECEP TAYYIP ERDOGAN") == "recep tayyip erdogan"
    assert fold("Lech Wałęsa") == fold("lech walesa") == fold("LECH WAŁĘSA")
    assert fold("Milo Đukanović") == fold("milo đukanović") == "milo dukanovic"
    assert fold("İsmet İnönü") == fold("ısmet inonu") == "ismet inonu"
    assert fold("Ban Ki-moon") == "ban ki moon"
    assert fold("J.R. Jayewardene") == fold("J. R. Jayewardene")
    assert fold("O’Brien") == "o'brien"


@given(st.text(max_size=40))
def test_folding_is_done_once(name):
    assert fold(fold(name)) == fold(name)


@given(st.sampled_from([name for holding in holdings() for name in holding.names]))
def test_folding_forgets_case(name):
    assert fold(name.upper()) == fold(name) == fold(name.lower())


def test_every_holding_is_found_by_each_of_its_names():
    for holding in holdings():
        assert all(holding in by_name()[fold(name)] for name in holding.names)
        assert holding in by_surname()[fold(holding.surname)]


def test_the_register_is_well_formed():
    for holding in holdings():
        start, end = parse_day(holding.span.first), parse_day(holding.span.last)
        assert start is None or end is None or start[0] <= end[1], holding
        assert start is None or start[0] <= holding.as_of, holding
        assert holding.as_of <= origin().as_of, holding
        assert all((holding.titles, holding.surname, holding.state)), holding
        for key in holding.source.split("|"):
            assert key in origin().sources, holding


@pytest.mark.parametrize(
    ("state", "office", "day", "person"),
    [
        ("IND", "head_of_government", "2024-07-08", "Narendra Modi"),
        ("IND", "head_of_government", "2014-05-25", "Manmohan Singh"),
        ("RUS", "head_of_state", "2024-07-08", "Vladimir Putin"),
        ("RUS", "head_of_state", "2010-06-01", "Dmitry Medvedev"),
        ("USA", "head_of_state", "1993-01-21", "Bill Clinton"),
        ("USA", "head_of_state", "2021-01-21", "Joe Biden"),
        ("GBR", "head_of_government", "1990-11-27", "Margaret Thatcher"),
    ],
)
def test_who_held_office(state, office, day, person):
    surnames = [fold(h.surname) for h in holders(state, office, date.fromisoformat(day))]
    assert surnames == [fold(person.split()[-1])]


def test_an_open_end_is_known_to_the_day_of_the_register_and_no_further():
    made = Holding("IND", "head_of_government", "P", "P", ("P",), ("prime minister",), Span("2014-05-26"), date(2024, 12, 31), "s", "")
    assert made.held(date(2014, 5, 25)) is False
    assert made.held(date(2024, 12, 31)) is True
    assert made.held(date(2025, 1, 1)) is None


def test_holders_are_exactly_those_whose_days_cover_the_day():
    day = date(2000, 1, 1)
    for state in ("USA", "RUS", "IND", "CHN", "TUR"):
        for office in ("head_of_state", "head_of_government"):
            expected = [h for h in holdings() if (h.state, h.office) == (state, office) and h.held(day)]
            assert list(holders(state, office, day)) == expected


def test_nobody_holds_an_office_before_the_first_day():
    for holding in holdings()[::50]:
        start = parse_day(holding.span.first)
        if start and start[0] > date(1816, 1, 2):
            assert holding.held(start[0] - timedelta(days=1)) is False
