"""The words of the house are true: every name stands in them, every snippet runs, every printed line is what is printed."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from excerpts import EXCERPTS

import nonaligned
from nonaligned.cli.commands import cli
from nonaligned.ground.origins import read_origin, read_rows
from nonaligned.ground.thresholds import Thresholds
from nonaligned.record.origins import ORIGIN_COLUMNS
from nonaligned.record.starter import REGISTERS, starter_directory
from nonaligned.record.store import Record
from nonaligned.record.tables import TABLES
from nonaligned.record.views import FOLLOWS, SAME_SOURCE
from nonaligned.reports.claims import readers
from nonaligned.sources import sources
from nonaligned.world.groups import DATA

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
VERDICTS = ROOT / "docs" / "verdicts.md"
RECORD = ROOT / "docs" / "record.md"
README = ROOT / "README.md"
SOURCES = ROOT / "docs" / "sources.md"
TABLES_PAGE = ROOT / "docs" / "tables.md"
FIXTURES = ROOT / "tests" / "sources" / "fixtures"
PYTHON = [sys.executable, "-c", "import sys; from nonaligned.cli import main; main(sys.argv[1:])"]
MODULES = (
    nonaligned.__name__,
    *(m.name for m in pkgutil.walk_packages(nonaligned.__path__, "nonaligned.") if not m.name.endswith("__main__")),
)


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def fences(page: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", text_of(page), re.M | re.S)


def examples(module: str) -> list[doctest.DocTest]:
    loaded = importlib.import_module(module)
    return [test for test in doctest.DocTestFinder(exclude_empty=True).find(loaded) if test.examples]


# ---------------------------------------------------------------- names


@pytest.mark.parametrize("command", list(cli.commands))
def test_every_command_is_in_the_readme(command):
    assert re.search(rf"^\| `nonaligned {command}\b", text_of(README), re.M)


def test_every_option_of_a_command_is_told_of():
    told = "".join(text_of(page) for page in PAGES)
    for name, command in cli.commands.items():
        for parameter in command.params:
            options = [word for word in parameter.opts if word.startswith("-")]
            assert not options or any(re.search(rf"(?<![\w-]){option}(?![\w-])", told) for option in options), f"{name} {options}"


@EACH_PAGE
def test_no_page_names_a_command_that_is_not_there(page):
    shell = [*fences(page, "sh"), *re.findall(r"`((?:\.venv/bin/)?nonaligned [^`\n]+)`", text_of(page))]
    for word in re.findall(r"(?:^|[ /])nonaligned ([a-z]+)", "\n".join(shell), re.M):
        assert word in cli.commands, word


@pytest.mark.parametrize("field", fields(Thresholds), ids=lambda field: field.name)
def test_every_threshold_stands_with_its_value(field):
    assert re.search(rf"^\| `{field.name}` \| {field.default:g} \|", text_of(VERDICTS), re.M)


def test_no_threshold_is_told_of_that_cannot_be_set():
    assert set(re.findall(r"^\| `(\w+)` \| [\d.]+ \|", text_of(VERDICTS), re.M)) == {field.name for field in fields(Thresholds)}


def test_every_kind_of_claim_has_its_section():
    assert re.findall(r"^### `(\w+)`", text_of(VERDICTS), re.M)
    assert set(re.findall(r"^### `(\w+)`", text_of(VERDICTS), re.M)) == set(readers())


def test_every_threshold_names_the_checks_that_read_it():
    for name, kinds in re.findall(r"^\| `(\w+)` \| [\d.]+ \|.*\| ([\w, ]+) \|$", text_of(VERDICTS), re.M):
        checks = ROOT / "src/nonaligned/checking"
        reading = {path.stem for path in checks.glob("*.py") if f".{name}" in path.read_text(encoding="utf-8")}
        assert reading == set(kinds.split(", ")), name


def test_every_file_that_ships_stands_with_its_rows_and_its_day():
    told = dict(re.findall(r"^\| `(\w+)` \| ([\d,]+ \| [\d-]+) \|", text_of(RECORD), re.M))
    for folder in (starter_directory(), DATA):
        for path in sorted(path for path in folder.glob("*.csv") if "." not in path.stem):
            rows = sum(1 for _ in read_rows(path))
            as_of = read_origin(path.with_suffix(".origin.toml")).as_of
            assert told.pop(path.stem) == f"{rows:,} | {as_of}", path.stem
    assert not told


def test_what_of_the_register_is_a_table_comes_first():
    listed = re.findall(r"^\| `(\w+)` \| [\d,]+ \|", text_of(RECORD).split("The register of\nstates ships")[1], re.M)
    assert set(listed[:4]) == set(REGISTERS)
    assert not set(listed[4:]) & set(TABLES)


def test_what_gives_way_is_told():
    """The table of rules names each table that has one."""
    told = text_of(RECORD).split("## What gives way to what")[1].split("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", told, re.M))))
    rules = {table.name for table in TABLES.values() if table.yields_to_loaded or table.yields_to_starter} | set(SAME_SOURCE)
    assert named == rules
    assert all(f"`{name}`" in told for name in (*FOLLOWS, *(behind for behind, _ in FOLLOWS.values())))


def test_every_table_that_ships_empty_is_told():
    record = Record(Path("/nonexistent"))
    empty = {name for name in TABLES if not record.rows(f"SELECT 1 FROM {name} LIMIT 1")}
    shipping = re.findall(r"^## `(\w+)`\n(.*?)^- Ships: (.*?)$", text_of(TABLES_PAGE), re.M | re.S)
    assert {name for name, _, words in shipping if words == "no rows."} == empty
    assert {"visits", "sanctions", "nuclear_agreements", "arms_deals", "events"} <= empty


# ---------------------------------------------------------------- the dictionary


@cache
def dictionary() -> ModuleType:
    return module_at("write_dictionary")


@cache
def module_at(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", [TABLES_PAGE, SOURCES], ids=lambda path: path.name)
def test_the_dictionary_is_what_the_definitions_say(page):
    assert text_of(page) == dictionary().pages()[page.name], "run tools/docs/write_dictionary.py"


def test_every_table_column_and_source_has_its_entry():
    sections = re.split(r"^## `(\w+)`$", text_of(TABLES_PAGE), flags=re.M)
    assert sections[1::2] == [*TABLES, "origins"]
    for name, section in zip(sections[1::2], sections[2::2], strict=True):
        columns = re.findall(r"^\| `(\w+)`(?: \(key\))? \|", section, re.M)
        assert columns == list(TABLES[name].columns if name in TABLES else ORIGIN_COLUMNS)
    sections = re.split(r"^## `(\w+)`$", text_of(SOURCES), flags=re.M)
    assert sections[1::2] == list(sources())
    for one, section in zip(sources().values(), sections[2::2], strict=True):
        for words in (one.producer, one.licence, one.citation, one.address, *one.warnings, f"nonaligned load {one.name} FILE"):
            assert words.replace("|", "\\|") in section, (one.name, words)
        assert (f"nonaligned pull {one.name}" in section) == one.may_pull
        assert len(re.findall(r"^\| reads \| .{40,} \|$", section, re.M)) == 1


@pytest.mark.parametrize("excerpt", EXCERPTS, ids=str)
def test_what_readers_set_aside_and_cover_is_told(excerpt):
    """The words of the page are found in the readers' code; what readers say of excerpts must be among them."""
    found = module_at("reader_words")
    words = found.words_of(excerpt.declared)
    read = excerpt.declared.read(excerpt.path)
    for one in read.set_aside:
        assert any(found.fits(pattern, one.reason) for pattern in words.aside), one.reason
    for covered in read.coverage.values():
        assert words.is_complete or not covered.is_complete
        notes = [note for note in covered.note.split("; ") if note]
        assert all(any(found.fits(pattern, text) for pattern in words.covered for text in (note, covered.note)) for note in notes), covered
    assert all(f"\n- {reason}\n" in text_of(SOURCES) for reason in words.aside)


def test_the_changelog_counts_the_sources():
    assert f"official files of {len(sources())} sources" in " ".join(text_of(ROOT / "CHANGELOG.md").split())


def test_the_words_of_the_readers_are_found():
    """Without this the page could lose what readers set aside and no excerpt would tell."""
    found = module_at("reader_words")
    words = {name: found.words_of(one) for name, one in sources().items()}
    assert {name for name, one in words.items() if one.is_complete} == {"atop", "sipri_transfers"}
    assert {name for name, one in words.items() if not one.aside} == {"archigos", "ideal_points", "reign", "sanctions", "us_coincidence"}
    assert all(one.covered for one in words.values())
    assert "domestic trade" in words["itpd_trade"].aside
    assert sum(len(one.aside) for one in words.values()) > 60


def test_every_list_of_corrections_stands_with_its_length():
    for path in (*starter_directory().glob("*.corrections.csv"), *DATA.glob("*.corrections.csv")):
        assert re.search(rf"`{path.name}`\s+\({sum(1 for _ in read_rows(path))}(?: rows)?\)", text_of(RECORD)), path.name
        assert path.name in text_of(ROOT / "CHANGELOG.md")


def test_every_exit_code_is_told():
    from nonaligned.ground import errors

    codes = {error.exit_code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.NonalignedError)}
    sentence = text_of(README).split("Exit codes:")[1].split(".")[0]
    assert codes | {errors.OK, errors.NOT_CONVERGED, errors.STOPPED} == {int(number) for number in re.findall(r"\b\d+\b", sentence)}


# ---------------------------------------------------------------- links, paths, forms


@EACH_PAGE
def test_links_lead_to_files(page):
    for target in re.findall(r"!?\[[^\]]*\]\(([^)#]+)[^)]*\)", text_of(page)):
        if target != "docs/brief.png" and not target.startswith("http"):
            assert (page.parent / target).exists(), target


@EACH_PAGE
def test_named_files_exist(page):
    shown = set(re.findall(r"`((?:src/nonaligned|tests|tools|training)/[\w./-]+)`", text_of(page)))
    made = set(re.findall(r"`(src/[\w./]+\.(?:py|csv))`:\n", text_of(page)))
    for path in shown - made:
        assert (ROOT / path).exists(), path


@EACH_PAGE
def test_pages_speak_of_the_program_alone(page):
    assert not re.search(r"/work/|/tmp/|/home/|\.\./shared|localhost", text_of(page))


def test_the_setup_commands_are_those_of_the_checks():
    assert "./setup.sh --dev && .venv/bin/pytest" in text_of(README)
    assert "./setup.sh --dev && .venv/bin/pytest" in text_of(ROOT / ".ci" / "run")
    assert "./setup.sh && .venv/bin/nonaligned brief examples/hedging_turkey.txt -o brief.html" in text_of(README)


def test_versions_and_licences_agree():
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    citation = text_of(ROOT / "CITATION.cff")
    assert f"version: {project['version']}\n" in citation
    assert f"## {project['version']}\n" in text_of(ROOT / "CHANGELOG.md")
    assert set(re.findall(r"^  - ([A-Z][\w.-]+)$", citation, re.M)) == set(project["license"].split(" AND "))
    assert nonaligned.__version__ == project["version"]
    assert text_of(ROOT / "LICENSE").startswith("MIT License\n\nCopyright (c) 2026 The nonaligned authors\n")


# ---------------------------------------------------------------- what runs


@EACH_PAGE
def test_python_snippets_run(page):
    shown = "\n".join(block for block in fences(page, "python") if block.startswith(">>>"))
    test = doctest.DocTestParser().get_doctest(shown, {}, page.name, str(page), 0)
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0
    assert test.examples or page.name not in {"README.md", "record.md"}


def test_examples_of_docstrings_run(tmp_path):
    """In a process of their own: an example may not lean on what another test has loaded or registered."""
    script = """
import doctest, importlib, sys
for module in sys.argv[1:]:
    if doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS).failed:
        sys.exit(f"{module}: an example failed")
"""
    ran = subprocess.run([sys.executable, "-c", script, *MODULES], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_public_names_have_examples():
    """States, names, groups, leaders, days, the store, times, thresholds and the three verbs."""
    public = [m for m in MODULES if m.startswith("nonaligned.world.")]
    public += [
        "nonaligned",
        "nonaligned.record.store",
        "nonaligned.reports.times",
        "nonaligned.ground.errors",
        "nonaligned.ground.thresholds",
    ]
    assert len(public) >= 10
    assert not [module for module in public if not examples(module)]


def test_what_the_readme_shows_is_what_is_printed(tmp_path):
    report = ROOT / "examples" / "hedging_turkey.txt"
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    ran = subprocess.run([*PYTHON, "brief", str(report)], capture_output=True, text=True, env=environment, check=True, cwd=tmp_path)
    lines = {line.rstrip() for line in ran.stdout.splitlines()}
    (shown,) = fences(README, "text")
    assert len(shown.splitlines()) > 10
    assert not [line for line in shown.splitlines() if line.rstrip() not in lines]


@EACH_PAGE
def test_shell_lines_that_need_nothing_run(page, tmp_path):
    for line in "\n".join(fences(page, "sh")).splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["nonaligned"] and not {"FILE", "DIR", "REPORT"} & set(words):
            subprocess.run([*PYTHON, *words[1:]], check=True, capture_output=True, cwd=tmp_path)


# A file that a page loads -> where it is.
SHOWN_FILES = {"API_SP.POP.TOTL.csv": FIXTURES / "API_SP.POP.TOTL.csv", "trade-register.csv": "sipri/register_17col_1995-2024.csv"}


def on_a_terminal(words: list[str], cwd: Path, home: Path) -> str:
    """What a command prints on a terminal of 80 columns without colours, on both streams as they come."""
    pty = pytest.importorskip("pty", reason="no terminals here")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1", "PYTHONUTF8": "1", "NONALIGNED_HOME": str(home)}
    with subprocess.Popen([*PYTHON, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=cwd) as running:
        os.close(theirs)
        printed = b""
        while True:
            try:
                block = os.read(ours, 65_536)
            except OSError:  # Linux says so when the other side is closed
                break
            if not block:
                break
            printed += block
    os.close(ours)
    assert running.returncode in {0, 3}
    return printed.decode("utf-8").replace("\r\n", "\n")


def plain(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


@EACH_PAGE
def test_what_the_consoles_show_is_what_is_printed(page, tmp_path, request):
    """Blocks run in order in one record; `...` stands for anything; a ```csv block is written where its caption says."""
    blocks = re.findall(r"(?:`((?:corrections)/\w+\.csv)`:\n\n)?^```(console|csv)\n(.*?)^```", text_of(page), re.M | re.S)
    home = tmp_path / "home"
    for caption, kind, body in blocks:
        if kind == "csv" and caption:
            (home / caption).parent.mkdir(parents=True, exist_ok=True)
            (home / caption).write_text(body, encoding="utf-8")
        if kind == "console":
            for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.M):
                words = shlex.split(command)
                assert words[0] == "nonaligned"
                for name in set(words) & set(SHOWN_FILES):
                    place = SHOWN_FILES[name]
                    shutil.copy(place if isinstance(place, Path) else request.getfixturevalue("shared") / place, tmp_path / name)
                printed = plain(on_a_terminal(words[1:], tmp_path, home))
                assert doctest.OutputChecker().check_output(plain(shown), printed, doctest.ELLIPSIS), f"{command}\n{printed}"
    assert page not in {README, RECORD} or len([kind for _, kind, _ in blocks if kind == "console"]) >= 3


ADDED = """
import doctest, sys
from pathlib import Path
import numpy as np
import nonaligned as na
from nonaligned.checking import checks
from nonaligned.cli.commands import run
from nonaligned.figures import makers
from nonaligned.briefs.measuring import measure
from nonaligned.measures.models import cohesion
from nonaligned.record.store import Record
assert run(["load", "democracy", "file.csv", "--record", "record"]) == 0
record = Record(Path("record"))
rows = record.rows("SELECT state, year, value FROM indicators WHERE indicator = 'v2x_polyarchy' ORDER BY year")
assert rows == [{"state": "IND", "year": 2021, "value": 0.45}, {"state": "IND", "year": 2022, "value": 0.4}], rows
(entry,) = record.loads
assert entry.rows_in == 5 and [(one["count"], one["first_line"]) for one in entry.set_aside] == [(1, 5), (1, 6)], entry
assert [one["state"] for one in entry.corrected] == ["made"]
made = na.panel("state_year", (2013, 2014), ["IND", "JPN"], record=record).add("turnover")
assert made.frame.rows() == [("IND", 2013, None), ("IND", 2014, 1), ("JPN", 2013, None), ("JPN", 2014, None)], made.frame.rows()
assert [row["person"] for row in made.rows_behind("new_heads", {"state": "IND", "year": 2014})] == ["Narendra Modi"]
present = measure("presence", "IND", (2022, 2022), record=Record(Path("nowhere")))
assert present.frame.row(0)[:3] == ("IND", 2022, 1.0), present.frame
assert present.sentences() == ("IND voted in 100% of the roll calls of 2022.",)
assert doctest.testmod(cohesion).attempted == 1 and not doctest.testmod(cohesion).failed
result = na.brief("Türkiye recognised Kosovo in 2008. India is the world's fifth-largest economy.", date="2024-07-08")
assert [(r["kind"], r["subject"], r["object"], r["verdict"]) for r in result.rows][0] == ("recognition", "TUR", "XKX", "not_in_record")
assert "recognition" in checks() and "output" in makers()
assert "output" in [figure.name for figure in result.brief.figures]
assert "<svg" in result._repr_html_()
"""


def test_what_contributing_adds_is_found_and_works(tmp_path):
    """The guide's own files, put into a copy of the package, are registered by lying there."""
    page = text_of(ROOT / "CONTRIBUTING.md")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    added = re.findall(r"`(src/[\w./]+\.(?:py|csv))`:\n\n```(?:python|csv)\n(.*?)^```", page, re.M | re.S)
    assert len(added) == 8
    for name, code in added:
        assert not (tmp_path / name).exists()
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(code, encoding="utf-8")
    rows = (
        "country_name,country_text_id,year,v2x_polyarchy",
        "India,IND,2021,0.45",
        "India,IND,2022,0.9",
        "India,IND,2023,",
        "Zanzibar,ZZB,1950,0.1",
        "India,IND,1800,0.1",
    )
    (tmp_path / "file.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "NONALIGNED_HOME": str(tmp_path / "home")}
    ran = subprocess.run([sys.executable, "-c", ADDED], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert ran.returncode == 0, ran.stderr


def test_the_registries_of_the_architecture_are_there():
    page = text_of(ROOT / "docs" / "architecture.md")
    named = re.findall(r"`((?:\w+\.)+\w+)\(\)`", page) + re.findall(r"^\| [\w ]+ \| `((?:\w+\.)+\w+)`(?:,| \|)", page, re.M)
    assert len(named) >= 10
    assert all(callable(pkgutil.resolve_name(f"nonaligned.{path}")) for path in named)
