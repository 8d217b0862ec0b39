"""Write docs/tables.md, docs/sources.md and docs/measures.md from the definitions of tables, columns, sources and measures.

    .venv/bin/python tools/docs/write_dictionary.py

`tests/test_docs.py` fails where the pages are not what this writes.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reader_words import BLANK, words_of

from nonaligned.cli.dictionary import column_row
from nonaligned.ground.errors import UsageError
from nonaligned.measures import Option, measures
from nonaligned.record.fields import STATE
from nonaligned.record.origins import MEANINGS, ORIGIN_COLUMNS
from nonaligned.record.starter import DERIVED, starter_origin
from nonaligned.record.store import Record
from nonaligned.record.tables import TABLES, Table
from nonaligned.record.views import FOLLOWS, SAME_SOURCE
from nonaligned.sources import SourceDeclaration, sources

DOCS = Path(__file__).parents[2] / "docs"
MADE = "<!-- Written by tools/docs/write_dictionary.py; change the definitions, not this page. -->\n"
TABLES_HEAD = f"""# Tables

{MADE}
Every table of the record, with its key and columns. `nonaligned record` lists the tables of your own record, `nonaligned record TABLE` the
columns of one. [record.md](record.md) says how rows get in, [sources.md](sources.md) from where.

- One row per *unit*; no two rows share the *key*.
- A text that is not known is empty, a number or a day that is not known is missing (NULL). Missing is never 0.
- "State code" is {STATE.removeprefix("state code (").removesuffix(")")}. Some columns of states admit a group's code, `OTHER` or
  `COMPILED`; their meaning says so.
- Days that are text keep the precision that is known: `2013-05` is a day in May 2013, `1970/1973-09` a day between the two,
  `..2012-08-31` that day at the latest.
- *Ships* is what comes with the program; *filled by* names the sources whose files add rows.
"""
SOURCES_HEAD = f"""# Sources

{MADE}
Every official file that the record takes. `nonaligned sources` lists them with what you have loaded and the next step. *Pull* means that
the program downloads the file; for the others you download it and `load` it, because the producer asks for a person or gives no address.
The program ships none of these files, and what you load stays on your machine under the producer's terms.

Text files may be plain, in gzip or in a zip archive. A file of another layout, and a cell that cannot be read, is refused in words, with
its line and column where it has them, and the record stays as it was. Every row of a file is used, or set aside and counted with the
reason; `{BLANK}` stands for what the reader fills in. Besides the reasons below, rows of yearly tables that name a state outside its dates
in the international system are set aside where they are at most 2 in 100, and refused where they are more.
"""

MEASURES_HEAD = f"""# Measures

{MADE}
`nonaligned measure NAME` gives the rows of one, `nonaligned measures` lists them. [ideal_points.md](ideal_points.md) says how positions
are made, [vote_measures.md](vote_measures.md) how votes are compared, [dependence.md](dependence.md) how dependence, autonomy and hedging
are, [whatif.md](whatif.md) the balance and what-ifs.

- `lower` and `upper` are the ends of a 90 % interval, `q25` and `q75` of a 50 % one.
- A value that is not known is missing, never 0; `coverage` says how much of what it needs is known.
- `--states`, `--years` or `--sessions` choose the rows; baselines and percentiles are over all states in any case.
- The same `--seed` gives the same bytes. `-o FILE` writes .csv, .parquet, .dta, .json, and, for states by year, .svg or .png.
"""


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """The text of each page by its name."""
    made = {"tables.md": _tables_page(), "sources.md": _sources_page(), "measures.md": _measures_page()}
    return {name: "\n".join(lines) for name, lines in made.items()}


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|")


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(_cell(value) for value in row)} |"
    yield ""


# ---------------------------------------------------------------- measures


def _measures_page() -> Iterator[str]:
    yield MEASURES_HEAD
    found = [(f"[`{one.name}`](#{one.name})", one.title, ", ".join(one.key)) for one in measures().values()]
    yield from _table(("measure", "what it says", "one row for each"), found)
    for one in measures().values():
        yield f"## `{one.name}`\n\n{one.title}. {one.how}\n"
        yield f"- Low: {one.low_means}. High: {one.high_means}."
        yield f"- Reads {', '.join(f'[`{table}`](tables.md#{table})' for table in one.tables)}; loaded by `{one.load}`."
        takes = [word for word, is_taken in (("`--powers`", one.takes_powers), ("`--weights`", one.takes_weights)) if is_taken]
        if takes:
            yield f"- Takes {' and '.join(takes)}."
        yield from (f"- {source}." for source in one.citation)
        yield ""
        yield from _table(("column", "unit", "meaning"), [(f"`{field.name}`", field.unit, field.description) for field in one.fields])
        if one.options:
            options = [(f"`--{option.name.replace('_', '-')}`", _option(option), option.meaning) for option in one.options]
            yield from _table(("option", "values (default first)", "meaning"), options)


def _option(option: Option) -> str:
    if option.choices:
        rest = [choice for choice in option.choices if choice != option.default]
        return ", ".join([option.default, *rest] if option.default else rest)
    return option.kind if option.default in (None, False) else f"{option.default}; {option.kind}"


# ---------------------------------------------------------------- tables


def _tables_page() -> Iterator[str]:
    record = Record(Path("/nonexistent"))
    yield TABLES_HEAD
    found = [(f"[`{one.name}`](#{one.name})", one.unit.replace("_", " "), one.description) for one in TABLES.values()]
    origins = ("[`origins`](#origins)", "table, source and part", "Where the rows of each table come from.")
    yield from _table(("table", "one row per", "what it holds"), [*found, origins])
    for table in TABLES.values():
        yield from _one_table(table, record)
    yield "## `origins`\n\nWhere the rows of each table come from: a row for each table, source and part. Ships and loaded alike.\n"
    columns = [(f"`{name}`", "integer" if kind == "BIGINT" else "text", MEANINGS[name]) for name, kind in ORIGIN_COLUMNS.items()]
    yield from _table(("column", "type", "meaning"), columns)


def _one_table(table: Table, record: Record) -> Iterator[str]:
    yield f"## `{table.name}`\n\n{table.description}\n"
    yield f"- One row per {table.unit.replace('_', ' ')}; key {', '.join(f'`{name}`' for name in table.key)}."
    yield f"- Ships: {_ships(table, record)}"
    filling = [f"[`{one.name}`](sources.md#{one.name})" for one in sources().values() if table.name in one.tables]
    if filling:
        yield f"- Filled by {', '.join(filling)}."
    yield from (f"- {line}" for line in _gives_way(table))
    yield from (f"- Mind: {warning}" for warning in table.warnings)
    yield ""
    rows: list[tuple[object, ...]] = []
    for field in table.fields:
        told = column_row(field, field.name in table.key)
        unit = f"; {told['unit']}" if told["unit"] else ""
        kind = told["type"] + unit + (f"; {told['range']}" if told["range"] else "")
        rows.append((f"`{field.name}`" + (" (key)" if told["key"] == "1" else ""), kind, _meaning(field.description)))
    yield from _table(("column", "type; unit; range", "meaning"), rows)


def _meaning(text: str) -> str:
    return text.replace(STATE, "state code")


def _ships(table: Table, record: Record) -> str:
    count = int(record.rows(f"SELECT count(*) AS n FROM {table.name}")[0]["n"])
    if not count:
        return "no rows."
    origin = starter_origin(table.name)
    until = f", true as of {origin.as_of}" if origin else ""
    behind = DERIVED[table.name][0] if table.name in DERIVED else ()
    if table.name == "treaty_spells":
        behind = ("treaties",)
    from_which = f", from {' and '.join(f'`{name}`' for name in behind)}" if behind else ""
    return f"{count:,} rows{until}{from_which}."


def _gives_way(table: Table) -> Iterator[str]:
    if table.name in FOLLOWS and table.name != "treaty_spells":
        behind = FOLLOWS[table.name][0]
        yield f"Once `{behind}` is loaded, rows that follow from it are added."
    if table.yields_to_loaded:
        yield f"A row that ships gives way to loaded rows with the same {_listed(table.yields_to_loaded)}."
    if table.yields_to_starter:
        yield f"A loaded row gives way to rows that ship with the same {_listed(table.yields_to_starter)}."
    if table.name in SAME_SOURCE:
        yield "Rows that ship give way where their source itself is loaded."


def _listed(names: tuple[str, ...]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


# ---------------------------------------------------------------- sources


def _sources_page() -> Iterator[str]:
    yield SOURCES_HEAD
    rows = [
        (f"[`{one.name}`](#{one.name})", one.title, "pull" if one.may_pull else "by hand", ", ".join(f"`{name}`" for name in one.tables))
        for one in sources().values()
    ]
    yield from _table(("source", "title", "how", "fills"), rows)
    for source in sources().values():
        yield from _one_source(source)


def _one_source(source: SourceDeclaration) -> Iterator[str]:
    words = words_of(source)
    version = f", version {source.version}" if source.version and source.version not in source.title else ""
    yield f"## `{source.name}`\n\n{source.title}{version}.\n"
    facts = [
        ("producer", source.producer),
        ("terms", source.licence),
        ("cite as", source.citation),
        ("address", f"<{source.address}>"),
        ("get it", _how(source)),
        ("reads", _layouts(source)),
        ("fills", ", ".join(f"[`{name}`](tables.md#{name})" for name in source.tables)),
    ]
    if words.covered:
        facts.append(("covers", "; ".join(text.removeprefix(f"{BLANK}; ").rstrip(".") for text in words.covered)))
    missing = "means none inside the years and states that a file covers whole" if words.is_complete else "is unknown, never 0"
    facts.append(("a missing row", missing))
    yield from _table(("", ""), list(facts))
    yield "What to mind:\n"
    yield from (f"- {text}" for text in source.warnings)
    if words.aside:
        yield "\nRows set aside:\n"
        yield from (f"- {text}" for text in words.aside)
    refused = _section(source, "Raises").removeprefix("SourceError").strip()
    if refused:
        yield f"\nRefused {_sentence(refused[:1].lower() + refused[1:])}"
    yield ""


def _sentence(text: str) -> str:
    return " ".join(text.split()).rstrip(".") + "."


def _how(source: SourceDeclaration) -> str:
    by_hand = f"`nonaligned load {source.name} FILE{'...' if source.read_together else ''}`"
    command = f"`nonaligned pull {source.name}{f' {source.words}' if source.words else ''}`"
    if source.dataset is not None:
        of = f"the data set <https://doi.org/{source.dataset.doi}>; a word chooses among its files"
    elif source.downloads is not None:
        try:
            of = ", ".join(f"<{one.url.partition('?')[0]}>" for one in source.downloads(()))
        except UsageError as error:  # it wants words
            of = f"as `{error.mend}`"
    else:
        return f"download it from the address, then {by_hand}"
    return f"{command}: {of}. A file that you have: {by_hand}"


def _layouts(source: SourceDeclaration) -> str:
    """The module's first line, and what the reader's docstring says of the file."""
    module = inspect.getdoc(sys.modules[f"nonaligned.sources.{source.name}"]) or ""
    described = _section(source, "Parameters")
    found = re.search(r"^path : Path\n((?: +.*\n?)+)", described, re.M)
    file = found[1] if found else (inspect.getdoc(source.read) or "").splitlines()[0]
    text = " ".join(f"{module.splitlines()[0]} {_sentence(file)}".split())
    return re.sub(r"; see `\w+`", "", text.replace("``", "`"))


def _section(source: SourceDeclaration, name: str) -> str:
    """A section of the docstring of a source's reader."""
    found = re.search(rf"^{name}\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", inspect.getdoc(source.read) or "", re.M | re.S)
    return found[1].strip() + "\n" if found else ""


if __name__ == "__main__":
    main()
