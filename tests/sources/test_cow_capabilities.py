"""National Material Capabilities. The official header (`stateabb`, `version`) and the nested archive are those of version 7."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest
from broken_files import refuses_all, rewritten

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows, cow_capabilities

FIXTURE = Path(__file__).parent / "fixtures" / "cow_capabilities.csv"
COMPONENTS = "milex milper irst pec tpop upop".split()


def figure(loaded: LoadedRows, state: str, year: int, indicator: str) -> float | None:
    found = loaded.frames["indicators"].filter(state=state, year=year, indicator=indicator)["value"].to_list()
    assert len(found) <= 1
    return found[0] if found else None


def official(folder: Path) -> Path:
    """The fixture's rows under the official header, -9 where a component is missing, in an archive within an archive."""
    rows = [[cell.removesuffix(".0") or "-9" for cell in line.split(",")] for line in FIXTURE.read_text().splitlines()[1:]]
    head = "stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version"
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("NMC-70-abridged.csv", "\r\n".join([head, *(f"XXX,{','.join(row)},2025" for row in rows)]) + "\r\n")
    path = folder / "NMCv7.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("NMCv7/NMC-v7-abridged.zip", inner.getvalue())
        archive.writestr("NMCv7/NMC-v7-supplemental.zip", b"another")
        archive.writestr("__MACOSX/NMCv7/._NMC-v7-abridged.zip", b"x")
    return path


def test_figures_units_and_what_is_missing() -> None:
    loaded = cow_capabilities.read(FIXTURE)
    frame = check_rows(TABLES["indicators"], loaded.frames["indicators"])
    assert [round(figure(loaded, state, 2022, "cinc") or 0, 3) for state in ("CHN", "USA", "IND")] == [0.234, 0.124, 0.099]
    assert figure(loaded, "AFG", 1919, "cow_milex") is None
    assert figure(loaded, "MCO", 2022, "cow_milex") == 0
    units = frame.filter(state="USA", indicator="cow_milex").sort("year")["unit"].to_list()
    assert units == ["thousand current pounds sterling"] * 2 + ["thousand current US$"] * 2, "1816 and 1913, then 1914 and 2022"
    assert loaded.origin["table"]["as_of"] == "2022-12-31"


def test_germany_in_1990_stands_once() -> None:
    loaded = cow_capabilities.read(FIXTURE)
    assert [(one.count, one.first_line) for one in loaded.set_aside] == [(1, 7)]
    assert (loaded.rows_in, loaded.rows_used) == (13, 12)
    assert (figure(loaded, "DEU", 1990, "cow_tpop"), figure(loaded, "DDR", 1990, "cow_tpop")) == (63253, 16247)
    assert (figure(loaded, "SUN", 1990, "cow_milper"), figure(loaded, "RUS", 2022, "cow_milper")) == (3400, 1190)


def test_the_official_archive_gives_the_same_rows(tmp_path: Path) -> None:
    loaded = cow_capabilities.read(official(tmp_path))
    assert loaded.frames["indicators"].equals(cow_capabilities.read(FIXTURE).frames["indicators"])
    assert loaded.origin["source"]["cow_capabilities"]["version"] == "2025"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("3823.0", "many", "line 2, column milex: 'many'"),
        ("3823.0", "-8", "line 2, column milex: '-8'"),
        ("0.039697491", "1.039697491", "line 2, column cinc: '1.039697491'"),
        ("2.0,1816.0", "3.0,1816.0", "line 2, column ccode: '3.0'"),
        ("2.0,1913.0", "2.0,1816.0", "column ccode: '2.0'"),
        ("ccode,year", "year,ccode", "column year: '2.0'"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        cow_capabilities.read(rewritten(FIXTURE, tmp_path, old, new))


def test_broken_files_are_refused(tmp_path: Path) -> None:
    refuses_all(cow_capabilities.read, FIXTURE, "upop", tmp_path)


def test_the_index_is_the_mean_of_the_known_shares(shared: Path) -> None:
    """CINC as the codebook defines it, computed here from our rows (and the one row set aside) and held against the published."""
    path = shared / "capability" / "cow_nmc_v7.csv"
    loaded = cow_capabilities.read(path)
    frame = check_rows(TABLES["indicators"], loaded.frames["indicators"])
    assert (loaded.rows_in, loaded.rows_used) == (17_121, 17_120)
    wide = frame.pivot("indicator", index=["state", "year"], values="value").rename({f"cow_{name}": name for name in COMPONENTS})
    with path.open() as handle:
        aside = [row for row in csv.DictReader(handle) if (row["ccode"], row["year"]) == ("255.0", "1990.0")]
    assert len(aside) == 1
    rest: defaultdict[str, float] = defaultdict(float, {name: float(aside[0][name]) for name in COMPONENTS if aside[0][name]})
    for name in COMPONENTS:
        extra = pl.when(pl.col("year") == 1990).then(rest[name]).otherwise(0.0)
        total = pl.col(name).sum().over("year") + extra
        wide = wide.with_columns((pl.when(total > 0).then(pl.col(name) / total)).alias(name))
    gap = wide.select((pl.mean_horizontal(COMPONENTS) - pl.col("cinc")).abs()).to_series()
    assert wide.height == loaded.rows_used
    assert gap.null_count() == 0
    assert float(gap.max()) < 1e-7  # type: ignore[arg-type]
