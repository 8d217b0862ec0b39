"""A panel: the template's rows, the variables added to it, and where each column comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.ground.version import version
from nonaligned.panels import lifting
from nonaligned.panels.merging import beside, ships
from nonaligned.panels.template import Template
from nonaligned.panels.variables import Behind, Values, Variable, variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import pandas as pd  # pyright: ignore[reportMissingTypeStubs]
    import polars as pl

    from nonaligned.record.store import Record

SIDES = {"state": "state", "state_1": "the first state", "state_2": "the second state", "state_a": "first in the alphabet",
         "state_b": "second in the alphabet"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Added:
    """One variable of a panel, with its options and what goes before the names of its columns."""

    variable: Variable
    options: Mapping[str, Any]
    prefix: str = ""

    @property
    def label(self) -> str:
        """As the user asked for it."""
        words = [f"{name}={value if isinstance(value, str | bool) else ','.join(map(str, value))}" for name, value in self.options.items()]
        return ":".join([self.variable.name, *words])


@dataclass(frozen=True, slots=True)
class Panel:
    """Who existed when, with what was merged into it; made by `panel`, and never changed: `add` gives a new one.

    Attributes
    ----------
    template : Template
        Unit of observation, system, years, states.
    record : Record
    added : tuple of Added
    """

    template: Template
    record: Record
    added: tuple[Added, ...] = ()
    _made: dict[str, Any] = field(default_factory=dict[str, Any], repr=False, compare=False)

    def add(self, name: str, *, prefix: str = "", **options: Any) -> Panel:
        """The panel with one more variable.

        Parameters
        ----------
        name : str
            trade, arms, treaties, agreement, ...; `variables()` has them all.
        prefix : str
            Goes before the names of its columns, so that a variable can be added twice (trade of two sources).
        **options
            The variable's own.

        Raises
        ------
        UsageError
            If there is no such variable or option, it cannot be observed in the panel's unit, or its columns are there already.
        NotLoadedError
            If the record holds nothing for it; the error names the command that loads it.
        """
        chosen = variable(name)
        lifting.grain_for(chosen, self.template.unit)
        chosen.check(self.record, options)
        new = Added(chosen, dict(options), prefix)
        if any(one.variable.name == name and one.prefix == prefix for one in self.added):
            raise UsageError(f"The panel has {name} already.", mend=f'.add("{name}", prefix="other_", ...)')
        return replace(self, added=(*self.added, new))

    @property
    def frame(self) -> pl.DataFrame:
        """One row for each key of the template, in order of the key: key columns, then each variable's."""
        import polars as pl

        if self._key not in self._made:
            keys = self._keys()
            parts = [keys.with_columns(pl.col(self.template.key[:-1]).cast(pl.String))]
            parts += [values.frame for values in self._values()]
            try:
                self._made[self._key] = beside(parts)
            except pl.exceptions.DuplicateError as error:
                raise UsageError("Two variables have a column of one name.", why=str(error), mend="add(..., prefix=...)") from error
        return self._made[self._key]

    @property
    def _key(self) -> str:
        return "frame " + " ".join(f"{one.prefix}{one.label}" for one in self.added)

    def _keys(self) -> pl.DataFrame:
        if "keys" not in self._made:
            self._made["keys"] = self.template.frame()
        return self._made["keys"]

    def _values(self) -> tuple[Values, ...]:
        """What each variable gives, brought to the panel's unit; made once, and shared with the panels that follow."""
        for one in self.added:
            if (name := f"{one.prefix}{one.label}") not in self._made:
                self._made[name] = lifting.lift(one.variable, self.record, self._keys(), self.template.unit, one.options, one.prefix)
        return tuple(self._made[f"{one.prefix}{one.label}"] for one in self.added)

    @property
    def title(self) -> str:
        """Unit, years and system in a line."""
        first, last = self.template.years
        return f"nonaligned: {self.template.unit} {first} to {last} ({self.template.system})"

    @property
    def columns(self) -> tuple[Field, ...]:
        """The definition of every column, in order."""
        keys = [Field(name, "text", f"state code: {SIDES[name]}") for name in self.template.key[:-1]]
        keys.append(Field("year", "integer", "calendar year", "", 1800, 2100))
        return (*keys, *(one for values in self._values() for one in values.fields))

    @property
    def fields(self) -> tuple[Mapping[str, str], ...]:
        """Name, type, unit, description and sources of every column."""
        register = "|".join(one for one in ships("state_spells") if one in {"cow", "gw", "un_members"})
        from_where = [register] * len(self.template.key)
        for values in self._values():
            for name in values.frame.columns:
                keys = [one.source for one in values.covered if not one.columns or name in one.columns]
                from_where.append("|".join(dict.fromkeys(keys)))
        return tuple(
            {"name": one.name, "type": one.kind, "unit": one.unit, "description": one.description, "source": source}
            for one, source in zip(self.columns, from_where, strict=True)
        )

    @property
    def coverage(self) -> tuple[Mapping[str, Any], ...]:
        """By variable and source: years, whether a missing row there means none, and how many cells have a value."""
        found: list[Mapping[str, Any]] = []
        for one, values in zip(self.added, self._values(), strict=True):
            filled = {name: values.frame.height - values.frame[name].null_count() for name in values.frame.columns}
            for source in values.covered:
                most = max((filled[name] for name in source.columns or values.frame.columns), default=0)
                found.append(
                    {"variable": one.label, "table": source.table, "source": source.source, "first_year": source.first_year,
                     "last_year": source.last_year, "is_complete": source.is_complete, "is_shipped": source.is_shipped, "note": source.note,
                     "n_values": most, "n_rows": values.frame.height}
                )  # fmt: skip
        return tuple(found)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user of the columns must know."""
        return tuple(dict.fromkeys(note for values in self._values() for note in values.notes))

    @property
    def used(self) -> tuple[tuple[str, str], ...]:
        """Table and source of the rows behind the panel."""
        return tuple(dict.fromkeys((one.table, one.source) for values in self._values() for one in values.covered))

    @property
    def sources(self) -> tuple[Mapping[str, Any], ...]:
        """Every source used: key, producer, title, version, address, licence, citation, hash of the official file."""
        from nonaligned.record.citations import described

        return described(self.record, self.used)

    def cite(self, style: str = "bibtex") -> str:
        """The sources used, as BibTeX or plain text."""
        from nonaligned.record.citations import cite

        return cite(record=self.record, used=self.used, style=style)

    @property
    def run(self) -> Mapping[str, Any]:
        """How the panel was made."""
        made = self.template
        return {
            "program": f"nonaligned {version()}",
            "unit": made.unit,
            "system": made.system,
            "years": list(made.years),
            "states": list(made.states),
            "partners": list(made.partners) if isinstance(made.partners, tuple) else made.partners,
            "variables": [{"name": one.variable.name, "options": dict(one.options), "prefix": one.prefix} for one in self.added],
            "record": str(self.record.directory),
            "as_of": str(self.record.as_of) if self.record.as_of else None,
        }

    def behind(self, column: str, key: Mapping[str, Any]) -> tuple[Behind, ...]:
        """The queries of the record whose rows a cell follows from.

        Parameters
        ----------
        column : str
            A column of a variable.
        key : mapping
            The cell's row: the template's key columns.

        Raises
        ------
        UsageError
            If the panel has no such column of a variable, or the key lacks a part.

        Examples
        --------
        >>> from nonaligned.panels import panel
        >>> made = panel("directed_dyad_year", 2018, ["IND", "RUS"]).add("treaties")
        >>> made.behind("consultation", {"state_1": "IND", "state_2": "RUS", "year": 2018})[0].table
        'treaties'
        """
        lacking = [name for name in self.template.key if name not in key]
        if lacking:
            raise UsageError(f"The row's {', '.join(lacking)} is not given.", mend=f"A row has {', '.join(self.template.key)}.")
        for one, values in zip(self.added, self._values(), strict=True):
            if column in values.frame.columns:
                return lifting.behind(one.variable, self.record, column, key, self.template.unit, one.options)
        raise UsageError(f"No variable of the panel has the column {column!r}.", why=f"It has {', '.join(self.frame.columns)}.")

    def rows_behind(self, column: str, key: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
        """The record's rows behind a cell, each with its table."""
        return tuple(
            {"table": one.table, **row} for one in self.behind(column, key) for row in self.record.rows(one.sql, list(one.parameters))
        )

    def to_pandas(self) -> pd.DataFrame:
        """The panel as a pandas data frame; whole numbers that can be missing are `Int64`.

        Raises
        ------
        UsageError
            If pandas is not installed.
        """
        from nonaligned.panels.writing import to_pandas

        return to_pandas(self)

    def write(self, path: Path | str) -> Path:
        """Write the panel whole or not at all: .csv, .parquet, .dta (Stata, with labels) or .json, told by the suffix.

        Raises
        ------
        UsageError
            If the suffix is none of these, or the file cannot be written.
        """
        from nonaligned.panels.writing import write

        return write(self, Path(path))

    def as_json(self) -> dict[str, Any]:
        """The fixed JSON shape: rows, fields, sources, run."""
        return {"rows": self.frame.to_dicts(), "fields": list(self.fields), "sources": list(self.sources), "run": dict(self.run)}

    def __repr__(self) -> str:
        first, last = self.template.years
        added = ", ".join(one.label for one in self.added) or "nothing added"
        return f"<Panel {self.template.unit} {first} to {last} ({self.template.system}): {added}>"

    def _repr_html_(self) -> str:
        from html import escape

        lines = [f"<p>{escape(repr(self)[1:-1])}: {self.frame.height:,} rows</p>", self.frame.head(10)._repr_html_()]  # pyright: ignore[reportPrivateUsage]
        lines += [f"<p>{escape(said)}</p>" for said in told(self)]
        return "\n".join(lines)


def told(panel: Panel) -> tuple[str, ...]:
    """What each variable has and where it is missing, a line each; the documents that ship with the program are counted."""
    lines: list[str] = []
    for one in panel.added:
        mine = [row for row in panel.coverage if row["variable"] == one.label]
        loaded = [row for row in mine if not row["is_shipped"]]
        lines += [words(row) for row in loaded]
        rest = [row for row in mine if row["is_shipped"]]
        if rest:
            name = rest[0]["source"] if len(rest) == 1 else f"{len(rest)} documents that ship with the program"
            most = max(rest, key=lambda row: row["n_values"])
            lines.append(words({**most, "source": name}))
    return tuple(dict.fromkeys(lines))


def words(covered: Mapping[str, Any]) -> str:
    """One line of `Panel.coverage` in words.

    Examples
    --------
    >>> words({"variable": "arms", "source": "sipri_transfers", "first_year": 1950, "last_year": 2024, "is_complete": True,
    ...        "n_values": 5, "n_rows": 10})
    'arms: sipri_transfers, 1950 to 2024, no row there means none; 5 of 10 rows have a value'
    """
    years = f", {covered['first_year']} to {covered['last_year']}" if covered["first_year"] else ""
    none = "no row there means none" if covered["is_complete"] else "no row means missing"
    return f"{covered['variable']}: {covered['source']}{years}, {none}; {covered['n_values']:,} of {covered['n_rows']:,} rows have a value"
