"""How each table is put together: starter rows, loaded rows, who gives way to whom, and rows that follow from others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nonaligned.record.engine import quoted
from nonaligned.record.fields import SQL_TYPES
from nonaligned.record.manifest import Loaded
from nonaligned.record.tables import Table

WINDOW = 5  # years over which SIPRI's shares are taken
SMALL_TOTAL = 50  # TIV below which one order may be the whole share

# Rows that follow from other tables' rows: {names} are tables whose views stand already.
SUMMED_DELIVERIES = """
SELECT supplier, recipient, delivered_year AS year, CAST(sum(CAST(tiv AS DECIMAL(18, 6))) AS DOUBLE) AS tiv,
    'computed' AS kind, min(source) AS source
FROM arms_deliveries WHERE supplier <> '' AND recipient <> '' AND tiv IS NOT NULL GROUP BY ALL"""

_VOLUMES = f"""
WITH span AS (SELECT min(delivered_year) AS first, max(delivered_year) AS last FROM arms_deliveries WHERE tiv IS NOT NULL),
windows AS (SELECT unnest(generate_series(first + {WINDOW - 1}, last)) AS last_year FROM span),
volumes AS (
    SELECT {{side}}, last_year, sum(CAST(tiv AS DECIMAL(18, 6))) AS tiv, min(source) AS source
    FROM arms_deliveries JOIN windows ON delivered_year BETWEEN last_year - {WINDOW - 1} AND last_year
    WHERE tiv IS NOT NULL GROUP BY ALL
)"""

SHARES_OF_IMPORTS = (
    _VOLUMES.format(side="recipient, CASE WHEN supplier = '' THEN 'OTHER' ELSE supplier END AS supplier")
    + f""", totals AS (SELECT recipient, last_year, sum(tiv) AS total FROM volumes WHERE recipient <> '' GROUP BY ALL HAVING total > 0)
SELECT recipient, supplier, last_year - {WINDOW - 1} AS first_year, last_year, CAST(100 * CAST(tiv AS DOUBLE) / CAST(total AS DOUBLE) AS
    DOUBLE) AS share, CASE WHEN supplier = 'OTHER' THEN NULL ELSE row_number() OVER (PARTITION BY recipient, last_year
    ORDER BY supplier = 'OTHER', tiv DESC, supplier) END AS rank, CAST(total AS DOUBLE) AS recipient_tiv, 'computed' AS kind, source,
    CASE WHEN total < {SMALL_TOTAL} THEN 'few deliveries: one order may be the whole share' ELSE '' END AS note
FROM volumes JOIN totals USING (recipient, last_year) WHERE tiv > 0"""
)
SHARES_OF_EXPORTS = (
    _VOLUMES.format(side="supplier")
    + f""", totals AS (SELECT last_year, sum(tiv) AS total FROM volumes GROUP BY ALL)
SELECT supplier, last_year - {WINDOW - 1} AS first_year, last_year, CAST(100 * CAST(tiv AS DOUBLE) / CAST(total AS DOUBLE) AS DOUBLE) AS
    share, row_number() OVER (PARTITION BY last_year ORDER BY tiv DESC, supplier) AS rank, source, '' AS note
FROM volumes JOIN totals USING (last_year) WHERE supplier <> '' AND tiv > 0"""
)
SPELLS = """
WITH islands AS (
    SELECT *, year - dense_rank() OVER (PARTITION BY sender, receiver, obligation ORDER BY year) AS island FROM treaties
)
SELECT sender, receiver, obligation, min(year) AS first_year, max(year) AS last_year, string_agg(DISTINCT source, '|' ORDER BY source)
    AS source FROM islands GROUP BY sender, receiver, obligation, island"""

STATEMENTS = """
WITH flows AS NOT MATERIALIZED (
    SELECT exporter AS reporter, importer AS partner, year, 'exports' AS flow, value_usd, source FROM loaded_trade
    WHERE reporter IN (exporter, 'COMPILED') AND prices = 'current'
    UNION ALL
    SELECT importer, exporter, year, 'imports', value_usd, source FROM loaded_trade
    WHERE reporter IN (importer, 'COMPILED') AND prices = 'current'
), sums AS (
    SELECT reporter, partner, year, 'total' AS flow, x.value_usd + m.value_usd AS value_usd, source
    FROM (SELECT * FROM flows WHERE flow = 'exports') x JOIN (SELECT * FROM flows WHERE flow = 'imports') m
    USING (reporter, partner, year, source)
)
SELECT reporter, partner, make_date(year, 1, 1) AS first_day, make_date(year, 12, 31) AS last_day, CAST(year AS VARCHAR) AS period, flow,
    value_usd AS value, 'USD' AS currency, value_usd, 'goods' AS coverage, source, '' AS note
FROM (SELECT * FROM flows UNION ALL SELECT * FROM sums)"""

# What a file of roll calls says of a landmark and the starter's row does not.
FILL_ROLL_CALLS = """
UPDATE starter_roll_calls AS s SET linked_rcid = l.linked_rcid, part = l.part,
    issue = CASE WHEN s.issue = '' THEN l.issue ELSE s.issue END
FROM loaded_roll_calls AS l WHERE l.rcid = s.rcid"""

# Table -> (table that must hold loaded rows, query). Without loaded rows the starter's stand alone.
FOLLOWS: dict[str, tuple[str, str]] = {
    "arms_transfers": ("arms_deliveries", SUMMED_DELIVERIES),
    "arms_shares": ("arms_deliveries", SHARES_OF_IMPORTS),
    "arms_export_shares": ("arms_deliveries", SHARES_OF_EXPORTS),
    "treaty_spells": ("treaties", SPELLS),
    "trade_statements": ("trade", STATEMENTS),
}
WHOLE_REGISTERS = ("arms_shares", "arms_export_shares")  # a share of what some suppliers delivered is none
KEPT_AS_QUERY = frozenset({"trade_statements"})  # too large to write out each time; a question about a pair reads little of it
# Starter rows of a source that was loaded whole give way to it, where tables share no key.
SAME_SOURCE = {"trade_statements": "SELECT DISTINCT source FROM loaded_trade"}
# Of two registers of one source the newer layout stands where it has years of its own.
NEWEST_REGISTER = (
    "register = '17 columns' OR delivered_year < (SELECT coalesce(min(delivered_year), 9999) FROM {rows} WHERE register = '17 columns')"
)


def columns_of(table: Table) -> str:
    """The table's columns with their SQL types."""
    return ", ".join(f"{field.name} {SQL_TYPES[field.kind]}" for field in table.fields)


def by_name(table: Table, query: str, have: Sequence[str]) -> str:
    """A query with the table's columns in their order; a text that it lacks is empty, any other column is missing."""
    chosen = ", ".join(
        field.name
        if field.name in have
        else f"CAST({quoted('') if field.kind == 'text' else 'NULL'} AS {SQL_TYPES[field.kind]}) AS {field.name}"
        for field in table.fields
    )
    return f"SELECT {chosen} FROM ({query})"


def loaded_rows(table: Table, entry: Loaded, folder: Path, have: Sequence[str], newer: Sequence[Loaded]) -> str:
    """The rows of one load, less those whose keys stand in newer parts of the same source."""
    query = by_name(table, f"SELECT * FROM read_parquet({quoted(str(folder / entry.files[table.name]))})", have)
    for other in newer:
        same = " AND ".join(f"n.{column} = o.{column}" for column in table.key)
        path = quoted(str(folder / other.files[table.name]))
        query = f"SELECT * FROM ({query}) AS o WHERE NOT EXISTS (SELECT 1 FROM read_parquet({path}) AS n WHERE {same})"
    return query


def same_key(columns: Sequence[str], left: str, right: str) -> str:
    """A condition that two rows share columns."""
    return " AND ".join(f"{left}.{column} = {right}.{column}" for column in columns)
