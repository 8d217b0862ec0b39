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
from nonaligned.record.store import Record, starter_directory
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows, sources
from nonaligned.sources.library_votes import session_of
from nonaligned.sources.un_council_votes import read_council_votes
from nonaligned.sources.un_votes import read_un_votes

FIXTURES = Path(__file__).parent / "fixtures"
VOETEN = Path(__file__).parents[2].parent / "shared" / "data" / "unga" / "UNVotes_1946-2024.csv.gz"
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
    for content in (b"", b"\x00\xff\xfe", b"rcid,ccode,vote,session,date,unres\n"):
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
    with pytest.raises(SourceError, match="line 19, column date"):
        read_un_votes(tmp_path / "cut.csv")


def test_a_few_unknown_codes_are_set_aside_and_told(tmp_path):
    lines = (FIXTURES / "undl_assembly_2024.csv").read_text(encoding="utf-8").splitlines()
    many = [line.replace("4046991", str(n)) for n in range(10) for line in lines[1:]]
    strange = lines[1].replace("4046991", "1").replace("AFG", "QQQ")
    (tmp_path / "odd.csv").write_text("\n".join([lines[0], *many, strange]) + "\n", encoding="utf-8")
    rows = read_un_votes(tmp_path / "odd.csv")
    assert rows.frames["votes"].height == len(many)
    assert any("QQQ" in warning and "line 182" in warning for warning in rows.warnings)
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
        for name, key in (("votes", ["rcid", "state"]), ("roll_calls", ["rcid"])):
            assert frames[name].sort(key).equals(expected[name].sort(key))


def test_session_of_a_symbol():
    symbols = ["A/RES/79/7", "A/RES/ES-10/21", "A/RES/S-30/1", "A/RES/2758(XXVI)", "A/RES/1004(ES-II)", "A/RES/217(III)[A]", "x"]
    assert [session_of(symbol) for symbol in symbols] == ["79", "ES-10", "S-30", "26", "ES-2", "3", ""]


def test_both_sources_are_declared():
    assert {"un_votes", "un_council_votes"} <= set(sources())
    assert not sources()["un_votes"].may_pull  # the library asks that a person downloads


@pytest.fixture(scope="module")
def whole() -> LoadedRows:
    return read_un_votes(VOETEN)


# rcid of the landmarks in Voeten's file, found by hand
REFERENCE = {
    "A/RES/2758(XXVI)": 1190, "A/RES/3379(XXX)": 1622, "A/RES/46/86": 3647, "A/RES/68/262": 5309, "A/RES/67/19": 5182,
    "A/RES/ES-10/19": 5588, "A/RES/77/247": 77039, "A/RES/ES-10/22": 78034, "A/RES/75/192": 75049, "A/RES/71/205": 5489,
    "A/RES/217(III)[A]": 127, "A/RES/73/48": 6083,
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
    record = Record(tmp_path)
    record.replace("un_votes", rows.frames, rows.origin, VOETEN)
    assert record.rows("SELECT count(*) AS n FROM votes WHERE rcid = 'A/RES/68/262'") == [{"n": 193}]
    assert record.rows("SELECT short FROM roll_calls WHERE rcid = 'A/RES/68/262'") == [
        {"short": "Territorial integrity of Ukraine (Crimea)"}
    ]
    assert record.rows("SELECT count(*) AS n FROM votes")[0]["n"] > 1_000_000
    assert record.source("votes", "voeten").url == "https://doi.org/10.7910/DVN/LEJUQZ"


@needs_shared
def test_agreement_in_session_78(whole):
    """Known figures of this file: 1 same, 1/2 one step apart, 0 opposite, where both voted."""
    value = pl.col("vote").replace_strict({"yes": 1.0, "abstain": 0.5, "no": 0.0}, default=None).alias("value")
    calls = whole.frames["roll_calls"].filter(pl.col("session") == "78").select("rcid")
    wide = whole.frames["votes"].join(calls, on="rcid").with_columns(value).pivot(on="state", index="rcid", values="value")
    for a, b, published in (("CHN", "IND", 0.8176), ("IND", "USA", 0.3547), ("CHN", "USA", 0.2791)):
        assert 1 - (wide[a] - wide[b]).abs().mean() == pytest.approx(published, abs=5e-5)
