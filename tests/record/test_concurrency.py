"""Kills, readers and writers at once: every one of them sees or leaves whole loads."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import killing
import pytest
from killing import contents, frames, held, kill_repeatedly, put, read_beside_a_writer, strays

from nonaligned.ground.errors import UsageError
from nonaligned.record import loading
from nonaligned.record.manifest import read_manifest
from nonaligned.record.publishing import only_writer
from nonaligned.record.store import Record


def test_kills_at_any_moment_lose_nothing_acknowledged(tmp_path):
    outcome = kill_repeatedly(tmp_path / "record", kills=20)
    assert outcome.acknowledged >= 5, "hardly a write came through: the kills test nothing"
    assert outcome.unacknowledged + outcome.left_over > 0, "no kill hit a write under way"


def test_eight_readers_beside_a_writer_see_whole_loads(tmp_path):
    outcome = read_beside_a_writer(tmp_path / "record", seconds=3)
    assert outcome.errors == []
    assert len(outcome.reads) == 8
    assert min(outcome.reads) >= 1
    assert outcome.generations >= 2, "no reader saw the record change"


def test_an_open_reader_keeps_its_rows_while_another_loads(tmp_path):
    raw = tmp_path / "raw.csv"
    raw.write_text("made", encoding="utf-8")
    put(tmp_path / "record", "un_votes", frames(0), raw)
    reader = Record(tmp_path / "record")
    before = reader.rows("SELECT DISTINCT title FROM roll_calls WHERE rcid LIKE 'test:%'")
    put(tmp_path / "record", "un_votes", frames(1), raw)
    assert reader.rows("SELECT DISTINCT state FROM votes WHERE rcid LIKE 'test:%'") == [{"state": killing.code(0)}]
    assert before == [{"title": "generation 0"}]
    assert held(tmp_path / "record") == 1


def test_writers_at_once_lose_none_of_the_sources(tmp_path):
    directory = tmp_path / "record"
    script = (
        "import sys; from pathlib import Path; import killing\n"
        "folder, name = Path(sys.argv[1]), sys.argv[2]\n"
        "raw = folder.parent / f'{name}.csv'; raw.write_text(name)\n"
        "[killing.put(folder, f'{name}{i}', killing.frames(i, 5), raw) for i in range(10)]\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(directory), name], cwd=Path(killing.__file__).parent)
        for name in ("a", "b", "c")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert {entry.source for entry in read_manifest(directory)} == {f"{name}{i}" for name in "abc" for i in range(10)}
    assert strays(directory) == set()


def test_a_second_writer_waits_and_then_writes(tmp_path):
    directory, raw, told = tmp_path / "record", tmp_path / "raw.csv", list[float]()
    raw.write_text("made", encoding="utf-8")
    directory.mkdir()
    begun, waited = threading.Event(), list[float]()

    def first() -> None:
        with only_writer(directory):
            begun.set()
            while not told:
                time.sleep(0.01)
            waited.append(time.monotonic())

    other = threading.Thread(target=first)
    other.start()
    begun.wait(10)
    put(directory, "un_votes", frames(0), raw, tell=lambda: told.append(time.monotonic()))
    done = time.monotonic()
    other.join(10)
    assert len(told) == 1, "told once, however long it waits"
    assert told[0] <= waited[0] <= done
    assert held(directory) == 0


def test_a_writer_that_waits_too_long_says_so_and_leaves_the_others_files(tmp_path):
    directory = tmp_path / "record"
    directory.mkdir()
    with only_writer(directory):
        under_way = directory / "under way.part"
        under_way.write_text("half", encoding="utf-8")
        with pytest.raises(UsageError, match="Another command is writing") as refused, only_writer(directory, wait=0.2):
            pass
        assert under_way.exists(), "the file of the one who holds the lock"
    assert refused.value.exit_code == 2
    assert refused.value.mend


def test_the_lock_of_a_killed_writer_is_free(tmp_path):
    directory = tmp_path / "record"
    directory.mkdir()
    script = (
        "import sys, time; from pathlib import Path; from nonaligned.record.publishing import only_writer\n"
        "with only_writer(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(directory)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    child.kill()
    child.communicate()
    with only_writer(directory, wait=1.0):
        pass


@pytest.mark.parametrize("step", ["keep_raw", "_write", "write_manifest"])
def test_a_load_that_is_interrupted_takes_back_what_it_wrote(tmp_path, monkeypatch, step):
    directory, raw = tmp_path / "record", tmp_path / "raw.csv"
    raw.write_text("made", encoding="utf-8")
    put(directory, "un_votes", frames(0), raw)
    before = contents(directory)
    raw.write_text("made anew", encoding="utf-8")
    real = getattr(loading, step)

    def interrupted(*given: object) -> object:
        if step != "write_manifest":
            real(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(directory, "un_votes", frames(1), raw)
    assert contents(directory) == before
