"""Indicators of a state in a year, one column each: output, population, military spending, capability."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from nonaligned.ground.errors import UsageError
from nonaligned.panels.merging import as_list, beside, chosen_source, covered_by, loads_of, merge, span, typed
from nonaligned.panels.variables import Behind, Covered, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

LOAD = "nonaligned sources"


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    import polars as pl

    columns, fields, covered = list[pl.DataFrame](), list[Field](), list[Covered]()
    for name in _names(record, options):
        source, where, parameters = _series(record, name, options)
        query = f"SELECT state, year, value, unit FROM indicators WHERE {where} AND year BETWEEN ? AND ?"
        rows = record.frame(query, [*parameters, *span(keys)])
        units = rows["unit"].unique().sort().to_list()
        columns.append(merge(keys, typed(rows.select("state", "year", pl.col("value").alias(name)), {"state": keys.columns[0]})))
        fields.append(Field(name, "number", f"{name.replace('_', ' ')} ({source or 'sources of the starter record'})", "; ".join(units)))
        used = [source] if source else _shipped(record, name)
        covered += [replace(one, columns=(name,)) for one in covered_by(record, "indicators", used)]
    return Values(beside(columns), tuple(fields), tuple(covered))


def _names(record: Record, options: Options) -> tuple[str, ...]:
    held = [row["indicator"] for row in record.rows("SELECT DISTINCT indicator FROM indicators ORDER BY indicator")]
    wanted = as_list(options.get("which", held))
    for name in wanted:
        if name not in held:
            near = difflib.get_close_matches(name, held, n=3, cutoff=0.4)
            why = f"Did you mean {', '.join(near)}?" if near else ""
            raise UsageError(f"There is no indicator {name!r} in the record.", why=why, mend=f"Indicators: {', '.join(held)}.")
    return wanted


def _series(record: Record, name: str, options: Options) -> tuple[str, str, list[str]]:
    """One source's rows of an indicator: the one chosen, else the loaded one with most rows, else those that ship."""
    if options.get("source"):
        source = chosen_source(record, "indicators", str(options["source"]), LOAD)
        return source, "indicator = ? AND source = ?", [name, source]
    loaded = [key for key, _ in loads_of(record, "indicators")]
    counts = record.rows("SELECT source, count(*) AS n FROM indicators WHERE indicator = ? GROUP BY source ORDER BY n DESC, source", [name])
    best = next((row["source"] for row in counts if row["source"] in loaded), "")
    return (best, "indicator = ? AND source = ?", [name, best]) if best else ("", "indicator = ?", [name])


def _shipped(record: Record, name: str) -> list[str]:
    return [row["source"] for row in record.rows("SELECT DISTINCT source FROM indicators WHERE indicator = ? ORDER BY source", [name])]


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    found: list[Behind] = []
    for name in _names(record, options):
        _, where, parameters = _series(record, name, options)
        query = f"SELECT * FROM indicators WHERE state = ? AND year = ? AND {where}"
        found.append(Behind("indicators", query, (*key.values(), *parameters)))
    return tuple(found)


VARIABLE = Variable(
    name="indicators",
    description="Indicators of a state in a year: output, population, military spending, capability.",
    tables=("indicators",),
    load=LOAD,
    grains={"state_year": Grain((), _values, _behind)},
    options={"which": "names of indicators, joined by commas; all without it", "source": "one source alone, as cow_capabilities"},
)
