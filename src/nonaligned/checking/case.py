"""What a check works with: the record, the report's date, the thresholds; and what it returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from nonaligned.ground.origins import Source
from nonaligned.ground.thresholds import Thresholds
from nonaligned.record.store import Record
from nonaligned.record.tracing import reference
from nonaligned.reports.report import Claim, ReportDate
from nonaligned.world.days import parse_day
from nonaligned.world.states import state as find_state

Verdict = Literal["supported", "contradicted", "outdated", "unsupported", "not_in_record"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A row of the record that bears on a claim; `trace` is what to give to `nonaligned trace` for it."""

    table: str
    keys: Mapping[str, str]
    value: str | float
    unit: str
    year: str
    source: str
    url: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with one plain sentence and the rows behind it."""

    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim with its finding."""

    claim: Claim
    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The record, the report's date and how vague words are read."""

    record: Record
    date: ReportDate
    thresholds: Thresholds = field(default_factory=Thresholds)

    @property
    def day(self) -> date:
        """The day that "now" means in the report: its date, or the last day that it can have."""
        return self.date.last

    def evidence(self, table: str, row: Mapping[str, Any], keys: Iterable[str], value: str | float, unit: str, year: str) -> Evidence:
        """Evidence from a row of a record table, with its source."""
        source = self.record.source(table, str(row.get("source") or ""))
        address = str(row.get("link") or row.get("citation_url") or "") or source.url
        named = {key: str(row[key]) for key in keys}
        return Evidence(table, named, value, unit, year, source.label, address, reference(table, row))


def evidence_of(
    table: str, keys: Mapping[str, str], value: str | float, unit: str, year: str, source: Source, row: Mapping[str, str]
) -> Evidence:
    """Evidence from a register of the world, with the source's label and address; `row` holds columns of the record's table."""
    return Evidence(table, dict(keys), value, unit, year, source.label, source.url, reference(table, row))


def claim_days(claim: Claim) -> tuple[date, date] | None:
    """First and last day that the claim's own time covers; None where the text gives none."""
    if not claim.time:
        return None
    first, _, last = claim.time.partition("/")
    start, end = parse_day(first), parse_day(last or first)
    return (start[0], end[1]) if start and end else None


SHORT = {
    "USA": "the United States",
    "GBR": "the United Kingdom",
    "ARE": "the United Arab Emirates",
    "EU": "the European Union",
    "SUN": "the Soviet Union",
    "PHL": "the Philippines",
    "NLD": "the Netherlands",
    "UN": "the United Nations",
}
SHORT_GROUPS = {
    "NAM": "the Non-Aligned Movement",
    "AU": "the African Union",
    "EU": "the European Union",
    "UN": "the United Nations",
    "COMMONWEALTH": "the Commonwealth",
    "QUAD": "the Quad",
    "G7": "the G7",
    "G8": "the G8",
    "G20": "the G20",
    "GCC": "the Gulf Cooperation Council",
    "CSTO": "the Collective Security Treaty Organization",
    "SCO": "the Shanghai Cooperation Organisation",
    "OPEC_PLUS": "OPEC+",
    "EAEU": "the Eurasian Economic Union",
    "CIS": "the Commonwealth of Independent States",
    "ARAB_LEAGUE": "the Arab League",
    "FIVE_EYES": "the Five Eyes",
    "WARSAW_PACT": "the Warsaw Pact",
    "OAU": "the Organisation of African Unity",
    "OAS": "the Organization of American States",
    "OIC": "the Organisation of Islamic Cooperation",
    "OSCE": "the OSCE",
    "PIF": "the Pacific Islands Forum",
}


def name(code: str) -> str:
    """The short name of a state for a sentence; of the Union, the UN and NATO where they stand beside states.

    Examples
    --------
    >>> name("IND"), name("NAM"), name("EU")
    ('India', 'Namibia', 'the European Union')
    """
    if code in SHORT:
        return SHORT[code]
    if code == "NATO":
        return code
    return find_state(code).name


def group_name(code: str) -> str:
    """The short name of a group for a sentence. ``NAM`` is the Movement here, Namibia in `name`.

    Examples
    --------
    >>> group_name("NAM"), group_name("BRICS")
    ('the Non-Aligned Movement', 'BRICS')
    """
    return SHORT_GROUPS.get(code, code)


def with_predecessor(code: str) -> tuple[str, ...]:
    """A state's code, with that of the state whose seat and treaties it continues."""
    return ("RUS", "SUN") if code == "RUS" else (code,)


def inverted(finding: Finding) -> Finding:
    """The finding for the negated claim."""
    turned: dict[Verdict, Verdict] = {"supported": "contradicted", "contradicted": "supported", "outdated": "supported"}
    return Finding(turned.get(finding.verdict, finding.verdict), finding.reason, finding.evidence)
