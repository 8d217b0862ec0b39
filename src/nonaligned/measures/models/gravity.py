"""Trade in general equilibrium: what incomes, prices and flows would be if some flows were helped or hindered (exact hat algebra).

One sector, labour alone, as in Armington and in Eaton and Kortum: both have these same equations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOLERANCE = 1e-12
MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """The world after the change, each a ratio to the world before where it says change.

    Attributes
    ----------
    income : array of float64, shape (n,)
        Change of output in money, the world's output being the measure of money.
    price : array of float64, shape (n,)
        Change of the price of what a state buys.
    welfare : array of float64, shape (n,)
        Change of what a state can buy: spending over price.
    trade : array of float64, shape (n, n)
        Flows after the change, [exporter, importer], own trade on the diagonal.
    n_steps : int
    residual : float
        Largest gap between what a state earns and sells, as a share of it.
    is_converged : bool
    """

    income: NDArray[np.float64]
    price: NDArray[np.float64]
    welfare: NDArray[np.float64]
    trade: NDArray[np.float64]
    n_steps: int
    residual: float
    is_converged: bool

    @property
    def real_income(self) -> NDArray[np.float64]:
        """Change of output over price, shape (n,): as welfare where trade is balanced, and not stretched by a surplus or deficit."""
        return self.income / self.price


def equilibrium(trade: NDArray[np.float64], ease: NDArray[np.float64], elasticity: float, most_steps: int = MOST_STEPS) -> Equilibrium:
    """The world's trade after some flows were helped or hindered.

    Parameters
    ----------
    trade : array, shape (n, n)
        Flows before, [exporter, importer], in one currency; the diagonal is what states sell to themselves and must be positive.
    ease : array, shape (n, n)
        Factor on each flow at given incomes and prices: trade costs to the power of minus the elasticity. 1 is no change, .7 a
        hindrance that would by itself cut the flow by 30 %, 0 an embargo.
    elasticity : float
        Trade elasticity, above 0.
    most_steps : int

    Returns
    -------
    Equilibrium
        Deficits stay the same share of the world's output.

    Raises
    ------
    ValueError
        If the arrays do not fit, a flow is negative or missing, or own trade is 0.

    Source
    ------
    Dekle, Eaton & Kortum 2007, Unbalanced Trade, American Economic Review 97(2): 351-355; Arkolakis, Costinot &
    Rodríguez-Clare 2012, New Trade Models, Same Old Gains?, American Economic Review 102(1): 94-130.

    Examples
    --------
    >>> flows = np.array([[8.0, 2.0], [2.0, 8.0]])
    >>> closed = equilibrium(flows, np.eye(2), 4.0)
    >>> np.allclose(closed.welfare, 0.8 ** (1 / 4))
    True
    """
    _check(trade, ease, elasticity)
    output, spending = trade.sum(axis=1), trade.sum(axis=0)
    deficit = spending - output
    share = trade / spending
    income = np.ones(len(trade))
    residual, step = np.inf, 0
    while step < most_steps:
        step += 1
        pull = share * ease * income[:, None] ** -elasticity
        spent = np.maximum(income * output + deficit, 0)
        sold = (pull / pull.sum(axis=0) * spent).sum(axis=1)
        gap = sold / (income * output)
        residual = float(np.abs(gap - 1).max())
        if residual < TOLERANCE:
            break
        income = income * gap ** (1 / (1 + elasticity))
        income = income * output.sum() / (income * output).sum()
    pull = share * ease * income[:, None] ** -elasticity
    price = pull.sum(axis=0) ** (-1 / elasticity)
    spent = np.maximum(income * output + deficit, 0)
    return Equilibrium(income, price, spent / spending / price, pull / pull.sum(axis=0) * spent, step, residual, residual < TOLERANCE)


def _check(trade: NDArray[np.float64], ease: NDArray[np.float64], elasticity: float) -> None:
    if trade.ndim != 2 or trade.shape[0] != trade.shape[1] or ease.shape != trade.shape:
        raise ValueError("flows and their ease must be squares of one size")
    if not (np.isfinite(trade).all() and (trade >= 0).all() and np.isfinite(ease).all() and (ease >= 0).all()):
        raise ValueError("flows and their ease are numbers of at least 0")
    if not (np.diag(trade) > 0).all() or not (np.diag(ease) > 0).all():
        raise ValueError("every state trades with itself")
    if not (np.isfinite(elasticity) and elasticity > 0):
        raise ValueError("the trade elasticity is above 0")
