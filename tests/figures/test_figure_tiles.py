"""A roll call as tiles: one for each member, none over another, the totals as the UN published them."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from scenes import at, words
from syrupy.assertion import SnapshotAssertion

from nonaligned.figures.figure import Figure, Scene, Tile, Tiles
from nonaligned.figures.roll_call_tiles import FEWEST, figures, session_year
from nonaligned.figures.tiles import is_surprising, specification

MADE_UP = Tiles(
    (
        ("Africa", (Tile("AAA", "yes", 0.9), Tile("BBB", "abstain", 0.3), Tile("CCC", "absent"))),
        ("Europe", (Tile("DDD", "no", 0.04),)),
    )
)


def boxes(spec: dict[str, Any]) -> list[tuple[float, float, float, float]]:
    """Corners of every tile in pixels; bars, tracks and the key are smaller."""
    found: list[tuple[float, float, float, float]] = []
    for layer in spec["layer"]:
        if layer["mark"]["type"] != "rect" or layer["mark"].get("strokeWidth") == 2.5:
            continue
        for row in layer["data"]["values"]:
            x1, x2, y1, y2 = row["x"], row["x2"], spec["height"] - row["y"], spec["height"] - row["y2"]
            if x2 - x1 > 25 and y2 - y1 > 25:
                found.append((x1, y1, x2, y2))
    return found


@pytest.fixture
def made_es11(india: Scene) -> Figure:
    return next(figures(india))


def test_specification_golden(snapshot: SnapshotAssertion) -> None:
    assert json.dumps(specification(MADE_UP, 350), indent=1, ensure_ascii=False, sort_keys=True) == snapshot


def test_one_tile_for_each_member_with_the_published_totals(made_es11: Figure) -> None:
    """ES-11/1 of 2 March 2022: 141 in favour, 5 against, 35 abstentions, 12 of 193 members cast no vote."""
    assert isinstance(made_es11.chart, Tiles)
    tiles = [tile for _, block in made_es11.chart.blocks for tile in block]
    assert Counter(tile.vote for tile in tiles) == {"yes": 141, "abstain": 35, "absent": 12, "no": 5}
    assert len({tile.code for tile in tiles}) == len(made_es11.rows) == 193
    assert {tile.code for tile in tiles if tile.vote == "no"} == {"RUS", "BLR", "PRK", "ERI", "SYR"}


@pytest.mark.parametrize("width", [328, 350, 680, 868])
def test_tiles_do_not_overlap_and_stay_inside(made_es11: Figure, width: int) -> None:
    assert isinstance(made_es11.chart, Tiles)
    spec = specification(made_es11.chart, width)
    found = boxes(spec)
    assert len(found) == 193
    assert all(0 <= x1 < x2 <= width and 0 <= y1 < y2 <= spec["height"] for x1, y1, x2, y2 in found)
    assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for a, b in combinations(found, 2))
    assert all(word.left >= 0 and word.right <= width for word in words(spec))


def test_every_tile_has_its_code_and_letter(made_es11: Figure) -> None:
    assert isinstance(made_es11.chart, Tiles)
    said = Counter(word.text for word in words(specification(made_es11.chart, 680)))
    assert said["IND"] == said["USA"] == 1
    assert (said["Y"], said["A"], said["N"], said["–"]) == (142, 36, 6, 13)  # one of each in the key


def test_what_was_improbable_is_outlined_and_named(made_es11: Figure) -> None:
    assert isinstance(made_es11.chart, Tiles)
    odd = [tile for _, block in made_es11.chart.blocks for tile in block if is_surprising(tile, made_es11.chart)]
    outlines = [layer for layer in specification(made_es11.chart, 680)["layer"] if layer["mark"].get("strokeWidth") == 2.5]
    assert sum(len(layer["data"]["values"]) for layer in outlines) == len(odd) + 1  # and the key's
    assert all(0 <= tile.probability <= 1 for _, block in made_es11.chart.blocks for tile in block if tile.probability is not None)
    assert all(tile.probability is None for _, block in made_es11.chart.blocks for tile in block if tile.vote == "absent")
    assert "India abstained on “Aggression against Ukraine”, as did 34 others" in made_es11.title


def test_probabilities_tell_the_vote_better_than_its_shares(made_es11: Figure) -> None:
    """Mean log probability of the votes cast, against that of the shares 141, 35 and 5 of 181."""
    from math import log

    told = [float(str(row[2])) for row in made_es11.rows if row[2] is not None]
    assert len(told) >= 170
    shares = sum(n * log(n / 181) for n in (141, 35, 5)) / 181
    assert sum(log(max(p, 1e-4)) for p in told) / len(told) > shares


def test_none_before_the_vote_and_none_where_no_claim_means_one(india: Scene, finland: Scene) -> None:
    assert list(figures(at(india, "2022-02-01"))) == []
    assert list(figures(finland)) == []
    assert FEWEST >= 50


def test_sessions_open_in_september() -> None:
    from datetime import date

    assert [session_year(date(*day)) for day in ((2021, 9, 14), (2022, 3, 2), (2022, 8, 31))] == [2021, 2021, 2021]
