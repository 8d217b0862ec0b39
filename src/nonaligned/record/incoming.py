"""What a reader of an official file hands to the record: rows, what they cover, and what was set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Coverage:
    """The years that a part of a source covers in one table.

    `is_complete`: a dyad or state of the system without a row in these years had none, so 0 may be said there;
    otherwise a missing row is missing. `note` says which states or what is left out.
    """

    first_year: int
    last_year: int
    is_complete: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rows of a file that were left out, and why; `first_line` is the line of the first one in the file (0: not a line)."""

    count: int
    reason: str
    first_line: int = 0


@dataclass(frozen=True, slots=True)
class LoadedRows:
    """What a source's reader makes of a file.

    Parameters
    ----------
    frames : mapping of table name to polars frame, or to a Parquet file that the reader wrote (large files)
        Rows with columns of the table; `source` names the source in every row.
    warnings : tuple of str
        What the user must know.
    origin : mapping
        As in an ``X.origin.toml`` file: ``table`` (title, as_of, licence, note) and ``source``; `sources.origin_of` makes it.
    part : str
        Which part of the source the file is (an indicator, a year, a layout): loading replaces this part alone.
    coverage : mapping of table name to Coverage
    rows_in : int
        Data rows in the file. ``rows_in == rows_used + sum(set_aside counts)`` is asserted when the file is loaded.
    rows_used : int
        Data rows of the file that stand in some table, or say that a value is missing.
    set_aside : tuple of SetAside
    """

    frames: Mapping[str, pl.DataFrame | Path]
    warnings: tuple[str, ...] = ()
    origin: Mapping[str, Any] = field(default_factory=dict[str, Any])
    part: str = ""
    coverage: Mapping[str, Coverage] = field(default_factory=dict[str, Coverage])
    rows_in: int = 0
    rows_used: int = 0
    set_aside: tuple[SetAside, ...] = ()
