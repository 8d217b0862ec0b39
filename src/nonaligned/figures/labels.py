"""Words and places of the labels in a chart: labels that never overlap, numbers and spans as a reader writes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

NBSP = "\u00a0"
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def dodge(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near to those wanted as a least distance allows, in the same order.

    Parameters
    ----------
    wanted : sequence of float
        Where each label would stand alone, in pixels.
    gap : float
        Least distance between two labels; made smaller where they would not all fit.
    low, high : float
        First and last place allowed.

    Returns
    -------
    list of float
        Least-squares places (pool adjacent violators), one for each of `wanted`.

    Examples
    --------
    >>> dodge([10, 12, 50], 10, 0, 100)
    [6.0, 16.0, 50.0]
    """
    n = len(wanted)
    if n > 1:
        gap = min(gap, (high - low) / (n - 1))
    order = sorted(range(n), key=lambda index: (wanted[index], index))
    blocks: list[list[float]] = []  # [sum of targets, count]; targets are free of the gaps before them
    for rank, index in enumerate(order):
        blocks.append([wanted[index] - rank * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    flat = [total / count for total, count in blocks for _ in range(int(count))]
    top = high - (n - 1) * gap
    found = [0.0] * n
    for rank, index in enumerate(order):
        found[index] = min(max(flat[rank], low), top) + rank * gap
    return found


def nice_ticks(highest: float, about: int = 4) -> list[float]:
    """Round tick values from 0 to at least `highest`.

    Examples
    --------
    >>> nice_ticks(76)
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    if not highest > 0:
        return [0.0, 1.0]
    raw = highest / about
    scale = 10 ** math.floor(math.log10(raw))
    step = next(s * scale for s in (1, 2, 2.5, 5, 10) if s * scale >= raw * 0.999)
    return [float(round(step * k, 10)) for k in range(math.ceil(highest / step - 1e-9) + 1)]


def ticks_between(low: float, high: float, about: int = 5) -> list[float]:
    """Round tick values from `low` to `high`, both left inside.

    Examples
    --------
    >>> ticks_between(-1.7, 3.9)
    [-1.0, 0.0, 1.0, 2.0, 3.0]
    """
    raw = (high - low) / about
    if not raw > 0:
        return [low]
    scale = 10 ** math.floor(math.log10(raw))
    step = min((s * scale for s in (1, 2, 2.5, 5, 10)), key=lambda s: abs(math.log(s / raw)))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(round(step * k, 10)) for k in range(first, last + 1)]


def round_years(first: int, last: int) -> tuple[tuple[float, str], ...]:
    """Ticks at round years: every one of up to eight, else every fifth or tenth.

    Examples
    --------
    >>> round_years(1990, 2003)
    ((1990.0, '1990'), (1995.0, '1995'), (2000.0, '2000'))
    """
    step = 1 if last - first < 8 else 5 if last - first < 50 else 10
    return tuple((float(year), str(year)) for year in range(first, last + 1) if year % step == 0)


def signed(value: float, decimals: int = 2) -> str:
    """A number with a true minus sign, and never a minus before zero.

    Examples
    --------
    >>> signed(-0.414), signed(-0.001), signed(3, 0)
    ('−0.41', '0.00', '3')
    """
    written = f"{value:.{decimals}f}"
    return f"−{written[1:]}" if written.startswith("-") and float(written) else written.removeprefix("-")


def thinned(places: Sequence[float], widths: Sequence[float], space: float = 8) -> list[int]:
    """Indices of labels that fit side by side without overlap: every k-th, counted back from the last.

    Examples
    --------
    >>> thinned([0, 30, 60, 90], [40, 40, 40, 40])
    [1, 3]
    """
    n = len(places)
    for step in range(1, n + 1):
        kept = list(range(n - 1, -1, -step))[::-1]
        if all(places[b] - places[a] >= (widths[a] + widths[b]) / 2 + space for a, b in pairwise(kept)):
            return kept
    return []


def text_width(text: str, size: float = 12) -> float:
    """A careful estimate of a label's width in pixels."""
    return size * sum(0.36 if char in "iljtf.,;:'| " else 0.98 if char in "mwMW%" else 0.74 if char.isupper() else 0.64 for char in text)


def years(first: int, last: int) -> str:
    """A span of years.

    Examples
    --------
    >>> years(2009, 2013), years(1998, 2002), years(2013, 2013)
    ('2009–13', '1998–2002', '2013')
    """
    if first == last:
        return str(first)
    return f"{first}–{last % 100:02d}" if first // 100 == last // 100 else f"{first}–{last}"


def percent(value: float) -> str:
    r"""A share, rounded as published shares are.

    Examples
    --------
    >>> percent(35.97), percent(0.4)
    ('36\xa0%', '0.4\xa0%')
    """
    return f"{value:.0f}{NBSP}%" if value >= 1 or value == 0 else f"{value:.1f}{NBSP}%"


def dollars(value: float) -> str:
    r"""An amount of US dollars in billions, or millions below half a billion.

    Examples
    --------
    >>> dollars(10_110_000_000), dollars(582_400_000_000), dollars(59_000_000)
    ('$10.1\xa0bn', '$582\xa0bn', '$59\xa0m')
    """
    if abs(value) < 5e8:
        return f"${value / 1e6:,.0f}{NBSP}m"
    return f"${value / 1e9:,.1f}{NBSP}bn" if abs(value) < 1e11 else f"${value / 1e9:,.0f}{NBSP}bn"


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def in_words(value: int) -> str:
    """A count in words up to twelve.

    Examples
    --------
    >>> in_words(3), in_words(14)
    ('three', '14')
    """
    return NUMBERS[value] if 0 <= value < len(NUMBERS) else str(value)


def day_words(day: date) -> str:
    """A day in words.

    Examples
    --------
    >>> day_words(date(2022, 3, 2))
    '2 March 2022'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def series_words(names: Sequence[str], most: int = 4) -> str:
    """Names as a list in a sentence.

    Examples
    --------
    >>> series_words(["BRICS", "SCO", "G20"]), series_words(list("abcdef"))
    ('BRICS, SCO and G20', 'a, b, c, d and 2 more')
    """
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def possessive(name: str) -> str:
    """The genitive of a state's name.

    Examples
    --------
    >>> possessive("India"), possessive("the United States")
    ('India’s', 'the United States’')
    """
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
