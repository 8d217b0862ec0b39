"""Arms supply, against suppliers' shares of the recipient's imports over five years (SIPRI trend-indicator values)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from nonaligned.checking.case import Case, Evidence, Finding, Verdict, claim_days, inverted, name
from nonaligned.reports.report import Claim

KIND = "arms_supply"
PUBLISHED = (3, 10)  # SIPRI publishes a window in March of the year after it
WINDOWS = """
SELECT * FROM arms_shares WHERE recipient = ? AND last_year - first_year = 4 AND kind = 'computed' ORDER BY last_year, rank, supplier
"""


def check(claim: Claim, case: Case) -> Finding:
    """Hold a supplier claim against the window in force at the claim's time."""
    finding = weigh(claim, case, claim.subject, claim.object)
    if claim.status != "negated":
        return finding
    is_plain = claim.value is None and not claim.detail.get("quantifier")
    if is_plain and finding.verdict == "unsupported":
        return Finding("supported", finding.reason, finding.evidence)  # "is not a supplier": it has no share
    return inverted(finding)


def weigh(claim: Claim, case: Case, supplier: str, recipient: str) -> Finding:
    """The finding for `supplier` as a source of `recipient`'s arms; also used for dependence on arms."""
    windows = by_window(case.record.rows(WINDOWS, [recipient]))
    days = claim_days(claim)
    usable = [w for w in windows if date(w[1] + 1, *PUBLISHED) <= case.day]
    if days is not None and days[1] < case.day and days[1].year < case.day.year - 1:
        usable = [w for w in windows if w[0] <= days[1].year and w[1] >= days[0].year] or usable
    if not usable:
        return Finding("not_in_record", f"The record holds no supplier shares of {name(recipient)} for that time.")
    current = usable[-1]
    if days is None and case.day.year - current[1] > 4:
        return Finding(
            "not_in_record",
            f"The record's last figures for {name(recipient)} are of {current[0]}–{current[1]}.",
            _rows(case, windows, supplier, [current]),
        )
    trail = _trail(windows, usable, supplier)
    test, how = _test(claim, case)
    share, rank = _share(windows[current], supplier)
    said = (
        f"{name(supplier)} supplied {share:.0f} % of {name(recipient)}'s arms imports in {current[0]}–{current[1]} (rank {rank})"
        if rank
        else (f"{name(supplier)} is not among the suppliers of {name(recipient)} with 1 % or more in {current[0]}–{current[1]}")
    )
    said = f"{said[0].upper()}{said[1:]}"
    evidence = _rows(case, windows, supplier, trail)
    if test(share, rank):
        return Finding("supported", f"{said}{_trend(windows, trail, supplier)}; {how}.", evidence)
    before = [w for w in usable[:-1] if test(*_share(windows[w], supplier))]
    if before:
        last = before[-1]
        return Finding(
            "outdated", f"{said}; it held for {last[0]}–{last[1]} ({_share(windows[last], supplier)[0]:.0f} %); {how}.", evidence
        )
    if not rank:
        return Finding("unsupported", f"{said}; {how}.", evidence or _top(case, windows[current]))
    is_precise = claim.value is not None or claim.detail.get("quantifier") == "largest"
    verdict: Verdict = "contradicted" if is_precise else "unsupported"
    return Finding(verdict, f"{said}; {how}.", (*evidence, *(_top(case, windows[current]) if is_precise else ())))


Test = Callable[[float, int], bool]
Windows = dict[tuple[int, int], list[dict[str, Any]]]


def by_window(rows: list[dict[str, Any]]) -> Windows:
    """Share rows by window, oldest first, best supplier first."""
    found: Windows = {}
    for row in rows:
        found.setdefault((row["first_year"], row["last_year"]), []).append(row)
    return found


def _share(rows: list[dict[str, Any]], supplier: str) -> tuple[float, int]:
    row = next((r for r in rows if r["supplier"] == supplier), None)
    return (row["share"], row["rank"] or 0) if row else (0.0, 0)


def _test(claim: Claim, case: Case) -> tuple[Test, str]:
    """What a share and rank must be for the claim's words to hold, and how the words were read."""
    limits, detail = case.thresholds, claim.detail
    word, rank = detail.get("quantifier", ""), int(detail.get("rank") or 0)
    if claim.value is not None:
        wanted = claim.value
        if detail.get("bound") == ">":
            return (lambda share, _: share >= 0.97 * wanted), f"read as more than {wanted:.0f} % over five years"
        return (
            lambda share, _: abs(share - wanted) <= max(3.0, 0.08 * wanted)
        ), f"read as {wanted:.0f} % over five years, give or take {max(3.0, 0.08 * wanted):.0f} points"
    if word == "largest":
        return (lambda _, found: found == rank), f"“largest” is read as rank {rank} over five years"
    if word == "one of":
        return (
            lambda _, found: 0 < found <= limits.one_of_largest_rank
        ), f"“one of the largest” is read as rank {limits.one_of_largest_rank:.0f} or better"
    if word == "key" or detail.get("heavily"):
        return (lambda share, found: share >= limits.key_supplier_percent or found == 1), (
            f"“key” is read as at least {limits.key_supplier_percent:.0f} % of deliveries over five years, or the largest"
        )
    return (lambda _, found: found > 0), "a supplier is read as 1 % of deliveries or more over five years"


def _trail(windows: Windows, usable: list[tuple[int, int]], supplier: str) -> list[tuple[int, int]]:
    """The current window and earlier ones that do not overlap it or one another, newest first."""
    trail: list[tuple[int, int]] = []
    for window in reversed(usable):
        if (not trail or window[1] < trail[-1][0]) and _share(windows[window], supplier)[1]:
            trail.append(window)
    return trail[:4]


def _trend(windows: Windows, trail: list[tuple[int, int]], supplier: str) -> str:
    if len(trail) < 2:
        return ""
    now, then = _share(windows[trail[0]], supplier)[0], _share(windows[trail[1]], supplier)[0]
    direction = "falling" if now < then - 5 else "rising" if now > then + 5 else "steady"
    return f", {direction} from {then:.0f} % in {trail[1][0]}–{trail[1][1]}"


def _rows(case: Case, windows: Windows, supplier: str, trail: list[tuple[int, int]]) -> tuple[Evidence, ...]:
    rows = [next((r for r in windows[w] if r["supplier"] == supplier), None) for w in trail]
    return tuple(_row(case, row) for row in rows if row is not None)


def _top(case: Case, rows: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(_row(case, row) for row in rows if row["rank"] == 1)


def _row(case: Case, row: dict[str, Any]) -> Evidence:
    return case.evidence(
        "arms_shares",
        row,
        ("recipient", "supplier"),
        round(row["share"], 1),
        "percent of arms imports (TIV)",
        f"{row['first_year']}–{row['last_year']}",
    )
