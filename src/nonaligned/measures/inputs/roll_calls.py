"""Roll calls and votes of the record, with the choices of which roll calls count, in which period, as which item."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import NotLoadedError, UsageError

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

FIRST_SESSION = 1945  # a session opens in September of this year plus its number
OPENS = 9
LOAD = "nonaligned load un_votes FILE"
CALLS = "nonaligned load un_votes VOTES ROLLCALLS.parquet"
ISSUES = {
    "me": "Palestinian conflict",
    "nu": "nuclear weapons and material",
    "di": "arms control and disarmament",
    "hr": "human rights",
    "co": "colonialism",
    "ec": "economic development",
}
PART_RULES = ("published", "whole_texts", "all")
LAST_SESSION_OF_PARTS = 44  # the published estimates leave out votes on paragraphs and amendments after it
LEFT_OUT_SESSIONS = (19,)  # without a vote by custom: one roll call
PERIODS = ("session", "year")
LINKS = ("given", "titles", "none")
ISSUE_BY = ("codes", "titles")
BODIES = ("UNGA", "UNSC")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which roll calls count.

    Attributes
    ----------
    body : {"UNGA", "UNSC"}
    period : {"session", "year"}
        A session is the regular one that had opened in the September before; a year is the calendar year of the vote.
    parts : {"published", "whole_texts", "all"}
        Votes on paragraphs and amendments: left out after session 44 (as in the published estimates), left out, or kept.
    link : {"given", "titles", "none"}
        Repeated resolutions share an item as the file says, also by title where it is silent, or never.
    issue : str
        A code of `ISSUES`, "important" (as the United States named them), or empty for all.
    only : tuple of str
        Keys of roll calls; empty for all.
    issue_by : {"codes", "titles"}
        Issues as the file codes them, or by rules on titles where it gives no code.
    """

    body: str = "UNGA"
    period: str = "session"
    parts: str = "published"
    link: str = "given"
    issue: str = ""
    only: tuple[str, ...] = ()
    issue_by: str = "codes"


@dataclass(frozen=True, slots=True)
class Ballots:
    """Roll calls and the votes cast in them.

    Attributes
    ----------
    calls : polars.DataFrame
        `rcid`, `session` (number), `year`, `date`, `period`, `item`, `issue`, `part`, `title`, `source`; by period and rcid.
    votes : polars.DataFrame
        `call` (row in `calls`), `state`, `y` (1 yes, 2 abstain, 3 no), by call and state.
    used : tuple of (table, source)
    notes : tuple of str
    """

    calls: pl.DataFrame
    votes: pl.DataFrame
    used: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def read_ballots(record: Record, choice: Choice | None = None, states: tuple[str, ...] = ()) -> Ballots:
    """The votes of the loaded files; the landmark votes that ship were chosen for their fame and measure nothing.

    Raises
    ------
    NotLoadedError
        If no votes were loaded, or the loaded file has no words for what is asked (issue codes, importance).
    UsageError
        If an issue is unknown, or no roll call is left.
    """
    import polars as pl

    choice = choice or Choice()
    calls, notes = _chosen(_loaded_calls(record, choice), choice)
    if not calls.height:
        raise UsageError("No roll call is left.", why=f"None fits {_words(choice)}.", mend="choose another issue, or fewer conditions")
    calls = calls.with_columns(period=pl.col("session") if choice.period == "session" else pl.col("date").dt.year().cast(pl.Int32))
    calls = calls.sort("period", "rcid").with_row_index("call")
    calls, linked = _items(calls, choice)
    votes = record.frame(
        "SELECT CAST(asked.call AS UINTEGER) AS call, state, "
        "CAST(CASE vote WHEN 'yes' THEN 1 WHEN 'abstain' THEN 2 ELSE 3 END AS TINYINT) AS y FROM votes "
        "JOIN (SELECT unnest(?) AS rcid, unnest(range(?)) AS call) AS asked USING (rcid) "
        "WHERE vote IN ('yes', 'abstain', 'no') AND (len(?) = 0 OR state IN (SELECT unnest(?)))",
        [calls["rcid"].to_list(), calls.height, list(states), list(states)],
    ).sort("call", "state")
    loads = [entry.source for entry in record.loads if "votes" in entry.files]
    keys = dict.fromkeys(key for keys in calls["source"].unique().sort() for key in str(keys).split("|"))
    return Ballots(calls, votes, tuple(("votes", key) for key in (keys or dict.fromkeys(loads))), (*notes, *linked))


def _loaded_calls(record: Record, choice: Choice) -> pl.DataFrame:
    """Roll calls of a body in loaded files. Where a file puts the votes of an emergency special session under the regular one, so do we."""
    import polars as pl

    files = [record.folder / entry.files["roll_calls"] for entry in record.loads if "roll_calls" in entry.files]
    if not files:
        raise NotLoadedError(
            "The record holds too few votes to measure.", why="Only landmark votes ship; no file of votes was loaded.", mend=LOAD
        )
    held = pl.concat([pl.read_parquet(path, columns=["rcid", "session"]) for path in files])
    held = held.unique("rcid", keep="first", maintain_order=True)
    calls = record.frame(
        "SELECT rcid, date, title, short, issue, part, important, linked_rcid, source FROM roll_calls WHERE body = ?", [choice.body]
    ).join(held, on="rcid")
    if not calls.height:
        raise NotLoadedError(f"No roll calls of {choice.body} were loaded.", mend=LOAD)
    day = pl.col("date")
    opened = day.dt.year() - (day.dt.month() < OPENS).cast(pl.Int32) - FIRST_SESSION
    session = pl.coalesce(pl.col("session").cast(pl.Int32, strict=False), opened.cast(pl.Int32))
    return calls.with_columns(session=session, year=(session + FIRST_SESSION).cast(pl.Int32))


def _chosen(calls: pl.DataFrame, choice: Choice) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The roll calls that the choice keeps, and what must be said of it."""
    import polars as pl

    notes: list[str] = []
    if choice.body == "UNGA" and choice.period == "session":
        calls = calls.filter(~pl.col("session").is_in(LEFT_OUT_SESSIONS))
    has_parts = bool((calls["part"] != "").any())
    if choice.parts != "all" and not has_parts:
        notes.append(f"the loaded file does not tell votes on paragraphs and amendments from votes on whole texts: all count ({CALLS})")
    elif choice.parts != "all":
        late = pl.col("session") > LAST_SESSION_OF_PARTS if choice.parts == "published" else pl.lit(True)
        calls = calls.filter((pl.col("part") == "") | ~late)
    if choice.only:
        found = calls.filter(pl.col("rcid").is_in(list(choice.only)))
        missing = sorted(set(choice.only) - set(found["rcid"].to_list()))
        if missing:
            notes.append(f"{len(missing)} of {len(choice.only)} roll calls of the list are not loaded: {', '.join(missing[:3])}")
        calls = found
    if choice.issue:
        calls = _of_issue(calls, choice, notes)
    return calls, tuple(notes)


def _of_issue(calls: pl.DataFrame, choice: Choice, notes: list[str]) -> pl.DataFrame:
    import difflib

    import polars as pl

    issue = choice.issue

    if issue not in (*ISSUES, "important"):
        near = difflib.get_close_matches(issue, [*ISSUES, "important"], n=1, cutoff=0.3)
        known = ", ".join(f"{code} ({words})" for code, words in ISSUES.items())
        raise UsageError(
            f"There is no issue {issue!r}.", why=f"Did you mean {near[0]}?" if near else "", mend=f"Issues: {known}, important."
        )
    if choice.issue_by == "titles" and issue != "important":
        return _by_title_rules(calls, issue, notes)
    column = "important" if issue == "important" else "issue"
    coded = calls.filter(pl.col(column) != "")
    if not coded.height:
        raise NotLoadedError("The loaded votes have no codes of issues.", why="They stand in the file of roll calls.", mend=CALLS)
    last = int(coded["session"].max())  # pyright: ignore[reportArgumentType]
    if last < int(calls["session"].max()):  # pyright: ignore[reportArgumentType]
        notes.append(f"codes of issues end with session {last}: later roll calls cannot be told apart and are left out")
    rule = pl.col(column) == "1" if issue == "important" else pl.col(column).str.split("|").list.contains(issue)
    return coded.filter(rule)


def _by_title_rules(calls: pl.DataFrame, issue: str, notes: list[str]) -> pl.DataFrame:
    """Roll calls coded with the issue, and of those without any code the ones whose title a rule gives to it."""
    import polars as pl

    from nonaligned.measures.agenda.issue_rules import issues_of_title

    told = [issue in issues_of_title(title or short) for title, short in calls.select("title", "short").iter_rows()]
    chosen = calls.filter(
        pl.when(pl.col("issue") != "").then(pl.col("issue").str.split("|").list.contains(issue)).otherwise(pl.Series(told))
    )
    by_rule = chosen.filter(pl.col("issue") == "").height
    notes.append(f"{by_rule} of {chosen.height} roll calls have no code of an issue and were chosen by their titles")
    return chosen


def _items(calls: pl.DataFrame, choice: Choice) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Adds `item`: the key of the roll call whose text this one repeats, else its own."""
    import polars as pl

    own = pl.col("rcid")
    if choice.link == "none":
        return calls.with_columns(item=own), ()
    given = pl.when(pl.col("linked_rcid") != "").then("linked_rcid").otherwise(own)
    calls = calls.with_columns(item=given)
    silent = calls.filter(pl.col("linked_rcid") == "")
    notes = ()
    if silent.height == calls.height:
        notes = ("the loaded file does not say which resolutions repeat one another",)
    elif silent.height:
        sessions = f"{silent['session'].min()} to {silent['session'].max()}"
        notes = (f"{silent.height} roll calls of sessions {sessions} have no link to those that they repeat",)
    if choice.link == "titles":
        calls = _linked_by_title(calls)
    return calls, notes


def _linked_by_title(calls: pl.DataFrame) -> pl.DataFrame:
    """Where the file gives no link, the item of the first roll call whose title is repeated."""
    import polars as pl

    from nonaligned.measures.agenda.linking import link_repeated

    own = pl.when(pl.col("title").str.contains("^A/[0-9]{2}/251") | (pl.col("title") == "")).then("short").otherwise("title")
    titles = calls.select(title=pl.when(pl.col("short").str.contains(": resolution")).then("short").otherwise(own))["title"]
    label = pl.Series("label", link_repeated(titles.to_list(), calls["session"].to_list()))
    first = pl.col("item").sort_by("session", "rcid").first().over("label")
    silent = pl.col("linked_rcid") == ""
    return calls.with_columns(label).with_columns(item=pl.when(silent).then(first).otherwise("item")).drop("label")


def _words(choice: Choice) -> str:
    parts = [choice.body]
    if choice.issue:
        parts.append(f"issue {choice.issue}")
    if choice.only:
        parts.append(f"the list of {len(choice.only)}")
    return ", ".join(parts)


@cache
def lineages() -> dict[str, str]:
    """Every state's lineage: states that held one number of the Correlates of War continue one another (SUN and RUS: 365)."""
    from nonaligned.world.states import states

    return {one.code: f"cow{one.cow_code}" if one.cow_code else one.code for one in states(system=None)}


def lineage_words(unit: str) -> str:
    """A lineage as the codes of its states."""
    return "/".join(code for code, line in lineages().items() if line == unit) or unit


def read_list(path: Path) -> tuple[str, ...]:
    """Keys of roll calls from a text file, one a line, or from the column `rcid` of a CSV file.

    Raises
    ------
    UsageError
        If the file cannot be read or holds none.
    """
    import csv

    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read.", why=str(error), mend="a text file with one rcid a line") from error
    rows = list(csv.reader(line for line in lines if line.strip()))
    at = rows[0].index("rcid") if rows and "rcid" in rows[0] else 0
    keys = tuple(dict.fromkeys(row[at].strip() for row in rows if len(row) > at and row[at].strip() not in ("", "rcid")))
    if not keys:
        raise UsageError(f"{path} names no roll call.", mend="a text file with one rcid a line, as A/RES/78/10 or voeten:5822")
    return keys


def within(ballots: Ballots, first: int, last: int, column: str = "year") -> Ballots:
    """Only the roll calls of some years (or of another column's range)."""
    import polars as pl

    calls = ballots.calls.filter(pl.col(column).is_between(first, last))
    votes = ballots.votes.filter(pl.col("call").is_in(calls["call"].implode()))
    number = pl.DataFrame({"call": calls["call"], "new": range(calls.height)}, schema_overrides={"new": pl.UInt32})
    votes = votes.join(number, on="call", maintain_order="left").select(pl.col("new").alias("call"), "state", "y")
    return replace(ballots, calls=calls.drop("call").with_row_index("call"), votes=votes)
