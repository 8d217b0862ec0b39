"""The world's trade of a year as a square of flows, with what states sell to themselves: output less exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nonaligned.ground.errors import NotLoadedError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.record.store import Record

LOAD = "nonaligned load cow_trade FILE"
ENOUGH_STATES = 100  # that export by a source in a year, for it to be the world's trade
LEAST_OWN = 0.05  # of output; a state that exports more than the rest of it joins the rest of the world
REST = "the rest of the world"
FLOWS = """
SELECT exporter, importer, max(value_usd) AS value FROM trade
WHERE source = ? AND year = ? AND prices = 'current' AND reporter = 'COMPILED' AND exporter <> importer GROUP BY ALL ORDER BY ALL"""
WHOLE = f"""
SELECT source, year FROM trade WHERE prices = 'current' AND reporter = 'COMPILED' AND value_usd > 0 GROUP BY ALL
HAVING count(DISTINCT exporter) >= {ENOUGH_STATES} ORDER BY year DESC, source"""
OUTPUT = """
SELECT state, coalesce(max(CASE WHEN indicator = 'gdp_current_usd' THEN value END),
    max(CASE WHEN indicator = 'gdp_per_capita_usd' THEN value END) * max(CASE WHEN indicator = 'population' THEN value END)) AS value
FROM indicators WHERE year = ? AND indicator IN ('gdp_current_usd', 'gdp_per_capita_usd', 'population') GROUP BY state ORDER BY state"""


@dataclass(frozen=True, slots=True)
class TradeMatrix:
    """Flows of a year.

    Attributes
    ----------
    year : int
    names : tuple of str
        Codes of states; the last may be `REST`.
    flows : array, shape (n, n)
        US$, [exporter, importer], own trade on the diagonal.
    used : tuple of (table, source)
    notes : tuple of str
    """

    year: int
    names: tuple[str, ...]
    flows: NDArray[np.float64]
    used: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def years_of_trade(record: Record) -> tuple[int, ...]:
    """Years of which a loaded source has the world's trade, the latest first."""
    return tuple(dict.fromkeys(int(row["year"]) for row in record.rows(WHOLE)))


def trade_matrix(record: Record, year: int) -> TradeMatrix:
    """The world's trade of a year, in prices of the time, from the first source that has it.

    A dyad without a figure counts as no trade. A state of unknown output is left out; one that exports nearly all of its output, or more
    (transit trade), becomes part of the rest of the world.

    Raises
    ------
    NotLoadedError
        If no source of the world's trade is loaded, or no output is known.
    UsageError
        If none has the year.
    """
    years = record.rows(WHOLE)
    if not years:
        raise NotLoadedError("No trade of the whole world is loaded.", mend=LOAD)
    source = next((row["source"] for row in years if row["year"] == year), None)
    if source is None:
        span = f"{min(row['year'] for row in years)} to {max(row['year'] for row in years)}"
        raise UsageError(f"There is no trade of the whole world for {year}.", why=f"It runs from {span}.", mend=LOAD)
    output = {row["state"]: float(row["value"]) for row in record.rows(OUTPUT, [year]) if row["value"]}
    rows = record.frame(FLOWS, [source, year]).drop_nulls().rows()
    traders = sorted({code for a, b, _ in rows for code in (a, b)})
    known = [code for code in traders if code in output]
    if len(known) < ENOUGH_STATES:
        raise NotLoadedError(f"The output of {len(known)} states is known for {year}: too few.", mend="nonaligned load world_bank FILE")
    place = {code: i for i, code in enumerate(known)}
    flows = np.zeros((len(known), len(known)))
    lost = 0.0
    for exporter, importer, value in rows:
        if exporter in place and importer in place:
            flows[place[exporter], place[importer]] = value
        else:
            lost += value
    lost_share = lost / (lost + float(flows.sum()))
    names, flows, merged = _with_own(known, flows, np.array([output[code] for code in known]))
    notes = (
        f"Trade of {year} ({source}); what a state sells to itself is its output less its exports of goods, though output counts value "
        "added and services too: a proxy.",
        f"{len(traders) - len(known)} states of unknown output are left out, with {100 * lost_share:.1f} % of trade; "
        f"{len(merged)} that export nearly all of their output are part of {REST}: {', '.join(merged) or 'none'}.",
    )
    keys = record.rows("SELECT DISTINCT source FROM indicators WHERE year = ? AND indicator IN ('gdp_current_usd', 'gdp_per_capita_usd', "
                       "'population') ORDER BY source", [year])  # fmt: skip
    return TradeMatrix(year, names, flows, (("trade", source), *(("indicators", row["source"]) for row in keys)), notes)


def _with_own(
    known: list[str], flows: NDArray[np.float64], output: NDArray[np.float64]
) -> tuple[tuple[str, ...], NDArray[np.float64], list[str]]:
    """Own trade on the diagonal; states without any to speak of as one, that too with a little."""
    own = output - flows.sum(axis=1)
    odd = own < LEAST_OWN * output
    keep = np.flatnonzero(~odd)
    if not odd.any():
        return tuple(known), flows + np.diag(own), []
    made = np.zeros((len(keep) + 1, len(keep) + 1))
    made[:-1, :-1] = flows[np.ix_(keep, keep)]
    made[:-1, -1] = flows[np.ix_(keep, odd)].sum(axis=1)
    made[-1, :-1] = flows[np.ix_(odd, keep)].sum(axis=0)
    made[np.arange(len(keep)), np.arange(len(keep))] = own[keep]
    rest = output[odd].sum()
    made[-1, -1] = max(rest - made[-1, :-1].sum(), LEAST_OWN * rest)
    return (*(known[i] for i in keep), REST), made, [known[i] for i in np.flatnonzero(odd)]
