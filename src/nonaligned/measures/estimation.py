"""From a frame of votes to positions: labels to arrays, one of three estimators, and rows with intervals back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.measures import METHODS
from nonaligned.measures.inputs.roll_calls import lineage_words

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.measures.models.positions import Diagnostics, Positions
    from nonaligned.measures.models.vote_arrays import VoteArrays

ANCHORS = ("USA", "RUS")
TAKES = {
    "principled": ("sweeps", "chains"),
    "compatible": ("sweeps", "chains", "smoothing"),
    "fast": ("smoothing", "like_published"),
}
NORMAL_75 = 0.6744897501960817
POOR = {"principled": 1.01, "compatible": 1.1}  # R-hat above which a position has not converged


@dataclass(frozen=True, slots=True)
class Result:
    """Positions of states, period by period.

    Attributes
    ----------
    frame : polars.DataFrame
        `state`, `year`, `session`, `ideal_point` (mean), `sd`, `lower`, `upper` (5 % and 95 %), `q25`, `q75`, `n_votes`, `rhat`, `ess`,
        `note`; by state and period. Positions have mean 0 and standard deviation 1 over rows.
    draws : array of float32, shape (n_draws, n_rows), or None
        Joint draws of the rows' positions.
    diagnostics : Diagnostics
    items : polars.DataFrame
        `item`, `discrimination`, `low_cut`, `high_cut`, `yes`, `abstain`, `no`.
    notes : tuple of str
    positions : Positions
        The estimate by index, of `arrays`.
    arrays : VoteArrays
    places : array of int64, shape (n_rows,)
        The index of each row's place.
    """

    frame: pl.DataFrame
    draws: NDArray[np.float32] | None
    diagnostics: Diagnostics
    items: pl.DataFrame
    notes: tuple[str, ...]
    positions: Positions
    arrays: VoteArrays
    places: NDArray[np.int64]

    def __repr__(self) -> str:
        how = self.diagnostics
        state = "converged" if how.is_converged else "not converged"
        return f"<ideal points, {how.method}: {self.frame.height:,} positions, {state}>"

    def _repr_html_(self) -> str:
        from html import escape

        said = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<p>{escape(repr(self)[1:-1])}</p>{self.frame.head(10)._repr_html_()}{said}"  # pyright: ignore[reportPrivateUsage]


def estimate(
    votes: pl.DataFrame,
    method: str = "principled",
    *,
    seed: int = 0,
    anchors: tuple[str, str] | None = None,
    sweeps: int | None = None,
    chains: int | None = None,
    smoothing: float | None = None,
    like_published: bool | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Result:
    """Positions from votes by label.

    Parameters
    ----------
    votes : polars.DataFrame
        `item` (text), `unit` (who walks from period to period), `state` (what it is called in the row), `period` (number), `y` (1 yes,
        2 abstain, 3 no); one row a vote.
    method : {"principled", "compatible", "fast"}
    anchors : (str, str), optional
        Units; the first stands above the second. Without them the United States and Russia, or where they are not among the units, the two
        that agree least among those that voted most.

    Raises
    ------
    UsageError
        If the method is unknown, nothing is contested, an anchor did not vote, or a number makes no sense.
    KeyboardInterrupt
        If stopped before there are draws to keep.
    """
    if method not in METHODS:
        raise UsageError(f"There is no method {method!r}.", mend=f"Methods: {', '.join(METHODS)}.")
    labelled = arrays_of(votes, anchors)
    given = {"sweeps": sweeps, "chains": chains, "smoothing": smoothing, "like_published": like_published}
    try:
        made = _run(labelled, method, seed, given, on_progress)
    except ValueError as error:
        raise UsageError("The positions cannot be estimated.", why=f"{error}.") from error
    return _result(labelled, made)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Contested votes as arrays, with what their indices stand for, and the pair that sets the sign."""

    arrays: VoteArrays
    items: pl.Series
    units: pl.Series
    names: pl.DataFrame
    above: int
    below: int
    notes: tuple[str, ...]

    def frame(self, **columns: Any) -> pl.DataFrame:
        """Columns of shape (n_places,) as rows by state and period."""
        return self.places(columns).drop("place", "unit")

    def places(self, columns: Mapping[str, Any]) -> pl.DataFrame:
        """The same with `place`, the row's index in the arrays, and `unit`."""
        import polars as pl

        period = pl.Series(self.arrays.session_label[self.arrays.session]).cast(self.names.schema["period"])
        unit = self.units.gather(self.arrays.state_label[self.arrays.state])
        rows = pl.DataFrame({"place": range(self.arrays.n_places), "unit": unit, "period": period, **columns})
        named = rows.join(self.names, on=["unit", "period"], how="left", maintain_order="left")
        return named.sort("state", "period").select("state", pl.exclude("state"))


def arrays_of(votes: pl.DataFrame, anchors: tuple[str, str] | None) -> Labelled:
    """Votes by label (see `estimate`) as arrays, without the items on which all voted alike.

    Raises
    ------
    UsageError
        If nothing is contested or an anchor did not vote.
    """
    import polars as pl

    from nonaligned.measures.models.positions import drop_uncontested
    from nonaligned.measures.models.vote_arrays import make_arrays

    items, units = votes["item"].unique().sort(), votes["unit"].unique().sort()
    number = {"item": items, "unit": units}
    index = {name: votes[name].cast(pl.Enum(labels)).to_physical().to_numpy() for name, labels in number.items()}
    try:
        arrays, dropped = drop_uncontested(make_arrays(votes["y"].to_numpy(), index["item"], index["unit"], votes["period"].to_numpy()))
    except ValueError as error:
        raise UsageError("There are no positions in these votes.", why=f"{error}.", mend="ask for more roll calls") from error
    above, below, notes = _anchors(arrays, units.to_list(), anchors)
    if dropped:
        notes = (f"{dropped:,} of {items.len():,} items left out: all who voted, voted alike", *notes)
    names = votes.group_by("unit", "period", "state").len().sort("unit", "period", "len", "state", descending=[False, False, True, False])
    names = names.group_by("unit", "period", maintain_order=True).first().select("unit", "period", "state")
    return Labelled(arrays, items, units, names, above, below, notes)


def _run(
    votes: Labelled,
    method: str,
    seed: int,
    given: Mapping[str, Any],
    on_progress: Callable[[float], None] | None,
) -> Positions:
    told = {name: value for name, value in given.items() if value is not None}
    arrays, above, below = votes.arrays, votes.above, votes.below
    for name in told:
        if name not in TAKES[method]:
            raise UsageError(f"{method} has no {name}.", why=f"It takes {', '.join(TAKES[method])}.")
    if method == "fast":
        from nonaligned.measures.models.fast import fast

        return fast(arrays, above=above, below=below, **told)
    if method == "compatible":
        from nonaligned.measures.models.compatible import compatible

        names = {"sweeps": "n_sweeps", "chains": "n_chains", "smoothing": "smoothing"}
        return compatible(
            arrays, seed=seed, above=above, below=below, on_progress=on_progress, **{names[name]: value for name, value in told.items()}
        )
    from nonaligned.measures.models.principled import principled

    names = {"sweeps": "n_draws", "chains": "n_chains"}

    def step(done: int, planned: int) -> None:
        if on_progress is not None:
            on_progress(done / planned)

    return principled(arrays, above=above, below=below, seed=seed, progress=step, **{names[name]: value for name, value in told.items()})


def _anchors(arrays: VoteArrays, units: list[str], given: tuple[str, str] | None) -> tuple[int, int, tuple[str, ...]]:
    """State indices of the pair that sets the sign, and what must be said of it."""
    seated: list[str] = [units[int(k)] for k in arrays.state_label]
    if given is not None:
        for unit in given:
            if unit not in seated:
                who = lineage_words(unit)
                raise UsageError(f"{who} cannot set the sign.", why="It cast no contested vote.", mend="--anchors USA,RUS or others")
        if given[0] == given[1]:
            raise UsageError("The sign needs two different states.", mend="--anchors USA,RUS")
        return seated.index(given[0]), seated.index(given[1]), ()
    above, below = _least_alike(arrays)
    if seated[below] < seated[above]:
        above, below = below, above
    return above, below, (f"the sign is a convention: {lineage_words(seated[above])} stands above {lineage_words(seated[below])}",)


def _least_alike(arrays: VoteArrays) -> tuple[int, int]:
    """Of the twenty states with most votes, the two whose votes differ most."""
    import numpy as np

    of_vote = arrays.state[arrays.place]
    most = np.argsort(-np.bincount(of_vote, minlength=arrays.state_label.size), kind="stable")[:20]
    table = np.full((most.size, arrays.n_items), np.nan)
    for row, state in enumerate(most.tolist()):
        mine = of_vote == state
        table[row, arrays.item[mine]] = arrays.y[mine]
    if most.size < 2:
        raise UsageError("Positions need at least two states.", why="Only one cast a contested vote.")
    apart = np.array([[np.nanmean(np.abs(a - b)) if (~np.isnan(a - b)).any() else -1.0 for b in table] for a in table])
    first, second = np.unravel_index(int(np.argmax(apart)), apart.shape)
    if first == second:
        first, second = 0, 1
    return int(most[first]), int(most[second])


def _result(votes: Labelled, made: Positions) -> Result:
    import polars as pl

    from nonaligned.measures.models.positions import vote_counts

    places = votes.places(_columns(made, votes.arrays))
    counts = vote_counts(votes.arrays)
    told = pl.DataFrame(
        {
            "item": votes.items.gather(votes.arrays.item_label),
            "discrimination": made.discrimination,
            "low_cut": made.cutpoints[:, 0],
            "high_cut": made.cutpoints[:, 1],
            **{name: counts[:, k] for k, name in enumerate(("yes", "abstain", "no"))},
        }
    )
    order = places["place"].to_numpy()
    draws = None if made.draws is None else made.draws[:, order]
    notes = (*made.diagnostics.messages, *votes.notes)
    return Result(places.drop("place", "unit"), draws, made.diagnostics, told, notes, made, votes.arrays, order)


def _columns(made: Positions, arrays: VoteArrays) -> dict[str, Any]:
    """The numbers of each place; what is no number becomes missing."""
    import numpy as np
    import polars as pl

    how = made.diagnostics
    if made.draws is not None and len(made.draws) >= 40:
        q25, q75 = np.quantile(made.draws, (0.25, 0.75), axis=0).astype(np.float64)
    else:
        q25, q75 = made.theta - NORMAL_75 * made.sd, made.theta + NORMAL_75 * made.sd
    blank = np.full(arrays.n_places, np.nan)
    rhat = blank if how.rhat is None else how.rhat
    largest = np.bincount(how.component).argmax() if how.component.size else 0
    reasons = {
        "few votes": how.few_votes,
        "no votes link it to most others": how.component != largest,
        "not converged": rhat > POOR.get(how.method, np.inf),
    }
    note = ["; ".join(word for word, flags in reasons.items() if flags[p]) for p in range(arrays.n_places)]
    numbers = {
        "ideal_point": made.theta, "sd": made.sd, "lower": made.lower, "upper": made.upper, "q25": q25, "q75": q75,
        "n_votes": arrays.n_votes_of_places, "rhat": rhat, "ess": blank if how.ess is None else how.ess,
    }  # fmt: skip
    made_of = {name: pl.Series(values).fill_nan(None) if values.dtype.kind == "f" else values for name, values in numbers.items()}
    return {**made_of, "note": note}
