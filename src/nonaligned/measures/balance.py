"""Balance: what the powers' blocs command, how near to parity they are, and whose choice would decide between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.measures import Asked, Made, Measure, Option
from nonaligned.measures.domain_fields import TABLES
from nonaligned.measures.inputs.capabilities import KINDS, LOADS
from nonaligned.measures.inputs.pacts import COMMITMENTS
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    from nonaligned.record.store import Record

FIELDS = (
    Field("state", "text", "state code"),
    Field("year", "integer", "calendar year", "", 1816, 2100),
    Field("power", "text", "the power, or powers joined by +"),
    Field("value", "number", "pivot: share of the free states' choices in which its own decides if the bloc is first", "share", 0, 1),
    Field("lower", "number", "5 % quantile of the pivot under random weights of the capability's parts", "share", 0, 1),
    Field("upper", "number", "95 % quantile of the pivot under random weights of the capability's parts", "share", 0, 1),
    Field("coverage", "number", "share of the states of the system whose capability and commitments are known", "share", 0, 1),
    Field("decides", "number", "share of random choices in which its choice decides which bloc comes first", "share", 0, 1),
    Field("capability", "number", "the state's share of the world's capability", "share", 0, 1),
    Field("commitment", "number", "how much of it is committed to the bloc", "share", 0, 1),
    Field("bloc_capability", "number", "what the bloc commands, as a share of the world's capability", "share", 0, 1),
    Field("parity", "number", "the bloc over the strongest other", "ratio", 0),
    Field("parity_lower", "number", "5 % quantile of parity", "ratio", 0),
    Field("parity_upper", "number", "95 % quantile of parity", "ratio", 0),
    Field("is_parity", "integer", "1 where parity is between .8 and 1.2", "", 0, 1),
    Field("parity_if", "number", "parity if the state committed itself wholly to the bloc", "ratio", 0),
    Field("concentration", "number", "concentration over the blocs", "", 0, 1),
    Field("concentration_if", "number", "concentration if the state committed itself wholly to the bloc", "", 0, 1),
    Field("note", "text", "why the value is missing, or to be read with care"),
)  # fmt: skip


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """The balance of every year asked for, a row for each state and bloc."""
    import polars as pl

    from nonaligned.measures.inputs.standings import standings

    if asked.sessions is not None:
        raise UsageError("A balance is by calendar year, not by session.", mend="--years 2010-2022")
    frames, notes = list[pl.DataFrame](), dict[str, None]()
    used = dict[tuple[str, str], None]()
    for standing in standings(record, asked):
        frames.append(_rows(standing, asked))
        notes |= dict.fromkeys(standing.notes)
        used |= dict.fromkeys(standing.used)
    frame = pl.concat(frames).sort("state", "year", "power")
    return Made(frame, tuple(used), tuple(notes))


def _rows(standing: Any, asked: Asked) -> Any:
    """A row for each state asked for and bloc in one year."""
    import numpy as np
    import polars as pl

    from nonaligned.measures.models.power_balance import PARITY, band, concentration, parity

    held, held_draws = standing.held()
    ratio, ratio_band = parity(held), band(parity(held_draws))
    pivot = standing.pivots(asked.states)
    labels = [side.label for side in standing.blocs]
    rows = list[dict[str, Any]]()
    for row, code in enumerate(standing.states):
        if asked.states and code not in asked.states:
            continue
        known, is_power = not np.isnan(standing.capability[row]), code in standing.powers
        after = standing.after(row) if known and not is_power else np.full((len(labels), len(labels)), np.nan)
        for place, label in enumerate(labels):
            value, low, high, decides = pivot.get(code, _NONE) if code in pivot else _NONE
            rows.append({
                "state": code, "year": standing.year, "power": label,
                "value": value[place], "lower": low[place], "upper": high[place],
                "coverage": standing.coverage, "decides": decides,
                "capability": standing.capability[row], "commitment": standing.commitment[row, place],
                "bloc_capability": held[place], "parity": ratio[place],
                "parity_lower": ratio_band[0][place], "parity_upper": ratio_band[1][place],
                "is_parity": int(PARITY[0] <= ratio[place] <= PARITY[1]),
                "parity_if": parity(after)[place, place],
                "concentration": float(concentration(held)), "concentration_if": float(concentration(after)[place]),
                "note": standing.note(row),
            })  # fmt: skip
    schema = {field.name: {"text": pl.String, "integer": pl.Int64, "number": pl.Float64}[field.kind] for field in FIELDS}
    return pl.DataFrame(rows, schema=schema).with_columns(pl.col(pl.Float64).fill_nan(None))


_NONE: Any = ((None,) * 9, (None,) * 9, (None,) * 9, None)


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.states import state

    name, bloc = state(row["state"]).name, " and ".join(state(code).name for code in row["power"].split("+"))
    if row["parity"] is None:
        return f"The balance of {row['year']} is not known: {row['note']}."
    stood = f"In {row['year']} {bloc} with those committed stood at {row['parity']:.2f} to the strongest other"
    if row["value"] is None:
        return f"{stood}; {name} has no free choice or is not known ({row['note']})."
    share = f"{100 * row['value']:.0f} %"
    joined = f"{stood}; if {name} joined, at {row['parity_if']:.2f}"
    return f"{joined}. Its choice decides whether they come first in {share} of the ways in which the free states might choose."


MEASURE = Measure(
    name="balance",
    title="Balance of the powers, and who could upset it",
    unit="state_year_power",
    key=("state", "year", "power"),
    fields=FIELDS,
    value="value",
    tables=TABLES,
    takes_powers=True,
    takes_weights=True,
    load=LOADS["cinc"],
    low_means="the state's choice never decides which bloc comes first",
    high_means="the state's choice always decides which bloc comes first",
    how="A bloc commands the capability of its powers, of all with a defense pact with one (either bound to help the other), and with "
    "commitments=full that of the others in the measure of their dependence on it. Pivot: the free states choose a bloc at random.",
    citation=(
        "Ray & Singer 1973, Measuring the Concentration of Power in the International System, Sociological Methods & Research 1: 403-437",
        "Banzhaf 1965, Weighted Voting Doesn't Work, Rutgers Law Review 19: 317-343",
        "Beckley 2018, The Power of Nations: Measuring What Matters, International Security 43(2): 7-44",
    ),
    make=make,
    sentence=sentence,
    options=(
        Option("capability", "the six components of CINC, or output times output per head", default="cinc", choices=KINDS),
        Option("commitments", "of states without a pact: by their ties with each power, or none", default="full", choices=COMMITMENTS),
    ),
)
