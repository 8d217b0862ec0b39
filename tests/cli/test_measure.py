"""`nonaligned measure` and `measures` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from test_commands import refused, run

from nonaligned.measures import measures
from nonaligned.record.loading import load_rows
from nonaligned.sources.un_votes import read_un_votes

HEADER = "rcid,ccode,vote,Country,Countryname,year,session,date,unres"
STATES = {2: "USA", 200: "GBR", 140: "BRA", 750: "IND", 365: "RUS", 710: "CHN", 40: "CUB", 230: "ESP"}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up file of votes in Voeten's layout: two sessions of twenty roll calls, states on one line."""
    folder = tmp_path_factory.mktemp("made_up")
    rng = np.random.default_rng(2)
    lines = [HEADER]
    for call in range(40):
        session = 71 + call % 2
        cut = rng.normal()
        for place, (code, name) in enumerate(STATES.items()):
            x = 2 * ((3.5 - place) / 2 - cut) + rng.normal()
            vote = 3 if x > 0.5 else 1 if x < -0.5 else 2
            day = f"{session + 1945}-11-{1 + call % 28:02d}"
            lines.append(f"{session * 1000 + call},{code},{vote},{name},{name},{session + 1945},{session},{day},R/{session}/{call}")
    path = folder / "UNVotes.csv"
    path.write_text("\n".join(lines) + "\n")
    load_rows(folder / "record", "un_votes", read_un_votes(path), [path])
    return folder / "record"


def test_every_measure_is_listed_and_explains_itself() -> None:
    rows = json.loads(run("measures", "--json").stdout)["rows"]
    assert [row["name"] for row in rows] == list(measures())
    for row in rows:
        assert row["citation"]
        assert row["how"].endswith(".")


@pytest.mark.parametrize("name", list(measures()))
def test_each_measure_is_a_command_with_help(name: str) -> None:
    said = run("measure", name, "--help").stdout
    assert "--states" in said
    for option in measures()[name].options:
        assert f"--{option.name.replace('_', '-')}" in said


def test_positions_that_ship_as_the_fixed_json(tmp_path: Path) -> None:
    made = run("measure", "ideal_points", "--states", "IND,USA", "--years", "2000-2001", "--json", NONALIGNED_HOME=str(tmp_path))
    answer = json.loads(made.stdout)
    assert list(answer) == ["rows", "fields", "sources", "run"]
    assert [(row["state"], row["year"], row["session"]) for row in answer["rows"]] == [
        ("IND", 2000, 55), ("IND", 2001, 56), ("USA", 2000, 55), ("USA", 2001, 56),
    ]  # fmt: skip
    assert [field["name"] for field in answer["fields"]] == list(answer["rows"][0])
    assert answer["sources"][0]["sha256"]
    assert "note: estimates that ship" in made.stderr


def test_positions_from_votes_to_a_file_with_draws(record: Path, tmp_path: Path) -> None:
    out, draws = tmp_path / "ip.parquet", tmp_path / "draws.npy"
    done = run(
        "measure",
        "ideal_points",
        "--method",
        "compatible",
        "--sweeps",
        "300",
        "--record",
        record,
        "-o",
        out,
        "--draws",
        draws,
        "--seed",
        "3",
    )
    frame = pl.read_parquet(out)
    assert done.returncode in (0, 6), done.stderr
    assert frame.height == 2 * len(STATES)
    assert np.load(draws).shape[1] == frame.height
    assert (done.returncode == 6) == any("have not converged" in line for line in done.stderr.splitlines())
    again = tmp_path / "again.parquet"
    run("measure", "ideal_points", "--method", "compatible", "--sweeps", "300", "--record", record, "-o", again, "--seed", "3")
    assert pl.read_parquet(again).equals(frame)


def test_a_run_too_short_to_converge_ends_with_six_and_is_written(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "ip.csv"
    done = run("measure", "ideal_points", "--method", "compatible", "--sweeps", "25", "--record", record, "-o", out)
    assert done.returncode == 6, done.stderr
    assert out.read_text().count("\n") == 2 * len(STATES) + 1
    assert "note:" in done.stderr


def test_the_deterministic_method_from_a_pipe_and_its_citation(record: Path) -> None:
    done = run("measure", "ideal_points", "--method", "fast", "--record", record, "--states", "IND")
    assert done.stdout.splitlines()[0].startswith("state,year,session,ideal_point,sd,lower,upper")
    assert len(done.stdout.splitlines()) == 3
    assert "@" in run("measure", "agreement", "--record", record, "--cite").stdout


def test_leans_of_pairs_of_powers(record: Path) -> None:
    done = run("measure", "lean", "--powers", "USA,RUS", "--states", "IND", "--sessions", "71-72", "--pool", "--record", record, "--json")
    rows = json.loads(done.stdout)["rows"]
    assert [(row["power_1"], row["power_2"]) for row in rows] == [("USA", "RUS")]
    assert rows[0]["n_contested"] >= 15


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("ideal_pionts",), 2, ("no measure", "Did you mean ideal_points")),
        (("ideal_points", "--years", "20x"), 2, ("are no years",)),
        (("ideal_points", "--years", "2000", "--sessions", "55"), 2, ("cannot both be given",)),
        (("ideal_points", "--states", "Atlantis"), 2, ("Atlantis",)),
        (("ideal_points", "--years", "1800"), 2, ("no positions",)),
        (("ideal_points", "--method", "fast"), 3, ("nonaligned load un_votes",)),
        (("agreement",), 3, ("nonaligned load un_votes",)),
        (("ideal_points", "-o", "ip.txt"), 2, ("format",)),
        (("ideal_points", "--powers", "USA"), 2, ("--powers",)),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_in_words(arguments: tuple[str, ...], code: int, words: tuple[str, ...], tmp_path: Path) -> None:
    refused(run("measure", *arguments, NONALIGNED_HOME=str(tmp_path)), code, *words)


def test_bad_options_of_an_estimate_are_refused(record: Path) -> None:
    refused(run("measure", "ideal_points", "--anchors", "USA", "--method", "fast", "--record", record), 2, "two states")
    refused(run("measure", "ideal_points", "--anchors", "USA,FRA", "--method", "fast", "--record", record), 2, "FRA cannot set the sign")
    refused(run("measure", "ideal_points", "--issue", "hr", "--method", "fast", "--record", record), 3, "no codes of issues")
    refused(run("measure", "ideal_points", "--method", "fast", "--sweeps", "10", "--record", record), 2, "fast has no sweeps")
