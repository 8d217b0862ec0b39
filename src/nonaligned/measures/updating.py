"""New sessions beside positions that are on record: earlier years stay exactly where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.measures import Asked

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.measures.inputs.roll_calls import Ballots
    from nonaligned.measures.models.one_session import NewSession
    from nonaligned.measures.models.vote_arrays import VoteArrays
    from nonaligned.record.store import Record

ON_RECORD = "SELECT * REPLACE (TRY_CAST(session AS BIGINT) AS session) FROM ideal_points WHERE session <> '' ORDER BY state, year"
TAKEN = "earlier positions are those on record; new resolutions are taken as new texts, and say nothing about earlier years"


def updated(record: Record, asked: Asked) -> tuple[pl.DataFrame, Ballots, tuple[str, ...], bool]:
    """Positions on record and, after them, those of each later session with votes; also the roll calls, notes, and whether all converged.

    Raises
    ------
    UsageError
        If no session with votes is later than the positions on record, or these are by calendar year.
    """
    import polars as pl

    from nonaligned.measures.ideal_points import votes_asked, with_periods

    ballots, votes, _ = votes_asked(record, asked)
    before = record.frame(ON_RECORD)
    last = before["session"].max()
    later = sorted(votes.filter(pl.col("period") > last)["period"].unique().to_list()) if last is not None else []
    if asked.options["period"] != "session" or not later:
        why = f"Positions on record run to session {last}, votes to {votes['period'].max()}."
        raise UsageError("There is no later session to add.", why=why, mend="nonaligned load un_votes FILE with newer votes")
    held = before.drop("source")
    notes, is_converged = [TAKEN], True
    for session in later:
        made, rows = _added(votes.filter(pl.col("period") == session), held, asked.seed)
        is_converged = is_converged and made.is_converged
        notes += [f"session {session}: {message}" for message in made.messages]
        held = pl.concat([held, with_periods(rows, "session").cast(held.schema)]).sort("state", "year")
    return held, ballots, (*notes, *ballots.notes), is_converged


def _added(votes: pl.DataFrame, held: pl.DataFrame, seed: int) -> tuple[NewSession, pl.DataFrame]:
    """One session estimated from where its states stood before."""
    import numpy as np
    import polars as pl

    from nonaligned.measures.estimation import arrays_of
    from nonaligned.measures.inputs.roll_calls import lineages
    from nonaligned.measures.models.diagnostics import convergence
    from nonaligned.measures.models.one_session import Known, add_session
    from nonaligned.measures.models.walk_prior import Prior

    labelled = arrays_of(votes, None)
    new, prior = labelled.arrays, Prior()
    last = held.with_columns(unit=pl.col("state").replace(lineages())).sort("session").group_by("unit").last()
    units = labelled.units.gather(new.state_label[new.state])
    known = pl.DataFrame({"unit": units}).join(last, on="unit", how="left", maintain_order="left")
    gap = int(new.session_label[0]) - known["session"].to_numpy()
    mean, spread = known["ideal_point"].fill_null(0.0).to_numpy(), known["sd"].to_numpy()
    variance = np.where(np.isnan(spread), prior.start_variance, spread**2 + prior.step_variance * gap)
    items = (np.tile(prior.item_mean, (new.n_items, 1)), np.tile(np.diag(prior.item_precision), (new.n_items, 1, 1)))
    made = add_session(new, Known(mean, variance, *items), seed=seed)
    return made, labelled.frame(**_columns(made, new, convergence(made.draws)))


def _columns(made: NewSession, new: VoteArrays, how: Any) -> dict[str, NDArray[Any] | list[str]]:
    import numpy as np

    from nonaligned.measures.models.positions import FEW_VOTES

    flat = made.draws.reshape(-1, new.n_places)
    q25, q75 = np.quantile(flat, (0.25, 0.75), axis=0).astype(np.float64)
    n = new.n_votes_of_places
    return {
        "ideal_point": made.theta, "sd": made.sd, "lower": made.lower, "upper": made.upper, "q25": q25, "q75": q75, "n_votes": n,
        "rhat": how.rhat, "ess": np.minimum(how.ess_bulk, how.ess_tail), "note": ["few votes" if k < FEW_VOTES else "" for k in n],
    }  # fmt: skip
