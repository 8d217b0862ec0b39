"""Excerpts of official files, one or more for each source, and what a reader makes of a file in a form that can be compared."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from nonaligned.record.checks import check_rows
from nonaligned.record.incoming import LoadedRows
from nonaligned.record.tables import TABLES
from nonaligned.sources import SourceDeclaration, source

FIXTURES = Path(__file__).parent / "sources" / "fixtures"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A file of a source: `head` lines stand before the data, the last of them with the names of the columns (0: no names)."""

    source: str
    file: str
    head: int = 1
    delimiter: str = ","

    @property
    def path(self) -> Path:
        return FIXTURES / self.file

    @property
    def data(self) -> bytes:
        return self.path.read_bytes()

    @property
    def declared(self) -> SourceDeclaration:
        return source(self.source)

    @property
    def is_text(self) -> bool:
        return self.path.suffix in {".csv", ".tsv", ".tab", ".txt"}

    def __str__(self) -> str:
        return self.file if self.file.startswith(self.source) else f"{self.source}-{self.file}"


TAB = "\t"
# A new source adds its own.
EXCERPTS = (
    Excerpt("archigos", "archigos_reduced.csv"),
    Excerpt("atop", "atop_reduced.csv"),
    Excerpt("baci", "BACI_HS92_Y2022_V202401b.csv"),
    Excerpt("china_visits", "china_visits.csv"),
    Excerpt("comtrade", "comtrade_india_2022.json"),
    Excerpt("cow_capabilities", "cow_capabilities.csv"),
    Excerpt("cow_trade", "cow_trade.csv"),
    Excerpt("gdelt", "gdelt.tsv", 0, TAB),
    Excerpt("gdelt", "gdelt_58.tsv", 0, TAB),
    Excerpt("gdelt", "gdelt_57.tsv", 0, TAB),
    Excerpt("icews", "icews.tab", 1, TAB),
    Excerpt("ideal_points", "ideal_points.csv"),
    Excerpt("imf_trade", "imf_series.csv"),
    Excerpt("informal_organisations", "informal_organisations.csv"),
    Excerpt("itpd_trade", "itpd_trade.csv"),
    Excerpt("nuclear_agreements", "nuclear_agreements.csv"),
    Excerpt("polecat", "polecat.txt", 1, TAB),
    Excerpt("reign", "reign_leaderlist_3_21.csv"),
    Excerpt("sanctions", "sanctions.csv"),
    Excerpt("sipri_milex", "sipri_milex.xlsx"),
    Excerpt("sipri_transfers", "sipri_register_17.csv"),
    Excerpt("sipri_transfers", "sipri_register_16.csv"),
    Excerpt("sipri_transfers", "sipri_tiv_exports.csv", 5),
    Excerpt("un_council_votes", "undl_council_2025.csv"),
    Excerpt("un_votes", "undl_assembly_2026.csv"),
    Excerpt("un_votes", "undl_assembly_2024.csv"),
    Excerpt("un_votes", "voeten_reduced.csv"),
    Excerpt("us_coincidence", "un-coincidence-2020.csv"),
    Excerpt("world_bank", "API_SP.POP.TOTL.csv", 5),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader made of a file: rows that passed the checks of their tables, in order of the key, and the counts."""

    frames: dict[str, pl.DataFrame]
    rows_in: int
    rows_used: int
    n_aside: int

    def rows(self) -> Counter[tuple[object, ...]]:
        return Counter((table, *row) for table, frame in self.frames.items() for row in frame.iter_rows())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and self.rows() == other.rows()

    __hash__ = None  # type: ignore[assignment]


def frame_of(frame: pl.DataFrame | Path) -> pl.DataFrame:
    """The rows, read from the Parquet file that a reader of large files wrote."""
    return pl.read_parquet(frame) if isinstance(frame, Path) else frame


def clear(rows: LoadedRows) -> None:
    """Remove the folders in which a reader of large files wrote."""
    for frame in rows.frames.values():
        if isinstance(frame, Path) and frame.parent.name.startswith("nonaligned-"):
            shutil.rmtree(frame.parent, ignore_errors=True)


def answer(declared: SourceDeclaration, path: Path) -> Answer:
    """Read a file and check its rows, as loading it would; raises what the reader and the checks raise."""
    rows = declared.read(path)
    try:
        frames = {table: check_rows(TABLES[table], frame_of(frame)) for table, frame in rows.frames.items()}
        aside = sum(one.count for one in rows.set_aside)
        assert rows.rows_in == rows.rows_used + aside, f"{rows.rows_in} rows in, {rows.rows_used} used, {aside} set aside"
        return Answer(frames, rows.rows_in, rows.rows_used, aside)
    finally:
        clear(rows)
