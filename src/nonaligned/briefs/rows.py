"""The fixed JSON of reading, checking and briefs: rows, fields, sources, run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from nonaligned.briefs.citing import Cited, cited
from nonaligned.briefs.report_brief import Brief
from nonaligned.checking.case import Checked
from nonaligned.figures.figure import Figure
from nonaligned.record.store import Record
from nonaligned.reports.report import Event

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
    ("evidence", "list", "rows of the record: table, keys, value, unit, year, source, url"),
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
        {"table": e.table, "keys": dict(e.keys), "value": e.value, "unit": e.unit, "year": e.year, "source": e.source, "url": e.url} for e in item.evidence
    ]
    return {**plain, "verdict": item.verdict, "reason": item.reason, "evidence": evidence}


def read_row(event: Event) -> dict[str, Any]:
    """An event with the columns of `READ_FIELDS` in their order."""
    return {column: getattr(event, column) for column, _, _ in READ_FIELDS}


def check_json(checked: Iterable[Checked], record: Record, run: Mapping[str, Any]) -> dict[str, Any]:
    """What `check --json` prints."""
    items = tuple(checked)
    return _shape([check_row(item) for item in items], CHECK_FIELDS, cited(record, items, ()), run)


def read_json(events: Iterable[Event], run: Mapping[str, Any]) -> dict[str, Any]:
    """What `read --json` prints."""
    return _shape([read_row(event) for event in events], READ_FIELDS, (), run)


def brief_json(brief: Brief) -> dict[str, Any]:
    """What `brief --json` prints: the check rows, and beside them events, figures and gaps."""
    shaped = _shape([check_row(item) for item in brief.claims], CHECK_FIELDS, brief.sources, brief.run)
    return {
        **shaped, "title": brief.title, "states": [asdict(one) for one in brief.states], "focus": brief.focus,
        "events": [read_row(event) for event in sorted((*brief.events, *brief.agenda), key=lambda event: (event.start, event.end))],
        "figures": [figure_row(figure) for figure in brief.figures], "gaps": list(brief.gaps),
    }


def figure_row(figure: Figure) -> dict[str, Any]:
    """The rows behind a figure with its words and sources."""
    return {
        "name": figure.name, "title": figure.title, "subtitle": figure.subtitle, "note": figure.note, "alt": figure.alt,
        "columns": [column.name for column in figure.columns], "rows": [list(row) for row in figure.rows],
        "sources": [source.label for source in figure.sources], "as_of": figure.as_of.isoformat(),
    }


def _shape(rows: list[dict[str, Any]], definitions: Fields, sources: tuple[Cited, ...], run: Mapping[str, Any]) -> dict[str, Any]:
    return {"rows": rows, "fields": fields(definitions), "sources": [asdict(source) for source in sources], "run": dict(run)}
