"""The verb measure: a measure by name, with what was asked, as a frozen result that can be read, written and cited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.ground.version import version
from nonaligned.measures import POWERS, Asked, Made, Measure, compute
from nonaligned.measures import measure as find_measure
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.figures.figure import Figure
    from nonaligned.record.store import Record

EU = "EU27"
PICTURES = (".svg", ".png")


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure's rows with their fields, the sources behind them, and how they were made.

    Attributes
    ----------
    measure : Measure
    made : Made
        The frame, joint draws where there are any, notes.
    asked : Asked
    record : Record
    """

    measure: Measure
    made: Made
    asked: Asked
    record: Record

    @property
    def frame(self) -> pl.DataFrame:
        """One row for each key, in order."""
        return self.made.frame

    @property
    def title(self) -> str:
        """What was measured."""
        return f"nonaligned: {self.measure.title}"

    @property
    def columns(self) -> tuple[Field, ...]:
        """The definition of every column."""
        return self.measure.fields

    @property
    def fields(self) -> tuple[Mapping[str, str], ...]:
        """Name, type, unit, description and sources of every column."""
        keys = "|".join(dict.fromkeys(key for _, key in self.made.used))
        return tuple(
            {"name": one.name, "type": one.kind, "unit": one.unit, "description": one.description, "source": keys} for one in self.columns
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the numbers must know."""
        return self.made.notes

    @property
    def is_converged(self) -> bool:
        """False where an estimate has not settled or was stopped; the rows are flagged."""
        return self.made.is_converged

    @property
    def sources(self) -> tuple[Mapping[str, Any], ...]:
        """Every source used: key, producer, title, version, address, licence, citation, hash of the official file."""
        from nonaligned.record.citations import described

        return described(self.record, self.made.used)

    @property
    def run(self) -> Mapping[str, Any]:
        """How the rows were made."""
        asked = self.asked
        return {
            "program": f"nonaligned {version()}",
            "measure": self.measure.name,
            "how": self.measure.how,
            "citation": list(self.measure.citation),
            "states": list(asked.states),
            "years": list(asked.years) if asked.years else None,
            "sessions": list(asked.sessions) if asked.sessions else None,
            "powers": list(asked.powers),
            "weights": dict(asked.weights),
            "seed": asked.seed,
            "options": dict(asked.options),
            "notes": list(self.notes),
            "is_converged": self.is_converged,
            **self.made.run,
            "record": str(self.record.directory),
            "as_of": str(self.record.as_of) if self.record.as_of else None,
        }

    def sentences(self) -> tuple[str, ...]:
        """Every row in words."""
        return tuple(self.measure.sentence(row) for row in self.frame.to_dicts())

    def cite(self, style: str = "bibtex") -> str:
        """The sources used, as BibTeX or plain text."""
        from nonaligned.record.citations import cite

        return cite(record=self.record, used=self.made.used, style=style)

    def figure(self) -> Figure:
        """The rows as a figure: over time for a few states, else a ranking of the last year.

        Raises
        ------
        UsageError
            If the measure is not of states by year, or no row has a value.
        """
        from nonaligned.figures.measured import draw_measure, sourced

        sources, as_of = sourced(self.record, self.made.used)
        world = self.made.extra.get("world")
        return draw_measure(self.measure, self.frame, self.asked.states, world=world, sources=sources, as_of=as_of, notes=self.notes)

    def write(self, path: Path | str) -> Path:
        """Write the rows whole or not at all: .csv, .parquet, .dta (Stata, with labels), .json, or their picture: .svg, .png.

        Raises
        ------
        UsageError
            If the suffix is none of these, or the file cannot be written.
        """
        from nonaligned.panels.writing import write, write_bytes

        target = Path(path)
        if target.suffix.lower() not in PICTURES:
            return write(self, target)
        from nonaligned.figures import picture

        figure = self.figure()
        return write_bytes(picture.svg(figure).encode() if target.suffix.lower() == ".svg" else picture.png(figure), target)

    def __repr__(self) -> str:
        return f"<{self.measure.name}: {self.frame.height:,} rows>"

    def _repr_html_(self) -> str:
        from html import escape

        said = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<p>{escape(self.title)}</p>{self.frame.head(10)._repr_html_()}{said}"  # pyright: ignore[reportPrivateUsage]


def measure(
    name: str,
    states: Sequence[str] | str | None = None,
    years: Sequence[int] | int | None = None,
    *,
    sessions: Sequence[int] | int | None = None,
    powers: Sequence[str] | str = POWERS,
    weights: Mapping[str, float] | None = None,
    seed: int = 0,
    record: Record | None = None,
    on_progress: Callable[[float], None] | None = None,
    **options: Any,
) -> Measured:
    """Measure states, year by year, with intervals.

    Parameters
    ----------
    name : str
        ideal_points, lean, dependence, ...; `nonaligned measures` lists them.
    states : sequence of str, optional
        Names or codes; all without it.
    years, sessions : (first, last) or one number, optional
        Calendar years, or sessions of the General Assembly.
    powers : sequence of str
        The powers to stand between; EU27 for the European Union's members of each year.
    weights : mapping of domain to number, optional
    record : Record, optional
        The usual one without it.
    **options
        The measure's own.

    Raises
    ------
    UsageError
        If a name, a state, a year or an option is wrong.
    NotLoadedError
        If the record holds too little; the error names the command that loads it.

    Examples
    --------
    >>> made = measure("ideal_points", "India", 1990)
    >>> made.frame["state"].to_list()
    ['IND']
    """
    from nonaligned.record.store import Record

    if years is not None and sessions is not None:
        raise UsageError("Years and sessions cannot both be given.", mend="years=(2000, 2024) or sessions=(72, 74)")
    asked = Asked(
        codes(states), _pair(years, "years"), _pair(sessions, "sessions"), codes(powers), dict(weights or {}), seed,
        options=options, on_progress=on_progress,
    )  # fmt: skip
    if not asked.powers:
        raise UsageError("No powers were given.", mend='powers=("USA", "CHN", "RUS")')
    held = record or Record()
    return Measured(find_measure(name), compute(name, held, asked), asked, held)


def codes(names: Sequence[str] | str | None) -> tuple[str, ...]:
    """Codes of states given by name or code, ``A+B`` for several as one; raises UsageError with the nearest names."""
    from nonaligned.world.names import find

    listed = [names] if isinstance(names, str) else list(names or ())
    known = {"EU": EU, EU: EU}
    return tuple(dict.fromkeys("+".join(known.get(part.strip()) or find(part.strip()).code for part in name.split("+")) for name in listed))


def _pair(given: Sequence[int] | int | None, what: str) -> tuple[int, int] | None:
    if given is None:
        return None
    listed = [given, given] if isinstance(given, int) else list(given)
    is_pair = len(listed) == 2 and all(isinstance(one, int) for one in listed) and listed[0] <= listed[1]  # pyright: ignore[reportUnnecessaryIsInstance]
    if not is_pair:
        raise UsageError(f"{given!r} are no {what}.", why="There is a first and a last.", mend=f"{what}=(2000, 2024)")
    return listed[0], listed[1]
