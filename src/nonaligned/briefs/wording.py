"""The brief's own sentences and labels, all from counts and codes: nothing here is invented about the world."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nonaligned.briefs.report_brief import Brief
from nonaligned.checking.case import Checked, Evidence, Verdict, group_name, name
from nonaligned.figures.figure import Figure
from nonaligned.figures.labels import capital, in_words, series_words
from nonaligned.ground.errors import NonalignedError
from nonaligned.reports.report import Event

VERDICTS: dict[Verdict, str] = {
    "supported": "supported",
    "contradicted": "contradicted",
    "outdated": "outdated",
    "unsupported": "unsupported",
    "not_in_record": "not in the record",
}
SIGNS: dict[Verdict, str] = {"supported": "✓", "contradicted": "✗", "outdated": "↺", "unsupported": "?", "not_in_record": "–"}
DOES: dict[Verdict, str] = {
    "supported": "supports",
    "contradicted": "contradicts",
    "outdated": "has overtaken",
    "unsupported": "does not bear out",
}
KINDS = {"tie_change": "change of ties", "trade_value": "trade", "arms_supply": "arms supply", "vote": "UN vote"}
EVENT_TYPES = {
    "AGREE": "agrees with",
    "CONSULT": "meets or talks with",
    "SUPPORT": "supports",
    "CONCEDE": "yields to",
    "COOPERATE": "cooperates with",
    "AID": "aids",
    "RETREAT": "retreats before",
    "REQUEST": "asks",
    "ACCUSE": "accuses",
    "REJECT": "rejects",
    "THREATEN": "threatens",
    "PROTEST": "protests against",
    "SANCTION": "sanctions",
    "MOBILIZE": "mobilizes against",
    "COERCE": "coerces",
    "ASSAULT": "attacks",
}
TABLES = {
    "roll_calls": "UN votes",
    "votes": "UN votes",
    "arms_shares": "arms shares",
    "trade_statements": "trade",
    "alliances": "treaties",
    "alliance_members": "treaty members",
    "indicators": "state indicators",
    "energy_shares": "fuel shares",
    "memberships": "memberships",
    "leaders": "leaders",
}


def number(value: int, noun: str) -> str:
    """A count with its noun, in words up to twelve.

    Examples
    --------
    >>> number(1, "claim"), number(3, "claim"), number(14, "claim")
    ('one claim', 'three claims', '14 claims')
    """
    return f"{in_words(value)} {noun if value == 1 else f'{noun}s'}"


def kind(code: str) -> str:
    """A kind of claim in words."""
    return KINDS.get(code, code.replace("_", " "))


def event_type(code: str) -> str:
    """A PLOVER type in words; the type itself where it has none."""
    return EVENT_TYPES.get(code, code.lower())


def state_name(code: str) -> str:
    """The name of a state, else of a group by its code."""
    try:
        return name(code) if code else ""
    except NonalignedError:
        return group_name(code)


def judged(brief: Brief) -> tuple[Checked, ...]:
    """The claims that got a verdict from the record."""
    return tuple(item for item in brief.claims if item.verdict != "not_in_record")


def unjudged(brief: Brief) -> tuple[Checked, ...]:
    """The claims on which the record is silent or the report itself leaves open."""
    return tuple(item for item in brief.claims if item.verdict == "not_in_record")


@dataclass(frozen=True, slots=True)
class Told:
    """An event and how many sentences tell it."""

    event: Event
    words: str
    count: int


def told(brief: Brief, events: tuple[Event, ...]) -> tuple[Told, ...]:
    """Events, the same one once: the same actors, type, status, day and place; in the words of its first sentence."""
    same: dict[tuple[str, ...], list[Event]] = {}
    for event in events:
        key = (
            event.event_type,
            event.actor,
            event.actor_state,
            event.recipient,
            event.recipient_state,
            event.status,
            event.date,
            event.place,
        )
        same.setdefault(key, []).append(event)
    return tuple(
        Told(found[0], brief.text[found[0].start : found[0].end], len({event.sentence for event in found})) for found in same.values()
    )


def cites(brief: Brief, labels: Iterable[str]) -> tuple[int, ...]:
    """Numbers, in the brief's list of sources, of sources known by their labels."""
    places = {", ".join(part for part in (source.producer, source.title) if part): index for index, source in enumerate(brief.sources, 1)}
    wanted = [part for label in labels for part in ([label] if label in places else label.split("; "))]
    return tuple(sorted({places[label] for label in wanted if label in places}))


@dataclass(frozen=True, slots=True)
class Producer:
    """A producer with the numbers of its sources in the list."""

    name: str
    numbers: tuple[int, ...]


def producers(brief: Brief, labels: Iterable[str]) -> tuple[Producer, ...]:
    """The producers of some sources, each once."""
    found: dict[str, list[int]] = {}
    for index in cites(brief, labels):
        source = brief.sources[index - 1]
        found.setdefault(source.producer or source.title, []).append(index)
    return tuple(Producer(producer, tuple(numbers)) for producer, numbers in found.items())


def tally(checked: tuple[Checked, ...]) -> tuple[tuple[Verdict, int], ...]:
    """How many claims got each verdict, those with none left out."""
    counts = Counter(item.verdict for item in checked)
    return tuple((verdict, counts[verdict]) for verdict in VERDICTS if counts[verdict])


def summary(brief: Brief) -> tuple[str, ...]:
    """The brief in a few sentences."""
    return tuple(sentence for sentence in (_about(brief), _judged(brief), _said(brief), _shown(brief)) if sentence)


def _about(brief: Brief) -> str:
    if not brief.states:
        return "The report names no state or group that the program knows."
    counted = [f"{one.name.replace('The ', 'the ', 1) if one.name.startswith('The ') else one.name} ({one.count})" for one in brief.states]
    lead = f"The report is about {state_name(brief.focus)}" if brief.focus else "The report"
    joint = "; it names" if brief.focus else " names"
    return f"{lead}{joint} {series_words(counted, 6)}."


def _judged(brief: Brief) -> str:
    if not brief.claims:
        return "It makes no claim of a kind that the record can be held against."
    counts = dict(tally(brief.claims))
    parts = [f"{words} {in_words(counts[verdict])}" for verdict, words in DOES.items() if verdict in counts]
    silent = counts.get("not_in_record", 0)
    total = len(brief.claims)
    head = f"It makes {number(total, 'claim')} that a record can be held against"
    if not parts:
        return f"{head}; on {'it' if total == 1 else 'all of them'} the record is silent."
    last = f"; on {in_words(silent)} it is silent or gives no verdict" if silent else ""
    return f"{head}: the record {series_words(parts, 4)}{last}."


def _said(brief: Brief) -> str:
    """The reasons of what is contradicted or outdated, each once."""
    reasons = list(dict.fromkeys(item.reason for item in brief.claims if item.verdict in {"contradicted", "outdated"}))
    return " ".join(reasons[:3])


def _shown(brief: Brief) -> str:
    """The finding of the first chart that bears on a claim of the report, unless it is about years after the report."""
    found = [figure.title for figure in brief.figures if figure.chart is not None and figure.claims]
    found = [title for title in found if all(int(year) <= brief.date.last.year for year in re.findall(r"(?:19|20)\d\d", title))]
    return f"{found[0]}." if found else ""


def figures_of(brief: Brief, claim_id: str) -> tuple[Figure, ...]:
    """The figures that bear on a claim."""
    return tuple(figure for figure in brief.figures if claim_id in figure.claims)


def evidence_about(evidence: Evidence, titles: Mapping[str, str]) -> str:
    """What a row of evidence is about, in words; `titles` are those of treaties."""
    keys = evidence.keys
    if "treaty_id" in keys:
        return titles.get(keys["treaty_id"], keys["treaty_id"])
    if evidence.table == "memberships":
        return f"{capital(state_name(keys.get('state', '')))} in {group_name(keys.get('group', ''))}"
    if evidence.table == "leaders":
        return f"{keys.get('person', '')}, {keys.get('office', '').replace('_', ' ')} of {state_name(keys.get('state', ''))}"
    if evidence.table in {"arms_shares", "energy_shares"}:
        window = f", {keys['first_year']}–{keys['last_year']}" if "first_year" in keys and "last_year" in keys else ""
        fuel = f" ({keys['commodity']})" if "commodity" in keys else ""
        return f"{capital(state_name(keys.get('supplier', '')))} to {state_name(keys.get('recipient', ''))}{fuel}{window}"
    if evidence.table == "trade_statements":
        flow = {"total": "trade", "exports": "exports", "imports": "imports"}.get(keys.get("flow", ""), "trade")
        return f"{capital(state_name(keys.get('reporter', '')))}, {flow} with {state_name(keys.get('partner', ''))}"
    if evidence.table in {"roll_calls", "votes"} and "state" in keys:
        return f"{capital(state_name(keys['state']))} on {keys.get('rcid', '')}"
    return ", ".join(capital(state_name(value)) if key == "state" else value.replace("_", " ") for key, value in keys.items())


def evidence_value(evidence: Evidence) -> str:
    """The figure with its unit."""
    value, unit = evidence.value, evidence.unit
    if isinstance(value, str):
        return value
    if unit == "US$":
        return (
            f"US$ {value / 1e9:,.2f} bn" if abs(value) >= 1e9 else f"US$ {value / 1e6:,.0f} m" if abs(value) >= 1e6 else f"US$ {value:,.0f}"
        )
    if unit.startswith("percent"):
        return f"{value:.1f} %{unit.removeprefix('percent')}"
    shown = f"{value:,.0f}" if value == int(value) and abs(value) >= 1 else f"{value:,.4g}"
    return f"{shown} {unit}".strip()


def thresholds_words(values: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    """How vague words were read, as name and value."""
    units = {"percent": "%", "days": "days", "rank": ""}
    return tuple((name.replace("_", " "), f"{value:g} {units.get(name.rsplit('_', 1)[-1], '')}".strip()) for name, value in values.items())
