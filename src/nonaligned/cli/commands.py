"""The commands. Data goes to stdout, everything else to stderr; heavy imports wait for the command that needs them."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nonaligned import __version__
from nonaligned.ground.errors import STOPPED, USAGE, NonalignedError, NotLoadedError, UsageError

if TYPE_CHECKING:
    from nonaligned.briefs.verbs import Options, Result
    from nonaligned.record.store import Record

REPORT = click.argument("report", metavar="REPORT")
DATE = click.option(
    "--date", "day", metavar="YYYY-MM-DD", help="The report's date; else from the page, the dateline, or inferred and said so."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Rows, fields, sources and run as JSON.")
OUTPUT = click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE instead of the terminal.")
RECORD = click.option(
    "--record", "directory", type=click.Path(path_type=Path), metavar="DIR", help="The record's folder (else NONALIGNED_HOME)."
)
SET = click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Change a threshold, as key_supplier_percent=25.")


class Ordered(click.Group):
    """A group that lists its commands in the order of the work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands as they were added."""
        return list(self.commands)


@click.group(cls=Ordered, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="nonaligned")
def cli() -> None:
    """Read a diplomatic news report, hold what it says against the public record.

    REPORT is a text, HTML or PDF file, a web address, or - for standard input.
    """


def _options(day: str | None, powers: str | None, directory: Path | None, settings: tuple[str, ...]) -> Options:
    from nonaligned.briefs.verbs import POWERS, Options, parse_date, parse_powers
    from nonaligned.ground.thresholds import Thresholds

    thresholds = Thresholds()
    for text in settings:
        thresholds = thresholds.set(text)
    chosen = POWERS if powers is None else parse_powers(powers)
    return Options(parse_date(day), chosen, thresholds, _record(directory) if directory else None)


def _record(directory: Path) -> Record:
    """The record in a folder that the user names: it must be there."""
    from nonaligned.record.store import Record

    if not directory.is_dir():
        raise NotLoadedError(f"There is no record in {directory}.", mend=f"nonaligned load un_votes FILE --record {directory}")
    return Record(directory)


@cli.command()
@REPORT
@DATE
@click.option("--powers", metavar="CODES", help="The powers to stand between, as USA,CHN,RUS (the default).")
@JSON
@OUTPUT
@RECORD
@SET
def brief(
    report: str, day: str | None, powers: str | None, as_json: bool, output: Path | None, directory: Path | None, settings: tuple[str, ...]
) -> None:
    """Brief a report: what it claims, what the record says of it, with figures and sources.

    Shown in the terminal; `-o FILE.html` writes a page, `--json` prints data.
    """
    from nonaligned.briefs import verbs
    from nonaligned.reports.intake import open_report

    options = _options(day, powers, directory, settings)
    _probe(output, report, as_json)
    if output is not None and not as_json:
        from nonaligned.figures.svg import warm

        warm()  # the drawing engine starts while the report is read
    _deliver(verbs.brief(open_report(report, stdin=sys.stdin.buffer), options=options), as_json, output)


def _deliver(result: Result, as_json: bool, output: Path | None) -> None:
    if result.brief is None:
        raise AssertionError("a brief was asked for")
    if as_json:
        _write(_dumps(result), output)
    elif output is not None:
        from nonaligned.briefs.html import render

        _write(render(result.brief), output)
    else:
        from rich.console import Console

        from nonaligned.briefs.terminal import render as show

        show(result.brief, Console())


@cli.command()
@REPORT
@DATE
@JSON
@OUTPUT
def read(report: str, day: str | None, as_json: bool, output: Path | None) -> None:
    """Read a report: its events, who did what to whom, and whether it is said to have happened."""
    from nonaligned.briefs import verbs
    from nonaligned.reports.intake import open_report

    options = _options(day, None, None, ())
    _probe(output, report)
    _rows(
        verbs.read(open_report(report, stdin=sys.stdin.buffer), options=options),
        as_json,
        output,
        ("event_type", "actor", "recipient", "status", "date", "sentence"),
    )


@cli.command()
@REPORT
@DATE
@JSON
@OUTPUT
@RECORD
@SET
def check(report: str, day: str | None, as_json: bool, output: Path | None, directory: Path | None, settings: tuple[str, ...]) -> None:
    """Check a report: each claim with its verdict, the reason and the evidence."""
    from nonaligned.briefs import verbs
    from nonaligned.reports.intake import open_report

    options = _options(day, None, directory, settings)
    _probe(output, report)
    _rows(
        verbs.check(open_report(report, stdin=sys.stdin.buffer), options=options),
        as_json,
        output,
        ("kind", "verdict", "subject", "object", "text", "reason"),
    )


@cli.command()
@click.argument("query", required=False)
@click.option("--on", "day", metavar="YYYY-MM-DD", help="The state of things on that day (else today).")
@JSON
def states(query: str | None, day: str | None, as_json: bool) -> None:
    """States by name, code, group or region: codes, days in the system, capital, leaders, groups."""
    from nonaligned.cli.states import answer

    answer(query, day, as_json)


@cli.command()
@JSON
@RECORD
def sources(as_json: bool, directory: Path | None) -> None:
    """The sources that can be loaded, what is loaded, and what to do next."""
    from nonaligned.cli.sources import answer

    answer(as_json, directory)


@cli.command()
@click.argument("source")
@click.argument("file", type=click.Path(path_type=Path))
@RECORD
def load(source: str, file: Path, directory: Path | None) -> None:
    """Load an official file that you downloaded into the record: nonaligned load un_votes FILE."""
    from nonaligned.cli.sources import load_file

    load_file(source, file, directory)


@cli.command()
@OUTPUT
@JSON
def demo(output: Path | None, as_json: bool) -> None:
    """Brief the example report that ships with the program."""
    from nonaligned.briefs import verbs
    from nonaligned.briefs.example import example_path
    from nonaligned.reports.intake import open_report

    _probe(output, str(example_path()), as_json)
    _deliver(verbs.brief(open_report(str(example_path()))), as_json, output)


def _dumps(result: Result) -> str:
    return json.dumps(result.as_json(), ensure_ascii=False, indent=1, default=str) + "\n"


def _rows(result: Result, as_json: bool, output: Path | None, columns: tuple[str, ...]) -> None:
    """JSON where asked for, CSV when piped or written to a file, a table on a terminal."""
    if as_json:
        _write(_dumps(result), output)
        return
    from nonaligned.cli.tables import as_csv, show

    if output is not None or not sys.stdout.isatty():
        _write(as_csv(result.rows, [field["name"] for field in result.fields]), output)
    else:
        show(result.rows, columns)


def _probe(output: Path | None, report: str = "-", as_json: bool = True) -> None:
    """Refuse an output that cannot be written, or that would overwrite the report, before any work is done."""
    if output is None:
        return
    why = ""
    if output.is_dir():
        why = "It is a folder."
    elif not output.parent.is_dir():
        why = "There is no such folder."
    elif output.exists() and (not os.access(output, os.W_OK) or output.is_file() and not output.stat().st_mode & 0o222):
        why = "It may not be written."
    elif not output.exists() and not os.access(output.parent, os.W_OK):
        why = "No permission to write there."
    elif report != "-" and output.exists() and Path(report).exists() and output.samefile(report):
        why = "It is the report itself."
    elif not as_json and output.suffix.lower() not in {".html", ".htm", ""}:
        why = f"A brief is written as a page: {output.suffix} is no page. For data add --json."
    if why:
        raise UsageError(f"Cannot write {output}.", why=why, mend="give another FILE after -o, as brief.html")


def _write(text: str, output: Path | None) -> None:
    """Print, or write the whole file or nothing."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        if output.exists() and not output.is_file():  # a device or a pipe is written to, never replaced
            output.write_text(text, encoding="utf-8")
        else:
            _replace(text, output.resolve())
    except OSError as error:
        raise UsageError(f"Cannot write {output}.", why=str(error.strerror or error), mend="give another FILE after -o") from error
    click.echo(f"Wrote {output}", err=True)


def _replace(text: str, output: Path) -> None:
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, output)
    except OSError:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code; never a traceback for what a user can mend."""
    try:
        cli.main(arguments, prog_name="nonaligned", standalone_mode=False)
        sys.stdout.flush()
    except NonalignedError as error:
        click.echo(f"nonaligned: {error.message}", err=True)
        for label, text in (("why", error.why), ("try", error.mend)):
            if text:
                click.echo(f"  {label}: {text}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        return STOPPED
    except BrokenPipeError:  # the reader went away
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        return 0
    except OSError as error:  # what is left in the buffer cannot be written either
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        click.echo(f"nonaligned: The output cannot be written: {error.strerror or error}.", err=True)
        return USAGE
    return 0
