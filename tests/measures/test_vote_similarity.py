"""Agreement, kappa, S, distance and lean as measures of the record: known values of the public votes, and the forms of a question."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.measures import Asked, compute, measure
from nonaligned.measures.models.similarity_errors import similarity_bounds
from nonaligned.record.loading import load_rows
from nonaligned.record.store import Record
from nonaligned.sources.un_votes import read_un_votes, read_votes_together

SHARED = Path(__file__).parents[3] / "shared/data/unga"
NOWHERE = Record(Path("/nonexistent"))
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data/unga")


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Sessions 72 to 74 with the words of their roll calls."""
    folder = tmp_path_factory.mktemp("linked")
    for name, file in (("votes", "votes_1946-2019_with_absences"), ("rollcalls", "rollcalls_1946-2019")):
        pl.read_parquet(SHARED / f"{file}.parquet").filter(pl.col("session").is_between(72, 74)).write_parquet(folder / f"{name}.parquet")
    paths = (folder / "votes.parquet", folder / "rollcalls.parquet")
    load_rows(folder / "record", "un_votes", read_votes_together(paths), paths)
    return Record(folder / "record")


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Session 78 alone."""
    folder = tmp_path_factory.mktemp("newest")
    votes = pl.read_csv(SHARED / "UNVotes_1946-2024.csv.gz", infer_schema=False).filter(pl.col("session") == "78")
    votes.write_csv(folder / "UNVotes.csv")
    load_rows(folder / "record", "un_votes", read_un_votes(folder / "UNVotes.csv"), [folder / "UNVotes.csv"])
    return Record(folder / "record")


def rows(name: str, record: Record, *states: str, options: Mapping[str, Any] | None = None, **asked: Any) -> list[dict[str, Any]]:
    return compute(name, record, Asked(states=states, options=options or {}, **asked)).frame.to_dicts()


@needs_shared
def test_lean_between_the_united_states_and_russia_in_sessions_72_to_74(linked: Record) -> None:
    found = {row["state"]: row for row in rows("lean", linked, powers=("USA", "RUS"), options={"pool": True})}
    assert found["GBR"]["n_contested"] == 234
    assert found["GBR"]["world_mean"] == pytest.approx(-0.48, abs=0.005)
    known = {"GBR": 0.51, "JPN": 0.27, "HUN": 0.45, "IND": -0.18, "BLR": -0.31, "CHN": -0.40}
    assert {state: found[state]["value"] for state in known} == pytest.approx(known, abs=0.01)
    assert int(found["IND"]["percentile"]) == 27
    assert all(row["lower"] < row["value"] < row["upper"] for row in found.values() if row["value"] is not None)
    assert "USA" not in found


@needs_shared
def test_leans_are_turned_round_with_the_powers_and_keep_their_draws(linked: Record) -> None:
    forth = compute("lean", linked, Asked(powers=("USA", "CHN", "RUS"), states=("IND", "FRA"), n_draws=200))
    back = compute("lean", linked, Asked(powers=("RUS", "USA"), states=("IND", "FRA"), n_draws=200))
    one = forth.frame.filter((pl.col("power_1") == "USA") & (pl.col("power_2") == "RUS")).sort("state", "year")
    other = back.frame.sort("state", "year")
    assert np.allclose(one["value"], -other["value"])
    assert np.allclose(one["lower"], -other["upper"])
    assert forth.frame.height == 2 * 3 * 3
    assert forth.draws is not None
    assert forth.draws.shape == (200, forth.frame.height)
    middle = np.median(forth.draws, axis=0)
    assert np.abs(middle - forth.frame["value"].to_numpy()).max() < 0.1
    assert ((forth.draws > forth.frame["lower"].to_numpy()).mean(axis=0) > 0.9).all()


@needs_shared
def test_agreement_of_session_78_is_the_published_one(newest: Record) -> None:
    found = {(row["state_a"], row["state_b"]): row for row in rows("agreement", newest)}
    published = {("CHN", "IND"): 0.8176, ("IND", "USA"): 0.3547, ("CHN", "USA"): 0.2791}
    for pair, value in published.items():
        assert found[pair]["agreement"] == pytest.approx(value, abs=5e-5)
    assert all(row["lower"] <= row["agreement"] <= row["upper"] for row in found.values())


@needs_shared
def test_every_pair_that_shares_a_vote_has_a_row(newest: Record) -> None:
    """Against a join of the votes with themselves."""
    held = pl.read_parquet(newest.folder / next(entry.files["roll_calls"] for entry in newest.loads))["rcid"]
    cast = newest.frame("SELECT rcid, state, vote FROM votes WHERE vote <> 'absent'").filter(pl.col("rcid").is_in(held.implode()))
    cast = cast.with_columns(y=pl.col("vote").replace_strict({"yes": 1.0, "abstain": 0.5, "no": 0.0}))
    both = cast.join(cast, on="rcid").filter(pl.col("state") < pl.col("state_right"))
    plain = both.group_by("state", "state_right").agg(n=pl.len(), agreement=(1 - (pl.col("y") - pl.col("y_right")).abs()).mean())
    found = compute("agreement", newest, Asked()).frame
    joined = found.join(plain, left_on=["state_a", "state_b"], right_on=["state", "state_right"], how="full")
    assert joined.height == found.height == plain.height
    assert joined["n"].to_list() == joined["n_votes_shared"].to_list()
    assert np.allclose(joined["agreement"], joined["agreement_right"], atol=1e-12)


@needs_shared
def test_partners_and_states_choose_the_pairs(newest: Record) -> None:
    pairs = [(row["state_a"], row["state_b"]) for row in rows("s_score", newest, "IND", options={"partners": "USA,RUS"})]
    assert pairs == [("IND", "RUS"), ("IND", "USA")]
    assert len(rows("kappa", newest, "IND")) > 150
    every = {(row["state_a"], row["state_b"]): row["s_score"] for row in rows("s_score", newest)}
    alike = {(row["state_a"], row["state_b"]): row["agreement"] for row in rows("agreement", newest)}
    assert all(every[pair] == pytest.approx(2 * alike[pair] - 1, abs=1e-12) for pair in every)


@needs_shared
def test_a_calendar_year_has_no_session(newest: Record) -> None:
    found = rows("agreement", newest, "IND", options={"period": "year"})
    assert {row["session"] for row in found} == {None}
    assert {row["year"] for row in found} == {2023, 2024}


@needs_shared
def test_years_without_votes_and_powers_without_votes_are_refused(newest: Record) -> None:
    with pytest.raises(UsageError, match="no votes in 1990 to 1991"):
        rows("agreement", newest, years=(1990, 1991))
    with pytest.raises(UsageError, match="TWN cannot be one of the powers"):
        rows("lean", newest, powers=("USA", "TWN"))
    with pytest.raises(UsageError, match="between two powers"):
        rows("lean", newest, powers=("USA",))


@pytest.mark.parametrize("name", ["agreement", "kappa", "s_score", "lean"])
def test_without_votes_the_command_that_loads_them_is_named(name: str) -> None:
    with pytest.raises(NotLoadedError) as refused:
        compute(name, NOWHERE)
    assert refused.value.mend == "nonaligned load un_votes FILE"


def test_distances_of_what_ships_have_intervals_and_stay_the_same_for_a_subset() -> None:
    every = {
        (row["state_a"], row["state_b"]): row for row in rows("ideal_point_distance", NOWHERE, years=(2020, 2021)) if row["year"] == 2021
    }
    some = rows("ideal_point_distance", NOWHERE, "IND", years=(2021, 2021))
    assert len(some) > 150
    for row in some:
        assert every[row["state_a"], row["state_b"]] == row
        assert 0 <= row["lower"] <= row["value"] <= row["upper"]
    pair = next(row for row in some if row["state_b"] == "USA")
    assert pair["lower"] > 2
    assert measure("ideal_point_distance").sentence(pair).startswith("India and ")


def test_the_error_of_kappa_is_that_of_the_worked_formula() -> None:
    """Fleiss, Cohen and Everitt 1969 by plain loops, over one pair with every kind of disagreement."""
    from nonaligned.measures.models.similarity import kappa

    rng = np.random.default_rng(4)
    one = rng.choice([0, 0.5, 1], 300, p=[0.2, 0.3, 0.5])
    other = np.where(rng.random(300) < 0.6, one, rng.choice([0, 0.5, 1], 300))
    values = [1.0, 0.5, 0.0]
    p = np.array([[np.mean((one == a) & (other == b)) for b in values] for a in values])
    w = np.array([[1 - (a - b) ** 2 for b in values] for a in values])
    rows_, columns = p.sum(axis=1), p.sum(axis=0)
    observed = sum(w[a, b] * p[a, b] for a in range(3) for b in range(3))
    expected = sum(w[a, b] * rows_[a] * columns[b] for a in range(3) for b in range(3))
    total = 0.0
    for a in range(3):
        for b in range(3):
            by_row = sum(w[a, c] * columns[c] for c in range(3))
            by_column = sum(w[c, b] * rows_[c] for c in range(3))
            total += p[a, b] * (w[a, b] * (1 - expected) - (by_row + by_column) * (1 - observed)) ** 2
    total -= (observed * expected - 2 * expected + observed) ** 2
    sd = np.sqrt(total / 300) / (1 - expected) ** 2
    assert similarity_bounds([one, other]).kappa_sd[0, 1] == pytest.approx(sd, rel=1e-9)
    again = []
    for _ in range(2000):  # and close to what resampling gives
        pick = rng.integers(0, 300, 300)
        again.append(kappa([one[pick], other[pick]]).value[0, 1])
    assert sd == pytest.approx(np.std(again), rel=0.08)


def test_two_states_that_always_agreed_in_few_votes_are_not_certain_to() -> None:
    made = similarity_bounds([[1, 1, 0], [1, 1, 0]])
    assert made.agreement_upper[0, 1] == 1
    assert 0.4 < made.agreement_lower[0, 1] < 0.9
    assert np.isnan(similarity_bounds([[1, np.nan], [np.nan, 1]]).agreement_lower[0, 1])
