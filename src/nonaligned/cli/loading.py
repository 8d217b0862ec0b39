"""`nonaligned load` and `nonaligned pull`: official files into the record, with a report of what was kept and what was not."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nonaligned.cli.source_list import next_step
from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.record.incoming import LoadedRows
from nonaligned.record.loading import load_rows
from nonaligned.record.manifest import Loaded
from nonaligned.record.store import default_directory
from nonaligned.sources import SourceDeclaration
from nonaligned.sources import source as find_source

if TYPE_CHECKING:
    from nonaligned.sources.fetching.download import Download

MOST_NOTES = 12


def load_files(source: str, files: tuple[Path, ...], directory: Path | None, fewer_rows: bool) -> None:
    """Read official files and put their rows in the record; on any error the record is as it was."""
    declared = find_source(source)
    for file in files:
        if not file.exists():
            raise UsageError(f"There is no file {file}.", mend=next_step(declared))
        if file.is_dir():
            raise UsageError(f"{file} is a folder.", mend=f"nonaligned load {source} FILE")
    _load(declared, files, directory or default_directory(), fewer_rows, {})


def _load(declared: SourceDeclaration, files: tuple[Path, ...], folder: Path, fewer_rows: bool, urls: Mapping[str, str]) -> None:
    if len(files) > 1 and declared.read_together is not None:
        _put(declared, declared.read_together(files), files, folder, fewer_rows, urls)
        return
    for number, file in enumerate(files, start=1):
        if len(files) > 1:
            _tell(f"{file.name} ({number} of {len(files)})")
        _put(declared, declared.read(file), (file,), folder, fewer_rows, urls)


def _put(
    declared: SourceDeclaration, read: LoadedRows, files: tuple[Path, ...], folder: Path, fewer_rows: bool, urls: Mapping[str, str]
) -> None:
    entry = load_rows(
        folder,
        declared.name,
        read,
        files,
        urls=urls,
        fewer_rows=fewer_rows,
        tell=lambda: _tell("waiting for another command that writes the record ..."),
    )
    _report(entry, [note for note in read.warnings if note not in declared.warnings])


def _report(entry: Loaded, notes: list[str]) -> None:
    """What was accepted, corrected and set aside, and what is particular to this file."""
    for note in notes[:MOST_NOTES]:
        _tell(f"note: {note}")
    if len(notes) > MOST_NOTES:
        _tell(f"note: {len(notes) - MOST_NOTES} more: nonaligned sql \"SELECT note FROM origins WHERE source = '{entry.source}'\"")
    for one in entry.set_aside:
        where = f" (first in line {one['first_line']:,})" if one["first_line"] else ""
        _tell(f"set aside: {one['count']:,} rows: {one['reason']}{where}")
    for one in entry.corrected:
        what = "corrected" if one["state"] == "made" else "correction not needed"
        _tell(f"{what}: {one['table']} {one['key']}: {one['column']} {one['expect']} -> {one['value']} ({one['reason']})")
    part = f", {entry.part}" if entry.part else ""
    for table, count in entry.rows.items():
        covered = entry.coverage.get(table)
        years = f", {covered['first_year']}–{covered['last_year']}" if covered else ""
        _tell(f"{table}: {count:,} rows{years} from {', '.join(raw.name for raw in entry.raw)}{part} ({entry.raw[0].sha256[:12]})")


def pull_source(source: str, words: tuple[str, ...], directory: Path | None, offline: bool, fewer_rows: bool) -> None:
    """Download the files of a source and load them; where its terms want a person to do so, say which page to open."""
    from nonaligned.sources.fetching.dataverse import HOSTS
    from nonaligned.sources.fetching.download import download

    declared = find_source(source)
    if not declared.may_pull:
        raise NotLoadedError(
            f"{declared.title}: the program does not download it.",
            why=f"{declared.producer} asks that downloads be made by a person, or gives no address for them.",
            mend=f"open {declared.address}, download the file, then: nonaligned load {declared.name} FILE",
        )
    folder = directory or default_directory()
    command = " ".join(("nonaligned pull", declared.name, *words))
    hosts = HOSTS if declared.dataset else ()

    def fetch(wanted: Download) -> Path:
        _tell(f"{wanted.name} from {wanted.url.partition('?')[0]}")
        got = download(wanted, folder / "downloads" / declared.name, hosts=hosts, offline=offline, progress=_progress(), command=command)
        if got.is_unchanged:
            _tell(f"{wanted.name} is unchanged")
        return got.path

    paths = {fetch(one): one.url for one in _wanted(declared, words, fetch)}
    _load(declared, tuple(paths), folder, fewer_rows, {path.name: url for path, url in paths.items()})


def _wanted(declared: SourceDeclaration, words: tuple[str, ...], fetch: Callable[[Download], Path]) -> tuple[Download, ...]:
    """The files to fetch: those of a data set on Dataverse, or those that the source names."""
    if declared.dataset is not None:
        from nonaligned.sources.fetching.dataverse import chosen

        return chosen(declared.dataset, words, fetch)
    return declared.downloads(words) if declared.downloads else ()


def _progress() -> Callable[[int, int | None], None] | None:
    """Words on the terminal as a file comes; None where nobody watches."""
    if not sys.stderr.isatty():
        return None
    from nonaligned.sources.fetching.progress import progress_words

    begin = time.monotonic()

    def show(done: int, total: int | None) -> None:
        click.echo(f"\r\033[K{progress_words(done, total, time.monotonic() - begin)}", err=True, nl=done == total)

    return show


def _tell(words: str) -> None:
    click.echo(words, err=True)
