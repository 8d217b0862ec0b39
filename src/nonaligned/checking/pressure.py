"""Pressure by a power: the record holds no events or sanctions yet, and says so."""

from __future__ import annotations

from nonaligned.checking.case import Case, Finding, name
from nonaligned.reports.report import Claim

KIND = "pressure"


def check(claim: Claim, case: Case) -> Finding:
    """Pressure is a matter of events and sanctions, which the starter record does not hold."""
    return Finding(
        "not_in_record",
        f"The record holds no events or sanctions by which pressure of {name(claim.subject)} on {name(claim.object)} could be measured.",
    )
