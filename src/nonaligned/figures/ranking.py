"""A ranking with intervals as a Vega-Lite specification, and the ranks themselves: as intervals, never as bare numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nonaligned.figures.figure import Ranking
from nonaligned.figures.labels import signed, text_width, ticks_between
from nonaligned.figures.marks import SIZE, Frame, document, layer, merged, rule, text
from nonaligned.figures.theme import FAINT, GREY, PAPER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

APART = 0.9  # probability of the order above which two neighbours are told apart
N_DRAWS = 4000
STRIP, HEAD = 34, 20  # pixels: the strip of all, the headings
FOOT, SIDE = 46, 6


def rank_draws(
    means: Sequence[float], sds: Sequence[float], draws: NDArray[np.floating[Any]] | None = None, *, seed: int = 0
) -> NDArray[np.float64]:
    """Draws of the values behind a ranking, shape (n_draws, n): those given, else independent normal ones.

    Examples
    --------
    >>> rank_draws([0.0, 2.0], [0.1, 0.1]).shape
    (4000, 2)
    """
    import numpy as np

    if draws is not None:
        return np.asarray(draws, dtype=np.float64)
    noise = np.random.default_rng(seed).standard_normal((N_DRAWS, len(means)))
    return np.asarray(means, dtype=np.float64) + noise * np.nan_to_num(np.asarray(sds, dtype=np.float64))


def rank_intervals(drawn: NDArray[np.float64]) -> list[tuple[int, int]]:
    """The 90 % interval of each rank, 1 the highest value.

    Examples
    --------
    >>> rank_intervals(rank_draws([0.0, 5.0, 0.0], [0.1, 0.1, 0.1]))
    [(2, 3), (1, 1), (2, 3)]
    """
    import numpy as np

    ranks = (-drawn).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") + 1
    low, high = np.quantile(ranks, (0.05, 0.95), axis=0, method="inverted_cdf")
    return [(int(a), int(b)) for a, b in zip(low, high, strict=True)]


def is_apart(drawn: NDArray[np.float64], above: int, below: int) -> bool:
    """Whether one value is above another with a probability of at least `APART`."""
    return float((drawn[:, above] > drawn[:, below]).mean()) >= APART


def specification(ranking: Ranking, width: int) -> dict[str, Any]:
    """The Vega-Lite specification of a ranking: names left of the bars, on a narrow drawing above them.

    Parameters
    ----------
    ranking : Ranking
        What is drawn.
    width : int
        Width of the whole drawing in pixels.
    """
    place = _places(ranking, width)
    frame = place.frame
    layers = [*_strip(place, ranking), *_axis(place), *_rows(place, ranking), *_labels(place, ranking), *_foot(place, ranking)]
    foot = FOOT + 18 * place.is_stacked + 20 * _has_ties(ranking)
    return document(frame, (place.left, place.right, SIDE, foot), merged(layers))


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a ranking stand; y in pixels from the top."""

    frame: Frame
    left: int
    right: int
    row: int
    is_narrow: bool
    is_stacked: bool

    @property
    def start(self) -> float:
        """The leftmost place for words."""
        return 4.0 - self.left

    @property
    def end(self) -> float:
        """The rightmost place for words."""
        return self.frame.width + self.right - 12

    def middle(self, index: int) -> float:
        """Of a row's bar."""
        return STRIP + HEAD + self.row * (index + (0.72 if self.is_narrow else 0.5))

    def words(self, index: int) -> float:
        """Of a row's name and rank."""
        return STRIP + HEAD + self.row * (index + (0.3 if self.is_narrow else 0.5))


def _places(ranking: Ranking, width: int) -> Places:
    is_narrow = width < 500
    left, right = 8, 12
    if not is_narrow:
        left = round(max(text_width(row.label, SIZE) for row in ranking.rows)) + 16
        right = round(max(text_width(words, SIZE) for words in (ranking.heading, *(row.rank for row in ranking.rows)))) + 30
    ends = [end for row in ranking.rows for end in (row.estimate.value, row.estimate.lower, row.estimate.upper) if end is not None]
    low, high = min([*ends, *ranking.everyone]), max([*ends, *ranking.everyone])
    spare = 0.03 * (high - low) or 1.0
    row = 42 if is_narrow else 30
    height = STRIP + HEAD + row * len(ranking.rows)
    said = sum(text_width(words, SIZE) + 18 for words in ranking.ends)
    frame = Frame(width - left - right, height, low - spare, high + spare, height)
    return Places(frame, left, right, row, is_narrow, said > width - 30)


def _has_ties(ranking: Ranking) -> bool:
    return any(not row.is_apart for row in ranking.rows[:-1])


def _strip(place: Places, ranking: Ranking) -> list[dict[str, Any]]:
    """Every state as a tick; those in the rows taller, in their colour."""
    frame = place.frame
    others = [(frame.x(value), 8.0, frame.x(value), STRIP - 8.0) for value in ranking.everyone]
    parts = [rule(frame, others, GREY, strokeWidth=1, opacity=0.45)]
    for row in ranking.rows:
        x = frame.x(row.estimate.value)
        parts.append(rule(frame, [(x, 3.0, x, STRIP - 3.0)], row.colour, strokeWidth=2.2))
    count = f"all {len(ranking.everyone)}"
    words = [(count, place.start, STRIP + 8.0)] if place.is_narrow else [(count, -10.0, STRIP / 2)]
    return [*parts, *text(frame, words, "left" if place.is_narrow else "right", GREY)]


def _axis(place: Places) -> list[dict[str, Any]]:
    frame = place.frame
    ticks = ticks_between(frame.first, frame.last)
    decimals = max(len(f"{tick:.3f}".rstrip("0").partition(".")[2]) for tick in ticks)
    rules = [(frame.x(tick), STRIP + HEAD, frame.x(tick), frame.height) for tick in ticks]
    names = [(signed(tick, decimals), frame.x(tick), frame.height + 12) for tick in ticks]
    return [rule(frame, rules, FAINT), *text(frame, names, "center", GREY)]


def _rows(place: Places, ranking: Ranking) -> list[dict[str, Any]]:
    frame = place.frame
    parts: list[dict[str, Any]] = []
    for wide, low, high in ((2.0, "lower", "upper"), (8.0, "q25", "q75")):
        for index, row in enumerate(ranking.rows):
            start, end = getattr(row.estimate, low), getattr(row.estimate, high)
            if start is not None and end is not None:
                ends = (frame.x(start), place.middle(index), frame.x(end), place.middle(index))
                parts.append(rule(frame, [ends], row.colour, strokeWidth=wide, opacity=0.45 if wide > 2 else 1))
    for index, row in enumerate(ranking.rows):
        spot = frame.back(frame.x(row.estimate.value), place.middle(index))
        mark = {"type": "point", "filled": True, "size": 54, "opacity": 1, "stroke": PAPER, "strokeWidth": 1.4}
        parts.append(layer(frame, {**mark, "color": row.colour}, [spot]))
    return parts


def _labels(place: Places, ranking: Ranking) -> list[dict[str, Any]]:
    """Names and ranks of the rows; a bracket where two neighbours cannot be told apart."""
    frame = place.frame
    parts: list[dict[str, Any]] = []
    for index, row in enumerate(ranking.rows):
        name = (row.label, place.start if place.is_narrow else -10.0, place.words(index))
        parts += text(frame, [name], "left" if place.is_narrow else "right", row.colour, "bold")
        parts += text(frame, [(row.rank, place.end, place.words(index))], "right")
        if not row.is_apart and index + 1 < len(ranking.rows):
            parts.append(rule(frame, _bracket(place.end + 7, place.words(index) + 2, place.words(index + 1) - 2), GREY, strokeWidth=1.4))
    return [*parts, *text(frame, [(ranking.heading, place.end, STRIP + 8.0)], "right", GREY)]


def _bracket(x: float, top: float, bottom: float) -> list[tuple[float, float, float, float]]:
    return [(x - 4, top, x, top), (x, top, x, bottom), (x - 4, bottom, x, bottom)]


def _foot(place: Places, ranking: Ranking) -> list[dict[str, Any]]:
    """What low and high mean, and the bracket."""
    frame, (low, high) = place.frame, ranking.ends
    down = frame.height + 34
    parts = text(frame, [(f"← {low}", place.start, down)], "left", GREY) if low else []
    down += 18 if place.is_stacked else 0
    parts += text(frame, [(f"{high} →", place.end, down)], "right", GREY) if high else []
    if _has_ties(ranking):
        parts += text(frame, [("neighbours that cannot be told apart", place.end, down + 20)], "right", GREY)
        parts.append(rule(frame, _bracket(place.end + 7, down + 14, down + 26), GREY, strokeWidth=1.4))
    return parts
