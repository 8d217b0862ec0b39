"""Who gains and who loses from a change of trade, in general equilibrium, with the band over the trade elasticity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.foresight.moves import Move
from nonaligned.foresight.outcome import Part, Row
from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.world.states import state

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nonaligned.measures.inputs.trade_matrix import TradeMatrix
    from nonaligned.record.store import Record

BAND = (2.5, 8.0)  # trade elasticities of the literature's usual range
N_SHOWN = 3
LEAST_OUTPUT = 0.001  # of the world's: smaller states are not named among those that gain or lose most


def general_equilibrium(record: Record, move: Move, year: int, elasticity: float) -> Part:
    """Real income of the state, its partners, and those that gain and lose most."""
    import numpy as np

    from nonaligned.measures.inputs.trade_matrix import trade_matrix
    from nonaligned.measures.models.gravity import equilibrium

    if not (np.isfinite(elasticity) and elasticity > 0):
        raise UsageError(f"The trade elasticity cannot be {elasticity!r}.", why="It is a number above 0, in the literature 2.5 to 8.")
    try:
        world = trade_matrix(record, year)
    except (NotLoadedError, UsageError) as error:
        return Part((), (), (f"No general equilibrium: {error}",))
    involved = (move.state, *move.partners)
    missing = [state(code).name for code in involved if code not in world.names]
    if missing:
        return Part((), (), (*world.notes, f"No general equilibrium: the own trade of {', '.join(missing)} is not known."))
    ease = _ease(world, move)
    made = {one: equilibrium(world.flows, ease, one) for one in sorted({elasticity, *BAND})}
    if not all(one.is_converged for one in made.values()):
        return Part((), (), (*world.notes, "No general equilibrium: the solution did not converge."))
    change = {one: 100 * (found.real_income - 1) for one, found in made.items()}
    shown = [world.names.index(code) for code in involved]
    shown += _extremes(change[elasticity], world.flows.sum(axis=1), shown)
    rows = [_real(world.names[at], [change[one][at] for one in (elasticity, *BAND)]) for at in shown]
    rows += [_flow(world, move.state, code, made[elasticity].trade) for code in move.partners]
    most = max(found.residual for found in made.values())
    notes = (
        *world.notes,
        f"General equilibrium (exact hat algebra, one sector, deficits a constant share of the world's output) at a trade elasticity of "
        f"{elasticity:g}; the range is over {BAND[0]:g} to {BAND[1]:g}. A change of trade is one of its costs that would by itself change "
        f"the flows so. Converged to {most:.0e}.",
    )
    return Part(tuple(rows), (_sentence(rows, len(involved)),), notes, world.used)


def _ease(world: TradeMatrix, move: Move) -> NDArray[np.float64]:
    import numpy as np

    ease = np.ones_like(world.flows)
    own = world.names.index(move.state)
    for code, change in zip(move.partners, move.changes, strict=True):
        other = world.names.index(code)
        ease[own, other] = ease[other, own] = 1 + change
    return ease


def _extremes(change: NDArray[np.float64], output: NDArray[np.float64], shown: list[int]) -> list[int]:
    """Rows of the states that gain and lose most, those shown already left out."""
    import numpy as np

    large = output >= LEAST_OUTPUT * output.sum()
    order = [int(at) for at in np.argsort(change, kind="stable") if large[at] and at not in shown]
    losers = [at for at in order[:N_SHOWN] if change[at] < 0]
    return losers + [at for at in order[::-1][:N_SHOWN] if change[at] > 0]


def _real(code: str, change: list[float]) -> Row:
    return Row(
        f"real income of {code}",
        0.0,
        change[0],
        min(change),
        max(change),
        "change of output over prices; the range is over the trade elasticity",
        "percent",
    )


def _flow(world: TradeMatrix, code: str, partner: str, after: NDArray[np.float64]) -> Row:
    a, b = world.names.index(code), world.names.index(partner)
    before, then = (flows[a, b] + flows[b, a] for flows in (world.flows, after))
    return Row(f"trade of {code} with {partner}", before, then, note="both ways, in general equilibrium", unit="US$")


def _sentence(rows: list[Row], n_involved: int) -> str:
    said = [f"{state(row.quantity.split()[-1]).name} {row.after:+.2f} %" for row in rows[:n_involved]]
    others = [row for row in rows[n_involved:] if row.unit == "percent"]
    ends = [f"{state(row.quantity.split()[-1]).name} {row.after:+.2f} %" for row in others if not row.quantity.endswith("world")]
    most = f"; of the others most: {', '.join(ends)}" if ends else ""
    return f"In general equilibrium real income would change by: {', '.join(said)}{most}."
