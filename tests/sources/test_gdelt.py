from __future__ import annotations

import csv
import gzip
import random
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonaligned.ground.errors import NonalignedError, SourceError, UsageError
from nonaligned.ground.origins import parse_origin
from nonaligned.record.checks import check_rows
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows
from nonaligned.sources.event_codes import DATA, countries, on_days, plover_type
from nonaligned.sources.event_streaming import DUPLICATE
from nonaligned.sources.gdelt import downloads, fields, read_gdelt
from nonaligned.world.states import states

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(autouse=True)
def _no_folders_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Temporary folders of the reader land in the test's own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield
    shutil.rmtree(folder)


def events(rows: LoadedRows) -> pl.DataFrame:
    frame = pl.read_parquet(rows.frames["events"])
    assert check_rows(TABLES["events"], frame).height == frame.height == rows.rows_used
    assert rows.rows_in == rows.rows_used + sum(one.count for one in rows.set_aside)
    return frame


def one(frame: pl.DataFrame, event_id: str) -> dict[str, object]:
    return frame.filter(pl.col("event_id") == event_id).row(0, named=True)


def many(tmp_path: Path, name: str = "gdelt.tsv", times: int = 20) -> list[bytes]:
    """The fixture's lines over and over with new ids, so that one bad line is bearable."""
    lines = (FIXTURES / name).read_bytes().splitlines(keepends=True)
    return [b"%d\t%s" % (n * 1000 + i, line.partition(b"\t")[2]) for n in range(1, times + 1) for i, line in enumerate(lines)]


def changed(line: bytes, field: str, value: bytes, n: int = 61) -> bytes:
    cells = line.split(b"\t")
    cells[fields(n).index(field)] = value
    return b"\t".join(cells)


def written(tmp_path: Path, lines: list[bytes], name: str = "20151027.export.CSV") -> Path:
    path = tmp_path / name
    path.write_bytes(b"".join(lines))
    return path


def test_the_current_layout():
    rows = read_gdelt(FIXTURES / "gdelt.tsv")
    found = one(events(rows), "479491244")
    assert found == {
        "event_id": "479491244",
        "date": date(2014, 10, 27),  # the day of the event, a year before the day of the report
        "year": 2014,
        "actor": "AUSTRALIA",
        "actor_state": "AUS",
        "actor_sector": "",
        "recipient_actor": "NEW DELHI",
        "recipient_state": "IND",
        "recipient_sector": "",
        "event_type": "PROTEST",
        "mode": "",
        "code": "141",
        "quad_class": 3,  # as GDELT has it for protests
        "intensity": -6.5,
        "n_mentions": 1,
        "place": "New Delhi, Delhi, India",
        "place_state": "IND",
        "latitude": 28.6,
        "longitude": 77.2,
        "link": found["link"],
        "source": "gdelt",
    }
    assert str(found["link"]).startswith("http://")
    china = one(events(rows), "479491249")
    assert (china["actor_state"], china["recipient_state"], china["place_state"], china["code"]) == ("CHN", "KOR", "KOR", "010")
    assert (rows.part, rows.rows_in, rows.rows_used, rows.set_aside) == ("gdelt", 20, 20, ())
    origin = parse_origin(rows.origin)
    assert origin.as_of == max(events(rows)["date"])
    assert set(origin.sources) == {"gdelt"}


def test_the_layout_before_april_2013_names_the_states_of_its_day():
    rows = read_gdelt(FIXTURES / "gdelt_57.tsv")
    frame = events(rows)
    russia = one(frame, "1554351")
    assert (russia["recipient_actor"], russia["recipient_state"], russia["place_state"]) == ("RUSSIA", "SUN", "SUN")
    assert one(frame, "1554741")["recipient_state"] == ""  # BONN in 1982: DEU does not say which Germany
    assert set(frame["link"]) == {""}
    assert rows.coverage["events"].first_year == rows.coverage["events"].last_year == 1982


def test_the_daily_layout_of_1_0():
    frame = events(read_gdelt(FIXTURES / "gdelt_58.tsv"))
    tax = one(frame, "564111654")
    assert (tax["actor"], tax["actor_sector"], tax["code"], tax["event_type"], tax["intensity"]) == (
        "CABINET",
        "GOV",
        "0834",
        "CONCEDE",
        5.0,
    )
    assert (tax["n_mentions"], tax["place"], tax["latitude"]) == (60, "", None)


@pytest.mark.parametrize(("n", "name"), [(61, "gdelt.tsv"), (58, "gdelt_58.tsv"), (57, "gdelt_57.tsv")])
def test_packed_and_windows_files_say_the_same(tmp_path, n, name):
    data = (FIXTURES / name).read_bytes()
    expected = events(read_gdelt(FIXTURES / name)).sort("event_id")
    with zipfile.ZipFile(tmp_path / "20160728.export.CSV.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("20160728.export.CSV", data)
    (tmp_path / "a.CSV.gz").write_bytes(gzip.compress(data))
    (tmp_path / "b.CSV").write_bytes(data.replace(b"\n", b"\r\n"))
    for packed in ("20160728.export.CSV.zip", "a.CSV.gz", "b.CSV"):
        assert events(read_gdelt(tmp_path / packed)).sort("event_id").equals(expected)
    assert read_gdelt(tmp_path / "20160728.export.CSV.zip").part == "20160728.export"
    assert {line.count("\t") + 1 for line in data.decode().splitlines()} == {n}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("SQLDATE", b"20150231", "column SQLDATE: it is no day"),
        ("SQLDATE", b"2015-10-27", "column SQLDATE: it is no number"),
        ("SQLDATE", b"19200115", "column SQLDATE: it is before 1979"),
        ("SQLDATE", b"20151127", "column SQLDATE: it is after the day"),
        ("EventCode", b"X", "column EventCode: it is no CAMEO code"),
        ("EventCode", b"", "column EventCode: it is no CAMEO code"),
        ("QuadClass", b"7", "column QuadClass: it is not 1 to 4"),
        ("QuadClass", b"", "column QuadClass: it is not 1 to 4"),
        ("GoldsteinScale", b"11", "column GoldsteinScale: it is not -10 to 10"),
        ("GoldsteinScale", b"nan", "column GoldsteinScale: it is not -10 to 10"),
        ("NumMentions", b"-2", "column NumMentions: it is negative"),
        ("NumMentions", b"many", "column NumMentions: it is no number"),
        ("ActionGeo_Lat", b"91", "column ActionGeo_Lat: it is no latitude"),
        ("ActionGeo_Long", b"181", "column ActionGeo_Long: it is no longitude"),
        ("ActionGeo_Lat", b"1#", "column ActionGeo_Lat: it is no number"),
        ("GLOBALEVENTID", b"", "column GLOBALEVENTID: it is empty"),
        ("Actor1Name", b"A\tB", "it has 62 tab fields, not 61"),
        ("Actor1Name", b"\xff\xfe", "column Actor1Name: it is not UTF-8"),
        ("Actor1Name", b"A\rB", "it is not UTF-8, or holds a carriage return or a NUL"),
        ("SOURCEURL", b"\xff\n", "it is not UTF-8"),
    ],
)
def test_a_bad_cell_sets_its_line_aside_and_says_where(tmp_path, field, value, reason):
    lines = many(tmp_path)
    lines[136] = changed(lines[136], field, value)
    rows = read_gdelt(written(tmp_path, lines))
    (aside,) = rows.set_aside
    assert (aside.count, aside.first_line) == (1, 137)
    assert aside.reason.startswith(reason)
    assert events(rows).height == 399


def test_the_same_event_twice_is_one(tmp_path):
    lines = many(tmp_path)
    lines.insert(300, changed(lines[100], "Actor1Name", b"LATER"))
    lines.insert(320, changed(lines[100], "Actor1Name", b"STILL LATER"))
    rows = read_gdelt(written(tmp_path, lines))
    assert [(one.count, one.reason, one.first_line) for one in rows.set_aside] == [(2, DUPLICATE, 301)]
    assert not set(events(rows)["actor"]) & {"LATER", "STILL LATER"}
    assert [path.name for path in Path(str(rows.frames["events"])).parent.iterdir()] == ["events.parquet"]


def test_files_that_are_none_are_refused(tmp_path):
    header = "\t".join(fields(61)).encode() + b"\n"
    good = many(tmp_path)
    for data, message in (
        (b"", "is empty"),
        (b"\n\n", "0 tab fields"),
        (b"<html>\n<body>Not found</body>\n</html>\n", "line 1: it has 1 tab fields"),
        (b"\t".join([b"1"] * 16) + b"\n", "line 1: it has 16 tab fields"),  # GDELT's mentions
        (header, "line 1: column GLOBALEVENTID: it is no number"),
        (bytes(random.Random(1).randbytes(5000)), "tab fields"),
        (b"".join(line.replace(b"\t", b",") for line in good), "it has 1 tab fields"),
        (b"".join(b"\t".join(reversed(line.rstrip().split(b"\t"))) + b"\n" for line in good), "column GLOBALEVENTID: it is no number"),
    ):
        with pytest.raises(SourceError, match=message):
            read_gdelt(written(tmp_path, [data], "bad.tsv"))
    with pytest.raises(SourceError, match="is no file"):
        read_gdelt(tmp_path / "absent.tsv")
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04" + b"x" * 200)
    with pytest.raises(SourceError, match=r"cut\.zip cannot be read"):
        read_gdelt(tmp_path / "cut.zip")
    assert not list((tmp_path / "temporary").iterdir())  # nothing is left of what was refused


def test_both_forms_of_the_first_generation_may_stand_in_one_file_and_no_others(tmp_path):
    before = [b"9" + line for line in many(tmp_path, "gdelt_57.tsv", 3)]  # other event numbers
    after = many(tmp_path, "gdelt_58.tsv", 5)
    frame = events(read_gdelt(written(tmp_path, after + before)))
    assert frame.height == len(before) + len(after)
    assert frame.filter(pl.col("link") == "").height == len(before)
    with pytest.raises(SourceError, match="tab fields where others have"):
        read_gdelt(written(tmp_path, after + many(tmp_path, "gdelt.tsv", 2)))
    late = many(tmp_path, "gdelt_58.tsv", 100) + many(tmp_path, "gdelt_57.tsv", 10)
    with pytest.raises(SourceError, match="line 1201: it has 57 tab fields, not 58"):
        read_gdelt(written(tmp_path, late))


def test_codes_of_no_country_are_refused_and_a_few_are_told(tmp_path):
    lines = [changed(line, "Actor1CountryCode", b"ZZZ") for line in many(tmp_path)]
    with pytest.raises(SourceError, match="line 1, column Actor1CountryCode: 'ZZZ' is not a country"):
        read_gdelt(written(tmp_path, lines))
    lines = many(tmp_path)
    lines[5] = changed(lines[5], "Actor1CountryCode", b"ZZZ")
    rows = read_gdelt(written(tmp_path, lines))
    assert any("1 rows have no actor state: ZZZ" in warning for warning in rows.warnings)
    assert events(rows).height == 400


def test_every_living_state_has_its_codes():
    living = {one.code for one in states(system=None) if not one.spells or any(not spell.span.last for spell in one.spells)}
    assert living - set(countries("fips").values()) == set()
    assert living - set(countries("cameo").values()) == {"XKX"}  # CAMEO has no Kosovo
    for system in ("fips", "cameo"):
        assert set(countries(system).values()) <= {one.code for one in states(system=None)} | {""}
    with (DATA / "event_codes.csv").open(encoding="utf-8", newline="") as handle:
        rows = [(row["system"], row["code"]) for row in csv.DictReader(handle)]
    assert rows == sorted(set(rows))


@pytest.mark.parametrize(
    ("fips", "state"),
    # FIPS 10-4 codes that are other countries' codes in ISO 3166-1 alpha-2
    [
        ("GM", "DEU"), ("CH", "CHN"), ("RS", "RUS"), ("UP", "UKR"), ("AU", "AUT"), ("AS", "AUS"), ("SZ", "CHE"), ("SP", "ESP"),
        ("SF", "ZAF"), ("NI", "NGA"), ("NG", "NER"), ("NU", "NIC"), ("KN", "PRK"), ("KS", "KOR"), ("KR", "KIR"), ("CG", "COD"),
        ("CF", "COG"), ("CD", "TCD"), ("BM", "MMR"), ("BU", "BGR"), ("IZ", "IRQ"), ("IS", "ISR"), ("LE", "LBN"), ("LI", "LBR"),
        ("LS", "LIE"), ("LT", "LSO"), ("LH", "LTU"), ("LG", "LVA"), ("MG", "MNG"), ("MA", "MDG"), ("MO", "MAR"), ("MU", "OMN"),
        ("PM", "PAN"), ("PA", "PRY"), ("PO", "PRT"), ("PS", "PLW"), ("RI", "SRB"), ("SG", "SEN"), ("SN", "SGP"), ("SW", "SWE"),
        ("TN", "TON"), ("TS", "TUN"), ("TO", "TGO"), ("UK", "GBR"), ("VM", "VNM"), ("YM", "YEM"), ("ZA", "ZMB"), ("HK", ""), ("GZ", "PSE"),
    ],
)  # fmt: skip
def test_codes_of_places(fips, state):
    assert countries("fips")[fips] == state


def test_states_of_their_day():
    for code in {*countries("cameo").values(), *countries("fips").values()} - {""}:
        spans = on_days(code)
        assert spans[-1][2] == code
        for (_, last, _), (first, _, _) in pairwise(spans):
            assert last < first
    assert [state for _, _, state in on_days("SRB")] == ["YUG", "SCG", "SRB"]


def test_plover_types_follow_the_published_table():
    told = {code: plover_type(code) for code in ("010", "020", "036", "0311", "042", "057", "061", "0333", "073", "0831", "0871", "0813")}
    assert list(told.values()) == ["", "", "AGREE", "AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AGREE", "AID", "CONCEDE", "RETREAT", ""]
    told = {code: plover_type(code) for code in ("094", "1042", "111", "129", "138", "145", "154", "161", "163", "173", "1712", "175")}
    assert list(told.values()) == (
        ["ACCUSE", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST", "MOBILIZE", "SANCTION", "", "COERCE", "ASSAULT", "ASSAULT"]
    )
    assert [plover_type(code) for code in ("186", "190", "191", "192", "195", "204")] == [
        "ASSAULT",
        "ASSAULT",
        "COERCE",
        "COERCE",
        "ASSAULT",
        "ASSAULT",
    ]


def test_downloads_are_told_by_day():
    (one,) = downloads(("20130401",))
    assert one.url == "http://data.gdeltproject.org/events/20130401.export.CSV.zip"
    assert len(downloads(("20240228", "20240301"))) == 3
    for words in ((), ("20130331",), ("20240230",), ("20240302", "20240301"), ("2024",), ("20240101",) * 3, ("²0240101",)):
        with pytest.raises(UsageError):
            downloads(words)


def test_the_whole_files(shared, tmp_path):
    frame = events(read_gdelt(shared / "events" / "gdelt2_2015-10-27.tsv"))
    assert frame.height == 2116
    assert frame.filter(pl.col("date") == date(2015, 10, 27)).height == 2012
    assert frame.filter(pl.col("place_state") == "USA").height == 787
    assert frame.filter(pl.col("place_state") == "RUS").height == 48
    assert frame.filter(pl.col("place_state") == "PSE").height == 8  # GZ 3, WE 5
    assert dict(frame["quad_class"].value_counts().iter_rows()) == {1: 1192, 2: 268, 3: 313, 4: 343}
    both = (shared / "events" / "gdelt1_2016-07-28.tsv").read_bytes().splitlines(keepends=True)
    assert events(read_gdelt(shared / "events" / "gdelt1_2016-07-28.tsv")).height == 710
    assert events(read_gdelt(written(tmp_path, both[:509]))).height == 509
    assert events(read_gdelt(written(tmp_path, both[509:]))).height == 201


PIECES = (b"\t", b"\n", b"\r", b"\r\n", b"\n\n", b'"', b"\0", b"\xff", b"\xc3\xa9", b"-", b"9e999", b"nan", b"")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["gdelt.tsv", "gdelt_58.tsv", "gdelt_57.tsv"]),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from(PIECES) | st.binary(min_size=1, max_size=4)), max_size=6),
    twice=st.integers(0, 30),
)
def test_no_damage_breaks_the_reader(tmp_path, name, edits, twice):
    data = bytearray(b"".join(many(tmp_path, name, 3)))
    data += b"".join(bytes(data).splitlines(keepends=True)[:twice])
    for where, length, piece in edits:
        at = int(where * (len(data) - 1))
        data[at : at + length] = piece
    try:
        rows = read_gdelt(written(tmp_path, [bytes(data)], "damaged.tsv"))
    except NonalignedError:
        return
    assert events(rows).height > 0


def test_no_damage_breaks_the_reader_on_the_real_file(shared, tmp_path):
    lines = (shared / "events" / "gdelt2_2015-10-27.tsv").read_bytes()
    chance = random.Random(20151027)
    read = 0
    for _ in range(12):
        data = bytearray(lines)
        for _ in range(chance.choice((1, 3, 9))):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((0, 1, 40, 3000))] = chance.choice(PIECES)
        try:
            rows = read_gdelt(written(tmp_path, [bytes(data)], "damaged.tsv"))
        except NonalignedError:
            continue
        read += 1
        assert events(rows).height > 2000
    assert read > 6
