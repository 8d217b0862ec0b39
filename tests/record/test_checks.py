from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonaligned.ground.errors import CheckFailedError
from nonaligned.record.checks import check_rows
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
    shaped = check_rows(VOTES, votes().select("vote", "source", "state", "rcid").with_columns(extra=pl.lit(1)))
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
