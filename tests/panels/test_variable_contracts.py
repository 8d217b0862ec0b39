"""What every variable of a panel must keep, whatever it measures."""

from __future__ import annotations

import polars as pl
import pytest
from made_record import FIRST, LAST

from nonaligned.ground.errors import NonalignedError, NotLoadedError
from nonaligned.panels import panel
from nonaligned.panels.lifting import GRAINS
from nonaligned.panels.template import KEYS
from nonaligned.panels.variables import variables
from nonaligned.record.tables import TABLES

STATES = ["CHN", "IND", "RUS", "USA"]
KINDS = {
    "text": (pl.String, pl.Enum, pl.Categorical),
    "number": (pl.Float64,),
    "integer": (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt32),
}
CASES = [(name, unit) for name, one in variables().items() for unit in KEYS if any(grain in one.grains for grain in GRAINS[unit])]
REGISTERS = {"memberships", "codes"}  # these ship whole: the register says who was a member, and who existed
SHIPS = {*REGISTERS, "ideal_points"}  # ... and every position is estimated


def made(record, name, unit, years=(FIRST, LAST)):
    return panel(unit, years, STATES, record=record).add(name)


def test_there_are_the_variables_that_the_documentation_names():
    assert set(variables()) == {
        "trade", "arms", "treaties", "agreement", "nuclear", "sanctions", "visits", "memberships", "indicators", "us_coincidence", "codes",
        "ideal_points",
    }  # fmt: skip


@pytest.mark.parametrize("name", variables())
def test_it_declares_tables_that_exist_and_a_command(name):
    one = variables()[name]
    assert one.description.endswith(".")
    assert set(one.tables) <= set(TABLES)
    assert one.load.startswith("nonaligned ")
    assert set(one.grains) <= set(KEYS)


@pytest.mark.parametrize(("name", "unit"), CASES)
def test_its_columns_are_declared_of_their_type_and_in_range(record, name, unit):
    built = made(record, name, unit)
    frame, declared = built.frame, {one.name: one for one in built.columns}
    assert list(declared) == frame.columns
    if unit in variables()[name].grains:
        assert {one.name for one in variables()[name].grains[unit].columns} <= set(frame.columns)
    for column, one in declared.items():
        assert one.description, column
        assert isinstance(frame.schema[column], KINDS[one.kind]), (column, frame.schema[column])
        values = frame[column].drop_nulls()
        if one.low is not None:
            assert (values >= one.low).all(), column
        if one.high is not None:
            assert (values <= one.high).all(), column
        if one.choices:
            assert set(values.cast(pl.String)) <= set(one.choices), column
    assert [one["name"] for one in built.fields] == frame.columns
    assert all(one["source"] for one in built.fields), built.fields


@pytest.mark.parametrize(("name", "unit"), CASES)
def test_its_keys_are_the_template_s_once_each(record, name, unit):
    frame = made(record, name, unit).frame
    assert (
        frame.height
        == panel(unit, (FIRST, LAST), STATES).frame.height
        == {"state_year": 4, "dyad_year": 6, "directed_dyad_year": 12}[unit] * 3
    )
    assert frame.select(KEYS[unit]).is_unique().all()
    assert frame.equals(frame.sort(KEYS[unit]))


@pytest.mark.parametrize(("name", "unit"), CASES)
def test_the_order_of_the_record_s_rows_changes_nothing(record, shuffled, name, unit):
    assert made(record, name, unit).frame.equals(made(shuffled, name, unit).frame)


@pytest.mark.parametrize("name", sorted(set(variables()) - SHIPS - {"treaties", "indicators", "trade"}))
def test_outside_all_sources_everything_is_missing(record, name):
    unit = next(iter(variables()[name].grains))
    frame = made(record, name, unit, (1960, 1960)).frame
    assert frame.height
    assert all(frame[column].null_count() == frame.height for column in frame.columns[len(KEYS[unit]) :])


@pytest.mark.parametrize("name", sorted(set(variables()) - REGISTERS))
def test_nothing_is_0_where_no_source_is_complete(record, name):
    unit = next(iter(variables()[name].grains))
    built = made(record, name, unit, (FIRST - 10, LAST + 5))
    complete = [(one["first_year"], one["last_year"]) for one in built.coverage if one["is_complete"]]
    outside = built.frame.filter(~pl.any_horizontal([pl.lit(False), *(pl.col("year").is_between(*span) for span in complete)]))
    for column in [one.name for one in built.columns[len(KEYS[unit]) :] if one.kind != "text"]:
        given = {"exports_usd", "agreement"}  # the made-up trade has a 0 of its own, and opposite votes are 0
        assert column in given or not (outside[column] == 0).any(), column


@pytest.mark.parametrize(("name", "unit"), CASES)
def test_a_cell_with_a_value_is_walked_back_to_rows(record, name, unit):
    built = made(record, name, unit)
    walked = 0
    for column in [one.name for one in built.columns[len(KEYS[unit]) :]]:
        here = built.frame.filter(pl.col(column).is_not_null())
        here = here.filter(pl.col(column) != 0) if here.schema[column].is_numeric() else here
        for key in here.select(KEYS[unit]).head(3).to_dicts():
            rows = built.rows_behind(column, key)
            assert rows, (column, key)
            assert all(row["table"] in TABLES and ("source" not in TABLES[row["table"]].columns or row["source"]) for row in rows)
            walked += 1
    assert walked, "nothing was walked"


@pytest.mark.parametrize("name", ["arms", "agreement", "nuclear", "sanctions", "visits", "us_coincidence"])
def test_without_its_data_it_names_the_command_that_loads_it(starter, name):
    unit = next(iter(variables()[name].grains))
    with pytest.raises(NotLoadedError) as caught:
        panel(unit, 2000, record=starter).add(name)
    assert caught.value.mend == variables()[name].load


@pytest.mark.parametrize("name", variables())
def test_an_unknown_option_is_refused_in_words(record, name):
    unit = next(iter(variables()[name].grains))
    with pytest.raises(NonalignedError, match="no option 'nonsense'"):
        panel(unit, 2000, record=record).add(name, nonsense=1)


@pytest.mark.parametrize("name", [name for name, one in variables().items() if "directed_dyad_year" in one.grains])
def test_an_undirected_panel_says_the_same_of_both_directions(record, name):
    both, one_way = made(record, name, "dyad_year").frame, made(record, name, "directed_dyad_year").frame
    for ending, (one, other) in {"_ab": ("state_a", "state_b"), "_ba": ("state_b", "state_a")}.items():
        columns = one_way.columns[3:]
        turned = both.select(
            pl.col(one).alias("state_1"), pl.col(other).alias("state_2"), "year", *(pl.col(c + ending).alias(c) for c in columns)
        )
        joined = turned.join(one_way, on=["state_1", "state_2", "year"], how="left", maintain_order="left", suffix="_directed")
        assert all(joined[column].equals(joined[f"{column}_directed"]) for column in columns)


@pytest.mark.parametrize("name", [name for name, one in variables().items() if "dyad_year" in one.grains])
def test_an_undirected_variable_stands_in_both_directions(record, name):
    frame = made(record, name, "directed_dyad_year").frame
    back = frame.rename({"state_1": "state_2", "state_2": "state_1"}).select(frame.columns).sort("state_1", "state_2", "year")
    assert frame.equals(back)


@pytest.mark.parametrize(("name", "unit"), CASES)
def test_a_panel_without_rows_has_its_columns(record, name, unit):
    built = panel(unit, 1850, ["SSD", "TLS"], record=record).add(name)
    assert built.frame.is_empty()
    assert built.frame.columns == [one.name for one in built.columns]
    assert set(made(record, name, unit).frame.columns) == set(built.frame.columns)
