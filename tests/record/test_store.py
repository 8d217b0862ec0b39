from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import killing
import polars as pl
import pytest
from killing import ORIGIN, frames, held, kill_repeatedly

from nonaligned.ground.errors import CheckFailedError, NotLoadedError, UsageError
from nonaligned.record.store import MANIFEST, Record, default_directory, read_manifest, starter_directory
from nonaligned.record.tables import TABLES


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "official file.csv"
    path.write_text("as downloaded\n", encoding="utf-8")
    return path


@pytest.fixture
def directory(tmp_path: Path, raw: Path) -> Path:
    """A record into which generation 0 was loaded."""
    folder = tmp_path / "a record, 'quoted'"
    Record(folder).replace("un_votes", frames(0), ORIGIN, raw)
    return folder


def contents(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def test_the_starter_record_is_there_without_a_directory(tmp_path):
    record = Record(tmp_path / "nowhere")
    assert record.loaded == {}
    assert record.rows("SELECT vote FROM votes WHERE rcid = 'A/RES/ES-11/1' AND state = 'IND'") == [{"vote": "abstain"}]
    assert not (tmp_path / "nowhere").exists(), "reading writes nothing"


def test_every_table_can_be_asked_and_has_its_columns(tmp_path):
    record = Record(tmp_path)
    for table in TABLES.values():
        frame = record.frame(f"SELECT * FROM {table.name} LIMIT 5")
        assert tuple(frame.columns) == table.columns


def test_a_parameter_is_a_value_and_no_sql(tmp_path):
    hostile = "'; DROP TABLE votes; --"
    record = Record(tmp_path)
    assert record.rows("SELECT * FROM votes WHERE state = ?", [hostile]) == []
    assert record.rows("SELECT count(*) > 1000 AS many FROM votes") == [{"many": True}]


def test_loaded_rows_are_read_back_as_given(directory):
    record = Record(directory)
    row = record.rows("SELECT * FROM roll_calls WHERE rcid = 'test:7'")[0]
    assert (row["date"], row["yes"], row["title"], row["short"]) == (date(2024, 1, 1), 1, "generation 0", "")
    back = record.frame("SELECT rcid, state, vote, source FROM votes WHERE rcid LIKE 'test:%' ORDER BY rcid")
    assert back.equals(frames(0)["votes"].sort("rcid"))


def test_a_load_replaces_what_the_source_said_before_and_only_that(directory, raw):
    record = Record(directory)
    record.replace(
        "other", {"state_year": pl.DataFrame({"state": ["IND"], "year": [1801], "indicator": ["made"], "value": [1.5]})}, ORIGIN, raw
    )
    record.replace("un_votes", frames(1), ORIGIN, raw)
    assert held(directory) == 1
    assert held(record.directory) == 1
    assert record.rows("SELECT count(*) AS n FROM votes WHERE state = 'G0'") == [{"n": 0}], "the open record sees the new rows at once"
    assert Record(directory).rows("SELECT value FROM state_year WHERE indicator = 'made'") == [{"value": 1.5}]
    assert set(read_manifest(directory)) == {"un_votes", "other"}


def test_the_manifest_names_the_official_file_and_keeps_it(directory, raw):
    entry = read_manifest(directory)["un_votes"]
    assert entry.raw_sha256 == hashlib.sha256(raw.read_bytes()).hexdigest()
    assert (directory / "raw" / f"{entry.raw_sha256[:16]}-{raw.name}").read_bytes() == raw.read_bytes()
    assert entry.rows == {"roll_calls": killing.ROWS, "votes": killing.ROWS}


def test_an_open_reader_keeps_its_rows_while_another_loads(directory, raw):
    reader = Record(directory)
    assert reader.rows("SELECT DISTINCT state FROM votes WHERE rcid LIKE 'test:%'") == [{"state": "G0"}]
    Record(directory).replace("un_votes", frames(1), ORIGIN, raw)
    assert reader.rows("SELECT DISTINCT state FROM votes WHERE rcid LIKE 'test:%'") == [{"state": "G0"}]
    assert held(directory) == 1


def test_the_same_rows_give_the_same_bytes(directory, raw, tmp_path):
    shuffled = {name: frame.sample(fraction=1.0, shuffle=True, seed=3) for name, frame in frames(0).items()}
    Record(tmp_path / "second").replace("un_votes", shuffled, ORIGIN, raw)
    assert sorted(p.name for p in (tmp_path / "second" / "tables").iterdir()) == sorted(p.name for p in (directory / "tables").iterdir())


def test_starter_rows_stand_in_place_of_loaded_rows_of_the_same_roll_call(tmp_path, raw):
    rcid = "A/RES/ES-11/1"
    plain = Record(tmp_path / "none")
    before = plain.rows("SELECT * FROM votes WHERE rcid = ? ORDER BY state", [rcid])
    loaded = frames(0)
    calls = loaded["roll_calls"].with_columns(pl.col("rcid").replace({"test:0": rcid}))
    votes = pl.concat(
        [
            loaded["votes"].with_columns(pl.col("rcid").replace({"test:0": rcid})),
            pl.DataFrame({"rcid": [rcid], "state": ["IND"], "vote": ["yes"], "source": ["made"]}),
        ]
    )
    record = Record(tmp_path / "record")
    record.replace("un_votes", {"roll_calls": calls, "votes": votes}, ORIGIN, raw)
    assert record.rows("SELECT * FROM votes WHERE rcid = ? ORDER BY state", [rcid]) == before
    assert record.rows("SELECT title FROM roll_calls WHERE rcid = ?", [rcid]) == plain.rows(
        "SELECT title FROM roll_calls WHERE rcid = ?", [rcid]
    )
    assert record.rows("SELECT count(*) AS n FROM votes WHERE rcid LIKE 'test:%'") == [{"n": killing.ROWS - 1}]
    assert record.rows("SELECT rcid, state FROM votes GROUP BY ALL HAVING count(*) > 1") == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("votes", lambda frame: frame.with_columns(vote=pl.lit("maybe"))),
        ("votes", lambda frame: frame.drop("rcid")),
        ("votes", lambda frame: pl.concat([frame, frame.head(1)])),
        ("roll_calls", lambda frame: frame.with_columns(yes=pl.lit(-9))),
        ("roll_calls", lambda frame: frame.with_columns(yes=pl.lit("many"))),
    ],
)
def test_a_load_that_fails_a_check_leaves_every_byte(directory, raw, table, change):
    before = contents(directory)
    bad = frames(1)
    bad[table] = change(bad[table])
    with pytest.raises(CheckFailedError):
        Record(directory).replace("un_votes", bad, ORIGIN, raw)
    assert contents(directory) == before


def test_a_load_of_nothing_is_refused(directory, raw):
    before = contents(directory)
    with pytest.raises(CheckFailedError):
        Record(directory).replace("un_votes", {name: frame.head(0) for name, frame in frames(1).items()}, ORIGIN, raw)
    assert contents(directory) == before


def test_a_load_that_cannot_be_written_leaves_the_old_record(directory, raw, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    record = Record(directory)
    monkeypatch.setattr("nonaligned.record.store._write_manifest", full)
    with pytest.raises(OSError, match="No space"):
        record.replace("un_votes", frames(1), ORIGIN, raw)
    assert held(directory) == 0
    assert record.loaded["un_votes"].rows == read_manifest(directory)["un_votes"].rows
    assert record.rows("SELECT DISTINCT state FROM votes WHERE rcid LIKE 'test:%'") == [{"state": "G0"}]


ENTRY = {"source": "u", "loaded_at": "", "raw_name": "", "raw_sha256": "", "files": {}, "rows": {}, "origin": {}}
DAMAGE = {
    "empty": b"",
    "cut off": b'{"un_votes": {"source": "un_',
    "binary": b"\xff\xfe\x00PAR1",
    "a list": b"[1, 2]",
    "null": b"null",
    "a number": b"3",
    "an unknown slot": b'{"un_votes": {"colour": "red"}}',
    "no object": b'{"un_votes": 3}',
    "wrong types": json.dumps({"u": ENTRY | {"files": 3}}).encode(),
    "a file elsewhere": json.dumps({"u": ENTRY | {"files": {"votes": "../../x"}}}).encode(),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_manifest_is_said_with_the_command_that_mends_it(directory, damage):
    (directory / MANIFEST).write_bytes(damage)
    with pytest.raises(NotLoadedError) as refused:
        Record(directory)
    assert refused.value.exit_code == 3
    assert MANIFEST in refused.value.why
    mend = refused.value.mend.partition(", then")[0]
    subprocess.run(mend, shell=True, check=True)
    assert held(directory) == -1, "the command gives a record that can be read"


@pytest.mark.parametrize("table", ["votes", "roll_calls"])
@pytest.mark.parametrize("harm", ["missing", "cut off", "zeroed"])
def test_a_damaged_table_is_said_with_the_command_that_loads_it_again(directory, raw, table, harm):
    path = directory / "tables" / read_manifest(directory)["un_votes"].files[table]
    whole = path.read_bytes()
    path.unlink()
    if harm == "cut off":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "zeroed":
        path.write_bytes(whole[:4] + bytes(len(whole) // 2) + whole[4 + len(whole) // 2 :])
    with pytest.raises(NotLoadedError) as refused:
        Record(directory).rows(f"SELECT * FROM {table}")
    assert refused.value.mend.startswith("nonaligned load un_votes ")
    Record(directory).replace("un_votes", frames(1), ORIGIN, raw)
    assert held(directory) == 1


def test_a_wrong_query_is_not_taken_for_damage(directory):
    with pytest.raises(Exception, match="no_such_column") as refused:
        Record(directory).rows("SELECT no_such_column FROM votes")
    assert not isinstance(refused.value, NotLoadedError)


def test_what_a_killed_writer_left_is_cleared_away(directory, raw):
    for name in ("manifest.json.part", "tables/votes-un_votes-x.part", "raw/x.part"):
        (directory / name).write_bytes(b"half")
    Record(directory).replace("un_votes", frames(1), ORIGIN, raw)
    assert list(directory.rglob("*.part")) == []


def test_each_row_finds_its_source(directory):
    record = Record(directory)
    assert record.source("votes", "made").label == "The tests, Made rows"
    row = record.rows("SELECT source FROM votes WHERE rcid = 'A/RES/ES-11/1' AND state = 'IND'")[0]
    assert record.source("votes", row["source"]).producer != row["source"]


def test_a_table_that_is_none_is_named_with_those_that_are(directory):
    with pytest.raises(UsageError) as refused:
        Record(directory).origin("voets")
    assert "votes" in refused.value.why


def test_the_directory_is_the_users_own_word_first(tmp_path, monkeypatch):
    monkeypatch.setenv("NONALIGNED_HOME", str(tmp_path / "x"))
    assert default_directory() == tmp_path / "x"
    monkeypatch.delenv("NONALIGNED_HOME")
    assert default_directory().is_absolute()


def test_kills_at_any_moment_lose_nothing_acknowledged(tmp_path):
    outcome = kill_repeatedly(tmp_path / "record", kills=20)
    assert outcome.acknowledged >= 5, "hardly a write came through: the kills test nothing"
    assert outcome.unacknowledged + outcome.left_over > 0, "no kill hit a write under way"


def test_readers_see_whole_generations_while_another_process_writes(tmp_path):
    directory = tmp_path / "record"
    writer = subprocess.Popen([sys.executable, killing.__file__, str(directory), "0", "40"], stdout=subprocess.PIPE, text=True)
    try:
        seen: list[int] = []
        while writer.poll() is None:
            seen.append(held(directory) if directory.exists() else -1)
    finally:
        writer.kill()
        writer.communicate()
    assert writer.returncode == 0
    assert seen == sorted(seen)
    assert held(directory) == 39
    assert len(set(seen)) >= 2, "the reader never saw the record change"


def test_writers_at_once_lose_none_of_the_sources(tmp_path):
    directory = tmp_path / "record"
    script = (
        "import sys; from pathlib import Path; import killing; from nonaligned.record.store import Record\n"
        "folder, name = Path(sys.argv[1]), sys.argv[2]\n"
        "raw = folder.parent / f'{name}.csv'; raw.write_text(name)\n"
        "[Record(folder).replace(f'{name}{i}', killing.frames(i, 5), killing.ORIGIN, raw) for i in range(10)]\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(directory), name], cwd=Path(killing.__file__).parent)
        for name in ("a", "b", "c")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert set(read_manifest(directory)) == {f"{name}{i}" for name in "abc" for i in range(10)}


def test_a_plain_read_says_nothing_on_stderr(directory):
    script = (
        "import sys; from pathlib import Path; from nonaligned.record.store import Record\n"
        "record = Record(Path(sys.argv[1])); record.rows('SELECT * FROM votes LIMIT 3'); frame = record.frame('SELECT * FROM votes')\n"
        "print(frame.height)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(directory)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert int(done.stdout) > killing.ROWS


def test_the_manifest_is_plain_json(directory):
    assert json.loads((directory / MANIFEST).read_text(encoding="utf-8"))["un_votes"]["source"] == "un_votes"


def test_nothing_is_fetched_by_the_database(directory):
    with pytest.raises(Exception, match=r"(?i)extension|httpfs"):
        Record(directory).rows("SELECT * FROM read_csv('https://example.org/x.csv')")


def test_the_starter_lies_in_the_package():
    assert (starter_directory() / "votes.csv").is_file()
