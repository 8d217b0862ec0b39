"""What was loaded, when, from which file: the manifest, a list that only grows, so that any earlier day can be rebuilt."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from nonaligned.ground.errors import NotLoadedError
from nonaligned.ground.origins import parse_origin
from nonaligned.record.publishing import publish

NAME = "manifest.json"
FORMAT = 2  # 1 was a table by source without parts or vintages


@dataclass(frozen=True, slots=True)
class RawFile:
    """An official file as the user gave it, or as it was downloaded; `url` is empty where it was loaded by hand."""

    name: str
    sha256: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One load: the source's part that it replaced, its files by table, and what was set aside.

    `coverage` holds first_year, last_year, is_complete and note by table; `over` names earlier parts of the same
    source that share keys with this one, whose rows give way.
    """

    source: str
    part: str
    loaded_at: str
    raw: tuple[RawFile, ...]
    files: Mapping[str, str]
    rows: Mapping[str, int]
    origin: Mapping[str, Any]
    coverage: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    rows_in: int = 0
    set_aside: tuple[Mapping[str, Any], ...] = ()
    corrected: tuple[Mapping[str, Any], ...] = ()
    over: tuple[str, ...] = ()
    program: str = ""

    @property
    def as_of(self) -> str:
        """The day to which the rows are true."""
        return str(self.origin.get("table", {}).get("as_of", ""))


def read_manifest(directory: Path) -> tuple[Loaded, ...]:
    """Every load into `directory`, in order; empty where nothing was loaded.

    Raises
    ------
    NotLoadedError
        If the manifest is damaged, or written by a newer version of the program.
    """
    path = directory / NAME
    try:
        if not path.exists():
            return ()
        plain = json.loads(path.read_text(encoding="utf-8"))
        written = int(plain.get("format", 1))
        if written > FORMAT:
            raise NotLoadedError(
                f"The record in {directory} was written by a newer version of nonaligned.",
                why=f"Its format is {written}; this version reads up to {FORMAT}.",
                mend="use the newer version, or another folder with --record DIR",
            )
        if written == 1:
            return tuple(_entry(_from_first_format(one)) for one in plain.values())
        return tuple(_entry(one) for one in plain["loads"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotLoadedError(
            f"The record in {directory} cannot be read.",
            why=f"{NAME} is not as the program wrote it: {error}.",
            mend=f"{shlex.join(['mv', str(path), f'{path}.broken'])}, then load the files again",
        ) from error


def _from_first_format(plain: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: plain[name] for name in ("source", "loaded_at", "files", "rows", "origin")}
    return {**known, "part": "", "raw": [{"name": plain["raw_name"], "sha256": plain["raw_sha256"]}]}


def _entry(plain: Mapping[str, Any]) -> Loaded:
    known = {one.name for one in fields(Loaded)}
    values: dict[str, Any] = {name: value for name, value in plain.items() if name in known}
    values["raw"] = tuple(RawFile(**one) for one in values["raw"])
    for name in ("set_aside", "corrected", "over"):
        values[name] = tuple(values.get(name, ()))
    entry = Loaded(**values)
    covered = entry.coverage.values()
    texts: list[Any] = [entry.source, entry.part, entry.loaded_at, entry.program, *entry.over, *entry.files.values()]
    texts += [word for one in entry.raw for word in (one.name, one.sha256, one.url)]
    counts: list[Any] = [entry.rows_in, *entry.rows.values()]
    for slot in (entry.files, entry.rows, entry.origin, entry.coverage, *covered, *entry.set_aside, *entry.corrected):
        if not isinstance(slot, dict):
            raise TypeError(f"{slot!r} is no table")
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(count, int) for count in counts):
        raise TypeError(f"{texts} must be texts and {counts} numbers")
    if entry.origin:
        parse_origin(entry.origin)
    if any(Path(name).name != name for name in (*entry.files.values(), *(one.name for one in entry.raw))):
        raise ValueError("a file lies outside the record")
    return entry


def write_manifest(directory: Path, loads: tuple[Loaded, ...]) -> None:
    """Replace the manifest whole."""
    temporary = directory / f"{NAME}.part"
    document = {"format": FORMAT, "loads": [_plain({one.name: getattr(entry, one.name) for one in fields(Loaded)}) for entry in loads]}
    temporary.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
    publish(temporary, directory / NAME)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, RawFile):
        return {"name": value.name, "sha256": value.sha256, "url": value.url}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value.isoformat() if isinstance(value, date) else value


def current(loads: tuple[Loaded, ...], as_of: date | None = None) -> tuple[Loaded, ...]:
    """The loads that stand: the last one of each part of each source, up to a day's end (UTC) where one is given.

    A load of the whole source (part "") takes the place of all its parts. A part that was loaded again is the newest:
    it no longer gives way to parts that were loaded between.
    """
    standing: dict[tuple[str, str], Loaded] = {}
    for entry in loads:
        if as_of is not None and entry.loaded_at[:10] > as_of.isoformat():
            continue
        if entry.part == "":
            standing = {key: one for key, one in standing.items() if key[0] != entry.source}
        else:
            standing.pop((entry.source, ""), None)
            standing.pop((entry.source, entry.part), None)
            for key, one in standing.items():
                if one.source == entry.source and entry.part in one.over:
                    standing[key] = replace(one, over=tuple(part for part in one.over if part != entry.part))
        standing[entry.source, entry.part] = entry
    return tuple(standing.values())
