"""A workbook of a few sheets, written with nothing but the standard library."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
COLOURS = ("", "FF0000FF", "FFFF0000")  # style 0 is black, 1 blue, 2 red


def write_workbook(
    path: Path, sheets: Mapping[str, Sequence[Sequence[object]]], styles: Mapping[tuple[str, int, int], int] | None = None
) -> Path:
    """Sheets of numbers and texts; `styles` gives the style of (sheet, row, column), counted from 0."""
    chosen = styles or {}
    names = list(sheets)
    fonts = "".join(f'<font><color rgb="{one}"/></font>' if one else "<font/>" for one in COLOURS)
    forms = "".join(f'<xf fontId="{number}" applyFont="1"/>' for number in range(len(COLOURS)))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + _relation(1, "officeDocument", "xl/workbook.xml")
        + "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>'
        + "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(_relation(n, "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1))
        + _relation(len(names) + 1, "styles", "styles.xml")
        + "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts>{fonts}</fonts><cellXfs>{forms}</cellXfs></styleSheet>',
    }
    for number, (name, rows) in enumerate(sheets.items(), 1):
        body = "".join(_row(r, [(cell, chosen.get((name, r, c), 0)) for c, cell in enumerate(row)]) for r, row in enumerate(rows))
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(zipfile.ZipInfo(part, (2024, 1, 1, 0, 0, 0)), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return path


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{DOCUMENT}/{kind}" Target="{target}"/>'


def _row(number: int, cells: Sequence[tuple[object, int]]) -> str:
    return f'<row r="{number + 1}">{"".join(_cell(number, column, *cell) for column, cell in enumerate(cells))}</row>'


def _cell(row: int, column: int, value: object, style: int) -> str:
    letters = chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)
    place = f'r="{letters}{row + 1}" s="{style}"'
    if value == "":
        return ""
    if isinstance(value, int | float):
        return f"<c {place}><v>{value!r}</v></c>"
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
