from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from nonaligned.ground.errors import UsageError
from nonaligned.record.citations import article_of, cite, described, entries, escaped
from nonaligned.record.store import Record

sys.path.insert(0, str(Path(__file__).parents[1] / "panels"))
from made_record import made_record


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    return made_record(tmp_path_factory.mktemp("cited"))


def braces_close(text):
    depth = 0
    for sign in re.sub(r"\\.", "", text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    return depth == 0


def test_every_source_of_the_record_is_one_well_formed_entry(record):
    made = entries(described(record))
    keys = [one.key for one in made]
    assert len(keys) == len(set(keys)) > 50
    for one in made:
        text = str(one)
        assert braces_close(text), text
        assert re.fullmatch(r"[A-Za-z0-9_:.-]+", one.key)
        assert one.fields["title"], one.key
        assert re.fullmatch(r"\d{4}", one.fields["year"]), one.key
        assert not re.search(r"(?<!\\)[&%#]", re.sub(r"url = .*", "", text)), text


def test_an_entry_names_maker_title_year_address_and_hash(record):
    text = cite("baci", record=record)
    assert text.startswith("@misc{baci,\n  author = {{Makers \\& Co of baci}},\n  title = {{Made up: baci}},\n  year = {2001},")
    assert "url = {https://example.org/a_b}," in text
    assert re.search(r"SHA-256 of the file: [0-9a-f]{64}\.", text)


def test_the_article_of_a_data_set_is_an_entry_of_its_own(record):
    text = cite("baci", record=record)
    assert "@article{baci_article," in text
    assert "author = {Maker, Ann and Bo Smith and Cy Jones}," in text
    assert "journal = {Journal of Tests},\n  year = {2001},\n  volume = {7},\n  number = {2},\n  pages = {1--9}," in text


@pytest.mark.parametrize(
    ("citation", "journal"),
    [
        ("Fuhrmann, Matthew, 2009, Spreading Temptation: Proliferation, International Security 34 (1): 7-41.", "International Security"),
        (
            "Roger, Charles B. and Sam S. Rowan. 2023. The New Terrain. Journal of Conflict Resolution 67(6): 1248-1269, doi:1.",
            "Journal of Conflict Resolution",
        ),
        ("United Nations, Member States, official list.", None),
        ("Treaty of Rome, 1957, 298 UNTS 3", None),
        ("Some Body of Statistics, 2009, A title, A Journal 3: 1-2.", None),
    ],
)
def test_a_citation_is_read_as_an_article_or_left_alone(citation, journal):
    assert article_of(citation).get("journal") == journal


def test_what_latex_would_run_is_made_plain():
    assert escaped("a_b & 5% $x #1 {y} ~ ^ \\input{z}") == (
        r"a\_b \& 5\% \$x \#1 \{y\} \textasciitilde{} \textasciicircum{} \textbackslash{}input\{z\}"
    )


def test_a_hostile_address_cannot_end_its_entry():
    hostile = dict.fromkeys(
        ("key", "cite_key", "producer", "title", "version", "as_of", "licence", "citation", "sha256", "loaded_at", "retrieved"), "x}"
    )
    (entry,) = entries([{**hostile, "url": "https://a.b/} @misc{y, title={z}"}])
    assert braces_close(str(entry))
    assert str(entry).count("@misc{") == 1
    assert "url = {https://a.b/%7D%20@misc%7By,%20title=%7Bz%7D}," in str(entry)


def test_without_names_what_was_loaded_is_cited(record):
    assert {one.key for one in entries(described(record, [("trade", "baci"), ("trade", "comtrade")]))} == {
        "comtrade", "comtrade_article", "baci", "baci_article"}  # fmt: skip
    assert cite(record=record).count("@misc{") == 11
    assert cite("treaties", record=record).count("@misc{atop,") == 1


def test_the_same_record_gives_the_same_keys_in_the_same_order(record):
    assert cite(record=record) == cite(record=Record(record.directory))


def test_an_unknown_source_or_style_is_refused(record):
    with pytest.raises(UsageError, match="no source 'bacci'"):
        cite("bacci", record=record)
    with pytest.raises(UsageError, match="style"):
        cite("baci", record=record, style="apa")


def test_text_is_a_line_each(record):
    lines = cite(record=record, style="text").splitlines()
    assert len(lines) == 11
    assert lines[0] == "Maker, Ann, Bo Smith and Cy Jones, 2001, On making things up, Journal of Tests 7 (2): 1-9. https://example.org/a_b"


def test_one_key_for_two_documents_is_two_entries_and_a_table_has_its_own(tmp_path):
    starter = Record(tmp_path)
    memberships, alliances = (cite(table, record=starter) for table in ("memberships", "alliances"))
    assert "@misc{arab_league:memberships," in memberships
    assert "Pact of the League" in memberships
    assert "Treaty of Joint Defence" not in memberships
    assert "@misc{arab_league:treaties," in alliances
    used = entries(described(starter, [("memberships", "arab_league")]))
    assert [one.key for one in used] == ["arab_league:memberships"]
