"""Read the raw files of the producers: the SIPRI register, workbooks, World Bank tables, COW tables."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

STARTER = Path(__file__).resolve().parents[2] / "src" / "nonaligned" / "record" / "starter"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def after_preamble(path: Path, first_header: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV whose header is the first line that begins with ``first_header``.

    A stray ``;`` that some copies of the SIPRI register carry at the end of each line is removed.

    Raises
    ------
    ValueError
        If no line begins with ``first_header``.
    """
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    start = next((i for i, line in enumerate(lines) if line.lstrip('"').startswith(first_header)), None)
    if start is None:
        raise ValueError(f"{path.name}: no header that begins with {first_header!r}")
    yield from csv.DictReader(line.rstrip().rstrip(";") for line in lines[start:])


def plain(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV with its header on the first line, compressed or not."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))


def sheet(path: Path, name: str) -> list[dict[str, tuple[str, int]]]:
    """Return the rows of one worksheet: column letters to the cell's text and its font's indexed colour."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(text.text or "" for text in item.iter(f"{_SHEET}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_SHEET}sheet")
        relation = next((s.get(f"{_RELATION}id") for s in sheets if s.get("name") == name), None)
        targets = {r.get("Id"): r.get("Target") for r in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))}
        if relation is None or targets.get(relation) is None:
            raise ValueError(f"{path.name}: no worksheet {name!r}")
        root = ElementTree.fromstring(book.read(f"xl/{targets[relation]}"))
        colours = _colours(ElementTree.fromstring(book.read("xl/styles.xml")))
    return [dict(_cells(row, shared, colours)) for row in root.iter(f"{_SHEET}row")]


def _colours(styles: ElementTree.Element) -> list[int]:
    fonts = [font.find(f"{_SHEET}color") for font in styles.iterfind(f"{_SHEET}fonts/{_SHEET}font")]
    indexed = [0 if colour is None else int(colour.get("indexed", "0")) for colour in fonts]
    return [indexed[int(form.get("fontId", "0"))] for form in styles.iterfind(f"{_SHEET}cellXfs/{_SHEET}xf")]


def _cells(row: ElementTree.Element, shared: Sequence[str], colours: Sequence[int]) -> Iterator[tuple[str, tuple[str, int]]]:
    for cell in row:
        value = cell.findtext(f"{_SHEET}v")
        if value is not None:
            column = (cell.get("r") or "").rstrip("0123456789")
            text = shared[int(value)] if cell.get("t") == "s" else value
            yield column, (text, colours[int(cell.get("s", "0"))])


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]], key: Sequence[str]) -> int:
    """Write rows sorted by ``key`` and return their number.

    Raises
    ------
    ValueError
        If two rows have the same key.
    """
    kept = sorted(({c: str(row.get(c, "")) for c in columns} for row in rows), key=lambda r: [r[c] for c in key])
    for before, after in pairwise(kept):
        if all(before[c] == after[c] for c in key):
            raise ValueError(f"{path.name}: twice the key {[after[c] for c in key]}")
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return len(kept)
