"""What-ifs: the known figures, each kind of move by hand, and what is declined."""

from __future__ import annotations

import dataclasses

import pytest
from powers_record import CAPABILITY, VOTED, YEAR, indicator, pact, record_of, sanction, small_world, world_trade

from nonaligned.foresight.changed_record import ChangedRecord
from nonaligned.foresight.whatif import what_if
from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.record.loading import load_rows
from nonaligned.record.store import Record
from nonaligned.sources import source

TWO = ("USA", "CHN+RUS")
PLAIN = {"year": YEAR, "powers": TWO, "commitments": "pacts", "n_draws": 50}


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Record:
    return small_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def trading(tmp_path_factory) -> Record:
    return record_of(tmp_path_factory.mktemp("trading"), {"made_trade": world_trade()})


def named(made):
    return {row.quantity: row for row in made.rows}


def test_india_with_the_united_states_in_2018(shared, tmp_path):
    files = {
        "cow_capabilities": "capability/cow_nmc_v7.csv",
        "atop": "treaties/atop51_directed_dyad_year.csv.gz",
        "sanctions": "sanctions/GSDB_V4.csv",
    }
    for name, file in files.items():
        load_rows(tmp_path, name, source(name).read(shared / file), [shared / file])
    made = what_if("IND defense USA", Record(tmp_path), year=2018, powers=TWO, capability="cinc", commitments="pacts", n_draws=100)
    rows = named(made)
    parity = rows["parity USA / CHN+RUS"]
    assert (round(parity.before, 3), round(parity.after, 3)) == (1.336, 1.677)
    assert parity.lower < parity.after < parity.upper
    assert round(rows["parity USA / CHN+RUS if IND commits to CHN+RUS instead"].after, 3) == 0.997
    assert rows["pivot of IND"].before == pytest.approx(0.5, abs=0.02)
    assert rows["pivot of IND"].after is None
    assert rows["pivot of IDN"].before == pytest.approx(0.2, abs=0.02)
    ties = rows["frustrated ties"]
    assert ties.before_lower <= ties.before <= ties.before_upper
    assert ties.before <= ties.after <= ties.before + 1, "one more tie cannot add more than one"
    assert ("treaties", "atop") in made.used
    assert any("no forecast" in note for note in made.notes)


def test_a_pact_in_a_made_up_world(record):
    made = what_if("IND defense USA", record, **PLAIN)
    rows, total = named(made), sum(CAPABILITY.values())
    parity = rows["parity USA / CHN+RUS"]
    assert (parity.before, parity.after) == pytest.approx((36 / 26, 48 / 26))
    assert rows["parity USA / CHN+RUS if IND commits to CHN+RUS instead"].after == pytest.approx(36 / 38)
    assert rows["concentration over the blocs"].after == pytest.approx(22 / 74)
    assert rows["capability of USA and those committed"].after == pytest.approx(48 / total)
    assert made.reading == "If India had had a defense pact with United States in 2010:"
    assert made.as_rows()[0]["quantity"] == "parity USA / CHN+RUS"
    assert set(made.as_rows()[0]) >= {"quantity", "before", "after", "lower", "upper", "note"}


def test_friends_and_foes_by_hand(tmp_path):
    """USA and Japan are friends of one another and of India's foe: with a pact of India and the USA one tie of the three must change."""
    hostile = {"sanctions": [sanction(1, "IND", "JPN", "trade"), sanction(2, "UN", "IND", "trade")]}
    made = what_if("IND defense USA", small_world(tmp_path, sanctions=hostile), **PLAIN)
    row = named(made)["frustrated ties"]
    assert (row.before, row.after) == (0, 1)
    assert (named(made)["ties"].before, named(made)["ties"].after) == (3, 4)
    assert any("1 threesome" in said for said in made.sentences)


def test_uncertain_ties_make_the_range(tmp_path):
    """Sanctions on travel are perhaps none, a pact with sanctions is perhaps no tie: the range holds both readings."""
    unsure = {"sanctions": [sanction(1, "IND", "JPN", "travel"), sanction(2, "USA", "JPN", "arms")]}
    row = named(what_if("IND defense USA", small_world(tmp_path, sanctions=unsure), **PLAIN))["frustrated ties"]
    assert (row.before_lower, row.before, row.before_upper) == (0, 0, 1)
    assert (row.lower, row.after, row.upper) == (0, 0, 1)


def test_without_sanctions_the_camps_are_left_out(tmp_path):
    made = what_if("IND defense USA", small_world(tmp_path, sanctions=None), **PLAIN)
    assert "frustrated ties" not in named(made)
    assert any("sanctions" in note for note in made.notes)


def test_a_bound_state_changes_sides(record):
    made = what_if("JPN defense CHN", record, **PLAIN)
    parity = named(made)["parity CHN+RUS / USA"]
    assert (parity.before, parity.after) == pytest.approx((26 / 36, 32 / 30))
    assert "pivot of JPN" not in named(made)
    assert any("taken as ended" in note for note in made.notes)


def test_votes_as_another(record):
    """Of the four votes in which both took part India voted as the United States in two."""
    made = what_if("IND votes with USA", record, year=VOTED, n_draws=50)
    alike = named(made)["roll calls voted alike"]
    assert (alike.before, alike.after) == (2, 4)
    assert made.used[0] == ("votes", "un_votes")
    with pytest.raises(NotLoadedError, match="no votes"):
        what_if("JPN votes with USA", record, year=VOTED)


def test_the_changed_record_changes_what_is_read_and_nothing_else(record):
    other = ChangedRecord(record, {"treaties": "SELECT * FROM {before} WHERE sender <> 'USA'"})
    count = "SELECT count(*) AS n FROM treaties WHERE source = 'made_pacts'"
    assert [one.rows(count)[0]["n"] for one in (record, other, Record(record.directory))] == [2, 1, 2]


def test_arms_from_one_supplier(tmp_path):
    def delivery(supplier: str, tiv: float) -> dict[str, object]:
        return {"deal_id": supplier, "supplier": supplier, "recipient": "IND", "delivered_year": YEAR, "tiv": tiv, "register": "17 columns",
                "is_split": "0", "is_number_estimate": "0", "is_delivered_year_estimate": "0"}  # fmt: skip

    far = {**delivery("FRA", 1.0), "deal_id": "early", "recipient": "EGY", "delivered_year": YEAR - 4}
    deliveries = {"arms_deliveries": [delivery("RUS", 60.0), delivery("USA", 40.0), far]}
    record = record_of(tmp_path, {"sipri_transfers": deliveries}, YEAR - 4, YEAR)
    made = what_if("IND arms RUS -50%", record, year=YEAR, commitments="pacts", weights={"arms": 1.0}, n_draws=50)
    rows = named(made)
    before, after = rows["dependence RUS arms"], rows["dependence USA arms"]
    assert before.after / before.before == pytest.approx((30 / 70) / (60 / 100))
    assert after.after / after.before == pytest.approx((40 / 70) / (40 / 100))
    with pytest.raises(NotLoadedError, match="no arms of France"):
        what_if("IND arms FRA -50%", record, year=YEAR, commitments="pacts")


def test_trade_in_general_equilibrium(trading):
    made = what_if("USA trade RUS -50%", trading, year=YEAR, commitments="pacts", n_draws=50, elasticity=5.0)
    rows = named(made)
    for code in ("USA", "RUS"):
        row = rows[f"real income of {code}"]
        assert row.before == 0
        assert row.lower < row.after < row.upper < 0
    flow = rows["trade of USA with RUS"]
    assert 0.4 < flow.after / flow.before < 0.6
    assert any("the rest of the world" in note and "2 that export" in note for note in made.notes)
    assert any("Converged" in note for note in made.notes)
    with pytest.raises(UsageError, match="elasticity"):
        what_if("USA trade RUS -50%", trading, year=YEAR, commitments="pacts", n_draws=50, elasticity=-1)


def test_the_equilibrium_is_left_out_where_a_side_is_not_known(trading):
    first = trading.rows("SELECT min(exporter) AS code FROM trade WHERE source = 'made_trade'")[0]["code"]
    made = what_if(f"BRA trade {first} -50%", trading, year=YEAR, commitments="pacts", n_draws=50)
    assert any("No general equilibrium" in note for note in made.notes)
    assert not any(row.quantity.startswith("real income") for row in made.rows)


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("JPN defense USA", {}, "already had"), ("USA defense CHN", {}, "one of the powers"), ("IND defense FRA", {}, "none of the powers"),
        ("SSD defense USA", {}, "no state in 2010"), ("IND defense USA", {"capability": "gnp"}, "cannot be"),
        ("IND defense USA", {"commitments": "some"}, "cannot be"), ("IND defense USA", {"year": 1900}, "no state in 1900"),
        ("IND defense USA", {"powers": ("USA",)}, "two powers"),
    ],
)  # fmt: skip
def test_what_is_so_already_or_cannot_be_is_declined(record, text, more, said):
    with pytest.raises(UsageError, match=said):
        what_if(text, record, **(PLAIN | more))


@pytest.mark.parametrize("text", ["FRA defense USA", "IND arms RUS -50%", "IND trade BWA -30%", "IND trade CHN -30%", "IND votes with JPN"])
def test_missing_data_is_declined_not_guessed(tmp_path, text):
    record = record_of(
        tmp_path, {"made_pacts": {"treaties": [pact("USA", "JPN")]}, "made": {"indicators": [indicator("IND", "cow_tpop", 1.0)]}}
    )
    with pytest.raises(NotLoadedError):
        what_if(text, record, **PLAIN)


def test_the_same_seed_gives_the_same_answer_and_it_is_frozen(record):
    one, again = (what_if("IND defense USA", record, **PLAIN, seed=4) for _ in range(2))
    assert one == again
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.year = 2011


def test_camps_that_a_new_tie_does_not_trouble_are_kept_and_else_found_anew():
    from nonaligned.foresight.camps import Ties, reckon

    states = ("A", "B", "C", "D")
    none = frozenset[tuple[str, str]]()
    before = Ties(frozenset({("A", "B")}), frozenset({("B", "C")}), none)
    first = reckon(before, states)
    for new in (("A", "C"), ("C", "D"), ("B", "C")):  # a friend of a foe; a newcomer; a foe that becomes a friend and stays a foe
        after = Ties(before.pacts | {new}, before.hard, none)
        assert [one.value for one in reckon(after, states, first).found] == [one.value for one in reckon(after, states).found]
    assert reckon(Ties(before.pacts | {("A", "C")}, before.hard, none), states, first).found[1].value == 1
