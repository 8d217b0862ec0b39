"""CEPII's BACI: product trade between exporter and importer, reconciled from both sides' reports to the United Nations."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.record.engine import convert
from nonaligned.sources import LoadedRows, SetAside, SourceDeclaration
from nonaligned.sources.comtrade_codes import TAIWAN_NOTE, add_state, known_others, numbered_states
from nonaligned.sources.reading import header_of, opened, plain_file, read_bytes
from nonaligned.sources.trade_rows import loaded, refuse_many_unknown, standing

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("t", "i", "j", "k", "v", "q")
TYPES = {"t": "SMALLINT", "i": "SMALLINT", "j": "SMALLINT", "k": "VARCHAR", "v": "DECIMAL(18,6)", "q": "VARCHAR"}
YEAR_FILE = re.compile(r"^BACI_(HS\d\d)_Y(\d{4})_V(\w+)\.csv$", re.IGNORECASE)
CODE_FILE = re.compile(r"^country_codes_V\w+\.csv$", re.IGNORECASE)
# A product code may have lost its leading zero; its first two digits are the chapter.
CHAPTERS = (
    "SELECT t::BIGINT AS year, i::BIGINT AS i, j::BIGINT AS j, lpad(trim(k), 6, '0')[:2] AS chapter, sum(v) AS thousands, min(v) AS least, "
    "count(*) AS n, count(v) AS n_known FROM rows GROUP BY ALL ORDER BY ALL"
)
THOUSAND = 1000
DECLARED = {
    "producer": "CEPII",
    "title": "BACI: International Trade Database at the Product-Level",
    "url": "https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
    "licence": "Etalab 2.0",
    "citation": "Gaulier, Guillaume, and Soledad Zignago. 2010. BACI: International Trade Database at the Product-Level. The 1994-2007 "
    "Version. CEPII Working Paper 2010-23.",
}
WARNINGS = (
    "Values are f.o.b., reconciled from both sides' reports, in US$ of the time; products are summed to chapters of the Harmonized System.",
    "Belgium and Luxembourg (to 1998) and the customs union of southern Africa (to 1999) are left out, being no states. " + TAIWAN_NOTE,
    "One file replaces the whole source: load the archive, or the files of all years together.",
)


def read_baci(path: Path) -> LoadedRows:
    r"""Read the archive of a BACI release, or the file of one year, into `trade` and `trade_products` (``HS27``).

    Parameters
    ----------
    path : Path
        ``BACI_HS92_V202401b.zip`` with its files by year and its country codes, or ``BACI_HS92_Y2022_V202401b.csv``.

    Returns
    -------
    LoadedRows
        Values in US$; sums are of decimals, so that they do not depend on the order of reading. The products are in a
        Parquet file in a temporary folder.

    Raises
    ------
    SourceError
        If the header is another, a cell cannot be read, files are of several revisions of the Harmonized System, or the
        archive's own country codes disagree with the program's.

    Source
    ------
    Gaulier and Zignago 2010; ``readme`` of each release.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "BACI_HS92_Y2022_V202401b.csv"
    ...     _ = file.write_text("t,i,j,k,v,q\n2022,643,699,270900,25000.5,NA\n2022,643,699,270119,1000.25,1\n")
    ...     rows = read_baci(file)
    >>> rows.frames["trade"].select("exporter", "importer", "value_usd").rows()
    [('RUS', 'IND', 26000750.0)]
    """
    return read_baci_together((path,))


def read_baci_together(paths: tuple[Path, ...]) -> LoadedRows:
    """Read the files of several years, as `read_baci`."""
    import polars as pl

    aside: dict[str, int] = {}
    rows_in = 0
    trade: list[pl.DataFrame] = []
    seen: dict[int, str] = {}
    target = _folder() / "trade_products.parquet"
    parts: list[Path] = []
    for path in paths:
        _compare_codes(path)
        for name in _year_files(path):
            with plain_file(path, name) as plain:
                chapters, count = _chapters(plain, name)
            rows_in += count
            for year in chapters["year"].unique().to_list():
                if seen.setdefault(year, name) != name:
                    raise SourceError(f"{name}: the year {year} is in {seen[year]} too.")
            chapters = _states_only(chapters, aside, name)
            trade.append(_rows(chapters, ("exporter", "importer", "year")).with_columns(note=pl.lit("")))
            parts.append(target.with_name(f"{len(parts)}.parquet"))
            _rows(chapters, ("exporter", "importer", "year", "product")).write_parquet(parts[-1])
    revisions = {match[1] for name in seen.values() if (match := YEAR_FILE.match(name))}
    if len(revisions) > 1:
        raise SourceError(f"The files are of several revisions: {', '.join(sorted(revisions))}.", why="Their products are not the same.")
    _together(parts, target)
    return loaded(
        {**DECLARED, "version": _version(list(seen.values()))},
        "baci",
        {"trade": pl.concat(trade), "trade_products": target},
        (min(seen), max(seen)),
        rows_in=rows_in,
        set_aside=[SetAside(count, reason) for reason, count in aside.items()],
        warnings=WARNINGS,
        coverage_note="flows between the states that report or are reported; a dyad without a row is missing",
        file=paths[0].name,
    )


def _folder() -> Path:
    """A folder for the products that outlives the reading and goes when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="nonaligned-baci-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _year_files(path: Path) -> list[str]:
    """Names of the year files in an archive, or the file's own."""
    if not zipfile.is_zipfile(path):
        return [path.name]
    with zipfile.ZipFile(path) as archive:
        names = sorted(base for name in archive.namelist() if YEAR_FILE.match(base := PurePosixPath(name).name))
    if not names:
        raise SourceError(f"{path.name} holds no file like BACI_HS92_Y2022_V202401b.csv.", mend="nonaligned sources")
    return names


def _chapters(plain: Path, name: str) -> tuple[pl.DataFrame, int]:
    """Sums by dyad, year and chapter, and the number of data rows."""
    import polars as pl

    with opened(plain) as handle:
        header = header_of(handle.read(4096))
    if sorted(header) != sorted(COLUMNS):
        raise SourceError(f"{name}, line 1: the columns are {', '.join(header)[:200]}.", why=f"BACI has {', '.join(COLUMNS)}.")
    with tempfile.TemporaryDirectory(prefix="nonaligned-") as folder:
        target = Path(folder) / "chapters.parquet"
        done = convert(plain, {column: TYPES[column] for column in header}, CHAPTERS, target, delimiter=",", header=True, quote='"')
        if done.rejected:
            bad = done.rejected[0]
            raise SourceError(f"{name}, line {bad.line}, column {bad.column}: {bad.reason}.", why=f"{done.n_rejected} lines are like this.")
        chapters = pl.read_parquet(target)
    wrong = chapters.filter(
        (pl.col("least") < 0) | (pl.col("n_known") < pl.col("n")) | ~pl.col("year").is_between(1988, 2100).fill_null(False)
    )
    wrong = pl.concat([wrong, chapters.filter(pl.any_horizontal(pl.col("i", "j", "chapter").is_null()))])
    if wrong.height or not chapters.height:
        first = wrong.row(0, named=True) if wrong.height else {}
        raise SourceError(f"{name} has rows without a year, state, product or value that can be read.", why=str(first or "It has no rows."))
    return chapters, done.rows_in


def _states_only(chapters: pl.DataFrame, aside: dict[str, int], name: str) -> pl.DataFrame:
    import polars as pl

    path = Path(name)
    for side in ("i", "j"):
        odd = chapters.filter(~pl.col(side).is_in([*numbered_states(), *known_others(), 891]))
        refuse_many_unknown(int(odd["n"].sum()), int(chapters["n"].sum()), odd[side], path)
    frame = add_state(add_state(chapters, "i", "year", "exporter"), "j", "year", "importer")
    rules = {
        "no state (territories, groups)": pl.any_horizontal(pl.col("exporter", "importer").is_null()),
        "two numbers of one state": pl.col("exporter") == pl.col("importer"),
    }
    for reason, rule in rules.items():
        aside[reason] = aside.get(reason, 0) + int(frame.filter(rule)["n"].sum())
        frame = frame.filter(~rule)
    outside = ~standing(frame, "exporter", "importer")
    reason = "a state outside its dates"
    aside[reason] = aside.get(reason, 0) + int(frame.filter(outside)["n"].sum())
    for empty in [reason for reason, count in aside.items() if not count]:
        del aside[empty]
    return frame.filter(~outside)


def _rows(chapters: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """Sums by `key` as rows of the record; two numbers of one state (Sudan in 2011) are added up."""
    import polars as pl

    return (
        chapters.with_columns(product="HS" + pl.col("chapter"))
        .group_by(key)
        .agg(pl.col("thousands").sum())
        .sort(key)
        .select(
            *key,
            reporter=pl.lit("COMPILED"),
            value_usd=(pl.col("thousands").cast(pl.Float64) * THOUSAND).round(0),  # v has three decimals: whole dollars
            valuation=pl.lit("fob"),
            prices=pl.lit("current"),
        )
    )


def _together(parts: list[Path], target: Path) -> None:
    """The parts as one Parquet file with the columns of `trade_products`, and nothing else left in the folder."""
    import polars as pl

    from nonaligned.record.tables import TABLES

    lazy = pl.scan_parquet(parts).with_columns(source=pl.lit("baci"))
    lazy.select(TABLES["trade_products"].columns).sink_parquet(target, compression="zstd")
    for part in parts:
        part.unlink()


def _compare_codes(path: Path) -> None:
    """Refuse an archive whose list of countries gives another ISO code to a number than the program."""
    import csv

    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        lists = [PurePosixPath(name).name for name in archive.namelist() if CODE_FILE.match(PurePosixPath(name).name)]
    if not lists:
        return
    text = read_bytes(path, lists[0]).decode("utf-8-sig", errors="replace")
    ended = {"CSK", "SUN", "YUG", "SCG", "DDR", "YMD", "YAR", "VDR", "RVN"}
    for line, row in enumerate(csv.DictReader(text.splitlines()), 2):
        number = next((row[name] for name in ("country_code", "i") if row.get(name)), "")
        ours = numbered_states().get(int(number), "") if number.isdigit() else ""
        theirs = next((row[name] for name in ("country_iso3", "iso_3digit_alpha", "iso3") if row.get(name)), "")
        if len(theirs) == 3 and theirs.isalpha() and ours and ours not in ended and theirs != ours:
            raise SourceError(f"{lists[0]}, line {line}: {number} is {theirs}, which the program reads as {ours}.")


def _version(names: list[str]) -> str:
    found = {f"{match[3]} ({match[1]})" for name in names if (match := YEAR_FILE.match(name))}
    return ", ".join(sorted(found))


SOURCE = SourceDeclaration(
    name="baci",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("trade", "trade_products"),
    warnings=WARNINGS,
    read=read_baci,
    read_together=read_baci_together,
)
