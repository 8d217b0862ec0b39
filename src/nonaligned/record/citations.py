"""How to cite the sources of the record: BibTeX and plain text, from what each load and the starter record say of them.

Every source is one ``@misc`` entry, under its key in the record, with the hash of the official file; where its citation is
that of an article and can be read without guessing, the article is an ``@article`` entry beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.record.starter import starter_origin
from nonaligned.record.tables import TABLES

if TYPE_CHECKING:
    from nonaligned.record.store import Record

Used = Sequence[tuple[str, str]]
SHOWN = (
    "key",
    "cite_key",
    "producer",
    "title",
    "version",
    "as_of",
    "url",
    "licence",
    "citation",
    "sha256",
    "loaded_at",
    "retrieved",
    "tables",
)
ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {sign: f"\\{sign}" for sign in "&%$#_{}"}
NAMES = {"producer": "author"}
YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)(?=[,.)])")  # "1990 onwards" is no year of publication
NUMBER = r"(?P<journal>[^,.:;]+?),? (?P<volume>\d+)(?: ?\((?P<number>[\w/-]+)\))?: ?(?P<pages>\d+[-–]\d+)"
# Author, year, title, journal volume (number): pages; or the same with full stops. The first citation of a text is read.
ARTICLES = (
    re.compile(rf"^(?P<author>[^.\d]+(?:\b[A-Z]\.[^.\d]*)*), (?P<year>\d{{4}}), (?P<title>[^.]+), {NUMBER}(?:[.,]|$)"),
    re.compile(rf"^(?P<author>[^\d]+?)\.? (?P<year>\d{{4}})\. (?P<title>[^.]+)\. {NUMBER}(?:[.,]|$)"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One BibTeX entry; `fields` are plain text, escaped when written; a `producer` is an author in one piece."""

    kind: str
    key: str
    fields: Mapping[str, str] = field(default_factory=dict[str, str])

    def __str__(self) -> str:
        lines = [f"  {NAMES.get(name, name)} = {{{_value(name, text)}}}," for name, text in self.fields.items() if text]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"])


def _value(name: str, text: str) -> str:
    if name == "url":  # kept as it is, but for what would end the entry
        return re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", text)
    return f"{{{escaped(text)}}}" if name in {"producer", "title"} else escaped(text)  # braces keep a body's name and capitals


def escaped(text: str) -> str:
    r"""Text with what BibTeX and LaTeX would run made plain.

    Examples
    --------
    >>> print(escaped("R&D {100 %}"))
    R\&D \{100 \%\}
    """
    return "".join(ESCAPED.get(sign, sign) for sign in " ".join(text.split()))


def described(record: Record, used: Used | None = None) -> tuple[dict[str, Any], ...]:
    """The sources of the record, or those of some rows, each once: what `SHOWN` names, and the tables that it is in.

    Parameters
    ----------
    record : Record
    used : sequence of (table, source), optional
        Tables and keys as in the rows' column `source`, several joined by ``|``; every source without it.
    """
    wanted = None if used is None else {(table, key) for table, keys in used for key in keys.split("|")}
    everything = tuple(_all(record))
    names = _names(everything)
    found: dict[str, dict[str, Any]] = {}
    for table, key, row in everything:
        if wanted is None or (table, key) in wanted:
            name = names.get((key, ""), names[key, row["title"]])
            entry = found.setdefault(name, {**row, "cite_key": name, "tables": []})
            if row["loaded_at"] or not entry["loaded_at"]:  # of a source that was loaded, what ships says nothing more
                hashes = [*entry["sha256"].split("|"), *row["sha256"].split("|")]
                entry["sha256"] = "|".join(dict.fromkeys(one for one in hashes if one))
            entry["tables"] = list(dict.fromkeys([*entry["tables"], table]))
    return tuple({name: entry[name] for name in SHOWN} for _, entry in sorted(found.items()))


def _names(rows: Iterable[tuple[str, str, Mapping[str, Any]]]) -> dict[tuple[str, str], str]:
    """The name under which each source is cited, by key and title: its key, with a table where tables mean different documents.

    A source that was loaded goes by its key alone (title ""), whatever ships under the same key.
    """
    titles: dict[str, dict[str, str]] = {}
    loaded: dict[tuple[str, str], str] = {}
    for table, key, row in rows:
        if row["loaded_at"]:
            loaded[key, ""] = key
        titles.setdefault(key, {}).setdefault(row["title"], table)
    shipped = {(key, title): key if len(own) == 1 else f"{key}:{table}" for key, own in titles.items() for title, table in own.items()}
    return shipped | loaded


def _all(record: Record) -> Iterable[tuple[str, str, dict[str, Any]]]:
    """Table, key and description of every source: the loads first, whose words are the fuller ones."""
    for entry in sorted(record.loads, key=lambda entry: entry.as_of, reverse=True):
        hashes = "|".join(one.sha256 for one in entry.raw)
        addresses = [one.url for one in entry.raw if one.url]
        for key, declared in entry.origin.get("source", {}).items():
            row = {name: str(declared.get(name, "")) for name in ("producer", "title", "version", "licence", "citation")}
            row |= {
                "key": key,
                "as_of": entry.as_of,
                "sha256": hashes,
                "loaded_at": entry.loaded_at,
                "retrieved": entry.loaded_at[:10] if addresses else "",
            }
            row["url"] = next(iter(addresses), "") or str(declared.get("url", ""))
            for table in entry.files:
                yield table, key, row
    for table in TABLES:
        origin = starter_origin(table)
        for source in origin.sources.values() if origin else ():
            row = {name: getattr(source, name) for name in ("key", "producer", "title", "licence", "citation", "url", "sha256")}
            yield table, source.key, {**row, "version": "", "as_of": str(origin.as_of) if origin else "", "loaded_at": "", "retrieved": ""}


def entries(sources: Iterable[Mapping[str, Any]]) -> tuple[Entry, ...]:
    """BibTeX entries of described sources, in order of key; keys are stable: the source's own, and that with ``_article``."""
    made: list[Entry] = []
    for source in sources:
        key = _key(str(source["cite_key"]))
        article = article_of(str(source["citation"]))
        made.append(Entry("misc", key, _misc(source)))
        if article:
            made.append(Entry("article", f"{key}_article", article))
    return tuple(made)


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_:.-]", "_", plain) or "source"


def _misc(source: Mapping[str, Any]) -> dict[str, str]:
    notes: list[str] = []
    if source["citation"]:
        notes.append(f"Cited as: {str(source['citation']).rstrip('.')}.")
    if source["as_of"]:
        notes.append(f"True as of {source['as_of']}.")
    if source["loaded_at"] and not source["retrieved"]:
        notes.append(f"Loaded {str(source['loaded_at'])[:10]}.")
    if source["sha256"]:
        notes.append(f"SHA-256 of the file: {', '.join(str(source['sha256']).split('|'))}.")
    return {
        "producer": str(source["producer"]),
        "title": str(source["title"]),
        "year": _year(source),
        "version": str(source["version"]),
        "url": str(source["url"]),
        "urldate": str(source["retrieved"]),
        "note": " ".join(notes),
    }


def _year(source: Mapping[str, Any]) -> str:
    """The year that the version or the citation names alone; else that to which the rows are true."""
    for text in (str(source["version"]), str(source["citation"])):
        found = set(YEAR.findall(text))
        if len(found) == 1:
            return found.pop()
    return str(source["as_of"])[:4]


def article_of(citation: str) -> dict[str, str]:
    """Fields of the article that a citation begins with; {} where it cannot be read without guessing.

    Examples
    --------
    >>> made = article_of("Leeds, Brett Ashley, Jeffrey M. Ritter and Andrew G. Long, 2002, Alliance Treaty Obligations and "
    ...                   "Provisions, 1815-1944, International Interactions 28: 237-260.")
    >>> made["author"], made["journal"], made["pages"]
    ('Leeds, Brett Ashley and Jeffrey M. Ritter and Andrew G. Long', 'International Interactions', '237--260')
    """
    for pattern in ARTICLES:
        found = pattern.match(citation.strip())
        authors = _authors(found["author"]) if found else ""
        if found and authors:
            pages = re.sub("[-–]", "--", found["pages"])
            parts = {name: (found[name] or "").strip() for name in ("title", "journal", "year", "volume", "number")}
            return {"author": authors, **parts, "pages": pages}
    return {}


def _authors(text: str) -> str:
    """Names joined by "and", from "Last, First, First Last and First Last"; "" where a part is no full name."""
    parts = [part.strip() for part in re.split(r",? and |, ", text.strip().rstrip(",")) if part.strip()]
    if len(parts) < 2 or " " in parts[0] or any(" " not in part for part in parts[2:]):
        return ""
    return " and ".join([f"{parts[0]}, {parts[1]}", *parts[2:]])


def plain(source: Mapping[str, Any]) -> str:
    """One source as a line of text."""
    words = str(source["citation"]) or f"{source['producer']}: {source['title']}"
    address = f" {source['url']}" if source["url"] and str(source["url"]) not in words else ""
    return f"{words.rstrip('.')}.{address}"


def cite(*names: str, record: Record | None = None, used: Used | None = None, style: str = "bibtex") -> str:
    """How to cite sources: those named, those of some rows, or all that were loaded into the record.

    Parameters
    ----------
    *names : str
        Keys of sources, or tables of the record, whose sources are meant.
    record : Record, optional
        The user's record without it.
    used : sequence of (table, source), optional
        As `Panel.used`.
    style : {"bibtex", "text"}

    Raises
    ------
    UsageError
        If a name is neither a source nor a table of the record.

    Examples
    --------
    >>> print(cite("world_bank_population").splitlines()[0])
    @misc{world_bank_population,
    """
    from nonaligned.record.store import Record as Store

    held = record or Store()
    sources = chosen(held, names) if names else described(held, used) if used is not None else loaded(held)
    if style not in ("bibtex", "text"):
        raise UsageError(f"There is no style {style!r}.", mend="Use bibtex or text.")
    if style == "text":
        return "\n".join(plain(source) for source in sources)
    return "\n\n".join(str(entry) for entry in entries(sources))


def loaded(record: Record) -> tuple[dict[str, Any], ...]:
    """The sources that were loaded; those that ship where none was."""
    return tuple(one for one in described(record) if one["loaded_at"]) or described(record)


def chosen(record: Record, names: Iterable[str]) -> tuple[dict[str, Any], ...]:
    """The sources named by key, by the name under which they were loaded, or by table."""
    import difflib

    everything = described(record)
    by_load = {entry.source: set(entry.origin.get("source", {})) for entry in record.loads}
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        hits = [
            one
            for one in everything
            if name in (one["key"], one["cite_key"]) or one["key"] in by_load.get(name, ()) or name in one["tables"]
        ]
        if not hits:
            near = difflib.get_close_matches(name, [*(one["key"] for one in everything), *TABLES], n=3, cutoff=0.4)
            why = f"Did you mean {', '.join(near)}?" if near else ""
            raise UsageError(
                f"The record has no source {name!r}.", why=why, mend='nonaligned sql "SELECT DISTINCT source, title FROM origins"'
            )
        found |= {one["cite_key"]: one for one in hits}
    return tuple(found[key] for key in sorted(found))
