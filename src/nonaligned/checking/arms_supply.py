"""Arms supply, against suppliers' shares of the recipient's imports over five years (SIPRI trend-indicator values)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from nonaligned.checking.case import Case, Evidence, Finding, Verdict, claim_days, inverted, name
from nonaligned.record.store import Record
from nonaligned.reports.report import Claim

KIND = "arms_supply"
Test = Callable[[float, int], bool]
Windows = dict[tuple[int, int], list[dict[str, Any]]]
PUBLISHED = (3, 10)  # SIPRI publishes a window in March of the year after it
LISTED = 1.0  # percent from which a supplier is one
FOUNDED = {"RUS": 1992}  # the register keeps the Soviet Union's deliveries apart
HISTORY = 30  # years after which what held in a window is history, and not what a report of today could still mean
WINDOWS = """
SELECT * FROM arms_shares WHERE recipient = ? AND last_year - first_year = 4 AND kind = 'computed' ORDER BY last_year, rank, supplier
"""


def check(claim: Claim, case: Case) -> Finding:
    """Hold a supplier claim against the window in force at the claim's time."""
    finding = weigh(claim, case, claim.subject, claim.object)
    if claim.status != "negated":
        return finding
    if _is_plain(claim):
        if finding.verdict == "unsupported":
            return Finding("supported", finding.reason, finding.evidence)  # "is not a supplier": it has no share
        if finding.verdict == "supported" and claim.detail.get("no_more"):
            return Finding(
                "not_in_record", f"{finding.reason} Whether deliveries stopped within the window is not on record.", finding.evidence
            )
    return inverted(finding)


def weigh(claim: Claim, case: Case, supplier: str, recipient: str) -> Finding:
    """The finding for `supplier` as a source of `recipient`'s arms; also used for dependence on arms."""
    windows = windows_on_record(case, recipient)
    usable = [w for w in windows if date(w[1] + 1, *PUBLISHED) <= case.day and w[0] >= FOUNDED.get(supplier, w[0])]
    nothing = Finding("not_in_record", f"The record holds no supplier shares of {name(recipient)} for that time.")
    if not usable and supplier in FOUNDED and any(date(w[1] + 1, *PUBLISHED) <= case.day for w in windows):
        why = f"{name(supplier)}'s own deliveries begin in {FOUNDED[supplier]}, and no five years of them were over"
        return Finding("not_in_record", f"{why[0].upper()}{why[1:]}.")
    if not usable:
        return nothing
    weighing = _Weighing(claim, case, windows, supplier, recipient)
    if claim.detail.get("one_kind"):
        return weighing.finding("not_in_record", usable[-1], "the record has shares of all arms together, not of one kind")
    days = claim_days(claim)
    if days is not None and is_past_period(days, case):
        chosen = _windows_of(days, usable)
        return _in_period(weighing, chosen, is_exact=(days[0].year, days[1].year) in usable) if chosen else nothing
    current = usable[-1]
    if claim.detail.get("of_old"):
        before = [w for w in usable if weighing.is_met(w)]
        is_over = bool(before) and before[-1] != current  # what still holds is not clearly of the past
        verdict: Verdict = "supported" if is_over else "not_in_record"
        return weighing.finding(verdict, before[-1] if before else current, "the report tells of the past")
    if case.day.year - current[1] > 4:
        return Finding(
            "not_in_record",
            f"The record's last figures for {name(recipient)} are of {current[0]}–{current[1]}.",
            _rows(case, windows, supplier, [current]),
        )
    return _now(weighing, usable)


def _now(weighing: _Weighing, usable: list[tuple[int, int]]) -> Finding:
    """The claim is of "now": the newest window published, then earlier ones."""
    claim, windows, supplier, current = weighing.claim, weighing.windows, weighing.supplier, usable[-1]
    trail = _trail(windows, usable, supplier)
    if claim.detail.get("joint") and claim.value is not None:
        return _together(weighing, current)
    if weighing.is_met(current):
        return weighing.finding("supported", current, trail=trail)
    if weighing.is_near(current):
        return weighing.finding("not_in_record", current, "near the share claimed, and editions revise shares by some points", trail)
    before = [w for w in usable[:-1] if w[1] > current[1] - HISTORY and weighing.is_met(w)]
    if before and not (claim.status == "negated" and _is_plain(claim)):
        last = before[-1]
        share = _share(windows[last], supplier)[0]
        return weighing.finding("outdated", current, f"it held for {last[0]}–{last[1]} ({share:.0f} %)", trail)
    return weighing.refuted(current, trail)


def _in_period(weighing: _Weighing, chosen: list[tuple[int, int]], is_exact: bool) -> Finding:
    """The claim names its own years: never outdated, and refuted only where every window of those years says otherwise."""
    met = [w for w in chosen if weighing.is_met(w)]
    window = met[-1] if met else chosen[-1]
    if weighing.claim.detail.get("joint") and weighing.claim.value is not None:
        return _together(weighing, window)
    if len(met) == len(chosen):
        return weighing.finding("supported", window)
    if met:
        return weighing.finding("not_in_record", window, "windows of those years differ on it")
    if not is_exact and weighing.claim.value is not None or any(weighing.is_near(w) for w in chosen):
        return weighing.finding("not_in_record", window, "near the claim or not of exactly those years, so no verdict is given")
    return weighing.refuted(window, [window])


def _together(weighing: _Weighing, window: tuple[int, int]) -> Finding:
    """A share said of several suppliers is their sum; nothing is said against one of them."""
    shares = [_share(weighing.windows[window], code)[0] for code in weighing.claim.detail["joint"].split("|")]
    is_met = weighing.test(sum(shares), 1) and _share(weighing.windows[window], weighing.supplier)[1] > 0
    return weighing.finding("supported" if is_met else "not_in_record", window, f"the {len(shares)} named had {sum(shares):.0f} % together")


def is_past_period(days: tuple[date, date], case: Case) -> bool:
    """Whether a time is a past year or longer, not the day of a statement."""
    return days[1] < case.day and ((days[1] - days[0]).days > 300 or days[1].year < case.day.year - 1)


def _windows_of(days: tuple[date, date], usable: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The window of just those years; else windows within the years; else windows around them."""
    first, last = days[0].year, days[1].year
    inside = [w for w in usable if w[0] >= first and w[1] <= last]
    return inside or [w for w in usable if w[0] <= first and w[1] >= last]


def _is_plain(claim: Claim) -> bool:
    return claim.value is None and not claim.detail.get("quantifier")


@dataclass(frozen=True, slots=True)
class _Weighing:
    """One supplier's claim with the recipient's windows."""

    claim: Claim
    case: Case
    windows: Windows
    supplier: str
    recipient: str

    def test(self, share: float, rank: int) -> bool:
        """Whether the claim's words hold of a share and rank."""
        return _test(self.claim, self.case)[0](share, rank)

    def is_met(self, window: tuple[int, int]) -> bool:
        """Whether they hold in a window."""
        return self.test(*_share(self.windows[window], self.supplier))

    def is_near(self, window: tuple[int, int]) -> bool:
        """Whether a claimed number is missed by no more than editions of the figures differ."""
        wanted, bound = self.claim.value, self.claim.detail.get("bound")
        if wanted is None or bound not in {"~", ">="}:
            return False
        share = _share(self.windows[window], self.supplier)[0]
        return share >= wanted - 15 if bound == ">=" else abs(share - wanted) <= max(5.0, 0.15 * wanted)

    def refuted(self, window: tuple[int, int], trail: list[tuple[int, int]]) -> Finding:
        """Contradicted where a rank or number was claimed and the supplier is listed; else unsupported."""
        rank = _share(self.windows[window], self.supplier)[1]
        is_precise = self.claim.value is not None or self.claim.detail.get("quantifier") == "largest"
        verdict: Verdict = "contradicted" if rank and is_precise else "unsupported"
        return self.finding(verdict, window, trail=trail)

    def finding(self, verdict: Verdict, window: tuple[int, int], why: str = "", trail: list[tuple[int, int]] | None = None) -> Finding:
        """A finding that says the share in a window, with its rows and how the words were read."""
        windows, supplier, recipient = self.windows, self.supplier, name(self.recipient)
        share, rank = _share(windows[window], supplier)
        years = f"{window[0]}–{window[1]}"
        said = (
            f"{name(supplier)} supplied {share:.0f} % of {recipient}'s arms imports in {years} (rank {rank})"
            if rank
            else f"{name(supplier)} is not among the suppliers of {recipient} with 1 % or more in {years}"
        )
        trend = _trend(windows, trail, supplier) if trail and verdict == "supported" else ""
        reason = "; ".join(filter(None, (f"{said[0].upper()}{said[1:]}{trend}", why, _test(self.claim, self.case)[1])))
        evidence = _rows(self.case, windows, supplier, trail or [window])
        top = _top(self.case, windows[window]) if verdict == "contradicted" or not evidence else ()
        return Finding(verdict, f"{reason}.", (*evidence, *(row for row in top if row not in evidence)))


def windows_on_record(case: Case, recipient: str) -> Windows:
    """The windows of a recipient, oldest first; none that follows from a register without all the world's deliveries."""
    return by_window(from_whole_registers(case.record, case.record.rows(WINDOWS, [recipient])))


def from_whole_registers(record: Record, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of windows less those computed from a loaded register of some suppliers or recipients only: its shares are no shares."""
    loads = record.covered("arms_deliveries")
    loaded = {load["source"] for load in loads}

    def is_whole(first: int, last: int) -> bool:
        near = [load for load in loads if load["first_year"] <= last and load["last_year"] >= first]
        return all(load["is_complete"] for load in near) and any(load["first_year"] <= first and last <= load["last_year"] for load in near)

    return [row for row in rows if row["source"] not in loaded or is_whole(row["first_year"], row["last_year"])]


def by_window(rows: list[dict[str, Any]]) -> Windows:
    """Share rows by window, oldest first, best supplier first; suppliers below `LISTED` are left out."""
    found: Windows = {}
    for row in rows:
        if row["share"] < LISTED and row["rank"] is not None:
            continue
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
        if detail.get("bound") == ">=":
            return (lambda share, _: share >= wanted), f"“all” and “nearly all” are read as {wanted:.0f} % or more over five years"
        if detail.get("bound") == ">":
            return (lambda share, _: share >= 0.97 * wanted), f"read as more than {wanted:.0f} % over five years"
        return (
            lambda share, _: abs(share - wanted) <= max(3.0, 0.08 * wanted)
        ), f"read as {wanted:.0f} % over five years, give or take {max(3.0, 0.08 * wanted):.0f} points"
    if word == "largest" and detail.get("within"):
        within = int(detail["within"])
        return (lambda _, found: 0 < found <= within), f"“largest” of {within} is read as rank {within} or better over five years"
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
