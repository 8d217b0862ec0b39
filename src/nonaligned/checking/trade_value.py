"""Trade value, against what either side's statistics say for the claim's time, and for earlier times."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from nonaligned.checking.case import Case, Evidence, Finding, claim_days, name
from nonaligned.ground.origins import Source
from nonaligned.record.store import Record
from nonaligned.reports.report import Claim

KIND = "trade_value"
LAG = timedelta(days=20)  # statistics appear this long after the period at the earliest
STALE = timedelta(days=3 * 366)
SERVICES = 2.2  # goods and services together are at most this many times goods
REACHING = re.compile(r"\b(?:reach|exceed|surpass|top|hit|pass|cross)\w*\b", re.IGNORECASE)
MIRROR = {"exports": "imports", "imports": "exports", "total": "total"}
SAME = 0.005  # two sources that state one reporter's figure this close to one another have it from one another
SIDE = "SELECT * FROM trade_statements WHERE reporter = ? AND partner = ? AND value_usd IS NOT NULL"
COMPILED = "SELECT DISTINCT source FROM trade WHERE reporter = 'COMPILED'"


def check(claim: Claim, case: Case) -> Finding:
    """Hold an amount of trade against the official figures of the pair."""
    pair = f"{name(claim.subject)} and {name(claim.object)}"
    flow = claim.detail["flow"]
    if claim.value is None or claim.unit not in {"USD", "EUR"}:
        return Finding("not_in_record", f"The record holds trade in US dollars and euros, not in {claim.unit}.")
    if flow == "balance":
        return Finding("not_in_record", f"The record does not hold a published trade balance of {pair}.")
    rows = [row for row in figures(case, claim.subject, claim.object, flow) if row["last_day"] + LAG <= case.day]
    if claim.unit == "EUR":
        rows = [{**row, "value_usd": row["value"]} for row in rows if row["currency"] == "EUR"]
    days = claim_days(claim)
    if claim.status == "negated":
        return _short_of(claim, case, [row for row in rows if days is None or _overlap(row, days) >= 0.5], pair)
    if not rows:
        return Finding("not_in_record", f"The record holds no {_words(flow)} of {pair} in {claim.unit} for that time.")
    if days is not None and not (days[0] <= case.day <= days[1]):
        return _dated(claim, case, rows, days, pair)
    return _current(claim, case, rows, pair)


def _short_of(claim: Claim, case: Case, rows: list[dict[str, Any]], pair: str) -> Finding:
    """For "did not reach $65 billion": whether any figure did; that trade "was not" an amount says too little to judge."""
    near = rows if claim.time else rows[-1:]
    reached = [row for row in near if row["value_usd"] >= 0.98 * (claim.value or 0.0)]
    if not near or not REACHING.search(claim.sentence):
        return Finding(
            "not_in_record", f"That trade between {pair} was not an amount is no figure to hold against the record.", _rows(case, near)
        )
    verdict = "contradicted" if len(reached) == len(near) else "not_in_record" if reached else "supported"
    return Finding(verdict, f"{_said(claim, pair)}: {_figures(case, near[:3])}.", _rows(case, near[:3]))


def figures(case: Case, one: str, other: str, flow: str) -> list[dict[str, Any]]:
    """Rows of a pair and flow as either side reports it, oldest first; each figure once, whatever the sources that repeat it."""
    mirror = case.record.rows(SIDE, [other, one])
    rows = [row for row in case.record.rows(SIDE, [one, other]) if row["flow"] == flow]
    rows += [row for row in mirror if row["flow"] == MIRROR[flow]]
    kept: list[dict[str, Any]] = []
    loaded, both_sides = {entry.source for entry in case.record.loads}, compiled(case)
    known: dict[tuple[str, str, str], list[float]] = {}
    for row in sorted(rows, key=lambda row: row["source"] not in loaded):
        whose = row["source"] if row["source"] in both_sides else row["reporter"]
        values = known.setdefault((whose, row["period"], f"{row['currency']} {row['coverage']}"), [])
        is_again = bool(loaded) or row["source"] in both_sides
        if not is_again or not any(abs(value - row["value_usd"]) <= SAME * abs(value) for value in values):
            kept.append(row)
        values.append(row["value_usd"])
    return sorted(kept, key=lambda row: (row["last_day"], row["reporter"], row["period"], row["source"]))


def compiled(case: Case) -> frozenset[str]:
    """Sources that reconcile both sides of a flow: their figures are their own, not those of either state."""
    return reconciled_sources(case.record)


def reconciled_sources(record: Record) -> frozenset[str]:
    """As `compiled`, of a record."""
    return frozenset(row["source"] for row in record.rows(COMPILED))


def counted_by(case: Case, row: dict[str, Any]) -> str:
    """Who says so: the reporting state, or a source that reconciles both sides."""
    if row["source"] in compiled(case):
        return producer_words(case.record.source("trade_statements", row["source"]))
    return name(row["reporter"])


def producer_words(source: Source) -> str:
    """A producer's name in a sentence.

    Examples
    --------
    >>> producer_words(Source("cow_trade", "Correlates of War Project", ""))
    'Correlates of War'
    """
    return source.producer.removesuffix(" Project")


def _dated(claim: Claim, case: Case, rows: list[dict[str, Any]], days: tuple[date, date], pair: str) -> Finding:
    """The claim names its time: figures of periods that lie mostly in it."""
    inside = [row for row in rows if _overlap(row, days) >= 0.5]
    if not inside:
        return Finding("not_in_record", f"The record holds no figure of trade between {pair} for {claim.time}.", _rows(case, rows[-2:]))
    fits = [row for row in inside if _fits(claim, case, row)]
    if fits:
        return Finding("supported", f"{_said(claim, pair)}: {_figures(case, fits[:3])}.", _rows(case, fits[:3]))
    if _all_wrong(claim, case, inside):
        return Finding(
            "contradicted", f"{_said(claim, pair)}: {_figures(case, inside[:3])}, against {_money(claim)} claimed.", _rows(case, inside[:3])
        )
    return Finding(
        "unsupported",
        f"{_said(claim, pair)}: {_figures(case, inside[:3])}; near, but not within what {_money(claim)} means.",
        _rows(case, inside[:3]),
    )


def _current(claim: Claim, case: Case, rows: list[dict[str, Any]], pair: str) -> Finding:
    """The claim is of "now": the newest figure of each reporter, then earlier ones."""
    newest = rows[-1]
    if case.day - newest["last_day"] > STALE:
        return Finding(
            "not_in_record",
            f"The record's last figure of trade between {pair} is {_figures(case, [newest])}, too old for {case.day}.",
            _rows(case, [newest]),
        )
    latest = [row for row in _latest_by_reporter(rows) if newest["last_day"] - row["last_day"] <= timedelta(days=400)]
    fits = [row for row in latest if _fits(claim, case, row)]
    before = [row for row in rows if row not in latest and _fits(claim, case, row)]
    exact = case.thresholds.exact_percent / 100
    is_better_before = any(_miss(claim, row) <= exact / 2 for row in before) and all(_miss(claim, row) > exact for row in fits)
    if fits and not is_better_before:
        return Finding("supported", f"{_said(claim, pair)}: {_figures(case, fits)}.", _rows(case, fits))
    before.sort(key=lambda row: -_miss(claim, row))
    recent = _last_periods([row for row in rows if counted_by(case, row) == counted_by(case, latest[-1])])
    if before:
        recent = [row for row in recent if row["last_day"] > before[-1]["last_day"]]
        return Finding(
            "outdated",
            f"{_said(claim, pair)}: {_money(claim)} was about right for {before[-1]['period']} ({_usd(before[-1]['value_usd'])}); "
            f"since then {_figures(case, recent)}.",
            _rows(case, [before[-1], *recent]),
        )
    if _all_wrong(claim, case, latest):
        return Finding(
            "contradicted", f"{_said(claim, pair)}: {_figures(case, recent)}, against {_money(claim)} claimed.", _rows(case, recent)
        )
    return Finding(
        "unsupported",
        f"{_said(claim, pair)}: {_figures(case, latest)}; near, but not within what {_money(claim)} means.",
        _rows(case, latest),
    )


def _latest_by_reporter(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        newest[row["reporter"], row["source"]] = row
    return sorted(newest.values(), key=lambda row: row["last_day"])


def _last_periods(own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A reporter's last three years of one kind (calendar or fiscal), oldest first."""
    is_fiscal = own[-1]["period"].startswith("FY")
    by_period = {row["period"]: row for row in own if row["period"].startswith("FY") == is_fiscal}
    return list(by_period.values())[-3:]


def _overlap(row: dict[str, Any], days: tuple[date, date]) -> float:
    """Share of the row's period, or of the claim's if shorter, that lies in the claim's time."""
    shared = (min(row["last_day"], days[1]) - max(row["first_day"], days[0])).days + 1
    return max(0, shared) / ((row["last_day"] - row["first_day"]).days + 1)


def _fits(claim: Claim, case: Case, row: dict[str, Any]) -> bool:
    value, wanted = row["value_usd"], claim.value or 0.0
    exact, about = case.thresholds.exact_percent / 100, case.thresholds.about_percent / 100
    bound = claim.detail.get("bound", "=")
    if bound == ">":
        return wanted * 0.98 <= value <= wanted * (1 + 2 * about)
    if bound == "<":
        return wanted * (1 - 2 * about) <= value <= wanted * 1.02
    return abs(value - wanted) <= wanted * (about if bound == "~" else exact)


def _miss(claim: Claim, row: dict[str, Any]) -> float:
    """How far a figure is from the claimed amount, as a share of it."""
    return abs(row["value_usd"] / (claim.value or 1.0) - 1)


def _all_wrong(claim: Claim, case: Case, rows: list[dict[str, Any]]) -> bool:
    limit = 1 + case.thresholds.wrong_percent / 100
    wanted = claim.value or 0.0
    # Where the record has goods alone, an amount that is larger may count services too.
    return all(
        row["value_usd"] > wanted * limit or row["value_usd"] * (limit if row["coverage"] != "goods" else SERVICES) < wanted for row in rows
    )


def _said(claim: Claim, pair: str) -> str:
    flow = claim.detail["flow"]
    if flow == "total":
        return f"Official trade between {pair}"
    return f"Official {flow} of {name(claim.subject)} {'to' if flow == 'exports' else 'from'} {name(claim.object)}"


def _words(flow: str) -> str:
    return "trade" if flow == "total" else flow


def _usd(value: float) -> str:
    return f"US$ {value / 1e9:.1f} bn" if value >= 1e9 else f"US$ {value / 1e6:.0f} m"


def _money(claim: Claim) -> str:
    how = {"~": "about ", ">": "more than ", "<": "less than "}.get(claim.detail.get("bound", "="), "")
    return f"{how}{'€' if claim.unit == 'EUR' else 'US$'} {(claim.value or 0) / 1e9:g} bn"


def _figures(case: Case, rows: list[dict[str, Any]]) -> str:
    return ", ".join(f"{_usd(row['value_usd'])} in {row['period']} ({counted_by(case, row)}'s figures)" for row in rows)


def _rows(case: Case, rows: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(
        case.evidence("trade_statements", row, ("reporter", "partner", "flow", "period"), row["value_usd"], "US$", row["period"])
        for row in rows
    )
