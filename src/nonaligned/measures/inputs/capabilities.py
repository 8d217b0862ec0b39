"""Capability of states in a year, as shares of the world's: by the six components of CINC, or by output and income per head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.ground.origins import read_origin, read_rows

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.record.store import Record

KINDS = ("cinc", "gdp")
LOADS = {"cinc": "nonaligned pull cow_capabilities", "gdp": "nonaligned load world_bank FILE"}
COMPONENTS = ("cow_irst", "cow_milex", "cow_milper", "cow_pec", "cow_tpop", "cow_upop")
ENOUGH = 0.5  # of the components; a state of which less is known has no index
INCOME_EXPONENTS = (0.5, 1.5)  # how much income per head may weigh; 1 as published
TWICE_GERMANY = 1990  # the published index counts united Germany beside both republics in this year
FIRST_WITHOUT_LIST = 2017
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Capability of every state of the system in every year, in order of state and year.

    Attributes
    ----------
    keys : polars.DataFrame
        Columns `state`, `year`, `coverage` (share of the parts that are known), `published` (the index of the source, or null), `note`.
    value : array of float64, shape (n_rows,)
        Share of the world; NaN where too little is known.
    draws : array of float32, shape (n_draws, n_rows)
        The same under random weights of the parts, the same weights for all states and years; NaN where the parts are not known.
    used : tuple of (table, source)
    """

    keys: pl.DataFrame
    value: NDArray[np.float64]
    draws: NDArray[np.float32]
    used: tuple[tuple[str, str], ...]


def capabilities(record: Record, kind: str, years: tuple[int, int] | None, n_draws: int = 0, seed: int = 0) -> Capabilities:
    """Capability of all states.

    Parameters
    ----------
    kind : {"cinc", "gdp"}
        The mean share over the known of six components (iron and steel, military spending, military personnel, energy, population,
        urban population), as published in a year of which the components are not held;
        or output times output per head, as a share of the world's sum.
    years : (int, int) or None
        First and last, both included; None for all that are covered.
    n_draws, seed : int
        Draws of the weights: flat Dirichlet over the components; an exponent of income per head between .5 and 1.5.

    Raises
    ------
    NotLoadedError
        If the record has no such figures.
    UsageError
        If it has none in these years.

    Source
    ------
    Singer, Bremer & Stuckey 1972; Beckley 2018, The Power of Nations, International Security 43(2): 7-44.
    """
    import numpy as np

    if kind not in KINDS:
        raise UsageError(f"capability cannot be {kind!r}.", why=f"It is one of {', '.join(KINDS)}.")
    names = (*COMPONENTS, "cinc") if kind == "cinc" else ("gdp_current_usd", "gdp_per_capita_usd", "population")
    frame, used = _figures(record, names, years, LOADS[kind])
    rng = np.random.default_rng(seed)
    value, draws, coverage = (_cinc if kind == "cinc" else _gdp)(frame, rng, n_draws)
    return Capabilities(_keys(frame, kind, coverage, value), value, draws, used)


def _figures(
    record: Record, names: tuple[str, ...], years: tuple[int, int] | None, load: str
) -> tuple[pl.DataFrame, tuple[tuple[str, str], ...]]:
    """One column for each figure, a row for each state of the system in each covered year; and the sources."""
    import polars as pl

    marks = ", ".join("?" for _ in names)
    held = f"FROM indicators WHERE indicator IN ({marks}) AND value IS NOT NULL"
    cover = record.rows(f"SELECT min(year) AS first, max(year) AS last {held}", names)[0]
    if cover["first"] is None:
        raise NotLoadedError("The record holds no capabilities of states.", mend=load)
    first, last = years or (cover["first"], cover["last"])
    between = f"{held} AND year BETWEEN ? AND ?"
    rows = record.frame(
        f"SELECT state, year, indicator, arg_min(value, source) AS value {between} GROUP BY ALL ORDER BY ALL", [*names, first, last]
    )
    if not rows.height:
        raise UsageError(
            f"There are no capabilities for {first} to {last}.", why=f"They run from {cover['first']} to {cover['last']}.", mend=load
        )
    sources = record.rows(f"SELECT DISTINCT source {between} ORDER BY source", [*names, first, last])
    wide = rows.pivot("indicator", index=["state", "year"], values="value")
    wide = wide.with_columns(pl.lit(None, pl.Float64).alias(name) for name in names if name not in wide.columns)
    whole = pl.concat([wide.select("state", "year"), _in_system(wide["year"].unique().sort().to_list())]).unique()
    frame = whole.join(wide, on=["state", "year"], how="left").sort("state", "year")
    return frame, tuple(("indicators", row["source"]) for row in sources)


def _in_system(years: list[int]) -> pl.DataFrame:
    """States that were in the system of COW on some day of a year."""
    import polars as pl

    from nonaligned.world.states import states

    rows = [
        (one.code, year)
        for one in states(system="cow")
        for year in years
        if any(int(spell.span.first[:4]) <= year <= int(spell.span.last[:4] or 9999) for spell in one.in_system("cow"))
    ]
    return pl.DataFrame(rows, schema={"state": pl.String, "year": pl.Int64}, orient="row")


def _cinc(
    frame: pl.DataFrame, rng: np.random.Generator, n_draws: int
) -> tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float64]]:
    import numpy as np

    from nonaligned.measures.models.power_balance import shares_of_total, weighted_index

    years = frame["year"].to_numpy()
    columns = [shares_of_total(frame[name].cast(float).fill_null(np.nan).to_numpy(), years) for name in COMPONENTS]
    shares = np.stack(columns, axis=1)
    coverage = np.mean([frame[name].is_not_null().to_numpy() for name in COMPONENTS], axis=0)
    shares[coverage < ENOUGH] = np.nan
    weights = rng.dirichlet(np.ones(len(COMPONENTS)), n_draws)
    value = weighted_index(shares, np.ones((1, len(COMPONENTS))))[0]
    draws = np.empty((n_draws, len(value)), np.float32)
    for start in range(0, n_draws, 100):
        draws[start : start + 100] = weighted_index(shares, weights[start : start + 100])
    as_published = ~np.isin(years, np.unique(years[coverage > 0]))
    published = frame["cinc"].cast(float).fill_null(np.nan).to_numpy()
    return np.where(as_published, published, value), draws, np.where(as_published, np.nan, coverage)


def _gdp(
    frame: pl.DataFrame, rng: np.random.Generator, n_draws: int
) -> tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float64]]:
    import numpy as np

    from nonaligned.measures.models.power_balance import shares_of_total

    output, per_head, people = (
        frame[name].cast(float).fill_null(np.nan).to_numpy() for name in ("gdp_current_usd", "gdp_per_capita_usd", "population")
    )
    output = np.where(np.isnan(output), per_head * people, output)
    per_head = np.where(np.isnan(per_head), output / people, per_head)
    years = frame["year"].to_numpy()
    value = shares_of_total(output * per_head, years)
    exponents = rng.uniform(*INCOME_EXPONENTS, n_draws)
    draws = np.empty((n_draws, len(value)), np.float32)
    for draw, exponent in enumerate(exponents):
        draws[draw] = shares_of_total(output * per_head**exponent, years)
    return value, draws, np.where(np.isnan(value), 0.0, 1.0)


def _keys(frame: pl.DataFrame, kind: str, coverage: NDArray[np.float64], value: NDArray[np.float64]) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    published = pl.col("cinc") if kind == "cinc" else pl.lit(None, pl.Float64)
    said = "under half of the components are known" if kind == "cinc" else "output or population is not known"
    why = (
        pl.when(pl.Series(np.isnan(value)))
        .then(pl.lit(said))
        .when(pl.Series(np.isnan(coverage)))
        .then(pl.lit("as published: the components are not in the record"))
        .when((pl.col("year") == TWICE_GERMANY) & pl.lit(kind == "cinc"))
        .then(pl.lit("the published index counts united Germany beside both republics"))
        .otherwise(pl.lit(""))
    )
    return frame.select("state", "year", pl.Series("coverage", coverage).fill_nan(None), published.alias("published"), why.alias("note"))


@cache
def _majors() -> tuple[tuple[int, date, date], ...]:
    rows = read_rows(DATA / "major_powers.csv")
    return tuple((int(row["cow_code"]), date.fromisoformat(row["first"]), date.fromisoformat(row["last"] or "9999-12-31")) for row in rows)


def major_powers(year: int) -> tuple[str, ...]:
    """The major powers of a year, by the list of the Correlates of War Project: those that were so on its last day.

    The list ends with 2016; those that it leaves open are taken to have remained.

    Raises
    ------
    UsageError
        For a year before 1816.

    Source
    ------
    ``data/major_powers.csv``: Correlates of War Project, State System Membership List v2016.

    Examples
    --------
    >>> major_powers(1950)
    ('CHN', 'FRA', 'GBR', 'SUN', 'USA')
    """
    from nonaligned.world.states import numbered

    if year < 1816:
        raise UsageError(f"There is no list of major powers for {year}.", why="It begins with 1816.")
    day = date(year, 12, 31)
    return tuple(sorted(numbered(number, "cow", day).code for number, first, last in _majors() if first <= day <= last))


def majors_cited() -> str:
    """How to cite the list of major powers."""
    return next(iter(read_origin(DATA / "major_powers.origin.toml").sources.values())).citation
