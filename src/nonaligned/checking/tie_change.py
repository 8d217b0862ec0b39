"""A tie that grows or weakens: trade over five years or the years named, and arms shares, where the claim names the domain."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from nonaligned.checking import arms_supply, trade_value
from nonaligned.checking.case import Case, Evidence, Finding, Verdict, claim_days, name
from nonaligned.reports.report import Claim

KIND = "tie_change"
PART: Literal["part"] = "part"
NO_CHANGE = 1.0  # percent within a year that is no change


def years_of(claim: Claim, case: Case) -> tuple[int, int] | Literal["part"] | None:
    """First and last year that a change is said of; None where the claim names none, `PART` for part of a year or one not over.

    "Last year" is the change from the year before; "since 2014" runs to the newest figure.
    """
    days = claim_days(claim)
    if days is None or (days[1] - days[0]).days < 27:  # a single day is that of a statement, not of a change
        return None
    first, last = days
    if (last - first).days < 360 and last < case.day:
        return PART
    if first.year == last.year or (last - first).days < 367:
        return PART if last >= case.day else (first.year - 1, first.year)
    return (first.year, case.day.year if last >= case.day else last.year)


def size_verdict(claim: Claim, percent: float, limit: float, has_years: bool) -> Verdict:
    """Verdict on a change of `percent` in the claimed direction; a claimed size needs the claim's own years."""
    said, factor = float(claim.detail.get("percent") or 0), float(claim.detail.get("factor") or 0)
    if (said or factor) and not has_years:
        return "not_in_record"
    if percent <= -limit:
        return "contradicted" if -percent >= 5 else "unsupported"
    is_right = abs(percent - said) <= max(3.0, 0.25 * said) if said else 1 + percent / 100 >= 0.9 * factor if factor else percent >= limit
    return "supported" if is_right else "unsupported"


def check(claim: Claim, case: Case) -> Finding:
    """Hold the direction of a tie against the trend of what the record measures of it."""
    domain = claim.detail.get("domain", "")
    if claim.status == "negated" or domain not in {"trade", "arms"}:
        said = f"The record holds no measure of the whole tie between {name(claim.subject)} and {name(claim.object)}"
        if claim.status == "negated":
            said = f"The record cannot settle that a tie between {name(claim.subject)} and {name(claim.object)} did not change"
        context = _trade(claim, case)
        lead = f"{context.reason[0].lower()}{context.reason[1:]}"
        return Finding("not_in_record", f"{said}; for context, {lead}" if context.evidence else f"{said}.", context.evidence)
    return _trade(claim, case) if domain == "trade" else _arms(claim, case)


def _trade(claim: Claim, case: Case) -> Finding:
    rows = [row for row in trade_value.figures(case, claim.subject, claim.object, "total") if row["last_day"] + trade_value.LAG <= case.day]
    years = years_of(claim, case)
    if not rows or case.day - rows[-1]["last_day"] > trade_value.STALE or years == PART:
        return Finding("not_in_record", "The record holds no trade of the two for that time.")
    is_newest = years is None and bool(claim.detail.get("to"))
    changes = [_year_before(series) if is_newest else _between(series, years) for series in _series(rows)]
    found = [change for change in changes if change is not None]
    if not found:
        return Finding("not_in_record", "The record's trade figures of the two do not cover that time.")
    newest = max(row["last_day"] for _, row in found)
    found = [(then, now) for then, now in found if (newest - now["last_day"]).days < 400]
    evidence = tuple(
        case.evidence("trade_statements", row, ("reporter", "partner", "flow", "period"), row["value_usd"], "US$", row["period"])
        for pair in found
        for row in pair
    )
    said = "; ".join(_said(case, then, now) for then, now in found)
    percents = [_percent(*pair) for pair in found]
    verdict = _verdict(claim, case, percents, None if is_newest else years, limit=NO_CHANGE if is_newest else None)
    if is_newest and verdict != "supported":
        verdict = "not_in_record"  # "rose to" an amount does not say since when
    return Finding(verdict, f"{said[0].upper()}{said[1:]}.", evidence)


def _series(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows that may be compared with one another: one reporter, one source, calendar or fiscal years alone; oldest first."""
    found: dict[tuple[str, str, str, bool], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["reporter"], row["source"], row["coverage"], row["period"].startswith("FY")), []).append(row)
    return list(found.values())


def _between(series: list[dict[str, Any]], years: tuple[int, int] | None) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The first and last figure of the years; of the last five where none are named."""
    now = series[-1]
    if years is None:
        earlier = [row for row in series if 3 * 365 <= (now["last_day"] - row["last_day"]).days <= 5 * 366 + 5]
        return (earlier[0], now) if earlier else None
    by_year = {row["first_day"].year if row["period"].startswith("FY") else row["last_day"].year: row for row in series}
    last = min(years[1], max(by_year))
    then, now = by_year.get(years[0]), by_year.get(last)
    return (then, now) if then is not None and now is not None and years[0] < last else None


def _year_before(series: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The newest figure and that of the year before, which "rose to" an amount is held against."""
    now = series[-1]
    then = next((row for row in series if 330 <= (now["last_day"] - row["last_day"]).days <= 400), None)
    return (then, now) if then is not None else None


def _percent(then: dict[str, Any], now: dict[str, Any]) -> float:
    return 100 * (now["value_usd"] / then["value_usd"] - 1)


def _said(case: Case, then: dict[str, Any], now: dict[str, Any]) -> str:
    how = "counts" if now["source"] in trade_value.compiled(case) else "reports"
    return (
        f"trade as {trade_value.counted_by(case, now)} {how} it went from US$ {then['value_usd'] / 1e9:.1f} bn in {then['period']} "
        f"to {now['value_usd'] / 1e9:.1f} bn in {now['period']} ({_percent(then, now):+.0f} %)"
    )


def _verdict(claim: Claim, case: Case, percents: list[float], years: tuple[int, int] | None, limit: float | None) -> Verdict:
    """Supported where no reporter says otherwise; contradicted only for trade itself in years that the claim names."""
    limit = limit or (NO_CHANGE if years and years[1] - years[0] == 1 else case.thresholds.trend_percent)
    sign = 1 if claim.detail["direction"] == "up" else -1
    verdicts = {size_verdict(claim, sign * percent, limit, has_years=years is not None) for percent in percents}
    if "supported" in verdicts and "contradicted" not in verdicts:
        return "supported"
    if verdicts == {"contradicted"} and years is not None and claim.detail.get("tie") == "trade":
        return "contradicted"
    return "not_in_record" if verdicts == {"not_in_record"} else "unsupported"


def _arms(claim: Claim, case: Case) -> Finding:
    """Arms shares both ways: the larger flow of the two decides."""
    for supplier, recipient in ((claim.object, claim.subject), (claim.subject, claim.object)):
        windows = arms_supply.windows_on_record(case, recipient)
        shares = [
            (w, row)
            for w, rows in windows.items()
            for row in rows
            if row["supplier"] == supplier and date(w[1] + 1, *arms_supply.PUBLISHED) <= case.day
        ]
        before = [(w, row) for w, row in shares if shares and w[1] < shares[-1][0][0]]
        if shares and before and case.day.year - shares[-1][0][1] <= 4:
            (old, then), (new, now) = before[-1], shares[-1]
            evidence: tuple[Evidence, ...] = tuple(
                case.evidence(
                    "arms_shares", row, ("recipient", "supplier"), round(row["share"], 1), "percent of arms imports (TIV)", f"{w[0]}–{w[1]}"
                )
                for w, row in ((old, then), (new, now))
            )
            said = (
                f"{name(supplier)}'s share of {name(recipient)}'s arms imports went from {then['share']:.0f} % in {old[0]}–{old[1]} "
                f"to {now['share']:.0f} % in {new[0]}–{new[1]}; arms are one part of the tie."
            )
            return Finding("not_in_record", f"{said[0].upper()}{said[1:]}", evidence)
    return Finding("not_in_record", "The record holds no arms transfers between the two.")
