"""`nonaligned trace`: a number's rows, what they follow from, and where all of it comes from."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from nonaligned.record.store import Record, default_directory
from nonaligned.record.tables import TABLES
from nonaligned.record.tracing import Trace, parse_keys, trace_rows

MOST_SHOWN = 12
LINES = ("producer", "title", "version", "part", "as_of", "licence", "citation", "url", "file", "sha256", "loaded_at", "note")


def answer(what: str, words: Sequence[str], as_json: bool, record: Record) -> None:
    """Print the way back of rows of a table, or of a panel's measure."""
    keys = parse_keys(words)
    found = trace_rows(record, what, keys) if what in TABLES else _of_panel(record, what, keys)
    if as_json:
        click.echo(json.dumps(_shape(found, what, keys, record), ensure_ascii=False, indent=1, default=str))
        return
    where = f" --record {shlex.quote(str(record.directory))}" if record.directory != default_directory().absolute() else ""
    where += f" --as-of {record.as_of}" if record.as_of else ""
    for number, step in enumerate(found.steps):
        rows = f"{step.count:,} {'row' if step.count == 1 else 'rows'} of {step.table}"
        click.echo(rows if number == 0 else f"which follows from {rows}")
        for row in step.rows[:MOST_SHOWN]:
            click.echo(f"  {_line(row)}")
        if step.count > MOST_SHOWN:
            click.echo(f"  ... {step.count - MOST_SHOWN:,} more: nonaligned sql {shlex.quote(step.query)}{where}")
    for origin in found.origins:
        click.echo(f"From source {origin['source']} (table {origin['table_name']})")
        for name in LINES:
            if origin[name]:
                click.echo(f"  {name.replace('_', ' '):10} {origin[name]}")
        for snapshot in origin["snapshots"]:
            click.echo(f"  {'snapshot':10} {snapshot}")
    sys.stdout.flush()


def _line(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value not in (None, ""))


def _of_panel(record: Record, what: str, keys: Mapping[str, str]) -> Trace:
    from nonaligned.panels.tracing import trace_cell

    return trace_cell(record, what, keys)


def _shape(found: Trace, what: str, keys: Mapping[str, str], record: Record) -> dict[str, Any]:
    steps = [asdict(step) for step in found.steps]
    return {
        "rows": steps[0]["rows"],
        "steps": steps,
        "fields": [],
        "sources": [dict(origin) for origin in found.origins],
        "run": {"what": what, "keys": dict(keys), "record": str(record.directory), "as_of": str(record.as_of or "")},
    }
