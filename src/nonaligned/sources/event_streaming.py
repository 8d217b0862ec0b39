"""A plain file of events into Parquet: one pass to count and judge its rows, one to write them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.record.engine import Converted, Rejected, convert, quoted
from nonaligned.record.fields import SQL_TYPES
from nonaligned.record.tables import TABLES
from nonaligned.sources import Coverage, LoadedRows, SetAside, origin_of
from nonaligned.sources.event_codes import on_days
from nonaligned.sources.event_files import STATES, EventLayout, is_text, part_of

if TYPE_CHECKING:
    import polars as pl

MOST_BAD = 0.01  # of the rows, or of the country codes; beyond it the file is of another layout
ALWAYS_BEARABLE = 20  # a small file may hold this many
DUPLICATE = "its event id stands earlier in the file"
BROKEN = "it is not UTF-8, or holds a carriage return or a NUL"
SINGLE, MENDED = "single.txt", "mended.txt"


def stream_events(plain: Path, path: Path, layout: EventLayout, declared: Mapping[str, str], warnings: Sequence[str] = ()) -> LoadedRows:
    """Read a plain file of events into a Parquet file in a folder of its own.

    Parameters
    ----------
    plain : Path
        The unpacked file.
    path : Path
        The file that the user gave: it is named in messages, and its stem is the part.
    declared : mapping
        What `origin_of` takes.

    Raises
    ------
    SourceError
        If more than one row in a hundred cannot be read, or more than one country code in a hundred is unknown.
    """
    folder = Path(tempfile.mkdtemp(prefix="nonaligned-events-"))
    streaming = _Streaming(plain, path, layout, folder)
    try:
        try:
            rows = streaming.rows(declared, tuple(warnings))
        except _UnclearLinesError:
            rows = streaming.mended().rows(declared, tuple(warnings))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    for other in (SINGLE, MENDED):
        (folder / other).unlink(missing_ok=True)
    return rows


class _UnclearLinesError(SourceError):
    """The parser lost its way: bytes that are not UTF-8, a stray carriage return, a NUL."""


@dataclass(frozen=True, slots=True)
class _Streaming:
    plain: Path
    path: Path
    layout: EventLayout
    folder: Path
    broken: frozenset[int] = frozenset()

    def rows(self, declared: Mapping[str, str], warnings: tuple[str, ...]) -> LoadedRows:
        """Judge, write, count."""
        import polars as pl

        judged = self._judge()
        target = self.folder / "events.parquet"
        states, unknown = self._states(judged)
        done = self._convert(self._select(states), target)
        set_aside = [*self._rejected(done), *self._faulty(judged)]
        total = self._count(done, done.rows + sum(one.count for one in set_aside))
        self._bearable(set_aside, total)
        twice = self._duplicates(target)
        if twice:
            cleaned, aside = self._without(twice, {one.line for one in done.rejected})
            done = cleaned._convert(self._select(states), target)
            set_aside.append(aside)
            if done.rows + sum(one.count for one in set_aside) != total or cleaned._duplicates(target):
                raise SourceError(f"{self.path.name} cannot be read: some of its event ids cannot be told apart.")
        if not done.rows:
            raise SourceError(f"{self.path.name} holds no event that can be read.")
        first, last = pl.scan_parquet(target).select(pl.col("date").min(), pl.col("date").max().alias("last")).collect().row(0)
        notes = (*warnings, *unknown)
        return LoadedRows(
            frames={"events": target},
            warnings=notes,
            origin=origin_of(declared, self.layout.source, str(last), " ".join(notes)),
            part=part_of(self.path),
            coverage={"events": Coverage(first.year, last.year, note="events that news reported")},
            rows_in=total,
            rows_used=done.rows,
            set_aside=tuple(set_aside),
        )

    def _convert(self, select: str, target: Path) -> Converted:
        try:
            return convert(self.plain, self.layout.columns, select, target, header=self.layout.header, quote=self.layout.quote)
        except SourceError as error:
            raise _UnclearLinesError(f"{self.path.name} cannot be read.", why=error.why) from error

    @property
    def _dated(self) -> str:
        chosen = ", ".join(f"({self.layout.values[name]}) AS {name}" for name in ("date", *STATES))
        return f"(SELECT *, {chosen} FROM rows)"

    @property
    def _fault(self) -> str:
        cases = " ".join(f"WHEN {condition} THEN {quoted(reason)}" for reason, condition in self.layout.faults.items())
        return f"CASE {cases} ELSE '' END"

    def _judge(self) -> pl.DataFrame:
        """Rows by fault and by the codes of their states, with the event id of one of them."""
        import polars as pl

        target = self.folder / "judged.parquet"
        self._convert(
            f"SELECT {self._fault} AS fault, {', '.join(STATES)}, count(*) AS n, min({self.layout.values['event_id']}) AS event_id "
            f"FROM {self._dated} GROUP BY ALL",
            target,
        )
        judged = pl.read_parquet(target)
        target.unlink()
        return judged

    def _select(self, states: Mapping[str, Mapping[str, str]]) -> str:
        chosen: list[str] = []
        joins: list[str] = []
        for field in TABLES["events"].fields:
            value = self.layout.values.get(field.name, "NULL")
            if field.name in STATES:
                value = f"{field.name}_.state"
                listed = ", ".join(
                    f"({quoted(code)}, DATE '{first}', DATE '{last}', {quoted(state)})"
                    for code, ours in states[field.name].items()
                    for first, last, state in (on_days(ours) if ours else ())
                )
                listed = listed or "('', DATE '0001-01-01', DATE '0001-01-01', '')"
                joins.append(
                    f"LEFT JOIN (VALUES {listed}) AS {field.name}_(code, first, last, state) ON dated.{field.name} = {field.name}_.code "
                    f"AND dated.date BETWEEN {field.name}_.first AND {field.name}_.last"
                )
            elif field.name in {"date", "year"}:
                value = "dated.date" if field.name == "date" else "year(dated.date)"
            elif field.name == "source":
                value = quoted(self.layout.source)
            shown = f"CAST({value} AS {SQL_TYPES[field.kind]})"
            chosen.append(f"coalesce({shown}, '') AS {field.name}" if field.kind == "text" else f"{shown} AS {field.name}")
        return f"SELECT {', '.join(chosen)} FROM {self._dated} AS dated {' '.join(joins)} WHERE {self._fault} = ''"

    def _states(self, judged: pl.DataFrame) -> tuple[dict[str, dict[str, str]], list[str]]:
        """Our code of every code in the columns of states, and what must be said of those that are unknown."""
        import polars as pl

        found: dict[str, dict[str, str]] = {}
        notes: list[str] = []
        for column in STATES:
            counts = judged.filter(pl.col("fault") == "", pl.col(column).fill_null("") != "").group_by(column)
            codes = counts.agg(pl.col("n").sum(), pl.col("event_id").min()).sort("n", column, descending=[True, False])
            known = self.layout.codes[column](codes[column])
            found[column] = dict(known)
            strange = codes.filter(~pl.col(column).is_in(list(known)))
            if strange.height:
                n, of = int(strange["n"].sum()), int(codes["n"].sum())
                most, _, event_id = strange.row(0)
                if n > max(ALWAYS_BEARABLE, MOST_BAD * of):
                    where = f"line {self._line_of(event_id)}, column {self.layout.cells[column]}"
                    raise SourceError(
                        f"{self.path.name}, {where}: {most!r} is not a country that the source codes.",
                        why=f"{n} of {of} cells are like this.",
                    )
                listed = ", ".join(strange[column].to_list()[:5])
                notes.append(f"{n} rows have no {column.replace('_', ' ')}: {listed} could not be told.")
        return found, notes

    def _rejected(self, done: Converted) -> list[SetAside]:
        """The lines that could not be parsed, by column and reason."""
        reasons: dict[str, list[int]] = {}
        for one in done.rejected:
            reasons.setdefault(BROKEN if one.line in self.broken else _plainly(one), []).append(one.line)
        found = [SetAside(len(lines), reason, min(lines)) for reason, lines in reasons.items()]
        rest = done.n_rejected - sum(one.count for one in found)
        return found + ([SetAside(rest, "could not be parsed")] if rest else [])

    def _faulty(self, judged: pl.DataFrame) -> list[SetAside]:
        import polars as pl

        bad = judged.filter(pl.col("fault") != "").group_by("fault").agg(pl.col("n").sum(), pl.col("event_id").min()).sort("fault")
        return [SetAside(int(n), str(fault), self._line_of(event_id)) for fault, n, event_id in bad.iter_rows()]

    def _line_of(self, event_id: str | None) -> int:
        """The first line with this event id in its first cell; 0 where it cannot be found."""
        start = (event_id or "").encode()
        with self.plain.open("rb") as handle:
            for line, text in enumerate(handle, 1):
                if text.split(b"\t", 1)[0].strip(b'" ') == start:
                    return line
        return 0

    def _count(self, done: Converted, accounted: int) -> int:
        """The data rows of the file, blank lines not counted; all of them must be accounted for."""
        total = done.rows_in
        if accounted != total:
            with self.plain.open("rb") as handle:
                total = sum(1 for line in handle if line.strip(b"\r\n")) - int(self.layout.header)
        if accounted != total:
            raise _UnclearLinesError(
                f"{self.path.name} cannot be read: its lines cannot be told apart.", why=f"{total} lines, {accounted} rows accounted for."
            )
        return total

    def _bearable(self, set_aside: Sequence[SetAside], total: int) -> None:
        n = sum(one.count for one in set_aside)
        if not total:
            raise SourceError(f"{self.path.name} has no rows.")
        if n > max(ALWAYS_BEARABLE, MOST_BAD * total) or n == total:
            most = max(set_aside, key=lambda one: one.count)
            raise SourceError(
                f"{self.path.name}, line {most.first_line}: {most.reason}.", why=f"{n} of {total} lines cannot be read as events."
            )

    def _duplicates(self, target: Path) -> set[str]:
        import polars as pl

        ids = pl.scan_parquet(target).select("event_id").collect()["event_id"]
        return set(ids.filter(ids.is_duplicated()).unique().to_list()) if ids.n_unique() < ids.len() else set()

    def mended(self) -> _Streaming:
        """A copy of the file with plain line ends, in which each line that is not plain text is sure to be rejected."""
        broken: set[int] = set()
        copy = self.folder / MENDED
        with self.plain.open("rb") as source, copy.open("wb") as target:
            for line, text in enumerate(source, 1):
                body = text.rstrip(b"\r\n")
                if b"\r" in body or b"\0" in body or not is_text(body):
                    broken.add(line)
                    body = b"?"
                target.write(body + b"\n")
        return replace(self, plain=copy, broken=frozenset(broken))

    def _without(self, twice: set[str], rejected: set[int]) -> tuple[_Streaming, SetAside]:
        """A copy of the file in which each event id keeps its first readable line alone."""
        seen: set[bytes] = set()
        ids = {one.encode() for one in twice}
        count = first_line = 0
        copy = self.folder / SINGLE
        with self.plain.open("rb") as source, copy.open("wb") as target:
            for line, text in enumerate(source, 1):
                event_id = text.split(b"\t", 1)[0].strip(b'" ')
                if event_id in seen and line not in rejected:
                    count, first_line = count + 1, first_line or line
                    continue
                if event_id in ids and line not in rejected:
                    seen.add(event_id)
                target.write(text)
        return replace(self, plain=copy), SetAside(count, DUPLICATE, first_line)


def _plainly(one: Rejected) -> str:
    """Why a line could not be parsed, in the same words for every line of the kind."""
    counts = re.match(r"Expected Number of Columns: (\d+) Found: (\d+)", one.reason)
    if counts:
        return f"it has {counts[2]} tab fields, not {counts[1]}"
    if one.reason.startswith("Error when converting"):
        kind = one.reason.rpartition(" to ")[2].strip(" '.")
        return f"column {one.column}: it is no {'day' if kind == 'DATE' else 'number'}"
    reason = "it is not UTF-8" if "unicode" in one.reason else one.reason.partition("(")[0].strip(" .")
    return f"column {one.column}: {reason}" if one.column else reason
