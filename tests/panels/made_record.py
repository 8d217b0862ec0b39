"""A small record of made-up figures for every table that a variable reads, its rows in any order."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from nonaligned.record.incoming import Coverage, LoadedRows
from nonaligned.record.loading import load_rows
from nonaligned.record.store import Record
from nonaligned.record.tables import TABLES
from nonaligned.sources import origin_of

TYPES = {"text": pl.String(), "integer": pl.Int64(), "number": pl.Float64(), "day": pl.Date()}
FIRST, LAST = 2000, 2002  # years that the made-up sources cover
CITATION = "Maker, Ann, Bo Smith and Cy Jones, 2001, On making things up, Journal of Tests 7 (2): 1-9."


def trade(exporter: str, importer: str, year: int, value: float, reporter: str = "COMPILED", prices: str = "current") -> dict[str, Any]:
    return {"exporter": exporter, "importer": importer, "year": year, "reporter": reporter, "value_usd": value, "prices": prices,
            "valuation": "mixed"}  # fmt: skip


def delivery(deal: str, supplier: str, recipient: str, year: int, tiv: float | None) -> dict[str, Any]:
    return {"deal_id": deal, "supplier": supplier, "recipient": recipient, "delivered_year": year, "tiv": tiv, "register": "17 columns",
            "is_split": "0", "is_number_estimate": "0", "is_delivered_year_estimate": "0"}  # fmt: skip


def sanction(case: str, sender: str, target: str, first: int, last: int, kind: str) -> dict[str, Any]:
    flags = {f"is_{one}": str(int(one == kind)) for one in ("trade", "arms", "military", "financial", "travel", "other")}
    more = {"is_sender_multiple": "0", "is_target_multiple": "0"}
    names = {"sender_name": sender or "Western countries", "target_name": target}
    return {"case_id": case, "sender": sender, "target": target, "first_year": first, "last_year": last, **names, **flags, **more}


def vote(number: int, year: int, votes: dict[str, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    key = f"made:{number}"
    call = {"rcid": key, "body": "UNGA", "session": str(year - 1945), "date": date(year, 10, 1), "title": key}
    return call, [{"rcid": key, "state": state, "vote": cast} for state, cast in votes.items()]


VOTES = [
    vote(1, 2000, {"IND": "yes", "RUS": "yes", "USA": "no", "CHN": "absent"}),
    vote(2, 2000, {"IND": "yes", "RUS": "abstain", "USA": "no", "CHN": "yes"}),
    vote(3, 2001, {"IND": "abstain", "RUS": "abstain", "USA": "absent", "CHN": "yes"}),
]
SOURCES: list[tuple[str, bool, dict[str, list[dict[str, Any]]]]] = [
    ("baci", False, {"trade": [trade("IND", "RUS", 2000, 5.0), trade("RUS", "IND", 2000, 7.0), trade("USA", "IND", 2001, 0.0)]}),
    ("comtrade", False, {"trade": [
        trade("IND", "RUS", 2000, 6.0, "RUS"), trade("IND", "RUS", 2000, 4.0, "IND"), trade("IND", "RUS", 2001, 8.0, "IND"),
        trade("IND", "RUS", 2001, 9.0, "RUS"), trade("CHN", "IND", 2002, 3.0, "CHN")]}),
    ("made_constant", False, {"trade": [trade("CHN", "RUS", 2000, 99.0, prices="constant 2010")]}),
    ("sipri_transfers", True, {"arms_deliveries": [
        delivery("1", "RUS", "IND", 2000, 10.5), delivery("2", "RUS", "IND", 2000, 1.5), delivery("3", "USA", "IND", 2001, None)]}),
    ("atop", True, {"treaties": [
        {"sender": "RUS", "receiver": "CHN", "year": 2001, "obligation": "consultation"},
        {"sender": "USA", "receiver": "IND", "year": 2001, "obligation": "defense"}]}),
    ("un_votes", False, {"roll_calls": [call for call, _ in VOTES], "votes": [row for _, rows in VOTES for row in rows]}),
    ("us_coincidence", False, {"us_coincidence": [{"state": "IND", "year": 2001, "coincidence": 0.25}]}),
    ("nuclear_agreements", False, {"nuclear_agreements": [{"state_a": "IND", "state_b": "RUS", "year": 2001, "kind": "type 1"}]}),
    ("sanctions", False, {"sanctions": [
        sanction("1", "USA", "IND", 1999, 2001, "arms"), sanction("2", "NATO", "CHN", 2000, 2000, "trade"),
        sanction("3", "UN", "RUS", 2000, 2000, "travel"), sanction("4", "", "RUS", 2002, 2002, "financial")]}),
    ("china_visits", False, {"visits": [
        {"visitor": "CHN", "host": "IND", "year": 2000, "visited": "2000", "person": "A", "office": "leader", "visit_number": 1},
        {"visitor": "CHN", "host": "IND", "year": 2000, "visited": "2000", "person": "B", "office": "leader", "visit_number": 1}]}),
    ("made_indicators", False, {"indicators": [{"state": "IND", "year": 2001, "indicator": "made_up", "value": -1.5, "unit": "points"}]}),
]  # fmt: skip


def shaped(table: str, rows: list[dict[str, Any]], source: str) -> pl.DataFrame:
    """Rows with all the columns of their table."""
    fields = TABLES[table].fields
    return pl.DataFrame(
        {field.name: pl.Series([row.get(field.name, source if field.name == "source" else "" if field.kind == "text" else None)
                                for row in rows], dtype=TYPES[field.kind]) for field in fields}
    )  # fmt: skip


def made_record(folder: Path, seed: int = 0) -> Record:
    """A record in `folder`; the rows of its tables lie on disk in an order that `seed` gives."""
    shuffle = random.Random(seed).shuffle
    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / "official file.csv"
    raw.write_text("as downloaded\n", encoding="utf-8")
    for source, is_complete, tables in SOURCES:
        frames: dict[str, pl.DataFrame | Path] = {}
        for table, rows in tables.items():
            shuffle(rows := list(rows))
            frames[table] = folder / f"{table}.parquet"
            shaped(table, rows, source).write_parquet(frames[table])
        told = {
            "producer": f"Makers & Co of {source}",
            "title": f"Made up: {source}",
            "url": "https://example.org/a_b",
            "citation": CITATION,
        }
        load_rows(
            folder / "record",
            source,
            LoadedRows(
                frames, origin=origin_of(told, source, "2002-12-31"), coverage=dict.fromkeys(frames, Coverage(FIRST, LAST, is_complete))
            ),
            [raw],
        )
    return Record(folder / "record")
