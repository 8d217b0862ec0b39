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
    Field("date", "day", "day of the vote, or of the event"),
    Field("title", "text", "what the resolution is, in plain words or as published"),
    Field("short", "text", "three to six words for a chart"),
    Field("topics", "text", "topics from the project's list, joined by |"),
    Field("about", "text", "states that the resolution is about, joined by |"),
    Field("stance", "text", "what it does to the target: condemn, demand, call, recognise, suspend, other"),
    Field("keywords", "text", "words by which news reports name it, joined by |"),
    Field("link", "text", "address of the official document, or of the report"),
    Field("yes", "integer", "votes in favour, as published", low=0, high=200),
    Field("no", "integer", "votes against, as published", low=0, high=200),
    Field("abstain", "integer", "abstentions, as published", low=0, high=200),
    Field("absent", "integer", "members that did not vote, as published", low=0, high=200),
    Field("adopted", "text", "whether it was adopted", choices=("", *FLAG)),
    Field("important", "text", "1 where the source marks the vote as important", choices=("", *FLAG)),
    Field("issue", "text", "issue codes of the source, joined by |"),
    Field("linked_rcid", "text", "first roll call on the same resolution, repeated in later sessions"),
    Field("part", "text", "what was voted on: a whole text (empty), an amendment, a paragraph", choices=("", "amendment", "paragraph")),
    Field("state", "text", STATE),
    Field("name", "text", "short name"),
    Field("long_name", "text", "official name"),
    Field("cow_code", "integer", "Correlates of War number", low=2, high=1000),
    Field("gw_code", "integer", "Gleditsch-Ward number", low=2, high=1000),
    Field("iso2", "text", "ISO 3166-1 alpha-2"),
    Field("un_m49", "text", "UN M49 number"),
    Field("region", "text", "UN region"),
    Field("subregion", "text", "UN subregion"),
    Field("capital", "text", "seat of government"),
    Field("system", "text", "register of the international system", choices=("cow", "gw", "un")),
    Field("number", "text", "the state's number in the system"),
    Field("entry", "text", "first day (or month, or year)"),
    Field("exit", "text", "last day (or month, or year); empty while it lasts, or lasted when the source ends"),
    Field("group_code", "text", "code of the group of states, as the source has it"),
    Field("group_name", "text", "name of the group"),
    Field("role", "text", "member, founder, observer ... as the source has it"),
    Field("person", "text", "name of the person"),
    Field("office", "text", "head_of_state, head_of_government, foreign_minister ...; leader is the effective one (Archigos, REIGN)"),
    Field("deal_id", "text", "key of the deal: SIPRI's number, or made from its row where the register has none"),
    Field("register", "text", "layout of the register that holds the row", choices=("17 columns", "16 columns")),
    Field("supplier_name", "text", "the supplier as the source writes it"),
    Field("recipient_name", "text", "the recipient as the source writes it"),
    Field("designation", "text", "designation of the weapon"),
    Field("weapon", "text", "kind of weapon, as the source describes it"),
    Field("category", "text", "armament category"),
    Field("ordered_year", "integer", "year of the order", low=1900, high=2100),
    Field("is_ordered_year_estimate", "text", "1 where the source marks the year of the order as uncertain", choices=("", *FLAG)),
    Field("delivered_year", "integer", "year of the delivery", low=1900, high=2100),
    Field("is_delivered_year_estimate", "text", "1 where the source marks the year of delivery as uncertain", choices=("", *FLAG)),
    Field("n_ordered", "number", "number ordered", low=0),
    Field("n_delivered", "number", "number delivered", low=0),
    Field("is_number_estimate", "text", "1 where the source marks the number as uncertain", choices=("", *FLAG)),
    Field("is_split", "text", "1 where the source gives one value for several years and it was split evenly", choices=FLAG),
    Field("status", "text", "new, second hand, modernized ... as the source has it"),
    Field("is_local_production", "text", "1 where the recipient produces under licence", choices=("", *FLAG)),
    Field("tiv", "number", "volume of deliveries", "SIPRI TIV, millions", 0),
    Field("tiv_unit", "number", "volume of one weapon of the deal", "SIPRI TIV, millions", 0),
    Field("tiv_order", "number", "volume of the whole order", "SIPRI TIV, millions", 0),
    Field("exporter", "text", f"exporting state: {STATE}"),
    Field("importer", "text", f"importing state: {STATE}"),
    Field("valuation", "text", "cif, fob, or mixed where the source reconciles the two", choices=("cif", "fob", "mixed")),
    Field("prices", "text", "current, or the year of constant prices", choices=("current", "constant 2010")),
    Field("product", "text", "product code: HS with two, four or six digits, as HS27"),
    Field("sender", "text", f"state that is bound, or that sanctions: {STATE}, or a group's code"),
    Field("receiver", "text", f"state towards which the sender is bound: {STATE}"),
    Field("target", "text", "state whose conduct is criticised, or that is sanctioned"),
    Field("obligation", "text", "ATOP obligation", choices=("defense", "offense", "neutrality", "nonaggression", "consultation")),
    Field("state_a", "text", f"{STATE}; before state_b in the alphabet"),
    Field("state_b", "text", f"{STATE}; after state_a in the alphabet"),
    Field("case_id", "text", "the source's number of the case"),
    Field("is_trade", "text", "1: sanctions on trade", choices=FLAG),
    Field("is_arms", "text", "1: sanctions on arms", choices=FLAG),
    Field("is_military", "text", "1: sanctions on military assistance", choices=FLAG),
    Field("is_financial", "text", "1: sanctions on finance", choices=FLAG),
    Field("is_travel", "text", "1: sanctions on travel", choices=FLAG),
    Field("is_other", "text", "1: other sanctions", choices=FLAG),
    Field("trade_scope", "text", "scope of the trade sanctions, as the source codes it"),
    Field("objective", "text", "objective of the sanctions, as the source codes it, joined by |"),
    Field("success", "text", "outcome of the sanctions, as the source codes it, joined by |"),
    Field("sender_name", "text", "the sender as the source writes it"),
    Field("target_name", "text", "the target as the source writes it"),
    Field("is_sender_multiple", "text", "1 where the source counts several senders", choices=FLAG),
    Field("is_target_multiple", "text", "1 where the source counts several targets", choices=FLAG),
    Field("visitor", "text", "state whose leader travelled"),
    Field("host", "text", "state visited"),
    Field("visited", "text", "first day of the visit (or month, or year)"),
    Field("visit_number", "integer", "tells visits of one person to one state apart that have the same `visited`; else 1", low=1),
    Field("n_same", "integer", "votes in which both voted the same way", low=0, high=400),
    Field("n_partial", "integer", "votes in which one abstained", low=0, high=400),
    Field("n_opposite", "integer", "votes in which they opposed one another", low=0, high=400),
    Field("n_absent", "integer", "votes from which the state was absent", low=0, high=400),
    Field("coincidence", "number", "voting coincidence with the United States as published", "share", 0, 1),
    Field("event_id", "text", "the source's number of the event"),
    Field("actor", "text", "who acts, as the source names or codes it"),
    Field("actor_state", "text", "state of the actor; empty where it has none"),
    Field("actor_sector", "text", "role of the actor, as the source codes it, joined by |"),
    Field("recipient_actor", "text", "towards whom, as the source names or codes it"),
    Field("recipient_state", "text", "state of the recipient; empty where it has none"),
    Field("recipient_sector", "text", "role of the recipient, as the source codes it, joined by |"),
    Field("event_type", "text", "PLOVER type, or the type's name in the source"),
    Field("mode", "text", "PLOVER mode"),
    Field("code", "text", "CAMEO code"),
    Field("quad_class", "integer", "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict", low=1, high=4),
    Field("intensity", "number", "Goldstein value or its like", low=-10, high=10),
    Field("n_mentions", "integer", "mentions in the source's reports", low=0),
    Field("place", "text", "where, as the source names it"),
    Field("place_state", "text", "state of the place"),
    Field("latitude", "number", "of the place", "degrees", -90, 90),
    Field("longitude", "number", "of the place", "degrees", -180, 180),
    Field("vote", "text", "the vote cast", choices=("yes", "no", "abstain", "absent")),
    Field("recipient", "text", f"importing state: {STATE}"),
    Field("supplier", "text", f"supplying state: {STATE}, or OTHER"),
    Field("first_year", "integer", "first year of the window", low=1900, high=2100),
    Field("last_year", "integer", "last year of the window", low=1900, high=2100),
    Field("share", "number", "the supplier's share of the recipient's imports, or of the world's exports", "percent", 0, 100),
    Field("rank", "integer", "rank of the supplier for that recipient, or in the world", low=1),
    Field("recipient_tiv", "number", "the recipient's imports in the window", "SIPRI TIV, millions", 0),
    Field("kind", "text", "kind of row: computed or published; of a treaty: bilateral or multilateral; of an agreement: its type"),
    Field("commodity", "text", "what is traded"),
    Field("reporter", "text", f"whose statistics these are: {STATE}, EU, or COMPILED"),
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
    Field("source", "text", "key of the source, as in the table `origins`"),
    Field("note", "text", "what a reader of the row must know"),
)
# Columns that hold a code of a state, where a group's code, OTHER or COMPILED may stand too.
STATE_COLUMNS = frozenset(
    "state recipient supplier exporter importer reporter partner sender receiver state_a state_b visitor host actor_state "
    "recipient_state place_state".split()
)
