"""More or fewer arms or goods from some partners: dependence, autonomy, hedging and the balance; for trade also general equilibrium."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nonaligned.foresight.changed_record import ChangedRecord
from nonaligned.foresight.measured import measured
from nonaligned.foresight.moves import Move
from nonaligned.foresight.outcome import Part, row_of
from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.measures import Asked
from nonaligned.world.states import state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nonaligned.record.store import Record

AFFECTED = ("dependence", "autonomy", "hedging", "contest")
LOADS = {"arms": "nonaligned load sipri_transfers FILE", "trade": "nonaligned load cow_trade FILE"}
WINDOW = 5
HELD = {
    "arms": "SELECT max(last_year) AS year FROM arms_shares WHERE kind = 'computed' AND recipient = ?",
    "trade": "SELECT max(year) AS year FROM loaded_trade WHERE prices = 'current' AND ? IN (exporter, importer)",
}


def latest_year(record: Record, move: Move, asked: Asked) -> int:
    """The latest year with the flows of the state that moves; of trade, with the world's if it is loaded."""
    from nonaligned.measures.inputs.trade_matrix import years_of_trade

    if move.kind == "trade" and (years := years_of_trade(record)):
        return years[0]
    record.rows("SELECT 1 FROM trade LIMIT 1")  # so that what was loaded stands
    found = record.rows(HELD[move.kind], [move.state])[0]["year"]
    if found is None:
        raise NotLoadedError(
            f"No {move.kind} of {state(move.state).name} on record.", why="A what-if is not guessed at.", mend=LOADS[move.kind]
        )
    return int(found)


def parts(record: Record, move: Move, year: int, asked: Asked, elasticity: float) -> list[Part]:
    """The measures before and after, the balance with full commitments, and for trade the general equilibrium."""
    from nonaligned.foresight.equilibrium import general_equilibrium

    changes = dict(zip(move.partners, move.changes, strict=True))
    known = _known(record, move, year)
    for code in changes:
        if not known.get(code):
            _nothing(move, code, year, code in known)
    table, query = ("arms_shares", _arms(move, changes, year)) if move.kind == "arms" else ("trade", _trade(move, changes, year))
    after = ChangedRecord(record, {table: query})
    in_year = replace(asked, years=(year, year))
    made = [measured(AFFECTED, record, after, in_year)]
    if move.kind == "trade":
        made.append(general_equilibrium(record, move, year, elasticity))
    if not any(part.rows for part in made):
        raise NotLoadedError(
            f"What {state(move.state).name}'s {move.kind} of {year} bears on is not known.",
            why="The record has some figures of it, and not those of its other partners.",
            mend=LOADS[move.kind],
        )
    if asked.options["commitments"] == "full":
        made.append(_balance(record, after, in_year, move))
    return made


def _known(record: Record, move: Move, year: int) -> Mapping[str, float]:
    """The flows with each partner on record."""
    if move.kind == "arms":
        rows = record.rows(
            "SELECT supplier AS code, sum(share * recipient_tiv) AS value FROM arms_shares WHERE recipient = ? AND last_year = ? "
            f"AND kind = 'computed' AND last_year - first_year = {WINDOW - 1} GROUP BY supplier ORDER BY supplier",
            [move.state, year],
        )
    else:
        rows = record.rows(
            "SELECT CASE WHEN exporter = ? THEN importer ELSE exporter END AS code, max(value_usd) AS value FROM trade "
            "WHERE ? IN (exporter, importer) AND year = ? AND prices = 'current' GROUP BY code ORDER BY code",
            [move.state, move.state, year],
        )
    return {row["code"]: row["value"] for row in rows if row["value"] is not None}


def _nothing(move: Move, code: str, year: int, is_zero: bool) -> None:
    """Decline a change of a flow that is none, or of which nothing is known."""
    name, partner = state(move.state).name, state(code).name
    what = (
        f"arms of {partner} to {name} in the five years to {year}" if move.kind == "arms" else f"trade of {name} with {partner} in {year}"
    )
    if is_zero:
        raise UsageError(f"There was no {what}.", why="A per cent of nothing is nothing.")
    raise NotLoadedError(f"The record has no {what}.", why="A what-if is not guessed at.", mend=LOADS[move.kind])


def _arms(move: Move, changes: Mapping[str, float], year: int) -> str:
    """Suppliers' shares and the volume after the change."""
    cases = " ".join(f"WHEN '{code}' THEN {1 + change!r}" for code, change in changes.items())
    here = f"recipient = '{move.state}' AND last_year = {year} AND kind = 'computed'"
    factor = f"(CASE WHEN {here} THEN CASE supplier {cases} ELSE 1.0 END ELSE 1.0 END)"
    whole = f"(CASE WHEN {here} THEN sum(share * {factor}) OVER (PARTITION BY recipient, first_year, last_year, kind) / 100 ELSE 1.0 END)"
    return f"SELECT * REPLACE (share * {factor} / nullif({whole}, 0) AS share, recipient_tiv * {whole} AS recipient_tiv) FROM {{before}}"


def _trade(move: Move, changes: Mapping[str, float], year: int) -> str:
    """Flows in both directions after the change, by every source."""
    cases = " ".join(
        f"WHEN year = {year} AND (exporter, importer) IN (('{move.state}', '{code}'), ('{code}', '{move.state}')) "
        f"THEN value_usd * {1 + change!r}"
        for code, change in changes.items()
    )
    return f"SELECT * REPLACE (CASE {cases} ELSE value_usd END AS value_usd) FROM {{before}}"


def _balance(before: Record, after: Record, asked: Asked, move: Move) -> Part:
    """Parity and concentration with the commitments that follow from the changed ties."""
    from nonaligned.measures.inputs.standings import standings
    from nonaligned.measures.models.power_balance import concentration, parity

    try:
        now, then = (next(standings(record, asked)) for record in (before, after))
    except (NotLoadedError, UsageError) as error:
        return Part((), (), (f"The balance is not reckoned: {error}",))
    (held, drawn), (held_after, drawn_after) = now.held(), then.held()
    (ratio, ratio_after), (ratios, ratios_after) = (parity(held), parity(held_after)), (parity(drawn), parity(drawn_after))
    rows = [
        row_of(f"parity {side.label} / strongest other", ratio[k], ratio_after[k], ratios[:, k], ratios_after[:, k])
        for k, side in enumerate(now.blocs)
    ]
    con = row_of(
        "concentration over the blocs",
        float(concentration(held)),
        float(concentration(held_after)),
        concentration(drawn),
        concentration(drawn_after),
    )
    bound = now.bound_to(now.row(move.state)) if move.state in now.states else ()
    said = (f"{state(move.state).name} is committed by a pact: the balance does not follow its flows.",) if bound else ()
    return Part((*rows, con), (), (*said, *now.notes), now.used)
