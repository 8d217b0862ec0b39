"""The fixed JSON of reading, checking and briefs: rows, fields, sources, run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from nonaligned.briefs.citing import cited
from nonaligned.briefs.report_brief import Brief, run_facts
from nonaligned.checking.case import Checked
from nonaligned.figures.figure import Figure
from nonaligned.record.store import Record
from nonaligned.reports.report import Event, Reading

__all__ = [
    "brief_extras",
    "brief_json",
    "check_fields",
    "check_rows",
    "event_fields",
    "event_rows",
    "evidence_sources",
    "figure_row",
    "run_facts",
]

Fields = tuple[tuple[str, str, str], ...]
CHECK_FIELDS: Fields = (
    ("claim_id", "text", "number of the claim in the report"),
    ("kind", "text", "kind of claim"),
    ("sentence", "text", "the sentence that makes the claim"),
    ("start", "integer", "offset of the claim's first character in the text read"),
    ("end", "integer", "offset after the claim's last character"),
    ("text", "text", "the characters from start to end"),
    ("subject", "text", "state or group that the claim is about"),
    ("object", "text", "state or group on the other side"),
    ("value", "number", "the amount claimed"),
    ("unit", "text", "unit of the amount"),
    ("time", "text", "ISO day, month, year or interval that the claim is about; empty for the report's own time"),
    ("status", "text", "asserted, reported, expected, conditional, negated or denied"),
    ("verdict", "text", "supported, contradicted, outdated, unsupported or not_in_record"),
    ("reason", "text", "one sentence with the figures, their years and how vague words were read"),
    ("evidence", "list", "rows of the record: table, keys, value, unit, year, source, url, trace"),
)
READ_FIELDS: Fields = (
    ("event_id", "text", "number of the event in the report"),
    ("event_type", "text", "type in the PLOVER ontology"),
    ("actor", "text", "who acts, as named"),
    ("actor_state", "text", "state or group of the actor"),
    ("recipient", "text", "towards whom, as named"),
    ("recipient_state", "text", "state or group of the recipient"),
    ("status", "text", "asserted, reported, expected, conditional, negated or denied"),
    ("date", "text", "ISO day, month, year or interval; empty where the text gives none"),
    ("place", "text", "where, as named"),
    ("sentence", "text", "the sentence that reports the event"),
    ("start", "integer", "offset of the event's first character in the text read"),
    ("end", "integer", "offset after the event's last character"),
    ("rule", "text", "rule that read it"),
    ("confidence", "number", "confidence from 0 to 1"),
)


def fields(definitions: Fields) -> list[dict[str, str]]:
    """Column definitions as JSON."""
    return [{"name": column, "type": kind, "description": words} for column, kind, words in definitions]


def check_row(item: Checked) -> dict[str, Any]:
    """A claim with its verdict, with the columns of `CHECK_FIELDS` in their order."""
    claim = item.claim
    plain = {column: getattr(claim, column) for column, _, _ in CHECK_FIELDS if hasattr(claim, column)}
    evidence = [
        {
            "table": e.table,
            "keys": dict(e.keys),
            "value": e.value,
            "unit": e.unit,
            "year": e.year,
            "source": e.source,
            "url": e.url,
            "trace": e.trace,
        }
        for e in item.evidence
    ]
    return {**plain, "verdict": item.verdict, "reason": item.reason, "evidence": evidence}


def read_row(event: Event) -> dict[str, Any]:
    """An event with the columns of `READ_FIELDS` in their order."""
    return {column: getattr(event, column) for column, _, _ in READ_FIELDS}


def check_fields() -> list[dict[str, str]]:
    """The columns of a check row."""
    return fields(CHECK_FIELDS)


def event_fields() -> list[dict[str, str]]:
    """The columns of a read row."""
    return fields(READ_FIELDS)


def check_rows(checked: Iterable[Checked]) -> list[dict[str, Any]]:
    """The rows of `check --json`, in the order of the claims."""
    return [check_row(item) for item in checked]


def event_rows(reading: Reading) -> list[dict[str, Any]]:
    """The rows of `read --json`, in the order of the events."""
    return [read_row(event) for event in reading.events]


def evidence_sources(checked: Iterable[Checked], record: Record | None = None) -> list[dict[str, str]]:
    """The sources behind the evidence of checked claims; `record` where it is not the default one."""
    return [asdict(source) for source in cited(record or Record(), tuple(checked), ())]


def brief_extras(brief: Brief) -> dict[str, Any]:
    """What `brief --json` has beside the check rows: whom it is about, events, figures with their rows, gaps."""
    events = sorted((*brief.events, *brief.agenda), key=lambda event: (event.start, event.end, event.event_id))
    return {
        "title": brief.title,
        "states": [asdict(one) for one in brief.states],
        "focus": brief.focus,
        "events": [read_row(event) for event in events],
        "figures": [figure_row(figure) for figure in brief.figures],
        "gaps": list(brief.gaps),
    }


def figure_row(figure: Figure) -> dict[str, Any]:
    """The rows behind a figure with its words and sources."""
    return {
        "name": figure.name,
        "title": figure.title,
        "subtitle": figure.subtitle,
        "note": figure.note,
        "alt": figure.alt,
        "columns": [column.name for column in figure.columns],
        "rows": [list(row) for row in figure.rows],
        "sources": [source.label for source in figure.sources],
        "as_of": figure.as_of.isoformat(),
        "claims": list(figure.claims),
    }


def brief_json(brief: Brief) -> dict[str, Any]:
    """What `brief --json` prints: rows, fields, sources and run of the check, and `brief_extras`."""
    shape = {
        "rows": check_rows(brief.claims),
        "fields": check_fields(),
        "sources": [asdict(one) for one in brief.sources],
        "run": dict(brief.run),
    }
    return shape | brief_extras(brief)
