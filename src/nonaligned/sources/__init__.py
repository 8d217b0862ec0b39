"""Floor 3: official files, read into the record's tables. One file per source; adding a file adds a source."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.record.incoming import Coverage, LoadedRows, SetAside

if TYPE_CHECKING:
    from nonaligned.sources.fetching.dataverse import Dataset
    from nonaligned.sources.fetching.download import Download


__all__ = ["Coverage", "LoadedRows", "SetAside", "SourceDeclaration", "origin_of", "source", "sources"]


@dataclass(frozen=True, slots=True)
class SourceDeclaration:
    """A source as its own file declares it under the name `SOURCE`.

    `read` turns the official file into rows; it does no arithmetic and raises SourceError with
    line and column where the layout is not the one it knows. `read_together` reads files that belong together
    (votes and their roll calls). `downloads` gives the files that `nonaligned pull` fetches, from the words that the
    user gives after the source's name (years, indicators); None where the producer asks for downloads by hand.
    """

    name: str
    producer: str
    title: str
    licence: str
    citation: str
    address: str
    tables: tuple[str, ...]
    warnings: tuple[str, ...]
    read: Callable[[Path], LoadedRows]
    version: str = ""
    read_together: Callable[[tuple[Path, ...]], LoadedRows] | None = None
    downloads: Callable[[tuple[str, ...]], tuple[Download, ...]] | None = None
    dataset: Dataset | None = None  # the data set on Dataverse whose files `nonaligned pull` fetches
    words: str = ""  # what may stand after the name in `nonaligned pull`, as "[INDICATOR...]"

    @property
    def may_pull(self) -> bool:
        """Whether the terms allow automated download."""
        return self.downloads is not None or self.dataset is not None


def origin_of(declared: Mapping[str, str], key: str, as_of: str, note: str = "") -> dict[str, Any]:
    """The origin of a loaded file from a source's own words.

    Parameters
    ----------
    declared : mapping
        producer, title, url, citation, licence and, where known, version.
    key : str
        The source's name, as in the column `source`.
    as_of : str
        ISO day to which the rows are true: the last day or the end of the last year that they cover.

    Examples
    --------
    >>> origin_of({"title": "Trade", "licence": "free"}, "cow_trade", "2014-12-31")["table"]["as_of"]
    '2014-12-31'
    """
    table = {"title": declared["title"], "as_of": as_of, "licence": declared.get("licence", ""), "note": note}
    return {"table": table, "source": {key: dict(declared)}}


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
