"""The treaties in force between the report's states, with their obligations in ATOP's classes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from nonaligned.checking.case import name, with_predecessor
from nonaligned.figures.figure import Column, Figure, Gap, Scene
from nonaligned.figures.labels import capital, day_words, in_words, series_words
from nonaligned.world.days import Span

ORDER = 50
MOST = 10
OBLIGATIONS = {
    "defense": "defense",
    "offense": "offense",
    "neutrality": "neutrality",
    "nonaggression": "non-aggression",
    "consultation": "consultation",
}
ROWS = """
SELECT t.*, m.state, m.first, m.last FROM alliances t JOIN alliance_members m USING (treaty_id)
WHERE list_contains(?::VARCHAR[], m.state) ORDER BY t.in_force, t.treaty_id, m.state
"""


def figures(scene: Scene) -> Iterator[Figure | Gap]:
    """One table: every treaty on record that binds at least two of the report's states, one of them not a power."""
    states = scene.columns("alliance")
    day = min(scene.day, scene.record.origin("alliances").as_of)
    seats = {old: code for code in states for old in with_predecessor(code)}
    rows = scene.record.rows(ROWS, [list(seats)])
    parties: dict[str, dict[str, None]] = {}
    treaties: dict[str, dict[str, Any]] = {}
    for row in rows:
        if Span(row["in_force"], row["ended"]).covers(day) and Span(row["first"], row["last"]).covers(day):
            treaties[row["treaty_id"]] = row
            parties.setdefault(row["treaty_id"], {})[seats[row["state"]]] = None
    own = set(scene.states) - set(scene.powers)
    binding = {key: list(codes) for key, codes in parties.items() if len(codes) > 1 and (own & set(codes) or not own)}
    if not binding:
        who = series_words([name(code) for code in states], 6)
        whom = "a state the report is about" if own else "one of them"
        yield Gap(f"Treaties: none on record is in force between any two of {who} that include {whom}.")
        return
    ordered = sorted(
        binding, key=lambda key: (scene.focus not in binding[key], treaties[key]["defense"] != "1", treaties[key]["in_force"], key)
    )[:MOST]
    pledges = [key for key in binding if treaties[key]["defense"] == "1"]
    pairs = {pair for key in pledges for pair in combinations(sorted(binding[key]), 2)}
    title = _title(len(binding), pledges, pairs, treaties)
    keys = dict.fromkeys(key for tid in ordered for key in str(treaties[tid]["source"]).split("|"))
    yield Figure(
        name="treaties",
        title=title,
        subtitle=f"Treaties in force on {day_words(day)} that bind at least two of the states, with their obligations",
        alt=f"Table of {len(ordered)} treaties. {title}.",
        columns=(Column("treaty"), Column("in force since"), Column("binds"), Column("obligations")),
        rows=tuple(
            (
                treaties[key]["title"],
                treaties[key]["in_force"],
                series_words([name(code) for code in binding[key]], 6),
                obligations(treaties[key]),
            )
            for key in ordered
        ),
        sources=tuple(scene.record.source("alliances", key) for key in keys),
        as_of=scene.record.origin("alliances").as_of,
        note="Obligations in the classes of ATOP; only a defense pledge makes an ally in the strict sense."
        + (f" {len(binding) - len(ordered)} more are not shown." if len(binding) > len(ordered) else ""),
        claims=tuple(c.claim.claim_id for c in scene.claims("alliance") if any(e.table == "alliances" for e in c.evidence)),
    )


def obligations(row: dict[str, Any]) -> str:
    """The obligations of a treaty in words.

    Examples
    --------
    >>> obligations({"defense": "1", "offense": "0", "neutrality": "0", "nonaggression": "0", "consultation": "1"})
    'defense, consultation'
    """
    return ", ".join(words for kind, words in OBLIGATIONS.items() if row[kind] == "1") or "none of a military kind"


def _title(count: int, pledges: list[str], pairs: set[tuple[str, str]], treaties: dict[str, dict[str, Any]]) -> str:
    number = "One treaty in force binds" if count == 1 else f"{capital(in_words(count))} treaties in force bind"
    if not pledges:
        return (
            f"{number} two or more of these states; none holds a defense pledge"
            if count > 1
            else f"{number} two or more of these states, without a defense pledge"
        )
    if len(pairs) <= 2:
        who = ", and between ".join(f"{name(a)} and {name(b)}" for a, b in sorted(pairs))
        one = f" ({treaties[pledges[0]]['title']})" if len(pledges) == 1 else ""
        return f"A defense pledge is in force between {who}{one}"
    by = "one treaty" if len(pledges) == 1 else f"{in_words(len(pledges))} treaties"
    return f"Defense pledges are in force between {in_words(len(pairs))} pairs of these states, by {by}"
