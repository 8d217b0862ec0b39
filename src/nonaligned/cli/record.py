"""The commands on the record: sources, load, pull, record, sql, trace."""

from __future__ import annotations

from pathlib import Path

import click

from nonaligned.cli.options import AS_OF, JSON, OUTPUT, RECORD, open_record

FEWER = click.option("--fewer-rows", is_flag=True, help="Accept a file with far fewer rows than the last one.")


@click.command()
@JSON
@RECORD
@AS_OF
def sources(as_json: bool, directory: Path | None, as_of: str | None) -> None:
    """The sources that can be loaded, what is loaded, and what to do next."""
    from nonaligned.cli.source_list import answer

    answer(as_json, directory, as_of)


@click.command()
@click.argument("source")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@FEWER
@RECORD
def load(source: str, files: tuple[Path, ...], fewer_rows: bool, directory: Path | None) -> None:
    """Load official files that you have into the record: nonaligned load un_votes FILE."""
    from nonaligned.cli.loading import load_files

    load_files(source, files, directory, fewer_rows)


@click.command()
@click.argument("source")
@click.argument("words", nargs=-1, metavar="[WORD...]")
@click.option("--offline", is_flag=True, help="Use the files that were downloaded before.")
@FEWER
@RECORD
def pull(source: str, words: tuple[str, ...], offline: bool, fewer_rows: bool, directory: Path | None) -> None:
    """Download a source where its terms allow, and load it; else say which page to open. WORDs choose indicators or years."""
    from nonaligned.cli.loading import pull_source

    pull_source(source, words, directory, offline, fewer_rows)


@click.command()
@click.argument("table", required=False)
@JSON
@RECORD
@AS_OF
def record(table: str | None, as_json: bool, directory: Path | None, as_of: str | None) -> None:
    """The tables of the record: rows, years, sources; with TABLE its columns, key and warnings."""
    from nonaligned.cli.dictionary import answer

    answer(table, as_json, open_record(directory, as_of) if directory or as_of else open_record(None))


@click.command()
@click.argument("query", metavar="SELECT")
@JSON
@OUTPUT
@RECORD
@AS_OF
def sql(query: str, as_json: bool, output: Path | None, directory: Path | None, as_of: str | None) -> None:
    """Ask the record in SQL (DuckDB's), read-only: nonaligned sql "SELECT * FROM votes LIMIT 5"."""
    from nonaligned.cli.answers import answer_frame

    held = open_record(directory, as_of)
    answer_frame(held.ask(query), held, query, as_json, output)


@click.command()
@click.argument("what", metavar="TABLE|MEASURE")
@click.argument("keys", nargs=-1, metavar="KEY=VALUE...")
@JSON
@RECORD
@AS_OF
def trace(what: str, keys: tuple[str, ...], as_json: bool, directory: Path | None, as_of: str | None) -> None:
    """Walk a number back to its rows, its source, the file's hash and address: nonaligned trace trade exporter=CHN year=2014."""
    from nonaligned.cli.traces import answer

    answer(what, keys, as_json, open_record(directory, as_of))
