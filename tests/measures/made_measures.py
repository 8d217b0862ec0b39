"""A small record of made-up figures for every table that a measure reads: its rows in any order, its states under any names."""

from __future__ import annotations

import random
from collections.abc import Mapping
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
FIRST, LAST = 1997, 2002
BIG = ("BRA", "CHN", "DEU", "FRA", "GBR", "IND", "JPN", "NGA", "RUS", "TUR", "USA", "ZAF")
SMALL = tuple(
    "AFG AGO ALB ARE ARG ARM AUS AUT AZE BDI BEL BEN BFA BGD BGR BHR BIH BLR BOL BWA CAF CAN CHE CHL CIV CMR COD COG COL CRI CUB CYP CZE "
    "DJI DNK DOM DZA ECU EGY ERI ESP EST ETH FIN FJI GAB GEO GHA GIN GMB GRC GTM GUY HND HRV HTI HUN IDN IRL IRN IRQ ISL ISR ITA JAM JOR "
    "KAZ KEN KGZ KHM KOR KWT LAO LBN LBR LBY LKA LTU LUX LVA".split()
)
COMPONENTS = ("cow_irst", "cow_milex", "cow_milper", "cow_pec", "cow_tpop", "cow_upop")


def _trade(draw: random.Random) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for year in (2000, 2001):
        for state in BIG:
            for partner in (*BIG, *SMALL):
                for exporter, importer in ((state, partner), (partner, state)) if partner not in BIG else ((state, partner),):
                    if exporter == importer:
                        continue
                    value = round(10 ** draw.uniform(6, 10), 2)
                    sides = ((importer, 1.06), (exporter, draw.uniform(0.8, 1.2))) if partner in BIG else ((state, 1.0),)
                    rows += [
                        {"exporter": exporter, "importer": importer, "year": year, "reporter": side, "value_usd": round(value * times, 2),
                         "prices": "current", "valuation": "mixed"}
                        for side, times in sides
                    ]  # fmt: skip
    return rows


def _arms(draw: random.Random) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for recipient in (*BIG, *SMALL[:20]):
        for supplier in draw.sample([state for state in BIG if state != recipient], 4):
            rows += [
                {"deal_id": f"{recipient}{supplier}{year}", "supplier": supplier, "recipient": recipient, "delivered_year": year,
                 "tiv": round(draw.uniform(1, 300), 1), "register": "17 columns", "is_split": "0", "is_number_estimate": "0",
                 "is_delivered_year_estimate": "0"}
                for year in range(FIRST, LAST + 1)
            ]  # fmt: skip
    return rows


def _pledges(draw: random.Random) -> list[dict[str, Any]]:
    pairs = [(one, other) for one in BIG for other in (*BIG, *SMALL) if one != other and draw.random() < 0.1]
    return [
        {"sender": one, "receiver": other, "year": year, "obligation": "defense"}
        for pair in dict.fromkeys(tuple(sorted(pair)) for pair in pairs)
        for one, other in (pair, pair[::-1])
        for year in range(FIRST, LAST + 1)
    ]


def _indicators(draw: random.Random) -> list[dict[str, Any]]:
    states, years = (*BIG, *SMALL), range(FIRST, LAST + 1)
    size = {state: draw.uniform(1, 100) for state in states}
    total = sum(size.values())
    rows = [(state, year, "cinc", size[state] / total, "share of world") for state in states for year in years]
    rows += [
        (state, year, name, round(size[state] * draw.uniform(50, 150)), "") for state in states for year in years for name in COMPONENTS
    ]
    rows += [(state, year, "gdp_current_usd", round(size[state] * 1e10), "US$") for state in states for year in years]
    rows += [(state, year, "population", round(size[state] * 1e6), "persons") for state in states for year in years]
    rows += [(state, year, "gdp_per_capita_usd", 1e4, "US$") for state in states for year in years]
    return [dict(zip(("state", "year", "indicator", "value", "unit"), row, strict=True)) for row in rows]


def _votes(draw: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    calls: list[dict[str, Any]] = []
    votes: list[dict[str, Any]] = []
    place = {state: draw.gauss(0, 1) for state in (*BIG, *SMALL)}
    for number in range(80):
        year, key = 1999 + number // 30, f"MADE/{number}"
        slope, cut = draw.choice((-2, 2)), draw.gauss(0, 0.7)
        calls.append(
            {
                "rcid": key,
                "body": "UNGA",
                "session": str(year - 1945),
                "date": date(year, 10, 1 + number % 30),
                "title": f"Resolution {number}",
            }
        )
        for state, where in place.items():
            lies = slope * (where - cut) + draw.gauss(0, 0.7)
            is_away = draw.random() < 0.04
            votes.append(
                {"rcid": key, "state": state, "vote": "absent" if is_away else "yes" if lies > 0.4 else "no" if lies < -0.4 else "abstain"}
            )
    return calls, votes


def made_record(folder: Path, seed: int = 0, rename: Mapping[str, str] | None = None) -> Record:
    """A record in `folder`: `seed` gives the order of its rows on disk, `rename` other names to its states (a permutation)."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / "official file.csv"
    raw.write_text("as downloaded\n", encoding="utf-8")
    names = rename or {}
    calls, votes = _votes(random.Random(5))
    tables = (
        ("comtrade", False, {"trade": _trade(random.Random(1))}),
        ("sipri_transfers", True, {"arms_deliveries": _arms(random.Random(2))}),
        ("atop", True, {"treaties": _pledges(random.Random(3))}),
        ("cow_capabilities", False, {"indicators": _indicators(random.Random(4))}),
        ("un_votes", False, {"roll_calls": calls, "votes": votes}),
    )
    for source, is_complete, made in tables:
        frames: dict[str, pl.DataFrame | Path] = {}
        for table, rows in made.items():
            told = [{name: names.get(value, value) if isinstance(value, str) else value for name, value in row.items()} for row in rows]
            random.Random(seed).shuffle(told)
            frames[table] = folder / f"{source}-{table}.parquet"
            fields = TABLES[table].fields
            pl.DataFrame(
                {one.name: pl.Series([row.get(one.name, source if one.name == "source" else "" if one.kind == "text" else None)
                                      for row in told], dtype=TYPES[one.kind]) for one in fields}
            ).write_parquet(frames[table])  # fmt: skip
        origin = origin_of(
            {"producer": "Makers", "title": source, "url": "https://example.org", "citation": "Maker 2001"}, source, "2002-12-31"
        )
        covered = dict.fromkeys(frames, Coverage(FIRST, LAST, is_complete))
        load_rows(folder / "record", source, LoadedRows(frames, origin=origin, coverage=covered), [raw])
    return Record(folder / "record")
