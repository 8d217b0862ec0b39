"""Official files broken in a thousand ways: a refusal in words or a right answer, never a traceback or a silent wrong row."""

from __future__ import annotations

import io
import random
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from excerpts import EXCERPTS, FIXTURES, Excerpt, answer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutants import KNOWN, MUTATIONS, NO_NUMBERS, Judge, binary
from python_calamine import CalamineWorkbook
from workbooks import COLOURS, write_workbook

import nonaligned.sources.reading
from nonaligned.ground.errors import SourceError
from nonaligned.sources import source
from nonaligned.sources.sheet_colours import sheet_colours

EXAMPLES = 12  # of each file; tools/torture/fuzz_sources.py makes thousands
MILEX = FIXTURES / "sipri_milex.xlsx"
KEPT = "nonaligned-baci-"  # goes when the program ends


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutants")


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Readers leave nothing behind, whatever they were given."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    yield
    left = [path.name for path in temporary.iterdir() if not path.name.startswith(KEPT)]
    shutil.rmtree(temporary)
    assert not left


@cache
def judge_of(excerpt: Excerpt, folder: Path) -> Judge:
    own = folder / str(excerpt)
    own.mkdir()
    return Judge.of(excerpt, own)


@pytest.mark.parametrize("excerpt", EXCERPTS, ids=str)
def test_a_broken_file_is_refused_in_words_or_read_rightly(excerpt, folder):
    judge = judge_of(excerpt, folder)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    @given(st.sampled_from(sorted(MUTATIONS)), st.integers(0, 2**32))
    def held(mutation: str, seed: int) -> None:
        rng = random.Random(seed)
        mutant = MUTATIONS[mutation](judge.text, rng) if judge.text else binary(excerpt.data, excerpt.file, rng)
        outcome, words = judge.judge(mutant)
        assert outcome != "WRONG", f"{mutation}: {mutant.what}: {words[:2000]}"

    held()


@pytest.mark.parametrize("known", KNOWN, ids=str)
def test_what_is_known_of_a_file_cannot_be_told_apart(known):
    """Each exemption is of a source that is read, so that none outlives its reason unseen."""
    assert source(known[0])


def _workbook() -> tuple[dict[str, list[list[object]]], dict[tuple[str, int, int], int]]:
    """The cells of SIPRI's workbook, and the colours by which it marks them."""
    book = CalamineWorkbook.from_path(str(MILEX))
    cells = {name: [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)] for name in book.sheet_names}
    colours = {(name, *place): COLOURS.index(f"FF{one}") for name, sheet in sheet_colours(MILEX).items() for place, one in sheet.items()}
    return cells, colours


@settings(max_examples=EXAMPLES * 2, suppress_health_check=list(HealthCheck), database=None)
@given(st.integers(0, 2**32), st.sampled_from([*NO_NUMBERS, "", "...", "xxx", "=HYPERLINK(1)", -5, 1e300, True, "Atlantis"]))
def test_a_changed_cell_of_a_workbook_is_refused_or_changes_its_own_state(seed, new):
    rng = random.Random(seed)
    cells, colours = _workbook()
    sheet = rng.choice(list(cells))
    row = rng.randrange(len(cells[sheet]))
    place = rng.randrange(len(cells[sheet][row]))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "milex.xlsx"
        whole = answer(source("sipri_milex"), write_workbook(path, cells, colours))
        old, cells[sheet][row][place] = cells[sheet][row][place], new
        try:
            found = answer(source("sipri_milex"), write_workbook(path, cells, colours))
        except SourceError as error:
            told = path.name in error.message
            assert told, error.message  # noqa: PT017
            return
    changed = (found.rows() - whole.rows()) + (whole.rows() - found.rows())
    states = {row[1] for row in changed}
    assert len(states) <= 1, f"{sheet}, row {row + 1}: {old!r} -> {new!r}: {list(changed)[:4]}"
    if isinstance(old, float) and new in NO_NUMBERS:
        assert not changed, f"{sheet}, row {row + 1}: {old!r} -> {new!r}: {list(changed)[:4]}"


def test_a_sheet_with_one_cell_at_its_far_corner_is_refused(tmp_path):
    """A reader that makes room for every cell before it would want half a terabyte."""
    path = write_workbook(tmp_path / "sprawling.xlsx", {"Constant (2022) US$": [["Country"]]})
    data = path.read_bytes()
    path.unlink()
    _with_far_cell(data, path)
    with pytest.raises(SourceError, match=r"sprawling\.xlsx"):
        source("sipri_milex").read(path)


def _with_far_cell(data: bytes, target: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename.startswith("xl/worksheets/"):
                text = text.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
            new.writestr(part.filename, text)


def test_a_part_of_a_workbook_may_not_swell(tmp_path, monkeypatch):
    monkeypatch.setattr(nonaligned.sources.reading, "MOST_PART", 100_000)
    path = write_workbook(tmp_path / "swelling.xlsx", {"Constant (2022) US$": [["x" * 200_000]]})
    with pytest.raises(SourceError, match=r"swelling\.xlsx swells"):
        nonaligned.sources.reading.read_sheet(path, "Constant (2022) US$")
