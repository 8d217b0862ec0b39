"""The options that commands share, and the record that they open."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nonaligned.ground.errors import NotLoadedError, UsageError

if TYPE_CHECKING:
    from nonaligned.record.store import Record

JSON = click.option("--json", "as_json", is_flag=True, help="Rows, fields, sources and run as JSON.")
OUTPUT = click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE instead of the terminal.")
RECORD = click.option(
    "--record", "directory", type=click.Path(path_type=Path), metavar="DIR", help="The record's folder (else NONALIGNED_HOME)."
)
AS_OF = click.option("--as-of", "as_of", metavar="YYYY-MM-DD", help="Only what had been loaded by the end of that day.")


def open_record(directory: Path | None, as_of: str | None = None) -> Record:
    """The record in a folder that the user names, which must be there, or in the usual one; as it was on a day."""
    from nonaligned.record.store import Record

    if directory is not None and not directory.is_dir():
        raise NotLoadedError(f"There is no record in {directory}.", mend=f"nonaligned load un_votes FILE --record {directory}")
    return Record(directory, _day(as_of))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{text!r} is not a day.", why="A day is written YYYY-MM-DD.", mend="--as-of 2026-01-31") from None
