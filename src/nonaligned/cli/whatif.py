"""`nonaligned whatif`: what would change if a state moved."""

from __future__ import annotations

from pathlib import Path

import click

from nonaligned.cli.options import AS_OF, JSON, RECORD, open_record

FIELDS = (
    ("quantity", "text", "what is measured"),
    ("before", "number", "as things stand"),
    ("after", "number", "after the move"),
    ("lower", "number", "5 % quantile of what is after, unless the note says otherwise"),
    ("upper", "number", "95 % quantile of what is after"),
    ("before_lower", "number", "5 % quantile of what is before"),
    ("before_upper", "number", "95 % quantile of what is before"),
    ("unit", "text", "unit"),
    ("note", "text", "how to read the row"),
)


@click.command()
@click.argument("move")
@click.option("--year", type=int, help="The year whose record is changed; else the latest with what the move needs.")
@click.option("--powers", default="USA,CHN,RUS", show_default=True, metavar="CODES", help="The powers, some perhaps joined: USA,CHN+RUS.")
@click.option("--capability", default="cinc", show_default=True, metavar="cinc|gdp", help="CINC, or output times output per head.")
@click.option("--commitments", default="full", show_default=True, metavar="full|pacts", help="Of states without a pact: ties, or none.")
@click.option("--elasticity", type=float, default=4.0, show_default=True, help="Trade elasticity; the band is over 2.5 to 8.")
@click.option("--weights", metavar="DOMAIN=W,...", help="Weights of domains, as arms=.4,trade=.6; equal without it.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same bytes.")
@JSON
@RECORD
@AS_OF
def whatif(
    move: str,
    year: int | None,
    powers: str,
    capability: str,
    commitments: str,
    elasticity: float,
    weights: str | None,
    seed: int,
    as_json: bool,
    directory: Path | None,
    as_of: str | None,
) -> None:
    """Say what would change if a state moved: the measures before and after, the balance, the camps.

    MOVE is "IND defense USA", "IND arms RUS -50%", "IND trade CHN -30% USA +20%" or "IND votes with USA". What the record does not
    hold is declined, not guessed.
    """
    from nonaligned.briefs.measuring import codes
    from nonaligned.cli.measuring import listed, weights_of
    from nonaligned.cli.tables import emit
    from nonaligned.foresight.whatif import what_if
    from nonaligned.record.citations import described

    record = open_record(directory, as_of)
    made = what_if(
        move, record, year=year, powers=codes(listed(powers)), capability=capability, commitments=commitments, elasticity=elasticity,
        weights=weights_of(weights), seed=seed,
    )  # fmt: skip
    run = {"move": made.text, "reading": made.reading, "year": made.year, "seed": seed, "sentences": list(made.sentences),
           "notes": list(made.notes), "powers": powers, "capability": capability, "commitments": commitments}  # fmt: skip
    rows = [{name: _rounded(row[name], as_json) for name, _, _ in FIELDS} for row in made.as_rows()]
    sources = described(record, made.used) if as_json else ()
    emit(rows, FIELDS, as_json, sources, run, ("quantity", "before", "after", "lower", "upper", "note"))
    if not as_json:
        for line in (made.reading, *made.sentences):
            click.echo(line, err=True)
    for note in made.notes:
        click.echo(f"note: {note}", err=True)


def _rounded(value: object, as_json: bool) -> object:
    return value if as_json or not isinstance(value, float) else float(f"{value:.4g}")
