from __future__ import annotations

import csv
import gzip
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nonaligned.ground.errors import SourceError
from nonaligned.ground.origins import parse_origin
from nonaligned.record.checks import check_rows
from nonaligned.record.loading import load_rows
from nonaligned.record.starter import starter_directory
from nonaligned.record.store import Record
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows, sources
from nonaligned.sources.library_votes import session_of
from nonaligned.sources.un_council_votes import read_council_votes
from nonaligned.sources.un_votes import read_un_votes, read_votes_together

FIXTURES = Path(__file__).parent / "fixtures"
UNGA = Path(__file__).parents[2].parent / "shared" / "data" / "unga"
VOETEN = UNGA / "UNVotes_1946-2024.csv.gz"
VOTES, CALLS = UNGA / "votes_1946-2019_with_absences.parquet", UNGA / "rollcalls_1946-2019.parquet"
PARTS = ("votes", ["rcid", "state"]), ("roll_calls", ["rcid"])
needs_shared = pytest.mark.skipif(not VOETEN.exists(), reason="the shared roll-call file is not beside the repository")


def vote(rows: LoadedRows, rcid: str, state: str) -> str | None:
    found = rows.frames["votes"].filter((pl.col("rcid") == rcid) & (pl.col("state") == state))["vote"].to_list()
    assert len(found) <= 1
    return found[0] if found else None


def roll_call(rows: LoadedRows, rcid: str) -> dict[str, object]:
    return rows.frames["roll_calls"].filter(pl.col("rcid") == rcid).row(0, named=True)


def rewritten(tmp_path: Path, name: str, line: int, column: str, value: str) -> Path:
    with (FIXTURES / name).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    rows[line - 1][rows[0].index(column)] = value
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)
    return path


@pytest.mark.parametrize(
    ("reader", "name"),
    [
        (read_un_votes, "undl_assembly_2026.csv"),
        (read_un_votes, "undl_assembly_2024.csv"),
        (read_un_votes, "voeten_reduced.csv"),
        (read_council_votes, "undl_council_2025.csv"),
    ],
)
def test_rows_fit_the_tables_and_name_their_source(reader, name):
    rows = reader(FIXTURES / name)
    for table in ("roll_calls", "votes"):
        assert check_rows(TABLES[table], rows.frames[table]).height == rows.frames[table].height > 0
    origin = parse_origin(rows.origin)
    assert set(rows.frames["votes"]["source"]) == set(origin.sources)
    assert all(source.citation and source.licence for source in origin.sources.values())
    assert set(rows.frames["votes"]["rcid"]) == set(rows.frames["roll_calls"]["rcid"])
    lines = (FIXTURES / name).read_text(encoding="utf-8").splitlines()
    assert rows.rows_in == len(lines) - 1 == rows.rows_used + sum(one.count for one in rows.set_aside)
    years = rows.frames["roll_calls"]["date"].dt.year()
    for covered in (rows.coverage["votes"], rows.coverage["roll_calls"]):
        assert (covered.first_year, covered.last_year, covered.is_complete) == (years.min(), years.max(), False)


def test_library_layout_of_2026():
    rows = read_un_votes(FIXTURES / "undl_assembly_2026.csv")
    assert vote(rows, "A/RES/ES-10/21", "IND") == "abstain"
    assert vote(rows, "A/RES/ES-10/21", "AUT") == "no"
    assert vote(rows, "A/RES/ES-10/21", "BEN") == "absent"
    assert vote(rows, "A/RES/ES-10/21", "NAM") == "yes"
    call = roll_call(rows, "A/RES/ES-10/21")
    assert (call["yes"], call["no"], call["abstain"], call["absent"]) == (120, 14, 45, 14)  # printed as 120.0
    assert (call["date"], call["session"], call["body"]) == (date(2023, 10, 27), "ES-10", "UNGA")
    assert roll_call(rows, "A/RES/1514(XV)")["no"] == 0  # an empty total is nought where others are given


def test_seats_of_1960_are_under_the_codes_of_1960():
    rows = read_un_votes(FIXTURES / "undl_assembly_2026.csv")
    states = set(rows.frames["votes"].filter(pl.col("rcid") == "A/RES/1514(XV)")["state"])
    assert states == {"BLR", "TWN", "CSK", "IND", "SUN", "USA", "YUG"}  # the file says CHN for the Republic of China


def test_library_layout_of_2024():
    rows = read_un_votes(FIXTURES / "undl_assembly_2024.csv")
    assert vote(rows, "A/RES/ES-10/23", "AFG") == "absent"  # NV
    assert vote(rows, "A/RES/ES-10/23", "ARG") == "no"
    call = roll_call(rows, "A/RES/ES-10/23")
    assert (call["yes"], call["absent"], call["session"]) == (143, 16, "ES-10")


def test_council():
    rows = read_council_votes(FIXTURES / "undl_council_2025.csv")
    assert vote(rows, "S/RES/2728(2024)", "USA") == "abstain"
    assert roll_call(rows, "S/RES/2728(2024)")["session"] == "2024"
    assert rows.frames["votes"].height == 15


def test_voeten_numbers_days_and_holes():
    rows = read_un_votes(FIXTURES / "voeten_reduced.csv")
    assert vote(rows, "voeten:5309", "SRB") == "absent"  # 345, which the file calls Yugoslavia
    assert vote(rows, "voeten:5309", "NAM") == "abstain"
    assert vote(rows, "voeten:1190", "SUN") == "yes"
    assert vote(rows, "voeten:1190", "TWN") == "absent"
    assert vote(rows, "voeten:1190", "CHN") is None  # set down as absent before it had the seat
    assert vote(rows, "voeten:1976", "DEU") == "no"
    assert vote(rows, "voeten:1976", "DDR") == "yes"
    assert vote(rows, "voeten:1976", "YAR") == "yes"
    # session 75 lists no absences: members of the day without a row; session 78 has rows missing, so nothing is filled in
    assert rows.frames["votes"].filter(pl.col("rcid") == "voeten:75049").height == 193
    assert vote(rows, "voeten:75049", "FRA") == "absent"
    assert vote(rows, "voeten:78015", "FRA") is None
    assert vote(rows, "voeten:78015", "ZWE") is None  # carries the day of another roll call
    assert any("session 78" in warning for warning in rows.warnings)
    assert [(one.count, one.first_line) for one in rows.set_aside] == [(2, 31), (1, 5)]  # another day; no member
    assert roll_call(rows, "voeten:5309")["resolution"] == "A/RES/68/262"
    assert roll_call(rows, "voeten:1190")["resolution"] == ""  # R/26/2758G is not a symbol


def test_voeten_full_layout(tmp_path):
    path = tmp_path / "UNVotes.csv"
    path.write_text(
        "rcid,ccode,member,vote,Country,Countryname,year,session,abstain,yes,no,importantvote,date,unres,amend,para,short,descr,me,nu,"
        "di,hr,co,ec\n"
        '6083,2,1,3,USA,United States,2018,73,16,126,41,1,2018-12-05,R/73/48,0,0,TREATY,"Treaty on the Prohibition, adopted",0,1,1,0,0,0\n'
        "6083,750,1,3.0,IND,India,2018,73,16,126,41,1,2018-12-05,R/73/48,0,0,TREATY,x,0,1,1,0,0,0\n"
        "6083,999,1,9,,,2018,73,16,126,41,1,2018-12-05,R/73/48,0,0,TREATY,x,0,1,1,0,0,0\n".replace("999", "347"),
        encoding="utf-8",
    )
    rows = read_un_votes(path)
    call = roll_call(rows, "voeten:6083")
    assert (call["title"], call["important"], call["issue"]) == ("Treaty on the Prohibition, adopted", "1", "nu|di")
    assert vote(rows, "voeten:6083", "IND") == "no"
    assert vote(rows, "voeten:6083", "XKX") != "yes"  # 9: not a member
    assert [(one.count, one.first_line) for one in rows.set_aside] == [(1, 4)]
    assert "the votes do not add up to the published totals" in " ".join(rows.warnings)  # printed: 41 for, 126 against
    assert (call["part"], call["linked_rcid"]) == ("", "")
    for cells, part in ((",0,1,TREATY", "paragraph"), (",1,1,TREATY", "amendment"), (",NA,NA,TREATY", "")):
        other = tmp_path / "other.csv"
        other.write_text(path.read_text(encoding="utf-8").replace(",0,0,TREATY", cells), encoding="utf-8")
        assert roll_call(read_un_votes(other), "voeten:6083")["part"] == part


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("undl_assembly_2026.csv", "ms_vote", "YN"),
        ("undl_assembly_2026.csv", "date", "27 Oct 2023"),
        ("undl_assembly_2026.csv", "total_yes", "many"),
        ("undl_assembly_2026.csv", "undl_id", ""),
        ("voeten_reduced.csv", "vote", "4"),
        ("voeten_reduced.csv", "vote", ""),
        ("voeten_reduced.csv", "ccode", "12345"),
        ("voeten_reduced.csv", "rcid", "x"),
        ("voeten_reduced.csv", "date", "2014-13-27"),
    ],
)
def test_a_bad_cell_is_refused_with_line_and_column(tmp_path, name, column, value):
    with pytest.raises(SourceError, match=f"line 7, column {column}: '{value}'"):
        read_un_votes(rewritten(tmp_path, name, 7, column, value))


def test_other_files_are_refused(tmp_path):
    with pytest.raises(SourceError, match="no roll-call file"):
        read_un_votes(starter_directory() / "votes.csv")
    with pytest.raises(SourceError, match="other body"):
        read_un_votes(FIXTURES / "undl_council_2025.csv")
    with pytest.raises(SourceError, match="other body"):
        read_council_votes(FIXTURES / "undl_assembly_2026.csv")
    with pytest.raises(SourceError, match="General Assembly"):
        read_council_votes(FIXTURES / "voeten_reduced.csv")
    page = b"<!DOCTYPE html>\n<html><body>Please log in</body></html>\n"
    text = (FIXTURES / "voeten_reduced.csv").read_bytes()
    for content in (b"", b"\x00\xff\xfe", b"rcid,ccode,vote,session,date,unres\n", page, text[:60] + b"\x00\x00" + text[60:]):
        (tmp_path / "bad.csv").write_bytes(content)
        with pytest.raises(SourceError):
            read_un_votes(tmp_path / "bad.csv")
    (tmp_path / "bad.csv").write_text("undl_id,ms_code\n1,USA\n")
    with pytest.raises(SourceError, match="ms_vote is missing"):
        read_un_votes(tmp_path / "bad.csv")


def test_a_member_votes_once(tmp_path):
    with pytest.raises(SourceError, match="'USA' is not a member's only vote"):
        read_un_votes(rewritten(tmp_path, "undl_assembly_2024.csv", 3, "ms_codes", "USA"))


def test_a_truncated_line_is_refused(tmp_path):
    text = (FIXTURES / "undl_assembly_2024.csv").read_text(encoding="utf-8")
    (tmp_path / "cut.csv").write_text(text[: text.rindex(",A/RES/")], encoding="utf-8")
    with pytest.raises(SourceError, match=r"cut\.csv, line 19"):
        read_un_votes(tmp_path / "cut.csv")


def test_a_few_unknown_codes_are_set_aside_and_told(tmp_path):
    lines = (FIXTURES / "undl_assembly_2024.csv").read_text(encoding="utf-8").splitlines()
    many = [line.replace("4046991", str(n)) for n in range(10) for line in lines[1:]]
    strange = lines[1].replace("4046991", "1").replace("AFG", "QQQ")
    (tmp_path / "odd.csv").write_text("\n".join([lines[0], *many, strange]) + "\n", encoding="utf-8")
    rows = read_un_votes(tmp_path / "odd.csv")
    assert rows.frames["votes"].height == len(many)
    assert [(one.count, one.first_line) for one in rows.set_aside] == [(1, 182)]
    assert "QQQ" in rows.set_aside[0].reason
    assert rows.rows_used == rows.rows_in - 1 == len(many)
    with pytest.raises(SourceError, match="the code of a state"):
        read_un_votes(rewritten(tmp_path, "undl_assembly_2024.csv", 3, "ms_codes", "QQQ"))


def test_gzip_and_row_order_change_nothing(tmp_path):
    with gzip.open(tmp_path / "v.csv.gz", "wb") as packed, (FIXTURES / "voeten_reduced.csv").open("rb") as plain:
        shutil.copyfileobj(plain, packed)
    header, *lines = (FIXTURES / "voeten_reduced.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "r.csv").write_text("\n".join([header, *reversed(lines)]) + "\n", encoding="utf-8")
    expected = read_un_votes(FIXTURES / "voeten_reduced.csv").frames
    for path in (tmp_path / "v.csv.gz", tmp_path / "r.csv"):
        frames = read_un_votes(path).frames
        for name, key in PARTS:
            assert frames[name].sort(key).equals(expected[name].sort(key))


def test_typed_and_text_reading_agree(tmp_path):
    """A quoted cell, a number as 3.0 or a time of day makes the reader look at every cell; the rows are the same."""
    text = (FIXTURES / "voeten_reduced.csv").read_text(encoding="utf-8")
    expected = read_un_votes(FIXTURES / "voeten_reduced.csv")
    changes = (("Oman", '"Oman"'), ("1190,365,1,", "1190,365,1.0,"), ("2013,68,2014-03-27", "2013,68,2014-03-27T00:00"), ("\n", "\r\n"))
    for number, (old, new) in enumerate(changes):
        path = tmp_path / f"{number}.csv"
        path.write_text(text.replace(old, new), encoding="utf-8", newline="")
        rows = read_un_votes(path)
        assert (rows.rows_in, rows.set_aside, rows.warnings) == (expected.rows_in, expected.set_aside, expected.warnings)
        for name, key in PARTS:
            assert rows.frames[name].sort(key).equals(expected.frames[name].sort(key))


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("1976,2,3,USA,United States,1979,34,1979-12-03,R/34/65C", "1976,2,3,USA,United States,1979,34,1979-12-03", "line 8"),
        ("1976,2,3,USA", "1976,2,3,USA,x", "line 8"),
        ("rcid,ccode,vote", "ccode,rcid,vote", "line 2, column ccode: '1190'"),
        ("1976,2,3,USA", "1976,2,,USA", "line 8, column vote: ''"),
        ("1976,260,3", "1976,2,3", "line 8, column ccode: 'USA' is not a member's only vote"),
    ],
)
def test_broken_lines_of_the_text_file(tmp_path, old, new, match):
    text = (FIXTURES / "voeten_reduced.csv").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / "bad.csv").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=match):
        read_un_votes(tmp_path / "bad.csv")


def parquet(path: Path, **columns: list[object]) -> Path:
    pl.DataFrame(columns).write_parquet(path)
    return path


def the_pair(tmp_path: Path, **changed: list[object]) -> tuple[Path, Path]:
    """Three rows of voeten:6083 (A/RES/73/48) and one of voeten:6084, as in the Parquet files."""
    day = date(2018, 12, 5)
    votes = {
        "rcid": [6083, 6083, 6083, 6084], "session": [73] * 4, "date": [day] * 4, "unres": ["R/73/48"] * 4,
        "cow_code": [2, 750, 666, 2], "iso2": ["US", "IN", "IL", "US"], "iso3": ["USA", "IND", "ISR", "USA"], "country": ["", "", "", ""],
        "vote": ["no", "no", "absent", "yes"], "absence_inferred": [False, False, True, False],
    }  # fmt: skip
    calls = {
        "rcid": [6083, 6084, 7000], "session": [73] * 3, "date": [day] * 3, "unres": ["R/73/48"] * 3, "importantvote": [1, 0, None],
        "amend": [0, 1, None], "para": [None, 1, None], "short": ["TREATY", None, None], "descr": ["The Treaty", None, None],
        "me": [False] * 3, "nu": [True] * 3, "di": [True] * 3, "hr": [False] * 3, "co": [False] * 3, "ec": [False] * 3,
        "n_yes": [0, 2, 0], "n_abstain": [0] * 3, "n_no": [2, 0, 0], "linked_rcid": [6000, 6084, 7000],
    }  # fmt: skip
    votes |= {name: cells for name, cells in changed.items() if len(cells) == 4}
    calls |= {name: cells for name, cells in changed.items() if len(cells) == 3}
    return parquet(tmp_path / "votes.parquet", **votes), parquet(tmp_path / "calls.parquet", **calls)


def test_the_parquet_pair_in_either_order(tmp_path):
    votes, calls = the_pair(tmp_path)
    for paths in ((votes, calls), (calls, votes)):
        rows = read_votes_together(paths)
        first, second = roll_call(rows, "voeten:6083"), roll_call(rows, "voeten:6084")
        assert (first["title"], first["important"], first["issue"], first["part"]) == ("The Treaty", "1", "nu|di", "")
        assert (second["title"], second["part"], second["linked_rcid"]) == ("", "amendment", "voeten:6084")
        assert first["linked_rcid"] == "voeten:6000"
        assert (first["no"], first["absent"], first["resolution"]) == (2, 1, "A/RES/73/48")
        assert vote(rows, "voeten:6083", "ISR") == "absent"
        assert (rows.rows_in, rows.rows_used, [one.count for one in rows.set_aside]) == (7, 6, [1])  # a roll call without votes
        said = " ".join(rows.warnings)
        assert "1 absences (sessions 73) are inferred" in said
        assert "In 1 roll calls the votes do not add up to the published totals: voeten:6084" in said
        assert check_rows(TABLES["roll_calls"], rows.frames["roll_calls"]).height == 2
    alone = read_un_votes(votes)
    assert roll_call(alone, "voeten:6083")["title"] == ""
    assert alone.frames["votes"].sort(PARTS[0][1]).equals(rows.frames["votes"].sort(PARTS[0][1]))


def test_text_votes_take_the_titles_of_the_parquet_file(tmp_path):
    _, calls = the_pair(tmp_path)
    text = tmp_path / "votes.csv"
    text.write_text("rcid,ccode,vote,session,date,unres\n6083,2,3,73,2018-12-05,R/73/48\n6085,2,8,73,2018-12-05,R/73/49\n")
    rows = read_votes_together((calls, text))
    assert [roll_call(rows, key)["title"] for key in ("voeten:6083", "voeten:6085")] == ["The Treaty", ""]
    assert "1 roll calls are not in calls.parquet" in " ".join(rows.warnings)
    text.write_text("rcid,ccode,vote,session,date,unres\n6083,2,3,74,2019-12-05,R/74/48\n")
    with pytest.raises(SourceError, match="not of one edition"):
        read_votes_together((calls, text))


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"vote": ["no", "no", "aye", "no"]}, "votes.parquet, row 3, column vote: 'aye' is not"),
        ({"vote": ["no", None, "no", "no"]}, "row 2, column vote"),
        ({"cow_code": [2, 750, 12345, 2]}, "row 3, column cow_code: 12345 is not a COW number"),
        ({"cow_code": [2, 750, 750, 2]}, "row 3, column cow_code: 'IND' is not a member's only vote|row 2, column cow_code"),
        ({"session": [73, None, 73, 73]}, "row 2, column session"),
        ({"date": ["x", "x", "x", "x"]}, "row 1, column date: 'x' is not a day"),
        ({"rcid": ["6083", "y", "6083", "6084"]}, "row 2, column rcid: 'y'"),
        ({"date": [[1], [2], [3], [4]]}, "the column date holds no single values"),
        ({"date": [20181205] * 4}, "the column date holds no days"),
        ({"rcid": [6083, 6083, 7000]}, "calls.parquet, row 1, column rcid: 6083 is not the roll call's only row"),
        ({"linked_rcid": ["a", "b", "c"]}, "calls.parquet, row 1, column linked_rcid"),
    ],
)
def test_a_bad_cell_of_a_parquet_file_is_refused(tmp_path, changed, match):
    with pytest.raises(SourceError, match=match):
        read_votes_together(the_pair(tmp_path, **changed))


def test_other_and_damaged_parquet_files_are_refused(tmp_path):
    votes, calls = the_pair(tmp_path)
    with pytest.raises(SourceError, match="roll calls without votes") as refused:
        read_un_votes(calls)
    assert "VOTES.parquet ROLLCALLS.parquet" in refused.value.mend
    for paths in ((calls, calls), (votes, votes), (votes, calls, calls), ()):
        with pytest.raises(SourceError, match="One file of votes and one of roll calls"):
            read_votes_together(paths)
    with pytest.raises(SourceError, match="General Assembly"):
        read_council_votes(votes)
    with pytest.raises(SourceError, match="no roll-call file"):
        read_un_votes(parquet(tmp_path / "other.parquet", a=[1]))
    with pytest.raises(SourceError, match="the column session is missing"):
        read_un_votes(parquet(tmp_path / "other.parquet", rcid=[1], vote=["no"], cow_code=[2]))
    with pytest.raises(SourceError, match="no rows"):
        read_un_votes(parquet(tmp_path / "other.parquet", **{name: [] for name in pl.read_parquet_schema(votes)}))
    whole = votes.read_bytes()
    for broken in (whole[:-40], whole[:200], b"PAR1", whole[:4] + bytes(len(whole) - 8) + whole[-4:]):
        (tmp_path / "broken.parquet").write_bytes(broken)
        with pytest.raises(SourceError, match=r"broken\.parquet"):
            read_un_votes(tmp_path / "broken.parquet")


def test_session_of_a_symbol():
    symbols = ["A/RES/79/7", "A/RES/ES-10/21", "A/RES/S-30/1", "A/RES/2758(XXVI)", "A/RES/1004(ES-II)", "A/RES/217(III)[A]", "x"]
    assert [session_of(symbol) for symbol in symbols] == ["79", "ES-10", "S-30", "26", "ES-2", "3", ""]


def test_both_sources_are_declared_and_only_voetens_file_is_pulled():
    assert {"un_votes", "un_council_votes"} <= set(sources())
    assert sources()["un_votes"].dataset is not None  # Voeten's file; the library asks that a person downloads
    assert not sources()["un_council_votes"].may_pull


@pytest.fixture(scope="module")
def whole() -> LoadedRows:
    return read_un_votes(VOETEN)


# rcid of the landmarks in Voeten's file, found by hand
REFERENCE = {
    "A/RES/2758(XXVI)": 1190,
    "A/RES/3379(XXX)": 1622,
    "A/RES/46/86": 3647,
    "A/RES/68/262": 5309,
    "A/RES/67/19": 5182,
    "A/RES/ES-10/19": 5588,
    "A/RES/77/247": 77039,
    "A/RES/ES-10/22": 78034,
    "A/RES/75/192": 75049,
    "A/RES/71/205": 5489,
    "A/RES/217(III)[A]": 127,
    "A/RES/73/48": 6083,
}


@needs_shared
def test_the_whole_file(whole):
    rows = whole
    votes, calls = rows.frames["votes"], rows.frames["roll_calls"]
    assert calls["session"].cast(pl.Int64).is_between(1, 78).all()
    assert calls.filter(pl.col("session") == "19").height == 1
    cast = votes.filter(pl.col("vote") != "absent")
    assert cast.height == 931_269 - 42  # less the rows of session 78 that carry another day
    assert "NAM" in set(votes["state"])
    assert not set(votes["state"]) & {"", "NA"}
    assert check_rows(TABLES["votes"], votes).height == votes.height
    assert (rows.rows_in, rows.rows_used) == (1_011_670, 1_011_670 - 42 - 1_231)
    assert (rows.coverage["votes"].first_year, rows.coverage["votes"].last_year) == (1946, 2024)
    assert rows.origin["table"]["as_of"] == "2024-06-04"


@needs_shared
def test_landmarks_take_their_keys(whole):
    rows = whole
    keys = set(rows.frames["roll_calls"]["rcid"])
    for symbol, number in REFERENCE.items():
        assert symbol in keys
        assert f"voeten:{number}" not in keys
    raw = pl.read_csv(VOETEN, columns=["rcid", "ccode", "vote"])
    for symbol, number in REFERENCE.items():
        theirs = raw.filter((pl.col("rcid") == number) & (pl.col("ccode") == 750))["vote"].item()
        assert vote(rows, symbol, "IND") == {1: "yes", 2: "abstain", 3: "no", 8: "absent"}[theirs]


@needs_shared
def test_loaded_landmarks_give_way_to_the_starter(whole, tmp_path):
    rows = whole
    load_rows(tmp_path, "un_votes", rows, [VOETEN])
    record = Record(tmp_path)
    assert record.rows("SELECT count(*) AS n FROM votes WHERE rcid = 'A/RES/68/262'") == [{"n": 193}]
    assert record.rows("SELECT short FROM roll_calls WHERE rcid = 'A/RES/68/262'") == [
        {"short": "Territorial integrity of Ukraine (Crimea)"}
    ]
    assert record.rows("SELECT count(*) AS n FROM votes")[0]["n"] > 1_000_000
    assert record.source("votes", "voeten").url == "https://doi.org/10.7910/DVN/LEJUQZ"


KNOWN_2023 = (("CHN", "IND", 0.8176, 85), ("IND", "USA", 0.3547, 86), ("CHN", "USA", 0.2791, 86))


@needs_shared
def test_agreement_in_session_78(whole):
    """Known figures of this file: 1 same, 1/2 one step apart, 0 opposite, where both voted; `2023` is session 78, not the calendar year."""
    value = pl.col("vote").replace_strict({"yes": 1.0, "abstain": 0.5, "no": 0.0}, default=None).alias("value")
    calls = whole.frames["roll_calls"].filter(pl.col("session") == "78").select("rcid")
    wide = whole.frames["votes"].join(calls, on="rcid").with_columns(value).pivot(on="state", index="rcid", values="value")
    for a, b, published, count in KNOWN_2023:
        assert 1 - (wide[a] - wide[b]).abs().mean() == pytest.approx(published, abs=5e-5)
        assert (wide[a] - wide[b]).len() - (wide[a] - wide[b]).null_count() == count


@needs_shared
def test_agreement_from_the_record(whole, tmp_path):
    """The starter's rows keep the library's session, ES-10; with the file's keys for session 78 the figures are the same."""
    load_rows(tmp_path, "un_votes", whole, [VOETEN])
    keys = whole.frames["roll_calls"].filter(pl.col("session") == "78")["rcid"].to_list()
    marks = ", ".join("?" for _ in keys)
    points = "CASE {}.vote WHEN 'yes' THEN 1.0 WHEN 'abstain' THEN 0.5 ELSE 0.0 END"
    for a, b, published, count in KNOWN_2023:
        (found,) = Record(tmp_path).rows(
            f"SELECT avg(1 - abs({points.format('a')} - {points.format('b')})) AS agreement, count(*) AS n FROM votes a JOIN votes b "
            f"USING (rcid) WHERE a.state = ? AND b.state = ? AND a.vote <> 'absent' AND b.vote <> 'absent' AND rcid IN ({marks})",
            [a, b, *keys],
        )
        assert float(found["agreement"]) == pytest.approx(published, abs=5e-5)
        assert found["n"] == count


@needs_shared
def test_a_landmark_in_a_torn_session_and_a_tie_are_told_by_their_votes(whole):
    keys = set(whole.frames["roll_calls"]["rcid"])
    assert {"A/RES/ES-10/21", "A/RES/1004(ES-II)"} <= keys  # rows missing; a paragraph of the same month and totals
    assert not {"voeten:78015", "voeten:9025"} & keys
    assert "voeten:9027" in keys


@needs_shared
def test_the_whole_parquet_pair(whole):
    rows = read_votes_together((CALLS, VOTES))
    votes, calls = rows.frames["votes"], rows.frames["roll_calls"]
    assert (rows.rows_in, rows.rows_used, [one.count for one in rows.set_aside]) == (950_510 + 6_203, 950_510 + 6_203 - 1_231, [1_231])
    assert any("7073 absences (sessions 71, 72, 73, 74) are inferred" in warning for warning in rows.warnings)
    same = whole.frames["roll_calls"].filter(pl.col("session").cast(pl.Int64) <= 74).select("rcid")
    key = PARTS[0][1]
    assert votes.sort(key).equals(whole.frames["votes"].join(same, on="rcid", how="semi").sort(key))
    raw = pl.read_parquet(CALLS)
    assert calls.filter(pl.col("part") == "amendment").height == raw.filter(pl.col("amend") == 1).height == 311
    assert calls.filter(pl.col("part") == "paragraph").height == 991 - 157
    assert calls.filter(pl.col("linked_rcid") != pl.col("rcid")).height == raw.filter(pl.col("linked_rcid") != pl.col("rcid")).height == 949
    assert set(calls["linked_rcid"]) <= set(calls["rcid"])  # landmarks are linked by their own key
    assert calls.filter(pl.col("title") == "").height == 1
    for name in ("roll_calls", "votes"):
        assert check_rows(TABLES[name], rows.frames[name]).height == rows.frames[name].height
