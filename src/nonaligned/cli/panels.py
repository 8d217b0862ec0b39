"""`nonaligned panel` and `nonaligned cite`: a panel on the terminal or in a file, and how to cite what is in it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nonaligned.cli.options import AS_OF, JSON, OUTPUT, RECORD, open_record
from nonaligned.ground.errors import UsageError

if TYPE_CHECKING:
    from nonaligned.panels.result import Panel

SHOWN_ROWS, SHOWN_COLUMNS = 20, 8
SUFFIXES = (".csv", ".parquet", ".dta", ".json")
UNITS = ("state_year", "dyad_year", "directed_dyad_year")


@click.command()
@click.argument("unit", metavar="UNIT")
@click.option("--years", metavar="FIRST-LAST", help="As 1990-2024, or one year; 1946 to the last known without it.")
@click.option("--add", "added", multiple=True, metavar="VARIABLE[:OPTION=VALUE]", help="As trade, trade:source=cow_trade, arms.")
@click.option("--states", metavar="CODES", help="Only these, as IND,BRA; dyads of them alone.")
@click.option("--partners", metavar="CODES|all", help="Pair the states with these instead of one another.")
@click.option("--system", default="cow", show_default=True, metavar="cow|gw|un", help="Whose list says which states existed.")
@click.option("--cite", "is_citing", is_flag=True, help="Print the BibTeX of the sources used instead of the panel.")
@JSON
@OUTPUT
@RECORD
@AS_OF
def panel(
    unit: str,
    years: str | None,
    added: tuple[str, ...],
    states: str | None,
    partners: str | None,
    system: str,
    is_citing: bool,
    as_json: bool,
    output: Path | None,
    directory: Path | None,
    as_of: str | None,
) -> None:
    """Build a panel: who existed when, with what is added merged in.

    UNIT is state_year, dyad_year or directed_dyad_year. What is added is missing outside its source's years, and 0 only where the
    source covers a year whole. `-o FILE` writes .csv, .parquet, .dta (Stata, with labels) or .json.
    """
    from nonaligned.panels import panel as start

    if output is not None and not is_citing:
        _probe(output)
    made = start(
        unit, years_of(years), _list(states), system, partners if partners == "all" else _list(partners), open_record(directory, as_of)
    )
    for text in added:
        name, options = _variable(text)
        made = made.add(name, **options)
    if is_citing:
        from nonaligned.cli.output import write

        write(made.cite() + "\n", output)
    elif output is not None:
        made.write(output)
        _tell(made)
        click.echo(f"Wrote {output}: {made.frame.height:,} rows", err=True)
    else:
        _show(made, as_json)


def years_of(text: str | None, mend: str = "--years 1990-2024") -> tuple[int, int] | None:
    """``1990-2024`` or ``1990`` as a first and a last year."""
    if text is None:
        return None
    first, _, last = text.partition("-")
    if not first.strip().isascii() or not first.strip().isdigit() or (last and not (last.strip().isascii() and last.strip().isdigit())):
        raise UsageError(f"{text!r} are no years.", mend=mend)
    return int(first), int(last or first)


def _list(text: str | None) -> list[str] | None:
    return [part.strip() for part in text.split(",") if part.strip()] if text else None


def _variable(text: str) -> tuple[str, dict[str, Any]]:
    """``trade:source=cow_trade:mirrors=yes`` as a name and its options."""
    name, *words = text.split(":")
    options: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise UsageError(f"{word!r} is not OPTION=VALUE.", mend=f"--add {name}:source=cow_trade")
        options[key] = value
    return name, options


def _probe(output: Path) -> None:
    from nonaligned.cli.output import probe_data

    probe_data(output, SUFFIXES)


def _show(made: Panel, as_json: bool) -> None:
    """JSON where asked for, CSV when piped, else the first rows as a table."""
    from nonaligned.panels.writing import dumps, write_csv

    frame = made.frame
    if as_json:
        sys.stdout.write(dumps(made))
    elif not sys.stdout.isatty():
        write_csv(frame, sys.stdout.buffer)
    else:
        from nonaligned.cli.tables import show

        rows = [{name: cell_words(value) for name, value in row.items()} for row in frame.head(SHOWN_ROWS).to_dicts()]
        show(rows, frame.columns[:SHOWN_COLUMNS])
        more = frame.width - SHOWN_COLUMNS
        rest = f", and {more} more columns" if more > 0 else ""
        click.echo(f"{min(frame.height, SHOWN_ROWS):,} of {frame.height:,} rows{rest}; an empty cell is missing, not 0.", err=True)
    _tell(made)


def cell_words(value: Any) -> Any:
    """A cell as a terminal shows it."""
    return f"{value:.6g}" if isinstance(value, float) and abs(value) < 1e6 else f"{value:,.0f}" if isinstance(value, float) else value


def _tell(made: Panel) -> None:
    """Coverage by variable and the notes, on stderr."""
    from nonaligned.panels.result import told

    for line in (*told(made), *(f"note: {note}" for note in made.notes)):
        click.echo(line, err=True)


@click.command()
@click.argument("source", nargs=-1)
@click.option("--style", type=click.Choice(["bibtex", "text"]), default="bibtex", show_default=True, help="BibTeX, or a line of text each.")
@JSON
@OUTPUT
@RECORD
@AS_OF
def cite(source: tuple[str, ...], style: str, as_json: bool, output: Path | None, directory: Path | None, as_of: str | None) -> None:
    """Cite sources: those named (by key, or by table of the record), or all that were loaded.

    `nonaligned panel ... --cite` cites what a panel uses.
    """
    import json

    from nonaligned.cli.output import write
    from nonaligned.record.citations import chosen, loaded
    from nonaligned.record.citations import cite as cited

    record = open_record(directory, as_of)
    if as_json:
        rows = chosen(record, source) if source else loaded(record)
        fields = [{"name": name, "type": "text", "description": name.replace("_", " ")} for name in (rows[0] if rows else ())]
        shape = {"rows": rows, "fields": fields, "sources": [row["key"] for row in rows], "run": {"record": str(record.directory)}}
        write(json.dumps(shape, ensure_ascii=False, indent=1, default=str) + "\n", output)
    else:
        write(cited(*source, record=record, style=style) + "\n", output)
