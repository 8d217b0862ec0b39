"""Voeten's roll calls of the Assembly as rows of the tables; read through `un_votes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import LoadedRows, SetAside
from nonaligned.sources.reading import as_count, refuse
from nonaligned.sources.roll_call_rows import CAST, loaded, seated, tell_doubles, tell_totals, un_spells
from nonaligned.sources.voeten_files import CODES, ISSUES, NOT_A_MEMBER, VoetenCalls, VoetenFile, cow_codes
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

SYMBOLS_FROM = 31  # before session 31 the file's `unres` counts pages or votes, not resolutions
OFTEN_LOST = ((71, "ZWE"),)  # votes that the published totals count and the file has as absences
TORN_SLACK = 6  # votes that a roll call of a torn session may lack
MAY_DISAGREE = 0.01  # share of roll calls on whose session or day two files may disagree
ABSENT = CODES["absent"]


def voeten_rows(file: VoetenFile, calls: VoetenCalls | None = None) -> LoadedRows:
    """The tables from a file of votes, with the words of the file of roll calls where there is one.

    Known faults are dealt with and told in the warnings: rows that carry the day of another roll call are set aside, so
    are absences of states that were no members; sessions without absences get them from the membership of the day
    unless rows are known to be missing there.

    Raises
    ------
    SourceError
        If a state votes twice, or the two files are not of one edition.
    """
    import polars as pl

    warnings: list[str] = []
    aside: list[SetAside] = []
    votes, torn = _votes(file, aside, warnings)
    words = file.words if calls is None else _joined(file, calls, aside, warnings)
    counts = votes.group_by("rcid").agg(
        pl.col("session", "date").first(), *((pl.col("vote") == code).sum().cast(pl.Int64).alias(vote) for vote, code in CODES.items())
    )
    printed = words.select(_key("rcid"), **{vote: as_count(f"n_{vote}") for vote in CAST})
    tell_totals(printed, counts.with_columns(_key("rcid")), warnings)
    words = words.join(counts, on="rcid", maintain_order="left")
    tell_doubles(words.with_columns(_key("rcid")), "unres", warnings)
    cast = pl.col("vote").replace_strict({code: vote for vote, code in CODES.items()}, return_dtype=pl.String)
    return loaded(
        _roll_calls(words),
        votes.select(_key("rcid"), pl.col("state").cast(pl.String), cast),
        "voeten",
        warnings,
        rows_in=file.rows.height + (0 if calls is None else calls.rows.height),
        set_aside=aside,
        slack=TORN_SLACK if torn else 0,
    )


def _key(column: str) -> pl.Expr:
    """Our key of a roll call from Voeten's number."""
    import polars as pl

    return ("voeten:" + pl.col(column).cast(pl.String)).alias(column)


def _aside(rows: pl.DataFrame, reason: str) -> SetAside:
    first = rows["line"].min()
    return SetAside(rows.height, reason, first if isinstance(first, int) else 0)


def _votes(file: VoetenFile, aside: list[SetAside], warnings: list[str]) -> tuple[pl.DataFrame, list[int]]:
    """The votes of members under our codes, and the sessions of which rows are missing."""
    import polars as pl

    is_vote = pl.col("vote") != NOT_A_MEMBER
    aside.append(_aside(file.rows.filter(~is_vote), "the file says that the state was no member (vote 9)"))
    codes = pl.Enum(sorted(one.code for one in states(system=None)))
    state = pl.col("number").replace_strict(cow_codes(), return_dtype=codes).alias("state")
    votes = seated(file.rows.filter(is_vote).with_columns(state).drop("number"), but="CHN")  # the file tells 710 from 713
    votes, torn = _whole(votes, aside, warnings)
    twice = votes.filter((pl.col("rcid") * 10_000 + pl.col("state").to_physical()).is_duplicated()).sort("line")
    column = file.state_column
    refuse(twice.rename({"state": column}), pl.lit(True), column, "a member's only vote in the roll call", file.path, file.place)
    guessed = votes.filter("inferred")
    if guessed.height:
        sessions = ", ".join(map(str, guessed["session"].unique().sort()))
        warnings.append(f"{guessed.height} absences (sessions {sessions}) are inferred by the file's makers, not listed by the UN.")
    votes = _absences(votes, torn, aside, warnings)
    for session, code in OFTEN_LOST:
        theirs = votes.filter((pl.col("session") == session) & (pl.col("state") == code))["vote"]
        absent = int((theirs == ABSENT).sum())
        if absent > theirs.len() / 2:
            warnings.append(
                f"Session {session}: {code} is absent in {absent} of {theirs.len()} roll calls; where it was checked, the "
                "published totals count its vote."
            )
    return votes, torn


def _whole(votes: pl.DataFrame, aside: list[SetAside], warnings: list[str]) -> tuple[pl.DataFrame, list[int]]:
    """Rows with their roll call's own day, and the sessions in which some had another's."""
    import polars as pl

    days = votes.group_by("rcid", "date").len().filter(pl.col("rcid").is_duplicated()).sort("rcid", "len", "date")
    if not days.height:
        return votes, []
    own = days.group_by("rcid", maintain_order=True).last()
    others = days.join(own, on=["rcid", "date"], how="anti")
    astray = votes.join(others, on=["rcid", "date"], how="semi")
    torn = sorted(astray["session"].unique().to_list())
    sessions = ", ".join(map(str, torn))
    aside.append(_aside(astray, f"rows of session {sessions} that carry the day of another roll call"))
    lost = " (Türkiye's from November 2023)" if 78 in torn else ""
    warnings.append(
        f"In session {sessions} {astray.height} rows carry the day of another roll call; other rows are missing there{lost}, so that "
        "totals fall short and a state without a row is unknown, not absent."
    )
    return votes.join(others, on=["rcid", "date"], how="anti"), torn


def _absences(votes: pl.DataFrame, torn: list[int], aside: list[SetAside], warnings: list[str]) -> pl.DataFrame:
    """Without the absences of non-members; with those of members in sessions that list none."""
    import polars as pl

    told = votes.filter(pl.col("vote") == ABSENT)
    spells, on_day = un_spells(votes.schema["state"]), pl.col("date").is_between("first", "last")
    true = told.join(spells, on="state").filter(on_day)
    aside.append(_aside(told.join(true, on="line", how="anti"), "absences of states that were no members on the day"))
    columns = ["rcid", "session", "date", "state", "vote"]
    cast = votes.filter(pl.col("vote") != ABSENT).select(columns)
    listing = {*true["session"].unique(), *torn}
    bare = [session for session in sorted(votes["session"].unique()) if session not in listing]
    silent = cast.filter(pl.col("session").is_in(bare))
    calls = silent.select("rcid", "session", "date").unique()
    seats = calls.join(spells, how="cross").filter(on_day)
    filled = seats.join(silent, on=["rcid", "state"], how="anti").with_columns(vote=pl.lit(ABSENT, pl.Int64))
    if filled.height:
        listed = ", ".join(map(str, bare))
        warnings.append(f"Sessions {listed} list no absences: {filled.height} members of the day without a row are set down as absent.")
    return pl.concat([cast, true.select(columns), filled.select(columns)])


def _joined(file: VoetenFile, calls: VoetenCalls, aside: list[SetAside], warnings: list[str]) -> pl.DataFrame:
    """The words of the roll calls in the votes' file, from the file of roll calls where it has them."""
    import polars as pl

    own = file.rows.group_by("rcid").agg(pl.col("session", "date").mode().min())
    shared = own.join(calls.rows, on="rcid", suffix="_theirs")
    differ = shared.filter((pl.col("session") != pl.col("session_theirs")) | (pl.col("date") != pl.col("date_theirs"))).sort("line")
    if differ.height > MAY_DISAGREE * shared.height or not shared.height:
        what = (
            f"{differ.height} of {shared.height} roll calls have another session or day in the other"
            if shared.height
            else "They share no roll call"
        )
        raise SourceError(f"{file.path.name} and {calls.path.name} are not of one edition.", why=f"{what}.", mend="Load the votes alone.")
    aside.append(_aside(calls.rows.join(own, on="rcid", how="anti"), f"roll calls in {calls.path.name} without a vote in {file.path.name}"))
    without = own.height - shared.height
    if without:
        warnings.append(f"{without} roll calls are not in {calls.path.name} and have no title from it.")
    return pl.concat([calls.words.join(shared, on="rcid", how="semi"), file.words.join(shared, on="rcid", how="anti")])


def _roll_calls(words: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    unres, number = pl.col("unres"), pl.col("session")
    empty = pl.lit("")
    symbol = (
        pl.when(unres.str.starts_with("A/RES/"))
        .then(unres)
        .when((number >= SYMBOLS_FROM) & unres.str.contains(r"^R/\d+/\d+[A-Z]*$"))
        .then("A/RES/" + unres.str.slice(2))
        .otherwise(empty)
    )
    given = pl.when((unres != "") & (symbol == "")).then("; numbered " + unres + " in the file").otherwise(empty)
    codes = pl.concat_list(pl.when(_is_one(name)).then(pl.lit(name)) for name in ISSUES)
    return words.select(
        _key("rcid"),
        "date",
        *CODES,
        body=pl.lit("UNGA"),
        session=number.cast(pl.String),
        resolution=symbol,
        title=pl.when(pl.col("descr") != "").then("descr").otherwise("short"),
        important=pl.when(_is_one("importantvote")).then(pl.lit("1")).otherwise(empty),
        issue=codes.list.drop_nulls().list.join("|"),
        part=pl.when(_is_one("amend")).then(pl.lit("amendment")).when(_is_one("para")).then(pl.lit("paragraph")).otherwise(empty),
        linked_rcid=pl.when(pl.col("linked_rcid") != "").then("voeten:" + pl.col("linked_rcid")).otherwise(empty),
        note="totals counted from the votes" + given,
    )


def _is_one(column: str) -> pl.Expr:
    import polars as pl

    return pl.col(column).str.to_lowercase().is_in(["1", "1.0", "true"])
