"""`nonaligned sources` and `nonaligned load`: what can be loaded, what is loaded, and loading it."""

from __future__ import annotations

from pathlib import Path

import click

from nonaligned.ground.errors import UsageError
from nonaligned.record.store import Record, default_directory
from nonaligned.sources import source as find_source
from nonaligned.sources import sources as all_sources

FIELDS = (
    ("source", "text", "name for `nonaligned load`"),
    ("title", "text", "what it is"),
    ("licence", "text", "terms of use"),
    ("address", "text", "where the official file is"),
    ("loaded", "text", "when it was loaded; empty where it was not"),
    ("rows", "text", "rows by table"),
    ("next", "text", "what to do next"),
)


def answer(as_json: bool, directory: Path | None) -> None:
    """Print every source with its state and the next step."""
    from nonaligned.cli.tables import emit

    record = Record(directory)
    rows: list[dict[str, str]] = []
    for declared in all_sources().values():
        loaded = record.loaded.get(declared.name)
        step = "" if loaded else f"download {declared.address}, then: nonaligned load {declared.name} FILE"
        counts = ", ".join(f"{n:,} {t}" for t, n in loaded.rows.items()) if loaded else ""
        values = (declared.name, declared.title, declared.licence, declared.address, loaded.loaded_at if loaded else "", counts, step)
        rows.append(dict(zip((name for name, _, _ in FIELDS), values, strict=True)))
    emit(rows, FIELDS, as_json, (), {"record": str(record.directory)}, ("source", "title", "loaded", "rows", "next"))


def load_file(source: str, file: Path, directory: Path | None) -> None:
    """Read an official file and put its rows in the record; on any error the record is as it was."""
    declared = find_source(source)
    if not file.exists():
        raise UsageError(f"There is no file {file}.", mend=f"download it from {declared.address}")
    if file.is_dir():
        raise UsageError(f"{file} is a folder.", mend=f"nonaligned load {source} FILE")
    read = declared.read(file)
    folder = directory or default_directory()
    try:
        entry = Record(folder).replace(source, read.frames, read.origin, file)
    except OSError as error:
        raise UsageError(f"Cannot write the record in {folder}.", why=str(error.strerror or error), mend="--record DIR") from error
    for warning in read.warnings:
        click.echo(f"note: {warning}", err=True)
    for table, count in entry.rows.items():
        click.echo(f"{table}: {count:,} rows from {entry.raw_name} ({entry.raw_sha256[:12]})", err=True)
