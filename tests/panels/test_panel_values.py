"""What the panel says of a small record whose every figure is known."""

from __future__ import annotations

import polars as pl
import pytest
from made_record import made_record

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.panels import panel

STATES = ["CHN", "IND", "RUS", "USA"]


@pytest.fixture(scope="session")
def cell(record):
    """A cell of a directed panel of the made-up record."""

    def look(one, other, year, column, name, **options):
        built = panel("directed_dyad_year", (1998, 2004), STATES, record=record).add(name, **options)
        here = (pl.col("state_1") == one) & (pl.col("state_2") == other) & (pl.col("year") == year)
        return built.frame.row(by_predicate=here, named=True)[column]

    return look


def test_trade_goes_from_the_first_state_to_the_second(cell):
    assert (cell("IND", "RUS", 2000, "exports_usd", "trade"), cell("RUS", "IND", 2000, "exports_usd", "trade")) == (5.0, 7.0)


def test_trade_takes_one_source_in_order_and_the_importer_s_figure_first(cell):
    assert cell("IND", "RUS", 2000, "exports_source", "trade") == "baci"
    assert cell("IND", "RUS", 2001, "exports_usd", "trade") == 9.0
    told = [cell("IND", "RUS", 2001, f"exports_{word}", "trade") for word in ("source", "reporter")]
    assert told == ["comtrade", "importer"]
    assert cell("IND", "RUS", 2001, "exports_usd", "trade", reporter="exporter") == 8.0
    assert cell("IND", "RUS", 2000, "exports_usd", "trade", source="comtrade") == 6.0


def test_the_mirrors_of_a_flow_are_apart(cell):
    sides = [cell("IND", "RUS", 2000, f"exports_usd_{side}", "trade", mirrors="yes") for side in ("importer", "exporter")]
    assert sides == [6.0, 4.0]


def test_no_trade_is_0_only_where_the_source_says_so(cell):
    assert cell("USA", "IND", 2001, "exports_usd", "trade") == 0.0
    assert cell("CHN", "USA", 2000, "exports_usd", "trade", source="baci") is None


def test_constant_prices_never_mix_with_those_of_the_time(record, cell):
    assert cell("CHN", "RUS", 2000, "exports_usd", "trade", source="comtrade") is None
    built = panel("directed_dyad_year", 2000, STATES, record=record).add("trade", source="made_constant")
    assert built.frame["exports_usd"].drop_nulls().to_list() == [99.0]
    assert next(one for one in built.fields if one["name"] == "exports_usd")["unit"] == "US$, constant 2010"


def test_arms_are_summed_and_an_unknown_volume_is_not_none(cell):
    assert cell("RUS", "IND", 2000, "arms_tiv", "arms") == 12.0
    assert cell("IND", "RUS", 2000, "arms_tiv", "arms") == 0.0
    assert cell("USA", "IND", 2001, "arms_tiv", "arms") is None, "delivered, but the volume is not known"
    assert cell("RUS", "IND", 2004, "arms_tiv", "arms") is None, "after the source's years"


def test_obligations_are_of_the_first_state(cell):
    assert cell("USA", "IND", 2001, "defense", "treaties") == 1
    assert cell("IND", "USA", 2001, "defense", "treaties") == 0
    assert cell("USA", "IND", 2001, "offense", "treaties") == 0
    assert cell("USA", "IND", 2004, "defense", "treaties") is None


def test_agreement_counts_shared_votes_alone(cell):
    assert cell("IND", "RUS", 2000, "agreement", "agreement") == 0.75
    assert cell("RUS", "IND", 2000, "n_votes_shared", "agreement") == 2
    assert (cell("IND", "USA", 2000, "agreement", "agreement"), cell("IND", "CHN", 2001, "agreement", "agreement")) == (0.0, 0.5)
    assert cell("CHN", "IND", 2000, "n_votes_shared", "agreement") == 1
    assert cell("IND", "USA", 2001, "agreement", "agreement") is None
    assert cell("IND", "RUS", 2003, "n_votes_shared", "agreement") is None


def test_a_group_s_sanctions_are_its_members_and_the_un_s_on_demand(cell):
    assert cell("USA", "IND", 2001, "sanction_arms", "sanctions") == 1
    assert cell("IND", "USA", 2001, "sanction", "sanctions") == 0
    assert cell("USA", "CHN", 2000, "sanction_trade", "sanctions") == 1, "a member of NATO"
    assert cell("RUS", "CHN", 2000, "sanction_trade", "sanctions") == 0
    assert cell("CHN", "RUS", 2000, "sanction", "sanctions") == 0
    assert cell("CHN", "RUS", 2000, "sanction_travel", "sanctions", un="yes") == 1
    assert cell("CHN", "RUS", 2002, "sanction_financial", "sanctions") is None, "who the sender was is not known"
    assert cell("CHN", "RUS", 2002, "sanction_arms", "sanctions") == 0
    assert cell("USA", "IND", 2004, "sanction", "sanctions") is None


def test_memberships_know_days_roles_and_uncertainty(starter):
    built = panel("state_year", (2022, 2025), ["IND", "RUS", "FIN"], record=starter).add("memberships", groups="NAM,NATO,BRICS")
    rows = {(row["state"], row["year"]): row for row in built.frame.to_dicts()}
    assert [rows["FIN", year]["member_nato"] for year in (2022, 2023)] == [0, 1]
    assert [rows[state, 2024]["member_nam"] for state in ("IND", "RUS")] == [1, 0]
    shared = panel("dyad_year", 2024, ["IND", "RUS"], record=starter).add("memberships", groups=["BRICS", "SCO", "NAM"]).frame
    assert shared["shared_groups"].to_list() == [2]


def test_a_state_s_figures_stand_on_its_own_side(record):
    frame = panel("dyad_year", 2001, ["IND", "USA"], record=record).add("indicators", which="made_up").add("codes").frame
    row = frame.row(0, named=True)
    assert (row["made_up_a"], row["made_up_b"], row["cow_code_a"], row["cow_code_b"]) == (-1.5, None, 750, 2)


def test_a_panel_is_not_changed_by_add_and_makes_each_variable_once(record):
    base = panel("directed_dyad_year", 2000, STATES, record=record)
    one = base.add("trade")
    two = one.add("arms")
    assert (base.frame.width, one.frame.width, two.frame.width) == (3, 6, 7)
    assert two._values()[0] is one._values()[0]


def test_a_variable_twice_needs_a_prefix(record):
    base = panel("directed_dyad_year", 2000, STATES, record=record).add("trade")
    with pytest.raises(UsageError, match="has trade already"):
        base.add("trade", source="comtrade")
    frame = base.add("trade", prefix="comtrade_", source="comtrade").frame
    pair = frame.filter((pl.col("state_1") == "IND") & (pl.col("state_2") == "RUS"))
    assert pair.select("exports_usd", "comtrade_exports_usd").row(0) == (5.0, 6.0)


@pytest.mark.parametrize(
    ("add", "options", "error", "says"),
    [
        ("trde", {}, UsageError, "no variable 'trde'"),
        ("us_coincidense", {}, UsageError, "no variable"),
        ("trade", {"source": "nobody"}, NotLoadedError, "no trade of nobody"),
        ("trade", {"reporter": "me"}, UsageError, "reporter cannot be 'me'"),
        ("agreement", {"year": "lunar"}, UsageError, "year cannot be 'lunar'"),
        ("memberships", {"groups": "NATTO"}, UsageError, "No such group"),
        ("indicators", {"which": "gpd"}, UsageError, "no indicator 'gpd'"),
    ],
)
def test_what_cannot_be_is_said(record, add, options, error, says):
    with pytest.raises(error, match=says):
        _ = panel("directed_dyad_year", 2000, STATES, record=record).add(add, **options).frame


def test_a_dyadic_variable_is_none_of_a_state_alone(record):
    with pytest.raises(UsageError, match="trade is not observed in a state_year"):
        panel("state_year", 2000, record=record).add("trade")


def test_sources_fields_coverage_and_run_tell_where_it_comes_from(record):
    built = panel("directed_dyad_year", (2000, 2002), STATES, record=record).add("arms").add("treaties", source="atop")
    assert [one["key"] for one in built.sources] == ["atop", "sipri_transfers"]
    assert all(len(one["sha256"]) == 64 for one in built.sources)
    arms = built.coverage[0]
    told = [arms[word] for word in ("variable", "source", "first_year", "last_year", "is_complete")]
    assert told == ["arms", "sipri_transfers", 2000, 2002, True]
    assert arms["n_values"] == built.frame.height - built.frame["arms_tiv"].null_count() == 35
    assert built.run["variables"][1] == {"name": "treaties", "options": {"source": "atop"}, "prefix": ""}
    assert built.cite().count("@misc{") == 2


def test_only_what_was_loaded_by_a_day_is_used(tmp_path):
    from datetime import date

    from nonaligned.record.store import Record

    held = made_record(tmp_path)
    with pytest.raises(NotLoadedError):
        panel("directed_dyad_year", 2000, record=Record(held.directory, as_of=date(2001, 1, 1))).add("arms")
