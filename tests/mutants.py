"""Official files as they come broken, each with the law that its answer must keep.

Laws: `same` (the rows are those of the whole file), `refused`, `same or refused`, `lines` (only rows of the lines that were touched
may differ), `any` (no more than words instead of a traceback).
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from excerpts import Answer, Excerpt, answer

from nonaligned.ground.errors import CheckFailedError, NonalignedError, SourceError
from nonaligned.record.tables import TABLES

NO_NUMBERS = ("1e400", "nan", "inf", "-inf", "NaN", "١٢٣", "１２３", "1,5", "0x1F", "--", "1 2", "²", "1e", "∞", "None", "#REF!", "12abc")
NO_CELLS = ('=HYPERLINK("http://x.example";"y")', "+1+1", "@SUM(A1)", "<b>x</b>", "\u202e1", "'; DROP TABLE votes; --", "\x07", "�")
ODD_DAYS = ("0000-00-00", "9999-99-99", "2023-02-30", "1700-01-01", "2300-01-01", "20230230", "31/12/2020", "99999999")
ODD_NUMBERS = ("-0", "-1", "0", "1e3", "99999999999999999999", "1e-400", "007", " 7 ", "+7", "0.1", "999", "1e15", "2.5", "3000", "-9")
LONG = 100_000
# What a reader cannot know, or takes on purpose: (source, mutation, why).
KNOWN = (
    ("china_visits", "doubled", "a line twice is a second trip in the year"),
    ("nuclear_agreements", "doubled", "lines are counted in the note"),
    ("sipri_transfers", "doubled", "the register lists equal deals"),
    ("baci", "doubled", "values of one product are summed"),
)
# Tables of which a row follows from several lines, with the columns of the key that do so too.
TOLD_BY_MANY = {"roll_calls": "", "arms_deals": "", "memberships": "group_code"}
TOLD_TOGETHER = {"voeten_reduced.csv", "UNVotes_1946-2024.csv"}  # files whose absences and days follow from a session's other lines


@dataclass(frozen=True, slots=True)
class Mutant:
    """A broken file; `lines` are the data lines that were touched, counted from 0, `cell` the old and new text of a cell."""

    what: str
    data: bytes
    law: str
    lines: frozenset[int] = field(default_factory=frozenset)
    cell: tuple[str, str, str] | None = None
    name: str = ""
    by: str = ""


class Text:
    """A delimited file taken apart into lines."""

    def __init__(self, excerpt: Excerpt, data: bytes | None = None) -> None:
        self.excerpt = excerpt
        self.whole = excerpt.data if data is None else data
        lines = self.whole.splitlines(keepends=True) if b"\r" not in self.whole.replace(b"\r\n", b"") else self.whole.split(b"\n")
        if lines and lines[-1] and not lines[-1].endswith(b"\n"):
            lines[-1] += b"\n"
        self.head, self.body = lines[: excerpt.head], [line for line in lines[excerpt.head :] if line.strip()]
        self.names = self.cells(self.head[-1]) if self.head else []
        width = len(self.cells(self.body[0])) if self.body else 0
        self.is_simple = all(len(self.cells(line)) == width for line in self.body)  # no record over several lines

    def cells(self, line: bytes) -> list[str]:
        text = line.decode("utf-8-sig", errors="surrogateescape").rstrip("\r\n")
        if self.excerpt.delimiter == "\t":
            return text.split("\t")
        return next(csv.reader([text], delimiter=self.excerpt.delimiter), [])

    def line(self, cells: list[str]) -> bytes:
        if self.excerpt.delimiter == "\t":
            return ("\t".join(cells) + "\n").encode("utf-8", errors="surrogateescape")
        out = io.StringIO()
        csv.writer(out, delimiter=self.excerpt.delimiter, lineterminator="\n").writerow(cells)
        return out.getvalue().encode("utf-8", errors="surrogateescape")

    def file(self, body: list[bytes], head: list[bytes] | None = None) -> bytes:
        return b"".join((self.head if head is None else head) + body)


class Records(Text):
    """A JSON answer taken apart into its records; the names of the fields are the columns."""

    def __init__(self, excerpt: Excerpt, data: bytes | None = None) -> None:
        self.excerpt = excerpt
        self.whole = excerpt.data if data is None else data
        self.answer = json.loads(self.whole)
        records = self.answer["data"] if isinstance(self.answer, dict) else self.answer[1]
        self.names = list(records[0])
        self.head: list[bytes] = []
        self.body = [json.dumps(record).encode() + b"\n" for record in records]
        self.is_simple = True

    def cells(self, line: bytes) -> list[str]:
        record = json.loads(line)
        return [json.dumps(record[name]) if name in record else "" for name in self.names]

    def line(self, cells: list[str]) -> bytes:
        fields = (f"{json.dumps(name)}: {_json(cell)}" for name, cell in zip(self.names, cells, strict=False) if cell)
        return ("{" + ", ".join(fields) + "}\n").encode()

    def file(self, body: list[bytes], head: list[bytes] | None = None) -> bytes:
        records = b"[" + b",".join(line.rstrip(b"\n") for line in body) + b"]"
        if isinstance(self.answer, dict):
            return json.dumps(self.answer | {"data": "@"}).encode().replace(b'"@"', records)
        return json.dumps([self.answer[0], "@"]).encode().replace(b'"@"', records)


def _json(cell: str) -> str:
    """The cell as it stands where it is JSON, else as a text."""
    try:
        json.loads(cell)
    except ValueError:
        return cell if cell in {"NaN", "1e400", "Infinity"} else json.dumps(cell)
    return cell


def parts(excerpt: Excerpt, data: bytes | None = None) -> Text | None:
    """A text or JSON file taken apart; None for other kinds."""
    if excerpt.path.suffix == ".json":
        return Records(excerpt, data)
    return Text(excerpt, data) if excerpt.is_text else None


def garbage(text: Text, rng: random.Random) -> Mutant:
    """One cell is another."""
    at = rng.randrange(len(text.body))
    cells = text.cells(text.body[at])
    place = rng.randrange(len(cells))
    new = rng.choice(rng.choice((NO_NUMBERS, NO_CELLS, ODD_DAYS, ODD_NUMBERS, ("", "x", "Atlantis", "ZZZ"))))
    if text.excerpt.delimiter == "\t":
        new = new.replace("\t", " ")
    old, cells[place] = cells[place], new
    body = text.body.copy()
    body[at] = text.line(cells)
    name = text.names[place] if place < len(text.names) else f"column {place}"
    return Mutant(f"cell {name!r}: {old!r} -> {new!r}", text.file(body), "lines", frozenset({at}), (name, old, new))


def long_cell(text: Text, rng: random.Random) -> Mutant:
    at = rng.randrange(len(text.body))
    cells = text.cells(text.body[at])
    cells[rng.randrange(len(cells))] = rng.choice("x9") * LONG
    body = text.body.copy()
    body[at] = text.line(cells)
    return Mutant("a very long cell", text.file(body), "lines", frozenset({at}))


def swapped_cells(text: Text, rng: random.Random) -> Mutant:
    at = rng.randrange(len(text.body))
    cells = text.cells(text.body[at])
    one, other = rng.sample(range(len(cells)), 2)
    cells[one], cells[other] = cells[other], cells[one]
    body = text.body.copy()
    body[at] = text.line(cells)
    return Mutant(f"cells {one} and {other} swapped in data line {at}", text.file(body), "lines", frozenset({at}))


def byte_flip(text: Text, rng: random.Random) -> Mutant:
    """One bit of a data line; a new line end touches its neighbours too."""
    at = rng.randrange(len(text.body))
    line = bytearray(text.body[at])
    place = rng.randrange(len(line))
    line[place] ^= 1 << rng.randrange(8)
    body = text.body.copy()
    body[at] = bytes(line)
    touched = {at, at + 1} & set(range(len(body)))
    is_quote = b'"' in bytes(line[place : place + 1]) + text.body[at][place : place + 1]
    law = "any" if is_quote else "lines"
    return Mutant(f"a bit of data line {at}, byte {place}: {text.body[at][place : place + 1]!r} -> {bytes(line[place : place + 1])!r}",
                  text.file(body), law, frozenset(touched))  # fmt: skip


def head_flip(text: Text, rng: random.Random) -> Mutant:
    if not text.head:
        return byte_flip(text, rng)
    head = bytearray(b"".join(text.head))
    head[rng.randrange(len(head))] ^= 1 << rng.randrange(8)
    return Mutant("a bit of the head", bytes(head) + b"".join(text.body), "any")


def cut_line(text: Text, rng: random.Random) -> Mutant:
    at = rng.randrange(len(text.body))
    body = text.body.copy()
    body[at] = body[at][: rng.randrange(1, len(body[at]))].rstrip(b"\r\n") + b"\n"
    law = "any" if body[at].count(b'"') % 2 else "lines"
    return Mutant(f"data line {at} cut to {len(body[at])} bytes", text.file(body), law, frozenset({at}))


def cut_file(text: Text, rng: random.Random) -> Mutant:
    at = rng.randrange(1, len(text.body)) if len(text.body) > 1 else 0
    last = text.body[at][: rng.randrange(len(text.body[at]))]
    return Mutant(f"the file ends in data line {at}", text.file([*text.body[:at], last]), "lines", frozenset(range(at, len(text.body))))


def lost_lines(text: Text, rng: random.Random) -> Mutant:
    gone = set(rng.sample(range(len(text.body)), rng.randrange(1, max(2, len(text.body) // 2))))
    body = [line for at, line in enumerate(text.body) if at not in gone]
    return Mutant(f"{len(gone)} data lines are gone", text.file(body), "lines", frozenset(gone))


def doubled(text: Text, rng: random.Random) -> Mutant:
    at = rng.randrange(len(text.body))
    body = text.body.copy()
    body.insert(rng.randrange(len(body) + 1), body[at])
    return Mutant(f"data line {at} stands twice: {text.body[at][:80]!r}", text.file(body), "same or refused", by="doubled")


def shuffled(text: Text, rng: random.Random) -> Mutant:
    body = text.body.copy()
    rng.shuffle(body)
    return Mutant("lines in another order", text.file(body), "same" if text.is_simple else "any")


def permuted(text: Text, rng: random.Random) -> Mutant:
    """Columns in another order, names with them."""
    if not text.head or not text.is_simple:
        return shuffled(text, rng)
    order = list(range(len(text.names)))
    rng.shuffle(order)
    rows = [text.cells(line) for line in text.body]
    if any(len(row) != len(order) for row in rows):
        return shuffled(text, rng)
    lines = [text.line([row[place] for place in order]) for row in (text.names, *rows)]
    return Mutant("columns in another order", text.file(lines[1:], [*text.head[:-1], lines[0]]), "same or refused")


def swapped_names(text: Text, rng: random.Random) -> Mutant:
    """Two names of columns swapped, their cells left: only what the columns hold can tell."""
    if not text.head:
        return swapped_cells(text, rng)
    one, other = rng.sample(range(len(text.names)), 2)
    names = text.names.copy()
    names[one], names[other] = names[other], names[one]
    return Mutant(f"names {names[other]!r} and {names[one]!r} swapped", text.file(text.body, [*text.head[:-1], text.line(names)]), "any")


def twice_named(text: Text, rng: random.Random) -> Mutant:
    if not text.head:
        return doubled(text, rng)
    one, other = rng.sample(range(len(text.names)), 2)
    names = text.names.copy()
    names[one] = names[other]
    return Mutant(f"two columns are {names[one]!r}", text.file(text.body, [*text.head[:-1], text.line(names)]), "any")


def foreign_line(text: Text, rng: random.Random) -> Mutant:
    at = rng.randrange(len(text.body) + 1)
    line = rng.choice((b"<html><body>Service unavailable</body></html>\n", b"\0\0\0\0\n", b"Total\n", b",,,,,\n", b"\t\t\t\n", b'"\n'))
    body = text.body.copy()
    body.insert(at, line)
    return Mutant(f"a foreign line {line!r}", text.file(body), "same or refused" if line != b'"\n' else "any")


def blank_lines(text: Text, rng: random.Random) -> Mutant:
    body = text.body.copy()
    for _ in range(3):
        body.insert(rng.randrange(len(body) + 1), b"\n")
    return Mutant("blank lines", text.file(body), "same or refused")


def nul_bytes(text: Text, rng: random.Random) -> Mutant:
    whole = bytearray(text.file(text.body))
    place = rng.randrange(len(whole))
    whole[place : place + rng.randrange(2)] = b"\0"
    at = text.file(text.body)[:place].count(b"\n") - len(text.head)
    touched = frozenset({at, at + 1} & set(range(len(text.body))))
    return Mutant(f"a NUL at byte {place}", bytes(whole), "lines" if at >= 0 else "any", touched)


def encoded(text: Text, rng: random.Random) -> Mutant:
    plain = text.file(text.body)
    try:
        whole = plain.decode("utf-8-sig")
    except UnicodeDecodeError:
        whole = plain.decode("cp1252", errors="replace")
    what, data, law = rng.choice((
        ("UTF-16 with its mark", whole.encode("utf-16"), "same or refused"),
        ("UTF-16 big-endian with its mark", b"\xfe\xff" + whole.encode("utf-16-be"), "same or refused"),
        ("UTF-16 without its mark", whole.encode("utf-16-le"), "refused"),
        ("UTF-32", whole.encode("utf-32"), "refused"),
        ("Windows-1252", whole.encode("cp1252", errors="replace"), "same or refused" if whole.isascii() else "any"),
        ("UTF-8 with its mark", b"\xef\xbb\xbf" + whole.encode(), "same or refused"),
        ("UTF-8 with its mark twice", b"\xef\xbb\xbf" * 2 + whole.encode(), "same or refused"),
        ("CR line ends", whole.replace("\n", "\r").encode(), "same or refused"),
        ("CRLF line ends", whole.replace("\n", "\r\n").encode(), "same or refused"),
        ("no last line end", whole.rstrip("\n").encode(), "same or refused"),
    ))  # fmt: skip
    return Mutant(what, data, law)


def packed(text: Text, rng: random.Random) -> Mutant:
    return pack(text.whole, text.excerpt.file, rng)


def pack(whole: bytes, file: str, rng: random.Random) -> Mutant:
    """The file in an archive: honest, odd, or hostile."""
    gz = gzip.compress(whole, mtime=0)
    zipped = _zip({file: whole})
    what, data, law, suffix = rng.choice((
        ("gzip", gz, "same or refused", ".gz"),
        ("gzip without its suffix", gz, "same or refused", ""),
        ("gzip in two members", gzip.compress(whole[:99], mtime=0) + gzip.compress(whole[99:], mtime=0), "same or refused", ".gz"),
        ("gzip of a gzip", gzip.compress(gz, mtime=0), "same or refused", ".gz"),
        ("a cut gzip", gz[: rng.randrange(20, len(gz))], "refused", ".gz"),
        ("a gzip with a flipped bit", _flipped(gz, rng), "same or refused", ".gz"),
        ("a gzip with zeroes after it", gz + bytes(64), "same or refused", ".gz"),
        ("bzip2", bz2.compress(whole), "refused", ".bz2"),
        ("zip", zipped, "same or refused", ".zip"),
        ("a zip with ../ in its name", _zip({"../../" + file: whole}), "same or refused", ".zip"),
        ("a zip with an absolute name", _zip({"/tmp/" + file: whole}), "same or refused", ".zip"),
        ("a zip with two members", _zip({file: whole, "b_" + file: whole}), "same or refused", ".zip"),
        ("a zip with a note beside", _zip({file: whole, "readme.pdf": b"%PDF"}), "same or refused", ".zip"),
        ("an empty zip", _zip({}), "refused", ".zip"),
        ("a zip in a zip", _zip({"inner.zip": zipped}), "same or refused", ".zip"),
        ("a cut zip", zipped[: rng.randrange(4, len(zipped))], "refused", ".zip"),
        ("a zip with a flipped bit", _flipped(zipped, rng), "same or refused", ".zip"),
        ("an encrypted zip", _encrypted(zipped), "refused", ".zip"),
    ))  # fmt: skip
    return Mutant(what, data, law, name=file + suffix)


def _flipped(data: bytes, rng: random.Random) -> bytes:
    broken = bytearray(data)
    broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
    return bytes(broken)


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _encrypted(data: bytes) -> bytes:
    """The mark that a member is encrypted, in both of its headers."""
    broken = bytearray(data)
    broken[6] |= 1
    broken[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(broken)


MUTATIONS: dict[str, Callable[[Text, random.Random], Mutant]] = {
    one.__name__: one
    for one in (
        garbage, long_cell, swapped_cells, byte_flip, head_flip, cut_line, cut_file, lost_lines, doubled, shuffled, permuted,
        swapped_names, twice_named, foreign_line, blank_lines, nul_bytes, encoded, packed,
    )
}  # fmt: skip


def binary(data: bytes, file: str, rng: random.Random) -> Mutant:
    """A workbook, Parquet or JSON file broken as bytes."""
    kind = rng.randrange(5)
    if kind == 0:
        return Mutant("a flipped bit", _flipped(data, rng), "any")
    if kind == 1:
        return Mutant("cut", data[: rng.randrange(len(data))], "refused")
    if kind == 2:
        place = rng.randrange(len(data))
        return Mutant("zeroes inside", data[:place] + bytes(rng.randrange(1, 64)) + data[place + 64 :], "any")
    if kind == 3:
        place, other = rng.randrange(len(data)), rng.randrange(len(data))
        return Mutant("a piece twice", data[:place] + data[other : other + 200] + data[place:], "any")
    return pack(data, file, rng)


@dataclass(slots=True)
class Judge:
    """Holds the answers to mutants of one file against the answer to the whole file."""

    excerpt: Excerpt
    text: Text | None
    folder: Path
    whole: Answer
    without: dict[frozenset[int], Answer | None] = field(default_factory=dict)

    @classmethod
    def of(cls, excerpt: Excerpt, folder: Path, text: Text | None = None) -> Judge:
        text = parts(excerpt) if text is None else text
        path = folder / excerpt.path.name
        path.write_bytes(excerpt.data if text is None else text.file(text.body))
        return cls(excerpt, text, folder, answer(excerpt.declared, path))

    def judge(self, mutant: Mutant) -> tuple[str, str]:
        """Outcome and words: "refused", "same", "fits", "told" (lines set aside), "known", "undecided", "LONG" (a refusal that
        repeats a whole cell), or "WRONG".

        Raises
        ------
        Exception
            What is no error of the program's own.
        """
        path = self.folder / (mutant.name or self.excerpt.path.name)
        path.write_bytes(mutant.data)
        try:
            found = answer(self.excerpt.declared, path)
        except (SourceError, CheckFailedError) as error:
            said = f"{error.message} {error.why}"
            if isinstance(error, SourceError) and path.name not in said:
                return "WRONG", f"the refusal does not name the file: {said}"
            return ("LONG" if len(said) > 4_000 else "refused"), said
        finally:
            path.unlink(missing_ok=True)
        if mutant.by and any((self.excerpt.source, mutant.by) == known[:2] for known in KNOWN):
            return "known", ""
        if found == self.whole:
            return ("WRONG", "not refused") if mutant.law == "refused" else ("same", "")
        if mutant.law in {"same", "refused", "same or refused"}:
            is_told = mutant.law != "same" and found.n_aside > self.whole.n_aside and not found.rows() - self.whole.rows()
            return "told" if is_told else "WRONG", self._difference(found)
        if mutant.law == "any":
            return "undecided", self._difference(found)
        return self._of_lines(mutant, found)

    def _of_lines(self, mutant: Mutant, found: Answer) -> tuple[str, str]:
        rest = self._rest(mutant.lines)
        if rest is None:
            return "undecided", "the lines left are refused without the one touched"
        lost = {row for row in (rest.rows() & self.whole.rows()) - found.rows() if not self._is_told_by_many(row, found)}
        if lost and self.excerpt.path.name in TOLD_TOGETHER:
            return "undecided", f"{len(lost)} rows of the session are gone"
        if lost:
            return "WRONG", f"rows of other lines are gone: {list(lost)[:2]}; new: {list(found.rows() - rest.rows())[:2]}"
        if mutant.cell is not None:
            return self._of_cell(mutant.cell, found)
        return "fits", ""

    def _of_cell(self, cell: tuple[str, str, str], found: Answer) -> tuple[str, str]:
        """A number that is none must be refused, kept as text, or its line set aside and counted."""
        name, old, new = cell
        if new not in NO_NUMBERS or not re.fullmatch(r"-?[\d.]+", old):
            return "fits", ""
        added, gone = found.rows() - self.whole.rows(), self.whole.rows() - found.rows()
        kept = [row for row in added if not any(isinstance(value, str) and new.strip() in value for value in row)]
        if kept:
            return "WRONG", f"{name} = {new!r} was taken: {kept[:2]} in place of {list(gone)[:2]}"
        if gone and not added and found.n_aside <= self.whole.n_aside:
            return "WRONG", f"{name} = {new!r} lost {list(gone)[:2]} without a word"
        return "fits", ""

    def _is_told_by_many(self, row: tuple[object, ...], found: Answer) -> bool:
        """Whether the row is made of many lines (a roll call, a deal) and stands under its key still."""
        table = str(row[0])
        if table == "votes":  # two records of one symbol are told apart by their numbers, after a #
            symbol = str(row[1]).partition("#")[0]
            return any(other[0] == table and other[2:] == row[2:] and str(other[1]).partition("#")[0] == symbol for other in found.rows())
        if table not in TOLD_BY_MANY:
            return False
        key = [TABLES[table].columns.index(name) for name in TABLES[table].key if name != TOLD_BY_MANY[table]]
        return any(other[0] == table and all(_same(other[at + 1], row[at + 1]) for at in key) for other in found.rows())

    def _rest(self, lines: frozenset[int]) -> Answer | None:
        if lines not in self.without and self.text is not None:
            path = self.folder / self.excerpt.path.name
            path.write_bytes(self.text.file([line for at, line in enumerate(self.text.body) if at not in lines]))
            try:
                self.without[lines] = answer(self.excerpt.declared, path)
            except NonalignedError:
                self.without[lines] = None
        return self.without[lines]

    def _difference(self, found: Answer) -> str:
        more, less = found.rows() - self.whole.rows(), self.whole.rows() - found.rows()
        return f"{sum(more.values())} rows new, {sum(less.values())} gone: {list(more)[:2]} / {list(less)[:2]}"


def _same(one: object, other: object) -> bool:
    return str(one).partition("#")[0] == str(other).partition("#")[0]
