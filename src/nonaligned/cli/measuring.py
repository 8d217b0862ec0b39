"""`nonaligned measure NAME` and `nonaligned measures`: each measure is a command with its own options, made from its declaration."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nonaligned.cli.options import AS_OF, JSON, OUTPUT, RECORD, open_record
from nonaligned.cli.panels import SUFFIXES, years_of
from nonaligned.ground.errors import NotConvergedError, UsageError

if TYPE_CHECKING:
    from nonaligned.briefs.measuring import Measured
    from nonaligned.measures import Measure, Option

SHOWN_ROWS = 30
TYPES = {"integer": int, "number": float, "text": str}
COMMON = (
    click.option("--states", metavar="CODES|all", help="Only these, as IND,BRA; all without it."),
    click.option("--years", metavar="FIRST-LAST", help="As 2010-2024, or one year."),
    click.option("--sessions", metavar="FIRST-LAST", help="Sessions of the General Assembly, as 72-74."),
    click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same bytes."),
    click.option("--draws", "draws_file", type=click.Path(path_type=Path), metavar="FILE.npy", help="Also write the joint draws."),
    click.option("--cite", "is_citing", is_flag=True, help="Print the BibTeX of the sources used instead of the rows."),
    JSON,
    OUTPUT,
    RECORD,
    AS_OF,
)  # fmt: skip


POWERS = click.option("--powers", metavar="CODES", help="The powers to stand between, as USA,CHN,RUS (the default); EU27 is possible.")
WEIGHTS = click.option("--weights", metavar="DOMAIN=W,...", help="Weights of domains, as arms=.4,trade=.6; equal without it.")


class Measures(click.Group):
    """A command for each registered measure."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the measures."""
        from nonaligned.measures import measures

        return list(measures())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The command of a measure; raises UsageError with the nearest names."""
        from nonaligned.measures import measure

        return _command(measure(cmd_name))


@click.group(cls=Measures)
def measure() -> None:
    """Measure states, year by year, with intervals: ideal points, dependence, and others.

    `-o FILE` writes .csv, .parquet, .dta (Stata, with labels), .json, or a picture: .svg, .png.
    `nonaligned measure NAME --help` has a measure's own options.
    """


@click.command()
@JSON
def measures(as_json: bool) -> None:
    """List the measures: what each says, its unit of observation, and what it needs."""
    from nonaligned.cli.tables import emit
    from nonaligned.measures import measures as registered

    rows = [
        {"name": one.name, "title": one.title, "unit": one.unit, "low": one.low_means, "high": one.high_means, "how": one.how,
         "tables": "|".join(one.tables), "needs": "|".join(one.needs), "citation": "|".join(one.citation), "load": one.load}
        for one in registered().values()
    ]  # fmt: skip
    fields = [(name, "text", f"the measure's {name}") for name in rows[0]]
    emit(rows, fields, as_json, [], {}, ("name", "title", "unit", "low", "high"))


def _command(one: Measure) -> click.Command:
    own = [_option(option) for option in one.options]

    def call(**given: Any) -> None:
        _run(one, given)

    own += [POWERS] if one.takes_powers else []
    own += [WEIGHTS] if one.takes_weights else []
    made: Callable[..., Any] = call
    for decorate in reversed((*own, *COMMON)):
        made = decorate(made)
    return click.command(one.name, help=_help(one))(made)


def _help(one: Measure) -> str:
    ends = f"Low: {one.low_means}. High: {one.high_means}." if one.low_means else ""
    return f"{one.title}, one row for each {', '.join(one.key)}.\n\n{one.how}\n\n{ends}\n\nSource: {'; '.join(one.citation)}."


def _option(option: Option) -> Callable[..., Any]:
    flag = f"--{option.name.replace('_', '-')}"
    if option.kind == "flag":
        return click.option(flag, option.name, is_flag=True, help=option.meaning)
    kind: Any = click.Choice(option.choices) if option.choices else TYPES[option.kind]
    return click.option(flag, option.name, type=kind, default=option.default, show_default=option.default is not None, help=option.meaning)


def _run(one: Measure, given: Mapping[str, Any]) -> None:
    from nonaligned.briefs.measuring import measure as compute
    from nonaligned.cli.output import probe, probe_data

    output, draws_file = given["output"], given["draws_file"]
    if output is not None and not given["is_citing"]:
        probe_data(output, (*SUFFIXES, ".svg", ".png"))
    probe(draws_file)
    own = {option.name: given[option.name] for option in one.options if given[option.name] is not None}
    made = compute(
        one.name, _states(given["states"]), years_of(given["years"]), sessions=years_of(given["sessions"], "--sessions 72-74"),
        powers=_powers(given.get("powers")), weights=weights_of(given.get("weights")),
        seed=given["seed"], record=open_record(given["directory"], given["as_of"]), on_progress=_progress(), **own,
    )  # fmt: skip
    if given["is_citing"]:
        from nonaligned.cli.output import write

        write(made.cite() + "\n", output)
        return
    if output is not None:
        made.write(output)
        click.echo(f"Wrote {output}: {made.frame.height:,} rows", err=True)
    else:
        _show(made, given["as_json"])
    if draws_file is not None:
        _write_draws(made, draws_file)
    for note in made.notes:
        click.echo(f"note: {note}", err=True)
    if not made.is_converged:
        raise NotConvergedError(
            "The estimate has not converged.", why="The notes say where; the rows were written, flagged.", mend="--sweeps N"
        )


def _powers(text: str | None) -> list[str]:
    from nonaligned.measures import POWERS

    return list(POWERS) if text is None else listed(text)


def _states(text: str | None) -> list[str] | None:
    return None if text is None or text.strip().lower() == "all" else listed(text)


def listed(text: str) -> list[str]:
    """``A,B`` as a list."""
    return [part.strip() for part in text.split(",") if part.strip()]


def weights_of(text: str | None) -> dict[str, float]:
    """``arms=.4,trade=.6`` as weights."""
    found: dict[str, float] = {}
    for part in listed(text or ""):
        name, equals, value = part.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise UsageError(f"{part!r} is no weight.", why="A weight is DOMAIN=NUMBER.", mend="--weights arms=.4,trade=.6")
    return found


def _progress() -> Callable[[float], None] | None:
    """A line with the share done and the time left, on a terminal only."""
    if not sys.stderr.isatty():
        return None
    import time

    began = time.monotonic()
    last = [0.0]

    def tell(share: float) -> None:
        now = time.monotonic()
        if share <= 0 or (now - last[0] < 0.5 and share < 1):
            return
        last[0] = now
        left = (now - began) * (1 - share) / share
        ending = "\n" if share >= 1 else ""
        sys.stderr.write(f"\r{share:4.0%} done, {left:4.0f} s left {ending}")
        sys.stderr.flush()

    return tell


def _show(made: Measured, as_json: bool) -> None:
    """JSON where asked for, CSV when piped, else the first rows as a table and the sentence of the last."""
    from nonaligned.panels.writing import dumps, write_csv

    if as_json:
        sys.stdout.write(dumps(made))
    elif not sys.stdout.isatty():
        write_csv(made.frame, sys.stdout.buffer)
    else:
        from nonaligned.cli.panels import cell_words
        from nonaligned.cli.tables import show

        rows = [{name: cell_words(value) for name, value in row.items()} for row in made.frame.head(SHOWN_ROWS).to_dicts()]
        filled = [name for name in made.frame.columns if made.frame[name].null_count() < made.frame.height]
        show(rows, [name for name in filled if name != "note" or any(row["note"] for row in rows)], made.measure.title)
        if made.frame.height:
            click.echo(made.measure.sentence(made.frame.row(-1, named=True)))
        click.echo(f"{min(made.frame.height, SHOWN_ROWS):,} of {made.frame.height:,} rows; an empty cell is missing, not 0.", err=True)


def _write_draws(made: Measured, path: Path) -> None:
    import numpy as np

    if made.made.draws is None:
        raise UsageError(f"{made.measure.name} has no draws here.", why="An estimate that samples has them.", mend="--method principled")
    with path.open("wb") as handle:
        np.save(handle, made.made.draws, allow_pickle=False)
    click.echo(f"Wrote {path}: {made.made.draws.shape[0]:,} draws of {made.made.draws.shape[1]:,} rows", err=True)
