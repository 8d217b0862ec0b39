"""Floor 3: official files, read into the record's tables. One file per source; adding a file adds a source."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class LoadedRows:
    """What a source's reader makes of a file: frames by table name, and what the user must know."""

    frames: Mapping[str, pl.DataFrame]
    warnings: tuple[str, ...] = ()
    origin: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class SourceDeclaration:
    """A source as its own file declares it under the name `SOURCE`.

    `read` turns the official file into rows; it does no arithmetic and raises SourceError with
    line and column where the layout is not the one it knows.
    """

    name: str
    producer: str
    title: str
    licence: str
    citation: str
    address: str
    may_pull: bool
    tables: tuple[str, ...]
    warnings: tuple[str, ...]
    read: Callable[[Path], LoadedRows]


@cache
def sources() -> Mapping[str, SourceDeclaration]:
    """Every source, by name, found by its file in this folder."""
    found: dict[str, SourceDeclaration] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        declaration = getattr(importlib.import_module(f"{__name__}.{module}"), "SOURCE", None)
        if isinstance(declaration, SourceDeclaration):
            found[declaration.name] = declaration
    return found


def source(name: str) -> SourceDeclaration:
    """The source called `name`; raises UsageError with the nearest names."""
    import difflib

    known = sources()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        raise UsageError(
            f"There is no source {name!r}.",
            why=f"Did you mean {', '.join(near)}?" if near else f"Sources: {', '.join(known)}.",
            mend="nonaligned sources",
        )
    return known[name]
