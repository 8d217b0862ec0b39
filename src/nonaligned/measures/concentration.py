"""Concentration of capability among the major powers, all states, or a set of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.measures import Asked, Made, Measure, Option
from nonaligned.measures.inputs.capabilities import FIRST_WITHOUT_LIST, KINDS, LOADS
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    from nonaligned.record.store import Record

FIELDS = (
    Field("among", "text", "the set of states: majors, all, powers, or their codes joined by |"),
    Field("year", "integer", "calendar year", "", 1816, 2100),
    Field("value", "number", "concentration, 0 if all hold the same, 1 if one holds everything", "", 0, 1),
    Field("lower", "number", "5 % quantile under random weights of the capability's parts", "", 0, 1),
    Field("upper", "number", "95 % quantile under random weights of the capability's parts", "", 0, 1),
    Field("coverage", "number", "share of the set whose capability is known", "share", 0, 1),
    Field("n_states", "integer", "states of the set whose capability is known", "states", 0),
    Field("states", "text", "their codes joined by |; empty for all states"),
    Field("note", "text", "why the value is missing, or to be read with care"),
)
SETS = ("majors", "all", "powers")
ENOUGH = 0.5


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """Concentration in every year asked for; among the states asked for, if any are."""
    import numpy as np
    import polars as pl

    from nonaligned.measures.inputs.capabilities import capabilities
    from nonaligned.measures.models.power_balance import band, concentration

    if asked.sessions is not None:
        raise UsageError("Capabilities are by calendar year, not by session.", mend="--years 2010-2022")
    if len(asked.states) == 1:
        raise UsageError("Concentration is that of a set of states.", why=f"{asked.states[0]} is one.", mend="--states USA,CHN,RUS")
    held = capabilities(record, str(asked.options["capability"]), asked.years, asked.n_draws, asked.seed)
    years = held.keys["year"].unique().sort().to_list()
    rows, columns = list[dict[str, Any]](), list[Any]()
    for year in years:
        wanted = _set(asked, year)
        in_year = held.keys.with_row_index("row").filter(pl.col("year") == year)
        chosen = in_year.filter(pl.col("state").is_in(list(wanted))) if wanted is not None else in_year
        row = chosen["row"].to_numpy()
        known = row[~np.isnan(held.value[row])]
        coverage = len(known) / max(len(wanted) if wanted is not None else len(row), 1)
        is_enough = coverage >= ENOUGH and len(known) > 1
        columns.append(concentration(held.draws[:, known].astype(np.float64)) if is_enough else np.full(len(held.draws), np.nan))
        codes = "" if wanted is None else "|".join(held.keys["state"][known.tolist()])
        note = "" if is_enough else "under half of the set is known"
        if wanted is not None and set(wanted) - set(chosen["state"]):
            note = "; ".join(filter(None, [note, f"without {', '.join(sorted(set(wanted) - set(chosen['state'])))}: not in the system"]))
        value = float(concentration(held.value[known])) if is_enough else None
        rows.append(
            {
                "among": _name(asked),
                "year": year,
                "value": value,
                "coverage": coverage,
                "n_states": len(known),
                "states": codes,
                "note": note,
            }
        )
    draws = np.stack(columns, axis=1).astype(np.float32)
    lower, upper = (pl.Series(end).fill_nan(None) for end in band(draws))
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(lower=lower, upper=upper, value=pl.col("value").cast(pl.Float64))
    return Made(frame.select(field.name for field in FIELDS), held.used, _notes(asked, years), draws)


def _name(asked: Asked) -> str:
    return "|".join(asked.states) or str(asked.options["among"])


def _set(asked: Asked, year: int) -> tuple[str, ...] | None:
    """The codes of the set in a year; None for all states."""
    from nonaligned.measures.inputs.capabilities import major_powers
    from nonaligned.measures.inputs.powers import read_powers, standing

    among = asked.options["among"]
    if asked.states:
        return asked.states
    if among == "majors":
        return major_powers(year)
    if among == "powers":
        there = set(standing(year))
        return tuple(sorted(code for one in read_powers(asked.powers, (year, year)) for code in one.members(year) & there))
    return None


def _notes(asked: Asked, years: list[int]) -> tuple[str, ...]:
    from nonaligned.measures.inputs.capabilities import majors_cited

    if asked.states or asked.options["among"] != "majors":
        return ()
    late = " The list ends with 2016: its majors are taken to have remained." if years[-1] >= FIRST_WITHOUT_LIST else ""
    return (f"Major powers are those of the last day of the year ({majors_cited()}).{late}",)


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    names = {"majors": "the major powers", "all": "all states", "powers": "the powers"}
    among = names.get(row["among"], row["among"].replace("|", ", "))
    if row["value"] is None:
        return f"The concentration of capability among {among} in {row['year']} is not known: {row['note']}."
    band = f" (90 % of random weights: {row['lower']:.2f} to {row['upper']:.2f})" if row["lower"] is not None else ""
    return (
        f"Concentration of capability among {among} was {row['value']:.3f} in {row['year']}{band}: 0 is all equal, 1 one holds everything."
    )


MEASURE = Measure(
    name="concentration",
    title="Concentration of capability",
    unit="set_year",
    key=("among", "year"),
    fields=FIELDS,
    value="value",
    tables=("indicators",),
    load=LOADS["cinc"],
    low_means="capability is spread evenly over the set",
    high_means="one state of the set holds all of it",
    how="Standard deviation of the shares within the set over the largest that a set of its size can have.",
    citation=(
        "Ray & Singer 1973, Measuring the Concentration of Power in the International System, Sociological Methods & Research 1: 403-437",
    ),
    make=make,
    sentence=sentence,
    options=(
        Option("among", "among whom, unless states are named", default="majors", choices=SETS),
        Option("capability", "the six components of CINC, or output times output per head", default="cinc", choices=KINDS),
    ),
)  # fmt: skip
