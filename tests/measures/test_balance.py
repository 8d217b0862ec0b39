"""Balance: the known figures of 2018, blocs and pacts, what is missing, and the laws."""

from __future__ import annotations

import polars as pl
import pytest
from powers_record import CAPABILITY, YEAR, capabilities, pact, record_of, small_world

from nonaligned.ground.errors import UsageError
from nonaligned.measures import Asked, compute, measure
from nonaligned.measures.inputs.pacts import blocs, committed, pacts
from nonaligned.record.loading import load_rows
from nonaligned.record.store import Record
from nonaligned.sources import source

YEARS, PACTS = (YEAR, YEAR), {"commitments": "pacts"}
TWO = ("USA", "CHN+RUS")


@pytest.fixture(scope="module")
def known(shared, tmp_path_factory) -> Record:
    folder = tmp_path_factory.mktemp("known")
    for name, file in (("cow_capabilities", "capability/cow_nmc_v7.csv"), ("atop", "treaties/atop51_directed_dyad_year.csv.gz")):
        load_rows(folder, name, source(name).read(shared / file), [shared / file])
    return Record(folder)


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Record:
    return small_world(tmp_path_factory.mktemp("world"))


def rows(record, **asked):
    made = compute("balance", record, Asked(**{"years": YEARS, "powers": TWO, "options": PACTS, "n_draws": 100} | asked)).frame
    return {(row["state"], row["power"]): row for row in made.iter_rows(named=True)}


def test_india_in_2018(known):
    made = rows(known, years=(2018, 2018), n_draws=200)
    bound = [len({state for (state, power), row in made.items() if power == bloc and row["commitment"] == 1}) for bloc in TWO]
    assert bound == [67, 10]
    one, other = made["IND", "USA"], made["IND", "CHN+RUS"]
    assert round(one["parity"], 3) == 1.336
    assert round(one["parity_if"], 3) == 1.677
    assert round(1 / other["parity_if"], 3) == 0.997
    pivot = sorted(((row["decides"], state) for (state, power), row in made.items() if row["decides"] is not None and power == "USA"))
    assert pivot[-1] == (pytest.approx(0.5, abs=0.02), "IND")
    assert pivot[-2] == (pytest.approx(0.2, abs=0.02), "IDN")
    assert one["lower"] <= one["value"] <= one["upper"]
    assert (one["is_parity"], other["is_parity"]) == (0, 0)


def test_a_made_up_balance_by_hand(record):
    made, total = rows(record), sum(CAPABILITY.values())
    here, there = 30 + 6, 20 + 5 + 1
    india = made["IND", "USA"]
    assert india["bloc_capability"] == pytest.approx(here / total)
    assert india["parity"] == pytest.approx(here / there)
    assert india["parity_if"] == pytest.approx((here + 12) / there)
    assert made["IND", "CHN+RUS"]["parity_if"] == pytest.approx((there + 12) / here)
    assert india["concentration"] == pytest.approx((here - there) / (here + there))
    assert india["concentration_if"] == pytest.approx((here + 12 - there) / (here + 12 + there))
    # Ahead by 10; as Brazil (4) and Egypt (3) choose, by 17, 11, 9 or 3: in three of four ways India's 12 decide.
    assert india["value"] == india["decides"] == pytest.approx(0.75, abs=0.02)
    assert made["BRA", "USA"]["value"] == pytest.approx(0.25, abs=0.02)  # 10 +- 12 +- 3: only 1 is under 4
    assert made["EGY", "USA"]["value"] == pytest.approx(0.25, abs=0.02)  # 10 +- 12 +- 4: only 2 is under 3
    assert made["JPN", "USA"]["note"] == "committed by a defense pact with USA"
    assert made["JPN", "USA"]["value"] is None
    assert made["JPN", "CHN+RUS"]["parity_if"] == pytest.approx((there + 6) / 30)
    assert (made["USA", "USA"]["note"], made["USA", "USA"]["parity_if"]) == ("a power", None)
    assert made["FRA", "USA"]["value"] is None
    assert made["FRA", "USA"]["note"] == "its capability or its commitments are not known"


def test_a_pact_binds_whichever_side_owes_and_a_power_is_in_its_own_bloc_alone(record):
    held = pacts(record, YEAR)
    assert held.is_whole
    assert held.partners("JPN") == {"USA"}
    sides = blocs(TWO, YEAR)
    table = committed(("BRA", "CHN", "JPN", "PRK", "RUS", "USA"), sides, held)
    assert table.tolist() == [[0, 0], [0, 1], [1, 0], [0, 1], [0, 1], [1, 0]]


def test_a_state_with_pacts_on_both_sides_counts_half_for_each(tmp_path):
    treaties = {"treaties": [pact("USA", "JPN"), pact("JPN", "CHN"), pact("USA", "CHN")]}
    made = rows(small_world(tmp_path, made_pacts=treaties))
    assert [made["JPN", power]["commitment"] for power in TWO] == [0.5, 0.5]
    assert [made["CHN", power]["commitment"] for power in TWO] == [0, 1], "a power is not its rival's partner"


def test_powers_have_the_codes_of_their_time():
    assert [side.members for side in blocs(("USA", "CHN+RUS"), 1970)] == [("USA",), ("CHN", "SUN")]
    with pytest.raises(UsageError, match="two powers"):
        blocs(("USA",), 2010)
    with pytest.raises(UsageError, match="not two powers"):
        blocs(("USA", "USA+CHN"), 2010)
    with pytest.raises(UsageError, match="No such power"):
        blocs(("USA", "CHM"), 2010)


def test_unknown_capability_is_missing_and_lowers_the_coverage(tmp_path):
    gone = [("IND", name) for name in ("cow_irst", "cow_milex", "cow_milper", "cow_pec", "cow_tpop", "cow_upop")]
    record = record_of(
        tmp_path, {"cow_capabilities": {"indicators": capabilities(missing=gone)}, "made_pacts": {"treaties": [pact("USA", "JPN")]}}
    )
    made = rows(record)["IND", "USA"]
    assert (made["value"], made["capability"], made["parity_if"]) == (None, None, None)
    assert 0 < made["coverage"] < 0.1


def test_the_same_seed_the_same_rows_and_only_those_asked_for(record):
    one = compute("balance", record, Asked(years=YEARS, powers=TWO, options=PACTS, n_draws=50, seed=2)).frame
    assert one.equals(compute("balance", record, Asked(years=YEARS, powers=TWO, options=PACTS, n_draws=50, seed=2)).frame)
    assert one.select("state", "year", "power").is_unique().all()
    assert one.equals(one.sort("state", "year", "power"))
    india = compute("balance", record, Asked(("IND",), YEARS, powers=TWO, options=PACTS, n_draws=50, seed=2)).frame
    assert india.equals(one.filter(pl.col("state") == "IND"))


def test_every_row_reads_as_a_sentence(record):
    for row in rows(record).values():
        assert measure("balance").sentence(row).endswith(".")


def test_full_commitments_are_the_dependence_of_the_others(record, monkeypatch):
    """A state without a pact commits what it depends; its draws widen the interval, and the bound stay bound."""
    import numpy as np

    import nonaligned.measures as registry
    from nonaligned.measures import Made

    names = [("IND", 0.5, 0.25), ("BRA", 0.0, 1.0), ("JPN", 0.9, 0.9)]
    keyed = [(code, YEAR, power, "overall", value) for code, *both in names for power, value in zip(TWO, both, strict=True)]
    frame = pl.DataFrame(keyed, schema=["state", "year", "power", "domain", "value"], orient="row")
    draws = np.tile(frame["value"].to_numpy(), (100, 1)).astype(np.float32) * np.linspace(0.5, 1, 100, dtype=np.float32)[:, None]
    monkeypatch.setattr(registry, "compute", lambda name, *_: Made(frame, (("trade", "made"),), draws=draws))
    one = measure("balance")
    asked = Asked(years=YEARS, powers=TWO, options={"commitments": "full", "capability": "cinc"}, n_draws=100)
    made = {(row["state"], row["power"]): row for row in one.make(record, asked, {}).frame.iter_rows(named=True)}
    total = sum(CAPABILITY.values())
    assert made["IND", "USA"]["bloc_capability"] == pytest.approx((36 + 0.5 * 12) / total)
    assert made["IND", "CHN+RUS"]["bloc_capability"] == pytest.approx((26 + 0.25 * 12 + 4) / total)
    assert made["JPN", "USA"]["commitment"] == 1
    assert made["EGY", "USA"]["note"] == "its capability or its commitments are not known"
    assert made["IND", "USA"]["parity_lower"] < made["IND", "USA"]["parity_upper"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"years": (1900, 1900)}, "no capabilities"), ({"sessions": (60, 61), "years": None}, "calendar year"),
        ({"powers": ("USA",)}, "two powers"), ({"options": {"commitments": "none"}}, "cannot be"),
        ({"options": {"capability": "gnp"}}, "cannot be"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(record, asked, said):
    with pytest.raises(UsageError, match=said):
        rows(record, **asked)
