"""How every member voted on the roll call that the report means, and how probable each vote was, given the voter's position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from nonaligned.checking.case import name
from nonaligned.figures.figure import Column, Figure, Scene, Tile, Tiles
from nonaligned.figures.labels import NBSP, capital, day_words, percent, series_words
from nonaligned.figures.tiles import totals
from nonaligned.ground.origins import Source
from nonaligned.world.states import state as find_state

ORDER = 32
FEWEST = 100  # votes cast, of the Assembly: below, a picture of the world is none
SURPRISING = 0.1
NAMED = 4  # states named in the title
VOTES = ("yes", "abstain", "no")
ABSENT = "absent"
REGIONS = ("Africa", "Americas", "Asia", "Europe", "Oceania")
CAST = "SELECT state, vote, source FROM votes WHERE rcid = ? ORDER BY state"
ITEM = "SELECT discrimination, low_cut, high_cut FROM roll_call_items WHERE rcid = ? AND discrimination IS NOT NULL"
STOOD = """
SELECT state, year, ideal_point, sd, source FROM ideal_points WHERE ideal_point IS NOT NULL AND year BETWEEN ? - 1 AND ? + 1
ORDER BY state, abs(year - ?), year
"""
Rows = list[dict[str, Any]]


def figures(scene: Scene) -> Iterator[Figure]:
    """One grid, of the first roll call of the Assembly that a claim of the report is held against; none where there is no such claim."""
    meant = [e.keys["rcid"] for item in scene.claims("vote") for e in item.evidence if "rcid" in e.keys]
    for rcid in dict.fromkeys(meant):
        calls = scene.record.rows("SELECT * FROM roll_calls WHERE rcid = ? AND body = 'UNGA' AND date <= ?", [rcid, scene.day])
        cast = scene.record.rows(CAST, [rcid])
        if calls and sum(row["vote"] in VOTES for row in cast) >= FEWEST:
            yield _figure(scene, calls[0], cast)
            return


def _figure(scene: Scene, call: dict[str, Any], cast: Rows) -> Figure:
    likely, positions, is_fitted = _probabilities(scene, call, cast)
    chances = {row["state"]: likely[row["state"]][row["vote"]] for row in cast if row["state"] in likely}
    tiles = [Tile(row["state"], row["vote"], chances.get(row["state"])) for row in cast if row["vote"] in (*VOTES, ABSENT)]
    odd = sorted((tile for tile in tiles if tile.probability is not None and tile.probability < SURPRISING), key=_chance)
    title = _title(scene, call, tiles, odd, likely)
    labels = [scene.record.source("roll_calls", call["source"])]
    labels += [scene.record.source("votes", key) for key in dict.fromkeys(row["source"] for row in cast)]
    labels += [scene.record.source("ideal_points", key) for key in dict.fromkeys(row["source"] for row in positions)]
    sources: tuple[Source, ...] = tuple({source.label: source for source in labels}.values())
    ordered = sorted(tiles, key=lambda tile: (tile.probability is not None, -_chance(tile), tile.code))
    return Figure(
        name="roll_call_tiles",
        title=title,
        subtitle=f"{call['short']}, {call['resolution'] or call['rcid']}, {day_words(call['date'])}: {totals([t.vote for t in tiles])}",
        alt=f"Grid of {len(tiles)} tiles, one for each member. {title}. The votes are in the table below.",
        columns=(Column("state"), Column("vote"), Column("probability of that vote", "number", decimals=2)),
        rows=tuple((capital(name(tile.code)), tile.vote, _rounded(tile.probability)) for tile in ordered),
        sources=sources,
        as_of=scene.record.origin("roll_calls").as_of,
        note=_note(bool(chances), is_fitted, call["date"]),
        chart=Tiles(_blocks(tiles), SURPRISING),
        claims=tuple(
            item.claim.claim_id for item in scene.claims("vote") if any(e.keys.get("rcid") == call["rcid"] for e in item.evidence)
        ),
    )


def _chance(tile: Tile) -> float:
    return tile.probability if tile.probability is not None else 1.0


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def session_year(day: date) -> int:
    """The year in which the session of a day opened: sessions open in September.

    Examples
    --------
    >>> session_year(date(2022, 3, 2)), session_year(date(2022, 10, 12))
    (2021, 2022)
    """
    return day.year if day.month >= 9 else day.year - 1


def _probabilities(scene: Scene, call: Mapping[str, Any], cast: Rows) -> tuple[dict[str, dict[str, float]], Rows, bool]:
    """By state that voted, the probability of each vote; the positions behind them; whether the roll call was fitted here."""
    import numpy as np

    from nonaligned.measures.models.one_item import Item, fit_item, vote_probabilities

    year = session_year(call["date"])
    nearest: dict[str, dict[str, Any]] = {}
    for row in scene.record.rows(STOOD, [year, year, year]):
        nearest.setdefault(row["state"], row)
    placed = [row for row in cast if row["vote"] in VOTES and row["state"] in nearest]
    if len(placed) < FEWEST:
        return {}, [], False
    positions = [nearest[row["state"]] for row in placed]
    theta = np.array([row["ideal_point"] for row in positions], dtype=np.float64)
    sd = np.array([row["sd"] or 0.0 for row in positions], dtype=np.float64)
    y = np.array([VOTES.index(row["vote"]) + 1 for row in placed], dtype=np.int64)
    known = scene.record.rows(ITEM, [call["rcid"]])
    item = Item(known[0]["discrimination"], known[0]["low_cut"], known[0]["high_cut"]) if known else fit_item(theta, sd, y)
    if not item.is_converged:
        return {}, [], False
    found = vote_probabilities(item, theta, sd).tolist()
    return {row["state"]: dict(zip(VOTES, three, strict=True)) for row, three in zip(placed, found, strict=True)}, positions, not known


def _blocks(tiles: list[Tile]) -> tuple[tuple[str, tuple[Tile, ...]], ...]:
    """Tiles by region, then by vote, then from the most probable to the least."""
    order = (*VOTES, ABSENT)
    blocks: dict[str, list[Tile]] = {region: [] for region in REGIONS}
    for tile in sorted(tiles, key=lambda tile: (order.index(tile.vote), -_chance(tile), tile.code)):
        blocks.setdefault(find_state(tile.code).region or "Others", []).append(tile)
    return tuple((region, tuple(held)) for region, held in blocks.items() if held)


def _title(scene: Scene, call: Mapping[str, Any], tiles: list[Tile], odd: list[Tile], likely: Mapping[str, Mapping[str, float]]) -> str:
    """What the focus did and how that fits its position; then who voted against what positions tell."""
    words = {"yes": "voted yes", "abstain": "abstained", "no": "voted no", ABSENT: "cast no vote"}
    subject = next((t for code in (scene.focus, *scene.states) for t in tiles if t.code == code), None)
    head = f"{call['short']}: {call['yes']} yes, {call['no']} no, {call['abstain']} abstained"
    if subject is not None:
        alike = sum(tile.vote == subject.vote for tile in tiles) - 1
        company = f"as did {alike} others" if alike > 1 else "as did one other" if alike else "alone"
        head = f"{capital(name(subject.code))} {words[subject.vote]} on “{call['short']}”, {company}"
        if subject.code in likely:
            head += f", {_fit(subject.vote, likely[subject.code])}"
    rest = [tile for tile in odd if tile is not subject]
    if not any(tile.probability is not None for tile in tiles):
        return head
    who = series_words([name(tile.code) for tile in rest], NAMED)
    if not rest:
        return f"{head}. No {'other ' if odd else ''}vote went against what positions tell"
    return f"{head}. Against what positions tell: {who}"


def _fit(vote: str, likely: Mapping[str, float]) -> str:
    """Whether a vote was the one that the voter's position makes likeliest, in words."""
    best = max(likely, key=lambda choice: likely[choice])
    said = percent(min(100 * likely[best], 99))
    if best == vote:
        return f"which its position made likeliest ({said})"
    return f"where its position made {'abstention' if best == 'abstain' else best} likeliest ({said})"


def _note(has_chances: bool, is_fitted: bool, day: date) -> str:
    letters = "Y yes, A abstain, N no, – present as a member but cast no vote. Within a region by vote, the most probable first."
    if not has_chances:
        return f"{letters} Too few of the voters have a position in that session for probabilities."
    session = f"the session of {session_year(day)}, or the nearest that a state has"
    how = f"; positions are of {session}, and this roll call, which is not behind them, was fitted to them" if is_fitted else ""
    return (
        f"{letters} The bar is the probability of the vote that was cast, from the state’s position on one line (own estimates){how}. "
        f"Below 10{NBSP}% a vote has an outline. A surprise to one line is no more than that: states have other reasons to vote."
    )
