"""Friends and foes of a year as a signed graph, and the ties that would have to change for two camps without contradiction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from nonaligned.foresight.moves import Move
from nonaligned.foresight.outcome import Part, Row
from nonaligned.world.groups import members
from nonaligned.world.states import state

if TYPE_CHECKING:
    from nonaligned.measures.inputs.standings import Standing
    from nonaligned.measures.models.signed_graph import Frustration, SignedGraph
    from nonaligned.record.store import Record

LOAD = "nonaligned load sanctions FILE"
SANCTIONS = """
SELECT DISTINCT sender, target, (is_trade = '1' OR is_arms = '1' OR is_military = '1') AS is_hard, source FROM sanctions
WHERE first_year <= ? AND last_year >= ? AND sender <> 'UN' AND sender <> '' AND target <> '' ORDER BY ALL"""
RULE = (
    "Friends are pairs of states with a defense pact, foes pairs of which one has sanctions on the other (a group's are its members'; "
    "those of the United Nations do not count). The range: at the least, pairs with sanctions on persons and finance alone are no foes, "
    "and pairs with a pact and sanctions no tie; at the most, all of these count, the last as friends and foes at once."
)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ties:
    """Pairs of states of a year, each in order of code: with a defense pact, with hard and with other sanctions."""

    pacts: frozenset[Pair]
    hard: frozenset[Pair]
    soft: frozenset[Pair]

    @property
    def friends(self) -> frozenset[Pair]:
        """A pact and no sanctions."""
        return self.pacts - self.hard - self.soft

    @property
    def foes(self) -> frozenset[Pair]:
        """Sanctions on trade, arms or military assistance, and no pact."""
        return self.hard - self.pacts

    @property
    def perhaps(self) -> frozenset[Pair]:
        """Other sanctions alone, and no pact."""
        return self.soft - self.hard - self.pacts

    @property
    def both(self) -> frozenset[Pair]:
        """A pact and sanctions."""
        return self.pacts & (self.hard | self.soft)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Sets of ties, from the surest to all, and the optimum of each."""

    ties: tuple[frozenset[tuple[Pair, int]], ...]
    found: tuple[Frustration, Frustration, Frustration]


def camps(record: Record, standing: Standing, move: Move) -> Part:
    """The least number of ties to change, before and after a pact, with its range over uncertain ties."""
    from nonaligned.measures.inputs.pacts import pacts

    if not record.rows("SELECT 1 FROM sanctions LIMIT 1"):
        return Part((), (), (f"Without sanctions in the record nobody is known as a foe: the camps are not reckoned ({LOAD}).",))
    held = pacts(record, standing.year)
    hard, soft, used = _sanctions(record, standing)
    inside = set(standing.states)
    friends = frozenset(pair for pair in held.pairs if set(pair) <= inside)
    before = Ties(friends, hard, soft)
    mover, partner = move.state, move.partners[0]
    rivals = standing.powers - set(standing.blocs[standing.place(partner)].members)
    ended = frozenset(pair for pair in friends if mover in pair and set(pair) & rivals)
    after = replace(before, pacts=(friends - ended) | {_pair(mover, partner)})
    first = reckon(before, standing.states)
    found = [first.found, reckon(after, standing.states, first).found]
    rows = (_row(found), Row("ties", _n(before), _n(after), note="pairs of friends and foes, as the optimum counts them", unit="ties"))
    said = _sentence(rows[0], after, standing, mover, partner)
    return Part(rows, (said,), (RULE, _certified(found)), (*held.used, *used))


def _sanctions(record: Record, standing: Standing) -> tuple[frozenset[Pair], frozenset[Pair], tuple[tuple[str, str], ...]]:
    """Pairs with hard and with soft sanctions in force in the year, between states of the system."""
    day, inside = date(standing.year, 7, 1), set(standing.states)
    kinds: dict[bool, set[Pair]] = {True: set(), False: set()}
    sources = set[str]()
    for row in record.rows(SANCTIONS, [standing.year, standing.year]):
        sources.add(row["source"])
        for sender in _states(row["sender"], day):
            for target in _states(row["target"], day):
                if sender != target and {sender, target} <= inside:
                    kinds[row["is_hard"]].add(_pair(sender, target))
    return frozenset(kinds[True]), frozenset(kinds[False]), tuple(("sanctions", source) for source in sorted(sources))


def _states(code: str, day: date) -> tuple[str, ...]:
    """A state itself, under the code of the day; a group's members."""
    from nonaligned.measures.inputs.powers import power, standing
    from nonaligned.world.groups import groups

    if code in {group.code for group in groups()}:
        return tuple(members(code, day))
    return tuple(power(code).members(day.year) & set(standing(day.year)))


def _pair(a: str, b: str) -> Pair:
    return (min(a, b), max(a, b))


def reckon(ties: Ties, states: tuple[str, ...], earlier: Reckoned | None = None) -> Reckoned:
    """The optimum at its least, as it is, and at its most.

    More ties never lower it: where the camps of `earlier`, of some of the same ties, frustrate none of the new ones, they are still best.
    """
    from nonaligned.measures.models.signed_graph import frustration

    sure = [(pair, 1) for pair in ties.friends] + [(pair, -1) for pair in ties.foes]
    likely = [*sure, *((pair, -1) for pair in ties.perhaps)]
    most = [*likely, *((pair, sign) for pair in ties.both for sign in (1, -1))]
    sets = (frozenset(sure), frozenset(likely), frozenset(most))
    found: list[Frustration] = []
    for at, one in enumerate(sets):
        graph, known = _graph(one, states), earlier.found[at] if earlier and earlier.ties[at] <= one else None
        found.append(known if known and graph.cost(known.camp) == known.value else frustration(graph))
    return Reckoned(sets, (found[0], found[1], found[2]))


def _graph(ties: frozenset[tuple[Pair, int]], states: tuple[str, ...]) -> SignedGraph:
    from nonaligned.measures.models.signed_graph import signed_graph

    place = {code: at for at, code in enumerate(states)}
    return signed_graph(len(states), sorted((place[a], place[b], sign) for (a, b), sign in ties))


def _row(found: list[tuple[Frustration, Frustration, Frustration]]) -> Row:
    (low, now, high), (low_after, after, high_after) = found
    note = "least number of ties that must change before all fall into two camps; the range is over uncertain ties"
    return Row("frustrated ties", now.value, after.value, low_after.value, high_after.value, note, "ties", low.value, high.value)


def _n(ties: Ties) -> int:
    return len(ties.friends) + len(ties.foes) + len(ties.perhaps)


def _sentence(row: Row, after: Ties, standing: Standing, mover: str, partner: str) -> str:
    change = (row.after or 0) - (row.before or 0)
    friends, foes = (
        {b if a == partner else a for a, b in pairs if partner in (a, b)} for pairs in (after.friends, after.foes | after.perhaps)
    )
    own = {b if a == mover else a for a, b in after.friends if mover in (a, b)}
    against = {b if a == mover else a for a, b in after.foes | after.perhaps if mover in (a, b)}
    odd = len(own & foes) + len(against & friends)
    said = "no more" if change == 0 else f"{abs(change):.0f} {'more' if change > 0 else 'fewer'}"
    whole = f"For all states to fall into two camps of friends, at least {row.after:.0f} ties would have to change, {said} than before"
    if not odd:
        return f"{whole}."
    names = state(mover).name, state(partner).name
    return (
        f"{whole}; in {odd} threesome{'s' if odd > 1 else ''} of {names[0]}, {names[1]} and a third state friends would be foes of friends."
    )


def _certified(found: list[tuple[Frustration, Frustration, Frustration]]) -> str:
    every = [one for three in found for one in three]
    if all(one.certificate == "cycles" for one in every):
        return "Each optimum is certified: cycles with an odd number of foes, sharing no tie, need as many changes."
    if all(one.is_optimal for one in every):
        return "Each optimum is proved by the solver; cycles that share no tie bound it from below."
    first = every[1]
    return f"The solver ran out of time: the least number of changes lies between {first.bound:.0f} and {first.value:.0f}."
