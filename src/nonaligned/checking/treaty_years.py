"""Obligations of treaties by year, as the user loaded them (ATOP), where the register of treaties has no pledge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from nonaligned.checking.case import Case, Evidence, Finding, name, with_predecessor
from nonaligned.record.tracing import reference
from nonaligned.reports.report import Claim
from nonaligned.world.days import parse_day

FAR = 3  # years after the loaded file's last year for which it still speaks
YEAR = 360  # days from which a claim is of a whole year
LONG = 30  # years after which a pledge that ended is history, not an ally of old
TABLE = "treaties"
HELD = """
SELECT * FROM treaties WHERE list_contains(?::VARCHAR[], sender) AND list_contains(?::VARCHAR[], receiver)
AND year <= ? + 1 AND list_contains(?::VARCHAR[], source) ORDER BY year, obligation, sender
"""


def weighed(claim: Claim, case: Case, finding: Finding, days: tuple[date, date], is_register_whole: bool) -> Finding:
    """The register's finding, or what the loaded years say where the register has no pledge.

    Parameters
    ----------
    claim : Claim
    case : Case
    finding : Finding
        From the register, which has no defense pledge between the two on these days.
    days : tuple of date
        First and last day that the claim is about.
    is_register_whole : bool
        Whether the register is meant to have every pledge of the two then: it and the years may then disagree.
    """
    loads = [load for load in case.record.covered(TABLE) if load["first_year"] <= days[1].year <= load["last_year"] + FAR]
    if not loads:
        return finding
    load = max(loads, key=lambda one: one["last_year"])
    years = _years(days, load["last_year"])
    rows = _rows(claim, case, str(load["source"]), years[1])
    held = [row for row in rows if years[0] <= row["year"] <= years[1]]
    pledged = [row for row in held if row["obligation"] == "defense"]
    pair = f"{name(claim.subject)} and {name(claim.object)}"
    who = str(load["source"]).upper()
    if days[1].year > load["last_year"]:
        who = f"{who}, which runs to {load['last_year']},"
    if not pledged:
        return finding if is_register_whole else _silent(claim, case, finding, load, years, rows, who)
    is_throughout = (days[1] - days[0]).days >= YEAR or _is_throughout(rows, years[1], load["last_year"])
    if finding.verdict == "outdated" and not is_throughout:
        return finding  # the register knows the day
    said, shown = f"{who} has a defense pledge between {pair} in {pledged[-1]['year']}", _evidence(case, _last(pledged))
    if is_register_whole or finding.verdict == "outdated" or finding.verdict == "not_in_record" and finding.evidence:
        return Finding("not_in_record", f"{said}, which the register of treaties does not have.", (*shown, *finding.evidence))
    if not is_throughout:
        return Finding("not_in_record", f"{said}; whether on that day is not known, since the year alone is given.", shown)
    is_over = claim.detail.get("lapsed") == "1"  # that a tie has lapsed in practice is not what a treaty can refute
    verdict = ("unsupported" if is_over else "contradicted") if claim.status == "negated" else "supported"
    return Finding(verdict, f"{said}.", shown)


def _is_throughout(rows: list[dict[str, Any]], year: int, newest: int) -> bool:
    """Whether a pledge surely held on a day in the year: it did the year before, and the year after if that is known."""
    pledged = {row["year"] for row in rows if row["obligation"] == "defense"}
    return {year - 1, year, min(year + 1, newest)} <= pledged


def _silent(claim: Claim, case: Case, finding: Finding, load: Any, years: tuple[int, int], rows: list[dict[str, Any]], who: str) -> Finding:
    """No pledge in these years: said only where the source is complete and both were states of the system."""
    is_complete = load["is_complete"] and load["first_year"] <= years[0] and all(_stood(case, code, years) for code in _pair(claim))
    is_register_silent = finding.verdict == "not_in_record" and not finding.evidence
    if not is_complete or not is_register_silent and finding.verdict != "unsupported":
        return finding
    pair = f"{name(claim.subject)} and {name(claim.object)}"
    when = str(years[1]) if years[0] == years[1] else f"{years[0]}–{years[1]}"
    said = f"{who} has no defense pledge between {pair} in {when}"
    before = [row for row in rows if row["obligation"] == "defense" and years[0] - LONG <= row["year"] < years[0] and _is_own(row, claim)]
    if before and claim.status != "negated" and claim.rule != "defence treaty":
        return Finding("outdated", f"{said}; it had one until {before[-1]['year']}.", _evidence(case, _last(before)))
    held = _last([row for row in rows if years[0] <= row["year"] <= years[1]])
    kinds = ", ".join(dict.fromkeys(row["obligation"] for row in held))
    if not is_register_silent:  # its own reason stands; what it has no row of is added
        is_new = kinds and not finding.evidence
        return Finding("unsupported", f"{finding.reason[:-1]}; {who} has {kinds}.", _evidence(case, held)) if is_new else finding
    also = f"; it has {kinds}" if kinds else ""
    if claim.status == "negated":
        return Finding("supported", f"{said}{also}.", _evidence(case, held) or (_none(case, claim, load, when),))
    return Finding("unsupported", f"{said}, so not allies in the strict sense{also}.", _evidence(case, held))


def _is_own(row: dict[str, Any], claim: Claim) -> bool:
    """Whether the row is of the two themselves, not of the Soviet Union."""
    return {row["sender"], row["receiver"]} == set(_pair(claim))


def _years(days: tuple[date, date], newest: int) -> tuple[int, int]:
    """First and last year asked for, no later than the newest that the source has."""
    return min(days[0].year, newest), min(days[1].year, newest)


def _pair(claim: Claim) -> tuple[str, str]:
    return claim.subject, claim.object


def _rows(claim: Claim, case: Case, source: str, last: int) -> list[dict[str, Any]]:
    """Obligations of either to the other, up to the year after a year."""
    ones, others = list(with_predecessor(claim.subject)), list(with_predecessor(claim.object))
    found = [*case.record.rows(HELD, [ones, others, last, [source]]), *case.record.rows(HELD, [others, ones, last, [source]])]
    return sorted(found, key=lambda row: row["year"])


def _stood(case: Case, code: str, years: tuple[int, int]) -> bool:
    """Whether it was a state of the Correlates of War system throughout."""
    sql = "SELECT entry, exit FROM state_spells WHERE list_contains(?::VARCHAR[], state) AND system = 'cow'"
    for row in case.record.rows(sql, [list(with_predecessor(code))]):
        entry, end = parse_day(row["entry"]), parse_day(row["exit"])
        if entry and entry[1] <= date(years[0], 12, 31) and (not row["exit"] or end and end[1] >= date(years[1], 1, 1)):
            return True
    return False


def _last(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the newest year, one for each obligation."""
    newest = [row for row in rows if row["year"] == rows[-1]["year"]]
    return list({row["obligation"]: row for row in reversed(newest)}.values())


def _evidence(case: Case, rows: Sequence[dict[str, Any]]) -> tuple[Evidence, ...]:
    keys = ("sender", "receiver")
    return tuple(case.evidence(TABLE, row, keys, row["obligation"], "obligation in the year", str(row["year"])) for row in rows[:5])


def _none(case: Case, claim: Claim, load: Any, when: str) -> Evidence:
    source = case.record.source(TABLE, str(load["source"]))
    keys = {"sender": claim.subject, "receiver": claim.object}
    trace = reference(TABLE, {"year": when[-4:], "source": load["source"]})
    return Evidence(TABLE, keys, "no row", "obligations", when, source.label, source.url, trace)
