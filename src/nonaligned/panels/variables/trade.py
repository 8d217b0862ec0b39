"""Goods exported from one state to another in a calendar year: one source for each dyad and year, and the mirrors apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.merging import beside, chosen_source, covered_by, loads_of, merge, one_of, span, typed
from nonaligned.panels.variables import Behind, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

LOAD = "nonaligned load cow_trade FILE"
# The first that has a dyad and year gives its value; then the other loaded sources, then the offices of the starter record.
ORDER = ("cow_trade", "baci", "imf_trade", "imf_dots", "comtrade")
SIDES = ("compiled", "importer", "exporter")  # whose figure of one source is taken, in this order
VALUE = Field("exports_usd", "number", "goods exported from the first state to the second, in US dollars of the time", "US$", 0)
SOURCE = Field("exports_source", "text", "source of exports_usd")
REPORTER = Field("exports_reporter", "text", "whose figure it is: compiled from both sides, the importer's, the exporter's", choices=SIDES)
MIRRORS = {
    side: Field(f"exports_usd_{side}", "number", f"the same flow as the {side} reports it ({price})", "US$", 0)
    for side, price in (("importer", "usually c.i.f."), ("exporter", "usually f.o.b."))
}
NOTES = ("Trade of different sources is not comparable to the dollar: see exports_source before reading a change, or choose one source.",)


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    import polars as pl

    rows, ranks, prices = _rows(record, keys, options)
    side = one_of("reporter", options.get("reporter", "any"), ("any", *SIDES))
    best = merge(keys, _first(rows if side == "any" else _of_side(rows, side)))
    sources = pl.Series([source for source in ranks for _ in SIDES], dtype=pl.Enum(ranks or [""]))
    reporters = pl.Series([one for _ in ranks for one in SIDES], dtype=pl.Enum(SIDES))
    place = best["rank"].cast(pl.UInt32)
    columns = (best["value_usd"], sources.gather(place), reporters.gather(place))
    parts = [pl.DataFrame(dict(zip(("exports_usd", "exports_source", "exports_reporter"), columns, strict=True)))]
    fields = [_priced(VALUE, prices), SOURCE, REPORTER]
    used = _used(best, ranks)
    if one_of("mirrors", options.get("mirrors", "no"), ("yes", "no")) == "yes":
        for one, field in MIRRORS.items():
            mirror = merge(keys, _first(_of_side(rows, one)))
            parts.append(mirror.select(pl.col("value_usd").alias(field.name)))
            fields.append(_priced(field, prices))
            used |= _used(mirror, ranks)
    return Values(beside(parts), tuple(fields), covered_by(record, "trade", used), NOTES if len(used) > 1 else ())


def _used(found: pl.DataFrame, ranks: list[str]) -> dict[str, None]:
    return dict.fromkeys(ranks[int(rank) // len(SIDES)] for rank in found["rank"].drop_nulls().unique().sort().to_list())


def _rows(record: Record, keys: pl.DataFrame, options: Options) -> tuple[pl.DataFrame, list[str], str]:
    """Flows between states in the template's years with their rank (source, then side), the sources in order, and the prices."""
    where, parameters = _where(record, options)
    years = "year BETWEEN ? AND ?"
    held = record.rows(f"SELECT DISTINCT source, prices FROM trade WHERE {where} AND {years} ORDER BY ALL", [*parameters, *span(keys)])
    ranks = order(record, [row["source"] for row in held])
    sides = "CASE reporter WHEN 'COMPILED' THEN 0 WHEN importer THEN 1 WHEN exporter THEN 2 END"
    rows = record.frame(
        f"SELECT exporter, importer, year, value_usd, CAST({len(SIDES)} * (list_position(?, source) - 1) + {sides} AS SMALLINT) AS rank "
        f"FROM trade WHERE {where} AND {years} AND value_usd IS NOT NULL AND rank IS NOT NULL",
        [ranks, *parameters, *span(keys)],
    )
    first, second, _ = keys.columns
    return typed(rows, {"exporter": first, "importer": second}), ranks, held[0]["prices"] if held else "current"


def _of_side(rows: pl.DataFrame, side: str) -> pl.DataFrame:
    import polars as pl

    return rows.filter(pl.col("rank") % len(SIDES) == SIDES.index(side))


def _where(record: Record, options: Options) -> tuple[str, list[str]]:
    """One source in its own prices, or all of those in prices of the time."""
    if not options.get("source"):
        return "prices = 'current'", []
    source = chosen_source(record, "trade", str(options["source"]), LOAD)
    prices = record.rows("SELECT DISTINCT prices FROM trade WHERE source = ? ORDER BY prices = 'current' DESC, prices", [source])
    return "source = ? AND prices = ?", [source, prices[0]["prices"]]


def _first(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each dyad and year: the one of least rank."""
    import polars as pl

    key = rows.columns[:3]
    if rows["rank"].n_unique() <= 1:
        return rows
    best = rows.group_by(key).agg(pl.col("rank").min())
    return rows.join(best, on=[*key, "rank"], how="semi")


def order(record: Record, sources: list[str]) -> list[str]:
    """Sources in the order in which they are asked: `ORDER`, the other loaded ones, then those that ship."""
    loaded = {key for key, _ in loads_of(record, "trade")}
    return sorted(sources, key=lambda key: (key not in loaded, ORDER.index(key) if key in ORDER else len(ORDER), key))


def _priced(field: Field, prices: str) -> Field:
    if prices == "current":
        return field
    said = field.description.replace("US dollars of the time", f"US dollars, {prices} prices")
    return Field(field.name, field.kind, said, f"US$, {prices}", field.low)


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    where, parameters = _where(record, options)
    first, second, year = key.values()
    sql = f"SELECT * FROM trade WHERE exporter = ? AND importer = ? AND year = ? AND {where} ORDER BY source, reporter"
    return (Behind("trade", sql, (first, second, year, *parameters)),)


VARIABLE = Variable(
    name="trade",
    description="Goods exported from one state to another in a calendar year.",
    tables=("trade",),
    load=LOAD,
    grains={"directed_dyad_year": Grain((VALUE, SOURCE, REPORTER), _values, _behind)},
    options={
        "source": "one source alone, as cow_trade; in its own prices",
        "reporter": f"whose figures: any, {', '.join(SIDES)}",
        "mirrors": "yes: the importer's and the exporter's figures in columns of their own",
    },
)
