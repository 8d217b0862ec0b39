"""Official files from the command line, in real processes: loaded, refused, listed, asked, traced, pulled."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest

from nonaligned.cli.commands import run as run_here
from nonaligned.sources import sources
from nonaligned.sources.fetching.download import Download

FIXTURES = Path(__file__).parents[1] / "sources" / "fixtures"
POPULATION, COINCIDENCE, VOTES = FIXTURES / "API_SP.POP.TOTL.csv", FIXTURES / "un-coincidence-2020.csv", FIXTURES / "voeten_reduced.csv"
SHA = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in (POPULATION, COINCIDENCE, VOTES)}


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "nonaligned", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Nothing on stdout, the right code, and what happened on stderr."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert any(line.startswith(("nonaligned: ", "Error: ")) for line in done.stderr.splitlines())
    for word in words:
        assert word in done.stderr, done.stderr


def asked(query: str, record: Path, *more: str | Path) -> list[dict[str, object]]:
    done = run("sql", query, "--json", "--record", record, *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["rows"]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def population(folder: Path, name: str, old: bytes = b"", new: bytes = b"", lines: int | None = None) -> Path:
    """The World Bank's excerpt with a text changed, or its first lines alone."""
    data = POPULATION.read_bytes()
    assert old in data
    path = folder / name
    path.write_bytes(b"".join(data.replace(old, new).splitlines(keepends=True)[:lines]))
    return path


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A record with three sources, and what the last load said."""
    record = tmp_path_factory.mktemp("loaded") / "record"
    for source, path in (("un_votes", VOTES), ("us_coincidence", COINCIDENCE)):
        assert run("load", source, path, "--record", record).returncode == 0
    return record, run("load", "world_bank", POPULATION, "--record", record)


@pytest.fixture
def own(loaded, tmp_path: Path) -> Path:
    """A copy of that record, to be changed."""
    target = tmp_path / "record"
    for name, data in bytes_of(loaded[0]).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(data)
    return target


# ---------------------------------------------------------------- load


def test_what_was_accepted_and_set_aside_is_told(loaded):
    done = loaded[1]
    assert (done.returncode, done.stdout) == (0, "")
    said = done.stderr.splitlines()
    assert f"indicators: 311 rows, 1960–2024 from {POPULATION.name}, SP.POP.TOTL ({SHA[POPULATION][:12]})" in said
    assert "set aside: 2 rows: aggregates, not states (first in line 8)" in said
    assert "note: 79 figures of years in which the state did not exist were left out." in said
    assert (loaded[0] / "raw" / f"{SHA[POPULATION][:16]}-{POPULATION.name}").read_bytes() == POPULATION.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("load", "world_bnk", POPULATION), 2, ("world_bank",)),
        (("load", "world_bank", "nowhere.csv"), 2, ("nowhere.csv", "nonaligned pull world_bank")),
        (("load", "sanctions", "nowhere.csv"), 2, ("nowhere.csv", "https://www.globalsanctionsdatabase.com")),
        (("load", "world_bank", FIXTURES), 2, ("folder",)),
        (("load", "world_bank"), 2, ("FILE",)),
        (("load", "world_bank", COINCIDENCE), 4, (COINCIDENCE.name,)),
        (("load", "world_bank", POPULATION, COINCIDENCE), 4, (COINCIDENCE.name,)),
        (("load", "us_coincidence", FIXTURES / "sipri_milex.xlsx"), 4, ("sipri_milex.xlsx",)),
        (("pull", "sanctions"), 3, ("open https://www.globalsanctionsdatabase.com", "nonaligned load sanctions FILE")),
        (("pull", "archigos", "--offline"), 3, ("nonaligned pull archigos",)),
        (("pull", "gdelt", "yesterday"), 2, ("YYYYMMDD",)),
        (("pull", "nothing"), 2, ("no source",)),
        (("record", "vote"), 2, ("votes",)),
        (("trace", "votes"), 2, ("rcid",)),
        (("trace", "votes", "state"), 2, ("KEY=VALUE",)),
        (("trace", "votes", "flavour=IND"), 2, ("flavour",)),
        (("trace", "votes", "rcid=x'; DROP TABLE votes; --"), 3, ("no row of votes",)),
        (("sql", "SELECT 1", "--as-of", "yesterday"), 2, ("yesterday",)),
    ],
    ids=lambda given: " ".join(Path(word).name for word in given) if isinstance(given, tuple) and len(given) > 1 else None,
)
def test_a_refusal_has_its_code_its_words_and_changes_nothing(arguments, code, words, own):
    before = bytes_of(own)
    if arguments[-1] == COINCIDENCE and POPULATION in arguments:
        del before["manifest.json"]  # the first file was good and stands
    refused(run(*arguments, "--record", own), code, *words)
    after = bytes_of(own)
    assert {name: after.get(name) for name in before if not name.endswith(".lock")} == {
        name: data for name, data in before.items() if not name.endswith(".lock")
    }
    assert not [name for name in after if name.endswith(".part")]


def test_a_cell_that_is_no_number_is_named_and_the_record_is_as_it_was(own, tmp_path):
    before = bytes_of(own)
    path = population(tmp_path, "bad.csv", b'"667070000"', b'"six hundred million"')
    refused(run("load", "world_bank", path, "--record", own), 4, "bad.csv, line 6, column 1960: 'six hundred million' is not a number")
    assert bytes_of(own) == before


def test_a_part_is_replaced_and_another_stands_beside_it(own, tmp_path):
    other = population(tmp_path, "other.csv", b"SP.POP.TOTL", b"XX.NEW.ONE")
    newer = population(tmp_path, "newer.csv", b'"667070000"', b'"667070001"')
    done = run("load", "world_bank", other, newer, "--record", own)
    assert (done.returncode, done.stdout) == (0, "")
    assert "other.csv (1 of 2)" in done.stderr
    assert "newer.csv (2 of 2)" in done.stderr
    rows = asked("SELECT indicator, count(*) AS n FROM indicators WHERE source = 'world_bank' GROUP BY 1 ORDER BY 1", own)
    assert [row["n"] for row in rows] == [311, 311]
    china = "SELECT value FROM indicators WHERE state = 'CHN' AND year = 1960 AND source = 'world_bank' AND indicator = 'population'"
    assert [row["value"] for row in asked(china, own)] == [667_070_001]
    files = asked("SELECT part, file FROM origins WHERE source = 'world_bank' AND file <> '' ORDER BY part", own)
    assert [tuple(row.values()) for row in files] == [("SP.POP.TOTL", "newer.csv"), ("XX.NEW.ONE", "other.csv")]


def test_far_fewer_rows_must_be_meant(own, tmp_path):
    before = bytes_of(own)
    cut = population(tmp_path, "cut.csv", lines=7)
    refused(run("load", "world_bank", cut, "--record", own), 5, "--fewer-rows", "311")
    assert {name: data for name, data in bytes_of(own).items() if "manifest" in name or "tables" in name} == {
        name: data for name, data in before.items() if "manifest" in name or "tables" in name
    }
    assert run("load", "world_bank", cut, "--fewer-rows", "--record", own).returncode == 0
    (row,) = asked("SELECT count(DISTINCT state) AS n FROM indicators WHERE source = 'world_bank'", own)
    assert row["n"] == 2


def test_a_known_error_of_a_file_is_corrected_and_told(own):
    folder = own / "corrections"
    folder.mkdir()
    (folder / "world_bank.csv").write_text(
        "table,key,column,expect,value,reason,citation\n"
        "indicators,state=CHN|year=1960|indicator=population,value,667070000,667070002,a misprint,Yearbook 1961\n"
        "indicators,state=CHN|year=1961|indicator=population,value,1,2,mended since,Yearbook 1961\n",
        encoding="utf-8",
    )
    done = run("load", "world_bank", POPULATION, "--record", own)
    assert done.returncode == 0, done.stderr
    assert "corrected: indicators state=CHN|year=1960|indicator=population: value 667070000 -> 667070002 (a misprint)" in done.stderr
    assert "not needed" in done.stderr


def test_a_damaged_manifest_is_refused_and_what_mends_it_is_told(own):
    (own / "manifest.json").write_text("{", encoding="utf-8")
    refused(run("load", "world_bank", POPULATION, "--record", own), 3, "manifest.json")


# ---------------------------------------------------------------- sources, record


def test_sources_tell_what_is_loaded_and_what_to_do_next(loaded):
    shape = json.loads(run("sources", "--json", "--record", loaded[0]).stdout)
    assert set(shape) == {"rows", "fields", "sources", "run"}
    rows = {row["source"]: row for row in shape["rows"]}
    assert set(rows) == set(sources())
    assert set(next(iter(rows.values()))) == {field["name"] for field in shape["fields"]}
    assert (rows["world_bank"]["rows"], rows["world_bank"]["years"], rows["world_bank"]["next"]) == ("311 indicators", "1960–2024", "")
    assert rows["world_bank"]["version"] == "updated 2025-10-07"
    assert rows["sanctions"]["next"].startswith("open https://www.globalsanctionsdatabase.com")
    assert rows["archigos"]["next"].startswith("nonaligned pull archigos, or for a file that you have: nonaligned load archigos")
    piped = list(csv.DictReader(io.StringIO(run("sources", "--record", loaded[0]).stdout)))
    assert {row["source"] for row in piped if row["loaded"]} == {"un_votes", "us_coincidence", "world_bank"}


def test_the_record_tells_its_tables_and_their_columns(loaded):
    tables = {row["table"]: row for row in json.loads(run("record", "--json", "--record", loaded[0]).stdout)["rows"]}
    assert tables["us_coincidence"]["loaded"] == "us_coincidence"
    assert int(tables["us_coincidence"]["rows"]) == asked("SELECT count(*) AS n FROM us_coincidence", loaded[0])[0]["n"]
    shape = json.loads(run("record", "us_coincidence", "--json", "--record", loaded[0]).stdout)
    assert [row["column"] for row in shape["rows"]] == list(pl.DataFrame(asked("SELECT * FROM us_coincidence LIMIT 1", loaded[0])).columns)
    assert {row["sha256"] for row in shape["sources"]} >= {SHA[COINCIDENCE]}
    assert shape["run"]["warnings"]


# ---------------------------------------------------------------- sql


def test_an_answer_is_json_csv_or_a_file(loaded, tmp_path):
    query = "SELECT state, year, n_same FROM us_coincidence ORDER BY state, year"
    shape = json.loads(run("sql", query, "--json", "--record", loaded[0]).stdout)
    assert shape["run"]["n_rows"] == len(shape["rows"]) > 3
    assert {row["table_name"] for row in shape["sources"]} == {"us_coincidence"}
    piped = run("sql", query, "--record", loaded[0])
    assert piped.stderr == ""
    assert pl.read_csv(io.StringIO(piped.stdout)).to_dicts() == shape["rows"]
    for ending, read in ((".csv", pl.read_csv), (".parquet", pl.read_parquet), (".json", None)):
        target = tmp_path / f"answer{ending}"
        done = run("sql", query, "-o", target, "--record", loaded[0])
        assert (done.returncode, done.stdout) == (0, "")
        assert "Wrote" in done.stderr
        assert (read(target).to_dicts() if read else json.loads(target.read_text(encoding="utf-8"))["rows"]) == shape["rows"]
    refused(run("sql", query, "-o", tmp_path / "answer.docx", "--record", loaded[0]), 2, ".parquet")
    refused(run("sql", query, "-o", tmp_path / "none" / "answer.csv", "--record", loaded[0]), 2, "folder")


def test_what_a_spreadsheet_would_run_is_text_in_csv(loaded, tmp_path):
    query = "SELECT * FROM (VALUES ('=HYPERLINK(1)'), ('+1'), ('-1'), ('@x'), (chr(9) || 'x'), ('plain')) AS t(cell)"
    for text in (run("sql", query, "--record", loaded[0]).stdout, _written(query, tmp_path / "x.csv", loaded[0])):
        cells = [row["cell"] for row in csv.DictReader(io.StringIO(text))]
        assert cells == ["'=HYPERLINK(1)", "'+1", "'-1", "'@x", "'\tx", "plain"]


def _written(query: str, target: Path, record: Path) -> str:
    assert run("sql", query, "-o", target, "--record", record).returncode == 0
    return target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE votes",
        "SELECT 1; DROP TABLE votes",
        "COPY votes TO '/tmp/stolen.csv'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT content FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/etc/*')",
        "ATTACH '/tmp/other.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "SELECT getenv('HOME')",
        "SELECT * FROM no_such_table",
        "not sql",
        "",
    ],
)
def test_a_query_reads_the_record_and_nothing_else(query, loaded):
    before = bytes_of(loaded[0])
    done = run("sql", query, "--record", loaded[0])
    refused(done, 2)
    assert "root:" not in done.stderr
    assert bytes_of(loaded[0]) == before


# ---------------------------------------------------------------- trace, as of


def test_a_number_is_walked_back_to_the_file_and_its_hash(loaded):
    done = run("trace", "us_coincidence", "state=CHN", "year=2020", "--record", loaded[0])
    assert done.returncode == 0, done.stderr
    assert "state CHN, year 2020, n_same 10" in done.stdout
    assert SHA[COINCIDENCE] in done.stdout
    shape = json.loads(run("trace", "us_coincidence", "state=CHN", "year=2020", "--json", "--record", loaded[0]).stdout)
    (origin,) = (row for row in shape["sources"] if row["file"])
    assert (origin["file"], origin["sha256"]) == (COINCIDENCE.name, SHA[COINCIDENCE])
    assert Path(origin["snapshots"][0]).read_bytes() == COINCIDENCE.read_bytes()


def test_an_earlier_day_is_as_it_was(own, tmp_path):
    manifest = json.loads((own / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["loads"]:
        entry["loaded_at"] = "2020-05-01T12:00:00+00:00"
    (own / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    newer = population(tmp_path, "newer.csv", b'"667070000"', b'"667070001"')
    assert run("load", "world_bank", newer, "--record", own).returncode == 0
    china = "SELECT value FROM indicators WHERE state = 'CHN' AND year = 1960 AND source = 'world_bank'"
    assert asked(china, own) == [{"value": 667_070_001}]
    assert asked(china, own, "--as-of", "2020-05-01") == [{"value": 667_070_000}]
    assert asked(china, own, "--as-of", "2020-04-30") == []
    rows = json.loads(run("sources", "--json", "--record", own, "--as-of", "2020-04-30").stdout)["rows"]
    assert not any(row["loaded"] for row in rows)


# ---------------------------------------------------------------- pull


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A server on this machine that holds the official file."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "un-coincidence-2020.csv").write_bytes(COINCIDENCE.read_bytes())
    (folder / "page.csv").write_bytes(b"<!doctype html><html>Sign in</html>")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def pulls(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """The source's declaration, as if its file lay at `url`."""
    wanted = (Download(url, "un-coincidence-2020.csv"),)
    monkeypatch.setitem(sources(), "us_coincidence", replace(sources()["us_coincidence"], downloads=lambda words: wanted))


def test_a_file_is_pulled_loaded_and_its_address_kept(site, tmp_path, monkeypatch, capfd):
    record = tmp_path / "record"
    pulls(monkeypatch, f"{site}/un-coincidence-2020.csv")
    assert run_here(["pull", "us_coincidence", "--record", str(record)]) == 0
    out, err = capfd.readouterr()
    assert out == ""
    assert f"un-coincidence-2020.csv from {site}" in err
    assert SHA[COINCIDENCE][:12] in err
    (row,) = asked("SELECT url, sha256, file FROM origins WHERE source = 'us_coincidence' AND file <> ''", record)
    assert (row["url"], row["sha256"], row["file"]) == (f"{site}/un-coincidence-2020.csv", SHA[COINCIDENCE], COINCIDENCE.name)
    assert run_here(["pull", "us_coincidence", "--record", str(record)]) == 0
    assert "unchanged" in capfd.readouterr().err
    pulls(monkeypatch, "http://127.0.0.1:9/un-coincidence-2020.csv")
    assert run_here(["pull", "us_coincidence", "--offline", "--record", str(record)]) == 0


def test_a_pull_that_fails_leaves_the_record_as_it_was(site, tmp_path, monkeypatch, capfd):
    record = tmp_path / "record"
    for url, code in ((f"{site}/page.csv", 4), (f"{site}/none.csv", 4)):
        pulls(monkeypatch, url)
        assert run_here(["pull", "us_coincidence", "--record", str(record)]) == code
        out, err = capfd.readouterr()
        assert out == ""
        assert "nonaligned: " in err
    assert not (record / "manifest.json").exists()
    assert run_here(["pull", "us_coincidence", "--offline", "--record", str(record)]) == 3
    assert "nonaligned pull us_coincidence" in capfd.readouterr().err
