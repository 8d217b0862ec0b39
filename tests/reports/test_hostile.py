"""Reports that cannot be read: one clear error each, within its time and memory, and never another exception."""

from __future__ import annotations

import contextlib
import io
import os
import random
import socket
import subprocess
import sys
import tempfile
import tracemalloc
import zlib
from pathlib import Path

import pytest

from nonaligned.ground.errors import USAGE, ReportError
from nonaligned.reports import extraction, sandbox
from nonaligned.reports.intake import from_text, open_report
from nonaligned.reports.sandbox import Limits, extract

FIXTURES = Path(__file__).parent / "fixtures"
ENGLISH = "India abstained on Wednesday from a resolution of the United Nations on Ukraine, and the minister said so. "


def pdf(streams: list[bytes], *, packed: bool = False) -> bytes:
    """A PDF of the given page contents, written by hand."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i, stream in enumerate(streams):
        data, how = (zlib.compress(stream, 9), b"/Filter /FlateDecode ") if packed else (stream, b"")
        font = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {font} /Contents {5 + 2 * i} 0 R >>".encode())
        objects.append(b"<< /Length %d %s>>\nstream\n" % (len(data), how) + data + b"\nendstream")
    out, offsets = b"%PDF-1.4\n", list[int]()
    for i, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % i + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % size
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    )


def encrypted(password: str) -> bytes:
    import pypdf

    writer, out = pypdf.PdfWriter(clone_from=str(FIXTURES / "article.pdf")), io.BytesIO()
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def refusal(where: object, stdin: bytes | None = None) -> ReportError:
    with pytest.raises(ReportError) as caught:
        open_report(str(where), stdin=None if stdin is None else io.BytesIO(stdin))
    error = caught.value
    assert error.exit_code == USAGE == 2
    assert error.message
    assert error.mend, "every error names what mends it"
    assert (error.message + error.why + error.mend).isprintable()
    return error


# ---- where it is


def test_a_missing_file_names_a_near_one(tmp_path: Path) -> None:
    (tmp_path / "Moscow visit.txt").write_text(ENGLISH)
    error = refusal(tmp_path / "moscow_visit.txt")
    assert "Moscow visit.txt" in error.why
    assert error.mend == f"nonaligned brief '{tmp_path}/Moscow visit.txt'"
    assert "Did you mean" not in refusal(tmp_path / "qqqq.txt").why
    assert "folder" in refusal(tmp_path / "nowhere" / "a.txt").why


@pytest.mark.parametrize(
    "where", ["", " ", "a\0b", "x" * 5000, "India abstained.\nSo did China.", "a" * 300, "\udcff.txt", "\x1b[31m.txt", "/dev/null/a"]
)
def test_paths_that_are_none(where: str) -> None:
    refusal(where)


@pytest.mark.parametrize("where", ["www.example.org/report", "example.com", "mea.gov.in/press"])
def test_an_address_without_its_scheme_is_told(where: str) -> None:
    assert refusal(where).mend == f"nonaligned brief https://{where}"


def test_a_folder_names_a_report_in_it(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(ENGLISH)
    assert refusal(tmp_path).mend == f"nonaligned brief {tmp_path}/b.txt"


def test_pipes_devices_and_sockets_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "pipe" in refusal(tmp_path / "pipe").message
    assert "device" in refusal("/dev/zero").message
    with socket.socket(socket.AF_UNIX) as server, tempfile.TemporaryDirectory() as short:
        server.bind(f"{short}/s")
        assert "socket" in refusal(f"{short}/s").message


def test_permission_denied() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.txt"
        path.write_text(ENGLISH)
        path.chmod(0)
        Path(folder).chmod(0o755)
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        try:
            error = refusal(path)
        finally:
            if was_root:
                os.seteuid(0)
        assert error.why == "Permission denied."
        assert error.mend == f"chmod u+r {path}"


# ---- what it is


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n\t \n", "white space"),
        ("a.txt", b"\xef\xbb\xbf", "empty"),
        ("a.txt", b"2024 12 1,000 %%", "no words"),
        ("a.docx", b"PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xmlword/document.xml", "Word document"),
        ("a.odt", b"PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.text", "OpenDocument"),
        ("a.zip", b"PK\x03\x04\x14\0\0\0", "zip archive"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old office"),
        ("a.rtf", rb"{\rtf1\ansi India abstained.}", "rich-text"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        ("a.txt", b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        ("a.gz", b"\x1f\x8b\x08\0\0\0", "gzip"),
        ("a.bin", ENGLISH.encode() + b"\0" + ENGLISH.encode(), "binary"),
        ("a.bin", bytes(range(256)) * 40, "binary"),
        ("a.txt", ENGLISH.encode("utf-16-le"), "UTF-16LE"),
        ("a.txt", ENGLISH.encode("utf-16-be"), "UTF-16BE"),
        ("a.txt", ENGLISH.encode("utf-16")[:-1], "not valid UTF-16"),
        ("a.txt", (ENGLISH + "\x1b[31mRussia\x1b[0m").encode(), "not text"),
        ("a.txt", (ENGLISH + "It said \x07.").encode(), "not text"),
        ("a.txt", (ENGLISH + "India\x92s").encode(), "not text"),
        ("a.txt", (ENGLISH + "Côte d’Ivoire").encode("cp1252"), "not UTF-8"),
        ("a.txt", (ENGLISH + "São Tomé").encode("latin-1"), "not UTF-8"),
        ("a.txt", "Индия воздержалась при голосовании.".encode("koi8-r"), "not UTF-8"),
        ("a.txt", ENGLISH.encode() + b"\xed\xa0\x80", "not UTF-8"),
        ("a.txt", (ENGLISH + "India’s and China’s and Iran’s").encode().decode("cp1252").encode(), "wrong encoding"),
        ("a.txt", (ENGLISH + "C\ufffdte d\ufffdIvoire").encode(), "damaged"),
        ("a.xml", b"<?xml version='1.0'?><rss><channel/></rss>", "XML"),
        ("a.mhtml", b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n", "web archive"),
        ("a.html", b"<html><body></body></html>", "no article"),
        ("a.html", b"<html><body><script>document.write('India')</script><div id=app></div></body></html>", "no article"),
        ("a.html", b"   ", "no article"),
        ("a.html", b"<html><body><p>S\xe3o Tom\xe9 abstained</p></body></html>", "not UTF-8"),
        ("a.pdf", pdf([b"", b"0 0 m 9 9 l S"]), "PDF without text"),
        ("a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 9, "damaged PDF"),
        ("a.pdf", pdf([b"BT ET"])[:300], "damaged PDF"),
        ("a.pdf", b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 1 0 R /Kids [1 0 R] >> endobj\ntrailer << /Root 1 0 R >>", "PDF"),
        ("a.pdf", encrypted("secret"), "encrypted PDF"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_what_is_no_report_is_named(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    error = refusal(tmp_path / name)
    assert words in error.message
    assert "FILE" not in error.mend
    refusal("-", stdin=data if name != "a.html" else b"<html>" + data)


def test_an_encrypted_pdf_that_anyone_may_read_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(encrypted(""))
    assert open_report(str(tmp_path / "a.pdf")).text == open_report(str(FIXTURES / "article.pdf")).text


def test_the_command_offered_mends_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "it’s a report.txt"
    path.write_bytes((ENGLISH + "It’s Côte d’Ivoire.").encode("cp1252"))
    command = refusal(path).mend.partition("|")[0]
    mended = subprocess.run(command, shell=True, capture_output=True, check=True).stdout
    assert open_report("-", stdin=io.BytesIO(mended)).text.endswith("It’s Côte d’Ivoire.")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("French", "Le président français a rencontré le chancelier allemand à Berlin pour discuter de la situation en Ukraine."),
        ("Spanish", "El presidente de México se reunió con su homólogo de Brasil en la capital para hablar del comercio."),
        ("Portuguese", "O presidente do Brasil reuniu-se com o seu homólogo em Lisboa para falar do comércio e das relações."),
        ("German", "Der Bundeskanzler hat den französischen Präsidenten in Berlin getroffen, um über die Lage in der Ukraine zu sprechen."),
        ("Dutch", "De minister-president heeft de Duitse bondskanselier in Berlijn ontmoet om over de situatie in Oekraïne te spreken."),
        ("Turkish", "Türkiye ve Rusya, ticaret ile enerji konularını görüşmek için bir araya geldi ve iki ülke de memnun."),
        ("Indonesian", "Presiden Indonesia bertemu dengan Presiden Rusia di Moskow untuk membahas perdagangan yang penting."),
        ("Cyrillic", "Премьер-министр Индии прибыл в Москву на встречу."),
        ("Chinese", "印度总理抵达莫斯科。"),
        ("Japanese", "インドの首相は大統領と会談した。"),
        ("Arabic", "وصل رئيس وزراء الهند إلى موسكو."),
        ("Devanagari", "भारत के प्रधानमंत्री मास्को पहुंचे।"),
        ("Korean", "인도 총리가 모스크바에 도착했다."),
        ("English", "Intian pääministeri saapui Moskovaan ja tapasi presidentin, koska maat ovat vanhoja kumppaneita. " * 8),
    ],
)
def test_another_language_is_named(language: str, text: str) -> None:
    with pytest.raises(ReportError, match=language) as caught:
        from_text(text)
    assert "translate" in caught.value.mend


@pytest.mark.parametrize(
    "text",
    [
        "India abstains",
        "Finland joined NATO in April 2023.",
        "Brazil, Russia, India, China: yes. South Africa: abstain.",
        "São Tomé and Príncipe, Côte d’Ivoire and El Salvador voted yes; La Paz and Los Angeles were not mentioned.",
        "The president (Президент России) spoke in Beijing (北京) of “une politique de la main tendue”, and of the war.",
    ],
)
def test_english_with_foreign_names_is_english(text: str) -> None:
    assert from_text(text).text == text


# ---- how large it is


def test_fifty_megabytes_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        for _ in range(50):
            file.write(ENGLISH.encode() * (1_000_000 // len(ENGLISH)))
    tracemalloc.start()
    error = refusal(path)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert "1 MB" in error.why


@pytest.mark.parametrize(("head", "limit"), [(b"India abstained. ", 1), (b"<!doctype html><p>India ", 20), (b"%PDF-1.4 ", 20)])
def test_an_endless_stream_is_read_no_further_than_its_limit(head: bytes, limit: int) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, n: int = -1) -> bytes:
            self.given += n
            return (head if self.given == n else b"").ljust(n, b"x")

    stream = Endless()
    with pytest.raises(ReportError, match="too large") as caught:
        open_report("-", stdin=stream)  # type: ignore[arg-type]
    assert f"{limit} MB" in caught.value.why
    assert stream.given <= limit * 1_000_000 + 1


def test_a_megabyte_of_one_line_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    path.write_text((ENGLISH.replace(".", ",") * 50_000)[:999_999])
    assert len(open_report(str(path)).text) == 999_999


# ---- what it does to its parser

DEEP = {
    "div": "<div>" * 100_000 + ENGLISH,
    "inline": "<b><i>" * 100_000 + ENGLISH,
    "table": "<table><tr><td>" * 45_000 + ENGLISH,
    "misnested": "<p><font><a><b>" * 45_000 + ENGLISH,
    "comments": "<!--" * 170_000,
    "entities": "&lt;" * 170_000,
}
MANY_ATTRIBUTES = f"<html><body><p {' '.join(f'a{i}=1' for i in range(80_000))}>{ENGLISH}</p></body></html>".encode()


@pytest.mark.parametrize("name", DEEP)
def test_pathological_pages_end_in_a_text_or_an_error(name: str) -> None:
    with contextlib.suppress(ReportError):
        assert open_report("-", stdin=io.BytesIO(f"<html><body>{DEEP[name]}".encode())).text


def test_the_processor_limit_stops_a_page_that_costs_a_minute() -> None:
    assert len(MANY_ATTRIBUTES) < 720_000
    with pytest.raises(ReportError, match="too long to read"):
        extract("html", MANY_ATTRIBUTES, "a.html", Limits(cpu_seconds=1, wall_seconds=60))


def test_the_clock_stops_it_too_and_leaves_no_process() -> None:
    with pytest.raises(ReportError, match="too long to read"):
        extract("html", MANY_ATTRIBUTES, "a.html", Limits(cpu_seconds=60, wall_seconds=0.7))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_the_memory_limit_holds() -> None:
    page = ("<p>" + ENGLISH + "</p>\n") * 120_000
    with pytest.raises(ReportError) as caught:
        extract("html", page.encode(), "a.html", Limits(memory=200 << 20))
    assert "too much memory" in caught.value.message


def test_a_pdf_bomb_is_refused(tmp_path: Path) -> None:
    bomb = pdf([b" " * 300_000_000], packed=True)
    assert len(bomb) < 400_000
    (tmp_path / "bomb.pdf").write_bytes(bomb)
    assert "unpacks to far more" in refusal(tmp_path / "bomb.pdf").message


def test_more_text_than_a_report_is_refused() -> None:
    stream = b"BT /F1 1 Tf " + b"(India is a state and has been one for long) Tj " * 3000 + b" ET"
    with pytest.raises(ReportError, match=r"more than 0\.1 MB of text"):
        extract("pdf", pdf([stream]), "a.pdf", Limits(text=100_000))


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill(os.getpid(), 11)",
        "print('no JSON')",
        "print('[1]')",
        "print('{\"text\": 3}')",
        'print(\'{"text": null, "title": 1, "published": "x"}\')',
        "print('[' * 100000)",
        "while True: print('x' * 1000)",
        "raise SystemExit(1)",
    ],
)
def test_whatever_a_broken_parser_answers_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    child = tmp_path / "child.py"
    child.write_text(code)
    monkeypatch.setattr(sandbox, "CHILD", child)
    with pytest.raises(ReportError):
        extract("html", b"x" * 300_000, "a.html", Limits(wall_seconds=20))


def test_the_child_can_write_no_file(tmp_path: Path) -> None:
    target = tmp_path / "x"
    code = (
        f"from nonaligned.reports import extraction; extraction.limit(5, 1 << 30); print('x', file=open({str(target)!r}, 'w'), flush=True)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "File too large" in done.stderr
    assert target.read_bytes() == b""


# ---- random damage


def mutate(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(out) + 1)
        match rng.randrange(5):
            case 0:
                out[at : at + rng.randint(0, 40)] = b""
            case 1:
                out[at:at] = rng.randbytes(rng.randint(1, 6))
            case 2:
                out[at : at + 1] = bytes([rng.randrange(256)])
            case 3:
                out[at:at] = rng.choice(
                    [b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b"\r", b"&#0;", b"&#xD800;", b"'", b"\xed\xa0\x80", b"9" * 30]
                )
            case _:
                out[at:at] = out[rng.randrange(len(out) + 1) :][: rng.randint(1, 60)]
    return bytes(out)


def test_damaged_text_is_read_or_refused() -> None:
    rng = random.Random(2)
    bases = [(ENGLISH + "Côte d’Ivoire – “yes”\r\n\r\n").encode(), (ENGLISH + "\n\nIt’s so.").encode("utf-16"), ENGLISH.encode("cp1252")]
    read = 0
    for _ in range(4000):
        data = mutate(rng.choice(bases), rng)
        if data.startswith(b"%PDF") or data.lstrip().startswith(b"<"):
            continue
        try:
            found = open_report("-", stdin=io.BytesIO(data))
        except ReportError:
            continue
        read += 1
        found.text.encode()
        assert "\r" not in found.text
        assert "\0" not in found.text
    assert 100 < read < 3900


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_damaged_pages_and_pdfs_give_an_answer(kind: str) -> None:
    rng = random.Random(3)
    base = (FIXTURES / f"article.{kind}").read_bytes()
    for _ in range(400):
        answer = extraction.answer(kind, mutate(base, rng), 100_000)
        assert answer.keys() in ({"text", "title", "published"}, {"fault", "detail"})
        "".join(answer.values()).encode()
