"""Loading bilateral trade: the Correlates of War file, ITPD-E's totals, and a year of product trade in BACI's layout.

The peers: pandas reading the same file and doing nothing with it, or for the products the same sums.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from timing import SHARED, say, skip, wall

PRODUCT_ROWS = 2_000_000  # of the eleven million that a year has


def main(folder: Path) -> None:
    """Print the figures."""
    import pandas as pd
    import polars as pl

    from nonaligned.record.checks import check_rows
    from nonaligned.record.tables import TABLES
    from nonaligned.sources import source

    for name, file in (("cow_trade", "cow_trade_ddy_1946-2014.csv.gz"), ("itpd_trade", "itpd_total_trade_2000-2016.csv.gz")):
        path = folder / file
        plain = wall(lambda path=path: pd.read_csv(path), 3)
        say(f"pandas.read_csv of {file}", plain)
        say(f"{name}: file to rows", wall(lambda name=name, path=path: source(name).read(path), 3), peer=plain, peer_name="pandas")
        frame = source(name).read(path).frames["trade"]
        assert isinstance(frame, pl.DataFrame)
        say(f"checks of {frame.height:,} rows", wall(_check(check_rows, TABLES["trade"], frame), 3), peer=plain, peer_name="pandas")
    with tempfile.TemporaryDirectory() as place:
        path = _products(Path(place))

        def sums() -> object:
            read = pd.read_csv(path, dtype={"k": str}, usecols=["t", "i", "j", "k", "v"])
            return read.assign(chapter=read["k"].str[:2]).groupby(["t", "i", "j", "chapter"])["v"].sum()

        plain = wall(sums, 1)
        say(f"pandas: {PRODUCT_ROWS:,} products to chapters", plain)
        say("baci: the same, as rows of the record", wall(lambda: source("baci").read(path), 1), peer=plain, peer_name="pandas")


def _check(check: Callable[..., object], *given: object) -> Callable[[], object]:
    return lambda: check(*given)


def _products(folder: Path) -> Path:
    """A file in BACI's layout with made-up values, a few large traders and many small ones, as in the real one."""
    from nonaligned.sources.comtrade_codes import numbered_states
    from nonaligned.world.states import state

    chance = random.Random(1)
    numbers = sorted(number for number, code in numbered_states().items() if any(not spell.span.last for spell in state(code).spells))
    weights = [1 / rank for rank in range(1, len(numbers) + 1)]
    codes = [f"{chapter:02}{chance.randrange(10_000):04}" for chapter in range(1, 98) for _ in range(53)]
    path = folder / "BACI_HS92_Y2022_V202401b.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write("t,i,j,k,v,q\n")
        sides = chance.choices(numbers, weights, k=2 * PRODUCT_ROWS)
        for one, other, code in zip(sides[::2], sides[1::2], chance.choices(codes, k=PRODUCT_ROWS), strict=True):
            out.write(f"2022,{one},{other},{code},{chance.lognormvariate(3, 3):.3f},1.5\n")
    return path


if __name__ == "__main__":
    if (SHARED / "trade").is_dir():
        main(SHARED / "trade")
    else:
        skip("load_trade")
