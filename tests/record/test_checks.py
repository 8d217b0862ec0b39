from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonaligned.ground.errors import CheckFailedError
from nonaligned.record.checks import check_drift, check_file, check_rows, within_dates
from nonaligned.record.fields import SQL_TYPES
from nonaligned.record.tables import TABLES

VOTES, CALLS, SHARES = TABLES["votes"], TABLES["roll_calls"], TABLES["arms_shares"]


def votes(**changed: object) -> pl.DataFrame:
    return pl.DataFrame(
        {"rcid": ["a", "a", "b"], "state": ["IND", "RUS", "IND"], "vote": ["yes", "no", "absent"], "source": ["s"] * 3} | changed
    )


def shares(**changed: object) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "recipient": ["IND"],
            "supplier": ["RUS"],
            "first_year": [2020],
            "last_year": [2024],
            "share": [36.0],
            "rank": [1],
            "recipient_tiv": [100.0],
            "kind": ["computed"],
            "source": ["s"],
        }
        | changed
    )


def test_columns_types_and_order_are_the_tables():
    shaped = check_rows(VOTES, votes().select("vote", "source", "state", "rcid"))
    assert shaped.columns == list(VOTES.columns)
    assert shaped.rows() == [("a", "IND", "yes", "s"), ("a", "RUS", "no", "s"), ("b", "IND", "absent", "s")]


@given(st.permutations(range(3)))
def test_the_order_of_the_rows_does_not_matter(order):
    assert check_rows(VOTES, votes()[list(order)]).equals(check_rows(VOTES, votes()))


def test_a_column_that_is_not_there_is_empty_text_or_missing():
    shaped = check_rows(CALLS, pl.DataFrame({"rcid": ["a"], "body": ["UNGA"]}))
    row = shaped.row(0, named=True)
    assert (row["title"], row["yes"], row["date"]) == ("", None, None)


def test_text_that_is_a_day_or_a_number_is_read_as_one():
    shaped = check_rows(CALLS, pl.DataFrame({"rcid": ["a"], "body": ["UNGA"], "yes": ["141"], "date": ["2022-03-02"]}))
    assert shaped.row(0, named=True)["yes"] == 141
    assert shaped.row(0, named=True)["date"] == date(2022, 3, 2)


@pytest.mark.parametrize(
    ("table", "frame", "word"),
    [
        (VOTES, votes(vote=["yes", "no", "nay"]), "nay"),
        (VOTES, votes(vote=["yes", "no", ""]), "vote"),
        (VOTES, votes(vote=["yes", "no", None]), "vote"),
        (VOTES, votes(state=["IND", "IND", "IND"]), "share a key"),
        (VOTES, votes(state=["IND", "", "IND"]), "state"),
        (VOTES, votes(rcid=["a", None, "b"]), "rcid"),
        (VOTES, votes().drop("state"), "state"),
        (SHARES, shares(share=[100.5]), "share"),
        (SHARES, shares(share=[-0.1]), "share"),
        (SHARES, shares(share=[float("nan")]), "share"),
        (SHARES, shares(recipient_tiv=[float("inf")]), "recipient_tiv"),
        (SHARES, shares(first_year=[None]), "first_year"),
        (SHARES, shares(first_year=[20]), "first_year"),
        (SHARES, shares(rank=[0]), "rank"),
        (SHARES, shares(share=["36 %"]), "types"),
        (VOTES, votes().with_columns(colour=pl.lit(1)), "colour"),
        (VOTES, votes(state=["IND", "XYZ", "IND"]), "XYZ"),
        (VOTES, votes(state=["IND", "India", "IND"]), "India"),
        (CALLS, pl.DataFrame({"rcid": ["a"], "body": ["UNGA"], "date": ["2022-02-30"]}), "types"),
        (CALLS, pl.DataFrame({"rcid": ["a"], "body": ["UNGA"], "date": ["03/02/2022"]}), "types"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named(table, frame, word):
    with pytest.raises(CheckFailedError) as refused:
        check_rows(table, frame)
    assert word in refused.value.message + refused.value.why
    assert refused.value.exit_code == 5


def test_a_missing_figure_is_missing_and_no_zero():
    assert check_rows(SHARES, shares(share=[None])).row(0, named=True)["share"] is None


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_bounds_choices_and_kinds_fit_together(table):
    for field in table.fields:
        assert field.kind in SQL_TYPES
        assert field.kind in {"integer", "number"} or field.low is field.high is None
        assert field.kind == "text" or not field.choices
        assert field.low is None or field.high is None or field.low < field.high


def deliveries(states: list[str], years: list[int]) -> pl.DataFrame:
    plain = {"exporter": states, "importer": "IND", "year": years, "reporter": states, "value_usd": 1.0, "source": "s"}
    return check_rows(TABLES["trade"], pl.DataFrame(plain | {"valuation": "fob", "prices": "current"}))


def test_a_state_outside_its_days_is_set_aside_where_such_rows_are_few():
    kept, notes = within_dates(TABLES["trade"], deliveries(["FRA"] * 59 + ["SCG"], [*range(1960, 2019), 1990]))
    assert kept.height == 59
    assert "SCG" not in kept["exporter"]
    assert [note.count for note in notes] == [1]


def test_a_state_in_the_year_in_which_it_began_or_ended_is_inside():
    frame = deliveries(["SUN", "DDR", "SSD", "CSK"], [1991, 1990, 2011, 1992])
    assert within_dates(TABLES["trade"], frame) == (frame, ())


def test_many_rows_outside_are_refused():
    with pytest.raises(CheckFailedError, match="outside its dates") as refused:
        within_dates(TABLES["trade"], deliveries(["SUN", "RUS"], [2005, 2006]))
    assert "SUN" in refused.value.why


def test_groups_and_others_stand_for_states():
    frame = deliveries(["EU", "OTHER", "COMPILED", ""][:3], [1990, 1991, 1992])
    assert within_dates(TABLES["trade"], frame)[0].height == 3


@given(before=st.integers(1, 100_000), now=st.integers(0, 100_000))
def test_a_fifth_may_be_gone_and_no_more(before, now):
    check_drift("votes", now, before, True)
    check_drift("votes", now, None, False)
    if now < 0.8 * before:
        with pytest.raises(CheckFailedError, match="votes would have"):
            check_drift("votes", now, before, False)
    else:
        check_drift("votes", now, before, False)


def test_a_file_too_large_for_memory_passes_the_same_checks(tmp_path):
    path = tmp_path / "votes.parquet"
    good = check_rows(VOTES, votes())
    good.write_parquet(path)
    check_file(VOTES, path)
    for bad in (
        pl.concat([good, good.head(1)]),
        good.with_columns(vote=pl.lit("nay")),
        good.with_columns(state=pl.lit("XYZ")),
        good.drop("vote"),
    ):
        bad.write_parquet(path)
        with pytest.raises(CheckFailedError):
            check_file(VOTES, path)
