"""Reports that can be read: the text, its offsets, its title and its stated date."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from nonaligned.ground.errors import ReportError
from nonaligned.reports import extraction
from nonaligned.reports.intake import from_text, headline, open_report

FIXTURES = Path(__file__).parent / "fixtures"
BODY = "India abstained on Wednesday from a resolution of the United Nations on Ukraine."


def write(folder: Path, data: bytes, name: str = "report.txt") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


# ---- plain text


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_is_exactly_its_characters(tmp_path: Path, codec: str) -> None:
    text = "  Côte d’Ivoire — “non-aligned” \U0001f1ee\U0001f1f3\u00a0and\u2009the \u202aEU\u202c\n\n\tIt abstained, as others did.\x0c  \n"
    data = text.encode(codec)
    found = open_report(write(tmp_path, data))
    assert found.text == text
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.name == "report.txt"
    assert found.published is None


def test_line_ends_become_one_character(tmp_path: Path) -> None:
    assert open_report(write(tmp_path, b"India.\r\nChina.\rRussia.\n")).text == "India.\nChina.\nRussia.\n"
    assert from_text("\ufeffIndia.\r\nChina.").text == "India.\nChina."


def test_standard_input() -> None:
    found = open_report("-", stdin=io.BytesIO(BODY.encode()))
    assert (found.text, found.name) == (BODY, "standard input")


def test_the_shared_report_is_read_as_it_is() -> None:
    path = Path(__file__).parents[3] / "shared/articles/modi_putin_moscow.txt"
    if not path.exists():
        pytest.skip("../shared is not here")
    found = open_report(str(path))
    assert found.text == path.read_text(encoding="utf-8")
    assert found.title == "Modi to Meet Putin in Moscow as India Charts Its Own Course"


def test_markdown_and_markup_like_text_stay_text(tmp_path: Path) -> None:
    text = f"<p align='center'>\n\n# India abstains\n\n{BODY} It is 3 < 4 & true.\n"
    assert open_report(write(tmp_path, text.encode(), "report.md")).text == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"India abstains\n\n{BODY}", "India abstains"),
        (f"\n## India abstains ##\n \n{BODY}", "India abstains"),
        (f"India abstains\n{BODY}", ""),
        (f"India abstained.\n\n{BODY}", ""),
        (f"{'India ' * 30}\n\n{BODY}", ""),
        ("India abstains\n\n", ""),
        ("", ""),
    ],
)
def test_headline(text: str, title: str) -> None:
    assert headline(text) == title


# ---- pages


def test_a_page_gives_its_article_title_and_date() -> None:
    found = open_report(str(FIXTURES / "article.html"))
    assert found.published == date(2022, 10, 13)  # not the day of its change, nor of an article that it lists
    assert found.title == "India abstains again"
    paragraphs = found.text.split("\n\n")
    assert "Trade with Russia has grown to $65.7 billion, and Moscow remains a key supplier of arms." in paragraphs
    assert "China abstained too." in paragraphs
    assert "In favour | 143" in paragraphs
    assert "said in New Delhi." in found.text
    for absent in ("NATO", "Home", "rights reserved", "alert(1)", "onclick", "changed by"):
        assert absent not in found.text + found.title


def test_what_a_page_escapes_is_only_characters_of_the_text() -> None:
    assert 'A caption read <script>alert("x")</script> & nothing more' in open_report(str(FIXTURES / "article.html")).text


def test_a_page_without_an_ending_is_known_by_its_beginning(tmp_path: Path) -> None:
    data = (FIXTURES / "article.html").read_bytes()
    expected = open_report(str(FIXTURES / "article.html")).text
    assert open_report(write(tmp_path, data, "page.txt")).text == expected
    assert open_report("-", stdin=io.BytesIO(b"\n<!-- saved -->\n" + data)).text == expected
    assert open_report("-", stdin=io.BytesIO(data.decode().encode("utf-16"))).text == expected


@pytest.mark.parametrize(
    ("label", "codec"), [("windows-1252", "cp1252"), ("iso-8859-1", "cp1252"), ("iso-8859-2", "iso-8859-2"), ("utf-8", "utf-8")]
)
def test_a_page_is_decoded_as_it_declares(tmp_path: Path, label: str, codec: str) -> None:
    page = (
        f"<html><head><meta charset='{label}'></head><body><p>The ministers of Köln’s guests met in the city of Zürich.</p></body></html>"
    )
    text = page.replace("’", "'") if codec == "iso-8859-2" else page
    assert "Köln" in open_report(write(tmp_path, text.encode(codec), "page.html")).text


META = '<meta property="article:published_time" content="{}">'


@pytest.mark.parametrize(
    ("head", "day"),
    [
        (META.format("2024-07-08"), date(2024, 7, 8)),
        (META.format("8 July 2024"), date(2024, 7, 8)),
        (META.format("Monday, July 8th, 2024"), date(2024, 7, 8)),
        (META.format("Mon, 08 Jul 2024 10:00:00 GMT"), date(2024, 7, 8)),
        (META.format("20240708"), date(2024, 7, 8)),
        (META.format("07/08/2024"), None),  # the seventh of August in most of the world
        (META.format("2024-07"), None),
        (META.format("July 2024"), None),
        (META.format("2024"), None),
        (META.format("2024-02-31"), None),
        (META.format("2999-01-01"), None),
        (META.format("1970-01-01T00:00:00Z"), None),
        (META.format("0001-01-01"), None),
        (META.format("2024-07-08T23:50:00Z") + '<meta name="pubdate" content="2024-07-09">', date(2024, 7, 8)),
        (META.format("2024-07-08") + META.format("2019-01-01"), None),
        ('<meta property="article:modified_time" content="2024-07-08">', None),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "datePublished": "2024-07-08T10:00:00Z"}]}</script>',
            date(2024, 7, 8),
        ),
        ('<script type="application/ld+json">[{"@type": "Person", "datePublished": "2024-07-08"}]</script>', None),
        ('<script type="application/ld+json">{"@graph": 3}</script><script type="application/ld+json">{]</script>', None),
        ('<link rel="canonical" href="https://example.org/world/2024/07/08/india-abstains">', date(2024, 7, 8)),
        ('<meta name="date" content="2024-07-08">', date(2024, 7, 8)),
        ("<!-- 2024-07-08 -->", None),
    ],
)
def test_the_date_of_a_page_is_what_it_states_in_full_or_nothing(head: str, day: date | None) -> None:
    page = f"<html><head>{head}</head><body><p>{BODY}</p><p>On 3 March 2011 it voted too, on another resolution.</p></body></html>"
    assert extraction.answer("html", page.encode(), 10_000)["published"] == (day.isoformat() if day else "")


# ---- PDF


def test_a_pdf_gives_paragraphs_and_no_date() -> None:
    found = open_report(str(FIXTURES / "article.pdf"))
    assert found.title == "India abstains at the United Nations"
    assert found.published is None
    assert found.text.split("\n\n") == [
        "India abstains at the United Nations",
        "India abstained on Wednesday from a resolution of the General Assembly that condemned the annexation, said the "
        "foreign ministry in New Delhi, and called for dialogue. It was the fourth abstention.",
        "Russia is a key supplier of defence equipment to India, and their trade in long-term contracts has grown to 65.7 billion dollars.",
        "It condemned nothing. The dialogue goes on, and the second page tells of the non-aligned movement.",
    ]


def test_lines_are_joined_only_where_a_paragraph_goes_on() -> None:
    wide = "The two countries have built a strong partnership over many years, and they"
    page = ["A Head of the Page", wide, "trade.", "Next paragraph here.", "", wide, "do so still", "7"]
    assert extraction.reflow([page]) == f"A Head of the Page\n\n{wide} trade.\n\nNext paragraph here.\n\n{wide} do so still"
    assert (
        extraction.reflow([["Running head", wide, "one."], ["Running head", wide, "two."], ["Running head", wide, "three."]]).count(
            "Running"
        )
        == 0
    )


# ---- cost


def test_plain_text_loads_no_parser_and_no_network() -> None:
    code = (
        "import io, sys; from nonaligned.reports.intake import open_report;"
        f"open_report('-', stdin=io.BytesIO({BODY.encode()!r}));"
        "heavy = {'trafilatura', 'pypdf', 'lxml', 'http', 'ssl', 'socket', 'subprocess', 'spacy', 'numpy', 'polars'};"
        "print(sorted({m.split('.')[0] for m in sys.modules} & heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
    assert done.stderr == ""


def test_from_text_holds_to_the_rules_of_a_file() -> None:
    for bad in (
        "",
        " \n\t ",
        "India\0abstained",
        "India \ud800 abstained",
        "India \x1b[31mabstained",
        "x" * 1_000_001,
        "Индия воздержалась.",
    ):
        with pytest.raises(ReportError):
            from_text(bad)
