"""Capability: world ranks and amounts of output, people and military spending, and their change over the years."""

from __future__ import annotations

from datetime import date
from typing import Any

from nonaligned.checking import arms_supply
from nonaligned.checking.case import Case, Evidence, Finding, Verdict, claim_days, inverted, name
from nonaligned.checking.tie_change import NO_CHANGE, PART, size_verdict, years_of
from nonaligned.reports.report import Claim

KIND = "capability"
NAMES = {
    "gdp_current_usd": "GDP in current US$",
    "milex_current_usd": "military spending in current US$",
    "milex_constant_usd": "military spending in constant US$",
    "milex_gdp_share": "military spending as a share of GDP",
    "population": "population",
    "arms_exports": "exports of major arms over five years",
}
STALE_YEARS = 3
SETTLED = (7, 1)  # a year's figures are common knowledge by the first of July after it
TIES = {"population": 0.015}  # states this close to one another share a rank
TIE = 0.03
ONE_OF_RANK = 10  # "one of the world's largest" is said of the first ten; three is for suppliers
CLEARLY_NOT = 25
RANKED_FROM = 1992  # before, the indicators lack the Soviet Union, so that nobody's place in the world is known
LARGER = "SELECT count(*) AS n FROM indicators WHERE indicator = ? AND year = ? AND value > ?"


def check(claim: Claim, case: Case) -> Finding:
    """Hold a capability claim against state-year indicators."""
    indicator = claim.detail.get("indicator", "")
    if not indicator:
        return Finding("not_in_record", "The record holds no measure of this kind of capability or standing.")
    if claim.unit == "world rank":
        return _rank(claim, case, indicator)
    finding = _amount(claim, case, indicator) if claim.value is not None else _change(claim, case, indicator)
    return inverted(finding) if claim.status == "negated" else finding


def _series(case: Case, state: str, indicator: str) -> list[dict[str, Any]]:
    if indicator == "arms_exports":
        rows = case.record.rows(
            "SELECT *, last_year AS year, share AS value FROM arms_export_shares WHERE supplier = ? ORDER BY year", [state]
        )
        founded = arms_supply.FOUNDED.get(state, 0)
        rows = arms_supply.from_whole_registers(case.record, rows)
        return [row for row in rows if date(row["year"] + 1, 3, 10) <= case.day and row["first_year"] >= founded]
    return case.record.rows(
        "SELECT * FROM indicators WHERE state = ? AND indicator = ? AND value IS NOT NULL AND year < ? ORDER BY year",
        [state, indicator, case.day.year],
    )


def _nothing(claim: Claim, indicator: str) -> Finding:
    return Finding("not_in_record", f"The record holds no {NAMES[indicator]} of {name(claim.subject)} near that time.")


def _at(claim: Claim, rows: list[dict[str, Any]], case: Case) -> list[dict[str, Any]]:
    """Rows of the claim's own year; else the newest, and the one before where the newest may not be out yet."""
    days = claim_days(claim)
    if days is not None and days[1] < case.day and (days[1] - days[0]).days > 300:
        return [row for row in rows if row["year"] == days[1].year]
    if not rows or case.day.year - rows[-1]["year"] > STALE_YEARS:
        return []
    is_settled = case.day >= date(rows[-1]["year"] + 1, *SETTLED)
    return rows[-1:] if is_settled else list(reversed(rows[-2:]))


def _rank(claim: Claim, case: Case, indicator: str) -> Finding:
    rows = _series(case, claim.subject, indicator)
    if indicator != "arms_exports":
        rows = [row for row in rows if row["year"] >= RANKED_FROM]
    current = _at(claim, rows, case)
    if not current:
        return _nothing(claim, indicator)
    wanted, quantifier = int(claim.value or 0), claim.detail.get("quantifier", "")
    limit = wanted if quantifier == "top" else ONE_OF_RANK if quantifier == "one of" else 0

    def is_met(row: dict[str, Any]) -> bool:
        best, worst = _places(case, indicator, row)
        return best <= limit if limit else best <= wanted <= worst

    row = next((r for r in current if is_met(r)), current[0])
    rank = _places(case, indicator, row, 0.0)[0]
    how = f"; “one of the largest” is read as rank {ONE_OF_RANK} or better" if quantifier == "one of" else ""
    said = f"{name(claim.subject)} ranked {rank} in the world by {NAMES[indicator]} in {_when(row)}{how}"
    said = f"{said[0].upper()}{said[1:]}."
    if claim.status == "negated":
        return Finding("contradicted" if is_met(row) else "supported", said, (_row(case, row),))
    if is_met(row):
        return Finding("supported", said, (_row(case, row),))
    before = [r for r in rows if r["year"] < current[-1]["year"] and is_met(r)]
    if before and not claim.time:
        return Finding("outdated", f"{said[:-1]}; the claim held in {_when(before[-1])}.", (_row(case, before[-1]), _row(case, row)))
    is_far = rank > CLEARLY_NOT if quantifier == "one of" else abs(rank - wanted) > 1
    return Finding("contradicted" if is_far else "unsupported", said, (_row(case, row),))


def _places(case: Case, indicator: str, row: dict[str, Any], tie: float | None = None) -> tuple[int, int]:
    """Best and worst place in the world that a figure can stand for, states within the tie counting as equal."""
    tie = TIES.get(indicator, TIE) if tie is None else tie
    if indicator == "arms_exports":
        sql, keys = (
            "SELECT count(*) AS n FROM arms_export_shares WHERE first_year = ? AND last_year = ? AND share > ?",
            [row["first_year"], row["year"]],
        )
    else:
        sql, keys = LARGER, [indicator, row["year"]]
    best = case.record.rows(sql, [*keys, row["value"] * (1 + tie)])[0]["n"] + 1
    worst = case.record.rows(sql, [*keys, row["value"] * (1 - tie)])[0]["n"]
    return best, max(best, worst)


def _amount(claim: Claim, case: Case, indicator: str) -> Finding:
    rows = _at(claim, _series(case, claim.subject, indicator), case)
    if not rows or claim.unit not in {"USD", "percent of GDP"} or not claim.value:
        return _nothing(claim, indicator)
    row = next((r for r in rows if _fits(claim, case, r)), rows[0])
    ratio, wrong = row["value"] / claim.value, 1 + case.thresholds.wrong_percent / 100
    is_military = indicator.startswith("milex")
    figure = f"{row['value']:.1f} %" if claim.unit == "percent of GDP" else f"US$ {row['value'] / 1e9:.1f} bn"
    said = f"{name(claim.subject)}'s {NAMES[indicator]} was {figure} in {row['year']}"
    said = f"{said[0].upper()}{said[1:]}{'; budgets as announced differ from spending as SIPRI counts it' if is_military else ''}."
    is_loose = claim.detail.get("budget") or claim.unit == "percent of GDP" or claim_days(claim) is None and case.day.year - row["year"] > 1
    verdict: Verdict = (
        "supported" if _fits(claim, case, row) else "unsupported" if is_loose or 1 / wrong <= ratio <= wrong else "contradicted"
    )
    is_old = claim_days(claim) is None and case.day.year - row["year"] > 1
    if verdict == "unsupported" and (is_old or claim.detail.get("budget")):
        verdict = "not_in_record"  # an announced budget is another figure than spending as SIPRI counts it
    return Finding(verdict, said, (_row(case, row),))


def _fits(claim: Claim, case: Case, row: dict[str, Any]) -> bool:
    ratio, limit = row["value"] / (claim.value or 1.0), case.thresholds.about_percent / 100
    bound = claim.detail.get("bound", "=")
    return (
        (ratio >= 0.98 or bound == "<") and (ratio <= 1.02 or bound == ">")
        if bound in "<>" and abs(ratio - 1) <= 2 * limit
        else abs(ratio - 1) <= limit
    )


def _change(claim: Claim, case: Case, indicator: str) -> Finding:
    """Growth or decline, between the years that the claim names or else over the last five."""
    rows = {row["year"]: row for row in _series(case, claim.subject, indicator)}
    years = years_of(claim, case)
    if not rows or years == PART or case.day.year - max(rows) > STALE_YEARS:
        return _nothing(claim, indicator)
    first, last = years if years else (max(rows) - 5, max(rows))
    then, now = rows.get(first), rows.get(min(last, max(rows)))
    if then is None or now is None or then["year"] >= now["year"] or then.get("unit") != now.get("unit"):
        return _nothing(claim, indicator)
    percent = 100 * (now["value"] / then["value"] - 1)
    said = f"{name(claim.subject)}'s {NAMES[indicator]} changed by {percent:+.0f} % from {then['year']} to {now['year']}"
    evidence = (_row(case, then), _row(case, now))
    latest = rows.get(max(rows) - 1)
    trend = case.thresholds.trend_percent
    limit = NO_CHANGE if years and last - first == 1 else trend
    sign = 1 if claim.detail.get("direction") == "up" else -1
    verdict = size_verdict(claim, sign * percent, limit, has_years=bool(years))
    if verdict == "contradicted" and not years and (latest is None or sign * (now["value"] - latest["value"]) > 0):
        verdict = "unsupported"
    how = f"; a change is read as at least {limit:.0f} %{'' if years else ' over five years'}"
    return Finding(verdict, f"{said[0].upper()}{said[1:]}{how}.", evidence)


def _when(row: dict[str, Any]) -> str:
    return f"{row['first_year']}–{row['year']}" if "first_year" in row else str(row["year"])


def _row(case: Case, row: dict[str, Any]) -> Evidence:
    if "supplier" in row:
        return case.evidence(
            "arms_export_shares", row, ("supplier",), round(row["value"], 1), "percent of the world's arms exports", _when(row)
        )
    return case.evidence("indicators", row, ("state", "indicator"), row["value"], row["unit"], str(row["year"]))
