"""Scenes to draw: hand-made claims on the record that ships with the program."""

from __future__ import annotations

from datetime import date

import pytest

from nonaligned.checking.case import Checked, Evidence
from nonaligned.figures.figure import Scene
from nonaligned.record.store import Record
from nonaligned.reports.report import Claim, ReportDate

POWERS = ("USA", "CHN", "RUS")


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return Record(tmp_path_factory.mktemp("none") / "record")


def on(day: str) -> ReportDate:
    return ReportDate(date.fromisoformat(day), date.fromisoformat(day), "given")


def said(
    kind: str, subject: str, object: str = "", value: float | None = None, evidence: tuple[Evidence, ...] = (), **detail: str
) -> Checked:
    claim = Claim("c1", kind, "s", 0, 1, "s", subject, object, value, "USD" if value else "", detail=detail)
    return Checked(claim, "supported", "r", evidence)


VOTE = Evidence("roll_calls", {"rcid": "A/RES/ES-11/1", "state": "IND"}, "abstain", "vote", "2022", "UN", "")


@pytest.fixture
def india(starter: Record) -> Scene:
    checked = (
        said("arms_supply", "RUS", "IND", quantifier="key"),
        said("trade_value", "IND", "RUS", 1e10, flow="total", bound="~"),
        said("vote", "IND", evidence=(VOTE,), choice="abstain"),
        said("membership", "IND", "NAM"),
    )
    return Scene(starter, on("2024-07-08"), ("IND", "RUS", "USA", "CHN"), POWERS, "IND", checked)


@pytest.fixture
def finland(starter: Record) -> Scene:
    return Scene(starter, on("2024-03-12"), ("FIN", "SWE", "RUS"), POWERS, "FIN", (said("membership", "FIN", "NATO"),))


@pytest.fixture
def nowhere(starter: Record) -> Scene:
    """A state of which the record has no arms, trade or treaties."""
    return Scene(starter, on("2024-03-12"), ("NRU",), (), "NRU")
