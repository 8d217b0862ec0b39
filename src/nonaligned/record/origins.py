"""The table `origins`: every row set of the record with its producer, version, address, licence, hash and coverage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from nonaligned.record.manifest import Loaded
from nonaligned.record.starter import starter_origin
from nonaligned.record.tables import TABLES

ORIGIN_COLUMNS: dict[str, str] = {
    "table_name": "VARCHAR",
    "source": "VARCHAR",
    "part": "VARCHAR",
    "producer": "VARCHAR",
    "title": "VARCHAR",
    "version": "VARCHAR",
    "as_of": "VARCHAR",
    "licence": "VARCHAR",
    "citation": "VARCHAR",
    "url": "VARCHAR",
    "sha256": "VARCHAR",
    "file": "VARCHAR",
    "loaded_at": "VARCHAR",
    "rows": "BIGINT",
    "first_year": "BIGINT",
    "last_year": "BIGINT",
    "is_complete": "VARCHAR",
    "note": "VARCHAR",
}
MEANINGS: dict[str, str] = {
    "table_name": "table of the record",
    "source": "key of the source, as in the rows",
    "part": "part of the source: an indicator, a year, a layout",
    "producer": "who made the data",
    "title": "title of the data set or document",
    "version": "version, where the producer gives one",
    "as_of": "day to which the rows are true",
    "licence": "terms",
    "citation": "how to cite it",
    "url": "official address",
    "sha256": "SHA-256 of the official file",
    "file": "name of the official file; empty for what ships with the program",
    "loaded_at": "when it was loaded (UTC); empty for what ships with the program",
    "rows": "rows in the table",
    "first_year": "first year covered",
    "last_year": "last year covered",
    "is_complete": "1: within these years a missing row means none",
    "note": "what a reader must know",
}


def origin_rows(loads: Sequence[Loaded]) -> Iterator[dict[str, Any]]:
    """Rows of `origins`: the starter's sources table by table, then every load that stands."""
    for table in TABLES:
        origin = starter_origin(table)
        for source in origin.sources.values() if origin else ():
            row = {name: getattr(source, name) for name in ("producer", "title", "licence", "citation", "url", "sha256")}
            yield _row(table_name=table, source=source.key, as_of=str(origin.as_of) if origin else "", **row)
    for entry in loads:
        sources = cast("dict[str, dict[str, Any]]", entry.origin.get("source", {})) or {entry.source: dict[str, Any]()}
        for table, rows in entry.rows.items():
            for key, declared in sources.items():
                yield _of_load(entry, table, rows, key, declared)


def _of_load(entry: Loaded, table: str, rows: int, key: str, declared: dict[str, Any]) -> dict[str, Any]:
    covered = entry.coverage.get(table, {})
    words = {name: str(declared.get(name, "")) for name in ("producer", "title", "version", "licence", "citation")}
    return _row(
        table_name=table,
        source=key,
        part=entry.part,
        **words,
        as_of=entry.as_of,
        url=next((raw.url for raw in entry.raw if raw.url), str(declared.get("url", ""))),
        sha256="|".join(raw.sha256 for raw in entry.raw),
        file="|".join(raw.name for raw in entry.raw),
        loaded_at=entry.loaded_at,
        rows=rows,
        first_year=covered.get("first_year"),
        last_year=covered.get("last_year"),
        is_complete="1" if covered.get("is_complete") else "0",
        note=str(entry.origin.get("table", {}).get("note", "")),
    )


def _row(**values: Any) -> dict[str, Any]:
    return {name: values.get(name, None if kind == "BIGINT" else "") for name, kind in ORIGIN_COLUMNS.items()}
