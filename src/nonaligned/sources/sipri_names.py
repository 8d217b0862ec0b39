"""The parties of SIPRI's files: states, and the groups, organisations and unknown parties that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources.state_codes import codes_of, holder, is_state_in
from nonaligned.world.names import find

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

# Spellings that the gazetteer of states does not have, or has for two states, and parties that are no states.
ALIASES = {
    "Congo": "COG",
    "Congo, DR": "COD",
    "Yemen, North": "YAR",
    "Aruba": "",
    "Biafra": "",
    "European Union": "",
    "Katanga": "",
    "Libya GNC": "",
    "Northern Cyprus": "",
    "unknown supplier(s)": "",
    "unknown recipient(s)": "",
}
# SIPRI keeps one name where the state was another before: Serbia from 1992, Viet Nam (the North) from 1954, Russia.
NUMBERS = {"SRB": "345", "VNM": "816", "RUS": "365"}
FIRST_HOLDER = {"VNM": "VDR"}  # before the number's first year
MOST_UNTOLD = 0.01  # share of rows whose party may be unknown to us


def codes(names: pl.Series) -> dict[str, str]:
    """Our code of each of SIPRI's names; "" for armed groups (*), organisations (**) and other parties that are no states.

    A name that cannot be told is left out.

    Examples
    --------
    >>> import polars as pl
    >>> codes(pl.Series(["Viet Nam", "NATO**", "Congo", "Nowhere"]))
    {'NATO**': '', 'Congo': 'COG', 'Viet Nam': 'VNM'}
    """
    plain = names.unique().drop_nulls()
    starred = dict.fromkeys(sorted(plain.filter(plain.str.ends_with("*")).to_list()), "")
    told = codes_of(plain.filter(~plain.str.ends_with("*")), ALIASES)
    return starred | dict(sorted(told.items()))


def code_in(code: str, year: int) -> str:
    """The code under which a state of SIPRI's stood in a year; "" where no state of that code did.

    States that never were in the international system (Palestine, Western Sahara) keep theirs.

    Examples
    --------
    >>> code_in("SRB", 2001), code_in("VNM", 1970), code_in("SSD", 2007), code_in("PSE", 1998)
    ('YUG', 'VDR', '', 'PSE')
    """
    if code in NUMBERS:
        code = holder(NUMBERS[code], year, "cow") or FIRST_HOLDER.get(code, code)
    return code if not code or is_state_in(code, year) or not find(code).spells else ""


def add_codes(frame: pl.DataFrame, name: str, year: str, code: str) -> pl.DataFrame:
    """`frame` with a column `code`: the state that SIPRI's `name` means in the `year` (null: as it is called today)."""
    import polars as pl

    known = codes(frame[name])
    pairs = [
        (*pair, known.get(pair[0], "") if pair[1] is None else code_in(known.get(pair[0], ""), pair[1]))
        for pair in frame.select(name, year).unique().iter_rows()
    ]
    table = pl.DataFrame(pairs, schema={name: pl.String, year: pl.Int64, code: pl.String}, orient="row")
    return frame.join(table, on=[name, year], how="left", nulls_equal=True, maintain_order="left")


def untold(frame: pl.DataFrame, column: str, path: Path) -> list[str]:
    """Names in a column (beside `line`) that are neither states nor known parties.

    Raises
    ------
    SourceError
        If more than one row in a hundred bears one: the column, or the language, is another.
    """
    import polars as pl

    strange = frame.filter(~pl.col(column).is_in(list(codes(frame[column]))))
    if strange.height > max(1, MOST_UNTOLD * frame.height):
        first = strange.row(0, named=True)
        raise SourceError(
            f"{path.name}, line {first['line']}, column {column}: {first[column]!r} is not a state or party that SIPRI names.",
            why=f"{strange.height} of {frame.height} rows are like this.",
        )
    return sorted(strange[column].unique().to_list())
