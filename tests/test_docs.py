"""The words of the house are true: every name stands in them, every snippet runs, every printed line is what is printed."""

from __future__ import annotations

import doctest
import importlib
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

import pytest

import nonaligned
from nonaligned.cli.commands import cli
from nonaligned.ground.origins import read_origin, read_rows
from nonaligned.ground.thresholds import Thresholds
from nonaligned.record.store import starter_directory
from nonaligned.record.tables import TABLES
from nonaligned.reports.claims import readers
from nonaligned.sources import sources
from nonaligned.world.groups import DATA

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
VERDICTS = ROOT / "docs" / "verdicts.md"
RECORD = ROOT / "docs" / "record.md"
README = ROOT / "README.md"
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
    assert f"nonaligned {command}" in text_of(README)


def test_every_option_of_a_command_is_told_of():
    told = "".join(text_of(page) for page in PAGES)
    for name, command in cli.commands.items():
        for parameter in command.params:
            options = [word for word in parameter.opts if word.startswith("-")]
            assert not options or any(option in told for option in options), f"{name} {options}"


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


def test_every_table_stands_with_its_rows_and_its_day():
    told = dict(re.findall(r"^\| `(\w+)` \| ([\d,]+ \| [\d-]+) \|", text_of(RECORD), re.M))
    for folder, names in (
        (starter_directory(), list(TABLES)),
        (DATA, sorted(path.stem for path in DATA.glob("*.csv") if "." not in path.stem)),
    ):
        for name in names:
            rows = sum(1 for _ in read_rows(folder / f"{name}.csv"))
            as_of = read_origin(folder / f"{name}.origin.toml").as_of
            assert told.pop(name) == f"{rows:,} | {as_of}"
    assert not told


def test_every_key_of_a_table_is_told():
    for name in TABLES:
        assert len(re.findall(rf"^\| `{name}` \|", text_of(RECORD), re.M)) >= 2, name


def test_every_list_of_corrections_stands_with_its_length():
    for path in (*starter_directory().glob("*.corrections.csv"), *DATA.glob("*.corrections.csv")):
        assert re.search(rf"`{path.name}`\s+\({sum(1 for _ in read_rows(path))}(?: rows)?\)", text_of(RECORD)), path.name
        assert path.name in text_of(ROOT / "CHANGELOG.md")


def test_every_source_and_exit_code_is_told():
    assert all(f"nonaligned load {name} FILE" in text_of(RECORD) for name in sources())
    from nonaligned.ground import errors

    codes = {error.exit_code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.NonalignedError)}
    sentence = text_of(README).split("Exit codes:")[1].split(".")[0]
    assert codes | {errors.OK, errors.STOPPED} == {int(number) for number in re.findall(r"\b\d+\b", sentence)}


# ---------------------------------------------------------------- links, paths, forms


@EACH_PAGE
def test_links_lead_to_files(page):
    for target in re.findall(r"!?\[[^\]]*\]\(([^)#]+)[^)]*\)", text_of(page)):
        if target != "docs/brief.png" and not target.startswith("http"):
            assert (page.parent / target).exists(), target


@EACH_PAGE
def test_named_files_exist(page):
    shown = set(re.findall(r"`((?:src/nonaligned|tests|tools|training)/[\w./-]+)`", text_of(page)))
    made = set(re.findall(r"`(src/[\w./]+\.py)`:\n", text_of(page)))
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
    shown = "\n".join(block for block in fences(page, "python") if ">>>" in block)
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


def test_what_contributing_adds_is_found_and_works(tmp_path):
    """The guide's own files, put into a copy of the package, are registered by lying there."""
    page = text_of(ROOT / "CONTRIBUTING.md")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    added = re.findall(r"`(src/[\w./]+\.py)`:\n\n```python\n(.*?)^```", page, re.M | re.S)
    assert len(added) == 4
    for name, code in added:
        assert not (tmp_path / name).exists()
        (tmp_path / name).write_text(code, encoding="utf-8")
    head = '"Data Source","WDI",\n\n"Last Updated","2025",\n\n"Country Name","Country Code","Indicator Code","2022","2023",\n'
    body = '"India","IND","NE","49.4","",\n"World","WLD","NE","62","58",\n'
    (tmp_path / "file.csv").write_text(head + body, encoding="utf-8")
    script = """
import sys
from pathlib import Path
import nonaligned as na
from nonaligned.checking import checks
from nonaligned.figures import makers
from nonaligned.record.store import Record
from nonaligned.sources import source
read = source("wb_openness").read(Path("file.csv"))
record = Record(Path("record"))
record.replace("wb_openness", read.frames, read.origin, Path("file.csv"))
rows = record.rows("SELECT state, year, value FROM state_year WHERE indicator = 'trade_gdp_share'")
assert rows == [{"state": "IND", "year": 2022, "value": 49.4}]
result = na.brief("Türkiye recognised Kosovo in 2008. India is the world's fifth-largest economy.", date="2024-07-08")
assert [(r["kind"], r["subject"], r["object"], r["verdict"]) for r in result.rows][0] == ("recognition", "TUR", "XKX", "not_in_record")
assert "recognition" in checks() and "output" in makers()
assert "output" in [figure.name for figure in result.brief.figures]
assert "<svg" in result._repr_html_()
"""
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "NONALIGNED_HOME": str(tmp_path / "home")}
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert ran.returncode == 0, ran.stderr


def test_the_registries_of_the_architecture_are_there():
    page = text_of(ROOT / "docs" / "architecture.md")
    named = re.findall(r"`((?:\w+\.)+\w+)\(\)`", page) + re.findall(r"^\| [\w ]+ \| `((?:\w+\.)+\w+)`(?:,| \|)", page, re.M)
    assert len(named) >= 10
    assert all(callable(pkgutil.resolve_name(f"nonaligned.{path}")) for path in named)
