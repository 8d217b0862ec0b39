"""A user's SQL: it reads the tables, and can do nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from killing import contents, frames, put

from nonaligned.ground.errors import UsageError
from nonaligned.record.engine import OPEN_TABLES
from nonaligned.record.starter import register_directory, starter_directory
from nonaligned.record.store import Record

SECRET = "a value that nobody may see"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a record, a file beside it that is none of it, and the user standing in it."""
    folder = tmp_path_factory.mktemp("asking")
    (folder / "secret.csv").write_text(f"a\n{SECRET}\n", encoding="utf-8")
    (folder / "schema.sql").write_text(f"{SECRET};\n", encoding="utf-8")
    (folder / "load.sql").write_text("", encoding="utf-8")
    (folder / "secret.parquet").write_bytes(b"")
    pl.DataFrame({"a": [SECRET]}).write_parquet(folder / "secret.parquet")
    put(folder / "a [record] 'quoted'", "un_votes", frames(0), folder / "secret.csv")
    return folder


@pytest.fixture
def record(place: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    monkeypatch.chdir(place)
    monkeypatch.setenv("A_SECRET", SECRET)
    return Record(place / "a [record] 'quoted'")


def everything(place: Path) -> dict[str, str]:
    """The bytes of the place, and of what ships with the program."""
    return contents(place) | contents(starter_directory()) | contents(register_directory())


def fill(sql: str, place: Path) -> str:
    return sql.replace("{place}", str(place)).replace("{record}", str(place / "a [record] 'quoted'").replace("'", "''"))


ANSWERED = {
    "SELECT count(*) FROM votes WHERE rcid LIKE 'test:%'": 200,
    "SELECT vote FROM votes WHERE rcid = 'A/RES/ES-11/1' AND state = 'IND'": "abstain",
    "FROM roll_calls SELECT max(date) - min(date) > 0;": True,
    "WITH one AS (SELECT 1 AS n) SELECT n FROM one -- ; DROP TABLE votes": 1,
    "SELECT sum(n) FROM range(4) AS r(n)": 6,
    "SELECT 'DROP TABLE votes; COPY votes TO ''x'''": "DROP TABLE votes; COPY votes TO 'x'",
    "SELECT count(*) FROM votes v JOIN roll_calls USING (rcid) WHERE title = 'generation 0'": 200,
    "SELECT sum(i) FROM unnest([1, 2]) AS u(i)": 3,
    "SELECT count(DISTINCT source) > 1 FROM origins": True,
    "SELECT * FROM (PIVOT votes ON vote IN ('yes') USING count(*) GROUP BY rcid) WHERE rcid = 'test:1'": 1,
}


@pytest.mark.parametrize(("sql", "answer"), ANSWERED.items())
def test_a_query_is_answered(record, sql, answer):
    assert record.ask(sql).row(0)[-1] == answer


def test_the_tables_can_be_listed_and_described(record):
    assert {"votes", "trade"} <= set(record.ask("SHOW TABLES").to_series())
    assert record.ask("DESCRIBE votes").to_series().to_list() == ["rcid", "state", "vote", "source"]


REFUSED = """
INSERT INTO starter_votes SELECT * FROM starter_votes
UPDATE starter_votes SET vote = 'yes'
DELETE FROM starter_votes
DROP TABLE starter_votes
DROP VIEW votes
ALTER TABLE starter_votes ADD COLUMN x INTEGER
TRUNCATE starter_votes
CREATE TABLE x AS SELECT 1
CREATE OR REPLACE VIEW votes AS SELECT 1
CREATE MACRO f(x) AS x
CREATE SECRET (TYPE s3)
COPY votes TO 'x.csv'
COPY votes TO '{record}/tables/x.parquet'
COPY (SELECT 1) TO 'x.csv'
COPY starter_votes FROM 'secret.csv'
EXPLAIN ANALYZE COPY votes TO '{record}/tables/x.csv'
EXPLAIN ANALYZE COPY (SELECT 1) TO '{record}/tables/x.csv'
EXPLAIN ANALYZE DELETE FROM starter_votes
EXPLAIN COPY votes TO 'x.csv'
EXPORT DATABASE '{record}/tables/x'
IMPORT DATABASE '{place}'
ATTACH 'x.duckdb' AS x
ATTACH '{record}/tables/x.duckdb' AS x
ATTACH ':memory:' AS x
DETACH memory
USE memory
INSTALL httpfs
LOAD httpfs
FORCE INSTALL httpfs FROM community
UPDATE EXTENSIONS
SET enable_external_access = true
SET lock_configuration = false
SET allowed_directories = ['/']
SET GLOBAL temp_directory = '{place}'
RESET ALL
RESET lock_configuration
PRAGMA enable_profiling
PRAGMA database_list
SET VARIABLE x = 1
CALL enable_logging()
CALL pragma_version()
SELECT * FROM enable_logging(storage = 'file', storage_path = '{record}/tables/log')
SELECT * FROM Enable_Logging('QueryLog')
SELECT * FROM main.enable_logging()
SELECT * FROM system.main.enable_logging()
SELECT * FROM disable_logging()
SELECT * FROM enable_profiling(save_location = '{record}/tables/x.txt')
SELECT * FROM checkpoint()
SELECT * FROM query('COPY votes TO ''x.csv''')
SELECT * FROM query('SELECT * FROM enable_logging()')
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM enable_logging()'))
SELECT (SELECT count(*) FROM glob('*'))
WITH x AS (SELECT * FROM glob('*')) SELECT * FROM x
SELECT * FROM votes WHERE rcid IN (SELECT content FROM read_text('secret.csv'))
SELECT * FROM 'secret.csv'
SELECT * FROM '{place}/secret.csv'
SELECT * FROM 'secret.parquet'
SELECT * FROM "{place}/secret.parquet"
SELECT * FROM '{record}/../secret.csv'
SELECT * FROM '{record}/tables/../../secret.csv'
SELECT * FROM 'file://{place}/secret.csv'
SELECT * FROM read_csv('secret.csv')
SELECT * FROM read_csv_auto(['secret.csv'])
SELECT * FROM read_parquet('secret.parquet')
SELECT * FROM parquet_scan('{place}/*.parquet')
SELECT * FROM read_text('/etc/passwd')
SELECT * FROM read_blob('/proc/self/environ')
SELECT * FROM '/proc/self/environ'
SELECT * FROM sniff_csv('secret.csv')
SELECT * FROM read_duckdb('x.duckdb')
SELECT * FROM 'https://example.org/x.csv'
SELECT * FROM 's3://bucket/x.parquet'
SELECT * FROM duckdb_secrets()
SELECT * FROM duckdb_settings()
SELECT * FROM duckdb_extensions()
SELECT getenv('A_SECRET')
SELECT current_setting('A_SECRET')
SELECT getvariable('x') FROM no_such_table
SELECT shell('ls')
SELECT * FROM record
SELECT * FROM other
SELECT * FROM pl
SELECT * FROM arrow_scan(1, 2, 3)
SELECT * FROM pandas_scan(1)
SELECT * FROM seq_scan()
SELECT nextval('x')
SELECT error('boom')
SELECT ?
SELECT $1
PREPARE x AS SELECT 1
EXECUTE x
DEALLOCATE x
BEGIN
COMMIT
ROLLBACK
CHECKPOINT
VACUUM
ANALYZE
COMMENT ON TABLE starter_votes IS 'x'
MERGE INTO starter_votes USING votes ON true WHEN MATCHED THEN DELETE
SELECT 1; SELECT 2
SELECT 1; DROP TABLE starter_votes
DROP TABLE starter_votes; SELECT 1
PIVOT votes ON vote USING count(*)
WITH x AS (DELETE FROM starter_votes RETURNING *) SELECT * FROM x
SELECT 1 INTO OUTFILE 'x'
SELECT 1 AS a, 2 AS a
SELECT FROM
SELEC 1
;
--
SELECT 1/*
'
SELECT * FROM votes WHERE
SELECT no_such_column FROM votes
SELECT * FROM no_such_table
""".strip().splitlines()


ODD = ["", " ", "\x00", "SELECT \x00 1", "SELECT '\ud800'", "SELECT " + "NOT " * 900 + "true", "SELECT " + "[" * 99_999]


@pytest.mark.parametrize("sql", [*ODD, *REFUSED], ids=lambda sql: ascii(sql[:70]))
def test_whatever_is_no_query_is_refused_and_nothing_is_written_or_read(place, record, sql, capfd):
    before = everything(place)
    with pytest.raises(UsageError) as refused:
        record.ask(fill(sql, place))
    said = f"{refused.value.message} {refused.value.why} {refused.value.mend}"
    assert refused.value.exit_code == 2
    assert refused.value.why
    assert SECRET not in said
    assert everything(place) == before
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "value",
    ["INTERVAL 1 DAY", "union_value(n := 2)", "170141183460469231731687303715884105727::HUGEINT", "map {'a': 1}", "'a'::BLOB", "NULL"],
)
def test_a_value_of_any_type_is_shown_or_refused_in_words(record, value):
    try:
        said = str(record.ask(f"SELECT {value} AS a").height)
    except UsageError as error:
        said = error.why
    assert said == "1" or "CAST" in said
    assert record.ask(f"SELECT CAST(({value}) AS VARCHAR) AS a").height == 1


def test_no_variable_of_the_program_is_a_table(record):
    frame = pl.DataFrame({"a": [SECRET]})
    assert frame.height == 1
    with pytest.raises(UsageError):
        record.ask("SELECT * FROM frame")


def test_every_open_function_gives_rows_alone():
    import duckdb

    with duckdb.connect() as connection:
        known = {
            row[0]
            for row in connection.execute("SELECT function_name FROM duckdb_functions() WHERE function_type LIKE 'table%'").fetchall()
        }
    assert known >= OPEN_TABLES, "a function of that name is there"
    assert not [name for name in OPEN_TABLES if name.startswith(("read_", "enable_", "disable_", "query", "glob", "sniff", "parquet"))]


WORDS = st.sampled_from(
    "SELECT FROM votes WHERE COPY TO 'x.csv' DROP TABLE starter_votes ; ( ) * , 1 AS a WITH x UNION ALL ATTACH SET threads = "
    "read_text('secret.csv') glob('*') EXPLAIN ANALYZE INSERT INTO DELETE CALL PRAGMA INSTALL httpfs enable_logging() query('SELECT 1') "
    "'secret.csv' /* */ -- \" '' $$ INSTALL LATERAL VALUES DESCRIBE SUMMARIZE SHOW EXPORT DATABASE IMPORT".split(" ")
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sql=st.one_of(st.lists(WORDS, max_size=12).map(" ".join), st.text(max_size=40), st.lists(WORDS, max_size=8).map("SELECT * FROM ".join))
)
def test_no_text_writes_reads_elsewhere_or_breaks(place, record, sql):
    before = contents(place)
    try:
        shown = str(record.ask(sql).to_dict(as_series=False))
    except UsageError as error:
        shown = f"{error.message} {error.why}"
    assert SECRET not in shown
    assert contents(place) == before


HOSTILE = [
    "'; DROP TABLE votes; --",
    "' OR 1 = 1 --",
    '" OR 1 = 1',
    "\\'; SELECT 1",
    "$$; DROP VIEW votes; $$",
    "%",
    "?",
    "{x}",
    "NULL",
    "\x00",
    "'",
]


@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)))
def test_a_parameter_is_a_value_and_no_sql(hostile):
    record = RECORD
    assert record.rows("SELECT * FROM votes WHERE state = ?", [hostile]) == []
    assert record.rows("SELECT count(*) > 1000 AS many FROM votes") == [{"many": True}]


RECORD = Record(Path("/nonexistent"))


def test_text_in_loaded_rows_is_no_sql(tmp_path):
    (tmp_path / "raw.csv").write_text("made", encoding="utf-8")
    titles = [text for text in HOSTILE if text != "\x00"]
    call = pl.DataFrame(
        {"rcid": [f"test:{text}" for text in titles], "body": "UNGA", "title": titles, "source": "made", "date": date(2024, 1, 1)}
    )
    put(tmp_path / "it's", "un_votes", {"roll_calls": call}, tmp_path / "raw.csv")
    record = Record(tmp_path / "it's")
    back = record.frame("SELECT rcid, title FROM roll_calls WHERE rcid LIKE 'test:%' ORDER BY rcid")
    assert back.equals(call.select("rcid", "title").sort("rcid"))
    assert record.ask("SELECT count(*) FROM roll_calls WHERE title LIKE '%DROP%'").item() >= 2


def test_a_query_that_outgrows_the_memory_writes_nothing_where_the_user_stands(tmp_path):
    script = (
        "import sys; from pathlib import Path; from nonaligned.record.store import Record\n"
        "print(Record(Path('/nonexistent')).ask('SELECT count(DISTINCT hash(i)) AS n FROM range(300000) r(i)').item())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True, env=os.environ)
    assert (done.stdout, done.stderr, list(tmp_path.iterdir())) == ("300000\n", "", [])
