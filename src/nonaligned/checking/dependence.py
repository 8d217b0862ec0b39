"""Dependence: arms by supplier shares, fuels by import shares, trade by rank where the partners are known."""

from __future__ import annotations

from typing import Any

from nonaligned.checking import arms_supply
from nonaligned.checking.case import Case, Evidence, Finding, inverted, name
from nonaligned.reports.report import Claim

KIND = "dependence"


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
    """ "Depends on X for its arms" is read like "a key supplier"."""
    from dataclasses import replace

    return arms_supply.weigh(replace(claim, detail={**claim.detail, "quantifier": "key"}), case, claim.object, claim.subject)


def _free(claim: Claim, case: Case) -> Finding:
    """Independence in general is a judgement; what the record can add is the largest arms supplier's share."""
    windows = arms_supply.by_window(case.record.rows(arms_supply.WINDOWS, [claim.subject]))
    usable = [w for w in windows if w[1] < case.day.year]
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
        f"{said}; for context, its largest arms supplier, {name(top['supplier'])}, had {top['share']:.0f} % in {usable[-1][0]}–{usable[-1][1]}.",
        evidence,
    )


def _fuel(claim: Claim, case: Case) -> Finding:
    rows = case.record.rows(
        "SELECT * FROM energy_shares WHERE recipient = ? AND commodity LIKE 'crude%' ORDER BY last_day, share DESC", [claim.subject]
    )
    rows = [row for row in rows if row["last_day"] <= case.day]
    if not rows or (case.day - rows[-1]["last_day"]).days > 730:
        last = f"; its last figures are to {rows[-1]['last_day']}" if rows else ""
        return Finding("not_in_record", f"The record holds no crude-oil imports of {name(claim.subject)} by supplier for that time{last}.")
    newest = [row for row in rows if row["last_day"] == rows[-1]["last_day"]]
    order = [row["supplier"] for row in newest]
    row = next((r for r in newest if r["supplier"] == claim.object), None)
    if row is None:
        return Finding("not_in_record", f"{name(claim.object)} is not among the suppliers on record.")
    rank = order.index(claim.object) + 1
    said = f"{name(claim.object)} supplied {row['share']:.0f} % of {name(claim.subject)}'s crude-oil imports in the year to {row['last_day']} (rank {rank})"
    wanted = int(claim.detail.get("rank") or 0)
    is_met = rank == wanted if claim.detail.get("quantifier") == "largest" else row["share"] >= case.thresholds.key_supplier_percent
    return Finding(
        "supported" if is_met else "unsupported",
        f"{said[0].upper()}{said[1:]}.",
        (
            case.evidence(
                "energy_shares",
                row,
                ("recipient", "supplier", "commodity"),
                round(row["share"], 1),
                "percent of import value",
                str(row["last_day"].year),
            ),
        ),
    )


def _partner(claim: Claim, case: Case) -> Finding:
    """The record has trade with some partners only: it can refute a first rank, not prove it."""
    rows = case.record.rows(
        "SELECT * FROM trade WHERE reporter = ? AND flow = 'total' AND coverage = 'goods' AND value_usd IS NOT NULL ORDER BY last_day, value_usd DESC, partner",
        [claim.subject],
    )
    rows = [row for row in rows if row["last_day"] < case.day]
    ours = [row for row in rows if row["partner"] == claim.object]
    if not ours or (case.day - ours[-1]["last_day"]).days > 1100:
        return Finding("not_in_record", f"The record holds no recent trade of {name(claim.subject)} with {name(claim.object)}.")
    row = ours[-1]
    peers: list[dict[str, Any]] = [
        r for r in rows if r["period"] == row["period"] and r["source"] == row["source"] and r["partner"] != "EU"
    ]
    larger = [r for r in peers if r["value_usd"] > row["value_usd"]]
    said = f"{name(claim.subject)}'s trade with {name(claim.object)} was US$ {row['value_usd'] / 1e9:.1f} bn in {row['period']}"
    said = f"{said[0].upper()}{said[1:]}"
    if claim.detail.get("quantifier") == "largest" and len(larger) >= int(claim.detail.get("rank") or 1):
        top = larger[0]
        return Finding(
            "contradicted",
            f"{said}, but with {name(top['partner'])} US$ {top['value_usd'] / 1e9:.1f} bn.",
            (_row(case, row), _row(case, top)),
        )
    return Finding("not_in_record", f"{said}; the record does not hold all of its partners, so a rank cannot be given.", (_row(case, row),))


def _row(case: Case, row: dict[str, Any]) -> Evidence:
    return case.evidence("trade", row, ("reporter", "partner", "flow", "period"), row["value_usd"], "US$", row["period"])
