"""The country numbers of UN Comtrade, which BACI uses too: M49 with numbers of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from nonaligned.sources.state_codes import holder
from nonaligned.sources.trade_rows import TERRITORIES
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

# Numbers that differ from M49, and those of states that ended.
# Source: UN Comtrade reference tables, Reporters.json and partnerAreas.json, https://comtradeapi.un.org/files/v1/app/reference/
OWN: Mapping[int, str] = {
    251: "FRA",  # with Monaco
    381: "ITA",  # with San Marino and the Holy See
    579: "NOR",  # with Svalbard and Jan Mayen
    699: "IND",
    757: "CHE",  # with Liechtenstein
    842: "USA",  # with Puerto Rico and the US Virgin Islands; 841 up to 1980
    841: "USA",
    490: "TWN",  # "Other Asia, not elsewhere specified": in practice Taiwan
    200: "CSK", 230: "ETH", 278: "DDR", 280: "DEU", 588: "PAK", 590: "PAN", 720: "YMD", 736: "SDN", 810: "SUN", 866: "VDR", 868: "RVN",
    886: "YAR", 890: "YUG",
}  # fmt: skip
SERBIA_AND_MONTENEGRO = 891  # the Federal Republic of Yugoslavia until 2003
# World, groups, bunkers, free zones, areas not specified (492 is one of these here, Monaco in M49); the customs union of southern Africa;
# Belgium and Luxembourg together; colonies and parts of states before their independence or union.
GROUPS: tuple[int, ...] = (
    0, 58, 80, 97, 129, 221, 290, 457, 459, 461, 471, 472, 473, 492, 527, 536, 568, 577, 582, 592, 636, 637, 647, 658, 697, 698, 711, 717,
    835, 836, 837, 838, 839, 849, 879, 899,
)  # fmt: skip
TAIWAN_NOTE = "490 (Other Asia, not elsewhere specified) is read as Taiwan."


@cache
def numbered_states() -> Mapping[int, str]:
    """State code of every number that means one state whatever the year.

    Examples
    --------
    >>> numbered_states()[699], numbered_states()[156], numbered_states().get(344)
    ('IND', 'CHN', None)
    """
    plain = {int(one.un_m49): one.code for one in states(system=None) if one.un_m49}
    return {number: code for number, code in {**plain, **OWN}.items() if number not in {SERBIA_AND_MONTENEGRO, *GROUPS}}


def known_others() -> frozenset[int]:
    """Numbers that are known to be no state's."""
    return frozenset(GROUPS) | frozenset(TERRITORIES.values())


def add_state(frame: pl.DataFrame, number: str, year: str, name: str) -> pl.DataFrame:
    """`frame` with a column `name`: the state that the number (integer column) means in the year (integer column); null for none."""
    import polars as pl

    plain = pl.col(number).replace_strict(numbered_states(), default=None, return_dtype=pl.String)
    if not frame.select((pl.col(number) == SERBIA_AND_MONTENEGRO).any()).item():
        return frame.with_columns(plain.alias(name))
    years = frame.select(year).to_series().unique().drop_nulls().to_list()
    union = pl.col(year).replace_strict({one: union_of_serbia(one) for one in years}, default=None, return_dtype=pl.String)
    return frame.with_columns(pl.when(pl.col(number) == SERBIA_AND_MONTENEGRO).then(union).otherwise(plain).alias(name))


def union_of_serbia(year: int) -> str:
    """The code of the state of Serbia and Montenegro in a year.

    Examples
    --------
    >>> union_of_serbia(1999), union_of_serbia(2005)
    ('YUG', 'SCG')
    """
    return holder("345", year, "cow") or "SCG"
