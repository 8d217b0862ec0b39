"""Meetings and visits: the record holds none yet, and says so."""

from __future__ import annotations

from nonaligned.checking.case import Case, Finding, name
from nonaligned.reports.report import Claim

KIND = "meeting"


def check(claim: Claim, case: Case) -> Finding:
    """A meeting is a matter of visits and events, which the starter record does not hold."""
    return Finding("not_in_record", f"The record holds no visits or meetings of {name(claim.subject)} and {name(claim.object)}.")
