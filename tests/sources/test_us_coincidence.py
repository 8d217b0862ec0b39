from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from broken_files import refuses_all, rewritten

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import us_coincidence

FIXTURE = Path(__file__).parent / "fixtures" / "un-coincidence-2020.csv"
# Rates of 2019 that are more than a rounding away from what the counts give; in the first four the counts do not add up either.
ASTRAY_2019 = {*"IRQ MDV MUS MYS".split(), *"BOL DMA FSM GIN GNQ NER PLW PNG PRK SOM TKM TON TZA".split()}


def astray(frame: pl.DataFrame) -> set[str]:
    """States whose published rate is not (same + partial / 2) / (same + partial + opposite) to two decimals."""
    cast = pl.col("n_same") + pl.col("n_partial") + pl.col("n_opposite")
    rate = (pl.col("n_same") + pl.col("n_partial") / 2) / cast
    return set(frame.filter((rate - pl.col("coincidence")).abs() > 0.005 + 1e-9)["state"])


def test_columns_are_read_by_name() -> None:
    loaded = us_coincidence.read(FIXTURE)
    frame = check_rows(TABLES["us_coincidence"], loaded.frames["us_coincidence"])
    india = frame.row(by_predicate=pl.col("state") == "IND", named=True)
    assert (india["n_same"], india["n_partial"], india["n_opposite"], india["n_absent"], india["coincidence"]) == (18, 21, 61, 0, 0.29)
    assert frame.row(by_predicate=pl.col("state") == "ISR", named=True)["coincidence"] == 0.91
    assert (loaded.part, loaded.rows_in, loaded.rows_used) == ("2020", frame.height, frame.height)
    assert set(frame["year"]) == {2020}


@pytest.mark.parametrize("name", ["un-coincidence.csv", "un-coincidence-2019-2020.csv", "un-coincidence-20201.csv"])
def test_a_name_without_one_year_is_refused(tmp_path: Path, name: str) -> None:
    shutil.copy(FIXTURE, tmp_path / name)
    with pytest.raises(SourceError, match="names no year"):
        us_coincidence.read(tmp_path / name)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("AFG,14", "AFG,x", "line 2, column SAME: 'x'"),
        ("AFG,14", "AFG,-1", "line 2, column SAME: '-1'"),
        ("AFG,14", "QQQ,14", "line 2, column ISO: 'QQQ'"),
        ("CHN,10", "AFG,10", "column ISO: 'AFG'"),
        ("7,0.21", "7,21", "line 2, column COINCIDENCE: '21'"),
        ("7,0.21", "7,", "line 2, column COINCIDENCE: ''"),
        ("COUNTRY,ISO", "ISO,COUNTRY", "line 2, column ISO: 'Afghanistan'"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        us_coincidence.read(rewritten(FIXTURE, tmp_path, old, new))


def test_broken_files_are_refused(tmp_path: Path) -> None:
    refuses_all(us_coincidence.read, FIXTURE, "PARTIAL", tmp_path)


@pytest.mark.parametrize("year", [2018, 2019, 2020])
def test_whole_files(shared: Path, year: int) -> None:
    loaded = us_coincidence.read(shared / "unga" / f"un-coincidence-{year}.csv")
    frame = check_rows(TABLES["us_coincidence"], loaded.frames["us_coincidence"])
    assert frame.height == loaded.rows_in == loaded.rows_used == 192, "every member but the United States"
    assert "USA" not in set(frame["state"])
    assert astray(frame) == (ASTRAY_2019 if year == 2019 else set())
    assert any("GRO is read as GRC" in told for told in loaded.warnings) == (year == 2018)
    assert any("do not add up" in told for told in loaded.warnings) == (year == 2019)
