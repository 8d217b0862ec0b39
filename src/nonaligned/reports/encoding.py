"""Bytes to characters: what kind of file it is, how it is encoded, and whether the characters can be read."""

from __future__ import annotations

import codecs
import re
from typing import Literal

from nonaligned.ground.errors import ReportError

Kind = Literal["text", "html", "pdf"]

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# First bytes of files that are often taken for a report, and what saves their text.
MAGIC = (
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document (.doc, .xls)"),
    (b"{\\rtf", "a rich-text document (.rtf)"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"RIFF", "a sound, film or image file"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound or film file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format 3", "a database"),
    (b"%!PS", "a PostScript file"),
)
OFFICE = (
    (b"word/", "a Word document (.docx)"),
    (b"ppt/", "a presentation (.pptx)"),
    (b"xl/", "a spreadsheet (.xlsx)"),
    (b"opendocument.text", "an OpenDocument text (.odt)"),
    (b"epub+zip", "an e-book (.epub)"),
)
OFFICE_COMMAND = "soffice --headless --convert-to txt FILE; then: nonaligned brief REPORT.txt"

HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
PLAIN_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".rst"})
LEAD = rb"^(?:\xef\xbb\xbf)?(?:\s|<!--.*?-->|<\?xml[^>]{0,200}\?>)*"
DOCUMENT = re.compile(LEAD + rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.I | re.S)
FRAGMENT = re.compile(LEAD + rb"<(?:title|meta|script|style|article|main|section|header|div|p|h1|table|base|link)[\s>/]", re.I | re.S)
META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.I)
CODECS = re.compile(
    r"(?:utf-?(?:8|16|16-?[lb]e|32)|(?:us-)?ascii|iso-?8859-?\d{1,2}|latin-?[1-9]|windows-125\d|cp125\d"
    r"|koi8-[ru]|gbk|gb2312|gb18030|big5|shift_jis|euc-(?:jp|kr)|macintosh)\Z",
    re.I,
)
WESTERN = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"})

UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# UTF-8 read as Windows-1252 and saved again: an apostrophe has become three letters.
TWICE_ENCODED = re.compile("â€[™œ“”˜¦\x9d]|Ã[©¨¤¶¼±§¡³\xad]")
MEND = "nonaligned brief REPORT, with a report as text, HTML or PDF"
READ = "A report is text, HTML or PDF."
FEW = 1000  # one damaged character in so many is let through, as the visible mark that it is


def kind_of(head: bytes, name: str, suffix: str = "", media: str = "") -> Kind:
    """Whether a file is plain text, HTML or PDF, by its first bytes before its name.

    Parameters
    ----------
    head : bytes
        The first few kilobytes.
    name : str
        How errors call the file.
    suffix : str
        The file name's ending, lower-case, with its dot.
    media : str
        The media type that a server stated, without parameters.

    Raises
    ------
    ReportError
        The bytes are those of another kind of file.
    """
    if b"%PDF-" in head[:1024] and not DOCUMENT.match(head):
        return "pdf"
    for magic, words in MAGIC:
        if head.startswith(magic):
            named = next((known for mark, known in OFFICE if mark in head), words) if magic == b"PK\x03\x04" else words
            is_office = "document" in named or "Open" in named
            mend = OFFICE_COMMAND if is_office else MEND
            raise ReportError(f"{name} is not a report: it is {named}.", why=READ, mend=mend)
    if re.match(rb"(?:[\w-]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){0,20}?content-type:\s*multipart/related", head, re.I):
        raise ReportError(f"{name} is a web archive (.mhtml).", why=READ, mend="save the page as “HTML only”")
    probe = _without_nul(head)
    if DOCUMENT.match(probe) or suffix in HTML_SUFFIXES or media in {"text/html", "application/xhtml+xml"}:
        return "html"
    if suffix not in PLAIN_SUFFIXES and media != "text/plain" and FRAGMENT.match(probe):
        return "html"
    if probe.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        raise ReportError(
            f"{name} is an XML file (a feed or a table), not a report.",
            why=READ,
            mend="open the article itself: nonaligned brief https://…",
        )
    return "text"


def _without_nul(head: bytes) -> bytes:
    """The ASCII of a UTF-16 beginning, so that one pattern finds its tags."""
    return head[2:].replace(b"\0", b"") if head[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else head


def decode(data: bytes, name: str, kind: Kind = "text", declared: str = "") -> str:
    """The characters of a file; never a guess at its encoding.

    UTF-8, or UTF-16/32 with a byte-order mark, or the encoding that the server or the page declares.
    A page may hold a few damaged bytes, which become U+FFFD; plain text may not.

    Raises
    ------
    ReportError
        The bytes are in no such encoding.

    Examples
    --------
    >>> decode("São Tomé".encode("utf-16"), "report.txt")
    'São Tomé'
    """
    codec = next((codec for bom, codec in BOMS if data.startswith(bom)), "")
    if codec:
        mark = next(bom for bom, known in BOMS if known == codec)
        try:
            return data[len(mark) :].decode(codec)
        except UnicodeDecodeError as fault:
            raise ReportError(
                f"{name} begins as {codec.upper()}, but is not valid {codec.upper()}.",
                why=f"{fault.reason.capitalize()} at byte {fault.start:,}.",
                mend="save it again as UTF-8",
            ) from fault
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        found = META_CHARSET.search(data[:8192]) if kind == "html" else None
        stated = declared or (found[1].decode("ascii", "replace") if found else "")
        text = _by_declaration(data, stated, kind) if CODECS.match(stated) else None
        if text is not None:
            return text
        raise _not_utf8(data, fault, name) from fault


def _by_declaration(data: bytes, stated: str, kind: Kind) -> str | None:
    codec = "cp1252" if stated.casefold() in WESTERN else stated  # as browsers read those labels
    try:
        return data.decode(codec)
    except LookupError:
        return None
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
        return text if kind == "html" and text.count("\ufffd") * FEW <= len(text) else None


def _not_utf8(data: bytes, fault: UnicodeDecodeError, name: str) -> ReportError:
    high = sum(byte >= 0x80 for byte in data[:100_000])
    if high > 0.3 * min(len(data), 100_000):
        return ReportError(
            f"{name} is not UTF-8 text.",
            why="It is binary, or text of another script in an older encoding.",
            mend="iconv -f ENCODING -t UTF-8 FILE | nonaligned brief -",
        )
    codec = "WINDOWS-1252" if any(byte in data for byte in b"\x91\x92\x93\x94\x96\x97\x85") else "LATIN1"
    return ReportError(
        f"{name} is not UTF-8 text.",
        why=f"Byte 0x{data[fault.start]:02X} at position {fault.start:,}; its encoding is not stated, and a guess could change names.",
        mend=f"iconv -f {codec} -t UTF-8 FILE | nonaligned brief -   (if that is its encoding: look at the accents)",
    )


def check_bytes(data: bytes, name: str) -> None:
    """Refuse bytes that are no text: a NUL in them, unless a byte-order mark explains it.

    Raises
    ------
    ReportError
        The bytes are binary, or UTF-16 without its mark.
    """
    if b"\0" not in data or any(data.startswith(bom) for bom, _ in BOMS):
        return
    odd, even = data[1::2].count(0), data[::2].count(0)
    if max(odd, even) > 0.3 * len(data) and min(odd, even) < 0.02 * len(data):
        codec = "UTF-16LE" if odd > even else "UTF-16BE"
        raise ReportError(
            f"{name} looks like {codec} without a byte-order mark.", mend=f"iconv -f {codec} -t UTF-8 FILE | nonaligned brief -"
        )
    raise ReportError(f"{name} is a binary file, not a report.", why=f"A NUL byte stands at position {data.index(0):,}. {READ}", mend=MEND)


def check_characters(text: str, name: str) -> None:
    """Refuse characters that cannot be shown, and text that was decoded wrongly before it was saved.

    Offsets count the characters of plain text as it came, so nothing is dropped from it.

    Raises
    ------
    ReportError
        Control characters, lone surrogates, many U+FFFD, or UTF-8 encoded twice.
    """
    bad = UNREADABLE.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - text.rfind("\n", 0, bad.start())
        raise ReportError(
            f"{name} holds characters that are not text.",
            why=f"The control character U+{ord(bad[0]):04X} stands in line {line:,}, column {column:,}.",
            mend="LC_ALL=C tr -d '\\000-\\010\\016-\\037\\177' < FILE | nonaligned brief -",
        )
    if text.count("\ufffd") * FEW > len(text):
        raise ReportError(
            f"{name} was damaged when it was saved.",
            why="Letters in it have been replaced by U+FFFD (\ufffd), which hides what they were.",
            mend="save it again from its source as UTF-8",
        )
    if len(TWICE_ENCODED.findall(text, 0, 200_000)) >= 3:
        raise ReportError(
            f"{name} was saved in the wrong encoding.",
            why="Its UTF-8 was read as Windows-1252 and encoded again (“â€™” for an apostrophe).",
            mend="iconv -f UTF-8 -t WINDOWS-1252 FILE | nonaligned brief -",
        )
