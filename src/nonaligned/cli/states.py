"""`nonaligned states`: what the world floor knows of a state, a group or a region on a day."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import click

from nonaligned.ground.errors import UsageError
from nonaligned.world import groups as world_groups
from nonaligned.world.leaders import holdings
from nonaligned.world.leaders import origin as leaders_origin
from nonaligned.world.names import find
from nonaligned.world.states import State
from nonaligned.world.states import states as all_states

REGIONS = {
    "south asia": "Southern Asia",
    "southeast asia": "South-eastern Asia",
    "east asia": "Eastern Asia",
    "west asia": "Western Asia",
    "north africa": "Northern Africa",
    "latin america": "Latin America and the Caribbean",
}
FIELDS = (
    ("code", "text", "state code"),
    ("name", "text", "short name"),
    ("long_name", "text", "full name"),
    ("cow_code", "integer", "Correlates of War number"),
    ("gw_code", "integer", "Gleditsch-Ward number"),
    ("iso2", "text", "ISO 3166-1 alpha-2"),
    ("iso3", "text", "ISO 3166-1 alpha-3"),
    ("un_m49", "text", "UN M49 number"),
    ("region", "text", "UN region"),
    ("capital", "text", "seat of government"),
    ("days", "text", "days in the international system"),
    ("leaders", "list", "who held which office on the day: office, title, person, first, last"),
    ("groups", "list", "groups of which it was a member on the day: group, role, first"),
)


def answer(query: str | None, on: str | None, as_json: bool) -> None:
    """Print the states that a query names, on a day: a card for one of them on a terminal, else rows."""
    from nonaligned.briefs.verbs import parse_date
    from nonaligned.cli.tables import emit

    day = parse_date(on) or date.today()
    rows = [_row(state, day) for state in _matching(query, day, on is not None)]
    if len(rows) == 1 and not as_json and sys.stdout.isatty():
        _card(rows[0], day)
        return
    ends = {"leaders": str(leaders_origin().as_of), "groups": str(world_groups.origin().as_of)}
    run = {"query": query or "", "on": str(day), "registers_run_to": ends}
    emit(rows, FIELDS, as_json, _sources(), run, ("code", "name", "cow_code", "gw_code", "region", "capital"))


def _matching(query: str | None, day: date, is_dated: bool) -> list[State]:
    if not query:
        return list(all_states(day))
    members = _members(query, day)
    if members is not None:
        if query.upper() == "NAM":
            click.echo("NAM is read as the Non-Aligned Movement; it is also the code of Namibia: nonaligned states Namibia", err=True)
        return [find(code) for code in members]
    query = REGIONS.get(query.casefold(), query)
    regional = [s for s in all_states(day) if query.casefold() in {s.region.casefold(), s.subregion.casefold()}]
    return regional or [find(query, day if is_dated else None)]


def _members(query: str, day: date) -> tuple[str, ...] | None:
    try:
        group = world_groups.group(query)
    except UsageError:
        return None
    return world_groups.members(group.code, min(day, world_groups.origin().as_of))


def _row(state: State, day: date) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(state, name) for name, _, _ in FIELDS if hasattr(state, name)}
    row["days"] = "; ".join(f"{s.system.upper()} {s.span.words}" for s in state.spells)
    row["leaders"] = [
        {"office": h.office, "title": h.titles[0], "person": h.person, "first": h.span.first, "last": h.span.last}
        for h in _leaders(state, day)
    ]
    held = world_groups.memberships(state.code)
    row["groups"] = [{"group": m.group, "role": m.role, "first": m.first} for m in held if m.covers(min(day, world_groups.origin().as_of))]
    return row


def _leaders(state: State, day: date) -> list[Any]:
    known = min(day, leaders_origin().as_of)
    return [h for h in holdings() if h.state == state.code and h.held(min(known, h.as_of) if not h.span.last else known)]


def _card(row: dict[str, Any], day: date) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    console.print(Text(f"{row['name']} ({row['code']})", style="bold"), Text(row["long_name"], style="italic"))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    codes = ", ".join(
        f"{label} {row[key]}" for label, key in (("COW", "cow_code"), ("GW", "gw_code"), ("ISO", "iso2"), ("M49", "un_m49")) if row[key]
    )
    table.add_row("codes", codes)
    table.add_row("region", row["region"])
    table.add_row("capital", row["capital"])
    table.add_row("in the system", row["days"].replace("; ", "\n"))
    people = "\n".join(f"{leader['title']} {leader['person']} (since {leader['first']})" for leader in row["leaders"])
    table.add_row(f"in office {min(day, leaders_origin().as_of)}", people or "not in the register")
    groups = ", ".join(m["group"] if m["role"] == "member" else f"{m['group']} ({m['role'].replace('_', ' ')})" for m in row["groups"])
    table.add_row(f"groups {min(day, world_groups.origin().as_of)}", groups or "none in the register")
    console.print(table)


def _sources() -> list[dict[str, str]]:
    return [
        {"table": table, "title": origin.title, "as_of": str(origin.as_of), "licence": origin.licence}
        for table, origin in (("leaders", leaders_origin()), ("memberships", world_groups.origin()))
    ]
