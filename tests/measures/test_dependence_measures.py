"""Dependence, autonomy and hedging as measures of the record: published shares, laws, what is missing, and bad questions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from made_measures import BIG

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.measures import Asked, Made, compute, measure
from nonaligned.record.loading import load_rows
from nonaligned.record.store import Record
from nonaligned.sources import source

STARTER = Record(Path("/nonexistent"))
THREE = ("dependence", "autonomy", "hedging")
EACH = pytest.mark.parametrize("name", THREE)


def ask(record: Record, *states: str, name: str = "dependence", options: Mapping[str, Any] | None = None, **more: Any) -> Made:
    return compute(name, record, Asked(states=states, **{"n_draws": 200, **more}, options=options or {}))


def row(made: Made, **key: Any) -> dict[str, Any]:
    found = made.frame.filter(*(pl.col(name) == value for name, value in key.items())).to_dicts()
    assert len(found) == 1
    return found[0]


# --- published values -------------------------------------------------------------------------------------------------------------


def test_arms_shares_are_those_of_sipri() -> None:
    """SIPRI, Trends in International Arms Transfers, 2024: India's imports of 2020-24 from Russia 36, France 33, Israel 13 %."""
    made = ask(STARTER, "IND", years=(2024, 2024), powers=("RUS", "FRA", "ISR"))
    for power, share in (("RUS", 0.36), ("FRA", 0.33), ("ISR", 0.126)):
        one = row(made, power=power, domain="arms")
        assert one["share"] == pytest.approx(share, abs=0.005)
        assert one["value"] == pytest.approx(one["share"] * one["reliance"], abs=1e-15)
        assert one["lower"] < one["value"] < one["upper"]
        assert "reliance not known" in one["note"]


def test_an_exporter_of_arms_does_not_depend_as_an_importer_does() -> None:
    """The United States export many times what they import, so that reliance is at most a few per cent."""
    american = row(ask(STARTER, "USA", years=(2020, 2020), powers=("EU27",)), domain="arms")
    assert american["share"] > 0.2
    assert american["reliance"] < 0.05
    assert american["upper"] < 0.05


def test_reliance_as_the_user_says() -> None:
    key = {"years": (2024, 2024), "powers": ("RUS",)}
    alone = row(ask(STARTER, "IND", **key, options={"reliance": "one"}), domain="arms")
    assert alone["value"] == alone["share"]
    assert alone["note"] == "suppliers of under 1 % are counted as none"
    between = row(ask(STARTER, "IND", **key, options={"reliance": "arms=.6-.9"}), domain="arms")
    assert between["reliance"] == pytest.approx(0.75)
    assert between["lower"] > 0.55 * between["share"]
    assert between["upper"] < 1.1 * between["share"]


def test_crude_oil_of_india() -> None:
    """Russia's share of India's crude in 2020-21 was 1.59 %, of crude and coal together about 2 %."""
    one = row(ask(STARTER, "IND", years=(2020, 2020)), power="RUS", domain="energy")
    assert one["share"] == pytest.approx(0.021, abs=0.002)
    assert "April 2020" in one["note"]


@pytest.fixture(scope="module")
def traded(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Record, pl.DataFrame]:
    """Trade of 2014 (Correlates of War) in a record, and the file's rows."""
    folder = tmp_path_factory.mktemp("traded")
    rows = pl.read_csv(shared / "trade/cow_trade_ddy_1946-2014.csv.gz", infer_schema=False).filter(pl.col("year") == "2014")
    rows.write_csv(folder / "Dyadic_COW_4.0.csv")
    load_rows(folder / "record", "cow_trade", source("cow_trade").read(folder / "Dyadic_COW_4.0.csv"), [folder / "Dyadic_COW_4.0.csv"])
    return Record(folder / "record"), rows.with_columns(
        pl.col("ccode1", "ccode2").cast(pl.Int64), pl.col("flow1", "flow2").cast(pl.Float64)
    )


def test_trade_shares_by_hand(traded: tuple[Record, pl.DataFrame]) -> None:
    """India is 750, China 710; `flow1` are the imports of the first from the second, `flow2` the other way round."""
    record, rows = traded
    ours = rows.filter((pl.col("ccode1") == 750) & (pl.col("flow1") >= 0) & (pl.col("flow2") >= 0))
    imports, both = ours["flow1"], ours["flow1"] + ours["flow2"]
    is_china = ours["ccode2"] == 710
    for kind, series in (("imports", imports), ("both", both)):
        share = series.filter(is_china).sum() / series.sum()
        one = row(ask(record, "IND", years=(2014, 2014), options={"trade": kind}), power="CHN", domain="trade")
        assert one["share"] == pytest.approx(share, rel=2e-3), kind
        assert one["lower"] < one["value"] < one["upper"]
    two_way = row(ask(record, "IND", years=(2014, 2014)), power="CHN", domain="trade")
    output = record.rows("SELECT value FROM indicators WHERE state = 'IND' AND year = 2014 AND indicator = 'gdp_current_usd'")[0]["value"]
    half = 0.5e6 * both.sum()
    assert two_way["reliance"] == pytest.approx(half / (half + output), rel=2e-3)


# --- laws -------------------------------------------------------------------------------------------------------------------------


def test_shares_of_all_suppliers_sum_to_one(made: Record) -> None:
    frame = ask(made, "IND", "AFG", years=(2001, 2001), powers=BIG).frame.filter(pl.col("domain") == "arms")
    total = frame.group_by("state").agg(pl.col("share").sum(), pl.col("power").n_unique())
    assert total.filter(pl.col("state") == "AFG")["share"].item() == pytest.approx(1)
    assert total.filter(pl.col("state") == "IND")["share"].item() == pytest.approx(1)
    assert total.filter(pl.col("state") == "IND")["power"].item() == len(BIG) - 1, "a power is never its own partner"


def test_asymmetry_changes_its_sign(made: Record) -> None:
    answer = ask(made, "IND", "USA", years=(2001, 2001), powers=("IND", "USA"))
    for domain in ("arms", "trade", "security", "overall"):
        one, other = row(answer, state="IND", power="USA", domain=domain), row(answer, state="USA", power="IND", domain=domain)
        assert one["asymmetry"] == pytest.approx(-other["asymmetry"], abs=1e-12)
        assert one["asymmetry"] == pytest.approx(one["value"] - other["value"], abs=1e-12)


def test_chances_and_parts_of_the_variance(made: Record) -> None:
    frame = ask(made, years=(2001, 2001)).frame.filter(pl.col("domain") == "overall")
    chances = frame.filter(~pl.col("state").is_in(["USA", "CHN", "RUS"])).group_by("state").agg(pl.col("p_largest").sum())
    assert np.allclose(chances["p_largest"].drop_nulls().filter(chances["p_largest"] > 0), 1)
    parts = frame.select(pl.sum_horizontal(pl.col("^var_.*$"), ignore_nulls=False)).to_series().drop_nulls()
    assert parts.len() > 50
    assert np.allclose(parts, 1)
    apart = frame.group_by("state").agg(pl.col("p_largest").max(), pl.col("note").str.contains("told apart").all())
    assert (apart.filter(pl.col("p_largest") < 0.9)["note"]).all()
    assert not (apart.filter(pl.col("p_largest") >= 0.9)["note"]).any()


def test_the_three_measures_agree(made: Record) -> None:
    frame = ask(made, years=(2001, 2001)).frame.filter(pl.col("domain") == "overall")
    together = frame.group_by("state").agg(most=pl.col("value").max(), all=pl.col("value").sum())
    autonomy = ask(made, name="autonomy", years=(2001, 2001)).frame
    hedging = ask(made, name="hedging", years=(2001, 2001)).frame
    joined = autonomy.join(hedging, on="state", suffix="_h").join(together, on="state").filter(pl.col("value_h").is_not_null())
    assert joined.height > 80
    assert np.allclose(joined["value"], 1 - joined["most"], atol=1e-12)
    assert np.allclose(joined["engagement"], joined["all"], atol=1e-12)
    assert np.allclose(joined["value_h"], joined["div"] + joined["split"], atol=1e-12)


@EACH
def test_draws_are_those_of_the_intervals(name: str, made: Record) -> None:
    answer = ask(made, name=name, years=(2001, 2001))
    assert answer.draws is not None
    assert answer.draws.shape == (200, answer.frame.height)
    lower = np.quantile(answer.draws.astype(float), 0.05, axis=0)
    assert np.allclose(lower, answer.frame["lower"].to_numpy(), atol=1e-6, equal_nan=True)
    other = ask(made, name=name, years=(2001, 2001), seed=1)
    assert other.frame["value"].equals(answer.frame["value"])
    assert not other.frame["lower"].equals(answer.frame["lower"])


@EACH
def test_without_draws_the_values_alone(name: str, made: Record) -> None:
    answer = ask(made, name=name, years=(2001, 2001), n_draws=0)
    assert answer.draws is None
    assert answer.frame["lower"].null_count() == answer.frame.height
    assert answer.frame["value"].equals(ask(made, name=name, years=(2001, 2001)).frame["value"])


def test_many_states_at_once_or_a_few(made: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ask(made, years=(2001, 2001)).frame.write_csv()
    monkeypatch.setattr("nonaligned.measures.inputs.domain_draws.MOST_CELLS", 20_000)
    assert ask(made, years=(2001, 2001)).frame.write_csv() == whole


# --- powers -----------------------------------------------------------------------------------------------------------------------


def test_the_union_is_the_sum_of_its_members(made: Record) -> None:
    """Of the made-up suppliers Germany, France and Britain were members in 2001."""
    states = ask(made, "IND", years=(2001, 2001), powers=("DEU", "FRA", "GBR"))
    union = ask(made, "IND", "FRA", years=(2001, 2001), powers=("EU27",))
    parts = [row(states, power=power, domain="arms")["share"] for power in ("DEU", "FRA", "GBR")]
    assert row(union, state="IND", domain="arms")["share"] == pytest.approx(sum(parts), abs=1e-12)
    assert union.frame.filter(pl.col("state") == "FRA").is_empty(), "a member is never the union's partner"
    joined = ask(made, "IND", years=(2001, 2001), powers=("CHN+RUS",))
    two = ask(made, "IND", years=(2001, 2001), powers=("CHN", "RUS"))
    for domain in ("arms", "trade"):
        expected = sum(row(two, power=power, domain=domain)["share"] for power in ("CHN", "RUS"))
        assert row(joined, domain=domain)["share"] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("powers", "told"),
    [
        (("UAS",), "Did you mean USA"),
        (("Russa",), "Did you mean RUS"),
        (("NATO",), "No such power"),
        (("EU27", "FRA"), "France belongs to both"),
        (("RUS", "SUN"), "are not two powers"),
        (("USA", "USA"), "are not two powers"),
        ((), "No power"),
    ],
)
@EACH
def test_wrong_powers(name: str, powers: tuple[str, ...], told: str) -> None:
    with pytest.raises(UsageError) as error:
        ask(STARTER, "IND", name=name, years=(2018, 2018), powers=powers)
    assert told in f"{error.value} {error.value.why}"


# --- domains and weights ----------------------------------------------------------------------------------------------------------


def test_weights_of_the_user(made: Record) -> None:
    weights = {"arms": 0.25, "trade": 0.75}
    answer = ask(made, "IND", years=(2001, 2001), weights=weights)
    assert set(answer.frame["domain"]) == {"arms", "trade", "overall"}
    for power in ("USA", "CHN", "RUS"):
        parts = {domain: row(answer, power=power, domain=domain)["value"] for domain in ("arms", "trade", "overall")}
        assert parts["overall"] == pytest.approx(0.25 * parts["arms"] + 0.75 * parts["trade"], abs=1e-15)
        assert row(answer, power=power, domain="overall")["var_weights"] in (0.0, None)


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"weapons": 1.0}, "No such domain: 'weapons'. The domains are arms"),
        ({"trad": 1.0}, "Did you mean trade"),
        ({"arms": -0.5, "trade": 1.5}, "The weight of arms"),
        ({"arms": float("nan")}, "The weight of arms"),
        ({"arms": 0.0}, "sum to 0"),
        ({"arms": 0.4, "trade": 0.4}, "sum to 0.8"),
    ],
)
def test_wrong_weights(weights: dict[str, float], told: str) -> None:
    with pytest.raises(UsageError) as error:
        ask(STARTER, "IND", years=(2018, 2018), weights=weights)
    assert told in f"{error.value} {error.value.why}"


def test_less_than_half_is_refused() -> None:
    """The record that ships has India's arms of 2015, but no whole trade or treaties of that year."""
    answer = ask(STARTER, "IND", years=(2015, 2015))
    whole = row(answer, power="RUS", domain="overall")
    assert whole["value"] is None
    assert whole["lower"] is None
    assert whole["coverage"] == 0.25
    assert whole["note"] == "known for less than half of the weight: no trade, energy, security"
    assert row(answer, power="RUS", domain="arms")["value"] is not None
    for name in ("autonomy", "hedging"):
        assert ask(STARTER, "IND", name=name, years=(2015, 2015)).frame["value"].to_list() == [None]
    heavy = ask(STARTER, "IND", years=(2015, 2015), weights={"arms": 0.6, "space": 0.4})
    assert row(heavy, power="RUS", domain="overall")["value"] == row(heavy, power="RUS", domain="arms")["value"]
    assert row(heavy, power="RUS", domain="space")["note"] == "the record has no source on space"


def test_missing_is_not_none() -> None:
    """No row of the starter record is no proof that Fiji imported no arms; no pledge outside sub-Saharan Africa is one."""
    answer = ask(STARTER, "FJI", "IND", "KEN", years=(2020, 2020))
    assert row(answer, state="FJI", power="USA", domain="arms")["value"] is None
    assert row(answer, state="IND", power="USA", domain="security")["value"] == 0.0
    assert row(answer, state="KEN", power="USA", domain="security")["value"] is None
    assert (
        "no trade with all partners is loaded (nonaligned load cow_trade FILE)"
        in row(answer, state="IND", power="USA", domain="trade")["note"]
    )


# --- bad questions ----------------------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize(
    ("more", "error", "told"),
    [
        ({"years": (1850, 1860)}, NotLoadedError, "1850 to 1860"),
        ({"sessions": (70, 72)}, UsageError, "calendar year"),
        ({"years": (2018, 2018), "seed": -1}, UsageError, "seed"),
        ({"years": (2018, 2018), "options": {"reliance": "arms=2"}}, UsageError, "reliance cannot be"),
        ({"years": (2018, 2018), "options": {"trade": "half"}}, UsageError, "trade cannot be"),
        ({"years": (2018, 2018), "options": {"trade_source": "baci"}}, NotLoadedError, "No trade of baci"),
    ],
)
def test_wrong_questions(name: str, more: dict[str, Any], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        ask(STARTER, "IND", name=name, **more)


def test_a_state_outside_its_dates_has_no_rows() -> None:
    assert ask(STARTER, "SUN", years=(2018, 2018)).frame.is_empty()
    with pytest.raises(UsageError, match="No such state"):
        ask(STARTER, "INX", years=(2018, 2018))


def test_sentences() -> None:
    answer = ask(STARTER, "IND", years=(2024, 2024), powers=("RUS",), options={"reliance": "one"})
    said = measure("dependence").sentence(row(answer, domain="arms"))
    assert said.startswith("India's dependence on Russia in arms in 2024 was 0.36 (90 % interval 0.")
    assert said.endswith("36 % of what it received, times a reliance on foreign supply of 1.00.")
