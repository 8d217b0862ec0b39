from __future__ import annotations

import polars as pl
import pytest

from nonaligned.ground.errors import UsageError
from nonaligned.panels import panel
from nonaligned.panels.template import KEYS, last_year, standing, template
from nonaligned.sources.state_codes import holder
from nonaligned.world.states import states


@pytest.mark.parametrize("system", ["cow", "gw"])
@pytest.mark.parametrize("year", [1816, 1918, 1945, 1954, 1990, 1991, 1992, 2006, 2011, 2024])
def test_a_state_stands_where_it_holds_a_number_of_the_system(system, year):
    numbers = {spell.number for one in states(system=None) for spell in one.in_system(system)}
    assert set(standing(system, year)) == {holder(number, year, system) for number in numbers} - {""}


def test_the_united_nations_have_193_members_and_one_seat_is_counted_once():
    assert len(standing("un", 2012)) == len(standing("un", 2024)) == 193
    assert {"SUN", "RUS"} & set(standing("un", 1991)) == {"SUN"}
    assert {"SUN", "RUS"} & set(standing("un", 1992)) == {"RUS"}
    assert {"SCG", "YUG", "SRB"} & set(standing("un", 2006)) in ({"SCG"}, {"SRB"})


def test_the_system_of_the_correlates_of_war_has_its_published_size(shared):
    rows = pl.read_csv(shared / "states" / "cow_states.csv", infer_schema_length=None)
    first, last, number = (next(c for c in rows.columns if c.lower() == name) for name in ("styear", "endyear", "ccode"))
    for year in (1950, 1960, 1985, 2000, 2015):
        there = rows.filter((pl.col(first).cast(pl.Int64) <= year) & (pl.col(last).cast(pl.Int64) >= year))[number].n_unique()
        assert len(standing("cow", year)) == there, year


@pytest.mark.parametrize("year", [1946, 1975, 2020])
def test_dyads_are_all_pairs_of_states_of_the_year(year):
    n = panel("state_year", year).frame.height
    directed, undirected = panel("directed_dyad_year", year).frame, panel("dyad_year", year).frame
    assert (directed.height, undirected.height) == (n * (n - 1), n * (n - 1) // 2)
    assert (undirected["state_a"] < undirected["state_b"]).all()
    assert (directed["state_1"] != directed["state_2"]).all()
    assert directed.select(KEYS["directed_dyad_year"]).is_unique().all()


def test_states_and_partners_choose_dyads():
    among = panel("directed_dyad_year", 2000, ["IND", "Brazil"]).frame
    assert among.rows() == [("BRA", "IND", 2000), ("IND", "BRA", 2000)]
    n = panel("state_year", 2000).frame.height
    assert panel("directed_dyad_year", 2000, ["IND"], partners="all").frame.height == 2 * (n - 1)
    assert panel("dyad_year", 2000, ["IND"], partners=["CHN", "USA"]).frame.rows() == [("CHN", "IND", 2000), ("IND", "USA", 2000)]


def test_a_state_outside_its_dates_has_no_row():
    frame = panel("state_year", (1990, 1994), ["RUS", "SUN", "SSD", "CSK", "CZE"]).frame
    assert frame.rows() == [("CSK", year) for year in (1990, 1991, 1992)] + [("CZE", 1993), ("CZE", 1994)] + [
        ("RUS", 1992), ("RUS", 1993), ("RUS", 1994), ("SUN", 1990), ("SUN", 1991)]  # fmt: skip


def test_years_may_be_a_range():
    assert template("state_year", range(1990, 1996)).years == (1990, 1995)


def test_the_default_years_end_where_the_register_ends():
    assert template("state_year").years == (1946, last_year())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"unit": "stat_year"}, "Did you mean|no unit"),
        ({"unit": "state_year", "system": "fifa"}, "system"),
        ({"unit": "state_year", "years": (2000, 1990)}, "cannot have the years"),
        ({"unit": "state_year", "years": (1700, 1990)}, "cannot have the years"),
        ({"unit": "state_year", "years": 2999}, "cannot have the years"),
        ({"unit": "state_year", "years": (1990, 1995, 2000)}, "no years"),
        ({"unit": "state_year", "years": "1990"}, "no years"),
        ({"unit": "state_year", "years": ()}, "no years"),
        ({"unit": "state_year", "states": ["Atlantis"]}, "Atlantis"),
        ({"unit": "dyad_year", "partners": "all"}, "Partners need states"),
        ({"unit": "state_year", "states": ["IND"], "partners": "all"}, "no partners"),
    ],
)
def test_what_is_no_panel_is_refused_in_words(arguments, says):
    with pytest.raises(UsageError, match=says):
        panel(**arguments)
