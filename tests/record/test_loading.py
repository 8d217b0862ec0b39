"""What a load refuses, sets aside, counts and writes."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import killing
import polars as pl
import pytest
from killing import contents, frames, held, put, strays

from nonaligned.ground.errors import CheckFailedError, UsageError
from nonaligned.record.incoming import Coverage, SetAside
from nonaligned.record.manifest import read_manifest
from nonaligned.record.publishing import raw_path
from nonaligned.record.store import Record


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "official file.csv"
    path.write_text("as downloaded\n", encoding="utf-8")
    return path


@pytest.fixture
def directory(tmp_path: Path, raw: Path) -> Path:
    """A record, in a folder of an awkward name, into which generation 0 was loaded."""
    folder = tmp_path / "a [record], 'quoted' *"
    put(folder, "un_votes", frames(0), raw)
    return folder


def flows(years: range, exporter: str = "IND") -> dict[str, pl.DataFrame]:
    """Made rows of trade, one a year."""
    count = len(years)
    return {
        "trade": pl.DataFrame(
            {
                "exporter": [exporter] * count,
                "importer": ["RUS"] * count,
                "year": list(years),
                "reporter": [exporter] * count,
                "value_usd": [1.0] * count,
                "valuation": ["fob"] * count,
                "prices": ["current"] * count,
                "source": ["made"] * count,
            }
        )
    }


REFUSED: dict[str, tuple[str, Any, str]] = {
    "a vote that is none": ("votes", lambda frame: frame.with_columns(vote=pl.lit("maybe")), "vote"),
    "no key column": ("votes", lambda frame: frame.drop("rcid"), "rcid"),
    "a key twice": ("votes", lambda frame: pl.concat([frame, frame.head(1)]), "share a key"),
    "an unknown state": ("votes", lambda frame: frame.with_columns(state=pl.lit("XYZ")), "XYZ"),
    "a state in small letters": ("votes", lambda frame: frame.with_columns(state=pl.lit("ind")), "ind"),
    "less than none": ("roll_calls", lambda frame: frame.with_columns(yes=pl.lit(-9)), "yes"),
    "more than all": ("roll_calls", lambda frame: frame.with_columns(yes=pl.lit(201)), "yes"),
    "a word for a number": ("roll_calls", lambda frame: frame.with_columns(yes=pl.lit("many")), "types"),
    "a column of its own": ("roll_calls", lambda frame: frame.with_columns(colour=pl.lit("red")), "colour"),
}


@pytest.mark.parametrize(("table", "change", "word"), REFUSED.values(), ids=REFUSED.keys())
def test_a_load_that_fails_a_check_leaves_every_byte(directory, raw, table, change, word):
    before = contents(directory)
    bad = frames(1)
    bad[table] = change(bad[table])
    with pytest.raises(CheckFailedError) as refused:
        put(directory, "un_votes", bad, raw)
    assert refused.value.exit_code == 5
    assert word in refused.value.message + refused.value.why
    assert contents(directory) == before


def test_a_reader_that_loses_count_is_refused(directory, raw):
    before = contents(directory)
    for rows_in, used, aside in ((401, 400, 0), (400, 400, 1), (400, 399, 0)):
        with pytest.raises(CheckFailedError, match="accounted for") as refused:
            put(directory, "un_votes", frames(1), raw, rows_in=rows_in, rows_used=used, set_aside=(SetAside(aside, "test"),))
        assert "lost count" in refused.value.why
    assert contents(directory) == before
    entry = put(directory, "un_votes", frames(1), raw, rows_in=405, rows_used=400, set_aside=(SetAside(5, "no state", 17),))
    assert (entry.rows_in, entry.set_aside) == (405, ({"count": 5, "reason": "no state", "first_line": 17},))
    assert read_manifest(directory)[-1] == entry


def test_a_file_without_rows_is_refused_with_what_was_set_aside(directory, raw):
    before = contents(directory)
    none = {name: frame.head(0) for name, frame in frames(1).items()}
    with pytest.raises(CheckFailedError, match="no rows") as refused:
        put(directory, "un_votes", none, raw, rows_in=3, rows_used=0, set_aside=(SetAside(3, "of another body"),))
    assert refused.value.why == "of another body"
    assert contents(directory) == before


def test_many_rows_fewer_are_refused_unless_meant(tmp_path, raw):
    directory = tmp_path / "record"
    put(directory, "made", flows(range(1992, 2012)), raw)
    before = contents(directory)
    with pytest.raises(CheckFailedError, match="would have 15 rows") as refused:
        put(directory, "made", flows(range(1992, 2007)), raw)
    assert "--fewer-rows" in refused.value.mend
    assert contents(directory) == before
    put(directory, "made", flows(range(1992, 2008)), raw)  # four fifths stand
    put(directory, "made", flows(range(1992, 1994)), raw, part="another part")
    put(directory, "other", flows(range(1992, 1994)), raw)
    put(directory, "made", flows(range(1992, 1993)), raw, fewer_rows=True, part="another part")


def test_a_table_that_is_gone_is_told_as_drift(directory, raw):
    before = contents(directory)
    with pytest.raises(CheckFailedError, match="votes would have 0 rows"):
        put(directory, "un_votes", {"roll_calls": frames(1)["roll_calls"]}, raw)
    assert contents(directory) == before


def test_few_rows_outside_a_states_days_are_set_aside_and_counted(tmp_path, raw):
    directory = tmp_path / "record"
    rows = pl.concat(
        [flows(range(1992, 2022))["trade"], flows(range(1992, 2022), "FRA")["trade"], flows(range(1991, 1992), "SCG")["trade"]]
    )
    entry = put(directory, "made", {"trade": rows}, raw)
    assert entry.rows == {"trade": 60}
    (note,) = entry.set_aside
    assert note["count"] == 1
    assert "SCG in 1991" in note["reason"]
    assert Record(directory).rows("SELECT count(*) AS n FROM trade WHERE source = 'made' AND exporter = 'SCG'") == [{"n": 0}]


def test_many_rows_outside_their_days_are_refused(tmp_path, raw):
    rows = pl.concat([flows(range(1992, 2022))["trade"], flows(range(1990, 1992), "SCG")["trade"]])
    with pytest.raises(CheckFailedError, match="2 of 32 rows") as refused:
        put(tmp_path / "record", "made", {"trade": rows}, raw)
    assert "SCG" in refused.value.why
    assert not (tmp_path / "record").exists()


def test_states_that_were_never_in_a_system_stay(tmp_path, raw):
    entry = put(tmp_path / "record", "made", flows(range(1995, 2000), "PSE"), raw)
    assert (entry.rows, entry.set_aside) == ({"trade": 5}, ())


def test_the_same_rows_in_any_order_give_the_same_bytes(directory, raw, tmp_path):
    for seed in range(3):
        shuffled = {name: frame.sample(fraction=1.0, shuffle=True, seed=seed) for name, frame in frames(0).items()}
        put(tmp_path / f"{seed}", "un_votes", {name: frame[:, ::-1] for name, frame in shuffled.items()}, raw)
        assert contents(tmp_path / f"{seed}" / "tables") == contents(directory / "tables")


def test_the_manifest_names_the_official_file_and_keeps_it(directory, raw):
    entry = put(
        directory,
        "other",
        frames(1, 5),
        raw,
        urls={raw.name: "https://example.org/file.csv"},
        coverage={"votes": Coverage(2024, 2024, True)},
    )
    (kept,) = entry.raw
    assert (kept.name, kept.url) == (raw.name, "https://example.org/file.csv")
    assert kept.sha256 == hashlib.sha256(raw.read_bytes()).hexdigest()
    assert raw_path(directory / "raw", kept.name, kept.sha256).read_bytes() == raw.read_bytes()
    assert entry.rows == {"roll_calls": 5, "votes": 5}
    assert entry.coverage == {"votes": {"first_year": 2024, "last_year": 2024, "is_complete": True, "note": ""}}


def test_a_damaged_snapshot_is_mended_by_loading_the_file_again(directory, raw):
    (snapshot,) = (directory / "raw").iterdir()
    snapshot.write_bytes(b"cut")
    put(directory, "un_votes", frames(1), raw)
    assert snapshot.read_bytes() == raw.read_bytes()


def test_a_large_file_that_the_reader_wrote_is_checked_and_moved(tmp_path, raw):
    folder = Path(tempfile.mkdtemp(prefix="nonaligned-"))
    events = pl.DataFrame({"event_id": ["1", "2"], "date": ["2024-01-01"] * 2, "actor_state": ["IND", ""], "source": ["made"] * 2})
    from nonaligned.record.checks import check_rows
    from nonaligned.record.tables import TABLES

    check_rows(TABLES["events"], events).write_parquet(folder / "events.parquet")
    entry = put(tmp_path / "record", "made", {"events": folder / "events.parquet"}, raw, rows_in=2, rows_used=2)
    assert entry.rows == {"events": 2}
    assert Record(tmp_path / "record").rows("SELECT event_id FROM events ORDER BY ALL") == [{"event_id": "1"}, {"event_id": "2"}]
    assert not folder.exists(), "the reader's own folder is cleared away"
    events.write_parquet(bad := tmp_path / "bad.parquet")
    with pytest.raises(CheckFailedError, match="types"):
        put(tmp_path / "record", "made", {"events": bad}, raw, rows_in=2, rows_used=2)


def test_a_part_beside_a_damaged_one_can_be_loaded_and_the_damaged_one_again(tmp_path, raw):
    directory = tmp_path / "record"
    entry = put(directory, "made", flows(range(1992, 1995)), raw, part="a")
    (directory / "tables" / entry.files["trade"]).write_bytes(b"PAR1 no more")
    put(directory, "made", flows(range(1994, 1997)), raw, part="b")
    put(directory, "made", flows(range(1992, 1995)), raw, part="a")
    found = Record(directory).rows("SELECT year FROM trade WHERE source = 'made' ORDER BY year")
    assert [row["year"] for row in found] == [1992, 1993, 1994, 1995, 1996]


def test_what_killed_writers_left_is_cleared_away(directory, raw):
    for name in ("manifest.json.part", "tables/votes-un_votes-x.part", "raw/x.part", "tables/votes-un_votes-0.parquet", "raw/0-x.csv"):
        (directory / name).write_bytes(b"half")
    assert len(strays(directory)) == 5
    put(directory, "un_votes", frames(1), raw)
    assert strays(directory) == set()
    assert held(directory) == 1


def test_a_load_that_cannot_be_entered_leaves_the_old_record(directory, raw, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    record, before = Record(directory), contents(directory)
    monkeypatch.setattr("nonaligned.record.loading.write_manifest", full)
    with pytest.raises(UsageError) as refused:
        put(directory, "un_votes", frames(1), raw)
    assert "disk is full" in refused.value.why
    assert contents(directory) == before
    assert record.rows("SELECT DISTINCT state FROM votes WHERE rcid LIKE 'test:%'") == [{"state": killing.code(0)}]
