"""Where rows come from: every table carries an Origin, every row names its source."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """A document in which a reader can verify a row."""

    key: str
    producer: str
    title: str
    url: str = ""
    citation: str = ""
    licence: str = ""
    sha256: str = ""

    @property
    def label(self) -> str:
        """Producer and title, as printed beside a figure."""
        return f"{self.producer}, {self.title}" if self.title else self.producer


@dataclass(frozen=True, slots=True)
class Origin:
    """A table's title, the day to which it is true, its licence and its sources."""

    title: str
    as_of: date
    licence: str = ""
    note: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict[str, Source])

    def source(self, keys: str) -> Source:
        """The source of a row; several keys joined by ``|`` give the first, with all the labels."""
        found = [self.sources[key] for key in keys.split("|") if key in self.sources]
        if not found:
            return Source(keys, keys or "unknown", "")
        if len(found) == 1:
            return found[0]
        first = found[0]
        return Source(keys, "; ".join(s.label for s in found), "", first.url, first.citation, first.licence)


def parse_origin(data: Mapping[str, Any]) -> Origin:
    """Build an Origin from the parsed TOML of an ``X.origin.toml`` file (or its JSON twin)."""
    table = data["table"]
    as_of = table["as_of"]
    sources: dict[str, Source] = {}
    for key, entry in data.get("source", {}).items():
        known = {name: str(entry.get(name, "")) for name in ("producer", "title", "url", "citation", "licence", "sha256")}
        sources[key] = Source(key, **known)
    return Origin(
        title=table["title"],
        as_of=as_of if isinstance(as_of, date) else date.fromisoformat(str(as_of)),
        licence=table.get("licence", ""),
        note=table.get("note", ""),
        sources=sources,
    )


def read_origin(path: Path) -> Origin:
    """Read ``X.origin.toml``; a table without one is not shown (raises FileNotFoundError)."""
    return parse_origin(tomllib.loads(path.read_text(encoding="utf-8")))


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of one of the project's own CSV files, as text."""
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)
