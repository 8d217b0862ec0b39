"""The starter record: what ships with the program, as SQL over the project's own CSV and Parquet files."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from nonaligned.ground.origins import Origin, read_origin
from nonaligned.record.engine import quoted
from nonaligned.record.fields import SQL_TYPES
from nonaligned.record.tables import Table

# Tables that ship as the register of states, under the register's own names of columns.
REGISTERS: dict[str, tuple[str, dict[str, str]]] = {
    "states": ("states", {"code": "state"}),
    "state_spells": ("state_spells", {"code": "state", "first": "entry", "last": "exit"}),
    "memberships": ("memberships", {"group": "group_code", "first": "entry", "last": "exit"}),
    "leaders": ("leaders", {"first": "entry", "last": "exit"}),
}
ESTIMATES = ("ideal_points", "roll_call_items")  # the program's own results, as Parquet
# Tables whose starter rows follow from those of another: calendar years of trade, obligations of treaties by dyad and year.
DERIVED: dict[str, tuple[tuple[str, ...], str]] = {
    "trade": (
        ("trade_statements",),
        """
        SELECT DISTINCT ON (exporter, importer, year, reporter, source) * FROM (
            SELECT CASE flow WHEN 'exports' THEN reporter ELSE partner END AS exporter,
                CASE flow WHEN 'exports' THEN partner ELSE reporter END AS importer,
                TRY_CAST(period AS BIGINT) AS year, CASE source WHEN 'cow_trade' THEN 'COMPILED' ELSE reporter END AS reporter,
                value_usd, CASE WHEN source = 'cow_trade' THEN 'mixed' WHEN flow = 'exports' THEN 'fob' ELSE 'cif' END AS valuation,
                'current' AS prices, source, note
            FROM starter_trade_statements
            WHERE flow IN ('exports', 'imports') AND coverage = 'goods' AND value_usd IS NOT NULL AND length(period) = 4
        ) ORDER BY exporter, importer, year, reporter, source, value_usd""",
    ),
    "treaties": (
        ("alliances", "alliance_members"),
        """
        WITH bound AS (
            SELECT treaty_id, state, source, TRY_CAST(list_last(regexp_extract_all(first, '[0-9]{4}')) AS BIGINT) AS since,
                CASE WHEN last = '' THEN NULL WHEN last LIKE '..%' THEN 0
                    ELSE TRY_CAST(regexp_extract(last, '[0-9]{4}') AS BIGINT) END AS until
            FROM starter_alliance_members
        ), pledged AS (
            SELECT treaty_id, unnest(['defense', 'offense', 'neutrality', 'nonaggression', 'consultation']) AS obligation,
                unnest([defense, offense, neutrality, nonaggression, consultation]) AS is_in
            FROM starter_alliances
        ), dyads AS (
            SELECT one.treaty_id, one.state AS sender, two.state AS receiver, one.source,
                unnest(generate_series(greatest(one.since, two.since), least(coalesce(one.until, {last_year}),
                coalesce(two.until, {last_year}), {last_year}))) AS year
            FROM bound one JOIN bound two ON one.treaty_id = two.treaty_id AND one.state <> two.state
        )
        SELECT sender, receiver, year, obligation, min(source) AS source FROM dyads JOIN pledged USING (treaty_id)
        WHERE is_in = '1' GROUP BY ALL""",
    ),
}


@cache
def starter_directory() -> Path:
    """Where the starter record lies inside the package."""
    return Path(str(resources.files("nonaligned.record"))) / "starter"


@cache
def register_directory() -> Path:
    """Where the register of states lies inside the package."""
    return Path(str(resources.files("nonaligned.world"))) / "data"


def starter_path(table: str) -> Path:
    """The file of a table's starter rows, or of those from which they follow; it need not exist."""
    if table in REGISTERS:
        return register_directory() / f"{REGISTERS[table][0]}.csv"
    suffix = "parquet" if table in ESTIMATES else "csv"
    return starter_directory() / f"{DERIVED[table][0][0] if table in DERIVED else table}.{suffix}"


@cache
def starter_origin(table: str) -> Origin | None:
    """Title, day and sources of a table's starter rows; None where it has none."""
    path = starter_path(table).with_suffix(".origin.toml")
    return read_origin(path) if path.exists() else None


def starter_rows(table: Table) -> str | None:
    """A query for a table's starter rows, by name of column; None where it has none."""
    if table.name in DERIVED:
        origin = starter_origin("alliances")
        return DERIVED[table.name][1].replace("{last_year}", str(origin.as_of.year if origin else 0))
    path = starter_path(table.name)
    if not path.exists():
        return None
    if table.name in ESTIMATES:
        return f"SELECT * FROM read_parquet({quoted(str(path))})"
    names = REGISTERS[table.name][1] if table.name in REGISTERS else {}
    with path.open(encoding="utf-8", newline="") as handle:
        header = handle.readline().strip().split(",")
    types = {field.name: SQL_TYPES[field.kind] for field in table.fields}
    columns = ", ".join(f"'{name}': '{types.get(names.get(name, name), 'VARCHAR')}'" for name in header)
    kept = [name for name in header if names.get(name, name) in types]
    texts = ", ".join(quoted(name) for name in kept if types[names.get(name, name)] == "VARCHAR")
    chosen = ", ".join(f'"{name}" AS {names.get(name, name)}' for name in kept)
    return (
        f"SELECT {chosen} FROM read_csv({quoted(str(path))}, header=true, delim=',', quote='\"', escape='\"', "
        f"auto_detect=false, columns={{{columns}}}, force_not_null=[{texts}])"
    )


def tables_behind(table: str) -> tuple[str, ...]:
    """The tables from whose starter rows those of a table follow."""
    return DERIVED[table][0] if table in DERIVED else ()
