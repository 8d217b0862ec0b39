"""What the readers of trade files share: which codes are states, rows that are left out, one row for each key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import SourceError
from nonaligned.sources import Coverage, LoadedRows, SetAside, origin_of
from nonaligned.sources.state_codes import is_state_in
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

UNKNOWN_SHARE = 0.01  # above this a file's codes are not the ones that the reader knows
KEYS = {
    "trade": ("exporter", "importer", "year", "reporter"),
    "trade_products": ("exporter", "importer", "year", "reporter", "product"),
}

# ISO 3166-1 codes that are no states' (territories, and the Netherlands Antilles, which ended), with their numbers.
TERRITORIES: Mapping[str, int] = {
    "ABW": 533, "AIA": 660, "ANT": 530, "ASM": 16, "ATA": 10, "ATF": 260, "BES": 535, "BLM": 652, "BMU": 60, "BVT": 74,
    "CCK": 166, "CUW": 531, "CXR": 162, "CYM": 136, "FLK": 238, "FRO": 234, "GIB": 292, "GLP": 312, "GRL": 304, "GUF": 254,
    "GUM": 316, "HKG": 344, "HMD": 334, "IOT": 86, "MAC": 446, "MAF": 663, "MNP": 580, "MSR": 500, "MTQ": 474, "MYT": 175,
    "NCL": 540, "NFK": 574, "PCN": 612, "PRI": 630, "PYF": 258, "REU": 638, "SGS": 239, "SHN": 654, "SJM": 744, "SPM": 666,
    "SXM": 534, "TCA": 796, "TKL": 772, "UMI": 581, "VGB": 92, "VIR": 850, "WLF": 876,
}  # fmt: skip


def known_codes() -> frozenset[str]:
    """Every state code on file."""
    return frozenset(one.code for one in states(system=None))


def stands(code: str, year: int) -> bool:
    """Whether a state existed in a year; a code that is in no system of states has no dates to break.

    Examples
    --------
    >>> stands("SSD", 2010), stands("SSD", 2011), stands("PSE", 2020)
    (False, True, True)
    """
    return code in _undated() or is_state_in(code, year)


def _undated() -> frozenset[str]:
    return frozenset(one.code for one in states(system=None) if not one.spells)


def standing(frame: pl.DataFrame, *columns: str) -> pl.Series:
    """For each row, whether the states in all of `columns` existed in its `year`."""
    import polars as pl

    pairs = pl.concat([frame.select(pl.col(column).alias("state"), "year") for column in columns]).unique().drop_nulls()
    held = pairs.with_columns(
        pl.struct("state", "year").map_elements(lambda row: stands(row["state"], row["year"]), pl.Boolean).alias("is")
    )
    good = frame.select(*columns, "year")
    for column in columns:
        good = good.join(held.rename({"state": column, "is": f"is_{column}"}), on=[column, "year"], how="left", maintain_order="left")
    return good.select(pl.all_horizontal(pl.col(f"is_{column}").fill_null(False) for column in columns).alias("stands")).to_series()


def split_off(frame: pl.DataFrame, rule: pl.Expr | pl.Series, reason: str, aside: list[SetAside]) -> pl.DataFrame:
    """`frame` without the rows where `rule` holds; they are counted in `aside`."""
    gone = frame.with_columns(rule.fill_null(False).alias("gone"))["gone"]
    if gone.any():
        aside.append(SetAside(int(gone.sum()), reason, frame.filter(gone)["line"].to_list()[0]))
        return frame.filter(~gone)
    return frame


def refuse_many_unknown(n_unknown: int, n: int, examples: Iterable[object], path: Path) -> None:
    """Raise SourceError where too many rows have a code that is neither a state's nor a known territory's or group's."""
    if n and n_unknown > max(UNKNOWN_SHARE * n, 3):
        listed = ", ".join(sorted({str(one) for one in examples})[:8])
        raise SourceError(
            f"{path.name}: {n_unknown} of {n} rows name states that cannot be told.", why=f"Among them {listed}.", mend="nonaligned sources"
        )


def refuse_doubles(frame: pl.DataFrame, table: str, path: Path) -> None:
    """Raise SourceError where two rows of `frame` would have one key of `table`."""
    import polars as pl

    double = frame.filter(pl.struct(KEYS[table]).is_duplicated())
    if double.height:
        first, second = double.sort(*KEYS[table], "line").head(2).iter_rows(named=True)
        raise SourceError(
            f"{path.name}, line {second['line']}: {first['exporter']} to {first['importer']} in {first['year']} stands twice.",
            why=f"It is in line {first['line']} too; {double.height} rows are like this.",
        )


def loaded(
    declared: Mapping[str, str],
    name: str,
    frames: Mapping[str, pl.DataFrame | Path],
    years: tuple[int, int],
    *,
    rows_in: int,
    set_aside: list[SetAside],
    warnings: tuple[str, ...],
    part: str = "",
    coverage_note: str = "",
    file: str = "The file",
) -> LoadedRows:
    """The rows of a trade source with their origin and coverage; every data row that is not set aside is used. `file` is for errors."""
    import polars as pl

    if not any(isinstance(frame, Path) or frame.height for frame in frames.values()):
        raise SourceError(f"{file} has no rows for {name}.", why="; ".join(f"{a.count} rows: {a.reason}" for a in set_aside)[:400])
    covered = {table: Coverage(*years, note=coverage_note) for table in frames}
    finished: dict[str, Any] = {}
    for table, frame in frames.items():
        finished[table] = frame if isinstance(frame, Path) else frame.with_columns(source=pl.lit(name)).drop("line", strict=False)
    return LoadedRows(
        finished,
        warnings,
        origin_of(declared, name, f"{years[1]}-12-31", " ".join(warnings)),
        part,
        covered,
        rows_in,
        rows_in - sum(one.count for one in set_aside),
        tuple(set_aside),
    )
