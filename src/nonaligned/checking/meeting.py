"""Meetings and visits: borne out where a loaded list has a visit of the person to the state in the year; never refuted by one."""

from __future__ import annotations

from typing import Any

from nonaligned.checking.case import Case, Evidence, Finding, claim_days, name
from nonaligned.reports.report import Claim
from nonaligned.world.leaders import fold

KIND = "meeting"
TRAVELS = frozenset({"visit", "trip", "travel", "arrive", "fly"})
VISITS = "SELECT * FROM visits WHERE visitor = ? AND host = ? AND year BETWEEN ? AND ? ORDER BY year, person, visit_number"


def check(claim: Claim, case: Case) -> Finding:
    """Hold a visit, or a meeting in the other's country, against the visits that the user loaded."""
    visitor, host = _direction(claim)
    years = _years(claim, case)
    rows = case.record.rows(VISITS, [visitor, host, *years]) if visitor and years else []
    persons = {fold(person) for person in claim.detail.get("persons", "").split("|")}
    meant = [row for row in rows if fold(row["person"]) in persons]
    if not meant:
        return Finding("not_in_record", f"The record holds no visits or meetings of {name(claim.subject)} and {name(claim.object)}.")
    first = meant[0]
    said = f"The record has a visit of {first['person']} to {name(host)} in {first['year']}; it gives the year alone"
    whom = "" if claim.rule in TRAVELS else ", and not whom the visitor met"
    if claim.status == "negated":
        return Finding("not_in_record", f"{said}, so it cannot settle that none took place at the time.", _rows(case, meant))
    return Finding("supported", f"{said}{whom}.", _rows(case, meant))


def _direction(claim: Claim) -> tuple[str, str]:
    """Visitor and host; empty where the text tells of a meeting elsewhere, or does not say where."""
    if claim.rule in TRAVELS:
        return claim.subject, claim.object
    place = claim.detail.get("place", "")
    if not place:
        return "", ""
    from nonaligned.reports.gazetteer import find_names

    named = {entry.code for hit in find_names(place) for entry in hit.states}
    hosts = named & {claim.subject, claim.object}
    if len(hosts) != 1:
        return "", ""
    host = hosts.pop()
    return (claim.object if host == claim.subject else claim.subject), host


def _years(claim: Claim, case: Case) -> tuple[int, int] | None:
    """First and last year that the claim can mean: its own time's, else the report's; None where that is more than a year."""
    first, last = claim_days(claim) or (case.date.first, case.date.last)
    return (first.year, last.year) if (last - first).days <= 366 else None


def _rows(case: Case, rows: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    keys = ("visitor", "host", "person")
    return tuple(case.evidence("visits", row, keys, row["person"], "visit in the year", str(row["year"])) for row in rows[:3])
