"""Rows as a table on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], title: str = "") -> None:
    """Print `columns` of `rows` as a table that fits the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        *(column.replace("_", " ") for column in columns), box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False
    )
    for row in rows:
        table.add_row(*(Text(str(row.get(column) if row.get(column) is not None else "")) for column in columns))
    Console().print(table)
