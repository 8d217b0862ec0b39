from __future__ import annotations

import gzip
import random
from pathlib import Path

import polars as pl
import pytest

from nonaligned.ground.errors import SourceError
from nonaligned.record.checks import check_rows, within_dates
from nonaligned.record.tables import TABLES
from nonaligned.sources import LoadedRows
from nonaligned.sources.sipri_transfers import read_sipri_transfers

FIXTURES = Path(__file__).parent / "fixtures"
NEW, OLD, TIV = (FIXTURES / f"sipri_{name}.csv" for name in ("register_17", "register_16", "tiv_exports"))
PREAMBLE = (
    "Transfers of major conventional arms from {}  to {} . Deals with deliveries made for the year range '1995' to '2025';\n"
    "\n"
    "Data generated: 12 Feb 2026 12:26:12 PM;\n"
)


def put(tmp_path: Path, text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def checked(rows: LoadedRows) -> LoadedRows:
    for table, frame in rows.frames.items():
        assert isinstance(frame, pl.DataFrame)
        kept, outside = within_dates(TABLES[table], check_rows(TABLES[table], frame))
        assert (kept.height, outside) == (frame.height, ())
    assert rows.rows_in == rows.rows_used + sum(one.count for one in rows.set_aside)
    return rows


def frame(rows: LoadedRows, table: str) -> pl.DataFrame:
    found = rows.frames[table]
    assert isinstance(found, pl.DataFrame)
    return found


def deliveries(rows: LoadedRows, deal: str) -> list[tuple[object, ...]]:
    of = frame(rows, "arms_deliveries").filter(pl.col("deal_id") == deal).sort("delivered_year")
    return of.select("supplier", "recipient", "delivered_year", "tiv", "n_delivered").rows()


def shares(rows: LoadedRows, recipient: str, first: int, last: int) -> dict[str, float]:
    of = frame(rows, "arms_deliveries").filter((pl.col("recipient") == recipient) & pl.col("delivered_year").is_between(first, last))
    total = of["tiv"].sum()
    return {code: round(100 * tiv / total, 1) for code, tiv in of.group_by("supplier").agg(pl.col("tiv").sum()).iter_rows()}


@pytest.mark.parametrize("path", [NEW, OLD, TIV], ids=["17 columns", "16 columns", "table"])
def test_rows_fit_the_tables_and_lie_within_the_states_days(path):
    checked(read_sipri_transfers(path))


def test_register_of_17_columns():
    rows = read_sipri_transfers(NEW)
    assert (rows.part, rows.rows_in) == ("register 17 columns", 46)
    assert frame(rows, "arms_deliveries").height == 46
    assert frame(rows, "arms_deals").height == 17
    assert deliveries(rows, "57069")[0] == ("AUS", "IND", 2006, 8.3, 1.0)
    assert sum(row[3] for row in deliveries(rows, "57069")) == pytest.approx(5 * 16.6 + 8.3)
    deal = frame(rows, "arms_deals").row(by_predicate=pl.col("deal_id") == "26695", named=True)
    assert (deal["ordered_year"], deal["is_ordered_year_estimate"], deal["tiv_unit"], deal["is_local_production"]) == (2001, "1", 55.0, "1")
    fiji = frame(rows, "arms_deliveries").row(by_predicate=pl.col("deal_id") == "67697", named=True)
    assert (fiji["is_number_estimate"], fiji["is_delivered_year_estimate"], fiji["is_split"]) == ("", "", "0")


def test_parties_that_are_no_states_keep_their_names():
    deals = frame(read_sipri_transfers(NEW), "arms_deals").select("supplier", "supplier_name", "recipient", "recipient_name").rows()
    for pair in [("", "Aruba", "ISR", "Israel"), ("AUT", "Austria", "", "OSCE**"), ("KHM", "Cambodia", "", "LTTE (Sri Lanka)*")]:
        assert pair in deals
    assert ("", "unknown supplier(s)", "EST", "Estonia") in deals


def test_one_name_for_states_that_are_kept_apart():
    rows = read_sipri_transfers(NEW)
    assert deliveries(rows, "31154")[0][:3] == ("RUS", "YUG", 1995)  # Serbia, in SIPRI's words
    assert {row[1] for row in deliveries(rows, "50426")} == {""}  # South Sudan before July 2011
    old = frame(read_sipri_transfers(OLD), "arms_deliveries")
    assert old.filter(pl.col("recipient") == "VDR")["delivered_year"].to_list() == [1970, 1975, 1976]  # until July 1976
    assert old.filter(pl.col("recipient") == "VNM")["delivered_year"].to_list() == [1977, 1978, 1979, 1980]
    assert {"SUN", "RUS"} <= set(old["supplier"])
    assert {"YMD", "YAR", "DDR", "CSK", "YUG", "RVN", "COG"} <= set(old["recipient"])


def test_register_of_16_columns_splits_and_says_so():
    rows = read_sipri_transfers(OLD)
    assert (rows.part, rows.rows_in) == ("register 16 columns", 24)
    (engine,) = frame(rows, "arms_deals").filter(pl.col("designation") == "AI-25")["deal_id"]
    assert deliveries(rows, engine) == [("SUN", "AFG", 1977, 7.8, 13.0), ("SUN", "AFG", 1978, 7.8, 13.0)]
    assert set(frame(rows, "arms_deliveries").filter(pl.col("deal_id") == engine)["is_split"]) == {"1"}
    javelin = frame(rows, "arms_deals").row(by_predicate=pl.col("designation") == "FGM-148 Javelin", named=True)
    assert (javelin["n_ordered"], javelin["tiv_order"], deliveries(rows, javelin["deal_id"])) == (None, 0.0, [])
    engines = frame(rows, "arms_deals").filter(pl.col("note").str.contains("Wärtsilä"))  # the file is in Latin-1
    assert engines.height == 1
    broken = frame(rows, "arms_deals").row(by_predicate=pl.col("designation") == "BTR-3", named=True)  # over two lines of the file
    assert (broken["tiv_unit"], broken["tiv_order"]) == (0.25, 3.5)
    assert any("broken over two lines" in text and "line 7)" in text for text in rows.warnings)
    assert any("split evenly" in text for text in rows.warnings)


def test_ids_made_from_a_row_are_the_same_wherever_it_stands(tmp_path):
    lines = OLD.read_bytes().decode("cp1252").replace("\r\n", " ").splitlines()
    body = lines[1:]
    random.Random(3).shuffle(body)
    other = read_sipri_transfers(put(tmp_path, "\n".join([lines[0], *body]), encoding="cp1252"))
    ids = frame(read_sipri_transfers(OLD), "arms_deals")["deal_id"]
    assert set(ids) == set(frame(other, "arms_deals")["deal_id"])
    assert ids.n_unique() == 24
    assert sum(one.endswith("-2") for one in ids) == 1  # two identical rows


def test_preamble_gives_years_and_whether_all_the_world_is_in_it(tmp_path):
    whole = read_sipri_transfers(put(tmp_path, PREAMBLE.format("All countries", "All countries") + NEW.read_text(encoding="utf-8")))
    cover = whole.coverage["arms_deliveries"]
    assert (cover.first_year, cover.last_year, cover.is_complete) == (1995, 2024, True)
    assert "1995 to 2025" in cover.note
    assert whole.origin["source"]["sipri_transfers"]["version"] == "generated 12 Feb 2026"
    assert whole.origin["table"]["as_of"] == "2024-12-31"
    part = read_sipri_transfers(put(tmp_path, PREAMBLE.format("Russia", "India") + NEW.read_text(encoding="utf-8")))
    assert not part.coverage["arms_deliveries"].is_complete
    assert not read_sipri_transfers(NEW).coverage["arms_deliveries"].is_complete


def test_stray_semicolons_quotes_and_compression_do_not_matter(tmp_path):
    plain = frame(read_sipri_transfers(NEW), "arms_deliveries")
    text = NEW.read_text(encoding="utf-8").replace(";\n", "\n")
    quoted = "\r\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines())
    packed = tmp_path / "file.csv.gz"
    packed.write_bytes(gzip.compress(NEW.read_bytes()))
    for path in (put(tmp_path, text, "a.csv"), put(tmp_path, quoted, "b.csv"), packed):
        assert frame(read_sipri_transfers(path), "arms_deliveries").equals(plain)


def test_table_of_exports():
    rows = read_sipri_transfers(TIV)
    found = frame(rows, "arms_transfers")
    assert rows.part == "tiv exports RUS"
    assert found.row(by_predicate=(pl.col("recipient") == "IND") & (pl.col("year") == 1995), named=True)["tiv"] == 1016
    assert found.row(by_predicate=(pl.col("recipient") == "YUG") & (pl.col("year") == 1992), named=True)["tiv"] == 4
    poland = found.filter(pl.col("recipient") == "POL").sort("year")
    assert poland["tiv"].to_list() == [52, 0, 22, 147, 4]  # nought is below half a million, and a row
    assert found.filter(pl.col("recipient") == "BRA")["year"].to_list() == [1994]  # an empty cell is no row
    assert [(one.count, one.reason) for one in rows.set_aside] == [(1, "total of the table")]
    assert not rows.coverage["arms_transfers"].is_complete


def test_table_of_imports(tmp_path):
    text = '"TIV of arms exports to India, 2016-2017",,,\n,2016,2017,Total\nRussia,1859,,1859\nunknown supplier(s),,3,3\n,,,\n'
    text += "Total,1859,3,1862\n"
    rows = checked(read_sipri_transfers(put(tmp_path, text)))
    assert rows.part == "tiv imports IND"
    assert frame(rows, "arms_transfers").rows() == [("RUS", "IND", 2016, 1859.0, "published", "sipri_transfers")]
    assert [one.reason for one in rows.set_aside] == ["total of the table", "partner that is no state"]


def cell(path: Path, line: int, column: int, value: str, encoding: str = "utf-8") -> str:
    lines = path.read_bytes().decode(encoding).split("\n")
    cells = lines[line - 1].split(",")
    cells[column] = value
    lines[line - 1] = ",".join(cells)
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("path", "line", "column", "value", "said"),
    [
        (NEW, 3, 10, "twenty", "line 3, column Delivery year: 'twenty' is not a year"),
        (NEW, 3, 15, "0x", "line 3, column TIV delivery values: '0x' is not a number"),
        (NEW, 3, 15, "-1", "line 3, column TIV delivery values"),
        (NEW, 4, 9, "Maybe", "line 4, column Numbers delivered is estimate"),
        (NEW, 2, 0, "x1", "line 2, column SIPRI AT Database ID"),
        (NEW, 5, 1, "", "line 5, column Supplier"),
        (NEW, 8, 1, "Austria", "column SIPRI AT Database ID: '57069' is not one deal"),
        (NEW, 8, 10, "2006", "column SIPRI AT Database ID: '57069' is not a deal with one row for each year"),
        (NEW, 5, 3, "B-707,", "line 5"),
        (OLD, 3, 10, "2005-6", "line 3, column Year(s) of delivery"),
        (OLD, 9, 13, "a lot", "line 9, column SIPRI TIV per unit"),
        (OLD, 9, 3, "maybe", "line 9, column ? of Year of order"),
        (OLD, 3, 10, "", "line 3, column Year(s) of delivery"),
        (TIV, 7, 2, "many", "line 7, column 1993"),
        (TIV, 24, 1, "", "column 1992"),  # India's imports gone: the rows do not add up
        (TIV, 7, 0, "Algeria", "line 6, column partner: 'Algeria' is not"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(tmp_path, path, line, column, value, said):
    encoding = "cp1252" if path == OLD else "utf-8"
    with pytest.raises(SourceError) as refused:
        read_sipri_transfers(put(tmp_path, cell(path, line, column, value, encoding), encoding=encoding))
    assert said in refused.value.message


def test_files_of_another_kind_are_refused(tmp_path):
    new = NEW.read_text(encoding="utf-8")
    broken = {
        "empty": "",
        "a page": "<!doctype html><html><body>Sign in</body></html>",
        "another table": "a,b\n1,2\n",
        "no rows": new.splitlines()[0],
        "a column less": new.replace(",Delivery year,", ",Year,", 1),
        "columns displaced": new.replace("Designation,Description", "Description,Designation", 1).replace(
            "Order date,Order date is estimate", "Order date is estimate,Order date", 1
        ),
        "names in another language": new.replace("Russia,India", "Rossija,Indija"),
        "totals of all": '"TIV of arms exports from all, 2016-2017"\n,2016,2017\nRussia,1,1\n',
        "cut": new[: len(new) - 60],
        "UTF-16 without its mark": "".join(f"{letter}\0" for letter in new),
    }
    for what, text in broken.items():
        with pytest.raises(SourceError) as refused:
            read_sipri_transfers(put(tmp_path, text))
        assert "file.csv" in refused.value.message, what


def test_the_whole_register_of_17_columns(shared):
    rows = checked(read_sipri_transfers(shared / "sipri" / "register_17col_1995-2024.csv"))
    assert (rows.rows_in, frame(rows, "arms_deals").height, frame(rows, "arms_deliveries").height) == (25024, 12571, 25024)
    cover = rows.coverage["arms_deliveries"]
    assert (cover.first_year, cover.last_year, cover.is_complete) == (1995, 2024, True)
    # SIPRI Fact Sheet, March 2025: Russia 36 per cent, France 33, Israel 13 of India's imports; Russia 55 in 2015-19.
    recent = shares(rows, "IND", 2020, 2024)
    assert (recent["RUS"], recent["FRA"], recent["ISR"]) == (36.0, 33.0, 12.6)
    assert shares(rows, "IND", 2015, 2019)["RUS"] == 55.0
    assert frame(rows, "arms_deliveries")["tiv"].sum() == pytest.approx(769_810.94)


def test_the_whole_register_of_16_columns(shared):
    path = shared / "sipri" / "register_16col_1950-2023.csv"
    rows = checked(read_sipri_transfers(path))
    assert (rows.rows_in, frame(rows, "arms_deals").height) == (29056, 29056)
    printed = sum(float(line.rsplit(",", 1)[1]) for line in path.read_text(encoding="cp1252").splitlines()[1:] if line[-1:].isdigit())
    assert frame(rows, "arms_deliveries")["tiv"].sum() == pytest.approx(printed)
    by_state = (
        frame(rows, "arms_deliveries").group_by("supplier").agg(pl.col("delivered_year").min().alias("a"), pl.col("delivered_year").max())
    )
    spans = {code: (first, last) for code, first, last in by_state.iter_rows()}
    assert (spans["SUN"], spans["RUS"][0], spans["CSK"][1], spans["DDR"][1]) == ((1950, 1991), 1992, 1992, 1990)


def test_the_table_agrees_with_the_register(shared):
    """SIPRI's own table of Russia's exports of 2022 and the register of 2024 were made two years apart."""
    table = frame(checked(read_sipri_transfers(shared / "sipri" / "tiv_export_RUS_1950-2021.csv")), "arms_transfers")
    register = frame(read_sipri_transfers(shared / "sipri" / "register_17col_1995-2024.csv"), "arms_deliveries")
    assert table.height == 779
    mine = register.filter((pl.col("supplier") == "RUS") & pl.col("delivered_year").is_between(2000, 2010))["tiv"].sum()
    theirs = table.filter(pl.col("year").is_between(2000, 2010))["tiv"].sum()
    assert mine == pytest.approx(theirs, rel=0.03)
