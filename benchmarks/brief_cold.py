"""A first brief in a new process: reading, checking, charts and page. The peer is the parser alone."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from timing import PROGRAM, process, say, wall

PARSE = "import sys; from nonaligned.reports.parsing import parse; parse(sys.stdin.read())"

if __name__ == "__main__":
    from nonaligned.briefs.example import example_path

    text = example_path().read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "brief.html"
        parse = wall(lambda: process([sys.executable, "-c", PARSE], text), 5)
        say("load the model and parse the example", parse)
        for name, arguments in (
            ("read", ["read", "-"]),
            ("check", ["check", "-"]),
            ("brief --json", ["brief", "-", "--json"]),
            ("brief -o brief.html", ["brief", "-", "-o", page]),
        ):
            taken = wall(lambda arguments=arguments: process([*PROGRAM, *arguments], text), 5)
            say(f"nonaligned {name}, {len(text.split())} words", taken, peer=parse, peer_name="parsing alone")
