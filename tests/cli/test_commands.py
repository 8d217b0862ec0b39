"""The commands as a user runs them: real processes, their exit codes, and what each stream says."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nonaligned import __version__

PROGRAM = [sys.executable, "-m", "nonaligned"]
HEAVY = ("polars", "duckdb", "altair", "spacy", "numpy", "vl_convert", "trafilatura", "pypdf", "rich", "jinja2")
COMMANDS = ("brief", "read", "check", "states", "sources", "load", "demo")
TEXT = "Finland joined NATO in April 2023. India is a member of NATO."
FIXTURES = Path(__file__).parents[1] / "sources" / "fixtures"


def run(*arguments: str | Path, stdin: str | bytes = b"", **settings: str) -> subprocess.CompletedProcess[str]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        input=data,
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, "COLUMNS": "200", **settings},
    )
    out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Nothing on stdout; what happened and what mends it on stderr; the right code."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr, done.stderr


def imported_by(*commands: list[str]) -> set[str]:
    """Heavy modules that these commands load, run one after another in one new process."""
    script = (
        "import sys, contextlib, io, json\nfrom nonaligned.cli.commands import run\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n    codes = [run(line) for line in json.loads(sys.argv[1])]\n"
        f"print(json.dumps([codes, [name for name in {HEAVY!r} if name in sys.modules]]))"
    )
    done = subprocess.run([sys.executable, "-c", script, json.dumps(commands)], capture_output=True, text=True, check=True)
    codes, found = json.loads(done.stdout)
    assert set(codes) == {0}, done.stderr
    return set(found)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


# ---------------------------------------------------------------- help


def test_help_loads_nothing_heavy():
    assert imported_by(["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)) == set()


def test_a_look_up_loads_no_parser_and_no_charts():
    found = imported_by(["states", "India", "--json"], ["sources", "--json"])
    assert found & {"spacy", "altair", "vl_convert", "trafilatura"} == set()


def test_help_names_every_command_with_what_it_does():
    done = run("--help")
    assert done.returncode == 0
    assert done.stderr == ""
    for command in COMMANDS:
        assert f"\n  {command} " in done.stdout
    assert "Usage: nonaligned check " in run("check", "--help").stdout


def test_version():
    assert __version__ in run("--version").stdout


# ---------------------------------------------------------------- reports


def test_check_prints_csv_when_piped_and_json_when_asked():
    table = run("check", "-", "--date", "2024-07-08", stdin=TEXT)
    assert (table.returncode, table.stderr) == (0, ""), "a plain read says nothing beside its data"
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    assert [(row["subject"], row["object"], row["verdict"]) for row in rows] == [
        ("FIN", "NATO", "supported"),
        ("IND", "NATO", "contradicted"),
    ]
    shape = json.loads(run("check", "-", "--date", "2024-07-08", "--json", stdin=TEXT).stdout)
    assert set(shape) >= {"rows", "fields", "sources", "run"}
    assert [row["verdict"] for row in shape["rows"]] == ["supported", "contradicted"]
    assert {field["name"] for field in shape["fields"]} == set(shape["rows"][0]) == set(rows[0])
    for row in shape["rows"]:
        assert TEXT[row["start"] : row["end"]] == row["text"]


def test_read_prints_events():
    done = run("read", "-", "--date", "2022-03-01", stdin="Russia attacked Ukraine in February 2022.")
    assert (done.returncode, done.stderr) == (0, "")
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["event_type"], row["actor_state"], row["recipient_state"]) == ("ASSAULT", "RUS", "UKR")


def test_a_brief_is_written_whole_with_the_usual_permissions(report, tmp_path):
    page = tmp_path / "brief.html"
    done = run("brief", report, "--date", "2024-07-08", "-o", page)
    assert done.returncode == 0
    assert done.stdout == ""
    html = page.read_text(encoding="utf-8")
    assert html.lower().startswith("<!doctype html")
    assert "Finland" in html
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(page.stat().st_mode) == 0o666 & ~mask
    assert sorted(p.name for p in tmp_path.iterdir()) == ["brief.html", "report.txt"]


def test_the_same_report_gives_the_same_bytes(report):
    first, second = (run("brief", report, "--date", "2024-07-08", "--json", PYTHONHASHSEED=seed).stdout for seed in ("1", "2"))
    assert first == second != ""


def test_demo_needs_nothing():
    done = run("demo", "--json")
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["rows"]) > 3


def test_a_cell_is_no_formula():
    done = run("check", "-", "--date", "2024-07-08", stdin='=HYPERLINK("x") Finland is a member of NATO.')
    cells = [cell for row in csv.reader(io.StringIO(done.stdout)) for cell in row]
    assert [cell for cell in cells if cell[:1] in {"=", "+", "@"}] == []


@pytest.mark.parametrize(
    ("stdin", "word"),
    [
        (b"", "empty"),
        (b"   \n\n", "white space"),
        (bytes(range(256)) * 8, ""),
        (b"The cat sat on the mat and looked at the dog for a long while.", "No state"),
        ("Der Bundeskanzler reiste am Montag nach Paris und sprach dort mit dem Präsidenten über die Lage in der Ukraine.".encode(), ""),
    ],
    ids=["empty", "blank", "binary", "no state", "German"],
)
def test_a_text_that_is_no_report_is_refused_in_words(stdin, word):
    refused(run("check", "-", stdin=stdin), 2, "nonaligned: ", word)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("check", "nowhere.txt"), "nowhere.txt"),
        (("check", "."), ""),
        (("check", "-", "--date", "8 July"), "YYYY-MM-DD"),
        (("check", "-", "--date", "2999-01-01"), "today"),
        (("check", "-", "--set", "nonsense=1"), "key_supplier_percent"),
        (("check", "-", "--set", "about_percent=x"), "about_percent"),
        (("brief", "-", "--powers", "USA,Rusia"), "Russia"),
        (("brief", "-", "--powers", ","), "powers"),
        (("check", "-", "-o", "nowhere/x.csv"), "no such folder"),
        (("check", "-", "-o", "."), "folder"),
        (("chek", "-"), "No such command"),
        (("check",), "REPORT"),
        (("check", "-", "--colour"), "--colour"),
        (("states", "Rusia"), "Russia"),
        (("states", "--on", "yesterday"), "YYYY-MM-DD"),
        (("load", "un_vote", "x"), "un_votes"),
        (("load", "un_votes", "nowhere.csv"), "nowhere.csv"),
        (("load", "un_votes", "."), "folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_slip_is_answered_with_what_is_meant(arguments, word):
    refused(run(*arguments, stdin=TEXT), 2, word)


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    child = subprocess.Popen([*PROGRAM, "states", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.read(10)
    child.stdout.close()
    said = child.stderr.read().decode()
    child.stderr.close()
    child.wait(60)
    assert said == ""


def test_a_stop_by_the_user_is_130_and_silent(tmp_path):
    child = subprocess.Popen([*PROGRAM, "check", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1.5)  # it waits for its input
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert out == b""
    assert b"Traceback" not in err


# ---------------------------------------------------------------- states and sources


def test_states_answers_by_code_name_group_and_region():
    for query in ("IND", "India", "Bharat"):
        (row,) = json.loads(run("states", query, "--json").stdout)["rows"]
        assert (row["code"], str(row["cow_code"]), row["iso2"]) == ("IND", "750", "IN")
    assert {r["code"] for r in json.loads(run("states", "QUAD", "--json").stdout)["rows"]} == {"AUS", "IND", "JPN", "USA"}
    on = json.loads(run("states", "--on", "1980-01-01", "--json").stdout)["rows"]
    assert {"SUN", "DDR", "YUG"} <= {r["code"] for r in on}
    assert "RUS" not in {r["code"] for r in on}


@pytest.mark.parametrize("arguments", [("states",), ("states", "India"), ("sources",)], ids=" ".join)
def test_rows_are_csv_when_piped(arguments):
    rows = list(csv.DictReader(io.StringIO(run(*arguments).stdout), strict=True))
    shape = json.loads(run(*arguments, "--json").stdout)
    assert len(rows) == len(shape["rows"]) > 0
    assert set(rows[0]) == {field["name"] for field in shape["fields"]}


@pytest.mark.parametrize("arguments", [("states", "India"), ("sources",), ("check", "-", "--date", "2024-07-08")], ids=" ".join)
def test_json_fields_say_what_the_rows_hold(arguments):
    kinds = {"text": str, "integer": int, "number": (int, float), "list": list}
    shape = json.loads(run(*arguments, "--json", stdin=TEXT).stdout)
    assert set(shape) >= {"rows", "fields", "sources", "run"}
    for row in shape["rows"]:
        for field in shape["fields"]:
            assert row[field["name"]] is None or isinstance(row[field["name"]], kinds[field["type"]]), field
            assert field["description"]


def test_sources_says_what_to_do_next(tmp_path):
    done = run("sources", "--json", "--record", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    rows = {row["source"]: row for row in json.loads(done.stdout)["rows"]}
    assert "nonaligned load un_votes" in rows["un_votes"]["next"]
    assert rows["un_votes"]["loaded"] == ""


def test_an_excerpt_is_loaded_shown_and_found_again(tmp_path):
    record = tmp_path / "record"
    done = run("load", "un_votes", FIXTURES / "undl_assembly_2024.csv", "--record", record)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "votes: " in done.stderr
    (row,) = (row for row in json.loads(run("sources", "--json", "--record", record).stdout)["rows"] if row["source"] == "un_votes")
    assert "votes" in row["rows"]
    assert row["next"] == ""
    by_environment = run("sources", "--json", NONALIGNED_HOME=str(record))
    assert json.loads(by_environment.stdout)["rows"] == json.loads(run("sources", "--json", "--record", record).stdout)["rows"]


def test_a_file_of_another_layout_is_refused_and_nothing_is_written(tmp_path):
    path = tmp_path / "page.csv"
    path.write_text("<html>Sign in</html>", encoding="utf-8")
    refused(run("load", "un_votes", path, "--record", tmp_path / "record"), 4, "page.csv")
    assert not (tmp_path / "record").exists()


def test_a_damaged_record_is_said_with_the_command_that_mends_it(tmp_path, report):
    record = tmp_path / "record"
    record.mkdir()
    (record / "manifest.json").write_text("{", encoding="utf-8")
    for arguments in (("check", report), ("sources",), ("load", "un_votes", FIXTURES / "undl_assembly_2024.csv")):
        refused(run(*arguments, "--record", record), 3, "manifest.json", "mv ")


def test_a_record_that_is_a_file_cannot_be_written(tmp_path):
    path = tmp_path / "file"
    path.write_text("", encoding="utf-8")
    refused(run("load", "un_votes", FIXTURES / "undl_assembly_2024.csv", "--record", path), 2, "Cannot write the record")


def test_the_whole_roll_call_file_is_loaded_and_a_claim_checked_against_it(shared, tmp_path):
    """A/RES/65/225, human rights in the DPR Korea, 21 December 2010: 106-20-57; India abstained, Russia was against."""
    record, file = tmp_path / "record", shared / "unga" / "UNVotes_1946-2024.csv.gz"
    claims = (
        "India abstained on UN General Assembly resolution 65/225 in December 2010. "
        "Russia abstained on UN General Assembly resolution 65/225. "
        "Japan voted in favour of UN General Assembly resolution 65/225."
    )
    record.mkdir()
    before = json.loads(run("check", "-", "--date", "2024-07-08", "--json", "--record", record, stdin=claims).stdout)["rows"]
    assert [row["verdict"] for row in before] == ["not_in_record"] * 3
    done = run("load", "un_votes", file, "--record", record)
    assert done.returncode == 0, done.stderr
    shape = json.loads(run("check", "-", "--date", "2024-07-08", "--json", "--record", record, stdin=claims).stdout)
    assert [(row["subject"], row["verdict"]) for row in shape["rows"]] == [
        ("IND", "supported"),
        ("RUS", "contradicted"),
        ("JPN", "supported"),
    ]
    assert all("106-20-57" in json.dumps(row["evidence"]) for row in shape["rows"])
    for row in shape["rows"]:
        assert "A/RES/65/225 of 2010-12-21 (106-20-57)" in row["reason"], "the symbol is what a reader can look up"
    assert any("Voeten" in json.dumps(source) for source in shape["sources"])
    with gzip.open(file, "rt", encoding="utf-8", newline="") as handle:
        cast = {row["ccode"]: row["vote"] for row in csv.DictReader(handle) if row["unres"] in {"R/65/225", "A/RES/65/225"}}
    assert (cast["750"], cast["365"], cast["740"]) == ("2", "3", "1")
    landmark = run(
        "check",
        "-",
        "--date",
        "2024-07-08",
        "--json",
        "--record",
        record,
        stdin="India abstained on UN General Assembly resolution ES-11/1.",
    )
    (row,) = json.loads(landmark.stdout)["rows"]
    assert row["verdict"] == "supported"
    assert "141-5-35" in row["reason"]


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no /dev/full on this system")
def test_a_full_disk_is_said_and_a_device_is_never_replaced():
    report = Path(__file__).parents[2] / "examples" / "hedging_turkey.txt"
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([*PROGRAM, "check", str(report), "--json"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 2
    assert "cannot be written" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert run("brief", report, "-o", "/dev/null").returncode == 0
    assert Path("/dev/null").is_char_device()


def test_the_report_itself_is_not_overwritten(tmp_path):
    report = tmp_path / "report.html"
    report.write_text("India is a member of BRICS and of the G20, said the prime minister in New Delhi on Monday.")
    before = report.read_bytes()
    assert run("brief", report, "-o", report).returncode == 2
    assert report.read_bytes() == before
