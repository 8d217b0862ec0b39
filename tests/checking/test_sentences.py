"""Plain and awkward sentences of news reports with the verdicts that an expert gives; what must not be claimed is left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nonaligned.checking import check_reading
from nonaligned.checking.case import Case
from nonaligned.record.store import Record
from nonaligned.reports.reading import read_text
from nonaligned.reports.report import Text

RECORD = Record(Path("/nonexistent"))
SENTENCES = [
    ("2023-07-12", "Turkmenistan is a member of neither the SCO nor the CSTO.", {"TKM-SCO supported", "TKM-CSTO supported"}),
    ("2023-07-12", "Switzerland belongs to neither NATO nor the European Union.", {"CHE-NATO supported", "CHE-EU supported"}),
    ("2023-07-12", "India is part of the Quad but not of AUKUS.", {"IND-QUAD supported", "IND-AUKUS supported"}),
    ("2023-07-12", "Cyprus, a member of the EU but not of NATO, hosts British bases.", {"CYP-EU supported", "CYP-NATO supported"}),
    ("2016-07-12", "Montenegro has been invited to join NATO.", {"MNE-NATO not_in_record"}),
    ("2019-07-12", "Turkey has been waiting to join the European Union since 1987.", {"TUR-EU not_in_record"}),
    ("2019-07-12", "Russia used to be a member of the G8.", {"RUS-G8 supported"}),
    ("2024-07-12", "Had Georgia been a NATO member, Russia would not have attacked.", {"GEO-NATO not_in_record"}),
    ("2024-07-12", "Few believe that Moldova is a member of the EU.", {"MDA-EU not_in_record"}),
    ("2024-07-12", "It is not true that India is a member of NATO.", {"IND-NATO not_in_record"}),
    ("2024-07-12", "Is Brazil a member of NATO?", {"BRA-NATO not_in_record"}),
    ("2024-07-12", "Until 2023, Finland was not a NATO member.", {"FIN-NATO not_in_record"}),
    (
        "2024-07-12",
        "Rwanda and Mozambique joined the Commonwealth in 2009 and 1995.",
        {"RWA-COMMONWEALTH supported", "MOZ-COMMONWEALTH supported"},
    ),
    (
        "1988-07-12",
        "Romania is a Warsaw Pact member. Albania quit the pact in 1968.",
        {"ROU-WARSAW_PACT supported", "ALB-WARSAW_PACT supported"},
    ),
    ("2023-06-01", "Not all members of the EU, including Austria and Ireland, belong to NATO.", set()),
    ("2023-06-01", "Namibia is a member of the Non-Aligned Movement.", {"NAM-NAM supported"}),
    ("2023-06-01", "Angola is an ally of Namibia.", {"AGO-NAM supported"}),
    ("2023-06-01", "Thailand is a major non-NATO ally of the United States.", {"THA-USA supported"}),
    ("2023-06-01", "The Philippines, a US treaty ally, has granted Washington access to more bases.", {"PHL-USA supported"}),
    ("2023-06-01", "Japan is no longer an ally of the United States.", {"JPN-USA unsupported"}),
    ("2023-06-01", "Japan is not an ally of the United States.", {"JPN-USA contradicted"}),
    ("2023-06-01", "Vietnam could become a treaty ally of the United States.", {"VNM-USA not_in_record"}),
    ("2023-06-01", "Iceland has no army but is a founding member of NATO.", {"ISL-NATO supported"}),
    ("2023-06-01", "Vietnam and the Philippines both belong to ASEAN.", {"VNM-ASEAN supported", "PHL-ASEAN supported"}),
    ("2023-06-01", "Neither Switzerland nor Austria is a member of NATO.", {"CHE-NATO supported", "AUT-NATO supported"}),
    ("2023-06-01", "Pakistan is a member of the Quad.", {"PAK-QUAD contradicted"}),
    ("2023-06-01", "Angola withdrew from OPEC.", {"AGO-OPEC contradicted"}),
    ("2024-06-01", "Angola withdrew from OPEC.", {"AGO-OPEC supported"}),
    ("2024-07-08", "India voted in favour of A/RES/77/247.", {"IND- contradicted"}),
    ("2024-07-08", "India abstained on resolution ES-10/22.", {"IND- contradicted"}),
    ("2024-07-08", "Georgia, a NATO aspirant, voted for the resolution.", {"GEO- not_in_record"}),
    ("2024-07-08", "Ukraine voted against the resolution.", {"UKR- not_in_record"}),
    ("2022-06-01", "Brazil voted for the UN resolution condemning Russia's invasion of Ukraine.", {"BRA- supported"}),
    (
        "2023-07-12",
        "The resolution on Ukraine was adopted by 141 votes to 7, with 32 abstentions. Iran did not vote against it.",
        {"UN- supported", "IRN- supported"},
    ),
    (
        "2014-03-28",
        "Russia vetoed a draft in the Security Council on the referendum in Crimea; China abstained on that draft.",
        {"RUS- supported", "CHN- supported"},
    ),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), SENTENCES, ids=[sentence[:50] for _, sentence, _ in SENTENCES])
def test_sentence(day: str, sentence: str, expected: set[str]) -> None:
    reading = read_text(Text(sentence), date.fromisoformat(day))
    rows = check_reading(reading, Case(RECORD, reading.date))
    kinds = {"membership", "alliance", "vote"}
    assert {f"{r.claim.subject}-{r.claim.object} {r.verdict}" for r in rows if r.claim.kind in kinds} == expected


def test_an_undated_report_does_not_make_a_changed_membership_wrong() -> None:
    """Finland joined in 2023; a text that may be of 2020 as well as of 2025 is not contradicted."""
    reading = read_text(Text("Finland is not a member of NATO, and Joe Biden said so."), None, date(2026, 1, 1))
    assert reading.date.is_inferred
    (row,) = [r for r in check_reading(reading, Case(RECORD, reading.date)) if r.claim.kind == "membership"]
    assert row.verdict == "not_in_record"
