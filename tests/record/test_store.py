"""The record as one set of tables: starter rows, loaded rows, who gives way to whom, and what follows from them."""

from __future__ import annotations

import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import killing
import polars as pl
import pytest
from killing import frames, held, put

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.record.manifest import read_manifest
from nonaligned.record.starter import starter_directory
from nonaligned.record.store import Record, default_directory
from nonaligned.record.tables import TABLES

LIVING = "AUS BRA CHN DEU EGY FRA GBR IDN IND ISR JPN KOR PAK RUS SAU TUR UKR USA VNM ZAF".split()


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "official file.csv"
    path.write_text("as downloaded\n", encoding="utf-8")
    return path


@pytest.fixture
def directory(tmp_path: Path, raw: Path) -> Path:
    """A record, in a folder of an awkward name, into which generation 0 was loaded."""
    folder = tmp_path / "a [record], 'quoted' *"
    put(folder, "un_votes", frames(0), raw)
    return folder


def made(columns: str, *rows: str, source: str = "made") -> pl.DataFrame:
    """Test rows as words, of a made source; a dash is empty."""
    cells = [[None if cell == "-" else cell for cell in row.split()] for row in rows]
    frame = pl.DataFrame(cells, schema=dict.fromkeys(columns.split(), pl.String), orient="row")
    return frame.with_columns(source=pl.lit(source))


def answers(directory: Path, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in Record(directory).rows(sql)]


def test_the_starter_record_is_there_without_a_directory(tmp_path):
    record = Record(tmp_path / "nowhere")
    assert record.loads == ()
    assert record.rows("SELECT vote FROM votes WHERE rcid = 'A/RES/ES-11/1' AND state = 'IND'") == [{"vote": "abstain"}]
    assert not (tmp_path / "nowhere").exists(), "reading writes nothing"


def test_every_table_can_be_asked_and_has_its_columns(tmp_path):
    record = Record(tmp_path)
    for table in TABLES.values():
        assert tuple(record.frame(f"SELECT * FROM {table.name} LIMIT 5").columns) == table.columns


def test_loaded_rows_are_read_back_as_given(directory):
    record = Record(directory)
    row = record.rows("SELECT * FROM roll_calls WHERE rcid = 'test:7'")[0]
    assert (row["date"], row["yes"], row["title"], row["short"]) == (date(2024, 1, 1), 1, "generation 0", "")
    back = record.frame("SELECT rcid, state, vote, source FROM votes WHERE rcid LIKE 'test:%' ORDER BY rcid")
    assert back.equals(frames(0)["votes"].sort("rcid"))


def test_a_load_replaces_what_the_source_said_before_and_only_that(directory, raw):
    put(directory, "other", {"indicators": made("state year indicator value", "IND 1990 made 1.5")}, raw)
    put(directory, "un_votes", frames(1), raw)
    assert held(directory) == 1
    assert answers(directory, "SELECT value FROM indicators WHERE indicator = 'made'") == [(1.5,)]
    assert [entry.source for entry in Record(directory).loads] == ["other", "un_votes"]
    assert len(read_manifest(directory)) == 3


@pytest.mark.parametrize("table", ["votes", "roll_calls"])
@pytest.mark.parametrize("harm", ["missing", "cut off", "zeroed"])
def test_a_damaged_table_is_said_with_the_command_that_loads_it_again(directory, raw, table, harm):
    (entry,) = read_manifest(directory)
    path = directory / "tables" / entry.files[table]
    whole = path.read_bytes()
    path.unlink()
    if harm == "cut off":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "zeroed":
        path.write_bytes(whole[:4] + bytes(len(whole) // 2) + whole[4 + len(whole) // 2 :])
    for ask in (Record(directory).rows, Record(directory).frame, Record(directory).ask):
        with pytest.raises(NotLoadedError) as refused:
            ask(f"SELECT * FROM {table}")
        assert refused.value.exit_code == 3
        assert str(path) in refused.value.why
    words = shlex.split(refused.value.mend)
    assert words[:3] == ["nonaligned", "load", "un_votes"]
    assert Path(words[3]).read_bytes() == raw.read_bytes(), "the snapshot is what is loaded again"
    put(directory, "un_votes", frames(1), Path(words[3]))
    assert held(directory) == 1


def test_a_wrong_query_is_not_taken_for_damage(directory):
    with pytest.raises(Exception, match="no_such_column") as refused:
        Record(directory).rows("SELECT no_such_column FROM votes")
    assert not isinstance(refused.value, NotLoadedError)


def test_each_row_finds_its_source(directory):
    record = Record(directory)
    assert record.source("votes", "made").label == "The tests, Made rows"
    row = record.rows("SELECT source FROM votes WHERE rcid = 'A/RES/ES-11/1' AND state = 'IND'")[0]
    assert record.source("votes", row["source"]).producer != row["source"]


def test_a_table_that_is_none_is_named_with_the_nearest(directory):
    with pytest.raises(UsageError) as refused:
        Record(directory).origin("voets")
    assert "votes" in refused.value.why


def test_the_directory_is_the_users_own_word_first(tmp_path, monkeypatch):
    monkeypatch.setenv("NONALIGNED_HOME", str(tmp_path / "x"))
    assert default_directory() == tmp_path / "x"
    monkeypatch.delenv("NONALIGNED_HOME")
    assert default_directory().is_absolute()


def test_a_plain_read_says_nothing_on_stderr(directory):
    script = (
        "import sys; from pathlib import Path; from nonaligned.record.store import Record\n"
        "record = Record(Path(sys.argv[1])); record.rows('SELECT * FROM votes LIMIT 3'); frame = record.frame('SELECT * FROM votes')\n"
        "print(frame.height)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(directory)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert int(done.stdout) > killing.ROWS


def test_nothing_is_fetched_by_the_database(directory):
    with pytest.raises(Exception, match=r"(?i)extension|httpfs"):
        Record(directory).rows("SELECT * FROM read_csv('https://example.org/x.csv')")


def test_the_starter_lies_in_the_package():
    assert (starter_directory() / "votes.csv").is_file()


# Who gives way to whom


def test_starter_rows_stand_in_place_of_loaded_rows_of_the_same_roll_call(tmp_path, raw):
    rcid = "A/RES/ES-11/1"
    plain = Record(tmp_path / "none")
    before = plain.rows("SELECT * FROM votes WHERE rcid = ? ORDER BY state", [rcid])
    loaded = {name: frame.with_columns(pl.col("rcid").replace({"test:0": rcid})) for name, frame in frames(0).items()}
    other = pl.DataFrame({"rcid": [rcid], "state": ["IND"], "vote": ["yes"], "source": ["made"]})
    put(tmp_path / "record", "un_votes", loaded | {"votes": pl.concat([loaded["votes"], other])}, raw)
    record = Record(tmp_path / "record")
    assert record.rows("SELECT * FROM votes WHERE rcid = ? ORDER BY state", [rcid]) == before
    title = "SELECT title FROM roll_calls WHERE rcid = ?"
    assert record.rows(title, [rcid]) == plain.rows(title, [rcid])
    assert record.rows("SELECT count(*) AS n FROM votes WHERE rcid LIKE 'test:%'") == [{"n": killing.ROWS - 1}]
    assert record.rows("SELECT rcid, state FROM votes GROUP BY ALL HAVING count(*) > 1") == []


def test_starter_indicators_give_way_to_loaded_ones_of_the_state_year_and_indicator(tmp_path, raw):
    shipped = Record(tmp_path / "none").rows("SELECT * FROM indicators ORDER BY state, year, indicator LIMIT 2")
    first, second = shipped
    rows = made("state year indicator value", f"{first['state']} {first['year']} {first['indicator']} 7.25")
    put(tmp_path / "record", "made", {"indicators": rows}, raw)
    key = "SELECT value, source FROM indicators WHERE state = ? AND year = ? AND indicator = ?"
    record = Record(tmp_path / "record")
    assert record.rows(key, [first[name] for name in ("state", "year", "indicator")]) == [{"value": 7.25, "source": "made"}]
    assert record.rows(key, [second[name] for name in ("state", "year", "indicator")])[0]["source"] == second["source"]
    count = Record(tmp_path / "none").rows("SELECT count(*) AS n FROM indicators")
    assert record.rows("SELECT count(*) AS n FROM indicators") == count


TRADE = "exporter importer year reporter value_usd valuation prices"


def test_starter_trade_gives_way_to_loaded_rows_of_its_source_and_flow(tmp_path, raw):
    plain = Record(tmp_path / "none")
    first = plain.rows("SELECT * FROM trade WHERE source = 'cow_trade' ORDER BY exporter, importer, year LIMIT 1")[0]
    row = f"{first['exporter']} {first['importer']} {first['year']} COMPILED 12345 mixed current"
    put(tmp_path / "record", "cow_trade", {"trade": made(TRADE, row, source="cow_trade")}, raw)
    where = f"exporter = '{first['exporter']}' AND importer = '{first['importer']}' AND year = {first['year']}"
    assert answers(tmp_path / "record", f"SELECT value_usd FROM trade WHERE source = 'cow_trade' AND {where}") == [(12345.0,)]
    others = f"SELECT * FROM trade WHERE source <> 'cow_trade' AND {where} ORDER BY ALL"
    assert answers(tmp_path / "record", others) == answers(tmp_path / "none", others)
    count = "SELECT count(*) AS n FROM trade"
    assert answers(tmp_path / "record", count) == answers(tmp_path / "none", count)


# What follows from loaded rows


def test_trade_statements_follow_from_loaded_trade(tmp_path, raw):
    rows = made(
        TRADE,
        "IND RUS 2001 IND 10 fob current",
        "RUS IND 2001 IND 4 cif current",
        "IND RUS 2001 RUS 11 cif current",
        "RUS IND 2001 FRA 99 cif current",
        "IND RUS 2002 COMPILED 20 mixed current",
        "RUS IND 2002 COMPILED 5 mixed current",
        "IND RUS 2003 IND 30 fob constant_2010",
    ).with_columns(pl.col("prices").str.replace("_", " "))
    put(tmp_path / "record", "made", {"trade": rows}, raw)
    said = answers(
        tmp_path / "record",
        "SELECT reporter, partner, period, flow, value_usd FROM trade_statements WHERE source = 'made' ORDER BY period, reporter, flow",
    )
    assert said == [
        ("IND", "RUS", "2001", "exports", 10.0),
        ("IND", "RUS", "2001", "imports", 4.0),
        ("IND", "RUS", "2001", "total", 14.0),
        ("RUS", "IND", "2001", "imports", 11.0),
        ("IND", "RUS", "2002", "exports", 20.0),
        ("IND", "RUS", "2002", "imports", 5.0),
        ("IND", "RUS", "2002", "total", 25.0),
        ("RUS", "IND", "2002", "exports", 5.0),
        ("RUS", "IND", "2002", "imports", 20.0),
        ("RUS", "IND", "2002", "total", 25.0),
    ], "a third state's figure and constant prices are no statement; without both flows there is no total"
    days = answers(
        tmp_path / "record", "SELECT DISTINCT first_day, last_day FROM trade_statements WHERE source = 'made' AND period = '2001'"
    )
    assert days == [(date(2001, 1, 1), date(2001, 12, 31))]
    other = "SELECT * FROM trade_statements WHERE source <> 'made' ORDER BY ALL"
    assert answers(tmp_path / "record", other) == answers(tmp_path / "none", other)


def test_starter_statements_of_a_source_that_was_loaded_give_way(tmp_path, raw):
    rows = made(TRADE, "IND RUS 2002 COMPILED 20 mixed current", source="cow_trade")
    put(tmp_path / "record", "cow_trade", {"trade": rows}, raw)
    said = answers(tmp_path / "record", "SELECT reporter, flow, value_usd FROM trade_statements WHERE source = 'cow_trade' ORDER BY ALL")
    assert said == [("IND", "exports", 20.0), ("RUS", "imports", 20.0)]


def test_statements_can_be_loaded_without_trade(tmp_path, raw):
    rows = made("reporter partner period flow coverage value_usd", "IND RUS 2001 exports goods 5")
    put(tmp_path / "record", "made", {"trade_statements": rows}, raw)
    assert answers(tmp_path / "record", "SELECT value_usd FROM trade_statements WHERE source = 'made'") == [(5.0,)]


ARMS = "supplier recipient delivered_year tiv deal_id register is_split"


def arms(*rows: str) -> dict[str, pl.DataFrame]:
    frame = made(ARMS, *(f"{row} {number} 17_columns 0" for number, row in enumerate(rows)))
    return {"arms_deliveries": frame.with_columns(pl.col("register").str.replace("_", " "))}


def test_the_older_register_is_hidden_from_the_first_year_of_the_newer(tmp_path, raw):
    older = made(ARMS, *(f"RUS IND {year} 1 {year} 16_columns 0" for year in (1998, 1999, 2000, 2001)))
    put(
        tmp_path / "record",
        "sipri",
        {"arms_deliveries": older.with_columns(pl.col("register").str.replace("_", " "))},
        raw,
        part="16 columns",
    )
    years = "SELECT delivered_year, tiv FROM arms_deliveries ORDER BY ALL"
    assert answers(tmp_path / "record", years) == [(1998, 1.0), (1999, 1.0), (2000, 1.0), (2001, 1.0)], "it stands where it is alone"
    put(tmp_path / "record", "sipri", arms("RUS IND 2000 5", "RUS IND 2002 5"), raw, part="17 columns")
    assert answers(tmp_path / "record", years) == [(1998, 1.0), (1999, 1.0), (2000, 5.0), (2002, 5.0)]
    moved = "SELECT year, tiv FROM arms_transfers WHERE kind = 'computed' ORDER BY ALL"
    assert answers(tmp_path / "record", moved) == [(1998, 1.0), (1999, 1.0), (2000, 5.0), (2002, 5.0)]


def test_shares_over_five_years_are_the_suppliers_parts_of_the_whole(tmp_path, raw):
    put(
        tmp_path / "record",
        "sipri",
        arms("RUS IND 2000 60", "FRA IND 2004 30", "- IND 2002 10", "USA IND 2005 100", "USA - 2005 300", "RUS BRA 2005 -"),
        raw,
    )
    shares = (
        "SELECT last_year, supplier, share, rank, recipient_tiv FROM arms_shares WHERE source = 'made' AND recipient = 'IND' ORDER BY ALL"
    )
    assert answers(tmp_path / "record", shares) == [
        (2004, "FRA", 30.0, 2, 100.0),
        (2004, "OTHER", 10.0, None, 100.0),
        (2004, "RUS", 60.0, 1, 100.0),
        (2005, "FRA", pytest.approx(100 * 30 / 140), 2, 140.0),
        (2005, "OTHER", pytest.approx(100 * 10 / 140), None, 140.0),
        (2005, "USA", pytest.approx(100 * 100 / 140), 1, 140.0),
    ]
    exports = answers(
        tmp_path / "record", "SELECT supplier, share FROM arms_export_shares WHERE source = 'made' AND last_year = 2005 ORDER BY ALL"
    )
    assert exports == [("FRA", pytest.approx(100 * 30 / 440)), ("USA", pytest.approx(100 * 400 / 440))]


@pytest.fixture(scope="module")
def many_deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with more deliveries than one thread reads at a time, their volumes no round numbers."""
    folder, count = tmp_path_factory.mktemp("many"), 300_000
    (folder / "raw.csv").write_text("made", encoding="utf-8")
    number = pl.int_range(count, eager=True)
    states = pl.Series([*LIVING, ""])
    frame = pl.DataFrame(
        {
            "supplier": states.gather(number * 5 % len(states)),
            "recipient": states.gather(number // 3 % len(states)),
            "delivered_year": 1995 + number % 20,
            "tiv": (number * 7919 % 100_003) / 997,
            "deal_id": number.cast(pl.String),
            "register": ["17 columns"] * count,
            "is_split": ["0"] * count,
            "source": ["made"] * count,
        }
    )
    put(folder / "record", "sipri", {"arms_deliveries": frame.sample(fraction=1, shuffle=True, seed=1)}, folder / "raw.csv")
    return folder / "record"


def test_shares_sum_to_the_whole(many_deliveries):
    totals = answers(
        many_deliveries, "SELECT sum(share), count(*), min(share) FROM arms_shares WHERE source = 'made' GROUP BY recipient, last_year"
    )
    assert len(totals) == len(LIVING) * 16
    assert all(total == pytest.approx(100, abs=1e-9) and count <= len(LIVING) + 1 and low > 0 for total, count, low in totals)


@pytest.mark.parametrize("table", ["arms_shares", "arms_export_shares", "arms_transfers"])
def test_sums_are_the_same_at_any_number_of_threads(many_deliveries, table):
    def computed(threads: int) -> pl.DataFrame:
        record = Record(many_deliveries)
        record._connection.execute(f"SET threads = {threads}")
        return record.frame(f"SELECT * FROM {table} WHERE source = 'made' ORDER BY {', '.join(TABLES[table].key)}")

    alone = computed(1)
    assert alone.height > 100
    assert all(computed(2).equals(alone) for _ in range(3))


def test_spells_of_obligations_are_the_unbroken_years(tmp_path, raw):
    years = [("defense", year) for year in (1951, 1952, 1953, 1960, 1961)] + [("consultation", 1952), ("consultation", 1953)]
    rows = made("sender receiver year obligation", *(f"IND BRA {year} {duty}" for duty, year in years))
    put(tmp_path / "record", "made", {"treaties": rows}, raw)
    spells = answers(
        tmp_path / "record",
        "SELECT obligation, first_year, last_year, source FROM treaty_spells WHERE sender = 'IND' AND source = 'made' ORDER BY ALL",
    )
    assert spells == [("consultation", 1952, 1953, "made"), ("defense", 1951, 1953, "made"), ("defense", 1960, 1961, "made")]


def test_every_spell_of_the_starter_is_maximal_and_holds_its_years():
    record = Record(Path("/nonexistent"))
    joined = (
        "SELECT count(*) AS n FROM treaty_spells a JOIN treaty_spells b USING (sender, receiver, obligation) "
        "WHERE b.first_year = a.last_year + 1"
    )
    assert record.rows(joined) == [{"n": 0}]
    spans = record.rows("SELECT sum(last_year - first_year + 1) AS n FROM treaty_spells")
    assert spans == record.rows("SELECT count(*) AS n FROM (SELECT DISTINCT sender, receiver, year, obligation FROM treaties)")
