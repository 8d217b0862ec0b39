"""UN votes: which roll call the words mean, and how the state voted on it."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any

from nonaligned.checking.case import Case, Evidence, Finding, claim_days, name, with_predecessor
from nonaligned.reports.claims.vote import NUMBERS, is_telling
from nonaligned.reports.report import Claim

KIND = "vote"
WORDS = {"yes": "voted in favour of", "no": "voted against", "abstain": "abstained on", "absent": "cast no vote on"}
COUNTED = {"yes": "voted in favour", "no": "voted against", "abstain": "abstained", "absent": "cast no vote"}
STANCES = {
    "condemn": re.compile(r"\bcondemn\w*|\bdeplor\w*|\bdenounc\w*|\bcensur\w*", re.I),
    "demand": re.compile(r"\bdemand\w*|\bwithdraw\w*", re.I),
    "suspend": re.compile(r"\bsuspen\w+|\bexpel\w*|\boust\w*", re.I),
    "call": re.compile(r"\bcall\w*", re.I),
    "recognise": re.compile(r"\brecogni[sz]\w+|\badmi\w+", re.I),
}
NAMED = """
SELECT * FROM roll_calls WHERE regexp_replace(upper(resolution), '^(A/RES/|S/RES/)|\\s', '', 'g') = ? ORDER BY date, rcid
"""
COUNTED_FROM = "totals counted from the votes"
ENOUGH = 1.0
OLDEST = 12 * 366  # days before the report after which a vote is meant only if the text dates or counts it
TITLE_SHARE = 0.7  # share of a title's weight that the words must cover
STOP_WORDS = frozenset(
    "the and for with from that which its was were are has have resolution adopted general assembly united nations "
    "vote voted against favour favor draft report committee draft implementation situation question".split()
)
TOPICAL = re.compile(
    r"\b(?:on|about|over|in|of|against|into|from|condemn\w*|deplor\w*|denounc\w*|suspend\w*|censur\w*|criticis\w*|"
    r"criticiz\w*|demand\w* that|"
    r"call\w* on|urg\w*|expel\w*) (?:the |all of )?$",
    re.I,
)
NEAR = 0.8  # candidates within this share of the best score may be meant as well


@dataclass(frozen=True, slots=True)
class Candidate:
    """A roll call that the words may mean, with how well they fit."""

    row: dict[str, Any]
    score: float


def check(claim: Claim, case: Case) -> Finding:
    """Hold a vote against the roll calls taken by the report's day."""
    found = candidates(claim, case)
    taken = [c for c in found if c.row["date"] <= case.day]
    if not found:
        return Finding("not_in_record", "The record holds no roll call that these words clearly name.")
    if not taken:
        first = min(found, key=lambda c: c.row["date"]).row
        return Finding(
            "unsupported",
            f"No vote on this had been taken by {case.day}: the first on record is {_symbol(first)} of {first['date']}.",
            (case.evidence("roll_calls", first, ("rcid",), _totals(first), "yes-no-abstain", str(first["date"].year)),),
        )
    taken = _narrowed(claim, case, taken) or _akin(claim, case, found)
    if not taken and claim.time:
        return Finding("not_in_record", f"The record holds no roll call that these words name in {claim.time}.")
    if not taken:
        last = max((c.row for c in found if c.row["date"] <= case.day), key=lambda row: row["date"])
        return Finding(
            "unsupported",
            f"No such recent vote had been taken by {case.day}: the last on record is {_symbol(last)} of {last['date']}.",
            (case.evidence("roll_calls", last, ("rcid",), _totals(last), "yes-no-abstain", str(last["date"].year)),),
        )
    best = taken[0].score
    near = [c.row for c in taken if c.score >= NEAR * best]
    return _count(claim, case, near) if claim.value is not None else _choice(claim, case, near)


def _narrowed(claim: Claim, case: Case, taken: list[Candidate]) -> list[Candidate]:
    """Candidates in the claim's own time, or within what "recent" means."""
    days = claim_days(claim)
    if days is not None and days[0] <= case.day:
        slack = timedelta(days=3 if (days[1] - days[0]).days < 8 else 0)
        return [c for c in taken if days[0] - slack <= c.row["date"] <= days[1] + slack]
    if not claim.detail.get("symbol") and not case.date.is_inferred:
        taken = [c for c in taken if (case.day - c.row["date"]).days <= OLDEST or _holds_tally(claim.detail["context"], c.row)]
    if claim.detail.get("recent") and not case.date.is_inferred:
        return [c for c in taken if (case.day - c.row["date"]).days <= case.thresholds.recent_days]
    return taken


def _akin(claim: Claim, case: Case, found: list[Candidate]) -> list[Candidate]:
    """For "the March 2022 resolution" after talk of another one: roll calls of that time on the same topics."""
    if is_telling(claim.detail["phrase"]) or not claim.time:
        return []
    topics = {topic for c in found for topic in c.row["topics"].split("|") if topic}
    rows = case.record.rows("SELECT * FROM roll_calls WHERE topics <> '' ORDER BY date, rcid")
    akin = [Candidate(row, 1.0) for row in rows if topics & set(row["topics"].split("|")) and row["body"] == found[0].row["body"]]
    return _narrowed(claim, case, [c for c in akin if c.row["date"] <= case.day])


def candidates(claim: Claim, case: Case) -> list[Candidate]:
    """Roll calls that the claim's words may mean, best first."""
    detail = claim.detail
    if detail.get("symbol"):
        named = case.record.rows(NAMED, [_plain_symbol(detail["symbol"])])
        landmarks = [row for row in named if row["keywords"] or row["topics"]]  # the same roll call may have been loaded under a number
        return [Candidate(row, 9.0) for row in landmarks or named]
    rows = case.record.rows("SELECT * FROM roll_calls WHERE keywords <> '' OR topics <> '' ORDER BY date, rcid")
    scored = [Candidate(row, _score(row, detail["about"], detail["context"], detail.get("body", ""))) for row in rows]
    found = [c for c in scored if c.score >= ENOUGH] or _by_title(case, detail["about"])
    if claim.value is None:
        took_part = _cast(case, claim.subject, [c.row["rcid"] for c in found])
        found = [c for c in found if c.row["rcid"] in took_part] or found
    return sorted(found, key=lambda c: (-c.score, c.row["date"], c.row["rcid"]))


def _by_title(case: Case, about: str) -> list[Candidate]:
    """Loaded roll calls whose published title the words cover, rare words counting most."""
    rows = case.record.rows("SELECT * FROM roll_calls WHERE keywords = '' AND topics = '' AND title <> '' ORDER BY date, rcid")
    titles = [(row, _content_words(row["title"])) for row in rows]
    counts = Counter(word for _, words in titles for word in words)
    said = _content_words(about)
    found: list[Candidate] = []
    for row, words in titles:
        shared = words & said
        weight = {word: math.log(1 + len(rows) / counts[word]) for word in words}
        if len(shared) >= 2 and sum(weight[w] for w in shared) >= TITLE_SHARE * sum(weight.values()):
            found.append(Candidate(row, ENOUGH + sum(weight[w] for w in shared) / sum(weight.values())))
    return found


def _content_words(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z]{3,}", text.casefold())
    return frozenset(word.removesuffix("s") for word in words if word not in STOP_WORDS)


def _plain_symbol(symbol: str) -> str:
    return re.sub(r"^(?:A/RES/|S/RES/)|\s", "", symbol.upper())


def _score(row: dict[str, Any], about: str, context: str, body: str) -> float:
    if body and row["body"] != body:
        return 0.0
    if not body and row["body"] == "UNSC" and "Security Council" not in context:
        return 0.0
    keywords = [k for k in row["keywords"].split("|") if k]
    about = topic_words(about)
    hits = [k for k in keywords if _holds(about, k)]
    context = topic_words(context)
    nearby = [k for k in keywords if k not in hits and _holds(context, k)]
    if not hits and not nearby:
        return 0.0
    score = max((0.8 + 0.25 * len(k.split()) for k in hits), default=0.0) + 0.15 * (len(hits) - 1 if hits else 0)
    if nearby and not hits and not _telling(about):  # "the resolution": named before
        score = 0.85 + 0.15 * max(len(k.split()) for k in nearby)
    score += 0.05 * len(nearby)
    if _holds_tally(context, row):
        score += 3.0
    if row["target"] and any(_holds(about, word) for word in _names(row["target"])):
        score += 0.3
    stance = STANCES.get(row["stance"])
    if stance is not None and stance.search(about):
        score += 0.3
    return score


@lru_cache(maxsize=512)
def _telling(words: str) -> bool:
    return is_telling(words)


@lru_cache(maxsize=512)
def topic_words(text: str) -> str:
    """A text without the states that vote in it: a state is a topic only after "on", "condemning" and the like, or as an owner."""
    from nonaligned.reports.gazetteer import find_names

    for hit in reversed([hit for hit in find_names(text) if hit.kind == "state"]):
        is_topic = TOPICAL.search(text[: hit.start]) or re.match(r"\s?[’']s?\b", text[hit.end :])
        if not is_topic:
            text = text[: hit.start] + text[hit.end :]
    return text


def _holds_tally(text: str, row: dict[str, Any]) -> bool:
    """Whether the text gives the very count of the roll call: yes and no, or yes and abstentions."""
    said = _numbers(text)
    return row["yes"] >= 20 and str(row["yes"]) in said and (str(row["no"]) in said or str(row["abstain"]) in said)


@lru_cache(maxsize=512)
def _numbers(text: str) -> frozenset[str]:
    return frozenset(str(NUMBERS.get(word.casefold(), word)) for word in re.findall(r"\b\w+\b", text))


def _holds(text: str, phrase: str) -> bool:
    return _phrase(phrase).search(text.replace("’", "'")) is not None


@cache
def _phrase(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)


@cache
def _names(code: str) -> tuple[str, ...]:
    from nonaligned.world.names import gazetteer

    return tuple(
        form
        for form, entries in gazetteer().items()
        if any(e.code == code and e.kind in {"name", "adjective", "capital", "alias"} for e in entries)
    )


def _choice(claim: Claim, case: Case, rows: list[dict[str, Any]]) -> Finding:
    cast = _cast(case, claim.subject, [row["rcid"] for row in rows])
    known = [(row, cast[row["rcid"]]) for row in rows if row["rcid"] in cast]
    if not known:
        return Finding(
            "not_in_record", f"The record has no vote of {name(claim.subject)} on {_list(rows)}: it was no member of the body that day."
        )
    choice = claim.detail["choice"]
    same = [row for row, vote in known if vote == choice]
    if claim.status == "negated":
        same = [] if same else [row for row, _ in known]
    inferred = "" if claim.detail.get("symbol") else f"; which resolution is meant is inferred{_others(same or [r for r, _ in known])}"
    if same and same[0] is not known[0][0]:
        (row, vote), other = known[0], same[0]
        one = f"{WORDS[vote]} {_symbol(row)} of {row['date']} ({_about(row)})"
        two = f"{WORDS[choice]} {_symbol(other)} of {other['date']} ({other['short']})"
        return Finding(
            "unsupported",
            f"It depends on the resolution: {name(claim.subject)} {one}, but {two}.",
            _evidence(case, claim.subject, [row, other], cast),
        )
    meant = same or [row for row, _ in known]
    row = meant[0]
    vote = cast[row["rcid"]]
    series = _series(claim, case, row, vote)
    as_ever = f", as on every {row['session']} resolution on record by then ({len(series)})" if series else ""
    said = f"{name(claim.subject)} {WORDS[vote]} {_symbol(row)} of {row['date']} ({_about(row)}){as_ever}{inferred}."
    evidence = _evidence(case, claim.subject, series or meant[:6], cast | {r["rcid"]: vote for r in series})
    return Finding("supported" if same else "contradicted", said, evidence)


def _series(claim: Claim, case: Case, row: dict[str, Any], vote: str) -> list[dict[str, Any]]:
    """The roll calls of one emergency session up to the report's day, if the state voted the same on all of several."""
    if not row["session"].startswith("ES-"):
        return []
    sql = "SELECT * FROM roll_calls WHERE session = ? AND body = ? AND date <= ? ORDER BY date, rcid"
    rows = case.record.rows(sql, [row["session"], row["body"], case.day])
    cast = _cast(case, claim.subject, [r["rcid"] for r in rows])
    return rows if len(rows) > 1 and all(cast.get(r["rcid"]) == vote for r in rows) else []


def _count(claim: Claim, case: Case, rows: list[dict[str, Any]]) -> Finding:
    column = claim.detail["choice"]
    exact = [row for row in rows if row[column] == claim.value]
    row = (exact or rows)[0]
    is_named = bool(claim.detail.get("symbol")) and COUNTED_FROM not in row["note"]  # a count of our own may differ from the published
    verdict = "supported" if exact else "contradicted" if is_named else "not_in_record"
    return Finding(
        verdict,
        f"On {_symbol(row)} of {row['date']} {row[column]} {COUNTED[column]} ({_about(row)}).",
        (case.evidence("roll_calls", row, ("rcid",), _totals(row), "yes-no-abstain", str(row["date"].year)),),
    )


def _cast(case: Case, state: str, rcids: list[str]) -> dict[str, str]:
    codes = with_predecessor(state)
    rows = case.record.rows(
        "SELECT rcid, vote, source FROM votes WHERE list_contains(?::VARCHAR[], state) AND list_contains(?::VARCHAR[], rcid)",
        [list(codes), rcids],
    )
    return {row["rcid"]: row["vote"] for row in rows}


def _evidence(case: Case, state: str, rows: list[dict[str, Any]], cast: dict[str, str]) -> tuple[Evidence, ...]:
    return tuple(
        case.evidence(
            "roll_calls", {**row, "state": state}, ("rcid", "state"), cast[row["rcid"]], f"vote ({_totals(row)})", str(row["date"].year)
        )
        for row in rows
    )


def _symbol(row: dict[str, Any]) -> str:
    """What a reader calls the roll call: its resolution, else its key."""
    return row["resolution"] or row["rcid"]


def _about(row: dict[str, Any]) -> str:
    """What a roll call was about, with its totals."""
    return ", ".join(part for part in (row["short"] or row["title"][:60], _totals(row)) if part)


def _totals(row: dict[str, Any]) -> str:
    return f"{row['yes']}-{row['no']}-{row['abstain']}"


def _list(rows: list[dict[str, Any]]) -> str:
    return ", ".join(_symbol(row) for row in rows[:3])


def _others(rows: list[dict[str, Any]]) -> str:
    more = len(rows) - 1
    return f" ({more} other{'s' * (more > 1)} with the same vote may be meant)" if more else ""
