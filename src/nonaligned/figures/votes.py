"""How the report's states and the powers voted on what the report speaks of: a grid of roll calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from nonaligned.checking.case import name, with_predecessor
from nonaligned.figures.figure import Column, Figure, Gap, Scene
from nonaligned.figures.labels import capital, day_words, series_words

ORDER = 30
MOST = 12  # roll calls
LETTERS = {"yes": "Y", "abstain": "A", "no": "N", "absent": "–"}
CAST = "SELECT rcid, state, vote, source FROM votes WHERE list_contains(?::VARCHAR[], rcid) AND list_contains(?::VARCHAR[], state)"
Rows = list[dict[str, Any]]


def figures(scene: Scene) -> Iterator[Figure | Gap]:
    """One grid: the roll calls that the votes claims mean with others on the topic, else those about the report's states."""
    rows, what = _roll_calls(scene)
    if not rows:
        yield Gap(f"UN votes: no roll call on record up to {day_words(scene.day)} is about what the report’s states did.")
        return
    states = scene.columns("vote")
    cast = _cast(scene, rows, states)
    states = tuple(code for code in states if any((row["rcid"], code) in cast for row in rows))
    if not states:
        yield Gap("UN votes: none of the report’s states voted on the roll calls on record.")
        return
    yield _figure(scene, rows, what, states, cast)


def _roll_calls(scene: Scene) -> tuple[Rows, str]:
    taken = scene.record.rows("SELECT * FROM roll_calls WHERE date <= ? ORDER BY date, rcid", [scene.day])
    meant = [e.keys["rcid"] for c in scene.claims("vote") for e in c.evidence if "rcid" in e.keys]
    exact = [row for row in taken if row["rcid"] in meant]
    if exact:
        topic = Counter(_topics(row)[0] for row in exact if _topics(row)).most_common(1)
        same = [row for row in taken if topic and topic[0][0] in _topics(row) and row not in exact and row["body"] == exact[0]["body"]]
        chosen = exact[:MOST] + same[::-1][: max(0, MOST - len(exact))]
        is_one = bool(topic) and all(topic[0][0] in _topics(row) for row in chosen)
        return sorted(chosen, key=lambda row: (row["date"], row["rcid"])), _topic_words(topic[0][0]) if is_one else ""
    if scene.claims("vote"):
        return [], ""
    about = [row for row in taken if row["body"] == "UNGA" and set(scene.states) & {*row["about"].split("|"), row["target"]}]
    return about[-MOST:], ""


def _topics(row: dict[str, Any]) -> list[str]:
    return [topic for topic in row["topics"].split("|") if topic]


def _topic_words(topic: str) -> str:
    words = topic.replace("_", " ")
    proper = {
        "ukraine",
        "crimea",
        "gaza",
        "palestine",
        "cuba embargo",
        "syria",
        "iran",
        "iraq",
        "libya",
        "kosovo",
        "georgia",
        "myanmar",
        "afghanistan",
        "jerusalem",
        "hungary",
        "panama",
        "kuwait",
        "korea",
        "north korea",
        "bangladesh",
        "kampuchea",
    }
    return words.title() if words in proper and words != "cuba embargo" else "the Cuba embargo" if words == "cuba embargo" else words


def _cast(scene: Scene, rows: Rows, states: tuple[str, ...]) -> dict[tuple[str, str], str]:
    seats = {old: code for code in states for old in with_predecessor(code)} | {code: code for code in states}
    found = scene.record.rows(CAST, [[row["rcid"] for row in rows], list(seats)])
    return {(row["rcid"], seats[row["state"]]): row["vote"] for row in found}


def _figure(scene: Scene, rows: Rows, what: str, states: tuple[str, ...], cast: dict[tuple[str, str], str]) -> Figure:
    title = _title(scene, rows, what, states, cast)
    table = tuple(
        (
            row["short"],
            row["date"].isoformat(),
            row["resolution"] or row["rcid"],
            f"{row['yes']}–{row['no']}–{row['abstain']}",
            *(cast.get((row["rcid"], code), "") for code in states),
        )
        for row in rows
    )
    keys = dict.fromkeys(key for row in rows for key in str(row["source"]).split("|"))
    votes = scene.record.rows(
        "SELECT DISTINCT source FROM votes WHERE list_contains(?::VARCHAR[], rcid) ORDER BY source", [[r["rcid"] for r in rows]]
    )
    sources = tuple(scene.record.source("roll_calls", key) for key in keys) + tuple(
        scene.record.source("votes", row["source"]) for row in votes
    )
    bodies = {"UNGA": "General Assembly", "UNSC": "Security Council"}
    return Figure(
        name="votes",
        title=title,
        subtitle=f"Roll calls of the {series_words(sorted({bodies[row['body']] for row in rows}))} up to {day_words(scene.day)}",
        alt=f"Grid of {len(rows)} roll calls by {len(states)} states. {title}.",
        columns=(
            *(Column(words) for words in ("vote on", "date", "resolution", "yes–no–abstain")),
            *(Column(code, "mark", capital(name(code))) for code in states),
        ),
        rows=table,
        sources=tuple({s.label: s for s in sources}.values()),
        as_of=scene.record.origin("roll_calls").as_of,
        note="Y yes, A abstain, N no, – present as a member but cast no vote; an empty cell: not a member of the body that day. "
        "Landmark votes and what the user has loaded, not every vote taken; totals as the UN published them.",
        letters=LETTERS,
        claims=tuple(c.claim.claim_id for c in scene.claims("vote") if c.evidence),
    )


def _title(scene: Scene, rows: Rows, what: str, states: tuple[str, ...], cast: dict[tuple[str, str], str]) -> str:
    subject = next((code for code in (scene.focus, *states) if code in states), states[0])
    mine = {row["rcid"]: cast[row["rcid"], subject] for row in rows if (row["rcid"], subject) in cast}
    on = f"{len(mine)} votes on {what}" if what else f"{len(mine)} votes about the report’s states"
    choice, count = Counter(mine.values()).most_common(1)[0]
    words = {"yes": "voted yes on", "no": "voted no on", "abstain": "abstained on", "absent": "stayed away from"}[choice]
    often = "all" if count == len(mine) else str(count) if 2 * count > len(mine) else ""
    if len(mine) == 1:
        return f"{capital(name(subject))} {words} the one vote {f'on {what}' if what else 'on record'}"
    likeness = {power: sum(cast.get((rcid, power)) == vote for rcid, vote in mine.items()) for power in scene.powers if power in states}
    likeness.pop(subject, None)
    counts = {0: "none", len(mine): "all"}
    beside = [f"like {name(power)} on {counts.get(same, same)}" for power, same in sorted(likeness.items(), key=lambda entry: -entry[1])]
    head = f"{capital(name(subject))} {words} {often} of {on}" if often else f"{capital(name(subject))} split its {on}"
    return f"{head}; it voted {series_words(beside, 5)}" if beside else head
