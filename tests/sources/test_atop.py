"""ATOP's directed dyad-years. The layout of the official file is that of version 5.1 (`stateA`, `stateB`, `defense` ...)."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pytest
from broken_files import refuses_all, rewritten

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows, atop

FIXTURE = Path(__file__).parent / "fixtures" / "atop_reduced.csv"
OFFICIAL = "ddyad,year,atopally,defense,offense,neutral,nonagg,consul,shareob,bilatno,multino,stateA,stateB"


def owed(loaded: LoadedRows, sender: str, receiver: str, year: int) -> list[str]:
    found = loaded.frames["treaties"].filter(sender=sender, receiver=receiver, year=year)
    return sorted(found["obligation"].to_list())


def official(folder: Path) -> Path:
    """The fixture's rows under the official file's columns, in an archive like the official one."""
    rows = [[cell.removesuffix(".0") for cell in line.split(",")] for line in FIXTURE.read_text().splitlines()[1:]]
    lines = [OFFICIAL, *(f"{int(a) * 1000 + int(b)},{y},1,{','.join(rest)},1,1,0,{a},{b}" for a, b, y, *rest in rows)]
    path = folder / "atop_5.1.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ATOP 5.1 (.csv)/atop5_1ddyr.csv", "\r\n".join(lines) + "\r\n")
        archive.writestr("ATOP 5.1 (.csv)/atop5_1ddyr_NNA.csv", "not this one")
        archive.writestr("__MACOSX/ATOP 5.1 (.csv)/._atop5_1ddyr.csv", "nor this")
    return path


def test_the_first_state_is_bound_and_the_second_is_owed() -> None:
    loaded = atop.read(FIXTURE)
    check_rows(TABLES["treaties"], loaded.frames["treaties"])
    # Locarno: Britain guaranteed Germany's border, Germany owed Britain nothing; France keeps Djibouti's defence, not the reverse.
    assert owed(loaded, "GBR", "DEU", 1930) == ["defense"]
    assert owed(loaded, "DEU", "GBR", 1930) == []
    assert owed(loaded, "FRA", "DJI", 1990) == ["defense"]
    assert owed(loaded, "DJI", "FRA", 1990) == []
    # The security treaty of 1960: the United States defends Japan.
    assert "defense" in owed(loaded, "USA", "JPN", 2018)
    assert "defense" not in owed(loaded, "JPN", "USA", 2018)
    # The Indo-Soviet treaty of 1971 and what followed it in 1993.
    assert owed(loaded, "SUN", "IND", 1975) == ["consultation", "neutrality", "nonaggression"]
    assert owed(loaded, "IND", "RUS", 2000) == ["consultation", "nonaggression"]


def test_states_outside_their_years_and_two_numbers_of_one_state() -> None:
    loaded = atop.read(FIXTURE)
    assert (loaded.rows_in, loaded.rows_used) == (22, 20)
    assert [(one.count, one.first_line) for one in loaded.set_aside] == [(2, 9)], "Austria and Britain in 1815"
    assert owed(loaded, "NLD", "USA", 1943) == ["defense", "offense"], "a government in exile"
    assert owed(loaded, "USA", "DEU", 1990) == ["consultation", "defense", "nonaggression"], "under 255 and 260, once"
    covered = loaded.coverage["treaties"]
    assert (covered.first_year, covered.last_year, covered.is_complete) == (1930, 2018, False), "an excerpt"
    assert loaded.origin["table"]["as_of"] == "2018-12-31"


def test_the_official_archive_gives_the_same_rows(tmp_path: Path) -> None:
    assert atop.read(official(tmp_path)).frames["treaties"].equals(atop.read(FIXTURE).frames["treaties"])


def test_a_selection_without_nonaggression_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "atop5_1ddyr_NNA.csv"
    path.write_bytes(FIXTURE.read_bytes())
    with pytest.raises(SourceError, match="nonaggression"):
        atop.read(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1950.0,1.0", "1950.0,-9", r"line 2, column atop_defense: '-9'"),
        ("2.0,20.0,1950.0", "2.0,21.0,1950.0", r"line 2, column ccode2: '21.0'"),
        ("2.0,20.0,1950.0", "2.0,20.0,195.0", r"line 2, column year: '195.0'"),
        ("2.0,20.0,1950.0", "20.0,2.0,1950.0", r"column ccode2"),
        ("ccode2,year", "year,ccode2", r"column year: '20.0'"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        atop.read(rewritten(FIXTURE, tmp_path, old, new))


def test_broken_files_are_refused(tmp_path: Path) -> None:
    refuses_all(atop.read, FIXTURE, "atop_nonagg", tmp_path)


def test_whole_file(shared: Path) -> None:
    loaded = atop.read(shared / "treaties" / "atop51_directed_dyad_year.csv.gz")
    frame = check_rows(TABLES["treaties"], loaded.frames["treaties"])
    assert (loaded.rows_in, loaded.rows_used) == (273_296, 273_016)
    assert loaded.rows_in == loaded.rows_used + sum(one.count for one in loaded.set_aside)
    covered = loaded.coverage["treaties"]
    assert (covered.first_year, covered.last_year) == (1816, 2018)
    allies = frame.filter(receiver="USA", year=2018, obligation="defense")["sender"].to_list()
    assert {"GBR", "FRA", "DEU", "TUR", "KOR", "CAN"} <= set(allies)
    assert not {"IND", "ISR", "RUS", "CHN", "JPN"} & set(allies)
    assert frame.filter(sender="CHN", year=2018, obligation="defense")["receiver"].to_list() == ["PRK"]
    # Each direction is in the file: of a mutual obligation there are two rows.
    mutual = frame.join(frame, left_on=["sender", "receiver", "year", "obligation"], right_on=["receiver", "sender", "year", "obligation"])
    assert mutual.height / frame.height > 0.99
    assert frame.filter(pl.col("sender") == pl.col("receiver")).is_empty()
