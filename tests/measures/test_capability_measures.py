"""CINC and concentration: the published values, the list of majors, what is missing, and the laws of both."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from powers_record import CAPABILITY, YEAR, capabilities, indicator, record_of, small_world

from nonaligned.ground.errors import UsageError
from nonaligned.measures import Asked, compute, measure
from nonaligned.measures.inputs.capabilities import major_powers
from nonaligned.record.loading import load_rows
from nonaligned.record.store import Record
from nonaligned.sources import source

YEARS = (YEAR, YEAR)


@pytest.fixture(scope="module")
def published(shared, tmp_path_factory) -> Record:
    folder, file = tmp_path_factory.mktemp("nmc"), shared / "capability/cow_nmc_v7.csv"
    load_rows(folder, "cow_capabilities", source("cow_capabilities").read(file), [file])
    return Record(folder)


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Record:
    return small_world(tmp_path_factory.mktemp("world"))


def test_cinc_is_the_published_one(published):
    made = compute("cinc", published, Asked(n_draws=0)).frame
    known = made.filter(pl.col("value").is_not_null() & (pl.col("year") != 1990))
    assert known.height > 16_000
    assert (known["value"] - known["published"]).abs().max() < 1e-7
    assert known.filter(pl.col("coverage") < 1).height > 2_000, "the missing components are left out, not counted as 0"


def test_the_index_of_1990_counts_germany_twice(published, shared):
    """With united Germany's row beside both republics the published values come out."""
    raw = pl.read_csv(shared / "capability/cow_nmc_v7.csv", null_values=["-9"], infer_schema_length=None).filter(pl.col("year") == 1990)
    names = [name for name in raw.columns if name not in ("ccode", "year", "cinc")]
    assert {255, 260, 265} <= set(raw["ccode"])
    shares = raw.with_columns(pl.col(name) / pl.col(name).sum() for name in names)
    assert (shares.select(pl.mean_horizontal(names)).to_series() - raw["cinc"]).abs().max() < 1e-7
    ours = compute("cinc", published, Asked(("USA",), (1990, 1990), n_draws=0)).frame.row(0, named=True)
    once = raw.filter(pl.col("ccode") != 255).with_columns(pl.col(name) / pl.col(name).sum() for name in names)
    expected = once.filter(pl.col("ccode") == 2).select(pl.mean_horizontal(names)).item()
    assert ours["value"] == pytest.approx(expected, abs=1e-12)
    assert "Germany" in ours["note"]


@pytest.mark.parametrize(("year", "value"), [(1950, 0.332), (2022, 0.485)])
def test_concentration_of_the_majors(published, year, value):
    assert compute("concentration", published, Asked(years=(year, year), n_draws=0)).frame["value"].item() == pytest.approx(value, abs=5e-4)


def test_concentration_of_1990_and_of_those_who_became_majors_in_1991(published):
    """Five majors stood at the end of 1990; with Germany and Japan, majors from 11 December 1991, it would have been .28."""
    five = compute("concentration", published, Asked(years=(1990, 1990), n_draws=0)).frame.row(0, named=True)
    assert (five["n_states"], round(five["value"], 3)) == (5, 0.305)
    seven = ("CHN", "DEU", "FRA", "GBR", "JPN", "SUN", "USA")
    wider = compute("concentration", published, Asked(seven, (1990, 1990), n_draws=0)).frame["value"].item()
    assert wider == pytest.approx(0.276, abs=2e-3)


@pytest.mark.parametrize(
    ("year", "codes"),
    [
        (1816, "AUH DEU FRA GBR RUS"), (1914, "AUH DEU FRA GBR ITA JPN RUS USA"), (1918, "FRA GBR ITA JPN USA"),
        (1938, "DEU FRA GBR ITA JPN SUN USA"), (1942, "DEU GBR ITA JPN SUN USA"), (1945, "FRA GBR SUN USA"), (1950, "CHN FRA GBR SUN USA"),
        (1991, "CHN DEU FRA GBR JPN RUS USA"), (2016, "CHN DEU FRA GBR JPN RUS USA"),
    ],
)  # fmt: skip
def test_the_majors_of_a_year(year, codes):
    assert major_powers(year) == tuple(codes.split())


def test_the_majors_are_those_of_the_official_list(shared):
    from nonaligned.measures.inputs.capabilities import _majors

    raw = pl.read_csv(shared / "states/cow_majors.csv")
    theirs = {
        (int(r["ccode"]), *(f"{int(r[f'{e}year'])}-{int(r[f'{e}month']):02d}-{int(r[f'{e}day']):02d}" for e in ("st", "end")))
        for r in raw.iter_rows(named=True)
    }
    ours = {(number, str(first), "2016-12-31" if last.year == 9999 else str(last)) for number, first, last in _majors()}
    assert ours == theirs


def test_a_made_up_world(record):
    made = compute("cinc", record, Asked(years=YEARS)).frame
    held = dict(made.filter(pl.col("value").is_not_null()).select("state", "value").rows())
    total = sum(CAPABILITY.values())
    assert held == pytest.approx({code: value / total for code, value in CAPABILITY.items()})
    rest = made.filter(pl.col("value").is_null())
    assert rest.height > 150, "the other states of the system stand there, missing"
    assert rest["note"].unique().to_list() == ["under half of the components are known"]
    assert rest.select("lower", "upper").null_count().row(0) == (rest.height, rest.height)
    known = made.drop_nulls("value")
    np.testing.assert_allclose(known["lower"], known["value"], rtol=1e-6)  # all components alike: the weights do not matter


def test_a_missing_component_is_left_out_and_less_than_half_refused(tmp_path):
    gone = [("IND", "cow_irst"), *(("BRA", name) for name in ("cow_irst", "cow_milex", "cow_milper", "cow_pec"))]
    record = record_of(tmp_path, {"cow_capabilities": {"indicators": capabilities(missing=gone)}})
    made = {row["state"]: row for row in compute("cinc", record, Asked(("IND", "BRA"), YEARS)).frame.iter_rows(named=True)}
    total = sum(CAPABILITY.values())
    alone = 12 / total  # of pec, tpop, upop of all; of milex and milper of all but Brazil
    assert made["IND"]["value"] == pytest.approx((2 * 12 / (total - 4) + alone * 2 + 12 / (total - 4)) / 5)
    assert made["IND"]["coverage"] == pytest.approx(5 / 6)
    assert made["IND"]["lower"] < made["IND"]["value"] < made["IND"]["upper"]
    assert made["BRA"]["value"] is None
    assert "under half" in made["BRA"]["note"]


def test_the_same_seed_gives_the_same_draws_and_rows_stand_in_order(record):
    one, again = (compute("cinc", record, Asked(years=YEARS, seed=3, n_draws=50)) for _ in range(2))
    assert one.draws.tobytes() == again.draws.tobytes()
    assert one.frame.equals(again.frame)
    assert one.frame["state"].is_sorted()


def test_output_times_output_per_head(tmp_path):
    year = 1980  # before what ships
    rows = [("USA", "gdp_current_usd", 100.0), ("USA", "population", 10.0), ("IND", "gdp_per_capita_usd", 2.0), ("IND", "population", 50.0),
            ("BRA", "gdp_current_usd", 7.0)]  # fmt: skip
    record = record_of(tmp_path, {"world_bank": {"indicators": [indicator(*row, year) for row in rows]}}, year, year)
    asked = Asked(("USA", "IND"), (year, year), options={"capability": "gdp"})
    made = compute("concentration", record, asked).frame.row(0, named=True)
    assert made["value"] == pytest.approx(1000 / 1200 - 200 / 1200)  # of two, the difference of their shares
    assert made["lower"] < made["value"] < made["upper"]
    assert made["coverage"] == 1


def test_half_of_the_set_must_be_known(record):
    made = compute("concentration", record, Asked(("USA", "CHN", "FRA", "GBR", "AUS"), YEARS)).frame.row(0, named=True)
    assert made["value"] is None
    assert made["coverage"] == pytest.approx(0.4)
    assert "half" in made["note"]


@pytest.mark.parametrize("name", ["cinc", "concentration"])
def test_sentences_and_refusals(record, name):
    one = measure(name)
    for row in compute(name, record, Asked(years=YEARS)).frame.head(3).iter_rows(named=True):
        assert one.sentence(row).endswith(".")
    with pytest.raises(UsageError, match="calendar year"):
        compute(name, record, Asked(sessions=(60, 61)))
    with pytest.raises(UsageError) as error:
        compute(name, record, Asked(years=(1900, 1901)))
    assert "1990 to 2022" in error.value.why
    if name == "concentration":
        with pytest.raises(UsageError, match="set of states"):
            compute(name, record, Asked(("USA",), YEARS))


def test_without_the_components_the_published_index_stands_without_an_interval(tmp_path):
    record = Record(tmp_path / "none")
    row = compute("cinc", record, Asked(("IND",), (2018, 2018))).frame.row(0, named=True)
    assert row["value"] == row["published"] > 0.09
    assert (row["lower"], row["upper"], row["coverage"]) == (None, None, None)
    assert "as published" in row["note"]
    assert measure("cinc").sentence(row).endswith("rank 3.")
    majors = compute("concentration", record, Asked(years=(2022, 2022))).frame.row(0, named=True)
    assert round(majors["value"], 3) == 0.485
    assert majors["lower"] is None
