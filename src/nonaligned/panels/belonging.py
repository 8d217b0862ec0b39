"""Which states belonged to which groups in a year: surely, or only possibly where a day is not known finely enough."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from nonaligned.panels.merging import loads_of
from nonaligned.panels.template import state_type
from nonaligned.record.starter import starter_origin
from nonaligned.world.days import parse_day
from nonaligned.world.groups import group, groups

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

FAR = 9999


def as_of_year() -> int:
    """The last whole year for which the lists of members are complete."""
    origin = starter_origin("memberships")
    if origin is None:
        return 0
    return origin.as_of.year if (origin.as_of.month, origin.as_of.day) == (12, 31) else origin.as_of.year - 1


def group_codes(names: Sequence[str]) -> tuple[str, ...]:
    """Codes of groups from codes, names or aliases; all of the project's register where none is named."""
    return tuple(dict.fromkeys(group(name).code for name in names)) or tuple(one.code for one in groups())


def where_shipped(record: Record) -> tuple[str, list[str]]:
    """A condition for the rows of the project's register: sources that are loaded list other groups and other days."""
    loaded = sorted({key for key, _ in loads_of(record, "memberships")})
    marks = ", ".join("?" for _ in loaded)
    return (f"source NOT IN ({marks})" if loaded else "true"), loaded


def belonging(record: Record, first: int, last: int) -> pl.DataFrame:
    """Columns `group_code`, `state`, `year`, `is_sure`: members on at least one day of the year, up to the register's day.

    `is_sure` is false where the days of entry and exit are not known finely enough to tell. No row: no member.
    """
    where, parameters = where_shipped(record)
    rows = record.rows(f"SELECT group_code, state, entry, exit FROM memberships WHERE role = 'member' AND {where} ORDER BY ALL", parameters)
    return _by_year(tuple((row["group_code"], row["state"], row["entry"], row["exit"]) for row in rows), first, min(last, as_of_year()))


@lru_cache(maxsize=8)
def _by_year(spells: tuple[tuple[str, str, str, str], ...], first: int, last: int) -> pl.DataFrame:
    import polars as pl

    found: dict[tuple[str, str, int], bool] = {}
    for code, state, entry, exit in spells:
        start, end = parse_day(entry), parse_day(exit)
        maybe = (start[0].year if start else 0, end[1].year if end else FAR)
        sure = (start[1].year if start else 0, end[0].year if end else FAR)
        is_turned = start is not None and end is not None and start[1] > end[0]  # the days overlap: no day is sure
        for year in range(max(first, maybe[0]), min(last, maybe[1]) + 1):
            key = (code, state, year)
            found[key] = found.get(key, False) or (not is_turned and sure[0] <= year <= sure[1])
    listed = [(*key, is_sure) for key, is_sure in found.items()]
    schema = {"group_code": pl.String, "state": pl.String, "year": pl.Int32, "is_sure": pl.Boolean}
    frame = pl.DataFrame(listed, schema=schema, orient="row")
    return frame.with_columns(pl.col("state").cast(state_type(), strict=False)).drop_nulls("state")
