"""Every column of the record, defined once: type, unit, range, meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "integer", "number", "day"]
SQL_TYPES: dict[Kind, str] = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "day": "DATE"}


@dataclass(frozen=True, slots=True)
class Field:
    """One column: `low` and `high` bound a number, `choices` a text."""

    name: str
    kind: Kind
    description: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


def _define(*fields: Field) -> dict[str, Field]:
    return {field.name: field for field in fields}


STATE = "state code (ISO 3166-1 alpha-3, extended for states that ended)"
FLAG = ("0", "1")

FIELDS = _define(
    Field("rcid", "text", "the roll call: resolution or draft symbol, or a key made from session and number"),
    Field("body", "text", "body that voted", choices=("UNGA", "UNSC")),
    Field("session", "text", "session of the Assembly, or the Council's year"),
    Field("resolution", "text", "symbol of the resolution or draft"),
    Field("date", "day", "day of the vote"),
    Field("title", "text", "what the resolution is, in plain words or as published"),
    Field("short", "text", "three to six words for a chart"),
    Field("topics", "text", "topics from the project's list, joined by |"),
    Field("about", "text", "states that the resolution is about, joined by |"),
    Field("target", "text", "state whose conduct it criticises"),
    Field("stance", "text", "what it does to the target: condemn, demand, call, recognise, suspend, other"),
    Field("keywords", "text", "words by which news reports name it, joined by |"),
    Field("link", "text", "address of the official document"),
    Field("yes", "integer", "votes in favour, as published", low=0, high=200),
    Field("no", "integer", "votes against, as published", low=0, high=200),
    Field("abstain", "integer", "abstentions, as published", low=0, high=200),
    Field("absent", "integer", "members that did not vote, as published", low=0, high=200),
    Field("adopted", "text", "whether it was adopted", choices=("", *FLAG)),
    Field("important", "text", "1 where the source marks the vote as important", choices=("", *FLAG)),
    Field("issue", "text", "issue codes of the source, joined by |"),
    Field("state", "text", STATE),
    Field("vote", "text", "the vote cast", choices=("yes", "no", "abstain", "absent")),
    Field("recipient", "text", f"importing state: {STATE}"),
    Field("supplier", "text", f"supplying state: {STATE}, or OTHER"),
    Field("first_year", "integer", "first year of the window", low=1900, high=2100),
    Field("last_year", "integer", "last year of the window", low=1900, high=2100),
    Field("share", "number", "share of the recipient's imports, or of the world's exports", "percent", 0, 100),
    Field("rank", "integer", "rank of the supplier for that recipient, or in the world", low=1),
    Field("recipient_tiv", "number", "the recipient's imports in the window", "SIPRI TIV, millions", 0),
    Field("kind", "text", "computed by the project, or published by the source"),
    Field("commodity", "text", "what is traded"),
    Field("reporter", "text", f"state whose statistics these are: {STATE} or EU"),
    Field("partner", "text", f"trading partner: {STATE} or EU"),
    Field("first_day", "day", "first day of the period"),
    Field("last_day", "day", "last day of the period"),
    Field("period", "text", "the period as published: 2023 or FY2023-24"),
    Field("flow", "text", "direction, seen from the reporter", choices=("exports", "imports", "total")),
    Field("value", "number", "the published figure"),
    Field("currency", "text", "currency of the published figure"),
    Field("value_usd", "number", "the figure in US dollars of the time", "US$", 0),
    Field("precision", "number", "rounding of the published figure"),
    Field("coverage", "text", "goods, or goods_and_services"),
    Field("treaty_id", "text", "key of the treaty"),
    Field("signed", "text", "day of signature (or month, or year)"),
    Field("in_force", "text", "day of entry into force (or month, or year)"),
    Field("ended", "text", "day on which it ended; empty while in force"),
    Field("defense", "text", "1: members must help a member under attack (ATOP)", choices=FLAG),
    Field("offense", "text", "1: members must join a member's offensive war (ATOP)", choices=FLAG),
    Field("neutrality", "text", "1: members must stay out of a member's war (ATOP)", choices=FLAG),
    Field("nonaggression", "text", "1: members must not attack one another (ATOP)", choices=FLAG),
    Field("consultation", "text", "1: members must consult in a crisis (ATOP)", choices=FLAG),
    Field("citation_url", "text", "address of the treaty's text"),
    Field("first", "text", "first day of membership"),
    Field("last", "text", "last day of membership; empty while a member"),
    Field("year", "integer", "calendar year", low=1800, high=2100),
    Field("indicator", "text", "what is measured"),
    Field("unit", "text", "unit of the value"),
    Field("source", "text", "key of the source in the table's origin"),
    Field("note", "text", "what a reader of the row must know"),
)
