"""Reading and checking in a process that is warm: per report and in words a second. The peer is the parser alone."""

from __future__ import annotations

import statistics
from datetime import date

from timing import say, wall

if __name__ == "__main__":
    from nonaligned.briefs.example import example_path
    from nonaligned.checking import check_reading
    from nonaligned.checking.case import Case
    from nonaligned.record.store import Record
    from nonaligned.reports.parsing import parse
    from nonaligned.reports.reading import read_text
    from nonaligned.reports.report import Text

    text = example_path().read_text(encoding="utf-8")
    words = len(text.split())
    record = Record()
    cold = wall(lambda: record.rows("SELECT count(*) FROM votes"), 1)
    say("open the record (once a process)", cold)
    day = date(2024, 7, 8)
    reading = read_text(Text(text), day)
    check_reading(reading, Case(record, reading.date))

    parsed = wall(lambda: parse(text), 15)
    say(f"parse, {words} words", parsed, per=f"{words / statistics.median(parsed):,.0f} words/s")
    read = wall(lambda: read_text(Text(text), day), 15)
    say(f"read, {words} words", read, f"{words / statistics.median(read):,.0f} words/s", parsed, "parsing alone")
    checked = wall(lambda: check_reading(reading, Case(record, reading.date)), 15)
    say(
        f"check, {len(reading.claims)} claims",
        checked,
        f"{statistics.median(checked) / max(1, len(reading.claims)) * 1e3:.1f} ms/claim",
        parsed,
        "parsing alone",
    )
