"""The layout is that of the files ``ngecEvents`` on the Harvard Dataverse, by their column names; the rows are made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources.polecat import read_polecat

HEADER = (
    "Event ID|Event Date|Event Type|Event Mode|Intensity|Quad Code|Contexts|Actor Name|Actor Country|Actor COW|Primary Actor Sector|"
    "Actor Sectors|Actor Title|Actor Name Raw|Wikipedia Actor ID|Recipient Name|Recipient Country|Recipient COW|Primary Recipient Sector|"
    "Recipient Sectors|Recipient Title|Recipient Name Raw|Wikipedia Recipient ID|Placename|City|District|Province|Country|Latitude|"
    "Longitude|GeoNames ID|Raw Placename|Feature Type|Source|"
    "Publication Date|Story People|Story Organizations|Story Locations|Language|Version"
).split("|")
USUAL = {
    "Event ID": "20230105-1", "Event Date": "2023-01-05", "Event Type": "CONSULT", "Event Mode": "visit", "Intensity": "1.9",
    "Quad Code": "VERBAL COOPERATION", "Actor Name": "Government of India", "Actor Country": "IND", "Actor Sectors": "GOV;EXE",
    "Recipient Name": "None", "Recipient Country": "RUS", "Recipient Sectors": "GOV", "Recipient Name Raw": '"Sergey ""S"" Lavrov"',
    "Placename": "Moscow", "Country": "RUS", "Latitude": "55.75", "Longitude": "37.62",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))


def file(tmp_path: Path, *rows: dict[str, str], header: list[str] = HEADER) -> Path:
    lines = ["\t".join(header)]
    for n, row in enumerate(rows):
        cells = {"Event ID": f"id-{n}"} | {k: v for k, v in USUAL.items() if k != "Event ID"} | row
        lines.append("\t".join(cells.get(name, "None") for name in header))
    path = tmp_path / "ngecEvents.DV.2023.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_row_in_every_column(tmp_path):
    rows = read_polecat(file(tmp_path, USUAL))
    frame = check_rows(TABLES["events"], pl.read_parquet(rows.frames["events"]))
    assert frame.row(0, named=True) == {
        "event_id": "20230105-1", "date": date(2023, 1, 5), "year": 2023, "actor": "Government of India", "actor_state": "IND",
        "actor_sector": "GOV|EXE", "recipient_actor": 'Sergey "S" Lavrov', "recipient_state": "RUS", "recipient_sector": "GOV",
        "event_type": "CONSULT", "mode": "visit", "code": "", "quad_class": 1, "intensity": 1.9, "n_mentions": None, "place": "Moscow",
        "place_state": "RUS", "latitude": 55.75, "longitude": 37.62, "link": "", "source": "polecat",
    }  # fmt: skip
    assert (rows.rows_in, rows.rows_used, rows.part) == (1, 1, "ngecEvents.DV.2023")


def test_none_several_states_and_territories(tmp_path):
    cells = ("None", "", "USA;GBR", "USA;USA", "HKG", "PSE", "None;IND")
    rows = read_polecat(file(tmp_path, *({"Actor Country": cell, "Latitude": "None"} for cell in cells)))
    frame = pl.read_parquet(rows.frames["events"]).sort("event_id")
    assert frame["actor_state"].to_list() == ["", "", "", "USA", "", "PSE", "IND"]
    assert frame["latitude"].to_list() == [None] * 7


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Event Type", "MEET", "column Event Type: it is no PLOVER type"),
        ("Quad Code", "COOPERATION", "column Quad Code: it is none of the four"),
        ("Intensity", "high", "column Intensity: it is not -10 to 10"),
        ("Event Date", "5 Jan 2023", "column Event Date: it is no day"),
        ("Latitude", "100", "column Latitude: it is no latitude"),
    ],
)
def test_a_bad_cell_sets_its_line_aside(tmp_path, column, value, reason):
    rows = read_polecat(file(tmp_path, {}, {column: value}, {}))
    (aside,) = rows.set_aside
    assert (aside.count, aside.first_line, rows.rows_used) == (1, 3, 2)
    assert aside.reason.startswith(reason)


def test_the_other_name_of_intensity_and_missing_columns(tmp_path):
    other = [name.replace("Intensity", "Event Intensity") for name in HEADER]
    rows = read_polecat(file(tmp_path, {"Event Intensity": "-9.5"}, header=other))
    assert pl.read_parquet(rows.frames["events"])["intensity"].to_list() == [-9.5]
    for name in ("Intensity", "Event Type", "Country"):
        with pytest.raises(SourceError, match=f"line 1: the column '{name}' is missing"):
            read_polecat(file(tmp_path, {}, header=[one for one in HEADER if one != name]))
    with pytest.raises(SourceError, match="column Actor Country: 'Indien' is not a country"):
        read_polecat(file(tmp_path, *({"Actor Country": "Indien"} for _ in range(40))))
