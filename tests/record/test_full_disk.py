"""Disks that are full or must not be written: a clear error, and the record as it was, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import killing
import pytest
from killing import contents, frames, held, put, strays

from nonaligned.ground.errors import UsageError
from nonaligned.record.store import Record


def _mounted(*words: str) -> bool:
    return os.name == "posix" and subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not _mounted("-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)):
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "official file.csv"
    path.write_bytes(bytes(range(256)) * 256)
    return path


def leave_free(disk: Path, free: int) -> None:
    """Fill a disk up to some bytes."""
    stats = os.statvfs(disk)
    (disk / "ballast").write_bytes(bytes(max(0, stats.f_bavail * stats.f_frsize - free)))


@pytest.mark.parametrize("free", [0, 4_096, 66_000, 80_000])
def test_a_full_disk_leaves_the_record_as_it_was(disk, raw, free):
    directory = disk / "record"
    put(directory, "un_votes", frames(0), raw)
    before = contents(directory)
    raw.write_bytes(raw.read_bytes()[::-1])
    leave_free(disk, free)
    with pytest.raises(UsageError) as refused:
        put(directory, "un_votes", frames(1), raw)
    assert refused.value.exit_code == 2
    assert refused.value.why == "The disk is full. The record is as it was."
    assert str(directory) in refused.value.message
    assert contents(directory) == before
    assert held(directory) == 0
    (disk / "ballast").unlink()
    put(directory, "un_votes", frames(1), raw)
    assert held(directory) == 1
    assert strays(directory) == set()


def test_a_first_load_onto_a_full_disk_leaves_no_rows(disk, raw):
    leave_free(disk, 40_000)
    with pytest.raises(UsageError, match="Cannot write"):
        put(disk / "record", "un_votes", frames(0), raw)
    assert held(disk / "record") == -1
    assert strays(disk / "record") == set()


def test_a_file_that_may_grow_no_further_leaves_the_record_as_it_was(tmp_path):
    """The same without root: the system refuses files above a size."""
    resource = pytest.importorskip("resource")
    assert resource
    raw = tmp_path / "raw.csv"
    raw.write_text("made", encoding="utf-8")
    directory = tmp_path / "record"
    put(directory, "un_votes", frames(0), raw)
    before = contents(directory)
    raw.write_bytes(bytes(50_000))
    script = (
        "import sys, resource, signal; from pathlib import Path; sys.path.insert(0, sys.argv[2]); import killing, polars\n"
        "from nonaligned.ground.errors import UsageError; import nonaligned.record.loading\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "folder = Path(sys.argv[1])\n"
        "try: killing.put(folder, 'un_votes', killing.frames(1), folder.parent / 'raw.csv')\n"
        "except UsageError as error: print(error.message, error.why); sys.exit(error.exit_code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(directory), str(Path(killing.__file__).parent)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr == ""
    assert "File too large" in done.stdout
    assert contents(directory) == before


@pytest.mark.parametrize("is_new", [True, False])
def test_a_folder_that_must_not_be_written_is_said(disk, raw, is_new):
    directory = disk / "record"
    if not is_new:
        put(directory, "un_votes", frames(0), raw)
    before = contents(directory)
    if not _mounted("-o", "remount,ro", str(disk)):
        pytest.skip("the disk cannot be made read-only here")
    with pytest.raises(UsageError, match="Cannot write the record") as refused:
        put(directory, "un_votes", frames(1), raw)
    assert "Read-only" in refused.value.why
    assert refused.value.mend == "--record DIR"
    assert contents(directory) == before
    assert held(directory) == (-1 if is_new else 0), "it can still be read"
    assert Record(directory).ask("SELECT count(*) AS n FROM votes").height == 1


def test_a_path_that_is_a_file_is_said(tmp_path, raw):
    (tmp_path / "record").write_text("no folder", encoding="utf-8")
    with pytest.raises(UsageError, match="Cannot write the record"):
        put(tmp_path / "record", "un_votes", frames(0), raw)
    assert (tmp_path / "record").read_text(encoding="utf-8") == "no folder"


def test_an_official_file_that_is_gone_is_named(tmp_path):
    with pytest.raises(UsageError) as refused:
        put(tmp_path / "record", "un_votes", frames(0), tmp_path / "gone.csv")
    assert "gone.csv" in refused.value.why
    assert held(tmp_path / "record") == -1
    assert strays(tmp_path / "record") == set()
