"""Measures of the state that moves, before and after, on the record and on the record as changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nonaligned.foresight.outcome import Part, Row
from nonaligned.measures import Asked, compute, measures

if TYPE_CHECKING:
    from nonaligned.record.store import Record

SAME = 1e-12
PAIR = ("state_a", "state_b", "state_1", "state_2")


def measured(names: Sequence[str], before: Record, after: Record, asked: Asked, others: Collection[str] = ()) -> Part:
    """The rows of each measure that the change touches, with their intervals; measures that do not exist are passed over.

    `asked` names the state and the year; the same seed serves both sides. Of a measure of pairs of states only those with `others`
    are kept.
    """
    rows, notes, used = list[Row](), list[str](), list[tuple[str, str]]()
    for name in names:
        if name not in measures():
            continue
        one = measures()[name]
        made = [compute(name, record, replace(asked, options={})) for record in (before, after)]
        keyed = [{tuple(row[key] for key in one.key): row for row in side.frame.iter_rows(named=True)} for side in made]
        for key in dict.fromkeys(key for side in keyed for key in side):
            pair = [part for column, part in zip(one.key, key, strict=True) if column in PAIR]
            if pair and not any(part in others for part in pair if part not in asked.states):
                continue
            old, new = (side.get(key, {}) for side in keyed)
            if _differs(old.get(one.value), new.get(one.value)):
                named = [str(part) for column, part in zip(one.key, key, strict=True) if column not in ("state", "year", "session")]
                rows.append(_row(" ".join([name, *named]), old, new, one.value))
        notes += made[1].notes
        used += made[0].used
    return Part(tuple(rows), tuple(_sentence(rows)), tuple(dict.fromkeys(notes)), tuple(dict.fromkeys(used)))


def _differs(old: float | None, new: float | None) -> bool:
    return (old is None) != (new is None) or (old is not None and new is not None and abs(new - old) > SAME)


def _row(quantity: str, old: Mapping[str, Any], new: Mapping[str, Any], value: str) -> Row:
    note = str(new.get("note") or old.get("note") or "")
    ends = (new.get("lower"), new.get("upper"))
    return Row(quantity, old.get(value), new.get(value), *ends, note, "", old.get("lower"), old.get("upper"))


def _sentence(rows: Sequence[Row]) -> list[str]:
    known = [row for row in rows if row.before is not None and row.after is not None]
    if not known:
        return []
    most = max(known, key=lambda row: abs((row.after or 0) - (row.before or 0)))
    return [f"What changes most is {most.quantity}: from {most.before:.3f} to {most.after:.3f}."]
