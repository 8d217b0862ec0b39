"""Where the report's states and the powers stood in the General Assembly, session by session, with intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from nonaligned.checking.case import claim_days, name, with_predecessor
from nonaligned.figures.figure import Band, Bands, Column, Estimate, Figure, Gap, Scene
from nonaligned.figures.labels import NBSP, capital, in_words, possessive, round_years, series_words, signed
from nonaligned.figures.theme import colours

ORDER = 35
SHOWN = 5
USUAL, EARLIEST = 1990, 1946
POLE = "USA"  # the scale turns on it: high is near to it
SURE = 0.95  # probability from which one distance counts as the smaller
ENDS = ("votes unlike the United States", "votes like the United States")
ROWS = """
SELECT state, year, ideal_point, sd, lower, upper, q25, q75, n_votes, source FROM ideal_points
WHERE list_contains(?::VARCHAR[], state) AND year BETWEEN ? AND ? AND ideal_point IS NOT NULL ORDER BY year, state
"""
WORLD = """
SELECT year, quantile_cont(ideal_point, 0.1) AS low, quantile_cont(ideal_point, 0.9) AS high FROM ideal_points
WHERE year BETWEEN ? AND ? AND ideal_point IS NOT NULL GROUP BY year HAVING count(*) >= 30 ORDER BY year
"""
By = Mapping[str, Mapping[int, Mapping[str, Any]]]


def figures(scene: Scene) -> Iterator[Figure | Gap]:
    """One chart of up to five states, the powers among them, in the sessions that opened in a year before the report's."""
    states = scene.columns("vote", most=SHOWN)[:SHOWN]
    first, last = _span(scene)
    seats = {old: code for code in states for old in with_predecessor(code)}
    by: dict[str, dict[int, dict[str, Any]]] = {code: {} for code in states}
    for row in scene.record.rows(ROWS, [list(seats), first, last]):
        by[seats[row["state"]]][row["year"]] = row
    missing = [name(code) for code in states if not by[code]]
    if missing:
        yield Gap(f"Positions in the General Assembly: none on record from {first} to {last} for {series_words(missing, SHOWN)}.")
    held = {code: rows for code, rows in by.items() if rows}
    if any(code not in scene.powers for code in held) or len(held) > 1:
        yield _figure(scene, held, (first, last))


def _span(scene: Scene) -> tuple[int, int]:
    """First and last year: all since 1946 where the report is of an earlier time, or speaks of votes of one."""
    told = [days[0].year for item in scene.claims("vote") if (days := claim_days(item.claim)) is not None]
    return (EARLIEST if min([scene.day.year - 10, *told]) < USUAL else USUAL), scene.day.year - 1


def _figure(scene: Scene, held: By, span: tuple[int, int]) -> Figure:
    codes = tuple(held)
    title = finding(held, scene.states, scene.powers, scene.focus)
    rows = [row for points in held.values() for row in points.values()]
    keys = dict.fromkeys(key for row in rows for key in str(row["source"]).split("|"))
    every = sorted({row["year"] for row in rows})
    world = scene.record.rows(WORLD, [every[0], every[-1]])
    shade = colours(codes)
    is_soviet = "RUS" in held and every[0] <= 1991
    return Figure(
        name="positions",
        title=title,
        subtitle=f"Positions in the UN General Assembly by session, with 50{NBSP}% and 90{NBSP}% intervals; "
        "grey area: where 8 in 10 states stood. 0 is the mean since 1946, 1 the standard deviation",
        alt=f"Line chart with bands. {title}. Lines for {series_words([name(code) for code in codes])}; see the table below.",
        columns=(
            *(Column(words) for words in ("session of", "state")),
            *(Column(words, "number", decimals=2) for words in ("position", "from (5 %)", "to (95 %)")),
            Column("votes", "number"),
        ),
        rows=tuple((str(year), capital(name(code)), *_cells(held[code][year])) for year in every for code in codes if year in held[code]),
        sources=tuple(scene.record.source("ideal_points", key) for key in keys),
        as_of=scene.record.origin("ideal_points").as_of,
        note="One line drawn from votes alone: what the contested votes of a session have in common. It cannot rank states between "
        "Russia and China, and says nothing of what a state does outside the Assembly. "
        f"A session is dated by the year in which it opened; each position rests on {_counts(rows)} contested votes. "
        "Own estimates." + (" Until 1991 Russia’s line is the Soviet Union’s." if is_soviet else ""),
        chart=Bands(
            tuple(Band(_label(code), tuple(map(_estimate, held[code].values())), shade[code]) for code in codes),
            ENDS,
            round_years(every[0], every[-1]),
            context=tuple((float(row["year"]), row["low"], row["high"]) for row in world),
            context_label="8 in 10 states",
        ),
        claims=tuple(item.claim.claim_id for item in scene.claims("vote")),
    )


def _label(code: str) -> str:
    return capital(name(code)).removeprefix("The ")


def _estimate(row: Mapping[str, Any]) -> Estimate:
    return Estimate(float(row["year"]), row["ideal_point"], row["lower"], row["upper"], row["q25"], row["q75"])


def _cells(row: Mapping[str, Any]) -> tuple[float | None, ...]:
    return (*(None if row[key] is None else round(row[key], 3) for key in ("ideal_point", "lower", "upper")), row["n_votes"])


def _counts(rows: list[Mapping[str, Any]]) -> str:
    low, high = min(row["n_votes"] for row in rows), max(row["n_votes"] for row in rows)
    return str(low) if low == high else f"{low} to {high}"


def is_nearer(one: Mapping[str, Any], this: Mapping[str, Any], that: Mapping[str, Any]) -> float:
    """The probability that a state stood nearer to `this` than to `that`, their positions normal and independent.

    On a line that is the side of the middle between the two on which it stands; which of the two is higher is taken from their means.

    Examples
    --------
    >>> low, high = {"ideal_point": -1.0, "sd": 0.1}, {"ideal_point": 3.0, "sd": 0.1}
    >>> round(is_nearer({"ideal_point": 1.0, "sd": 0.2}, low, high), 2), is_nearer({"ideal_point": 0.0, "sd": 0.2}, low, high) > 0.99
    (0.5, True)
    """
    middle = (this["ideal_point"] + that["ideal_point"]) / 2
    spread = math.sqrt((one["sd"] or 0) ** 2 + ((this["sd"] or 0) ** 2 + (that["sd"] or 0) ** 2) / 4)
    side = (middle - one["ideal_point"]) * (1 if this["ideal_point"] < that["ideal_point"] else -1)
    return 0.5 * math.erfc(-side / (spread * math.sqrt(2))) if spread > 0 else float(side > 0)


def finding(held: By, states: tuple[str, ...], powers: tuple[str, ...], focus: str) -> str:
    """What the chart shows, in words that its intervals bear out; Russia and China are never compared with one another.

    Parameters
    ----------
    held : mapping of state to year to row
    states : tuple of str
        Of the report, most often named first.
    powers : tuple of str
    focus : str
        The state that the report is about.
    """
    subject = focus if focus in held else next((code for code in held if code not in powers), next(iter(held)))
    poles = [code for code in (*states, *powers) if code in powers and code in held and code != subject]
    others = list(dict.fromkeys(code for code in poles if code != POLE))
    if POLE in poles and others and subject not in powers:
        return _nearer(held, subject, others)
    rival = POLE if POLE in poles else next((code for code in others if subject == POLE or subject not in powers), "")
    if rival:
        return _apart(held, subject, rival)
    year, row = list(held[subject].items())[-1]
    interval = "" if row["lower"] is None else f" (90 % interval {signed(row['lower'])} to {signed(row['upper'])})"
    return f"{capital(possessive(name(subject)))} position in the UN was {signed(row['ideal_point'])} in the session of {year}{interval}"


def _nearer(held: By, subject: str, others: list[str]) -> str:
    """Whether the subject stood nearer to other powers than to the United States, in how many sessions; of all others if all agree."""
    told = {code: _sides(held, subject, code) for code in others}
    told = {code: sides for code, sides in told.items() if sides}
    if not told:
        return _apart(held, subject, POLE)
    who, far = name(subject), name(POLE)
    every = [p for sides in told.values() for p in sides.values()]
    years = sorted({year for sides in told.values() for year in sides})
    when = f"from {years[0]} to {years[-1]}" if years[0] < years[-1] else f"of {years[0]}"
    if min(every) >= SURE:
        return f"{capital(who)} voted nearer to {series_words([name(code) for code in told])} than to {far} in every session {when}"
    if max(every) <= 1 - SURE:
        near = " or ".join(name(code) for code in told)
        return f"{capital(who)} voted nearer to {far} than to {near} in every session {when}"
    code, sides = next(iter(told.items()))
    return _counted(who, name(code), far, list(sides.values()), f"{min(sides)} to {max(sides)}")


def _counted(who: str, near: str, far: str, sides: list[float], when: str) -> str:
    counts = {near: sum(p >= SURE for p in sides), far: sum(p <= 1 - SURE for p in sides)}
    unsure = len(sides) - sum(counts.values())
    if unsure == len(sides):
        return f"It cannot be told of any session from {when} whether {who} voted nearer to {near} or to {far}"
    first, second = (near, far) if counts[near] >= counts[far] else (far, near)
    rest = [f"nearer to {second} in {in_words(counts[second])}"] * bool(counts[second])
    rest += [f"in {in_words(unsure)} the distances cannot be told apart"] * bool(unsure)
    head = f"{capital(who)} voted nearer to {first} than to {second} in {counts[first]} of {len(sides)} sessions from {when}"
    return f"{head}; {'; '.join(rest)}" if rest else head


def _sides(held: By, subject: str, this: str) -> dict[int, float]:
    """By year, the probability that the subject stood nearer to `this` power than to the United States."""
    years = [year for year in held[subject] if year in held[this] and year in held[POLE]]
    return {year: is_nearer(held[subject][year], held[this][year], held[POLE][year]) for year in years}


def _apart(held: By, subject: str, that: str) -> str:
    """How far from a power the subject stood at first and at last; only a change that the intervals bear out is called one."""
    gaps = {year: _gap(row, held[that][year]) for year, row in held[subject].items() if year in held[that]}
    who, whom = capital(name(subject)), name(that)
    if not gaps:
        return f"{who} and {whom} have no position in the same session"
    (first, (was, sd_was)), (last, (now, sd_now)) = next(iter(gaps.items())), list(gaps.items())[-1]
    if abs(now) < 1.645 * sd_now:
        return f"The positions of {name(subject)} and {whom} in the session of {last} cannot be told apart"
    change = abs(now) - abs(was)
    if last > first and abs(change) > 1.96 * math.hypot(sd_was, sd_now):
        how = "farther from" if change > 0 else "nearer to"
        return f"{who} voted {how} {whom} in the session of {last} than in that of {first}: {abs(now):.1f} apart against {abs(was):.1f}"
    return f"{who} stood {abs(now):.1f} from {whom} in the session of {last}" + (
        f", without clear change since {first}" if last > first else ""
    )


def _gap(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[float, float]:
    return one["ideal_point"] - other["ideal_point"], math.hypot(one["sd"] or 0, other["sd"] or 0)
