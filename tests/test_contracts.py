"""What every registered source, kind of claim, check and figure must keep, whoever adds it."""

from __future__ import annotations

import gzip
import importlib
import inspect
import itertools
import random
import re
import zipfile
from dataclasses import fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import polars as pl
import pytest
from excerpts import EXCERPTS, answer, clear, frame_of
from mutants import parts

import nonaligned.checking
import nonaligned.reports.claims
import nonaligned.sources.reading
from nonaligned.checking import check_claim, checks
from nonaligned.checking.case import Case, Checked, Verdict
from nonaligned.figures import makers
from nonaligned.ground.errors import SourceError, UsageError
from nonaligned.ground.origins import parse_origin
from nonaligned.ground.thresholds import Thresholds
from nonaligned.record.checks import check_rows
from nonaligned.record.store import Record
from nonaligned.record.tables import TABLES
from nonaligned.reports.claims import readers
from nonaligned.reports.reading import read_text
from nonaligned.reports.report import Claim, Reading, ReportDate, Status, Text
from nonaligned.sources import source, sources

DAY = date(2024, 7, 8)
EACH_SOURCE = pytest.mark.parametrize("name", sources())
EACH_KIND = pytest.mark.parametrize("kind", readers())
EXCERPT = pytest.mark.parametrize("excerpt", EXCERPTS, ids=str)
EXCERPT_OF = {one.source: one for one in reversed(EXCERPTS)}
WORDS = {"comtrade": ("IND", "2022"), "gdelt": ("20160728", "20160729")}  # what must be said for `pull`
ONLY_HTTP = {"data.gdeltproject.org", "ksgleditsch.com"}  # hosts that speak no HTTPS
ZIP_OF_OTHER_NAMES = {"atop", "cow_capabilities", "cow_trade"}  # sources that know their archive by the names in it

# Sentences that make a claim of each kind; a new kind adds its own.
SENTENCES = {
    "membership": (
        "India is a member of BRICS.",
        "Russia was part of the Non-Aligned Movement.",
        "Finland joined NATO in April 2023.",
        "Finland joined NATO in April 2019.",
        "Sweden belongs to NATO.",
        "Britain left the European Union in January 2020.",
    ),
    "alliance": (
        "Turkey is an ally of the United States.",
        "Japan and the United States have a mutual defense treaty.",
        "India is an ally of Russia.",
    ),
    "arms_supply": (
        "Russia is a key supplier of arms to India.",
        "The United States is the largest arms supplier of Saudi Arabia.",
        "China is the largest arms supplier of India.",
    ),
    "vote": (
        "India abstained on UN General Assembly resolution ES-11/1 in March 2022.",
        "China voted against UN General Assembly resolution 68/262.",
    ),
    "office": ("Indian Prime Minister Narendra Modi spoke on Sunday.", "Emmanuel Macron is the president of France."),
    "meeting": ("Indian Prime Minister Narendra Modi met Russian President Vladimir Putin in Moscow.",),
    "trade_value": (
        "Trade between India and Russia reached $65 billion in 2023-24.",
        "Bilateral trade between India and Russia is around $10 billion.",
        "Bilateral trade between India and Russia is around $900 billion.",
    ),
    "dependence": ("India depends heavily on Russia for arms.", "India relies on Russia for oil."),
    "pressure": ("The United States pressured India to stop buying Russian oil.",),
    "tie_change": ("Relations between India and China have deteriorated.", "Trade between India and Russia has grown."),
    "capability": (
        "India is the world's fifth-largest economy.",
        "China is the second-largest military spender in the world.",
        "China's military spending has grown.",
    ),
}
MODEST = {"tie_change"}  # "relations have not improved" is held against no figure
TURNED = {"supported": "contradicted", "contradicted": "supported"}


@cache
def reading(sentence: str) -> Reading:
    return read_text(Text(sentence), DAY)


@cache
def claims(kind: str) -> tuple[Claim, ...]:
    return tuple(claim for sentence in SENTENCES[kind] for claim in reading(sentence).claims if claim.kind == kind)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return Record(tmp_path_factory.mktemp("empty"))


def held(claim: Claim, record: Record, day: date = DAY, thresholds: Thresholds | None = None) -> Checked:
    return check_claim(claim, Case(record, ReportDate(day, day, "given"), thresholds or Thresholds()))


# ---------------------------------------------------------------- sources


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def years_in(table: str, frame: pl.DataFrame) -> list[int]:
    """Every year in which the rows of a table stand."""
    columns = [name for name in ("year", "delivered_year", "first_year", "last_year", "date") if name in TABLES[table].columns]
    found = [frame[name].dt.year() if name == "date" else frame[name] for name in columns]
    return [year for column in found for year in column.drop_nulls().unique()]


def test_every_source_has_an_excerpt():
    assert {one.source for one in EXCERPTS} == set(sources())


@EACH_SOURCE
def test_a_source_is_declared_in_the_file_of_its_name(name):
    declared = sources()[name]
    assert importlib.import_module(f"nonaligned.sources.{name}").SOURCE is declared
    assert source(name) is declared
    assert set(declared.tables) <= set(TABLES)
    assert declared.tables
    assert declared.producer and declared.title and declared.licence and declared.citation and declared.warnings  # noqa: PT018
    assert re.fullmatch(r"https?://[a-z0-9.-]+\.[a-z]{2,}(/\S*)?", declared.address)
    assert "Raises" in (inspect.getdoc(declared.read) or "")
    assert "Source" in (inspect.getdoc(declared.read) or "")


@EACH_SOURCE
def test_what_is_downloaded_has_a_safe_address_and_a_plain_name(name):
    declared = sources()[name]
    if declared.downloads is None:
        return
    wanted = declared.downloads(WORDS.get(name, ()))
    assert wanted
    assert len({one.name for one in wanted}) == len(wanted)
    for one in wanted:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", one.name), one.name
        address = urlsplit(one.url)
        assert address.scheme == "https" or address.hostname in ONLY_HTTP, one.url
        assert not address.username
        assert " " not in one.url


@EACH_SOURCE
@pytest.mark.parametrize("words", [("../../x",), ("?a=b&c",), ("x" * 500,), ("1", "2", "3", "4"), ("IND", "99999"), ("\0",)])
def test_odd_words_are_refused_or_give_plain_names(name, words):
    declared = sources()[name]
    if declared.downloads is None:
        return
    try:
        wanted = declared.downloads(words)
    except UsageError:
        return
    for one in wanted:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", one.name), one.name
        assert "?a=b" not in one.url


@EXCERPT
def test_an_excerpt_gives_rows_that_fit_the_tables_and_name_their_source(excerpt):
    declared = excerpt.declared
    rows = declared.read(excerpt.path)
    origin = parse_origin(rows.origin)
    assert 1 <= len(rows.frames) <= len(set(rows.frames) & set(declared.tables))
    assert rows.rows_in == rows.rows_used + sum(one.count for one in rows.set_aside)
    assert all(one.count > 0 and one.reason and one.first_line >= 0 for one in rows.set_aside)
    assert set(rows.coverage) == set(rows.frames)
    for table, found in rows.frames.items():
        frame = frame_of(found)
        assert check_rows(TABLES[table], frame).height == frame.height > 0
        assert {key for value in frame["source"].unique() for key in value.split("|")} <= set(origin.sources)
        covered = rows.coverage[table]
        assert 1800 <= covered.first_year <= covered.last_year <= date.today().year
        assert all(covered.first_year <= year <= covered.last_year for year in years_in(table, frame)), covered
    clear(rows)
    assert rows.warnings
    assert origin.as_of <= date.today()
    assert max(one.last_year for one in rows.coverage.values()) <= origin.as_of.year
    for one in origin.sources.values():
        assert one.producer and one.title and one.citation  # noqa: PT018
        assert re.match(r"https?://", one.url)


@EXCERPT
def test_the_order_of_the_lines_and_compression_do_not_matter(excerpt, tmp_path):
    whole = answer(excerpt.declared, excerpt.path)
    mixed = excerpt.data
    text = parts(excerpt)
    if text is not None and text.is_simple:
        body = text.body.copy()
        random.Random(1).shuffle(body)
        mixed = text.file(body)
        assert answer(excerpt.declared, written(tmp_path / excerpt.file, mixed)) == whole
    if excerpt.path.suffix == ".xlsx":
        return  # packed itself
    assert answer(excerpt.declared, written(tmp_path / f"{excerpt.file}.gz", gzip.compress(mixed))) == whole
    packed = tmp_path / f"{excerpt.file}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(excerpt.file, mixed)
    if excerpt.source in ZIP_OF_OTHER_NAMES:
        with pytest.raises(SourceError, match=re.escape(packed.name)):
            answer(excerpt.declared, packed)
    else:
        assert answer(excerpt.declared, packed) == whole


@EXCERPT
def test_a_column_that_is_needed_is_missed_by_name(excerpt, tmp_path):
    text = parts(excerpt)
    if text is None or not text.is_simple:
        pytest.skip("no table of plain lines")
    whole, refusals = answer(excerpt.declared, excerpt.path), 0
    rows = [text.cells(line) for line in text.body]
    for place, column in enumerate(text.names or [str(n) for n in range(len(rows[0]))]):
        if not column or not text.names and place % 7:
            continue  # without names, a few fields stand for all
        body = [text.line([*row[:place], *row[place + 1 :]]) for row in rows]
        head = [*text.head[:-1], text.line([*text.names[:place], *text.names[place + 1 :]])] if text.names else []
        try:
            found = answer(excerpt.declared, written(tmp_path / excerpt.file, text.file(body, head)))
        except SourceError as error:
            refusals += column in error.message + error.why or not text.names
        else:
            for table, frame in found.frames.items():  # a column that may be missing leaves no row with another key
                key = list(TABLES[table].key)
                assert frame.join(whole.frames[table], on=key, how="anti").is_empty(), f"without {column}"
    assert refusals >= (0 if excerpt.file == "sipri_tiv_exports.csv" else 3)  # of which every column is a year


HOSTILE = {
    "empty": b"",
    "a blank line": b"\n",
    "a header alone": b"rcid,ccode,vote,session,date,unres\n",
    "a page": b"<!doctype html><html><body>Sign in</body></html>",
    "binary": bytes(range(256)) * 40,
    "zeroes": bytes(4096),
    "another table": b"a,b\n1,2\n",
    "another table with tabs": b"a\tb\n1\t2\n",
    "a broken archive": gzip.compress(b"rcid,ccode")[:-6],
    "half an archive": b"PK\x03\x04" + bytes(40),
    "Parquet in name": b"PAR1" + bytes(40),
    "JSON": b'{"data": [{"a": 1}], "error": null}',
    "a list in JSON": b'[{"page": 1}, [{"a": 1}]]',
    "deep JSON": b"[" * 200_000,
    "an open quote": b'"' + b"a,b\n" * 1000,
    "latin-1": "rcid,ccode,vote,session,date,unres\n3,2,1,1,1946-01-01,Côte\n".encode("latin-1"),
    "UTF-16": "a,b\n1,2\n".encode("utf-16"),
}


@EACH_SOURCE
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".json", ".csv.gz", ".zip", ""])
def test_a_file_that_is_not_the_official_one_is_refused_in_words(name, ending, tmp_path):
    for what, data in HOSTILE.items():
        path = written(tmp_path / f"given{ending}", data)
        if (name, what) == ("un_votes", "latin-1"):
            continue  # of its layout, and its one row can be read
        with pytest.raises(SourceError) as refused:
            sources()[name].read(path)
        said = refused.value.message
        assert path.name in said, what
        assert "\n" not in said
        assert len(said) < 1_000


@EXCERPT
def test_a_file_of_another_source_is_refused(excerpt, tmp_path):
    path = written(tmp_path / excerpt.file, excerpt.data)
    for name, declared in sources().items():
        if name == excerpt.source:
            continue
        with pytest.raises(SourceError, match=re.escape(path.name)):
            clear(declared.read(path))


@EACH_SOURCE
def test_no_file_is_told_in_words(name, tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(SourceError, match=re.escape(path.name)):
            sources()[name].read(path)


BOMB = b"0," * 50_000 + b"0\n"


@EACH_SOURCE
@pytest.mark.parametrize("packing", ["gzip", "zip"])
def test_an_archive_that_swells_is_refused_before_it_fills_the_memory(name, packing, tmp_path, monkeypatch):
    monkeypatch.setattr(nonaligned.sources.reading, "FREE_BYTES", 1_000_000)
    head = (EXCERPT_OF[name].data if EXCERPT_OF[name].is_text else b"")[:20_000]
    path = tmp_path / f"{EXCERPT_OF[name].path.stem}.csv.{'gz' if packing == 'gzip' else 'zip'}"
    data = head + BOMB * 400  # 40 MB of which a thousandth is left when packed
    if packing == "gzip":
        path.write_bytes(gzip.compress(data, 9))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(path.stem, data)
    assert path.stat().st_size * 400 < len(data)
    with pytest.raises(SourceError, match=re.escape(path.name)):
        sources()[name].read(path)


def test_an_unknown_source_is_answered_with_the_nearest():
    with pytest.raises(UsageError) as refused:
        source("un_vote")
    assert "un_votes" in refused.value.why


# ---------------------------------------------------------------- claims and checks


def test_every_kind_of_claim_has_a_check_and_every_check_a_kind():
    assert set(readers()) == set(checks()) == set(SENTENCES)


@EACH_KIND
def test_a_kind_is_named_as_its_files(kind):
    for package in (nonaligned.reports.claims, nonaligned.checking):
        module = importlib.import_module(f"{package.__name__}.{kind}")
        assert kind == module.KIND
        assert module.__doc__


@EACH_KIND
def test_each_sentence_makes_a_claim_whose_span_is_its_text(kind):
    for sentence in SENTENCES[kind]:
        found = [claim for claim in reading(sentence).claims if claim.kind == kind]
        assert found, sentence
        for claim in found:
            assert sentence[claim.start : claim.end] == claim.text
            assert claim.sentence == sentence
            assert claim.status in get_args(Status)
            assert claim.subject and claim.rule and claim.claim_id  # noqa: PT018


@EACH_KIND
@pytest.mark.parametrize("status", get_args(Status))
def test_every_verdict_is_one_of_five_with_a_sentence_and_sources(kind, status, record):
    for claim in claims(kind):
        for day in (DAY, date(1995, 6, 1), date(1950, 1, 1), date.today()):
            found = held(replace(claim, status=status), record, day)
            assert found.verdict in get_args(Verdict)
            assert re.fullmatch(r"[A-ZÅÀ-Þ“(].*[.)]", found.reason, re.DOTALL), found.reason
            assert "None" not in found.reason and "nan" not in found.reason.split()  # noqa: PT018
            for row in found.evidence:
                assert row.table and row.source and row.year and row.keys  # noqa: PT018
                assert re.match(r"https?://|$", row.url)
            if found.verdict in {"supported", "contradicted", "outdated"}:
                assert found.evidence, f"{found.verdict} on nothing: {found.reason}"


@EACH_KIND
@pytest.mark.parametrize("status", ["expected", "conditional", "denied"])
def test_what_is_not_put_as_a_fact_is_neither_supported_nor_contradicted(kind, status, record):
    assert {held(replace(claim, status=status), record).verdict for claim in claims(kind)} <= {"not_in_record", "unsupported"}


@EACH_KIND
def test_saying_that_it_is_not_so_turns_the_verdict(kind, record):
    for claim in claims(kind):
        plain, negated = held(claim, record).verdict, held(replace(claim, status="negated"), record).verdict
        if kind in MODEST and negated == "not_in_record":
            continue
        if plain == "contradicted" and claim.value is not None:
            assert negated != "contradicted", claim.text  # "did not reach" is true below the amount alone
        elif plain in TURNED:
            assert negated == TURNED[plain], claim.text
        elif plain == "not_in_record":
            assert negated == "not_in_record", claim.text
        else:
            assert negated != "contradicted", claim.text


@EACH_KIND
def test_the_same_claim_has_the_same_verdict_and_evidence(kind, record):
    for claim in claims(kind):
        assert held(claim, record) == held(claim, Record(record.directory))


@EACH_KIND
def test_odd_states_and_days_give_a_verdict_and_no_crash(kind, record):
    odd = ("SUN", "YUG", "XKX", "TWN", "NATO", "EU", "UN", "IND")
    for claim in claims(kind):
        for one, other in itertools.product(odd, odd if claim.object else ("",)):
            found = held(replace(claim, subject=one, object=other), record)
            assert found.verdict in get_args(Verdict)


@EACH_KIND
def test_a_state_with_no_rows_is_not_in_the_record_and_no_zero(kind, record):
    """No figure of the record says anything of Nauru and Tuvalu."""
    figures = {"arms_supply", "dependence", "trade_value", "tie_change"}
    for claim in claims(kind) if kind in figures else ():
        found = held(replace(claim, subject="NRU", object="TUV" if claim.object else ""), record)
        assert found.verdict == "not_in_record", found.reason


@pytest.mark.parametrize("name", [field.name for field in fields(Thresholds)])
def test_every_threshold_is_read_by_a_check(name):
    code = [path.read_text(encoding="utf-8") for path in Path(nonaligned.checking.__file__).parent.glob("*.py")]
    assert any(f".{name}" in text for text in code), f"{name} can be set and changes nothing"


@pytest.mark.parametrize(
    ("sentence", "setting", "verdict"),
    [
        ("Russia is a key supplier of arms to India.", "key_supplier_percent=20", "supported"),
        ("China is a key supplier of arms to Pakistan.", "key_supplier_percent=99", "supported"),  # it is the largest
        ("France is a key supplier of arms to India.", "key_supplier_percent=20", "supported"),
        ("France is a key supplier of arms to India.", "key_supplier_percent=60", "unsupported"),
        ("Bilateral trade between India and Russia was around $60 billion in 2023-24.", "about_percent=20", "supported"),
        ("Bilateral trade between India and Russia was around $60 billion in 2023-24.", "about_percent=1", "unsupported"),
        ("China's military spending has grown.", "trend_percent=10", "supported"),
        ("China's military spending has grown.", "trend_percent=500", "unsupported"),
    ],
)
def test_a_setting_changes_the_verdict(sentence, setting, verdict, record):
    (claim,) = reading(sentence).claims
    found = held(claim, record, thresholds=Thresholds().set(setting))
    assert found.verdict == verdict, found.reason


def test_to_be_an_ally_is_mutual(record):
    (claim,) = (c for c in reading("Turkey is an ally of the United States.").claims if c.kind == "alliance")
    states = ("USA", "RUS", "CHN", "IND", "TUR", "JPN", "KOR", "PRK", "PAK", "BLR", "ARM", "FIN", "UKR", "AUS", "NZL", "PHL")
    verdicts = set()
    for one, other in itertools.combinations(states, 2):
        for day, status in itertools.product((DAY, date(2005, 1, 1), date(1985, 1, 1)), ("asserted", "negated")):
            there = held(replace(claim, subject=one, object=other, status=status), record, day)
            back = held(replace(claim, subject=other, object=one, status=status), record, day)
            assert there.verdict == back.verdict, (one, other, day, there.reason, back.reason)
            assert {e.keys["treaty_id"] for e in there.evidence if "treaty_id" in e.keys} == {
                e.keys["treaty_id"] for e in back.evidence if "treaty_id" in e.keys
            }
            verdicts.add(there.verdict)
    assert {"supported", "unsupported", "contradicted", "outdated"} <= verdicts


# ---------------------------------------------------------------- figures


def test_each_figure_has_its_place():
    orders = [importlib.import_module(f"nonaligned.figures.{name}").ORDER for name in makers()]
    assert len(orders) == len(set(orders)) >= 4
    assert orders == sorted(orders)
