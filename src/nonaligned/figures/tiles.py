"""A roll call as tiles, one for each member, as a Vega-Lite specification.

A tile holds the state's code, the letter of its vote, and a bar as long as the vote was probable; a vote that was not has an
outline. Blocks stand under each other and break into as many lines as the width needs, so that a phone shows every tile.
"""

from __future__ import annotations

from typing import Any

from nonaligned.figures.figure import Tile, Tiles
from nonaligned.figures.labels import text_width
from nonaligned.figures.marks import SIZE, Frame, boxes, document, merged, text
from nonaligned.figures.theme import BLUE, GREY, INK, NO, PAPER

WIDE, HIGH, GAP = 30, 34, 3
HEAD, APART = 22, 12  # pixels: a block's heading, the space after a block
CODE = 9.5  # size of a code in a tile
LETTERS = {"yes": "Y", "abstain": "A", "no": "N", "absent": "–"}
FILLS = {"yes": BLUE, "abstain": GREY, "no": NO}
Box = tuple[float, float, float, float]


def specification(tiles: Tiles, width: int) -> dict[str, Any]:
    """The Vega-Lite specification of a roll call.

    Parameters
    ----------
    tiles : Tiles
        What is drawn.
    width : int
        Width of the whole drawing in pixels.
    """
    placed, heads, height = _placed(tiles, width)
    frame = Frame(width, height, 0, width, height)
    layers = [*_key(frame, tiles), *_heads(frame, heads)]
    for vote, fill in FILLS.items():
        layers.append(boxes(frame, [box for tile, box in placed if tile.vote == vote], fill))
    hollow = [_inner(box, 0.75) for tile, box in placed if tile.vote == "absent"]
    layers.append(_outlines(frame, hollow, GREY, 1.5))
    layers += _inside(frame, placed)
    odd = [_inner(box, -1) for tile, box in placed if is_surprising(tile, tiles)]
    layers.append(_outlines(frame, odd, INK, 2.5))
    return document(frame, (0, 0, 0, 0), merged([one for one in layers if one["data"]["values"]]))


def is_surprising(tile: Tile, tiles: Tiles) -> bool:
    """Whether the vote was less probable than `Tiles.surprising`."""
    return tile.probability is not None and tile.probability < tiles.surprising


def _outlines(frame: Frame, corners: list[Box], colour: str, wide: float) -> dict[str, Any]:
    return boxes(frame, corners, "transparent", stroke=colour, strokeWidth=wide)


def _inner(box: Box, by: float) -> Box:
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def _placed(tiles: Tiles, width: int) -> tuple[list[tuple[Tile, Box]], list[tuple[str, str, float]], float]:
    """Each tile with its corners in pixels; each heading with its words and place; the height of all."""
    across = max(1, int((width - 2 + GAP) // (WIDE + GAP)))
    placed: list[tuple[Tile, Box]] = []
    heads: list[tuple[str, str, float]] = []
    down = 44.0 if _is_key_broken(width) else 24.0
    for heading, block in tiles.blocks:
        heads.append((heading, totals([tile.vote for tile in block]), down + HEAD / 2))
        down += HEAD
        for index, tile in enumerate(block):
            x, y = 1 + index % across * (WIDE + GAP), down + index // across * (HIGH + GAP)
            placed.append((tile, (x, y, x + WIDE, y + HIGH)))
        down += -(-len(block) // across) * (HIGH + GAP) + APART
    return placed, heads, down - APART


def totals(votes: list[str]) -> str:
    """Numbers of votes in words.

    Examples
    --------
    >>> totals(["yes", "yes", "no"])
    '2 yes, 1 no'
    """
    words = {"yes": "yes", "abstain": "abstain", "no": "no", "absent": "absent"}
    return ", ".join(f"{votes.count(vote)} {said}" for vote, said in words.items() if vote in votes)


def _heads(frame: Frame, heads: list[tuple[str, str, float]]) -> list[dict[str, Any]]:
    names = text(frame, [(heading, 1.0, y) for heading, _, y in heads], "left", INK, "bold", has_halo=False)
    beside = [(said, 1 + text_width(heading, SIZE) + 12, y) for heading, said, y in heads]
    return [*names, *text(frame, beside, "left", GREY, has_halo=False)]


def _inside(frame: Frame, placed: list[tuple[Tile, Box]]) -> list[dict[str, Any]]:
    """Code, letter and bar of every tile, in paper on a fill and in ink on a hollow one."""
    parts: list[dict[str, Any]] = []
    for is_filled, colour in ((True, PAPER), (False, INK)):
        some = [(tile, box) for tile, box in placed if (tile.vote != "absent") == is_filled]
        middle = WIDE / 2
        codes = [(tile.code, box[0] + middle, box[1] + 9) for tile, box in some]
        letters = [(LETTERS[tile.vote], box[0] + middle, box[1] + 20) for tile, box in some]
        parts += text(frame, codes, "center", colour, size=CODE, has_halo=False) if codes else []
        parts += text(frame, letters, "center", colour, "bold", size=11, has_halo=False) if letters else []
    told = [(tile.probability, box) for tile, box in placed if tile.probability is not None and tile.vote != "absent"]
    bars = [(box[0] + 4, box[3] - 6, box[0] + 4 + max(1.0, p * (WIDE - 8)), box[3] - 3) for p, box in told]
    track = [(box[0] + 4, box[3] - 6, box[2] - 4, box[3] - 3) for _, box in told]
    return [*parts, boxes(frame, track, PAPER, opacity=0.28), boxes(frame, bars, PAPER)]


def _is_key_broken(width: float) -> bool:
    return width < 520


def _key(frame: Frame, tiles: Tiles) -> list[dict[str, Any]]:
    """What the fills, the bar and the outline mean, on one line or two."""
    parts: list[dict[str, Any]] = []
    x, y = 1.0, 10.0
    for vote, letter in LETTERS.items():
        box = (x, y - 8, x + 16, y + 8)
        is_filled = vote in FILLS
        parts.append(boxes(frame, [box], FILLS[vote]) if is_filled else _outlines(frame, [_inner(box, 0.75)], GREY, 1.5))
        parts += text(frame, [(letter, x + 8, y)], "center", PAPER if is_filled else INK, "bold", size=11, has_halo=False)
        parts += text(frame, [(vote, x + 21, y)], "left", GREY, has_halo=False)
        x += 21 + text_width(vote, SIZE) + 14
    if any(tile.probability is not None for _, block in tiles.blocks for tile in block):
        if _is_key_broken(frame.width):
            x, y = 1.0, 32.0
        parts.append(boxes(frame, [(x, y - 1.5, x + 14, y + 1.5)], GREY))
        said = "probability"
        parts += text(frame, [(said, x + 19, y)], "left", GREY, has_halo=False)
        x += 19 + text_width(said, SIZE) + 14
        parts.append(_outlines(frame, [(x + 1, y - 7, x + 15, y + 7)], INK, 2.5))
        parts += text(frame, [(f"below {tiles.surprising:.0%}".replace("%", "\u00a0%"), x + 21, y)], "left", GREY, has_halo=False)
    return parts
