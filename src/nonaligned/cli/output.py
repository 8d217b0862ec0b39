"""Writing an answer: to the terminal, or to a file that is whole or not there."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from nonaligned.ground.errors import UsageError


def probe_data(output: Path, suffixes: tuple[str, ...]) -> None:
    """Refuse a data file that cannot be written or whose suffix names no format, before any work is done."""
    probe(output)
    if output.suffix.lower() not in suffixes:
        raise UsageError(
            f"Cannot tell the format of {output}.", why=f"Known are {', '.join(suffixes)}.", mend=f"-o {output.stem}{suffixes[0]}"
        )


def probe(output: Path | None, report: str = "-", as_json: bool = True) -> None:
    """Refuse an output that cannot be written, or that would overwrite the report, before any work is done."""
    if output is None:
        return
    why = ""
    if output.is_dir():
        why = "It is a folder."
    elif not output.parent.is_dir():
        why = "There is no such folder."
    elif output.exists() and (not os.access(output, os.W_OK) or output.is_file() and not output.stat().st_mode & 0o222):
        why = "It may not be written."
    elif not output.exists() and not os.access(output.parent, os.W_OK):
        why = "No permission to write there."
    elif report != "-" and output.exists() and Path(report).exists() and output.samefile(report):
        why = "It is the report itself."
    elif not as_json and output.suffix.lower() not in {".html", ".htm", ""}:
        why = f"A brief is written as a page: {output.suffix} is no page. For data add --json."
    if why:
        raise UsageError(f"Cannot write {output}.", why=why, mend="give another FILE after -o, as brief.html")


def write(text: str, output: Path | None) -> None:
    """Print, or write the whole file or nothing."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        if output.exists() and not output.is_file():  # a device or a pipe is written to, never replaced
            output.write_text(text, encoding="utf-8")
        else:
            _replace(text, output.resolve())
    except OSError as error:
        raise UsageError(f"Cannot write {output}.", why=str(error.strerror or error), mend="give another FILE after -o") from error
    click.echo(f"Wrote {output}", err=True)


def _replace(text: str, output: Path) -> None:
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, output)
    except OSError:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
