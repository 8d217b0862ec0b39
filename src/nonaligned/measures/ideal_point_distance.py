"""Distance of two states' ideal points: how far apart their positions in the General Assembly are."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from nonaligned.measures import METHODS, Asked, Made, Measure, Option
from nonaligned.measures.inputs.roll_calls import LOAD
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.record.store import Record

KEY = ("state_a", "state_b", "year")
FIELDS = (
    Field("state_a", "text", "state code: first in the alphabet"),
    Field("state_b", "text", "state code: second in the alphabet"),
    Field("year", "integer", "year in which the session opened (its number + 1945)", "", 1945, 2100),
    Field("session", "integer", "regular session", "", 1),
    Field("value", "number", "distance of the two positions, in standard deviations of all positions", "", 0),
    Field("lower", "number", "5 % quantile", "", 0),
    Field("upper", "number", "95 % quantile", "", 0),
    Field("coverage", "number", "1 where both have a position", "share", 0, 1),
)
N_QUANTILES = 1000
MARGINAL = "intervals take the two positions as independent, because the estimates that ship have no joint draws"


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """Distances of every pair, session by session, with draws where the positions have them."""
    import numpy as np
    import polars as pl

    from nonaligned.measures import compute

    own = {name: value for name, value in asked.options.items() if name == "method" and value is not None}
    positions = compute("ideal_points", record, Asked(years=asked.years, sessions=asked.sessions, seed=asked.seed, options=own))
    frame = positions.frame.with_row_index("place")
    parts: list[pl.DataFrame] = []
    for part in frame.partition_by("year"):
        first, second = np.triu_indices(part.height, 1)
        if asked.states:
            chosen = part["state"].is_in(list(asked.states)).to_numpy()
            kept = chosen[first] | chosen[second]
            first, second = first[kept], second[kept]
        apart = _distances(positions, part, first, second)
        names = part["state"].to_numpy()
        parts.append(pl.DataFrame({
            "state_a": names[first], "state_b": names[second], "year": np.full(first.size, part["year"][0]),
            "session": pl.Series([part["session"][0]] * first.size, dtype=pl.Int64),
            "value": apart[0], "lower": apart[1], "upper": apart[2], "coverage": np.ones(first.size),
        }))  # fmt: skip
    notes = positions.notes if positions.draws is not None else (*positions.notes, MARGINAL)
    return Made(pl.concat(parts).sort(KEY), positions.used, notes, is_converged=positions.is_converged, run=positions.run)


def _distances(positions: Made, part: pl.DataFrame, first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.float64]:
    """Mean, 5 % and 95 % quantile of each distance, shape (3, n_pairs); some pairs at a time.

    From the joint draws; where there are none the difference of two positions is normal, and its quantiles stand for draws.
    """
    import numpy as np

    mean, sd = part["ideal_point"].to_numpy(), part["sd"].to_numpy()
    drawn = None if positions.draws is None else positions.draws[:, part["place"].to_numpy()].astype(np.float64)
    grid = np.array([NormalDist().inv_cdf((k + 0.5) / N_QUANTILES) for k in range(N_QUANTILES)])[:, None]
    made = np.empty((3, first.size))
    n = N_QUANTILES if drawn is None else len(drawn)
    step = max(1, 4_000_000 // n)
    for start in range(0, first.size, step):
        at = slice(start, start + step)
        one, other = first[at], second[at]
        if drawn is None:
            apart = np.abs(mean[one] - mean[other] + np.hypot(sd[one], sd[other]) * grid)
        else:
            apart = np.abs(drawn[:, one] - drawn[:, other])
        made[0, at] = apart.mean(axis=0)
        apart.sort(axis=0)
        made[1:, at] = apart[[int(0.05 * (n - 1)), int(0.95 * (n - 1))]]
    return made


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.names import find

    one, other = find(row["state_a"]).name, find(row["state_b"]).name
    return f"{one} and {other} stood {row['value']:.2f} apart in {row['year']} (90 % interval {row['lower']:.2f} to {row['upper']:.2f})."


MEASURE = Measure(
    name="ideal_point_distance",
    title="Distance of ideal points",
    unit="dyad_year",
    key=KEY,
    fields=FIELDS,
    value="value",
    tables=("votes", "roll_calls", "ideal_points"),
    load=LOAD,
    low_means="the same position",
    high_means="far apart",
    how="The mean over the posterior of the absolute difference of two ideal points; on one line every state outside the gap between two "
    "powers has the same difference of distances to them, so it cannot rank such states between the two.",
    citation=("Bailey, Strezhnev & Voeten 2017, Journal of Conflict Resolution 61(2): 430-456",),
    make=make,
    sentence=sentence,
    options=(Option("method", "of the ideal points, where votes are loaded", choices=METHODS),),
)
