"""The report's date: the best evidence wins, and what is only inferred is an interval."""

from __future__ import annotations

from datetime import date

import pytest

from nonaligned.reports.dating import date_report
from nonaligned.reports.gazetteer import find_names
from nonaligned.reports.report import ReportDate, Text

TODAY = date(2026, 3, 1)


def dated(text: str, given: date | None = None, published: date | None = None) -> ReportDate:
    return date_report(Text(text, published=published), find_names(text), given, TODAY)


def test_the_best_evidence_wins() -> None:
    text = "LIMA, May 2, 2024 (Agency) — Peru signed the treaty."
    given, published = date(2020, 1, 1), date(2021, 1, 1)
    assert (dated(text, given, published).how, dated(text, given, published).last) == ("given", given)
    assert (dated(text, None, published).how, dated(text, None, published).last) == ("metadata", published)
    assert (dated(text).how, dated(text).last) == ("dateline", date(2024, 5, 2))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2 May 2024\n\nPeru signed the treaty.", "2024-05-02"),
        ("Peru signs treaty\nMay 2, 2024\n\nPeru signed the treaty.", "2024-05-02"),
        ("Peru signs treaty\n2024-05-02\nPeru signed.", "2024-05-02"),
        ("LIMA, 2 May 2024 - Peru signed the treaty.", "2024-05-02"),
    ],
)
def test_datelines(text: str, day: str) -> None:
    assert (dated(text).how, dated(text).last.isoformat()) == ("dateline", day)


def test_a_day_in_a_sentence_is_no_dateline() -> None:
    found = dated("Peru signed the treaty on May 2, 2019, and its neighbours followed soon after in the same city.")
    assert found.is_inferred
    assert found.first == date(2019, 5, 2)
    assert found.last == TODAY


def test_a_dateline_in_the_future_is_not_believed() -> None:
    assert dated("LIMA, May 2, 2031 (Agency) — Peru signed the treaty.").how == "inferred"


def test_persons_in_office_bound_the_date() -> None:
    found = dated("Angela Merkel received Barack Obama in Berlin.")
    assert (found.first, found.last) == (date(2009, 1, 20), date(2017, 1, 20))
    assert "Barack Obama in office from 2009-01-20" in found.basis
    assert "inferred" in found.words


def test_a_former_office_holder_does_not_bound_the_date() -> None:
    assert dated("Former Chancellor Angela Merkel spoke at length.").last == TODAY


def test_groups_and_years_bound_the_date_from_below() -> None:
    assert dated("The AUKUS pact was praised by Canberra.").first == date(2021, 9, 15)
    assert dated("Exports had fallen in 2017, the ministry in Lima said.").first == date(2017, 1, 1)
    assert dated("Output will grow by 2019, the ministry in Lima said.").first < date(2017, 1, 1)


def test_nothing_to_go_by() -> None:
    found = dated("Peru signed the treaty.")
    assert (found.first, found.last, found.how) == (date(1945, 10, 24), TODAY, "inferred")
    assert found.basis == "nothing in the text dates it"


def test_the_interval_is_never_empty() -> None:
    """Persons who were never in office together do not make an interval that ends before it begins."""
    for text in ("Angela Merkel, Keir Starmer and Boris Yeltsin are named.", "In 2024 Mikhail Gorbachev was remembered."):
        found = dated(text)
        assert found.first <= found.last <= TODAY
