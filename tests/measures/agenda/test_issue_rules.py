"""Issues told from titles."""

from typing import Any

import pytest

from nonaligned.measures.agenda.issue_rules import issue_rules, issues_of_title

MEASURED = {"me": (0.93, 0.94), "nu": (0.89, 0.94), "di": (0.75, 0.92), "hr": (0.82, 0.93), "co": (0.69, 0.63), "ec": (0.75, 0.55)}


@pytest.mark.parametrize(
    ("title", "issues"),
    [
        (None, set()),
        ("Scale of assessments", set()),
        ("The occupied Syrian Golan", {"me"}),
        ("Establishment of a nuclear-weapon-free zone in the region of the Middle East", {"di", "nu"}),
        ("Situation of human rights in Iraq", {"hr"}),
        ("Information from Non-Self-Governing Territories transmitted under Article 73 e of the Charter", {"co"}),
        ("External debt crisis and development", {"ec"}),
        ("The Arms Trade Treaty", {"di"}),
        ("Use of mercenaries as a means of violating human rights", {"hr"}),
    ],
)
def test_known_titles(title: str | None, issues: set[str]) -> None:
    assert issues_of_title(title) == issues


def test_every_phrase_can_be_found() -> None:
    assert [rule.code for rule in issue_rules()] == list(MEASURED)
    assert not any(rule.said.search("") for rule in issue_rules())


def test_against_the_given_codes(roll_calls: list[dict[str, Any]]) -> None:
    rows = [row for row in roll_calls if row["session"] != 19 and row["session"] < 74]
    told = [issues_of_title(row["title"]) for row in rows]
    for code, (precision, recall) in MEASURED.items():
        both = sum(bool(row[code]) and code in found for row, found in zip(rows, told, strict=True))
        assert both / sum(code in found for found in told) > precision, code
        assert both / sum(bool(row[code]) for row in rows) > recall, code
