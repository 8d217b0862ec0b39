"""Briefs made by hand: readings with exact spans and verdicts with rows of the record, no parser in between."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from nonaligned.briefs.report_brief import Brief, assemble
from nonaligned.checking.case import Checked, Evidence, Verdict
from nonaligned.record.store import Record
from nonaligned.reports.report import Claim, Event, Mention, Reading, ReportDate, Status, Text
from nonaligned.world.groups import groups

NAMES = {
    "India": "IND",
    "Russia": "RUS",
    "China": "CHN",
    "Finland": "FIN",
    "Sweden": "SWE",
    "NATO": "NATO",
    "the non-aligned movement": "NAM",
    "Brazil": "BRA",
}
INDIA = (
    "India sees old friend again\n\n"
    "India and Russia were part of the non-aligned movement. Russia is a key supplier of arms to India. "
    "Trade between India and Russia stands at around $10 billion. India is expected to host China. "
    "India abstained on a UN resolution condemning Russia."
)
NORTH = "Finland became a member of NATO in April 2023. Finland will meet Sweden. Sweden is an ally of Brazil."


def record() -> Record:
    return Record(Path("/nonexistent/record"))


def spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((m.start(), m.end()) for m in re.finditer(r"[^\s][^.\n]*\.?", text))


def mentions(text: str) -> tuple[Mention, ...]:
    codes = {group.code for group in groups()}
    found = [
        Mention(
            m.start(), m.end(), m[0], "group" if code in codes else "state", () if code in codes else (code,), code if code in codes else ""
        )
        for word, code in NAMES.items()
        for m in re.finditer(re.escape(word), text)
    ]
    return tuple(sorted(found, key=lambda mention: mention.start))


def claim(
    text: str, number: int, kind: str, words: str, subject: str, object: str = "", status: Status = "asserted", **more: object
) -> Claim:
    start = text.index(words)
    low, high = next((a, b) for a, b in spans(text) if a <= start < b)
    made = Claim(f"c{number}", kind, text[low:high], start, start + len(words), words, subject, object, status=status)
    return replace(made, **more)  # type: ignore[arg-type]


def event(text: str, number: int, kind: str, words: str, actor: str, recipient: str, status: Status = "asserted") -> Event:
    start = text.index(words)
    low, high = next((a, b) for a, b in spans(text) if a <= start < b)
    code = {value: key for key, value in NAMES.items()}
    return Event(
        f"e{number}",
        kind,
        code[actor],
        actor,
        code[recipient],
        recipient,
        status,
        "",
        "",
        text[low:high],
        start,
        start + len(words),
        "verb:x",
        0.8,
    )


def verdict(of: Claim, found: Verdict, reason: str, *evidence: Evidence) -> Checked:
    return Checked(of, found, reason, evidence)


def reading(text: str, events: tuple[Event, ...], claims: tuple[Claim, ...], day: str = "2024-07-08") -> Reading:
    when = ReportDate(date.fromisoformat(day), date.fromisoformat(day), "given")
    return Reading(Text(text, "report.txt", sha256="0" * 64), when, mentions(text), events, claims, spans(text))


NAM = Evidence(
    "memberships",
    {"group": "NAM", "state": "RUS"},
    "observer since 2021-07",
    "days of membership",
    "2021–2025",
    "Non-Aligned Movement, Member and observer countries, and the final documents of the summits 1961-2024",
    "https://nam.go.ug/",
)
ARMS = Evidence(
    "arms_shares",
    {"supplier": "RUS", "recipient": "IND", "first_year": "2019", "last_year": "2023"},
    36.19,
    "percent",
    "2019–2023",
    "Stockholm International Peace Research Institute, SIPRI Arms Transfers Database, trade register",
    "https://armstransfers.sipri.org",
)
TRADE = Evidence(
    "trade_statements",
    {"reporter": "IND", "partner": "RUS", "flow": "total", "period": "FY2023-24"},
    65.7e9,
    "US$",
    "FY2023-24",
    "Department of Commerce, Government of India, Export Import Data Bank, country-wise, by fiscal year",
    "https://tradestat.commerce.gov.in",
)
VOTE = Evidence(
    "roll_calls",
    {"rcid": "A/RES/ES-11/1", "state": "IND"},
    "abstain",
    "vote (141-5-35)",
    "2022",
    "United Nations, Dag Hammarskjöld Library, General Assembly voting records",
    "https://docs.un.org/en/A/RES/ES-11/1",
)


def india() -> tuple[Reading, tuple[Checked, ...]]:
    t = INDIA
    checked = (
        verdict(
            claim(t, 1, "membership", "Russia were part of the non-aligned movement", "RUS", "NAM"),
            "contradicted",
            "Neither the Soviet Union nor Russia was ever a member of the Non-Aligned Movement.",
            NAM,
        ),
        verdict(
            claim(t, 2, "arms_supply", "Russia is a key supplier of arms to India", "RUS", "IND"),
            "supported",
            "Russia supplied 36 % of India's arms imports in 2019–2023.",
            ARMS,
        ),
        verdict(
            claim(
                t,
                3,
                "trade_value",
                "Trade between India and Russia stands at around $10 billion",
                "IND",
                "RUS",
                value=1e10,
                unit="USD",
                detail={"bound": "~", "flow": "total"},
            ),
            "outdated",
            "Official trade was US$ 65.7 bn in FY2023-24.",
            TRADE,
        ),
        verdict(claim(t, 4, "meeting", "host China", "IND", "CHN", "expected"), "not_in_record", "The report puts this as expected."),
        verdict(
            claim(t, 5, "vote", "India abstained on a UN resolution", "IND", detail={"choice": "abstain"}),
            "supported",
            "India abstained on A/RES/ES-11/1 of 2022-03-02.",
            VOTE,
        ),
    )
    events = (
        event(t, 1, "CONSULT", "host China", "IND", "CHN", "expected"),
        event(t, 2, "SUPPORT", "Russia is a key supplier", "RUS", "IND"),
    )
    return reading(t, events, tuple(item.claim for item in checked)), checked


def north() -> tuple[Reading, tuple[Checked, ...]]:
    t = NORTH
    checked = (
        verdict(
            claim(t, 1, "membership", "Finland became a member of NATO in April 2023", "FIN", "NATO"),
            "supported",
            "Finland joined NATO on 2023-04-04.",
        ),
        verdict(
            claim(t, 2, "alliance", "Sweden is an ally of Brazil", "SWE", "BRA"),
            "unsupported",
            "No defense pledge between them is on the register.",
        ),
    )
    return reading(t, (), tuple(item.claim for item in checked), "2024-03-12"), checked


def brief(of: str = "india") -> Brief:
    made, checked = {"india": india, "north": north}[of]()
    return assemble(made, checked, record(), today=date(2026, 1, 31))


def hostile() -> Brief:
    """A report in which every slot that comes from outside tries to be markup."""
    bad = "<script>alert(1)</script></style></title><img src=x onerror=alert(2)>\" onload='alert(3)' {{ 7 * 7 }} [red]x[/red] \x1b[31m"
    text = f"India {bad} and Russia {bad}."
    made = Claim("c1", "membership", text, 0, len(text) - 1, text[:-1], "IND", "NAM", status="asserted")
    evidence = Evidence("memberships", {"group": bad, "state": bad}, bad, bad, bad, bad, "javascript:alert(4)")
    other = Evidence("nowhere", {bad: bad}, 1.0, bad, bad, bad, "data:text/html,<script>alert(5)</script>")
    when = ReportDate(date(2024, 1, 1), date(2024, 7, 8), "inferred", bad)
    happened = Event("e1", bad, bad, "IND", bad, "RUS", "asserted", bad, bad, text, 0, 9, bad, 0.5)
    read = Reading(Text(text, bad, bad, sha256=bad), when, mentions(text), (happened,), (made,), ((0, len(text)),))
    return assemble(read, (Checked(made, "contradicted", bad, (evidence, other)),), record())
