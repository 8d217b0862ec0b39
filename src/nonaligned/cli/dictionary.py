"""`nonaligned record`: what the record holds, and what each table and column means."""

from __future__ import annotations

import sys
from typing import Any

import click

from nonaligned.cli.tables import emit
from nonaligned.record.fields import Field
from nonaligned.record.store import Record, find_table
from nonaligned.record.tables import TABLES, Table
from nonaligned.record.views import FOLLOWS

TABLE_FIELDS = (
    ("table", "text", "name of the table"),
    ("unit", "text", "unit of observation"),
    ("rows", "integer", "rows, shipped and loaded"),
    ("years", "text", "first and last year, where the table has years"),
    ("loaded", "text", "sources loaded into it"),
    ("description", "text", "what it holds"),
)
COLUMN_FIELDS = (
    ("column", "text", "name of the column"),
    ("type", "text", "text, integer, number or day"),
    ("unit", "text", "unit of the value"),
    ("range", "text", "what it may be"),
    ("key", "text", "1 where it is part of the key"),
    ("description", "text", "what it means"),
)


def answer(name: str | None, as_json: bool, record: Record) -> None:
    """Print the tables, or the columns of one with its warnings and origins."""
    if name is None:
        rows = [_table_row(record, table) for table in TABLES.values()]
        if not as_json and sys.stdout.isatty():
            rows = [{**row, "rows": f"{row['rows']:,}"} for row in rows]
        emit(rows, TABLE_FIELDS, as_json, (), {"record": str(record.directory)}, [field[0] for field in TABLE_FIELDS])
        return
    table = find_table(name)
    origins = record.rows("SELECT * FROM origins WHERE table_name = ? ORDER BY source, part", [name])
    facts = {"table": name, "unit": table.unit, "key": list(table.key), "description": table.description, "warnings": list(table.warnings)}
    if not as_json and sys.stdout.isatty():
        click.echo(f"{name}: {table.description}\nOne row per {table.unit.replace('_', ' ')}; key {', '.join(table.key)}.")
        for warning in table.warnings:
            click.echo(f"Mind: {warning}")
    rows = [column_row(field, field.name in table.key) for field in table.fields]
    emit(rows, COLUMN_FIELDS, as_json, origins, {**facts, **_table_row(record, table)}, [field[0] for field in COLUMN_FIELDS])
    if not as_json and sys.stdout.isatty():
        for row in origins:
            when = f"loaded {row['loaded_at'][:10]}, {row['rows']:,} rows, {row['sha256'][:12]}" if row["file"] else f"to {row['as_of']}"
            part = f" ({row['part']})" if row["part"] else ""
            click.echo(f"From {row['producer']}, {row['title']}{part}: {when}")


def column_row(field: Field, is_key: bool) -> dict[str, str]:
    """A column's definition in words."""
    if field.choices:
        allowed = ", ".join(choice or "empty" for choice in field.choices)
    elif field.low is not None or field.high is not None:
        allowed = f"{'' if field.low is None else f'{field.low:g}'}–{'' if field.high is None else f'{field.high:g}'}"
    else:
        allowed = ""
    return {
        "column": field.name,
        "type": field.kind,
        "unit": field.unit,
        "range": allowed,
        "key": "1" if is_key else "0",
        "description": field.description,
    }


def _table_row(record: Record, table: Table) -> dict[str, Any]:
    year = next((name for name in ("year", "delivered_year", "last_year") if name in table.columns), "")
    bounds = f"min({year}) AS first, max({year}) AS last" if year else "NULL AS first, NULL AS last"
    if not year and "date" in table.columns:
        bounds = "min(year(date)) AS first, max(year(date)) AS last"
    found = record.rows(f"SELECT count(*) AS n, {bounds} FROM {table.name}")[0]
    behind = FOLLOWS.get(table.name, ("", ""))[0]
    loaded = dict.fromkeys(entry.source for entry in record.loads if table.name in entry.files or behind in entry.files)
    return {
        "table": table.name,
        "unit": table.unit,
        "rows": found["n"],
        "years": f"{found['first']}–{found['last']}" if found["first"] is not None else "",
        "loaded": ", ".join(loaded),
        "description": table.description,
    }
