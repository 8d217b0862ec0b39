"""Dependence: arms by supplier shares, fuels by import shares, trade by rank where the partners are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from nonaligned.checking import arms_supply
from nonaligned.checking.case import Case, Evidence, Finding, Verdict, claim_days, inverted, name
from nonaligned.checking.trade_value import compiled, counted_by
from nonaligned.reports.report import Claim

KIND = "dependence"
FUEL_DAYS = 300  # figures of fuels older than this say nothing of "now": suppliers changed within months in 2022
ALL_PARTNERS = 100  # partners in one year from which a source is taken to have all that matter for a rank
PARTNER_DAYS = timedelta(days=5 * 366)
TOTALS = """
SELECT * FROM trade_statements WHERE reporter = ? AND last_day BETWEEN ? AND ? AND flow = 'total' AND coverage = 'goods'
AND value_usd IS NOT NULL ORDER BY last_day, value_usd DESC, partner
"""
STALE_DAYS = 800
CLEAR_RECONCILED = 1.25  # where a source reconciles both sides, its order may differ from that of either state's own figures
CLEAR = 1.05  # a partner whose trade is larger by this is larger whatever the revisions


def check(claim: Claim, case: Case) -> Finding:
    """Hold a dependence claim against the domain that it names."""
    if claim.detail.get("form") == "free":
        return _free(claim, case)
    domain = claim.detail.get("domain", "")
    if domain == "arms":
        finding = (
            arms_supply.weigh(claim, case, claim.object, claim.subject) if claim.detail.get("form") == "ranked" else _reliance(claim, case)
        )
    elif domain == "crude oil":
        finding = _fuel(claim, case)
    elif domain == "trade" and claim.detail.get("form") == "ranked":
        finding = _partner(claim, case)
    else:
        what = f"dependence in {domain}" if domain else "dependence without a domain"
        finding = Finding("not_in_record", f"The record holds no measure of {what} of {name(claim.subject)} on {name(claim.object)}.")
    return inverted(finding) if claim.status == "negated" else finding


def _reliance(claim: Claim, case: Case) -> Finding:
    """Dependence on X for arms is read like "a key supplier"; with a share, like that share."""
    return arms_supply.weigh(replace(claim, detail={**claim.detail, "quantifier": "key"}), case, claim.object, claim.subject)


def _free(claim: Claim, case: Case) -> Finding:
    """Independence in general is a judgement; what the record can add is the largest arms supplier's share."""
    windows = arms_supply.windows_on_record(case, claim.subject)
    usable = [w for w in windows if date(w[1] + 1, *arms_supply.PUBLISHED) <= case.day]
    said = f"Whether {name(claim.subject)} is independent is a judgement, for which the record holds no measure"
    if not usable:
        return Finding("not_in_record", f"{said}.")
    top = next((row for row in windows[usable[-1]] if row["rank"] == 1), None)
    if top is None:
        return Finding("not_in_record", f"{said}.")
    evidence = (
        case.evidence(
            "arms_shares",
            top,
            ("recipient", "supplier"),
            round(top["share"], 1),
            "percent of arms imports (TIV)",
            f"{top['first_year']}–{top['last_year']}",
        ),
    )
    return Finding(
        "not_in_record",
        f"{said}; for context, its largest arms supplier, {name(top['supplier'])}, had {top['share']:.0f} % "
        f"in {usable[-1][0]}–{usable[-1][1]}.",
        evidence,
    )


def _fuel(claim: Claim, case: Case) -> Finding:
    rows = case.record.rows(
        "SELECT * FROM energy_shares WHERE recipient = ? AND commodity LIKE 'crude%' AND supplier <> 'OTHER' ORDER BY last_day, share DESC",
        [claim.subject],
    )
    days = claim_days(claim)
    moment = days[1] if days is not None and days[1] < case.day else case.day
    rows = [row for row in rows if row["last_day"] <= moment]
    if not rows or (moment - rows[-1]["last_day"]).days > FUEL_DAYS:
        last = f"; its last figures are to {rows[-1]['last_day']}" if rows else ""
        return Finding("not_in_record", f"The record holds no crude-oil imports of {name(claim.subject)} by supplier for that time{last}.")
    newest = [row for row in rows if row["last_day"] == rows[-1]["last_day"]]
    order = [row["supplier"] for row in newest]
    row = next((r for r in newest if r["supplier"] == claim.object), None)
    if row is None:
        return Finding("not_in_record", f"{name(claim.object)} is not among the suppliers on record.")
    rank = order.index(claim.object) + 1
    span = f"from {row['first_day']} to {row['last_day']}"
    said = f"{name(claim.object)} supplied {row['share']:.0f} % of {name(claim.subject)}'s crude-oil imports {span} (rank {rank})"
    test, how = _fuel_test(claim, case)
    evidence = case.evidence(
        "energy_shares",
        row,
        ("recipient", "supplier", "commodity"),
        round(row["share"], 1),
        "percent of import value",
        str(row["last_day"].year),
    )
    return Finding("supported" if test(row["share"], rank) else "unsupported", f"{said[0].upper()}{said[1:]}{how}.", (evidence,))


def _fuel_test(claim: Claim, case: Case) -> tuple[Callable[[float, int], bool], str]:
    limits, wanted, word = case.thresholds, int(claim.detail.get("rank") or 0), claim.detail.get("quantifier", "")
    if claim.value is not None:
        value, is_floor = claim.value, claim.detail.get("bound") == ">"
        return (lambda share, _: share > value if is_floor else abs(share - value) <= max(3.0, 0.08 * value)), ""
    if word == "largest":
        return (lambda _, rank: rank == wanted), ""
    if word == "one of":
        return (
            lambda _, rank: rank <= limits.one_of_largest_rank
        ), f"; “one of the largest” is read as rank {limits.one_of_largest_rank:.0f} or better"
    return (
        lambda share, rank: share >= limits.key_supplier_percent or rank == 1
    ), f"; “key” is read as at least {limits.key_supplier_percent:.0f} %, or the largest"


def _partner(claim: Claim, case: Case) -> Finding:
    """A rank among partners: refuted where two years agree; proved only by a source that has all the partners."""
    days = claim_days(claim)
    moment = days[1] if days is not None and days[1] < case.day else case.day
    rows = case.record.rows(TOTALS, [claim.subject, moment - PARTNER_DAYS, moment])
    ours = [row for row in rows if row["partner"] == claim.object and (moment - row["last_day"]).days <= STALE_DAYS]
    if not ours:
        return Finding("not_in_record", f"The record holds no trade of {name(claim.subject)} with {name(claim.object)} for that time.")
    newest = {row["source"]: row for row in ours}.values()
    for row in sorted(newest, key=lambda own: (own["last_day"], len(_peers(rows, own))), reverse=True):
        before = [r for r in rows if r["partner"] == claim.object and r["source"] == row["source"] and r["last_day"] < row["last_day"]]
        finding = _placed(claim, case, rows, row, before[-1]) if before else None
        if finding is not None:
            return finding
    said = f"{_amount(claim, ours[-1])}; the record does not hold all of its partners, so a rank cannot be given."
    return Finding("not_in_record", said, (_row(case, ours[-1]),))


def _placed(claim: Claim, case: Case, rows: list[dict[str, Any]], row: dict[str, Any], before: dict[str, Any]) -> Finding | None:
    """What one source says of the rank in its two newest years; None where it has too few partners to say."""
    clear = CLEAR_RECONCILED if row["source"] in compiled(case) else CLEAR
    wanted, word = int(claim.detail.get("rank") or 0), claim.detail.get("quantifier", "")
    larger = [_larger(rows, before, clear), _larger(rows, row, clear)]
    if word == "largest" and wanted and all(len(found) >= wanted for found in larger):
        top, count = larger[1][0], len(larger[1])
        said = f"but with {name(top['partner'])} US$ {top['value_usd'] / 1e9:.1f} bn; at least {count} partner{'s were' * (count > 1)}"
        said = f"{_amount(claim, row)}, {said}{' was' * (count == 1)} larger."
        return Finding("contradicted", said, (_row(case, row), _row(case, top)))
    if not _has_all(rows, row, before) or word not in {"one of", "largest"}:
        return None
    best, worst = len(larger[1]) + 1, len(_larger(rows, row, 1 / clear)) + 1
    limit = case.thresholds.one_of_largest_rank
    is_met = worst <= limit if word == "one of" else best == worst == wanted
    is_missed = best > limit if word == "one of" else not best <= wanted <= worst
    verdict: Verdict = "supported" if is_met else "unsupported" if is_missed else "not_in_record"
    place = f"rank {best}" if best == worst else f"rank {best} to {worst}, as others were about as large"
    how = f"; “one of the largest” is read as rank {limit:.0f} or better" if word == "one of" else ""
    return Finding(verdict, f"{_amount(claim, row)} ({place}, by {counted_by(case, row)}'s figures){how}.", (_row(case, row),))


def _amount(claim: Claim, row: dict[str, Any]) -> str:
    said = f"{name(claim.subject)}'s trade with {name(claim.object)} was US$ {row['value_usd'] / 1e9:.1f} bn in {row['period']}"
    return f"{said[0].upper()}{said[1:]}"


def _peers(rows: list[dict[str, Any]], own: dict[str, Any]) -> list[dict[str, Any]]:
    """Figures of the same period and source."""
    return [r for r in rows if r["period"] == own["period"] and r["source"] == own["source"] and r["partner"] != "EU"]


def _larger(rows: list[dict[str, Any]], own: dict[str, Any], clear: float = CLEAR) -> list[dict[str, Any]]:
    """Trade of the same period and source with partners that are clearly larger, the largest first."""
    return [r for r in _peers(rows, own) if r["value_usd"] > own["value_usd"] * clear and r["partner"] != own["partner"]]


def _has_all(rows: list[dict[str, Any]], own: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a source has so many partners that a rank is known, and none that was as large the year before is missing."""
    peers = {r["partner"] for r in _peers(rows, own)}
    return len(peers) >= ALL_PARTNERS and {r["partner"] for r in _larger(rows, before, 0.5)} <= peers


def _row(case: Case, row: dict[str, Any]) -> Evidence:
    return case.evidence("trade_statements", row, ("reporter", "partner", "flow", "period"), row["value_usd"], "US$", row["period"])
