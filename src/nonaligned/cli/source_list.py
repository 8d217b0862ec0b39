"""`nonaligned sources`: every source with its state and the next step."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nonaligned.cli.options import open_record
from nonaligned.cli.tables import emit, show
from nonaligned.record.manifest import Loaded
from nonaligned.sources import SourceDeclaration
from nonaligned.sources import sources as all_sources

FIELDS = (
    ("source", "text", "name for `nonaligned load` and `nonaligned pull`"),
    ("title", "text", "what it is"),
    ("producer", "text", "who makes it"),
    ("version", "text", "version, where the loaded file or the producer gives one"),
    ("licence", "text", "terms of use"),
    ("citation", "text", "how to cite it"),
    ("address", "text", "where the official file is"),
    ("may_pull", "text", "1: `nonaligned pull` downloads it; 0: you download it"),
    ("tables", "text", "tables that it fills"),
    ("loaded", "text", "when it was last loaded (UTC); empty where it was not"),
    ("parts", "integer", "parts loaded (files, years, indicators)"),
    ("rows", "text", "rows by table"),
    ("years", "text", "years covered, by table"),
    ("as_of", "text", "day to which the newest rows are true"),
    ("next", "text", "what to do next"),
)
SHOWN = ("source", "rows", "years", "as_of", "loaded")


def answer(as_json: bool, directory: Path | None, as_of: str | None) -> None:
    """Print every source with its state and the next step."""
    held = open_record(directory if directory is None or directory.is_dir() else None, as_of)
    rows = [_row(declared, [one for one in held.loads if one.source == declared.name]) for declared in all_sources().values()]
    if as_json or not sys.stdout.isatty():
        emit(rows, FIELDS, as_json, (), {"record": str(directory or held.directory), "as_of": as_of or ""}, SHOWN)
        return
    loaded = [row for row in rows if row["loaded"]]
    if loaded:
        show(loaded, SHOWN, f"Loaded into {directory or held.directory}")
    if len(loaded) < len(rows):
        click.echo("Not loaded:")
        for row in rows:
            if not row["loaded"]:
                click.echo(f"  {row['source']}: {row['title']}\n      {row['next']}")


def _row(declared: SourceDeclaration, loads: list[Loaded]) -> dict[str, str | int]:
    counts: dict[str, int] = {}
    years: dict[str, tuple[int, int]] = {}
    for entry in loads:
        for table, count in entry.rows.items():
            counts[table] = counts.get(table, 0) + count
        for table, covered in entry.coverage.items():
            first, last = years.get(table, (9999, 0))
            years[table] = min(first, covered["first_year"]), max(last, covered["last_year"])
    newest = max(loads, key=lambda one: one.loaded_at) if loads else None
    stated = newest.origin.get("source", {}).get(declared.name, {}).get("version", "") if newest else ""
    return {
        "source": declared.name,
        "title": declared.title,
        "producer": declared.producer,
        "version": stated or declared.version,
        "licence": declared.licence,
        "citation": declared.citation,
        "address": declared.address,
        "may_pull": "1" if declared.may_pull else "0",
        "tables": ", ".join(declared.tables),
        "loaded": newest.loaded_at[:16].replace("T", " ") if newest else "",
        "parts": len(loads),
        "rows": ", ".join(f"{count:,} {table}" for table, count in counts.items()),
        "years": ", ".join(dict.fromkeys(f"{first}–{last}" for first, last in years.values())),
        "as_of": max((one.as_of for one in loads), default=""),
        "next": "" if loads else next_step(declared),
    }


def next_step(declared: SourceDeclaration) -> str:
    """The command that gets a source."""
    if declared.may_pull:
        pull = " ".join(part for part in ("nonaligned pull", declared.name, declared.words) if part)
        return f"{pull}, or for a file that you have: nonaligned load {declared.name} FILE"
    return f"open {declared.address}, then: nonaligned load {declared.name} FILE"
