"""Reports written apart from the reader, with the verdicts that an expert expects: nothing wrong, little missed."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nonaligned.checking import check_reading
from nonaligned.checking.case import Case, Checked
from nonaligned.record.store import Record
from nonaligned.reports.intake import open_report
from nonaligned.reports.reading import read_text

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests/reports/cases").glob("*.expected.json"))
SYMMETRIC = {"alliance", "trade_value", "meeting", "tie_change"}
# "The resolution on Ukraine" of March 2022: Ethiopia cast no vote on the first and abstained on the second. The expert takes
# the first to be meant; the program says that it depends.
DISPUTED = {("pretoria_2023.expected.json", "vote", "ETH"): ("unsupported",)}
MUST_BE_FOUND = 0.98  # share of the plainly worded claims that are found with the expected verdict


@cache
def read_case(case: Path) -> tuple[str, tuple[Checked, ...]]:
    expected = json.loads(case.read_text(encoding="utf-8"))
    path = ROOT / expected["report"] if "report" in expected else case.with_name(case.name.replace(".expected.json", ".txt"))
    given = date.fromisoformat(expected["date"]) if expected.get("date") else None
    reading = read_text(open_report(str(path)), given, date(2026, 11, 22))
    return reading.source.text, check_reading(reading, Case(Record(ROOT / "no-record"), reading.date))


def rows_of(case: Path) -> tuple[Checked, ...]:
    return read_case(case)[1]


def matching(item: dict[str, Any], rows: tuple[Checked, ...]) -> list[Checked]:
    def same(row: Checked) -> bool:
        pairs = {(row.claim.subject, row.claim.object)} | ({(row.claim.object, row.claim.subject)} if item["kind"] in SYMMETRIC else set())
        is_pair = any(item["subject"] in ("", one) and item.get("object", "") in ("", other) for one, other in pairs)
        return row.claim.kind == item["kind"] and is_pair and item.get("contains", "").casefold() in row.claim.sentence.casefold()

    return [row for row in rows if same(row)]


def wanted(item: dict[str, Any]) -> list[str]:
    return item["verdict"] if isinstance(item["verdict"], list) else [item["verdict"]]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_no_verdict_is_wrong(case: Path) -> None:
    """A claim may be missed, or said not to be in the record; it may not get a verdict that an expert rejects."""
    expected = json.loads(case.read_text(encoding="utf-8"))
    rows = rows_of(case)
    for item in expected["expect"]:
        found = matching(item, rows)
        verdicts = {row.verdict for row in found}
        allowed = {*wanted(item), "not_in_record", *DISPUTED.get((case.name, item["kind"], item["subject"]), ())}
        assert not found or verdicts & allowed, (item, [row.reason for row in found])
    for item in expected.get("never", []):
        for row in matching({**item, "contains": item.get("contains", "")}, rows):
            assert row.verdict not in wanted(item), (item, row.reason)


def test_little_is_missed() -> None:
    musts = [(case, item) for case in CASES for item in json.loads(case.read_text(encoding="utf-8"))["expect"] if item.get("must")]
    right = [item for case, item in musts if any(row.verdict in wanted(item) for row in matching(item, rows_of(case)))]
    assert len(musts) > 300
    assert len(right) >= MUST_BE_FOUND * len(musts), f"{len(right)} of {len(musts)}"


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_rows_are_whole(case: Path) -> None:
    """Spans hold their text, and a verdict that rests on the record shows its rows with year and source."""
    text, rows = read_case(case)
    for row in rows:
        assert row.claim.text
        assert text[row.claim.start : row.claim.end] == row.claim.text
        assert row.claim.sentence in text
        if row.verdict in {"supported", "contradicted", "outdated"}:
            assert row.evidence, (row.claim, row.reason)
            assert all(e.year and e.source for e in row.evidence), row
