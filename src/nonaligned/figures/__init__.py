"""Floor 7: figures. One file per figure; adding a file adds a figure.

A file declares `ORDER` (its place in a brief) and `figures(scene)`, which yields a `Figure` for each finding that
the record bears out and a `Gap` where it does not hold what the report's states would need.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from nonaligned.figures.figure import Figure, Gap, Scene

Maker = Callable[[Scene], Iterator[Figure | Gap]]


@cache
def makers() -> Mapping[str, Maker]:
    """The maker of every figure, found by its file in this folder, in the order of a brief.

    Examples
    --------
    >>> next(iter(makers()))
    'arms_suppliers'
    """
    found: list[tuple[int, str, Maker]] = []
    for name in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        if hasattr(module, "figures"):
            found.append((module.ORDER, name, module.figures))
    return {name: make for _, name, make in sorted(found, key=lambda entry: entry[:2])}


def draw_up(scene: Scene) -> tuple[tuple[Figure, ...], tuple[Gap, ...]]:
    """Every figure for a scene, and what is missing for the others."""
    made = [item for make in makers().values() for item in make(scene)]
    return tuple(item for item in made if isinstance(item, Figure)), tuple(item for item in made if isinstance(item, Gap))
