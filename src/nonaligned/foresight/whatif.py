"""What would change if a state moved: read the move, decline what cannot be answered, reckon each way, put it together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.foresight.moves import Move, read_move
from nonaligned.foresight.outcome import Part, WhatIf, together
from nonaligned.ground.errors import UsageError
from nonaligned.measures import N_DRAWS, POWERS, Asked
from nonaligned.world.states import exists, state

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nonaligned.record.store import Record

ACCOUNTING = "This is accounting: what follows at once from the move by the measures' definitions, all else the same; it is no forecast."


def what_if(
    text: str,
    record: Record,
    *,
    year: int | None = None,
    powers: Sequence[str] = POWERS,
    capability: str = "cinc",
    commitments: str = "full",
    elasticity: float = 4.0,
    weights: Mapping[str, float] | None = None,
    seed: int = 0,
    n_draws: int = N_DRAWS,
) -> WhatIf:
    """What would change if a state moved.

    Parameters
    ----------
    text : str
        ``IND defense USA``, ``IND arms RUS -50%``, ``IND trade CHN -30% USA +20%`` or ``IND votes with USA``.
    record : Record
    year : int, optional
        The year whose record is changed; the latest with what the move needs.
    powers : sequence of str
        Powers of the balance, some perhaps joined: ``("USA", "CHN+RUS")``.
    capability : {"cinc", "gdp"}
    commitments : {"full", "pacts"}
        Of states without a defense pact: by their ties, or none.
    elasticity : float
        Trade elasticity of the general equilibrium of a trade move; the band is over 2.5 to 8.
    weights : mapping of str to float, optional
        Of domains.
    seed, n_draws : int

    Raises
    ------
    UsageError
        If the move cannot be read, is already so, or cannot be.
    NotLoadedError
        If the record lacks what is needed: a move is declined, not guessed at.

    Examples
    --------
    >>> from pathlib import Path
    >>> from nonaligned.record.store import Record
    >>> made = what_if("IND defense USA", Record(Path("/nonexistent")), year=2020, capability="gdp", commitments="pacts", n_draws=100)
    >>> made.rows[0].quantity
    'parity USA / CHN'
    """
    from nonaligned.foresight import flows, pact, votes
    from nonaligned.measures.inputs.capabilities import KINDS as CAPABILITIES
    from nonaligned.measures.inputs.pacts import COMMITMENTS

    for name, value, choices in (("capability", capability, CAPABILITIES), ("commitments", commitments, COMMITMENTS)):
        if value not in choices:
            raise UsageError(f"{name} cannot be {value!r}.", why=f"It is one of {', '.join(choices)}.")
    move = read_move(text)
    options = {"capability": capability, "commitments": commitments}
    asked = Asked((move.state,), None, None, tuple(powers), dict(weights or {}), seed, n_draws, options)
    reckon = {"defense": pact, "arms": flows, "trade": flows, "votes": votes}[move.kind]
    chosen = reckon.latest_year(record, move, asked) if year is None else year
    for code in (move.state, *move.partners):
        if not any(exists(code, f"{chosen}-{day}", system) for day in ("01-01", "12-31") for system in ("cow", "gw")):
            raise UsageError(f"{state(code).name} was no state in {chosen}.", mend="Choose another year.")
    parts: list[Part] = reckon.parts(record, move, chosen, asked, elasticity)
    made = together(text, _reading(move, chosen), move, chosen, parts)
    return WhatIf(made.text, made.reading, move, chosen, made.rows, made.sentences, (*made.notes, ACCOUNTING), made.used)


def _reading(move: Move, year: int) -> str:
    """The move in words."""
    mover, partners = state(move.state).name, [state(code).name for code in move.partners]
    if move.kind == "defense":
        return f"If {mover} had had a defense pact with {partners[0]} in {year}:"
    if move.kind == "votes":
        return f"If {mover} had voted as {partners[0]} did in {year}:"
    said = " and ".join(
        f"{100 * abs(one):g} % {'more' if one > 0 else 'less'} with {name}" for one, name in zip(move.changes, partners, strict=True)
    )
    if move.kind == "arms":
        said = said.replace(" with ", " from ")
        return f"If {mover} had received {said} in arms over the five years to {year}:"
    return f"If {mover} had traded {said} in {year}:"
