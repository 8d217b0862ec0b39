"""The manifest: damage, other formats, vintages and parts."""

from __future__ import annotations

import json
import random
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from killing import ORIGIN, contents, frames, held, put

from nonaligned.ground.errors import NonalignedError, NotLoadedError
from nonaligned.record.manifest import FORMAT, NAME, current, read_manifest
from nonaligned.record.store import Record


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "official file.csv"
    path.write_text("as downloaded\n", encoding="utf-8")
    return path


@pytest.fixture
def directory(tmp_path: Path, raw: Path) -> Path:
    """A record into which generation 0 was loaded."""
    put(tmp_path / "record", "un_votes", frames(0), raw)
    return tmp_path / "record"


def change(directory: Path, number: int, **slots: Any) -> None:
    """Rewrite slots of one load, as if it had been made otherwise."""
    document = json.loads((directory / NAME).read_text(encoding="utf-8"))
    document["loads"][number] |= slots
    (directory / NAME).write_text(json.dumps(document), encoding="utf-8")


ENTRY: dict[str, Any] = {
    "source": "u", "part": "", "loaded_at": "", "raw": [{"name": "", "sha256": ""}], "files": {}, "rows": {}, "origin": {}
}  # fmt: skip


def manifest(**slots: object) -> bytes:
    return json.dumps({"format": 2, "loads": [ENTRY | slots]}).encode()


DAMAGE = {
    "empty": b"",
    "cut off": b'{"format": 2, "loads": [{"source": "un_',
    "binary": b"\xff\xfe\x00PAR1",
    "a list": b"[1, 2]",
    "null": b"null",
    "a number": b"3",
    "nested beyond all measure": b"[" * 100_000,
    "no loads": b'{"format": 2}',
    "no objects": b'{"format": 2, "loads": [3]}',
    "no format": b'{"format": "new", "loads": []}',
    "a slot that lacks": b'{"format": 2, "loads": [{"source": "u"}]}',
    "wrong types": manifest(files=3),
    "a day that is none": manifest(loaded_at=3),
    "a number of rows that is none": manifest(rows={"votes": "many"}),
    "an origin without a title": manifest(origin={"table": {"as_of": "2020-01-01"}}),
    "an origin of no day": manifest(origin={"table": {"title": "x", "as_of": "yesterday"}}),
    "a file elsewhere": manifest(files={"votes": "../../x"}),
    "an official file elsewhere": manifest(raw=[{"name": "../x", "sha256": "0"}]),
    "the first format without its slots": b'{"un_votes": {"colour": "red"}}',
    "the first format with a number": b'{"un_votes": 3}',
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_manifest_is_said_with_the_command_that_mends_it(directory, raw, damage):
    (directory / NAME).write_bytes(damage)
    before = contents(directory)
    with pytest.raises(NotLoadedError) as refused:
        Record(directory)
    assert refused.value.exit_code == 3
    assert NAME in refused.value.why
    with pytest.raises(NotLoadedError):
        put(directory, "un_votes", frames(1), raw)
    assert contents(directory) == before, "a load does not make it worse"
    subprocess.run(refused.value.mend.partition(", then")[0], shell=True, check=True)
    assert held(directory) == -1, "the command gives a record that can be read"


def test_official_files_outlive_a_lost_manifest(directory, raw):
    """Loading again from the record's own snapshots, as the message says, deletes none of them."""
    put(directory, "other", frames(1, 5), raw)
    snapshots = {path.name: path.read_bytes() for path in (directory / "raw").iterdir()}
    (directory / NAME).rename(directory / f"{NAME}.broken")
    (first, *_) = (directory / "raw").iterdir()
    put(directory, "un_votes", frames(2), first)
    assert held(directory) == 2
    kept = {path.name: path.read_bytes() for path in (directory / "raw").iterdir()}
    assert snapshots.items() <= kept.items()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_changes_in_a_manifest_it_is_read_or_refused_in_words(directory, raw, seed):
    """Values of any type in any place, cut and swapped bytes: no traceback."""
    put(directory, "un_votes", frames(1), raw, part="b")
    whole, chance = (directory / NAME).read_bytes(), random.Random(seed)
    values: list[Any] = [None, 3, -1, 1.5, True, "", "x", "../x", [], [3], {}, {"a": 3}]
    refused = 0
    for turn in range(60):
        if turn % 3:
            document = json.loads(whole)
            node = document
            while True:
                keys = list(node) if isinstance(node, dict) else list(range(len(node)))
                key = chance.choice(keys)
                if isinstance(node[key], dict | list) and node[key] and chance.random() < 0.8:
                    node = node[key]
                    continue
                node[key] = chance.choice(values)
                break
            (directory / NAME).write_text(json.dumps(document), encoding="utf-8")
        else:
            spoilt = bytearray(whole)
            for _ in range(chance.randint(1, 4)):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            (directory / NAME).write_bytes(spoilt)
        try:
            record = Record(directory, as_of=date(2100, 1, 1))
            record.rows("SELECT count(*) AS n FROM votes")
            record.rows("SELECT * FROM origins")
            record.covered("votes")
        except NonalignedError:
            refused += 1
    assert refused > 5


def test_a_record_of_a_newer_version_is_left_alone(directory, raw):
    document = json.loads((directory / NAME).read_text(encoding="utf-8")) | {"format": 99, "loads": "of a new kind"}
    (directory / NAME).write_text(json.dumps(document), encoding="utf-8")
    before = contents(directory)
    for attempt in (lambda: Record(directory), lambda: put(directory, "un_votes", frames(1), raw)):
        with pytest.raises(NotLoadedError, match="newer version") as refused:
            attempt()
        assert refused.value.exit_code == 3
        assert "99" in refused.value.why
    assert contents(directory) == before


def first_format(directory: Path) -> None:
    """The manifest as the first format had it: a table by source, without parts or vintages."""
    entry = read_manifest(directory)[0]
    plain = {
        "source": entry.source,
        "loaded_at": entry.loaded_at,
        "raw_name": entry.raw[0].name,
        "raw_sha256": entry.raw[0].sha256,
        "files": entry.files,
        "rows": entry.rows,
        "origin": entry.origin,
    }
    (directory / NAME).write_text(json.dumps({entry.source: plain}, indent=1), encoding="utf-8")


def test_the_first_format_is_read_and_the_next_load_writes_the_new_one(directory, raw):
    before = read_manifest(directory)[0]
    first_format(directory)
    (entry,) = read_manifest(directory)
    assert (entry.source, entry.part, entry.raw, entry.files) == ("un_votes", "", before.raw, before.files)
    assert held(directory) == 0
    put(directory, "un_votes", frames(1), raw)
    assert json.loads((directory / NAME).read_text(encoding="utf-8"))["format"] == FORMAT
    assert [one.source for one in read_manifest(directory)] == ["un_votes", "un_votes"]
    assert held(directory) == 1
    assert (directory / "tables" / before.files["votes"]).exists(), "the earlier load can still be asked for"


def test_an_earlier_answer_can_be_rebuilt(directory, raw):
    put(directory, "un_votes", frames(1), raw)
    change(directory, 0, loaded_at="2026-03-01T23:59:59+00:00")
    change(directory, 1, loaded_at="2026-03-05T00:00:00+00:00")

    def title(as_of: date | None) -> list[dict[str, Any]]:
        return Record(directory, as_of).rows("SELECT DISTINCT title FROM roll_calls WHERE rcid LIKE 'test:%'")

    assert title(date(2026, 2, 28)) == []
    assert title(date(2026, 3, 1)) == title(date(2026, 3, 4)) == [{"title": "generation 0"}]
    assert title(date(2026, 3, 5)) == title(None) == [{"title": "generation 1"}]
    asked = "SELECT DISTINCT title FROM roll_calls WHERE rcid LIKE 'test:%'"
    assert Record(directory, date(2026, 3, 1)).ask(asked).item() == "generation 0"


def indicators(rows: dict[tuple[str, int], float]) -> dict[str, pl.DataFrame]:
    states, years = [key[0] for key in rows], [key[1] for key in rows]
    return {
        "indicators": pl.DataFrame(
            {"state": states, "year": years, "indicator": "made", "value": list(rows.values()), "unit": "test", "source": "made"}
        )
    }


def values(directory: Path, as_of: date | None = None) -> dict[tuple[str, int], float]:
    found = Record(directory, as_of).rows("SELECT state, year, value FROM indicators WHERE indicator = 'made' ORDER BY ALL")
    assert len({(row["state"], row["year"]) for row in found}) == len(found), "a key stands twice"
    return {(row["state"], row["year"]): row["value"] for row in found}


def test_parts_of_a_source_stand_side_by_side_and_the_newer_wins(tmp_path, raw):
    directory = tmp_path / "record"
    put(directory, "made", indicators({("IND", 2000): 1.0, ("IND", 2001): 1.0}), raw, part="early")
    put(directory, "made", indicators({("IND", 2001): 2.0, ("IND", 2002): 2.0}), raw, part="late")
    assert values(directory) == {("IND", 2000): 1.0, ("IND", 2001): 2.0, ("IND", 2002): 2.0}
    assert read_manifest(directory)[1].over == ("early",)
    put(directory, "made", indicators({("IND", 2000): 3.0, ("IND", 2001): 3.0}), raw, part="early")
    assert values(directory) == {("IND", 2000): 3.0, ("IND", 2001): 3.0, ("IND", 2002): 2.0}, "loaded again, it is the newer"
    put(directory, "made", indicators({("IND", 2001): 4.0}), raw, part="other")
    assert values(directory)["IND", 2001] == 4.0
    put(directory, "elsewhere", indicators({("FRA", 2001): 9.0}), raw)
    put(directory, "made", indicators({("CHN", 2001): 5.0}), raw)
    assert values(directory) == {("CHN", 2001): 5.0, ("FRA", 2001): 9.0}, "the whole takes the place of its parts, of its source alone"


@pytest.mark.parametrize("seed", range(4))
def test_parts_loaded_in_any_order_show_each_key_once_from_the_newest(tmp_path, raw, seed):
    """Against a dictionary that does the same."""
    directory, chance, parts = tmp_path / "record", random.Random(seed), dict[str, dict[tuple[str, int], float]]()
    for turn in range(7):
        part = chance.choice(["a", "b", "c", "d", ""] if turn > 3 else ["a", "b", "c"])
        rows = {("IND", 2000 + chance.randrange(5)): float(turn) for _ in range(3)}
        put(directory, "made", indicators(rows), raw, part=part, fewer_rows=True)
        parts = {name: one for name, one in parts.items() if part and name and name != part} | {part: rows}
        expected: dict[tuple[str, int], float] = {}
        for one in parts.values():
            expected |= one
        if turn >= 3:
            assert values(directory) == expected


def test_a_manifest_is_plain_json_and_knows_the_official_files(directory, raw):
    document = json.loads((directory / NAME).read_text(encoding="utf-8"))
    assert (document["format"], document["loads"][0]["raw"][0]["name"]) == (FORMAT, raw.name)
    assert document["loads"][0]["origin"] == ORIGIN
    assert current(read_manifest(directory)) == read_manifest(directory)
    assert current(read_manifest(directory), date(1990, 1, 1)) == ()
