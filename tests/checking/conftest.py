"""A judge for single sentences: what is read in them, and the verdicts of the record that ships with the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from nonaligned.checking import check_reading
from nonaligned.checking.case import Case, Checked
from nonaligned.record.store import Record
from nonaligned.reports.reading import read_text
from nonaligned.reports.report import Text

SYMMETRIC = {"alliance", "trade_value", "meeting", "tie_change"}


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The starter record alone."""
    return Record(tmp_path_factory.mktemp("record"))


@pytest.fixture(scope="session")
def rows_of(record: Record) -> Callable[[str, str, str], list[Checked]]:
    """Checked claims of one kind in a text of a day."""

    def rows(day: str, text: str, kind: str) -> list[Checked]:
        reading = read_text(Text(text), date.fromisoformat(day))
        return [row for row in check_reading(reading, Case(record, reading.date)) if row.claim.kind == kind]

    return rows


@pytest.fixture(scope="session")
def verdicts(rows_of: Callable[[str, str, str], list[Checked]]) -> Callable[[str, str, str], str]:
    """Claims of one kind as ``SUBJECT OBJECT verdict; ...`` in alphabetical order; a pair without direction is sorted."""

    def words(day: str, text: str, kind: str) -> str:
        found: set[str] = set()
        for row in rows_of(day, text, kind):
            pair = (row.claim.subject, row.claim.object)
            found.add(" ".join([*filter(None, sorted(pair) if kind in SYMMETRIC else pair), row.verdict]))
            if row.verdict in {"supported", "contradicted", "outdated"}:
                assert row.evidence, row
                assert all(e.year and e.source for e in row.evidence), row
            assert row.claim.text == text[row.claim.start : row.claim.end]
        return "; ".join(sorted(found))

    return words
