"""The font colour of the cells of a workbook: SIPRI prints its estimates in blue and uncertain figures in red."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from nonaligned.ground.errors import SourceError

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MOST_BYTES = 256 * 1024**2  # of one part of the workbook once unpacked
INDEXED = {"2": "FF0000", "10": "FF0000", "4": "0000FF", "12": "0000FF"}  # red and blue in the palette of the format


def sheet_colours(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet -> (row, column) of each cell in colour, counted from 0 -> its colour as RRGGBB.

    Colours of the workbook's theme, and black, are left out.

    Raises
    ------
    SourceError
        If the file is no workbook.
    """
    try:
        with zipfile.ZipFile(path) as book:
            styles = _colours_of_styles(_part(book, "xl/styles.xml")) if "xl/styles.xml" in book.namelist() else {}
            targets = {one.get("Id"): one.get("Target") or "" for one in _part(book, "xl/_rels/workbook.xml.rels")}
            listed = _part(book, "xl/workbook.xml").iter(f"{_SHEET}sheet")
            sheets = {one.get("name") or "": targets.get(one.get(_RELATION), "") for one in listed}
            names = {name: target.lstrip("/").removeprefix("xl/") for name, target in sheets.items()}
            return {name: _cells(_part(book, f"xl/{target}"), styles) for name, target in names.items() if target.startswith("worksheets/")}
    except (OSError, KeyError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise SourceError(f"{path.name} is no workbook that can be read.", why=str(error) or type(error).__name__) from error


def _part(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if book.getinfo(name).file_size > MOST_BYTES:
        raise ValueError(f"its part {name} swells beyond all measure")
    return ElementTree.fromstring(book.read(name))


def _colours_of_styles(styles: ElementTree.Element) -> dict[str, str]:
    """Number of a cell's style -> colour of its font."""
    fonts = [font.find(f"{_SHEET}color") for font in styles.iterfind(f"{_SHEET}fonts/{_SHEET}font")]
    colours = ["" if one is None else (one.get("rgb") or "")[-6:].upper() or INDEXED.get(one.get("indexed") or "", "") for one in fonts]
    forms = enumerate(styles.iterfind(f"{_SHEET}cellXfs/{_SHEET}xf"))
    found = {str(number): colours[int(form.get("fontId", "0"))] for number, form in forms}
    return {number: colour for number, colour in found.items() if colour not in {"", "000000"}}


def _cells(sheet: ElementTree.Element, styles: Mapping[str, str]) -> dict[tuple[int, int], str]:
    return {_place(cell.get("r") or ""): styles[cell.get("s", "")] for cell in sheet.iter(f"{_SHEET}c") if cell.get("s", "") in styles}


def _place(reference: str) -> tuple[int, int]:
    """Row and column of a reference, counted from 0."""
    found = re.fullmatch(r"([A-Z]{1,3})(\d+)", reference)
    if found is None:
        raise ValueError(f"{reference!r} is no cell")
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1
