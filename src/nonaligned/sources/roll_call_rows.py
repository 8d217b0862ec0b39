"""What the readers of roll-call files share: seats, membership, landmarks, and the shape of what they give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nonaligned.ground.origins import read_rows
from nonaligned.record.starter import starter_directory
from nonaligned.sources import Coverage, LoadedRows, SetAside, origin_of
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

# One seat, several codes: the file has one code or number for all, the day decides whose vote it was.
SEATS = (("RUS", "SUN"), ("CHN", "TWN"), ("YEM", "YAR"), ("SRB", "SCG", "YUG"))
CITATIONS: dict[str, dict[str, str]] = {
    "voeten": {
        "producer": "Erik Voeten, Anton Strezhnev and Michael Bailey",
        "title": "United Nations General Assembly Voting Data",
        "url": "https://doi.org/10.7910/DVN/LEJUQZ",
        "citation": "Voeten, Erik, Anton Strezhnev and Michael Bailey, 2009, United Nations General Assembly Voting Data, "
        "Harvard Dataverse, doi:10.7910/DVN/LEJUQZ.",
        "licence": "CC0 1.0",
    },
    "undl_assembly": {
        "producer": "United Nations, Dag Hammarskjöld Library",
        "title": "General Assembly voting data",
        "url": "https://digitallibrary.un.org/record/4060887",
        "citation": "United Nations, Dag Hammarskjöld Library, General Assembly Voting Data, https://digitallibrary.un.org/record/4060887.",
        "licence": "United Nations; reproduction for non-commercial use with acknowledgement",
    },
    "undl_council": {
        "producer": "United Nations, Dag Hammarskjöld Library",
        "title": "Security Council voting data",
        "url": "https://digitallibrary.un.org/record/4055387",
        "citation": "United Nations, Dag Hammarskjöld Library, Security Council Voting Data, https://digitallibrary.un.org/record/4055387.",
        "licence": "United Nations; reproduction for non-commercial use with acknowledgement",
    },
}
CAST = ("yes", "no", "abstain")
LEFT_OUT = "Votes by roll call alone: what the Assembly or the Council adopts without a vote has no row."


def seated(votes: pl.DataFrame, but: str = "") -> pl.DataFrame:
    """`votes` with the code under which the holder of a seat voted on the day (SUN for RUS in 1980, TWN for CHN in 1960)."""
    import polars as pl

    families = [seat for seat in SEATS if seat[0] != but]
    code = pl.col("state").cast(pl.String)
    expression = code
    for family in families:
        expression = pl.when(code.is_in(family)).then(pl.lit(family[0])).otherwise(expression)
        for former in family[1:]:
            for spell in next(s for s in states(system=None) if s.code == former).in_system("un"):
                first, last = (pl.lit(spell.span.first).str.to_date(), pl.lit(spell.span.last).str.to_date())
                inside = code.is_in(family) & pl.col("date").is_between(first, last)
                expression = pl.when(inside).then(pl.lit(former)).otherwise(expression)
    shared = code.is_in([one for family in families for one in family])
    changed = votes.filter(shared).with_columns(expression.cast(votes.schema["state"]).alias("state"))
    return pl.concat([votes.filter(~shared), changed])


def un_spells(state_type: pl.DataType | type[pl.DataType]) -> pl.DataFrame:
    """`state`, `first`, `last`: the days on which each state was in the United Nations."""
    import polars as pl

    rows = [(one.code, s.span.first, s.span.last or "9999-12-31") for one in states(system=None) for s in one.in_system("un")]
    spells = pl.DataFrame(rows, schema=["state", "first", "last"], orient="row")
    return spells.with_columns(pl.col("first", "last").str.to_date(), pl.col("state").cast(state_type))


def landmarks(roll_calls: pl.DataFrame, votes: pl.DataFrame, slack: int = 0) -> dict[str, str]:
    """Keys of loaded roll calls that are landmarks of the starter record -> the landmark's key.

    A roll call may be the landmark with its symbol if the totals differ by at most two votes (paragraphs and motions
    share the symbol but not the totals). Without a symbol it may be one of the same day and totals, `slack` votes
    apart at most; before 1991, where days are known to be imprecise, of the same month and totals, one vote apart.
    Of several, it is the one whose members' votes differ least from the landmark's; where two fit equally well, neither.
    """
    import polars as pl

    shelf: dict[str, list[dict[str, Any]]] = {}
    for row in roll_calls.filter(pl.col("yes").is_not_null()).iter_rows(named=True):
        shelf.setdefault(_bare(row["resolution"]) or str(row["date"])[:7], []).append(row)
    fits: list[tuple[str, str, int]] = []
    for landmark in read_rows(starter_directory() / "roll_calls.csv"):
        for row in (*shelf.get(_bare(landmark["resolution"]), ()), *shelf.get(landmark["date"][:7], ())):
            apart = sum(abs(row[name] - int(landmark[name])) for name in CAST)
            if row["resolution"]:
                near = apart <= 2
            elif landmark["date"] < "1991":
                near = apart <= 1
            else:
                near = str(row["date"]) == landmark["date"] and apart <= slack
            if near and row["body"] == landmark["body"]:
                fits.append((row["rcid"], landmark["rcid"], apart))
    pairs = pl.DataFrame(fits, schema={"rcid": pl.String, "landmark": pl.String, "apart": pl.Int64}, orient="row").unique()
    distance = pl.col("unlike") * 1000 + pl.col("apart")
    nearest = _unlike(pairs, votes).filter(distance == distance.min().over("landmark"))
    only = nearest.filter(pl.col("landmark").is_unique() & pl.col("rcid").is_unique())
    return dict(only.select("rcid", "landmark").iter_rows())


def _unlike(pairs: pl.DataFrame, votes: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with the number of members that cast one vote in the roll call and another in the landmark."""
    import polars as pl

    starter = pl.read_csv(starter_directory() / "votes.csv", columns=["rcid", "state", "vote"], infer_schema=False)
    checked = starter.rename({"rcid": "landmark", "vote": "checked"})
    cast = votes.filter(pl.col("rcid").is_in(pairs["rcid"].implode())).select("rcid", pl.col("state", "vote").cast(pl.String))
    both = pairs.join(cast.filter(pl.col("vote").is_in(CAST)), on="rcid").join(checked, on=["landmark", "state"])
    unlike = both.group_by("rcid", "landmark").agg((pl.col("vote") != pl.col("checked")).sum().alias("unlike"))
    return pairs.join(unlike, on=["rcid", "landmark"], how="left").with_columns(pl.col("unlike").fill_null(0))


def _bare(symbol: str) -> str:
    return re.sub(r"[\s\[\]]", "", symbol).removesuffix("A")


def tell_totals(roll_calls: pl.DataFrame, counts: pl.DataFrame, warnings: list[str]) -> None:
    """Warn of roll calls whose totals (in `roll_calls`, null where none are printed) are not those of the votes (`counts`)."""
    import polars as pl

    differs = pl.any_horizontal(pl.col(vote) != pl.col(f"{vote}_cast") for vote in CAST)
    renamed = counts.select("rcid", *(pl.col(vote).alias(f"{vote}_cast") for vote in CAST))
    off = roll_calls.join(renamed, on="rcid").filter(differs)["rcid"].sort().to_list()
    if off:
        warnings.append(f"In {len(off)} roll calls the votes do not add up to the published totals: {', '.join(off[:3])} ...")


def tell_doubles(roll_calls: pl.DataFrame, number: str, warnings: list[str]) -> None:
    """Warn of roll calls that share day, totals and the resolution (`number`): one may be entered twice. None is left out."""
    import polars as pl

    alike = pl.struct("date", number, *CAST).is_duplicated()
    double = roll_calls.filter(alike & (pl.col(number) != "") & pl.col("yes").is_not_null())["rcid"].sort().to_list()
    if double:
        warnings.append(
            f"{len(double)} roll calls share day, totals and resolution with another: {', '.join(double[:4])} ...; they may be one vote "
            "entered twice, or votes on two of its parts, and all were kept."
        )


def loaded(
    roll_calls: pl.DataFrame,
    votes: pl.DataFrame,
    source: str,
    warnings: list[str],
    *,
    rows_in: int,
    set_aside: Sequence[SetAside] = (),
    slack: int = 0,
) -> LoadedRows:
    """Give landmarks their keys, add the source, and shape both frames."""
    import polars as pl

    renamed = landmarks(roll_calls, votes, slack)
    key = pl.col("rcid").replace(renamed)
    if renamed:
        warnings.append(f"{len(renamed)} roll calls are landmarks of the starter record, whose checked votes stand for them.")
    first, last = (roll_calls.select(pl.col("date").min(), last=pl.col("date").max())).row(0)
    covered = Coverage(first.year, last.year, note=LEFT_OUT)
    named = pl.lit(source).alias("source")
    frames = {
        "roll_calls": roll_calls.with_columns(
            key, named, *(pl.col(name).replace(renamed) for name in roll_calls.columns if name == "linked_rcid")
        ),
        "votes": votes.select(key, "state", "vote", named),
    }
    aside = tuple(one for one in set_aside if one.count)
    return LoadedRows(
        frames,
        tuple(warnings),
        origin_of(CITATIONS[source], source, str(last), " ".join(warnings)),
        coverage=dict.fromkeys(frames, covered),
        rows_in=rows_in,
        rows_used=rows_in - sum(one.count for one in aside),
        set_aside=aside,
    )
