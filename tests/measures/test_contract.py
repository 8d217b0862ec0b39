"""What every registered measure must keep, whoever adds it: on the record that ships, and on one of made-up figures."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from made_measures import made_record

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.measures import Asked, Made, Measure, compute, measure, measures
from nonaligned.record.store import Record

EACH = pytest.mark.parametrize("name", measures())
KINDS = {"text": pl.String(), "integer": pl.Int64(), "number": pl.Float64()}
QUICK: dict[str, dict[str, Any]] = {"ideal_points": {"method": "fast"}, "ideal_point_distance": {"method": "fast"}}  # else minutes
STARTER = Record(Path("/nonexistent"))
# Estimators that take one state after the other stop within this of one another when the order of the states changes.
ITERATED = dict.fromkeys(("ideal_points", "ideal_point_distance", "second_dimension", "absence_shift", "position_basis"), 1e-3)
ITERATED["ideal_point_distance"] = 0.01  # its spread comes from 32 random probes, which go by the order of the states
ITERATED["roll_call_fit"] = 0.03  # one vote of 37 whose two likeliest choices are as good as equal
NO_SUCH = {"second_dimension": {"value"}}  # the made-up states lie on one line: a second dimension of theirs is chance, and turns with it
SWAPPED = {"AFG": "CHL", "CHL": "AFG", "BEL": "LKA", "LKA": "BEL"}  # states alike in all but their figures
N_DRAWS = 40
KEEPS = ("state", "state_a")  # columns by which rows can be asked for


def asked(name: str, year: int, **more: Any) -> Asked:
    return Asked(years=(year, year), n_draws=N_DRAWS, options=QUICK.get(name, {}), **more)


@cache
def of_starter(name: str) -> Made:
    return compute(name, STARTER, asked(name, 2018))


@pytest.fixture(scope="module")
def of_made(made: Record) -> Any:
    return cache(lambda name, seed=0: compute(name, made, asked(name, 2001, seed=seed)))


@pytest.fixture(scope="module")
def shuffled(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return made_record(tmp_path_factory.mktemp("shuffled"), seed=7)


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return made_record(tmp_path_factory.mktemp("renamed"), rename=SWAPPED)


def both(name: str, of_made: Any) -> list[Made]:
    """What the measure gives on each record that holds enough for it."""
    found = [of_made(name)]
    with suppress(NotLoadedError):
        found.append(of_starter(name))
    return found


@EACH
def test_declares_itself(name: str) -> None:
    one = measure(name)
    assert one.name == name
    assert all((one.title, one.unit, one.load, one.low_means, one.high_means, one.how, one.tables))
    assert one.citation
    assert all(len(citation) > 20 for citation in one.citation)
    columns = [field.name for field in one.fields]
    assert len(set(columns)) == len(columns)
    assert set(one.key) | {one.value} <= set(columns)
    assert all(field.description for field in one.fields)


@EACH
def test_columns_and_key(name: str, of_made: Any) -> None:
    one = measure(name)
    for made in both(name, of_made):
        assert made.frame.schema == {field.name: KINDS[field.kind] for field in one.fields}
        keys = made.frame.select(one.key)
        assert keys.height > 0
        assert keys.null_count().sum_horizontal().item() == 0
        assert keys.is_duplicated().sum() == 0
        assert keys.equals(keys.sort(one.key))
        assert made.draws is None or made.draws.shape[1] == made.frame.height


@EACH
def test_values_are_in_range(name: str, of_made: Any) -> None:
    for made in both(name, of_made):
        for field in measure(name).fields:
            values = made.frame[field.name].drop_nulls()
            if field.kind != "text" and values.len():
                assert values.is_finite().all() if field.kind == "number" else True
                assert field.low is None or values.min() >= field.low, field.name  # type: ignore[operator]
                assert field.high is None or values.max() <= field.high, field.name  # type: ignore[operator]
            if field.choices:
                assert set(values) <= {*field.choices, ""}
        for low, high in (("lower", "upper"), ("q25", "q75"), ("lower", "q25"), ("q75", "upper")):
            if {low, high} <= set(made.frame.columns):
                assert made.frame.filter(pl.col(low) > pl.col(high)).is_empty()
        if {"coverage", "note"} <= set(made.frame.columns):  # a value that is refused says why
            refused = made.frame.filter(pl.col(measure(name).value).is_null())
            assert refused.filter(pl.col("note").fill_null("") == "").is_empty()


@EACH
def test_sentences(name: str, of_made: Any) -> None:
    one: Measure = measure(name)
    for made in both(name, of_made):
        known = pl.col(one.value).is_not_null()
        for row in (*made.frame.filter(known).head(5).to_dicts(), *made.frame.filter(~known).head(5).to_dicts()):
            said = one.sentence(row)
            assert said.endswith(".")
            assert said[0].isupper()
            assert not {"None", "nan", "null"} & set(said.replace(".", " ").replace(",", " ").split()), said


@EACH
def test_sources_are_known(name: str, of_made: Any, made: Record) -> None:
    for answer, record in zip(both(name, of_made), (made, STARTER), strict=False):
        assert answer.used
        for table, source in answer.used:
            assert table in measure(name).tables
            assert record.source(table, source).producer


@EACH
def test_same_seed_same_bytes(name: str, of_made: Any, made: Record) -> None:
    again = compute(name, Record(made.directory), asked(name, 2001))
    first = of_made(name)
    assert again.frame.write_csv() == first.frame.write_csv()
    assert again.draws is None or (first.draws is not None and again.draws.tobytes() == first.draws.tobytes())


@EACH
def test_some_states_are_rows_of_all(name: str, of_made: Any, made: Record) -> None:
    column = next((key for key in KEEPS if key in measure(name).key), None)
    if column is None:
        pytest.skip("its rows are not of states")
    some = compute(name, made, asked(name, 2001, states=("BRA", "IND"))).frame
    partner = pl.col("state_b").is_in(["BRA", "IND"]) if column == "state_a" else pl.lit(False)
    kept = of_made(name).frame.filter(pl.col(column).is_in(["BRA", "IND"]) | partner)
    assert some.write_csv() == kept.write_csv()


@EACH
def test_rows_in_another_order(name: str, of_made: Any, shuffled: Record) -> None:
    other = compute(name, shuffled, asked(name, 2001))
    assert_alike(other.frame, of_made(name).frame, measure(name), 1e-9)


@EACH
def test_other_names(name: str, of_made: Any, renamed: Record) -> None:
    """States under other names: the same values under these."""
    other = compute(name, renamed, asked(name, 2001)).frame
    one = measure(name)
    named = other.with_columns(pl.col(key).replace(SWAPPED) for key in one.key if other.schema[key] == pl.String)
    if "state_a" in one.key:
        low, high = pl.min_horizontal("state_a", "state_b"), pl.max_horizontal("state_a", "state_b")
        named = named.with_columns(state_a=low, state_b=high)
    columns = [*one.key, one.value]
    columns = [column for column in columns if column not in NO_SUCH.get(name, ())]
    assert_alike(named.sort(one.key).select(columns), of_made(name).frame.select(columns), one, ITERATED.get(name, 1e-9))


@EACH
def test_names_what_to_load(name: str) -> None:
    try:
        of_starter(name)
    except NotLoadedError as error:
        told = error
    else:
        return
    assert told.mend.startswith("nonaligned ")


@EACH
def test_refuses_an_unknown_option(name: str) -> None:
    with pytest.raises(UsageError, match="no option"):
        compute(name, STARTER, Asked(options={"no_such": 1}))


def assert_alike(one: pl.DataFrame, other: pl.DataFrame, declared: Measure, most: float) -> None:
    assert one.select(declared.key).equals(other.select(declared.key))
    for name in one.columns:
        if one.schema[name] == pl.Float64():
            assert np.allclose(one[name].to_numpy(), other[name].to_numpy(), rtol=0, atol=most, equal_nan=True), name
