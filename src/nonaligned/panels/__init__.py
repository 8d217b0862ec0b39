"""Panels: a template of who existed when, and exact-label merges into it.

Examples
--------
>>> made = panel("directed_dyad_year", years=(2016, 2018), states=["IND", "RUS"]).add("treaties")
>>> made.frame.select("state_1", "state_2", "year", "consultation").row(0)
('IND', 'RUS', 2016, 1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nonaligned.panels.result import Panel
    from nonaligned.record.store import Record

__all__ = ["panel"]


def panel(
    unit: str,
    years: tuple[int, int] | int | None = None,
    states: Sequence[str] | None = None,
    system: str = "cow",
    partners: Sequence[str] | str | None = None,
    record: Record | None = None,
) -> Panel:
    """Start a panel: every state, dyad or directed dyad that existed in every year, to which `Panel.add` adds variables.

    Parameters
    ----------
    unit : {"state_year", "dyad_year", "directed_dyad_year"}
    years : (int, int) or int, optional
        First and last, both included; 1946 to the last year of the register of states without it.
    states : sequence of str, optional
        Codes or names; dyads of them alone.
    system : {"cow", "gw", "un"}
        Whose list says who existed: Correlates of War, Gleditsch and Ward, members of the United Nations.
    partners : sequence of str or "all", optional
        Whom to pair `states` with, instead of one another.
    record : Record, optional
        The user's record without it.

    Raises
    ------
    UsageError
        If a name, a unit or a system is unknown, or the years are none.

    Examples
    --------
    >>> panel("state_year", 2020, system="un").add("memberships", groups="NAM").frame["member_nam"].sum()
    119
    """
    from nonaligned.panels.result import Panel
    from nonaligned.panels.template import template
    from nonaligned.record.store import Record

    chosen: Any = record if record is not None else Record()
    return Panel(template(unit, years, states, system, partners), chosen)
