"""Time from the shell to the end of `--help` and of small look-ups, beside a Python process that does nothing."""

from __future__ import annotations

import sys

from timing import PROGRAM, process, say, wall

COMMANDS = (("--help",), ("--version",), ("check", "--help"), ("states", "India", "--json"), ("sources", "--json"))

if __name__ == "__main__":
    bare = wall(lambda: process([sys.executable, "-c", "pass"]), 15)
    say("python -c pass", bare)
    click = wall(lambda: process([sys.executable, "-c", "import click"]), 15)
    say("python -c 'import click'", click, peer=bare, peer_name="bare Python")
    for arguments in COMMANDS:
        taken = wall(lambda arguments=arguments: process([*PROGRAM, *arguments]), 15)
        say(f"nonaligned {' '.join(arguments)}", taken, peer=click, peer_name="importing click")
