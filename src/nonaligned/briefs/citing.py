"""Every source that a brief rests on, once, with its licence and the day to which its table is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from nonaligned.checking.case import Checked, Evidence
from nonaligned.figures.figure import Figure
from nonaligned.ground.errors import NonalignedError
from nonaligned.ground.origins import Origin, Source
from nonaligned.record.store import Record


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as a brief lists it. `as_of` is an ISO day."""

    producer: str
    title: str
    url: str
    licence: str
    as_of: str
    citation: str = ""


def web(url: str) -> str:
    """The address if it is an http(s) one, else nothing: no other scheme becomes a link.

    Examples
    --------
    >>> web("https://docs.un.org/en/A/RES/68/262"), web("javascript:alert(1)"), web("//evil.example")
    ('https://docs.un.org/en/A/RES/68/262', '', '')
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in {"http", "https"} and parts.netloc else ""


def cited(record: Record, checked: tuple[Checked, ...], figures: tuple[Figure, ...]) -> tuple[Cited, ...]:
    """The sources of the evidence and of the figures, by producer and title."""
    found: dict[tuple[str, str], Cited] = {}
    pairs = [pair for item in checked for evidence in item.evidence for pair in _of_evidence(record, evidence)]
    pairs += [(source, figure.as_of.isoformat()) for figure in figures for source in figure.sources]
    for source, as_of in pairs:
        entry = Cited(source.producer, source.title, web(source.url), source.licence, as_of, source.citation)
        known = found.get((entry.producer, entry.title))
        if known is None or known.as_of < as_of:
            found[entry.producer, entry.title] = entry
    return tuple(found[key] for key in sorted(found))


def _of_evidence(record: Record, evidence: Evidence) -> Iterator[tuple[Source, str]]:
    origin = _origin(record, evidence.table)
    if origin is None:
        yield Source("", evidence.source, "", evidence.url), ""
        return
    by_label = {source.label: source for source in origin.sources.values()}
    wanted = [evidence.source] if evidence.source in by_label else evidence.source.split("; ")
    for label in wanted:
        yield by_label.get(label, Source("", label, "", evidence.url)), origin.as_of.isoformat()


def _origin(record: Record, table: str) -> Origin | None:
    """The origin of a table of the record, or of a register of the world."""
    from nonaligned.world import groups, leaders

    try:
        if table == "memberships":
            return groups.origin()
        return leaders.origin() if table == "leaders" else record.origin(table)
    except (NonalignedError, OSError):
        return None
