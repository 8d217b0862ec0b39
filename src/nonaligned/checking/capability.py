"""Capability: world ranks and amounts of output and military spending, and their change over five years."""

from __future__ import annotations

from typing import Any

from nonaligned.checking.case import Case, Evidence, Finding, claim_days, inverted, name
from nonaligned.reports.report import Claim

KIND = "capability"
NAMES = {
    "gdp_current_usd": "GDP in current US$",
    "milex_current_usd": "military spending in current US$",
    "milex_constant_usd": "military spending in constant US$",
}
STALE_YEARS = 3


def check(claim: Claim, case: Case) -> Finding:
    """Hold a capability claim against state-year indicators."""
    indicator = claim.detail.get("indicator", "")
    if not indicator:
        return Finding("not_in_record", "The record holds no measure of this kind of capability or standing.")
    if claim.unit == "world rank":
        finding = _rank(claim, case, indicator)
    elif claim.value is not None:
        finding = _amount(claim, case, indicator)
    else:
        finding = _change(claim, case, indicator)
    return inverted(finding) if claim.status == "negated" else finding


def _series(case: Case, state: str, indicator: str) -> list[dict[str, Any]]:
    return case.record.rows(
        "SELECT * FROM state_year WHERE state = ? AND indicator = ? AND value IS NOT NULL AND year < ? ORDER BY year",
        [state, indicator, case.day.year],
    )


def _year(claim: Claim, rows: list[dict[str, Any]], case: Case) -> dict[str, Any] | None:
    days = claim_days(claim)
    if days is not None and days[1] < case.day:
        return next((row for row in rows if row["year"] == days[1].year), None)
    return rows[-1] if rows and case.day.year - rows[-1]["year"] <= STALE_YEARS else None


def _rank(claim: Claim, case: Case, indicator: str) -> Finding:
    row = _year(claim, _series(case, claim.subject, indicator), case)
    if row is None:
        return Finding("not_in_record", f"The record holds no {NAMES[indicator]} of {name(claim.subject)} near that time.")
    larger = case.record.rows(
        "SELECT count(*) AS n FROM state_year WHERE indicator = ? AND year = ? AND value > ?", [indicator, row["year"], row["value"]]
    )[0]["n"]
    rank, wanted = larger + 1, int(claim.value or 0)
    is_met = rank <= case.thresholds.one_of_largest_rank if claim.detail.get("quantifier") == "one of" else rank == wanted
    said = f"{name(claim.subject)} ranked {rank} in the world by {NAMES[indicator]} in {row['year']}"
    verdict = "supported" if is_met else "unsupported" if abs(rank - wanted) <= 1 else "contradicted"
    return Finding(verdict, f"{said[0].upper()}{said[1:]}.", (_row(case, row),))


def _amount(claim: Claim, case: Case, indicator: str) -> Finding:
    row = _year(claim, _series(case, claim.subject, indicator), case)
    if row is None or claim.unit != "USD":
        return Finding("not_in_record", f"The record holds no {NAMES[indicator]} of {name(claim.subject)} near that time.")
    ratio = row["value"] / (claim.value or 1.0)
    limits = case.thresholds
    fits = abs(ratio - 1) <= limits.about_percent / 100
    said = f"{name(claim.subject)}'s {NAMES[indicator]} was US$ {row['value'] / 1e9:.1f} bn in {row['year']}"
    wrong = not 1 / (1 + limits.wrong_percent / 100) <= ratio <= 1 + limits.wrong_percent / 100
    is_old = claim_days(claim) is None and case.day.year - row["year"] > 1
    verdict = "supported" if fits else "not_in_record" if is_old else "contradicted" if wrong else "unsupported"
    return Finding(
        verdict, f"{said[0].upper()}{said[1:]}; budgets as announced differ from spending as SIPRI counts it.", (_row(case, row),)
    )


def _change(claim: Claim, case: Case, indicator: str) -> Finding:
    rows = _series(case, claim.subject, indicator)
    if len(rows) < 6 or case.day.year - rows[-1]["year"] > STALE_YEARS:
        return Finding("not_in_record", f"The record holds no {NAMES[indicator]} of {name(claim.subject)} near that time.")
    now, then = rows[-1], rows[-6]
    percent = 100 * (now["value"] / then["value"] - 1)
    said = f"{name(claim.subject)}'s {NAMES[indicator]} changed by {percent:+.0f} % from {then['year']} to {now['year']}"
    up = claim.detail.get("direction") == "up"
    limit = case.thresholds.trend_percent
    verdict = (
        "supported"
        if (percent >= limit if up else percent <= -limit)
        else "contradicted"
        if (percent <= -limit if up else percent >= limit)
        else "unsupported"
    )
    return Finding(
        verdict,
        f"{said[0].upper()}{said[1:]}; a change is read as at least {limit:.0f} % over five years.",
        (_row(case, then), _row(case, now)),
    )


def _row(case: Case, row: dict[str, Any]) -> Evidence:
    return case.evidence("state_year", row, ("state", "indicator"), row["value"], row["unit"], str(row["year"]))
