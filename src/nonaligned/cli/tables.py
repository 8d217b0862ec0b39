"""Rows as a table on a terminal, and as CSV when piped."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

Rows = Sequence[Mapping[str, Any]]


def show(rows: Rows, columns: Sequence[str], title: str = "") -> None:
    """Print `columns` of `rows` as a table that fits the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        *(column.replace("_", " ") for column in columns), box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False
    )
    for row in rows:
        table.add_row(*(Text(str(row.get(column) if row.get(column) is not None else "")) for column in columns))
    Console().print(table)


def as_csv(rows: Rows, columns: Sequence[str]) -> str:
    """The rows as CSV with a header; nested values as JSON, and no text that a spreadsheet would run as a formula."""
    handle = io.StringIO()
    writer = csv.writer(handle, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
    return handle.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def emit(
    rows: Rows, fields: Sequence[tuple[str, str, str]], as_json: bool, sources: Rows, run: Mapping[str, Any], columns: Sequence[str]
) -> None:
    """Print rows as JSON where asked for, as CSV when piped, else as a table of `columns`."""
    import sys

    if as_json:
        described = [{"name": name, "type": kind, "description": text} for name, kind, text in fields]
        shape = {"rows": list(rows), "fields": described, "sources": list(sources), "run": dict(run)}
        sys.stdout.write(json.dumps(shape, ensure_ascii=False, indent=1, default=str) + "\n")
    elif not sys.stdout.isatty():
        sys.stdout.write(as_csv(rows, [name for name, _, _ in fields]))
    else:
        show(rows, columns)
