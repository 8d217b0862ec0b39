"""Ideal points from the record and from users' frames: the options, bad input, and what ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import nonaligned as na
from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.measures import Asked, compute
from nonaligned.record.loading import load_rows
from nonaligned.record.store import Record
from nonaligned.sources.un_votes import read_votes_together

SHARED = Path(__file__).parents[3] / "shared/data/unga"
NOWHERE = Record(Path("/nonexistent"))
STATES = ("USA", "GBR", "FRA", "BRA", "IND", "EGY", "CUB", "RUS", "CHN", "POL")


def made_up(n_calls: int = 40, n_sessions: int = 3, seed: int = 1) -> pl.DataFrame:
    """Votes of ten states on one line, in the order of `STATES`."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, str, int, str]] = []
    for call in range(n_calls):
        session = 50 + call % n_sessions
        cut, flip = rng.normal(0, 1), rng.choice((-1, 1))
        for place, state in enumerate(STATES):
            x = flip * 2 * ((4.5 - place) / 3 - cut) + rng.normal()
            rows.append((f"R{call}", state, session, "no" if x > 0.5 else "yes" if x < -0.5 else "abstain"))
    return pl.DataFrame(rows, schema=["rcid", "state", "session", "vote"], orient="row")


def points(frame: pl.DataFrame, **options: Any) -> pl.DataFrame:
    return na.ideal_points(frame, method="fast", **options).frame


def test_the_order_of_a_line_is_found_with_the_first_anchor_above() -> None:
    found = points(made_up(120, 1)).sort("ideal_point", descending=True)
    assert found["state"].to_list()[0] == "USA"
    rank = {state: place for place, state in enumerate(found["state"].to_list())}
    assert np.corrcoef([rank[state] for state in STATES], range(len(STATES)))[0, 1] > 0.95


def test_rows_are_standardised_and_say_what_they_rest_on() -> None:
    found = points(made_up())
    assert found.columns == [field.name for field in na.measure("ideal_points", "IND", 2000).columns]
    assert abs(found["ideal_point"].mean()) < 1e-9  # pyright: ignore[reportArgumentType, reportOperatorIssue]
    cast = made_up().with_columns(pl.col("vote").n_unique().over("rcid").alias("kinds")).filter(pl.col("kinds") > 1)
    expected = cast.group_by("state", "session").len().sort("state", "session")["len"].to_list()
    assert found["n_votes"].to_list() == expected
    assert ((found["lower"] < found["ideal_point"]) & (found["ideal_point"] < found["upper"])).all()
    assert found.rows() == found.sort("state", "year").rows()
    assert found["year"].unique().sort().to_list() == [1995, 1996, 1997]


def test_row_order_codes_and_frame_library_do_not_matter() -> None:
    votes = made_up()
    first = points(votes)
    assert points(votes.sample(fraction=1, shuffle=True, seed=3)).equals(first)
    numbers = votes.with_columns(vote=pl.col("vote").replace_strict({"yes": 1, "abstain": 2, "no": 3}))
    assert points(numbers).equals(first)
    assert points(pd.DataFrame(votes.to_dict(as_series=False))).equals(first)
    assert points(votes.with_columns(rcid=pl.col("rcid").str.slice(1).cast(pl.Int64)))["n_votes"].sum() == first["n_votes"].sum()


def test_relabelling_states_permutes_the_positions() -> None:
    votes = made_up()
    swapped = dict(zip(STATES, reversed(STATES), strict=True))
    found = points(votes.with_columns(state=pl.col("state").replace(swapped)), anchors=("RUS", "USA"))
    first = points(votes, anchors=(swapped["RUS"], swapped["USA"]))
    renamed = first.with_columns(state=pl.col("state").replace(swapped)).sort("state", "year")
    assert np.allclose(found["ideal_point"], renamed["ideal_point"], atol=5e-3)


def test_states_that_continue_one_another_are_one_line() -> None:
    votes = made_up(90, 3).with_columns(
        state=pl.when((pl.col("state") == "RUS") & (pl.col("session") == 50)).then(pl.lit("SUN")).otherwise("state")
    )
    joined = points(votes)
    assert joined.filter(pl.col("state").is_in(["SUN", "RUS"])).select("state", "session").rows() == [("RUS", 51), ("RUS", 52), ("SUN", 50)]
    assert not joined.filter(pl.col("state") == "SUN")["note"].str.contains("few").any()


def test_absences_count_for_nothing_and_are_told() -> None:
    votes = made_up()
    more = pl.concat([votes, votes.head(5).with_columns(rcid=pl.lit("R999"), vote=pl.lit("absent"))])
    made = na.ideal_points(more, method="fast")
    assert made.frame.equals(points(votes))
    assert any(note.startswith("5 of 405 rows are no votes") for note in made.notes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop("session"), "no column session"),
        (lambda f: f.with_columns(vote=pl.lit("maybe")), "'maybe'"),
        (lambda f: f.with_columns(vote=pl.lit(7)), "'7'"),
        (lambda f: pl.concat([f, f.head(1)]), "stand twice"),
        (lambda f: f.with_columns(state=pl.lit(None, pl.String)), "no state"),
        (lambda f: f.with_columns(session=pl.col("session") + 0.5), "whole numbers"),
        (lambda f: f.with_columns(session=pl.lit(float("nan"))), "no session"),
        (lambda f: f.with_columns(vote=pl.lit("absent")), "No vote was cast"),
        (lambda f: f.with_columns(vote=pl.lit("yes")), "contested"),
        (lambda f: f.filter(pl.col("state") == "IND"), "contested"),
        (lambda f: f.head(0), "No vote was cast"),
        (lambda _: 3, "frame"),
    ],
)
def test_bad_votes_are_refused_in_words(change: Any, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        na.ideal_points(change(made_up(6)), method="fast")
    assert message in f"{refused.value.message} {refused.value.why}"


def test_an_anchor_that_did_not_vote_is_refused_and_others_are_chosen_by_default() -> None:
    votes = made_up().filter(~pl.col("state").is_in(["USA", "RUS"]))
    with pytest.raises(UsageError, match="USA cannot set the sign"):
        points(votes, anchors=("USA", "RUS"))
    made = na.ideal_points(votes, method="fast")
    assert any("the sign is a convention" in note for note in made.notes)


def test_two_votes_and_one_session_give_a_wide_flagged_interval() -> None:
    votes = made_up(60, 2)
    few = pl.DataFrame({"rcid": ["R0", "R2"], "state": ["XXX"] * 2, "session": [50] * 2, "vote": ["yes", "no"]})
    found = points(pl.concat([votes, few]))
    row = found.filter(pl.col("state") == "XXX").row(0, named=True)
    others = found.filter(pl.col("state") != "XXX")
    assert "few votes" in row["note"]
    assert row["sd"] > 1.5 * others["sd"].median()  # pyright: ignore[reportOperatorIssue]


def test_groups_that_share_no_vote_are_flagged() -> None:
    one = made_up(20, 1)
    other = made_up(12, 1, 5).head(60).with_columns(rcid="S" + pl.col("rcid"), state="X" + pl.col("state"), session=pl.lit(70, pl.Int64))
    made = na.ideal_points(pl.concat([one, other]), method="fast")
    assert any("share no vote" in note for note in made.notes)
    assert made.frame.filter(pl.col("state").str.starts_with("X"))["note"].str.contains("no votes link it").all()


def test_what_ships_answers_without_votes_and_refuses_to_be_made_anew() -> None:
    made = compute("ideal_points", NOWHERE, Asked(states=("IND", "USA"), years=(1950, 1951)))
    assert made.frame.select("state", "year").rows() == [("IND", 1950), ("IND", 1951), ("USA", 1950), ("USA", 1951)]
    with pytest.raises(NotLoadedError) as refused:
        compute("ideal_points", NOWHERE, Asked(options={"method": "fast"}))
    assert refused.value.mend.startswith("nonaligned load un_votes")
    with pytest.raises(UsageError, match="no positions for year"):
        compute("ideal_points", NOWHERE, Asked(years=(1900, 1910)))


def test_what_ships_covers_every_session_and_is_stamped() -> None:
    frame = NOWHERE.frame("SELECT * FROM ideal_points")
    assert frame.select("state", "year").is_duplicated().sum() == 0
    assert set(frame["year"].to_list()) == set(range(1946, 2024)) - {1964}
    assert frame.select("ideal_point", "sd", "lower", "upper", "n_votes").null_count().sum_horizontal().item() == 0
    assert abs(float(frame["ideal_point"].mean())) < 0.01  # pyright: ignore[reportArgumentType]
    origin = NOWHERE.origin("ideal_points")
    assert len(origin.source("nonaligned_ideal_points").sha256.split("|")[0]) == 64
    assert "seed" in origin.note


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The public votes of eight sessions with the words of their roll calls."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared/data/unga")
    folder = tmp_path_factory.mktemp("votes")
    votes = pl.read_parquet(SHARED / "votes_1946-2019_with_absences.parquet").filter(pl.col("session").is_between(66, 73))
    calls = pl.read_parquet(SHARED / "rollcalls_1946-2019.parquet").filter(pl.col("session").is_between(66, 73))
    paths = (folder / "votes.parquet", folder / "rollcalls.parquet")
    votes.write_parquet(paths[0])
    calls.write_parquet(paths[1])
    load_rows(folder / "record", "un_votes", read_votes_together(paths), paths)
    return Record(folder / "record")


def from_votes(record: Record, states: tuple[str, ...] = (), **options: Any) -> pl.DataFrame:
    return compute("ideal_points", record, Asked(states=states, options={"method": "fast", **options})).frame


def test_a_session_or_an_issue_alone(loaded: Record) -> None:
    whole = from_votes(loaded)
    rights = from_votes(loaded, issue="hr")
    assert rights["n_votes"].sum() < whole["n_votes"].sum() / 2
    joined = whole.join(rights, on=["state", "year"])
    assert np.corrcoef(joined["ideal_point"], joined["ideal_point_right"])[0, 1] > 0.8
    late = compute("ideal_points", loaded, Asked(sessions=(72, 73), options={"method": "fast", "within": True})).frame
    assert late["session"].unique().sort().to_list() == [72, 73]


def test_issues_by_title_where_the_file_has_no_code(loaded: Record) -> None:
    coded = compute("roll_call_fit", loaded, Asked(options={"issue": "nu"})).frame
    told = compute("roll_call_fit", loaded, Asked(options={"issue": "nu", "issue_by": "titles"}))
    assert set(coded["rcid"]) <= set(told.frame["rcid"])
    more = told.frame.filter(~pl.col("rcid").is_in(coded["rcid"].implode()))
    assert f"{more.height} of {told.frame.height} roll calls have no code of an issue" in " ".join(told.notes)
    agency = "SELECT rcid FROM roll_calls WHERE title LIKE '%Atomic Energy Agency%' AND issue = ''"
    assert {row["rcid"] for row in loaded.rows(agency)} <= set(more["rcid"])
    assert not more["title"].str.contains("(?i)palestin|settlement|human rights").any()


def test_parts_links_and_periods(loaded: Record) -> None:
    whole = from_votes(loaded)
    assert from_votes(loaded, parts="all")["n_votes"].sum() > whole["n_votes"].sum()
    assert not from_votes(loaded, link="none")["ideal_point"].equals(whole["ideal_point"])
    by_year = from_votes(loaded, period="year")
    assert by_year["session"].null_count() == by_year.height
    days = loaded.frame("SELECT DISTINCT year(date) AS year FROM roll_calls WHERE rcid LIKE 'voeten:%' ORDER BY year")["year"].to_list()
    assert by_year["year"].unique().sort().to_list() == days


def test_a_list_of_roll_calls(loaded: Record, tmp_path: Path) -> None:
    path = tmp_path / "calls.txt"
    keys = loaded.frame("SELECT rcid FROM roll_calls WHERE source LIKE '%voeten%' AND body = 'UNGA' ORDER BY rcid")["rcid"].to_list()
    path.write_text("\n".join(keys[:60]) + "\nno-such-call\n")
    found = from_votes(loaded, only=str(path))
    assert found["n_votes"].max() <= 60  # pyright: ignore[reportOperatorIssue]
    with pytest.raises(UsageError, match="cannot be read"):
        from_votes(loaded, only=str(tmp_path / "absent.txt"))


def test_an_unknown_issue_or_body_is_refused(loaded: Record) -> None:
    with pytest.raises(UsageError, match="no issue 'human'"):
        from_votes(loaded, issue="human")
    with pytest.raises(NotLoadedError, match="UNSC"):
        from_votes(loaded, body="UNSC")
    with pytest.raises(UsageError, match="cannot be 'weeks'"):
        from_votes(loaded, period="weeks")
    with pytest.raises(UsageError, match="no option"):
        from_votes(loaded, isue="hr")


def test_known_sides_in_the_last_sessions(loaded: Record) -> None:
    last = {row["state"]: row["ideal_point"] for row in from_votes(loaded).filter(pl.col("session") == 73).to_dicts()}
    assert last["USA"] > last["GBR"] > last["BRA"] > last["IND"]
    assert last["ISR"] > last["DEU"] > last["CHN"]


def test_a_later_session_is_added_and_earlier_years_stay(loaded: Record, tmp_path: Path) -> None:
    from nonaligned.sources import source

    kept = tmp_path / "ip.parquet"
    early = compute("ideal_points", loaded, Asked(sessions=(66, 72), options={"method": "fast", "within": True})).frame
    early.write_parquet(kept)
    folder = tmp_path / "record"
    for entry in loaded.loads:
        raw = [loaded.directory / "raw" / f"{one.sha256[:16]}-{one.name}" for one in entry.raw]
        raw = [path for path in raw if path.exists()] or sorted((loaded.directory / "raw").rglob("*.parquet"))
        load_rows(folder, "un_votes", read_votes_together(tuple(raw)), raw)
    load_rows(folder, "ideal_points", source("ideal_points").read(kept), [kept])
    made = compute("ideal_points", Record(folder), Asked(options={"update": True}))
    old = made.frame.filter(pl.col("session") <= 72)
    assert old.select("state", "year", "ideal_point").equals(early.select("state", "year", "ideal_point"))
    new = made.frame.filter(pl.col("session") == 73)
    assert new.height > 190
    whole = from_votes(loaded).filter(pl.col("session") == 73)
    joined = new.join(whole, on="state")
    assert np.corrcoef(joined["ideal_point"], joined["ideal_point_right"])[0, 1] > 0.98
    with pytest.raises(UsageError, match="no later session"):
        compute("ideal_points", loaded, Asked(options={"update": True}))


def test_how_well_positions_tell_votes(loaded: Record) -> None:
    made = compute("roll_call_fit", loaded, Asked(sessions=(73, 73)))
    frame = made.frame
    assert frame["rcid"].is_unique().all()
    assert ((frame["share_right"] >= 0.4) & (frame["share_right"] <= 1)).all()
    assert frame["share_right"].mean() > frame["modal_share"].mean()  # pyright: ignore[reportOperatorIssue]
    assert any("votes told rightly" in note for note in made.notes)


def test_a_second_dimension_and_absences(loaded: Record) -> None:
    two = compute("second_dimension", loaded, Asked()).frame
    assert abs(np.corrcoef(two["first"], two["value"])[0, 1]) < 1e-6
    assert abs(float(two["value"].std(ddof=0)) - 1) < 1e-6  # pyright: ignore[reportArgumentType]
    shifts = compute("absence_shift", loaded, Asked()).frame
    often, seldom = shifts.filter(pl.col("share_absent") > 0.3), shifts.filter(pl.col("share_absent") < 0.05)
    assert often["value"].abs().mean() > seldom["value"].abs().mean()  # pyright: ignore[reportOperatorIssue]
