"""Voeten's layout of the Assembly's roll calls, short and full; read through `un_votes`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import LoadedRows
from nonaligned.sources.roll_call_rows import as_count, as_day, is_member, loaded, read_text, refuse, seated
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

VOETEN_VOTES = {"1": "yes", "2": "abstain", "3": "no", "8": "absent"}
ISSUES = ("me", "nu", "di", "hr", "co", "ec")
SYMBOLS_FROM = 31  # before session 31 the file's `unres` counts pages or votes, not resolutions
NEEDED = ("rcid", "ccode", "vote", "session", "date", "unres")
OPTIONAL = ("importantvote", "short", "descr", *ISSUES)
OFTEN_LOST = ((71, "ZWE"),)  # votes that the published totals count and the file has as absences
TORN_SLACK = 3  # votes that a roll call of a torn session may lack


def read_voeten(path: Path, header: list[str]) -> LoadedRows:
    """Read Voeten's file: votes 1 yes, 2 abstain, 3 no, 8 absent, 9 not a member; states as COW numbers.

    Known faults of the file are dealt with and told in the warnings: rows that carry the day of another roll call
    are left out, absences of states that were no members are left out, sessions without absences get them from the
    membership of the day unless rows are known to be missing there.

    Raises
    ------
    SourceError
        If a column is missing or a cell cannot be read.
    """
    import polars as pl

    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise SourceError(f"{path.name}, line 1: the column {missing[0]} is missing.", why=f"It has {', '.join(header)}.")
    names = {name: name for name in (*NEEDED, *OPTIONAL) if name in header}
    raw = read_text(path, names).with_columns(as_day("date").alias("day"), as_count("vote").cast(pl.String).alias("value"))
    refuse(raw, as_count("rcid").is_null(), "rcid", "a roll-call number", path)
    refuse(raw, as_count("session").is_null(), "session", "a session", path)
    refuse(raw, ~pl.col("value").is_in([*VOETEN_VOTES, "9"]) | pl.col("value").is_null(), "vote", "1, 2, 3, 8 or 9", path)
    refuse(raw, pl.col("day").is_null(), "date", "a day as YYYY-MM-DD", path)
    numbers = _cow_codes()
    refuse(raw, ~pl.col("ccode").str.replace(r"\.0+$", "").is_in(list(numbers)), "ccode", "a COW number", path)
    warnings: list[str] = []
    votes = (
        raw.filter(pl.col("value") != "9")
        .select(
            "line",
            rcid="voeten:" + as_count("rcid").cast(pl.String),
            session=as_count("session"),
            date=pl.col("day"),
            state=pl.col("ccode").str.replace(r"\.0+$", "").replace_strict(numbers),
            vote=pl.col("value").replace_strict(VOETEN_VOTES),
        )
        .with_columns(seated(but="CHN"))
    )  # the file tells 710 from 713
    votes, torn = _whole(votes, warnings)
    refuse(
        votes.rename({"state": "ccode"}),
        votes.select(pl.struct("rcid", "state").is_duplicated()).to_series(),
        "ccode",
        "a member's only vote in the roll call",
        path,
    )
    votes = _absences(votes, torn, warnings)
    _tell_faults(votes, warnings)
    roll_calls = _roll_calls(raw, votes)
    return loaded(roll_calls, votes, "voeten", warnings, TORN_SLACK if torn else 0)


def _cow_codes() -> dict[str, str]:
    return {spell.number: one.code for one in states(system=None) for spell in one.in_system("cow") if spell.number}


def _whole(votes: pl.DataFrame, warnings: list[str]) -> tuple[pl.DataFrame, list[int]]:
    """Rows with their roll call's own day, and the sessions in which some had another's."""
    import polars as pl

    day = votes.group_by("rcid", "date").len().sort("rcid", "len", "date").group_by("rcid", maintain_order=True).last()
    votes = votes.join(day.select("rcid", own="date"), on="rcid")
    astray = votes.filter(pl.col("date") != pl.col("own"))
    torn = sorted(astray["session"].unique().to_list())
    if astray.height:
        sessions = ", ".join(map(str, torn))
        warnings.append(
            f"{astray.height} rows of session {sessions} carry the day of another roll call (first in line {astray['line'].min()}) "
            f"and were left out; other rows are missing there (Türkiye's from November 2023), so its totals fall short."
        )
    return votes.filter(pl.col("date") == pl.col("own")).drop("own"), torn


def _absences(votes: pl.DataFrame, torn: list[int], warnings: list[str]) -> pl.DataFrame:
    """Without the absences of non-members; with those of members in sessions that list none."""
    import polars as pl

    votes = is_member(votes)
    strangers = votes.filter((pl.col("vote") == "absent") & ~pl.col("member"))
    if strangers.height:
        warnings.append(f"{strangers.height} absences of states that were no members on the day were left out.")
    votes = votes.filter(pl.col("member") | (pl.col("vote") != "absent")).drop("member", "line")
    silent = votes.group_by("session").agg((pl.col("vote") == "absent").any().alias("told")).filter(~pl.col("told"))
    bare = [session for session in sorted(silent["session"].to_list()) if session not in torn]
    if torn:
        warnings.append(f"Session {', '.join(map(str, torn))}: a state without a row is unknown there, not absent.")
    if not bare:
        return votes
    calls = votes.filter(pl.col("session").is_in(bare)).select("rcid", "session", "date").unique()
    days = calls["date"].unique().to_list()
    members = pl.DataFrame(
        [(day, one.code) for day in days for one in states(day, "un")], schema={"date": pl.Date, "state": pl.String}, orient="row"
    )
    filled = calls.join(members, on="date").join(votes, on=["rcid", "state"], how="anti").with_columns(vote=pl.lit("absent"))
    warnings.append(
        f"Sessions {', '.join(map(str, bare))} list no absences: {filled.height} members of the day without a row are set down as absent."
    )
    return pl.concat([votes, filled.select(votes.columns)])


def _tell_faults(votes: pl.DataFrame, warnings: list[str]) -> None:
    import polars as pl

    for session, state in OFTEN_LOST:
        theirs = votes.filter((pl.col("session") == session) & (pl.col("state") == state))["vote"]
        absent = int((theirs == "absent").sum())
        if absent > theirs.len() / 2:
            warnings.append(
                f"Session {session}: {state} is absent in {absent} of {theirs.len()} roll calls; where it was checked, the "
                "published totals count its vote."
            )


def _roll_calls(raw: pl.DataFrame, votes: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    raw = raw.with_columns(pl.lit("").alias(name) for name in OPTIONAL if name not in raw.columns)
    number = as_count("session")
    symbol = (
        pl.when(pl.col("unres").str.starts_with("A/RES/"))
        .then("unres")
        .when((number >= SYMBOLS_FROM) & pl.col("unres").str.contains(r"^R/\d+/\d+[A-Z]*$"))
        .then("A/RES/" + pl.col("unres").str.slice(2))
        .otherwise(pl.lit(""))
    )
    given = pl.when((pl.col("unres") != "") & (symbol == "")).then("; numbered " + pl.col("unres") + " in the file").otherwise(pl.lit(""))
    words = raw.unique("rcid", keep="first", maintain_order=True).select(
        rcid="voeten:" + as_count("rcid").cast(pl.String),
        body=pl.lit("UNGA"),
        session=number.cast(pl.String),
        resolution=symbol,
        title=pl.when(pl.col("descr") != "").then("descr").otherwise("short"),
        important=pl.when(as_count("importantvote") == 1).then(pl.lit("1")).otherwise(pl.lit("")),
        issue=pl.concat_list(pl.when(pl.col(name).str.to_lowercase().is_in(["1", "1.0", "true"])).then(pl.lit(name)) for name in ISSUES)
        .list.drop_nulls()
        .list.join("|"),
        note="totals counted from the votes" + given,
    )
    counts = votes.group_by("rcid", "date").agg(
        *((pl.col("vote") == vote).sum().cast(pl.Int64).alias(vote) for vote in ("yes", "no", "abstain", "absent"))
    )
    return words.join(counts, on="rcid")
