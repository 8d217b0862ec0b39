"""The page: whole, inert, asking nothing of the network, every figure with its words and its table."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from made import brief, hostile
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from nonaligned.briefs.html import render
from nonaligned.briefs.report_brief import Brief

FETCHING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "ping", "manifest", "xlink:href"}
FORBIDDEN = {"script", "iframe", "object", "embed", "form", "input", "link", "base", "img", "audio", "video", "foreignobject", "a href"}


class Page(HTMLParser):
    """Every start tag with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


class HtmlSnapshot(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "html"


@pytest.fixture(scope="module", params=["india", "north", "hostile"])
def made(request: pytest.FixtureRequest) -> tuple[Brief, str]:
    brief_made = hostile() if request.param == "hostile" else brief(request.param)
    return brief_made, render(brief_made)


def test_nothing_runs_and_nothing_is_fetched(made: tuple[Brief, str]) -> None:
    page = Page(made[1])
    for tag, attributes in page.tags:
        assert tag not in FORBIDDEN
        assert not FETCHING & set(attributes)
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        if "href" in attributes:
            assert tag == "a"
            assert re.match(r"https?://|#", attributes["href"] or "")
    style = re.search(r"<style>(.*?)</style>", made[1], re.S)
    assert style is not None
    assert not re.search(r"url\(|@import|expression", style[1])


def test_the_policy_allows_the_one_style_sheet_and_nothing_else(made: tuple[Brief, str]) -> None:
    styles = re.findall(r"<style>(.*?)</style>", made[1], re.S)
    assert len(styles) == 1
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    policy = next(a["content"] for tag, a in Page(made[1]).tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_the_report_is_quoted_as_it_stands() -> None:
    made = hostile()
    text = "".join(Page(render(made)).text)
    assert made.text in text
    assert "{{ 7 * 7 }}" in text


def test_every_claim_is_quoted_with_its_span_marked(made: tuple[Brief, str]) -> None:
    marks = re.findall(r"<blockquote>(.*?)<mark>(.*?)</mark>(.*?)</blockquote>", made[1], re.S)
    assert len(marks) == len(made[0].claims)
    from html import unescape

    parts = {(unescape(b + m + a), unescape(m)) for b, m, a in marks}
    assert parts == {(item.claim.sentence, item.claim.text) for item in made[0].claims}


def test_every_figure_has_title_source_text_alternative_and_table(made: tuple[Brief, str]) -> None:
    pieces = re.findall(r"<figure .*?</figure>", made[1], re.S)
    assert len(pieces) == len(made[0].figures)
    for figure, piece in zip(made[0].figures, pieces, strict=True):
        assert re.search(r"<figcaption><h3>.+</h3>", piece)
        assert re.search(r"Sources?: ", piece)
        assert "<table" in piece
        if figure.chart is not None:
            assert len(re.findall(r'<svg [^>]*role="img" aria-label="[^"]+"', piece)) == 2  # a page's and a phone's


def test_ids_are_unique_and_every_link_inside_the_page_has_its_target(made: tuple[Brief, str]) -> None:
    page = Page(made[1])
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = {(a["href"] or "")[1:] for tag, a in page.tags if tag == "a" and (a.get("href") or "").startswith("#")}
    assert inside <= set(ids)


def test_a_verdict_is_words_and_shape(made: tuple[Brief, str]) -> None:
    for verdict in re.findall(r'<span class="verdict (\w+)">(.*?)</span></span>', made[1], re.S):
        assert "<svg" in verdict[1]
        assert verdict[0].replace("_", " ").split()[0] in re.sub(r"<.*?>", "", verdict[1])


def test_golden(snapshot: SnapshotAssertion) -> None:
    """The page without its drawings, which vl-convert may draw otherwise in another version."""
    page = re.sub(r"<style>.*?</style>", "<style/>", render(brief("north")), flags=re.S)
    page = re.sub(r"sha256-[\w+/=]+", "sha256-", page)
    page = re.sub(r"<svg xmlns.*?</svg>", "<svg/>", page, flags=re.S)
    page = re.sub(r"nonaligned \d+\.\d+\.\d+\S*", "nonaligned VERSION", page)
    assert page == snapshot(extension_class=HtmlSnapshot)
