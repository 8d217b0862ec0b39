"""Made-up SQL against `Record.ask`: ``queries.py [COUNT] [SEED]``, 5,000 unless told.

Every text is answered or refused in words; none writes a file, reads one that is not the record's, or shows the environment.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "record"))

import killing

from nonaligned.ground.errors import UsageError
from nonaligned.record.store import Record

SECRET = "a value that nobody may see"
SUBJECTS = (
    "votes|'secret.csv'|read_text('secret.csv')|read_csv('{place}/secret.csv')|glob('*')|query('SELECT 1')|enable_logging(storage='file')|"
    "read_blob('/proc/self/environ')|duckdb_settings()|range(3)|(VALUES (1))|starter_votes|origins|sniff_csv('secret.csv')|"
    "read_duckdb('x.duckdb')|'https://example.org/x.csv'|enable_profiling(save_location='{place}/x.txt')|no_such_table|unnest([1])"
).split("|")
CHOSEN = (
    "*|1|count(*)|getenv('A_SECRET')|current_setting('home_directory')|COLUMNS(*)|write_log('x')|(SELECT 1)|NULL|'x'||1|version()".split(
        "|"
    )
)
FRAMES = (
    "SELECT {chosen} FROM {subject}|COPY (SELECT {chosen} FROM {subject}) TO 'x.csv'|EXPLAIN ANALYZE COPY {subject} TO '{place}/x.csv'|"
    "WITH a AS (SELECT {chosen} FROM {subject}) SELECT * FROM a|SELECT 1; DROP TABLE {subject}|"
    "CREATE TABLE x AS SELECT {chosen} FROM {subject}|"
    "SELECT * FROM votes WHERE rcid IN (SELECT {chosen} FROM {subject})|FROM {subject}|DESCRIBE {subject}|SUMMARIZE {subject}|"
    "SELECT (SELECT {chosen} FROM {subject} LIMIT 1)|SELECT {chosen} FROM {subject} UNION ALL SELECT {chosen} FROM {subject}|"
    "ATTACH {subject}|CALL {subject}|PIVOT {subject} ON {chosen} USING count(*)|INSERT INTO starter_votes SELECT {chosen} FROM {subject}"
).split("|")


def made_up(chance: random.Random, place: Path) -> str:
    text = chance.choice(FRAMES)
    for name, words in (("chosen", CHOSEN), ("subject", SUBJECTS)):
        while "{" + name + "}" in text:
            text = text.replace("{" + name + "}", chance.choice(words), 1)
    text = text.replace("{place}", str(place))
    for _ in range(chance.choice([0, 0, 0, 1, 2])):  # a slip of the pen
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(["", "'", ")", ";", "--", "/*", "\x00", '"', " "]) + text[at + chance.randrange(2) :]
    return text


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    os.environ["A_SECRET"] = SECRET
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        os.chdir(place)
        (place / "secret.csv").write_text(f"a\n{SECRET}\n", encoding="utf-8")
        killing.put(place / "record", "un_votes", killing.frames(0), place / "secret.csv")
        before = killing.contents(place)
        for _ in range(count):
            sql = made_up(chance, place)
            try:
                shown = str(Record(place / "record").ask(sql).to_dict(as_series=False))
                outcomes["answered"] += 1
            except UsageError as error:
                shown = f"{error.message} {error.why}"
                outcomes["refused in words"] += 1
            assert SECRET not in shown, sql
            assert killing.contents(place) == before, sql
        os.chdir("/")
    print(f"{count} made-up queries: {', '.join(f'{n} {what}' for what, n in outcomes.items())}; no file written, nothing shown")
