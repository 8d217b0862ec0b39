"""The brief on one report: what it says, what the record says of that, and what the record does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from nonaligned.briefs.citing import Cited, cited
from nonaligned.checking.case import Checked, group_name, name
from nonaligned.figures import draw_up
from nonaligned.figures.figure import Figure, Scene
from nonaligned.figures.labels import capital, day_words
from nonaligned.ground.thresholds import Thresholds
from nonaligned.ground.version import version
from nonaligned.record.store import Record
from nonaligned.reports.report import Event, Reading, ReportDate

POWERS = ("USA", "CHN", "RUS")
DATED = {"given": "as given", "metadata": "from the document’s metadata", "dateline": "from the dateline", "inferred": "inferred"}


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A state or group and how often the report names it; a code alone does not tell them apart (``NAM``)."""

    code: str
    name: str
    count: int
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """A report held against the record.

    `focus` is the state most often mentioned that is no power; `agenda` holds what the report only expects;
    `titles` names the treaties of the evidence by their keys; `gaps` are sentences about what the record does not hold;
    `run` says how the brief was made.
    """

    title: str
    name: str
    text: str
    date: ReportDate
    states: tuple[Mentioned, ...]
    focus: str
    powers: tuple[str, ...]
    events: tuple[Event, ...]
    agenda: tuple[Event, ...]
    claims: tuple[Checked, ...]
    figures: tuple[Figure, ...]
    gaps: tuple[str, ...]
    sources: tuple[Cited, ...]
    titles: Mapping[str, str]
    run: Mapping[str, Any]

    @property
    def date_words(self) -> str:
        """The report's date as a reader sees it, and how it is known."""
        if self.date.is_inferred:
            basis = f": {self.date.basis}" if self.date.basis else ""
            return f"between {day_words(self.date.first)} and {day_words(self.date.last)} (inferred{basis})"
        return f"{day_words(self.date.last)} ({DATED[self.date.how]})"


def assemble(
    reading: Reading,
    checked: tuple[Checked, ...],
    record: Record,
    powers: tuple[str, ...] = POWERS,
    *,
    thresholds: Thresholds | None = None,
    today: date | None = None,
) -> Brief:
    """Put the brief on a report together.

    Parameters
    ----------
    reading : Reading
        What was read in the report.
    checked : tuple of Checked
        Its claims with their verdicts.
    record : Record
        The record that they were held against.
    powers : tuple of str
        Codes of the powers between which the report's states are placed.
    thresholds : Thresholds, optional
        How vague words were read; the defaults when None.
    today : date, optional
        The day of the run, printed with the brief; left out when None, so that the same input gives the same bytes.
    """
    states = mentioned(reading)
    actors = tuple(one.code for one in states if not one.is_group)
    others = [code for code in actors if code not in powers]
    focus = others[0] if others else next(iter(actors), "")
    figures, missing = draw_up(Scene(record, reading.date, actors, powers, focus, checked)) if actors else ((), ())
    is_open = {"expected", "conditional"}
    return Brief(
        title=_title(reading),
        name=reading.source.name,
        text=reading.source.text,
        date=reading.date,
        states=states,
        focus=focus,
        powers=powers,
        events=tuple(event for event in reading.events if event.status not in is_open),
        agenda=tuple(event for event in reading.events if event.status in is_open),
        claims=checked,
        figures=figures,
        gaps=(*(gap.text for gap in missing), *_unheld(checked), *_beyond(reading.date, checked, record)),
        sources=cited(record, checked, figures),
        titles=_titles(record, checked),
        run=run_facts(reading, record, thresholds or Thresholds(), powers, today),
    )


def mentioned(reading: Reading) -> tuple[Mentioned, ...]:
    """States and groups by how often the report names them, a place and a resolved phrase left out; ties in order of first mention."""
    named = [m for m in reading.mentions if not m.is_place and m.kind != "resolved"] or list(reading.mentions)
    counts: Counter[tuple[str, bool]] = Counter()
    for mention in named:
        counts.update([(code, False) for code in mention.states] or ([(mention.group, True)] if mention.group else []))
    found: list[Mentioned] = []
    for (code, is_group), count in counts.most_common():
        found.append(Mentioned(code, capital(group_name(code) if is_group else name(code)), count, is_group))
    return tuple(found)


def _titles(record: Record, checked: tuple[Checked, ...]) -> dict[str, str]:
    wanted = sorted({e.keys["treaty_id"] for item in checked for e in item.evidence if "treaty_id" in e.keys})
    if not wanted:
        return {}
    rows = record.rows("SELECT treaty_id, title FROM alliances WHERE list_contains(?::VARCHAR[], treaty_id) ORDER BY treaty_id", [wanted])
    return {row["treaty_id"]: row["title"] for row in rows}


def _title(reading: Reading) -> str:
    first = next((line.strip() for line in reading.source.text.splitlines() if line.strip()), "")
    return reading.source.title.strip() or (first if 0 < len(first) <= 160 else reading.source.name)


def _unheld(checked: tuple[Checked, ...]) -> tuple[str, ...]:
    """Why claims could not be judged; the same reason once, with the claims that it concerns."""
    reasons: dict[str, list[str]] = {}
    for item in checked:
        if item.verdict == "not_in_record" and item.claim.status not in {"expected", "conditional", "denied"}:
            reasons.setdefault(item.reason, []).append(item.claim.claim_id)
    return tuple(f"{reason} ({', '.join(ids)})" for reason, ids in reasons.items())


def _beyond(when: ReportDate, checked: tuple[Checked, ...], record: Record) -> tuple[str, ...]:
    """The tables used that end before the report's day."""
    if when.is_inferred:
        return ()
    ends = {table: as_of for table, as_of in _ends(record).items() if any(e.table == table for item in checked for e in item.evidence)}
    late = [f"{table.replace('_', ' ')} on {day_words(as_of)}" for table, as_of in sorted(ends.items()) if as_of < when.last]
    return (f"The report is of {day_words(when.last)}; the record ends earlier for {', '.join(late)}.",) if late else ()


def _ends(record: Record) -> dict[str, date]:
    """The day to which each table of the record, and of the register of states, is true."""
    from nonaligned.ground.errors import NonalignedError
    from nonaligned.record.tables import TABLES
    from nonaligned.world import groups as groups_module
    from nonaligned.world import leaders as leaders_module

    found = {"memberships": groups_module.origin().as_of}
    with suppress(OSError, NonalignedError):
        found["leaders"] = leaders_module.origin().as_of
    for table in TABLES:
        with suppress(NonalignedError):
            found[table] = record.origin(table).as_of
    return found


def run_facts(
    reading: Reading, record: Record | None, thresholds: Thresholds, powers: tuple[str, ...] = POWERS, today: date | None = None
) -> dict[str, Any]:
    """How a result was made: version, report, date, powers, thresholds and the days to which the record is true."""
    when = reading.date
    run: dict[str, Any] = {
        "program": "nonaligned",
        "version": version(),
        "report": reading.source.name,
        "report_sha256": reading.source.sha256,
        "report_date": {"first": when.first.isoformat(), "last": when.last.isoformat(), "how": when.how, "basis": when.basis},
        "powers": list(powers),
        "thresholds": asdict(thresholds),
    }
    if record is not None:
        run["record_as_of"] = {table: day.isoformat() for table, day in sorted(_ends(record).items())}
        run["loaded"] = {
            " ".join(part for part in (entry.source, entry.part) if part): {
                "loaded_at": entry.loaded_at,
                "file": ", ".join(raw.name for raw in entry.raw),
                "sha256": ", ".join(raw.sha256 for raw in entry.raw),
            }
            for entry in sorted(record.loads, key=lambda entry: (entry.source, entry.part))
        }
    return run | ({"today": today.isoformat()} if today is not None else {})
