"""A defense pact with a power: the balance, who could upset it, and the graph of friends and foes, before and after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nonaligned.foresight.changed_record import ChangedRecord
from nonaligned.foresight.measured import measured
from nonaligned.foresight.moves import Move
from nonaligned.foresight.outcome import Part, Row, number, row_of
from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.measures import Asked
from nonaligned.world.states import state

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nonaligned.measures.inputs.standings import Standing
    from nonaligned.record.store import Record

AFFECTED = ("dependence", "autonomy", "hedging", "contest")


def latest_year(record: Record, move: Move, asked: Asked) -> int:
    """The latest year with capabilities and treaties."""
    names = {"cinc": ("cinc",), "gdp": ("gdp_current_usd", "gdp_per_capita_usd")}[str(asked.options["capability"])]
    marks = ", ".join("?" for _ in names)
    found = record.rows(
        f"SELECT max(year) AS year FROM indicators WHERE indicator IN ({marks}) AND year <= (SELECT max(year) FROM treaties)", names
    )[0]["year"]
    if found is None:
        from nonaligned.measures.inputs.capabilities import LOADS

        raise NotLoadedError("The record has no year with both capabilities and treaties.", mend=LOADS[str(asked.options["capability"])])
    return int(found)


def parts(record: Record, move: Move, year: int, asked: Asked, elasticity: float) -> list[Part]:
    """The balance before and after, and the graph of pacts and sanctions."""
    from nonaligned.foresight.camps import camps
    from nonaligned.measures.inputs.standings import standings

    standing = next(standings(record, replace(asked, years=(year, year))))
    row, place = standing.row(move.state), standing.place(move.partners[0])
    _decline(record, standing, move, row)
    signed = ChangedRecord(record, {"treaties": _signed(record, move, year)})
    changed = measured(AFFECTED, record, signed, replace(asked, years=(year, year)))
    return [balance(standing, row, place), camps(record, standing, move), replace(changed, sentences=())]


def _signed(record: Record, move: Move, year: int) -> str:
    """The treaties of the year with the new pact, which binds both sides, under the source that is read for the year."""
    from nonaligned.measures.inputs.pacts import pacts

    used = pacts(record, year).used
    source = used[0][1] if used else ""
    pairs = ((move.state, move.partners[0]), (move.partners[0], move.state))
    rows = ", ".join(f"('{a}', '{b}', {year}, 'defense', '{source}')" for a, b in pairs)
    return f"SELECT * FROM {{before}} UNION ALL SELECT * FROM (VALUES {rows})"


def _decline(record: Record, standing: Standing, move: Move, row: int) -> None:
    """Refuse what is already so, what cannot be, and what the record does not know."""
    from nonaligned.measures.inputs.pacts import pacts

    name, partner = state(move.state).name, state(move.partners[0]).name
    if move.state in standing.powers:
        raise UsageError(f"{name} is one of the powers itself.", mend="Name other powers, or another state.")
    held = pacts(record, standing.year).partners(move.state)
    if move.partners[0] in held:
        raise UsageError(f"{name} already had a defense pact with {partner} in {standing.year}.")
    if not standing.is_known[row]:
        raise NotLoadedError(
            f"The capability or the commitments of {name} in {standing.year} are not known.", why="A what-if is not guessed at."
        )


def balance(before: Standing, row: int, place: int) -> Part:
    """Parity, concentration, what the blocs hold, and the pivots."""
    import numpy as np

    from nonaligned.measures.models.power_balance import PARITY, concentration

    after, sides, mover = before.moved(row, place), before.blocs, before.states[row]
    (held, drawn), (held_after, drawn_after) = before.held(), after.held()
    rows, said = list[Row](), list[str]()
    others = [one for one in range(len(sides)) if one != place]
    for other in others:
        name = f"parity {sides[place].label} / {sides[other].label}"
        rows.append(_ratio(name, held, held_after, drawn, drawn_after, place, other))
    for other in others:
        instead, drawn_instead = before.moved(row, other).held()
        name = f"parity {sides[place].label} / {sides[other].label} if {mover} commits to {sides[other].label} instead"
        rows.append(_ratio(name, held, instead, drawn, drawn_instead, place, other))
    for other, one, swap in zip(others, rows, rows[len(others) :], strict=False):
        is_near = one.after is not None and PARITY[0] <= one.after <= PARITY[1]
        said.append(
            f"The ratio of {sides[place].name} and those committed to {sides[other].name} and theirs would move from "
            f"{_said(one.before)} to {_said(one.after)}{' (near parity)' if is_near else ''}, or to {_said(swap.after)} if "
            f"{state(mover).name} committed itself to the other side."
        )
    con = [float(concentration(one)) for one in (held, held_after)]
    rows.append(row_of("concentration over the blocs", con[0], con[1], concentration(drawn), concentration(drawn_after)))
    for at, side in enumerate(sides):
        rows.append(
            row_of(
                f"capability of {side.label} and those committed",
                held[at],
                held_after[at],
                drawn[:, at],
                drawn_after[:, at],
                unit="share of world",
            )
        )
    more, sentences = _pivots(before, after, mover)
    left = [label for label in before.bound_to(row) if label != sides[place].label]
    notes = (*before.notes, *((f"The pacts of {state(mover).name} with {' and '.join(left)} are taken as ended.",) if left else ()))
    if np.isnan(held).any():
        raise NotLoadedError("The capability of a power is not known.", why="A what-if is not guessed at.")
    return Part((*rows, *more), (*said, *sentences), notes, before.used)


def _ratio(
    name: str,
    held: NDArray[np.float64],
    after: NDArray[np.float64],
    drawn: NDArray[np.float64],
    drawn_after: NDArray[np.float64],
    k: int,
    other: int,
) -> Row:
    """Parity of two blocs before and after; arrays of shape (n_blocs,) and (n_draws, n_blocs)."""
    if not held[other] or not after[other]:
        return Row(name, None, None, note="the other bloc commands nothing")
    return row_of(
        name, held[k] / held[other], after[k] / after[other], drawn[:, k] / drawn[:, other], drawn_after[:, k] / drawn_after[:, other]
    )


def _pivots(before: Standing, after: Standing, mover: str) -> tuple[list[Row], list[str]]:
    """The pivot of the state that moves, and of the first among the others."""
    ranked = replace(before, draws=before.draws[:0]).pivots()
    following = sorted((code for code in ranked if code != mover), key=lambda code: (-ranked[code][3], code))[:1]
    now, then = (one.pivots((mover, *following)) for one in (before, after))
    note = "share of random choices of the free states in which its choice decides which bloc comes first"
    if mover not in now:
        return [], []
    rows = [_pivot(mover, now, then, f"{note}; after the move it has chosen"), *(_pivot(code, now, then, note) for code in following)]
    others = "".join(f"; that of {state(code).name}, the next, in {100 * now[code][3]:.0f} %" for code in following)
    said = (
        f"Before, {state(mover).name}'s choice would decide which side comes first in {100 * now[mover][3]:.0f} % of the ways in which the "
        f"free states might choose{others}."
    )
    return rows, [said]


def _pivot(
    code: str, now: dict[str, tuple[object, object, object, float]], then: dict[str, tuple[object, object, object, float]], note: str
) -> Row:
    import numpy as np

    def ends(of: dict[str, tuple[object, object, object, float]]) -> tuple[float | None, float | None, float | None]:
        if code not in of:
            return None, None, None
        _, low, high, any_ = of[code]
        return any_, number(np.max(np.asarray(low))), number(np.max(np.asarray(high)))

    (a, a_low, a_high), (b, b_low, b_high) = ends(now), ends(then)
    return Row(f"pivot of {code}", a, b, b_low, b_high, note, "share", a_low, a_high)


def _said(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"
