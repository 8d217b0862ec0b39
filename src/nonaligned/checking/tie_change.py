"""A tie that grows or weakens: trade over five years and arms shares, where the claim names the domain."""

from __future__ import annotations

from nonaligned.checking import arms_supply, trade_value
from nonaligned.checking.case import Case, Finding, name
from nonaligned.reports.report import Claim

KIND = "tie_change"


def check(claim: Claim, case: Case) -> Finding:
    """Hold the direction of a tie against the trend of what the record measures of it."""
    domain = claim.detail.get("domain", "")
    if claim.status == "negated" or domain not in {"trade", "arms"}:
        context = _trade(claim, case)
        said = f"The record holds no measure of the whole tie between {name(claim.subject)} and {name(claim.object)}"
        return Finding(
            "not_in_record",
            f"{said}; for context, {context.reason[0].lower()}{context.reason[1:]}" if context.evidence else f"{said}.",
            context.evidence,
        )
    return _trade(claim, case) if domain == "trade" else _arms(claim, case)


def _trade(claim: Claim, case: Case) -> Finding:
    rows = [row for row in trade_value.figures(case, claim.subject, claim.object, "total") if row["last_day"] + trade_value.LAG <= case.day]
    if not rows or case.day - rows[-1]["last_day"] > trade_value.STALE:
        return Finding("not_in_record", "The record holds no recent trade of the two.")
    last = rows[-1]
    same = [row for row in rows if row["reporter"] == last["reporter"] and row["source"] == last["source"]]
    earlier = [row for row in same if 3 * 365 <= (last["last_day"] - row["last_day"]).days <= 6 * 366]
    if not earlier:
        return Finding("not_in_record", "The record's trade figures of the two do not go back far enough.")
    percent = 100 * (last["value_usd"] / earlier[0]["value_usd"] - 1)
    evidence = tuple(
        case.evidence("trade", row, ("reporter", "partner", "flow", "period"), row["value_usd"], "US$", row["period"])
        for row in (earlier[0], last)
    )
    limit = case.thresholds.trend_percent
    is_met = percent >= limit if claim.detail["direction"] == "up" else percent <= -limit
    said = f"Trade as {name(last['reporter'])} reports it went from US$ {earlier[0]['value_usd'] / 1e9:.1f} bn in {earlier[0]['period']} to {last['value_usd'] / 1e9:.1f} bn in {last['period']} ({percent:+.0f} %)."
    return Finding("supported" if is_met else "unsupported", said, evidence)


def _arms(claim: Claim, case: Case) -> Finding:
    """Arms shares both ways: the larger flow of the two decides."""
    for supplier, recipient in ((claim.object, claim.subject), (claim.subject, claim.object)):
        windows = arms_supply.by_window(case.record.rows(arms_supply.WINDOWS, [recipient]))
        shares = [(w, row) for w, rows in windows.items() for row in rows if row["supplier"] == supplier and w[1] < case.day.year]
        before = [(w, row) for w, row in shares if shares and w[1] < shares[-1][0][0]]
        if shares and before and case.day.year - shares[-1][0][1] <= 4:
            (old, then), (new, now) = before[-1], shares[-1]
            evidence = tuple(
                case.evidence(
                    "arms_shares", row, ("recipient", "supplier"), round(row["share"], 1), "percent of arms imports (TIV)", f"{w[0]}–{w[1]}"
                )
                for w, row in ((old, then), (new, now))
            )
            said = f"{name(supplier)}'s share of {name(recipient)}'s arms imports went from {then['share']:.0f} % in {old[0]}–{old[1]} to {now['share']:.0f} % in {new[0]}–{new[1]}; arms are one part of the tie."
            return Finding("not_in_record", f"{said[0].upper()}{said[1:]}", evidence)
    return Finding("not_in_record", "The record holds no arms transfers between the two.")
