"""Membership of groups: a state's own, and how many two states share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.belonging import as_of_year, belonging, group_codes, where_shipped
from nonaligned.panels.merging import as_list, beside, merge, span
from nonaligned.panels.template import FIRST_YEAR, codes
from nonaligned.panels.variables import Behind, Covered, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.record.store import Record

SHARED = Field("shared_groups", "integer", "groups to which both belonged in the year (observers and candidates do not count)", "", 0)
NOTE = "The register lists all members of the groups that it has; a year in which a day is not known finely enough is missing."


def _covered(record: Record, options: Options, is_one_each: bool = False) -> tuple[Covered, ...]:
    """The documents behind the groups' lists, each complete up to the register's day, with the columns of their groups."""
    where, parameters = where_shipped(record)
    rows = record.rows(f"SELECT DISTINCT group_code, source FROM memberships WHERE role = 'member' AND {where} ORDER BY ALL", parameters)
    wanted = group_codes(as_list(options.get("groups", ())))
    behind: dict[str, dict[str, None]] = {}
    for row in rows:
        for key in row["source"].split("|") if row["group_code"] in wanted else ():
            behind.setdefault(key, {})[f"member_{row['group_code'].lower()}"] = None
    return tuple(
        Covered("memberships", key, FIRST_YEAR, as_of_year(), True, columns=tuple(names) if is_one_each else (), is_shipped=True)
        for key, names in sorted(behind.items())
    )


def _of_state(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    import polars as pl

    wanted = group_codes(as_list(options.get("groups", ())))
    held = belonging(record, *span(keys))
    columns: list[pl.DataFrame] = []
    for code in wanted:
        name = f"member_{code.lower()}"
        rows = held.filter(pl.col("group_code") == code).select(pl.col("state").alias(keys.columns[0]), "year", "is_sure")
        found = merge(keys, rows)["is_sure"]
        known = keys["year"] <= as_of_year()
        value = pl.when(found).then(1).when(pl.lit(found).is_null() & pl.lit(known)).then(0).cast(pl.Int8).alias(name)
        columns.append(keys.select(value))
    fields = tuple(
        Field(f"member_{code.lower()}", "integer", f"1: a member of {code} on at least one day of the year", "", 0, 1) for code in wanted
    )
    return Values(beside(columns), fields, _covered(record, options, True), (NOTE,))


def _shared(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    import numpy as np
    import polars as pl

    first, second, _ = keys.columns
    wanted = group_codes(as_list(options.get("groups", ())))
    held = belonging(record, *span(keys)).filter(pl.col("group_code").is_in(list(wanted)))
    value = np.full(keys.height, -1, dtype=np.int16)
    sides = [keys[name].to_physical().to_numpy() for name in (first, second)]
    years = keys["year"].to_numpy()
    for year in np.unique(years[years <= as_of_year()]).tolist():
        rows = held.filter(pl.col("year") == year)
        sure, maybe = (_counts(part, wanted) for part in (rows.filter("is_sure"), rows))
        at = np.flatnonzero(years == year)
        one, other = sides[0][at], sides[1][at]
        value[at] = np.where(sure[one, other] == maybe[one, other], sure[one, other], -1)
    column = pl.Series("shared_groups", value)
    frame = column.to_frame().select(pl.when(pl.col("shared_groups") >= 0).then("shared_groups"))
    return Values(frame, (SHARED,), _covered(record, options), (NOTE,))


def _counts(rows: pl.DataFrame, wanted: tuple[str, ...]) -> NDArray[np.int16]:
    """Groups shared by every pair of states, from one year's rows."""
    import numpy as np
    import polars as pl

    table = np.zeros((len(codes()), len(wanted)))
    place = rows["group_code"].replace_strict({code: at for at, code in enumerate(wanted)}, return_dtype=pl.Int64)
    table[rows["state"].to_physical().to_numpy(), place.to_numpy()] = 1
    return (table @ table.T).astype(np.int16)


def _behind_state(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    state, year = key.values()
    return (_spells(record, (state,), year, options),)


def _behind_dyad(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    first, second, year = key.values()
    return (_spells(record, (first, second), year, options),)


def _spells(record: Record, states: tuple[str, ...], year: int, options: Options) -> Behind:
    where, loaded = where_shipped(record)
    wanted = group_codes(as_list(options.get("groups", ())))
    sql = (
        f"SELECT * FROM memberships WHERE role = 'member' AND {where} AND state IN ({', '.join('?' for _ in states)}) "
        f"AND group_code IN ({', '.join('?' for _ in wanted)}) "
        "AND coalesce(TRY_CAST(regexp_extract(entry, '[0-9]{4}') AS BIGINT), 0) <= ? "
        "AND coalesce(TRY_CAST(list_last(regexp_extract_all(exit, '[0-9]{4}')) AS BIGINT), 9999) >= ? ORDER BY group_code, state, entry"
    )
    return Behind("memberships", sql, (*loaded, *states, *wanted, year, year))


VARIABLE = Variable(
    name="memberships",
    description="Membership of groups: one column for each group of a state, the number of shared groups of two.",
    tables=("memberships",),
    load="nonaligned sources",
    grains={"state_year": Grain((), _of_state, _behind_state), "dyad_year": Grain((SHARED,), _shared, _behind_dyad)},
    options={"groups": "codes or names of groups, joined by commas; all of the register without it"},
)
