"""The main text of a page or a PDF. Runs as a script in a child process of its own, see `sandbox`.

It sets its own limits before it reads a byte, imports nothing of the package, and answers with one
JSON object: the text, its title and its date of publication, or the fault that stopped it.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from importlib import import_module
from io import BytesIO
from typing import Any, cast

NOISE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]")
LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})
BLOCKS = frozenset({"head", "p", "item", "quote", "code", "row", "list", "table", "body", "div", "section", "ab"})
SPARE = 128 << 20
MONTHS = {month: n for n, month in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
PUBLISHED = frozenset(
    "article:published_time og:article:published_time article:published og:published_time datepublished dc.date.issued "
    "dcterms.issued citation_publication_date citation_online_date publication_date publish-date publishdate pubdate "
    "parsely-pub-date rnews:datepublished".split()
)
ARTICLE = re.compile(r"Article|Report|BlogPosting|WebPage|PressRelease", re.I)
PAGE_NUMBER = re.compile(r"(?:page )?\W*\d{1,4}\W*(?:(?:of|/) *\d+)?", re.I)
URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")


class FaultError(Exception):
    """What kept a text from being extracted: empty, encrypted, damaged, scanned, long, a bomb."""

    def __init__(self, fault: str, detail: str = "") -> None:
        super().__init__(fault)
        self.fault, self.detail = fault, detail


# ---------------------------------------------------------------- pages


def read_html(page: str, most: int) -> dict[str, str]:
    """The article of a page: its paragraphs, title and stated day of publication."""
    from trafilatura import bare_extraction

    lxml_html: Any = import_module("lxml.html")
    parser: Any = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree: Any = lxml_html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except Exception as fault:
        raise FaultError("empty", type(fault).__name__) from fault
    published = _published(tree)
    own_date = {"extensive_search": False}  # its guesses at a date are not used
    found: Any = bare_extraction(tree, include_comments=False, with_metadata=True, date_extraction_params=own_date)
    if found is None or found.body is None:
        raise FaultError("empty")
    text = "\n\n".join(_paragraphs(found.body)) or clean(found.text or "")
    return _answer(text, clean(found.title or ""), published, most)


def _paragraphs(body: Any) -> Iterator[str]:
    """The blocks of an extracted article in order, each on one line but for its own line breaks."""
    etree: Any = import_module("lxml.etree")
    parts: list[str] = []
    for event, node in etree.iterwalk(body, events=("start", "end")):
        if event == "start":
            if node.tag in BLOCKS:
                yield from _flush(parts)
            elif node.tag == "lb":
                parts.append("\0")
            elif node.tag == "cell" and "".join(parts).strip():
                parts.append(" | ")
            parts.append(node.text or "")
        else:
            if node.tag in BLOCKS:
                yield from _flush(parts)
            parts.append(node.tail or "")
    yield from _flush(parts)


def _flush(parts: list[str]) -> Iterator[str]:
    lines = [" ".join(clean(line).split()) for line in "".join(parts).split("\0")]
    parts.clear()
    block = "\n".join(line for line in lines if line)
    if block:
        yield block


def _published(tree: Any) -> str:
    """The day that the page states for its publication: the best kind of statement, and only if it is of one mind."""
    kinds: list[list[str]] = [[], [], [], [], []]
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().casefold()
        if name in PUBLISHED:
            kinds[0].append(meta.get("content") or meta.get("datetime") or "")
        elif name in {"date", "dc.date", "dcterms.date"}:
            kinds[4].append(meta.get("content") or "")
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().casefold() == "application/ld+json":
            with contextlib.suppress(ValueError, RecursionError):
                kinds[1] += _of_articles(json.loads(script.text or ""))
    for node in tree.iter("time", "span", "div", "p"):
        is_published = (node.get("itemprop") or "").casefold() == "datepublished" or node.get("pubdate") is not None
        if is_published:
            kinds[2].append(node.get("datetime") or node.get("content") or "".join(node.itertext())[:80])
    for link in tree.iter("link"):
        if (link.get("rel") or "").casefold() == "canonical":
            kinds[3] += ["-".join(match) for match in URL_DAY.findall(link.get("href") or "")]
    for stated in kinds:
        days = sorted({day for day in map(_full_day, stated) if day is not None})
        if days:  # a day apart is one moment in two time zones; more is two articles
            return days[0].isoformat() if (days[-1] - days[0]).days <= 1 else ""
    return ""


def _of_articles(data: Any) -> Iterator[str]:
    """`datePublished` of the page's own article in linked data; not of articles that it lists."""
    if isinstance(data, dict):
        data = cast(dict[str, Any], data).get("@graph", [data])
    for item in cast(list[Any], data) if isinstance(data, list) else []:
        if isinstance(item, dict) and ARTICLE.search(str(cast(dict[str, Any], item).get("@type", ""))):
            yield str(cast(dict[str, Any], item).get("datePublished", ""))


def _full_day(stated: str) -> date | None:
    """A full date, or None for what leaves day or month open ("07/08/2024", "July 2024")."""
    stated = stated.strip()
    numbers: tuple[Any, ...] | None = None
    if match := re.match(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)", stated) or re.match(r"(\d{4})(\d\d)(\d\d)(?:T|$)", stated):
        numbers = match.groups()
    elif match := re.match(r"(?:[A-Za-z]+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})(?!\d)", stated):
        numbers = (match[3], MONTHS.get(match[2][:3].lower(), 0), match[1])
    elif match := re.match(r"(?:[A-Za-z]+day,\s+)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)", stated):
        numbers = (match[3], MONTHS.get(match[1][:3].lower(), 0), match[2])
    with contextlib.suppress(ValueError, TypeError, IndexError):
        day = date(*map(int, numbers)) if numbers else parsedate_to_datetime(stated).date()
        return day if date(1900, 1, 1) < day <= date.today() and day != date(1970, 1, 1) else None
    return None


# ---------------------------------------------------------------- PDF


def read_pdf(data: bytes, most: int) -> dict[str, str]:
    """The text of a PDF, its lines joined to paragraphs. Its creation date is not the report's, so none is given."""
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PdfReadError

    try:
        reader = pypdf.PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FaultError("encrypted")
        pages: list[list[str]] = []
        size = 0
        for page in reader.pages:
            text = clean(page.extract_text()).translate(LIGATURES)
            size += len(text)
            if size > most:
                raise FaultError("long")
            pages.append([" ".join(line.split()) for line in text.split("\n")])
        title = clean(str((reader.metadata and reader.metadata.title) or ""))
    except (DependencyError, FileNotDecryptedError) as fault:
        raise FaultError("encrypted") from fault
    except LimitReachedError as fault:
        raise FaultError("bomb") from fault
    except (PdfReadError, RecursionError) as fault:
        raise FaultError("damaged", str(fault)) from fault
    text = reflow(pages)
    if not any(letter.isalpha() for letter in text):
        raise FaultError("scanned" if pages else "damaged", str(len(pages)))
    is_made_up = re.search(r"\.\w{2,5}$|^Microsoft |^untitled|^print|^slide \d", title, re.I)
    return _answer(text, "" if is_made_up else title, "", most)


def reflow(pages: list[list[str]]) -> str:
    """Lines of pages as paragraphs: running heads and page numbers out, lines joined, hyphens at line ends resolved."""
    running = Counter(line for page in pages for line in {line for line in (*page[:2], *page[-2:]) if line})
    heads = {line for line, n in running.items() if n >= 3 and n > len(pages) / 2}
    lines = [line for page in pages for line in page if line not in heads and not PAGE_NUMBER.fullmatch(line)]
    lengths = sorted(len(line) for line in lines if line)
    full = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    known = set(re.findall(r"\w+(?:-\w+)*", " ".join(lines)))
    blocks: list[str] = []
    is_open = False
    for line in lines:
        if line and is_open:
            blocks[-1] = _join(blocks[-1], line, known)
        elif line:
            blocks.append(line)
        is_short = len(line) < 0.7 * full
        is_open = bool(line) and (not is_short or line[-1] in ",;-") and not (is_short and line[-1] in '.!?”"')
    return "\n\n".join(blocks)


def _join(before: str, line: str, known: set[str]) -> str:
    """Two lines as one: "govern-" + "ment" loses its hyphen where the report has the word whole elsewhere."""
    broken = re.search(r"(\w+)-$", before)
    if not broken:
        return f"{before} {line}"
    rest = re.match(r"\w+", line)
    is_whole = rest is not None and broken[1] + rest[0] in known
    return before[:-1] + line if is_whole else before + line


# ---------------------------------------------------------------- both


def clean(text: str) -> str:
    """Text without control and invisible characters; non-breaking spaces become spaces."""
    return NOISE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\xa0", " ").replace("\u202f", " "))


def _answer(text: str, title: str, published: str, most: int) -> dict[str, str]:
    if len(text.encode("utf-8", "replace")) > most:
        raise FaultError("long")
    if not text.strip():
        raise FaultError("empty")
    return {"text": text.strip(), "title": " ".join(title.split())[:300], "published": published}


def answer(kind: str, data: bytes, most: int) -> dict[str, str]:
    """What a page or PDF holds, or ``{"fault": ..., "detail": ...}``; never raises."""
    try:
        return read_pdf(data, most) if kind == "pdf" else read_html(data.decode("utf-8", "replace"), most)
    except FaultError as fault:
        return {"fault": "memory" if fault.fault == "empty" and is_starved() else fault.fault, "detail": fault.detail}
    except MemoryError:
        return {"fault": "memory", "detail": ""}
    except Exception as fault:  # a stranger's file can break a parser in any way
        return {"fault": "memory" if is_starved() else "damaged", "detail": f"{type(fault).__name__}: {fault}"[:200]}


def is_starved() -> bool:
    """Whether memory is near its limit: parsers in C then report nothing, or errors of any name."""
    try:
        bytearray(SPARE)
    except MemoryError:
        return True
    return False


def limit(cpu_seconds: int, memory: int) -> None:
    """Bound this process: time, memory, and no file written at all."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock and its bound on the answer remain
        return
    bounds = {resource.RLIMIT_CPU: cpu_seconds, resource.RLIMIT_AS: memory, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    for kind, value in bounds.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def main() -> None:
    """Read a JSON line of orders and then the bytes from standard input; write the answer."""
    orders = json.loads(sys.stdin.buffer.readline())
    limit(orders["cpu_seconds"], orders["memory"])
    sys.path[:] = orders["path"]
    found = answer(orders["kind"], sys.stdin.buffer.read(), orders["most"])
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
