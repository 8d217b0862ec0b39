"""A small world of made-up figures: capabilities, pacts, sanctions, trade and votes of a year, for balances and what-ifs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from nonaligned.record.incoming import Coverage, LoadedRows
from nonaligned.record.loading import load_rows
from nonaligned.record.store import Record
from nonaligned.record.tables import TABLES
from nonaligned.sources import origin_of
from nonaligned.world.states import states

YEAR, VOTED = 2010, 2000  # of figures and treaties; of votes: nothing of that session ships
TYPES = {"text": pl.String(), "integer": pl.Int64(), "number": pl.Float64(), "day": pl.Date()}
COMPONENTS = ("cow_irst", "cow_milex", "cow_milper", "cow_pec", "cow_tpop", "cow_upop")
CAPABILITY = {"USA": 30.0, "CHN": 20.0, "RUS": 5.0, "IND": 12.0, "JPN": 6.0, "PRK": 1.0, "BRA": 4.0, "EGY": 3.0}
PACTS = (("USA", "JPN"), ("CHN", "PRK"))  # the first owes, and not the second
SANCTIONS = (("USA", "PRK", "trade"), ("JPN", "RUS", "financial"), ("RUS", "JPN", "travel"))
VOTES = {"USA": "nnyna", "IND": "yyynx", "RUS": "yyaya", "CHN": "yyyyy"}
WORDS = {"y": "yes", "n": "no", "a": "abstain", "x": "absent"}


def indicator(state: str, name: str, value: float, year: int = YEAR) -> dict[str, Any]:
    return {"state": state, "year": year, "indicator": name, "value": value, "unit": "units"}


def capabilities(held: Mapping[str, float] = CAPABILITY, missing: Iterable[tuple[str, str]] = ()) -> list[dict[str, Any]]:
    return [indicator(code, name, value) for code, value in held.items() for name in COMPONENTS if (code, name) not in set(missing)]


def pact(a: str, b: str, year: int = YEAR) -> dict[str, Any]:
    return {"sender": a, "receiver": b, "year": year, "obligation": "defense"}


def sanction(number: int, sender: str, target: str, kind: str) -> dict[str, Any]:
    flags = {f"is_{one}": str(int(one == kind)) for one in ("trade", "arms", "military", "financial", "travel", "other")}
    more = {"is_sender_multiple": "0", "is_target_multiple": "0", "sender_name": sender, "target_name": target}
    return {"case_id": str(number), "sender": sender, "target": target, "first_year": YEAR - 1, "last_year": YEAR, **flags, **more}


def votes() -> dict[str, list[dict[str, Any]]]:
    keys = [f"made:{at}" for at in range(len(VOTES["USA"]))]
    calls = [{"rcid": key, "body": "UNGA", "session": str(VOTED - 1945), "date": date(VOTED, 11, 1), "title": key} for key in keys]
    cast = [
        {"rcid": key, "state": code, "vote": WORDS[letter]} for code, row in VOTES.items() for key, letter in zip(keys, row, strict=True)
    ]
    return {"roll_calls": calls, "votes": cast}


def world_trade(seed: int = 1) -> dict[str, list[dict[str, Any]]]:
    """Trade among 120 states, with their output; the first of them export more than it."""
    rng = np.random.default_rng(seed)
    codes = [*(one.code for one in states(f"{YEAR}-07-01", "cow")[:116]), "USA", "RUS", "VNM", "ZAF"]
    flows = rng.lognormal(0, 1, (len(codes), len(codes)))
    rows = [
        {"exporter": a, "importer": b, "year": YEAR, "reporter": "COMPILED", "value_usd": float(flows[i, j]), "prices": "current",
         "valuation": "mixed"}
        for i, a in enumerate(codes) for j, b in enumerate(codes) if i != j
    ]  # fmt: skip
    output = [indicator(code, "gdp_current_usd", 100.0 if i < 2 else 1500.0) for i, code in enumerate(codes)]
    return {"trade": rows, "indicators": output}


def shaped(table: str, rows: list[dict[str, Any]], source: str) -> pl.DataFrame:
    """Rows with all the columns of their table."""
    columns: dict[str, pl.Series] = {}
    for field in TABLES[table].fields:
        default = source if field.name == "source" else "" if field.kind == "text" else None
        columns[field.name] = pl.Series([row.get(field.name, default) for row in rows], dtype=TYPES[field.kind])
    return pl.DataFrame(columns)


def record_of(folder: Path, tables: Mapping[str, Mapping[str, list[dict[str, Any]]]], first: int = YEAR, last: int = YEAR) -> Record:
    """A record with the rows of each source, each said to cover its years whole."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / "official file.csv"
    raw.write_text("as downloaded\n", encoding="utf-8")
    for source, frames in tables.items():
        told = {"producer": f"Makers of {source}", "title": f"Made up: {source}", "url": "https://example.org", "citation": "Maker 2001"}
        made: dict[str, pl.DataFrame | Path] = {table: shaped(table, rows, source) for table, rows in frames.items()}
        coverage = dict.fromkeys(made, Coverage(first, last, True))
        load_rows(folder / "record", source, LoadedRows(made, origin=origin_of(told, source, f"{last}-12-31"), coverage=coverage), [raw])
    return Record(folder / "record")


def small_world(folder: Path, **changes: Any) -> Record:
    """Eight states; `changes` take the place of a source's tables, None leaves the source out."""
    tables = {
        "cow_capabilities": {"indicators": capabilities()},
        "made_pacts": {"treaties": [pact(a, b) for a, b in PACTS]},  # a key that nothing that ships has
        "sanctions": {"sanctions": [sanction(at, *one) for at, one in enumerate(SANCTIONS)]},
        "un_votes": votes(),
        **changes,
    }
    return record_of(folder, {source: frames for source, frames in tables.items() if frames is not None})
