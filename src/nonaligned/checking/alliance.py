"""Alliance: whether a defense pledge between two states is in force on the day (ATOP's strict sense of "ally").

The register that ships with the program answers first; where it has no pledge, obligations by year that the user loaded.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from nonaligned.checking import membership, treaty_years
from nonaligned.checking.case import Case, Evidence, Finding, claim_days, name, with_predecessor
from nonaligned.ground.origins import read_rows
from nonaligned.record.starter import starter_directory
from nonaligned.record.tracing import reference
from nonaligned.reports.report import Claim
from nonaligned.world.days import Span

KIND = "alliance"
OBLIGATIONS = ("defense", "offense", "neutrality", "nonaggression", "consultation")
WHOLE_FROM = 2018  # the first year for which the register is meant to have every defense pledge of the states that it covers
SHARED = """
SELECT t.*, one.state AS state_one, two.state AS state_two,
       one.first AS first_one, one.last AS last_one, two.first AS first_two, two.last AS last_two
FROM alliances t JOIN alliance_members one USING (treaty_id) JOIN alliance_members two USING (treaty_id)
WHERE list_contains(?::VARCHAR[], one.state) AND list_contains(?::VARCHAR[], two.state) ORDER BY t.defense DESC, t.in_force, t.treaty_id
"""


def check(claim: Claim, case: Case) -> Finding:
    """Hold an alliance claim against the treaties in force on the day it is about."""
    if claim.detail.get("group"):
        return membership.check(claim, case)
    days = claim_days(claim)
    is_past = claim.detail.get("tense") == "past" and days is not None
    first, last = days if is_past and days else (case.day, case.day)
    as_of = case.record.origin("alliances").as_of
    ones, others = with_predecessor(claim.subject), with_predecessor(claim.object)
    rows = case.record.rows(SHARED, [list(ones), list(others)])
    live = [row for row in rows if _in_force(row, first, min(last, as_of))]
    pacts = [row for row in live if row["defense"] == "1"]
    pair = f"{name(claim.subject)} and {name(claim.object)}"
    beyond = f" The register of treaties runs to {as_of}." if last > as_of and not case.date.is_inferred else ""
    if pacts:
        is_over = claim.detail.get("lapsed") == "1"  # that a tie has lapsed in practice is not what a treaty can refute
        verdict = ("unsupported" if is_over else "contradicted") if claim.status == "negated" else "supported"
        return Finding(verdict, f"A defense pledge binds {pair}: {_title(pacts[0])}.{beyond}", _rows(case, pacts[:3]))
    finding = _no_pact(claim, case, rows, live, pair, first, beyond)
    both = sorted((claim.subject, claim.object))
    is_whole = last.year >= WHOLE_FROM and all(_is_covered(case, code) for code in both) or "-".join(both) in _disputed()
    return treaty_years.weighed(claim, case, finding, (first, last), is_whole)


@cache
def _disputed() -> frozenset[str]:
    """Pairs on which the register differs from ATOP by intent."""
    return frozenset(row["key"] for row in read_rows(starter_directory() / "alliances.corrections.csv"))


def _no_pact(
    claim: Claim, case: Case, rows: list[dict[str, Any]], live: list[dict[str, Any]], pair: str, first: date, beyond: str
) -> Finding:
    unsure = [row for row in rows if row["defense"] == "1" and _in_force(row, first, first) is None]
    if unsure or not all(_is_covered(case, code) for code in (claim.subject, claim.object)):
        return Finding(
            "not_in_record", f"The register of treaties does not say whether a defense pledge binds {pair}.{beyond}", _rows(case, unsure)
        )
    own = [row for row in rows if (row["state_one"], row["state_two"]) == (claim.subject, claim.object)]  # not what the Soviet Union had
    ended = sorted((row for row in own if row["defense"] == "1" and row not in live and _started(row, first)), key=_end)
    if ended and claim.status != "negated" and claim.rule != "defence treaty":
        return Finding(
            "outdated",
            f"A defense pledge bound {pair} until {_end(ended[-1])}: {_title(ended[-1])}; none is in force on {first}.",
            _rows(case, ended[-1:]),
        )
    in_place = f"; in force: {'; '.join(_title(row) for row in live[:3])}" if live else ""
    if claim.status == "negated":
        return Finding(
            "supported" if not beyond else "not_in_record",
            f"No defense pledge between {pair} is on the register{in_place}.{beyond}",
            _rows(case, live[:3]) or _silence(case, claim),
        )
    return Finding(
        "unsupported",
        f"No defense pledge between {pair} is on the register, so not allies in the strict sense{in_place}.{beyond}",
        _rows(case, live[:3]),
    )


def _in_force(row: dict[str, Any], first: date, last: date) -> bool | None:
    spans = (Span(row["in_force"], row["ended"]), Span(row["first_one"], row["last_one"]), Span(row["first_two"], row["last_two"]))
    if first == last:
        known = [span.covers(first) for span in spans]
        return None if False not in known and None in known else all(known)
    return all(span.overlaps(first, last) for span in spans)


def _started(row: dict[str, Any], day: date) -> bool:
    return row["in_force"] <= day.isoformat() and max(row["first_one"], row["first_two"]) <= day.isoformat()


def _end(row: dict[str, Any]) -> str:
    return min(day for day in (row["ended"], row["last_one"], row["last_two"], "9999") if day)


def _is_covered(case: Case, code: str) -> bool:
    return bool(
        case.record.rows("SELECT 1 FROM alliance_members WHERE list_contains(?::VARCHAR[], state) LIMIT 1", [list(with_predecessor(code))])
    )


def _title(row: dict[str, Any]) -> str:
    kinds = [kind for kind in OBLIGATIONS if row[kind] == "1"]
    return f"{row['title']} ({row['in_force'][:4] or row['signed'][:4]}; {', '.join(kinds) or 'no military obligation'})"


def _rows(case: Case, rows: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    for row in rows:
        kinds = ", ".join(kind for kind in OBLIGATIONS if row[kind] == "1") or "none"
        first = max(row["in_force"] or row["signed"], row["first_one"], row["first_two"])[:4]  # when both were bound
        years = f"{first}–{_end(row)[:4]}" if _end(row) != "9999" else f"since {first}"
        found.append(case.evidence("alliances", row, ("treaty_id",), kinds, "obligations", years))
    return tuple(found)


def _silence(case: Case, claim: Claim) -> tuple[Evidence, ...]:
    """That the register has no such row; what it has of the first state is the way to see it."""
    origin = case.record.origin("alliances")
    keys, trace = {"one": claim.subject, "other": claim.object}, reference("alliance_members", {"state": claim.subject})
    return (Evidence("alliances", keys, "no row", "obligations", f"to {origin.as_of}", origin.title, "", trace),)
