"""A frame as an answer: a table on a terminal, CSV when piped, JSON where asked for, a file by its suffix."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nonaligned.cli.output import probe_data, write
from nonaligned.record.fields import FIELDS
from nonaligned.record.store import Record
from nonaligned.record.tables import TABLES

if TYPE_CHECKING:
    import polars as pl

SHOWN = 40  # rows on a terminal
FORMULA = r"^[=+\-@\t\r]"  # what a spreadsheet would run


def answer_frame(frame: pl.DataFrame, record: Record, query: str, as_json: bool, output: Path | None) -> None:
    """Print or write the rows of a query with the sources of the tables that it names."""
    if output is not None:
        probe_data(output, (".csv", ".json", ".parquet"))
        if output.suffix == ".parquet":
            frame.write_parquet(output, compression="zstd")
            click.echo(f"Wrote {output}", err=True)
            return
    if as_json or output is not None and output.suffix == ".json":
        write(json.dumps(as_shape(frame, record, query), ensure_ascii=False, indent=1, default=str) + "\n", output)
    elif output is not None or not sys.stdout.isatty():
        write(as_csv(frame), output)
    else:
        from nonaligned.cli.tables import show

        show(frame.head(SHOWN).to_dicts(), frame.columns)
        if frame.height > SHOWN:
            click.echo(f"{frame.height - SHOWN:,} more rows: add -o FILE.csv, or pipe the answer on", err=True)


def as_shape(frame: pl.DataFrame, record: Record, query: str) -> dict[str, Any]:
    """The fixed JSON shape: rows, fields, sources, run."""
    fields = [
        {"name": name, "type": str(kind).lower(), "unit": FIELDS[name].unit if name in FIELDS else "",
         "description": FIELDS[name].description if name in FIELDS else ""}
        for name, kind in frame.schema.items()
    ]  # fmt: skip
    return {
        "rows": frame.to_dicts(),
        "fields": fields,
        "sources": sources_of(record, query),
        "run": {"query": query, "record": str(record.directory), "as_of": str(record.as_of or ""), "n_rows": frame.height},
    }


def sources_of(record: Record, query: str) -> list[dict[str, Any]]:
    """Origins of the tables that a query names."""
    named = [table for table in TABLES if re.search(rf"\b{table}\b", query, re.IGNORECASE)]
    rows = record.rows("SELECT * FROM origins WHERE list_contains(?::VARCHAR[], table_name) ORDER BY table_name, source, part", [named])
    return [dict(row) for row in rows]


def as_csv(frame: pl.DataFrame) -> str:
    """The frame as CSV; no text that a spreadsheet would run as a formula, nested values as JSON."""
    import polars as pl

    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    safe = frame.with_columns(
        *(pl.col(name).map_elements(_as_json, return_dtype=pl.String) for name in nested),
        *(pl.when(pl.col(name).str.contains(FORMULA)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name) for name in texts),
    )
    handle = io.BytesIO()
    safe.write_csv(handle)
    return handle.getvalue().decode("utf-8")


def _as_json(value: Any) -> str:
    import polars as pl

    plain = value.to_list() if isinstance(value, pl.Series) else value
    return json.dumps(plain, ensure_ascii=False, default=str)
