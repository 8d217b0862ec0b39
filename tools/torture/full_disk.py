"""Load onto a small disk with any amount of room left (root; tmpfs): ``full_disk.py [STEP]`` in bytes, 4,096 unless told.

Each load either comes through whole or is refused in words, and then the record is as it was, byte for byte.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "record"))

import killing

from nonaligned.ground.errors import UsageError


def load_with_room_for(disk: Path, raw: Path, free: int, generation: int) -> bool:
    """Whether the load of a generation came through with `free` bytes left on the disk."""
    record = disk / "record"
    before, held = killing.contents(record), killing.held(record)
    stats = os.statvfs(disk)
    (disk / "ballast").write_bytes(bytes(max(0, stats.f_bavail * stats.f_frsize - free)))
    raw.write_bytes(os.urandom(150_000))
    refused = ""
    try:
        killing.put(record, "un_votes", killing.frames(generation), raw)
    except UsageError as error:
        refused = error.why
    finally:
        (disk / "ballast").unlink()
    if refused:
        assert "disk is full" in refused, refused
        assert killing.contents(record) == before, "the record changed"
        assert killing.held(record) == held
        return False
    assert killing.held(record) == generation
    assert killing.strays(record) == set()
    return True


if __name__ == "__main__":
    step = int(sys.argv[1]) if len(sys.argv) > 1 else 4_096
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder) / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], check=True)
        try:
            (Path(folder) / "raw.csv").write_text("made", encoding="utf-8")
            killing.put(disk / "record", "un_votes", killing.frames(0), Path(folder) / "raw.csv")
            done = [load_with_room_for(disk, Path(folder) / "raw.csv", free, free // step + 1) for free in range(0, 260_000, step)]
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)
    print(f"{len(done)} loads onto a disk with 0 to 260,000 bytes left: {done.count(False)} refused in words, {done.count(True)} whole")
