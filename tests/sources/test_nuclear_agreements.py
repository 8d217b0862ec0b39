from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from broken_files import refuses_all, rewritten

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import nuclear_agreements

FIXTURE = Path(__file__).parent / "fixtures" / "nuclear_agreements.csv"
TARAPUR = ("IND", "USA", 1963, "type 5", "nuclear_agreements", "1 row from USA")


def test_one_row_for_a_dyad_year_and_type() -> None:
    loaded = nuclear_agreements.read(FIXTURE)
    frame = check_rows(TABLES["nuclear_agreements"], loaded.frames["nuclear_agreements"])
    assert frame.filter(pl.col("state_a") >= pl.col("state_b")).is_empty()
    assert TARAPUR in frame.rows(), "the agreement of 8 August 1963 on the station at Tarapur"
    koodankulam = frame.filter(state_a="IND", state_b="SUN", year=1988)
    assert koodankulam["kind"].to_list() == ["type 5"], "the agreement of 20 November 1988"
    assert frame.filter(state_a="IND", state_b="RUS")["year"].to_list() == [2000]
    assert frame.filter(state_a="IND", state_b="SUN", year=1979)["note"].to_list() == ["2 rows from IND, 2 rows from SUN"]
    assert frame.filter(state_a="FRA", state_b="RVN")["year"].to_list() == [1961]
    assert loaded.rows_in == loaded.rows_used == 32


def test_a_number_that_disagrees_with_its_name_is_set_aside(tmp_path: Path) -> None:
    loaded = nuclear_agreements.read(rewritten(FIXTURE, tmp_path, "750,365,India,USSR,1961", "750,365,Pakistan,USSR,1961"))
    assert (loaded.rows_used, [one.count for one in loaded.set_aside]) == (31, [1])
    swapped = FIXTURE.read_text().replace("country1,country2", "country2,country1", 1)
    (tmp_path / "swapped.csv").write_text(swapped)
    with pytest.raises(SourceError, match="country1"):
        nuclear_agreements.read(tmp_path / "swapped.csv")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1955,1.0,5.0", "1955,1.0,x", "line 2, column nca_type: 'x'"),
        ("1955,1.0,5.0", "1955,1.0,8.0", "line 2, column nca_type: '8.0'"),
        ("1955,1.0,5.0", "1955,,5.0", "line 2, column nca: ''"),
        ("2,20,USA,Canada,1955", "2,21,USA,Canada,1955", "line 2, column ccode2: '21'"),
        ("2,20,USA,Canada,1955", "2,20,USA,Canada,55", "line 2, column year: '55'"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        nuclear_agreements.read(rewritten(FIXTURE, tmp_path, old, new))


def test_broken_files_are_refused(tmp_path: Path) -> None:
    refuses_all(nuclear_agreements.read, FIXTURE, "nca_type", tmp_path)


def test_whole_file(shared: Path) -> None:
    loaded = nuclear_agreements.read(shared / "treaties" / "nuclear_cooperation_agreements_1945-2003.csv")
    frame = check_rows(TABLES["nuclear_agreements"], loaded.frames["nuclear_agreements"])
    assert (loaded.rows_in, loaded.rows_used, frame.height) == (3152, 3133, 1920)
    assert [one.count for one in loaded.set_aside] == [17, 2]
    counted = frame.select(
        pl.col("note").str.extract_all(r"\d+ row").list.eval(pl.element().str.extract(r"(\d+)").cast(pl.Int64)).list.sum()
    )
    assert counted.to_series().sum() == loaded.rows_used, "every row of the file is counted in some note"
    covered = loaded.coverage["nuclear_agreements"]
    assert (covered.first_year, covered.last_year, covered.is_complete) == (1951, 2003, False)
