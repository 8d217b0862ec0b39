from __future__ import annotations

from datetime import date

import pytest

from nonaligned.ground.origins import Source, parse_origin, read_origin, read_rows

ORIGIN = """[table]
title = "Votes"
as_of = 2024-12-31
licence = "CC0"

[source.one]
producer = "United Nations"
title = "Roll calls"
url = "https://example.org/1"

[source.two]
producer = "Voeten"
title = ""
"""


def test_an_origin_file_is_read_whole(tmp_path):
    path = tmp_path / "votes.origin.toml"
    path.write_text(ORIGIN, encoding="utf-8")
    origin = read_origin(path)
    assert (origin.title, origin.as_of, origin.licence, origin.note) == ("Votes", date(2024, 12, 31), "CC0", "")
    assert origin.source("one") == Source("one", "United Nations", "Roll calls", "https://example.org/1")
    assert origin.source("two").label == "Voeten"
    both = origin.source("one|two")
    assert both.label == "United Nations, Roll calls; Voeten"
    assert both.url == "https://example.org/1"


def test_a_day_written_as_text_is_the_same_day():
    assert parse_origin({"table": {"title": "t", "as_of": "2024-12-31"}}).as_of == date(2024, 12, 31)


def test_an_unknown_key_is_shown_as_it_stands_and_never_as_another_source():
    origin = parse_origin({"table": {"title": "t", "as_of": "2024-12-31"}, "source": {"one": {"producer": "P"}}})
    assert origin.source("else").label == "else"
    assert origin.source("").label == "unknown"


def test_a_table_without_an_origin_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_origin(tmp_path / "none.origin.toml")
    with pytest.raises(KeyError):
        parse_origin({"table": {"title": "no day"}})


def test_rows_are_text_with_their_line_breaks_and_accents(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes('name,note\nTürkiye,"two\nlines, one cell"\n'.encode())
    assert list(read_rows(path)) == [{"name": "Türkiye", "note": "two\nlines, one cell"}]
