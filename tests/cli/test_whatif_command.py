"""`nonaligned whatif` and pictures of measures as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_commands import refused, run


def test_a_move_with_what_ships(tmp_path: Path) -> None:
    done = run(
        "whatif",
        "IND defense USA",
        "--year",
        "2020",
        "--capability",
        "gdp",
        "--commitments",
        "pacts",
        "--json",
        NONALIGNED_HOME=str(tmp_path),
    )
    answer = json.loads(done.stdout)
    assert list(answer) == ["rows", "fields", "sources", "run"]
    first = answer["rows"][0]
    assert first["quantity"] == "parity USA / CHN"
    assert first["after"] > first["before"]
    assert answer["sources"]
    assert any("accounting" in note for note in answer["run"]["notes"])


@pytest.mark.parametrize(
    ("move", "code", "word"),
    [
        ("IND marries USA", 2, "IND"),
        ("Atlantis defense USA", 2, "Atlantis"),
        ("IND arms", 2, "IND"),
        ("GBR defense USA", 2, "already"),
    ],
)
def test_what_is_no_move_is_refused_in_words(move: str, code: int, word: str, tmp_path: Path) -> None:
    refused(
        run("whatif", move, "--year", "2020", "--capability", "gdp", "--commitments", "pacts", NONALIGNED_HOME=str(tmp_path)), code, word
    )


def test_positions_as_a_picture(tmp_path: Path) -> None:
    for name, start in (("ip.svg", b"<svg"), ("ip.png", b"\x89PNG")):
        done = run(
            "measure",
            "ideal_points",
            "--states",
            "IND,USA,RUS",
            "--years",
            "1990-2020",
            "-o",
            tmp_path / name,
            NONALIGNED_HOME=str(tmp_path),
        )
        assert done.returncode == 0, done.stderr
        assert (tmp_path / name).read_bytes().startswith(start)
    refused(
        run(
            "measure", "ideal_point_distance", "--states", "IND", "--years", "2020", "-o", tmp_path / "d.svg", NONALIGNED_HOME=str(tmp_path)
        ),
        2,
        "drawn",
    )
