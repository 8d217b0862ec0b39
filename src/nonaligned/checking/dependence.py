"""Dependence: arms by supplier shares, fuels by import shares, trade by rank where the partners are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from nonaligned.checking import arms_supply
from nonaligned.checking.case import Case, Evidence, Finding, claim_days, inverted, name
from nonaligned.reports.report import Claim

KIND = "dependence"
FUEL_DAYS = 300  # figures of fuels older than this say nothing of "now": suppliers changed within months in 2022
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
    windows = arms_supply.by_window(case.record.rows(arms_supply.WINDOWS, [claim.subject]))
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
    """The record has trade with some partners only: it can refute a rank, where two years agree, not prove it."""
    rows = case.record.rows(
        "SELECT * FROM trade_statements WHERE reporter = ? AND flow = 'total' AND coverage = 'goods' AND value_usd IS NOT NULL "
        "ORDER BY last_day, value_usd DESC, partner",
        [claim.subject],
    )
    days = claim_days(claim)
    moment = days[1] if days is not None and days[1] < case.day else case.day
    rows = [row for row in rows if row["last_day"] < moment or row["last_day"] == moment]
    ours = [row for row in rows if row["partner"] == claim.object]
    if not ours or (moment - ours[-1]["last_day"]).days > 800:
        return Finding("not_in_record", f"The record holds no trade of {name(claim.subject)} with {name(claim.object)} for that time.")
    row = ours[-1]
    said = f"{name(claim.subject)}'s trade with {name(claim.object)} was US$ {row['value_usd'] / 1e9:.1f} bn in {row['period']}"
    said = f"{said[0].upper()}{said[1:]}"
    wanted = int(claim.detail.get("rank") or 0)
    larger = [_larger(rows, own) for own in ours[-2:]]
    if claim.detail.get("quantifier") == "largest" and wanted and len(larger) == 2 and all(len(found) >= wanted for found in larger):
        top = larger[-1][0]
        return Finding(
            "contradicted",
            f"{said}, but with {name(top['partner'])} US$ {top['value_usd'] / 1e9:.1f} bn; "
            f"at least {len(larger[-1])} partners were larger.",
            (_row(case, row), _row(case, top)),
        )
    return Finding("not_in_record", f"{said}; the record does not hold all of its partners, so a rank cannot be given.", (_row(case, row),))


def _larger(rows: list[dict[str, Any]], own: dict[str, Any]) -> list[dict[str, Any]]:
    """Trade of the same period and source with partners that are clearly larger, the largest first."""
    peers = [r for r in rows if r["period"] == own["period"] and r["source"] == own["source"] and r["partner"] != "EU"]
    return [r for r in peers if r["value_usd"] > own["value_usd"] * CLEAR]


def _row(case: Case, row: dict[str, Any]) -> Evidence:
    return case.evidence("trade_statements", row, ("reporter", "partner", "flow", "period"), row["value_usd"], "US$", row["period"])
