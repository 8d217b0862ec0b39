"""Walking a number back: its rows, the rows from which they follow, and the source of each with hash and address."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.record.engine import quoted
from nonaligned.record.publishing import raw_path
from nonaligned.record.store import Record, find_table
from nonaligned.record.views import WINDOW

MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Behind:
    """Rows of one table that bear on the number: the first of them, how many there are, and the query that gives all."""

    table: str
    query: str
    count: int
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A number's way back: `steps` from the rows asked for to those of the official files, `origins` with hash and address."""

    steps: tuple[Behind, ...]
    origins: tuple[Mapping[str, Any], ...]


def reference(table: str, row: Mapping[str, Any]) -> str:
    """What to give to `nonaligned trace` for a row: the table and its key.

    Examples
    --------
    >>> reference("votes", {"rcid": "A/RES/ES-11/1", "state": "IND", "vote": "abstain"})
    'votes rcid=A/RES/ES-11/1 state=IND'
    """
    keys = [f"{name}={row[name]}" for name in find_table(table).key if row.get(name) not in (None, "")]
    return shlex.join([table, *keys])


def parse_keys(words: Sequence[str]) -> dict[str, str]:
    """``KEY=VALUE`` words as a mapping; raises UsageError for any other word."""
    keys: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"{word!r} is not KEY=VALUE.", mend="nonaligned trace trade exporter=CHN importer=IND year=2014")
        keys[name] = value
    return keys


def trace_rows(record: Record, table: str, keys: Mapping[str, str]) -> Trace:
    """Walk rows of a table back to their sources.

    Parameters
    ----------
    record : Record
    table : str
        A table of the record.
    keys : mapping
        Values of columns as text; at least one.

    Raises
    ------
    UsageError
        If the table or a column is unknown, or no key is given.
    NotLoadedError
        If no row has these values.

    Examples
    --------
    >>> from pathlib import Path
    >>> found = trace_rows(Record(Path("/nonexistent")), "votes", {"rcid": "A/RES/ES-11/1", "state": "IND"})
    >>> found.steps[0].rows[0]["vote"], found.origins[0]["producer"]
    ('abstain', 'United Nations, Dag Hammarskjöld Library')
    """
    steps = [_select(record, table, keys)]
    if not steps[0].count:
        wanted = ", ".join(f"{name} {value}" for name, value in keys.items())
        raise NotLoadedError(f"The record has no row of {table} with {wanted}.", mend=f"nonaligned record {table}")
    steps += _from_which(record, table, steps[0].rows)
    return Trace(tuple(steps), origins_of(record, steps))


def _select(record: Record, table: str, keys: Mapping[str, str]) -> Behind:
    known = find_table(table)
    if not keys:
        raise UsageError("Which row?", why=f"Give one of {', '.join(known.key)}.", mend=f"nonaligned trace {table} {known.key[0]}=VALUE")
    strange = [name for name in keys if name not in known.columns]
    if strange:
        why = f"It has {', '.join(known.columns)}."
        raise UsageError(f"{table} has no column {strange[0]!r}.", why=why, mend=f"nonaligned record {table}")
    where = " AND ".join(f"CAST({name} AS VARCHAR) = {quoted(value)}" for name, value in keys.items())
    return _asked(record, table, f"SELECT * FROM {table} WHERE {where} ORDER BY {', '.join(known.key)}")


def _asked(record: Record, table: str, query: str) -> Behind:
    count = record.rows(f"SELECT count(*) AS n FROM ({query})")[0]["n"]
    return Behind(table, query, count, tuple(record.rows(f"SELECT * FROM ({query}) LIMIT {MOST_ROWS}")))


def _from_which(record: Record, table: str, rows: Sequence[Mapping[str, Any]]) -> list[Behind]:
    """The rows of other tables from which computed rows follow."""
    sources = {entry.source for entry in record.loads if "arms_deliveries" in entry.files}
    found: list[Behind] = []
    for row in rows[:1]:
        if table in {"arms_shares", "arms_export_shares", "arms_transfers"} and row.get("source") in sources:
            last = row.get("last_year", row.get("year"))
            first = last - WINDOW + 1 if "last_year" in row else last
            if table == "arms_shares":  # the total of which it is a share
                whole = f"recipient = {quoted(str(row['recipient']))} AND delivered_year BETWEEN {first} AND {last}"
                sums = f"SELECT supplier, round(sum(tiv), 6) AS tiv, min(source) AS source FROM arms_deliveries WHERE {whole} GROUP BY ALL"
                found.append(_asked(record, "arms_deliveries", f"{sums} ORDER BY tiv DESC, supplier"))
            sides = [f"{side} = {quoted(str(row[side]))}" for side in ("recipient", "supplier") if row.get(side) and row[side] != "OTHER"]
            where = " AND ".join([*sides, f"delivered_year BETWEEN {first} AND {last}"])
            found.append(_asked(record, "arms_deliveries", f"SELECT * FROM arms_deliveries WHERE {where} ORDER BY delivered_year, deal_id"))
            deals = f"SELECT * FROM arms_deals WHERE deal_id IN (SELECT deal_id FROM arms_deliveries WHERE {where}) ORDER BY deal_id"
            found.append(_asked(record, "arms_deals", deals))
        if table == "trade_statements" and row["source"] in {entry.source for entry in record.loads if "trade" in entry.files}:
            pair = f"({quoted(row['reporter'])}, {quoted(row['partner'])})"
            where = f"exporter IN {pair} AND importer IN {pair} AND year = {row['period']} AND source = {quoted(row['source'])}"
            found.append(_asked(record, "trade", f"SELECT * FROM trade WHERE {where} ORDER BY exporter"))
        if table == "treaty_spells":
            where = (
                f"sender = {quoted(row['sender'])} AND receiver = {quoted(row['receiver'])} AND obligation = {quoted(row['obligation'])}"
            )
            years = f"year BETWEEN {row['first_year']} AND {row['last_year']}"
            found.append(_asked(record, "treaties", f"SELECT * FROM treaties WHERE {where} AND {years} ORDER BY year"))
    return found


def origins_of(record: Record, steps: Sequence[Behind]) -> tuple[Mapping[str, Any], ...]:
    """The origins of the rows of some steps: producer, version, address, licence, hash, and the snapshot on disk."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for step in steps:
        keys = {key for row in step.rows for key in str(row.get("source", "")).split("|") if key}
        rows = record.rows("SELECT * FROM origins WHERE list_contains(?::VARCHAR[], source) ORDER BY table_name, part", [sorted(keys)])
        own = {row["source"] for row in rows if row["table_name"] == step.table}
        registers = {str(row["register"]) for row in step.rows if "register" in row}
        for row in sorted(rows, key=lambda row: not row["file"]):  # what was loaded goes before what ships of the same file
            if registers and row["part"] and not any(row["part"].endswith(register) for register in registers):
                continue  # another layout of the register, which none of these rows is from
            if row["table_name"] == step.table or row["source"] not in own and not row["file"]:
                found.setdefault((row["source"], row["part"], row["sha256"]), {**row, "snapshots": _snapshots(record, row)})
    loaded = {key[0] for key, row in found.items() if row["file"]}
    return tuple(row for key, row in found.items() if row["file"] or key[0] not in loaded)


def _snapshots(record: Record, row: Mapping[str, Any]) -> list[str]:
    pairs = zip(str(row["file"]).split("|"), str(row["sha256"]).split("|"), strict=False) if row["file"] else ()
    return [str(raw_path(record.directory / "raw", name, digest)) for name, digest in pairs]
