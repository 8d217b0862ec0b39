"""The commands. Data goes to stdout, everything else to stderr; heavy imports wait for the command that needs them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nonaligned import __version__
from nonaligned.cli import measuring
from nonaligned.cli import panels as panel_commands
from nonaligned.cli import record as record_commands
from nonaligned.cli import whatif as whatif_command
from nonaligned.cli.options import AS_OF, JSON, OUTPUT, RECORD, open_record
from nonaligned.cli.output import probe, write
from nonaligned.ground.errors import STOPPED, USAGE, NonalignedError

if TYPE_CHECKING:
    from nonaligned.briefs.verbs import Options, Result

REPORT = click.argument("report", metavar="REPORT")
DATE = click.option(
    "--date", "day", metavar="YYYY-MM-DD", help="The report's date; else from the page, the dateline, or inferred and said so."
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


def _options(day: str | None, powers: str | None, directory: Path | None, settings: tuple[str, ...], as_of: str | None = None) -> Options:
    from nonaligned.briefs.verbs import POWERS, Options, parse_date, parse_powers
    from nonaligned.ground.thresholds import Thresholds

    thresholds = Thresholds()
    for text in settings:
        thresholds = thresholds.set(text)
    chosen = POWERS if powers is None else parse_powers(powers)
    return Options(parse_date(day), chosen, thresholds, open_record(directory, as_of) if directory or as_of else None)


@cli.command()
@REPORT
@DATE
@click.option("--powers", metavar="CODES", help="The powers to stand between, as USA,CHN,RUS (the default).")
@JSON
@OUTPUT
@RECORD
@AS_OF
@SET
def brief(
    report: str,
    day: str | None,
    powers: str | None,
    as_json: bool,
    output: Path | None,
    directory: Path | None,
    as_of: str | None,
    settings: tuple[str, ...],
) -> None:
    """Brief a report: what it claims, what the record says of it, with figures and sources.

    Shown in the terminal; `-o FILE.html` writes a page, `--json` prints data.
    """
    from nonaligned.briefs import verbs
    from nonaligned.reports.intake import open_report

    options = _options(day, powers, directory, settings, as_of)
    probe(output, report, as_json)
    if output is not None and not as_json:
        from nonaligned.figures.svg import warm

        warm()  # the drawing engine starts while the report is read
    _deliver(verbs.brief(open_report(report, stdin=sys.stdin.buffer), options=options), as_json, output)


def _deliver(result: Result, as_json: bool, output: Path | None) -> None:
    if result.brief is None:
        raise AssertionError("a brief was asked for")
    if as_json:
        write(_dumps(result), output)
    elif output is not None:
        from nonaligned.briefs.html import render

        write(render(result.brief), output)
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
    probe(output, report)
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
@AS_OF
@SET
def check(
    report: str,
    day: str | None,
    as_json: bool,
    output: Path | None,
    directory: Path | None,
    as_of: str | None,
    settings: tuple[str, ...],
) -> None:
    """Check a report: each claim with its verdict, the reason and the evidence."""
    from nonaligned.briefs import verbs
    from nonaligned.reports.intake import open_report

    options = _options(day, None, directory, settings, as_of)
    probe(output, report)
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
@OUTPUT
@JSON
def demo(output: Path | None, as_json: bool) -> None:
    """Brief the example report that ships with the program."""
    from nonaligned.briefs import verbs
    from nonaligned.briefs.example import example_path
    from nonaligned.reports.intake import open_report

    probe(output, str(example_path()), as_json)
    _deliver(verbs.brief(open_report(str(example_path()))), as_json, output)


cli.add_command(record_commands.sources)
cli.add_command(record_commands.load)
cli.add_command(record_commands.pull)
cli.add_command(record_commands.record)
cli.add_command(record_commands.sql)
cli.add_command(record_commands.trace)
cli.add_command(panel_commands.panel)
cli.add_command(measuring.measure)
cli.add_command(measuring.measures)
cli.add_command(whatif_command.whatif)
cli.add_command(panel_commands.cite)


def _dumps(result: Result) -> str:
    return json.dumps(result.as_json(), ensure_ascii=False, indent=1, default=str) + "\n"


def _rows(result: Result, as_json: bool, output: Path | None, columns: tuple[str, ...]) -> None:
    """JSON where asked for, CSV when piped or written to a file, a table on a terminal."""
    if as_json:
        write(_dumps(result), output)
        return
    from nonaligned.cli.tables import as_csv, show

    if output is not None or not sys.stdout.isatty():
        write(as_csv(result.rows, [field["name"] for field in result.fields]), output)
    else:
        show(result.rows, columns)


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
