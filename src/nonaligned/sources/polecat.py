"""POLECAT's files of events (``ngecEvents``): tab-separated with a header, PLOVER types, ISO 3166 alpha-3 countries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.sources import LoadedRows, SourceDeclaration
from nonaligned.sources.event_codes import QUADS, TYPES
from nonaligned.sources.event_files import EventLayout, as_utf8, header_of, no_number, number, plain_events
from nonaligned.sources.event_streaming import stream_events
from nonaligned.sources.fetching.dataverse import Dataset
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

INTENSITY = ("Intensity", "Event Intensity")  # two generations of the files
NEEDED = (
    "Event ID",
    "Event Date",
    "Event Type",
    "Event Mode",
    "Quad Code",
    "Actor Name",
    "Actor Country",
    "Actor Sectors",
    "Recipient Name",
    "Recipient Country",
    "Recipient Sectors",
    "Placename",
    "Country",
    "Latitude",
    "Longitude",
)
MISSING = "None"
# ISO 3166-1 alpha-3 codes of dependent territories.
TERRITORIES = frozenset(
    "ABW AIA ALA ASM ATA ATF BES BLM BMU BVT CCK CUW CXR CYM FLK FRO GGY GIB GLP GRL GUF GUM HKG HMD IMN IOT JEY MAC MAF MNP MSR MTQ "
    "MYT NCL NFK PCN PRI PYF REU SGS SHN SJM SPM SXM TCA TKL UMI VGB VIR WLF".split()
)
WARNINGS = (
    "Coded by machine from news: counts follow coverage as much as conduct.",
    "Where a row names several states on one side, that side has no state here; dependent territories have none either.",
)
DECLARED = {
    "producer": "Scarborough, Bagozzi, Beger, Berrie, Halterman, Schrodt and Spivey",
    "title": "POLECAT Weekly Data",
    "licence": "as stated in the Harvard Dataverse entry; cite",
    "citation": "Scarborough, G. I., Bagozzi, B. E., Beger, A., Berrie, J., Halterman, A., Schrodt, P. A. and Spivey, J. (2023). "
    "POLECAT Weekly Data. Harvard Dataverse, doi:10.7910/DVN/AJGVIT.",
    "url": "https://doi.org/10.7910/DVN/AJGVIT",
}


def _cell(name: str) -> str:
    return f"nullif(\"{name}\", '{MISSING}')"


def _text(name: str) -> str:
    """A cell of free text, out of its quotes where it stands in some."""
    cell = _cell(name)
    return f"CASE WHEN {cell} LIKE '\"%\"' THEN replace(substr({cell}, 2, length({cell}) - 2), '\"\"', '\"') ELSE {cell} END"


def _layout(header: tuple[str, ...], quote: str) -> EventLayout:
    columns = {name: "DATE" if name == "Event Date" else "VARCHAR" for name in header}
    intensity = next(f'"{name}"' for name in INTENSITY if name in header)
    actor, recipient = (_text(name) if name in header else "NULL" for name in ("Actor Name Raw", "Recipient Name Raw"))
    quads = " ".join(f"WHEN '{name}' THEN {n}" for name, n in QUADS.items())
    quad = f'CASE lower("Quad Code") {quads} END'
    types = ", ".join(f"'{name}'" for name in sorted(TYPES))
    values = {
        "event_id": _cell("Event ID"),
        "date": '"Event Date"',
        "actor": f"coalesce({_text('Actor Name')}, {actor})",
        "actor_state": _cell("Actor Country"),
        "actor_sector": f"replace({_cell('Actor Sectors')}, ';', '|')",
        "recipient_actor": f"coalesce({_text('Recipient Name')}, {recipient})",
        "recipient_state": _cell("Recipient Country"),
        "recipient_sector": f"replace({_cell('Recipient Sectors')}, ';', '|')",
        "event_type": 'upper("Event Type")',
        "mode": _cell("Event Mode"),
        "quad_class": quad,
        "intensity": number(intensity, MISSING),
        "place": _text("Placename"),
        "place_state": _cell("Country"),
        "latitude": number('"Latitude"', MISSING),
        "longitude": number('"Longitude"', MISSING),
    }
    faults = {
        "column Event ID: it is empty": f"{_cell('Event ID')} IS NULL",
        "column Event Date: it is no day of a century from 1900 on": "NOT coalesce(year(date) BETWEEN 1900 AND 2100, false)",
        "column Event Type: it is no PLOVER type": f'NOT coalesce(upper("Event Type") IN ({types}), false)',
        "column Quad Code: it is none of the four": f"{_cell('Quad Code')} IS NOT NULL AND {quad} IS NULL",
        "column Intensity: it is not -10 to 10": no_number(intensity, -10, 10, MISSING),
        "column Latitude: it is no latitude": no_number('"Latitude"', -90, 90, MISSING),
        "column Longitude: it is no longitude": no_number('"Longitude"', -180, 180, MISSING),
    }
    cells = {"actor_state": "Actor Country", "recipient_state": "Recipient Country", "place_state": "Country"}
    return EventLayout("polecat", columns, values, faults, dict.fromkeys(cells, _coded), cells, header=True, quote=quote)


def _coded(found: pl.Series) -> Mapping[str, str]:
    """The states of the cells; a list of several, or a territory, is no state; a list that repeats one is that one."""
    ours = {one.code for one in states(system=None)}
    told: dict[str, str] = {}
    for cell in found:
        codes = {code.strip() for code in cell.split(";")} - {"", MISSING}
        if codes <= ours | TERRITORIES:
            told[cell] = next(iter(codes)) if len(codes) == 1 and codes <= ours else ""
    return told


def read_polecat(path: Path) -> LoadedRows:
    r"""Read an event file of POLECAT into `events`, written to a Parquet file.

    Parameters
    ----------
    path : Path
        ``ngecEvents....txt``, or a ``.zip`` with one such file.

    Returns
    -------
    LoadedRows
        One row per event with its PLOVER type and mode.

    Raises
    ------
    SourceError
        If a column is missing, or more than one line in a hundred cannot be read.

    Source
    ------
    Scarborough et al. (2023), doi:10.7910/DVN/AJGVIT; codebook doi:10.7910/DVN/LMFPIP.

    Examples
    --------
    >>> import tempfile
    >>> from nonaligned.ground.errors import SourceError
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "ngecEvents.DV.2024.txt"
    ...     _ = file.write_text("Event ID\tEvent Date\n")
    ...     try:
    ...         read_polecat(file)
    ...     except SourceError as error:
    ...         print(error)
    ngecEvents.DV.2024.txt, line 1: the column 'Event Type' is missing.
    """
    with plain_events(path) as packed, as_utf8(packed) as plain:
        header, quote = header_of(plain, path, NEEDED)
        if not set(INTENSITY) & set(header):
            header_of(plain, path, INTENSITY[:1])
        return stream_events(plain, path, _layout(header, quote), DECLARED, WARNINGS)


SOURCE = SourceDeclaration(
    name="polecat",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("events",),
    warnings=WARNINGS,
    read=read_polecat,
    dataset=Dataset("10.7910/DVN/AJGVIT", ("*events*.txt", "*events*.tab", "*events*.zip", "*events*.csv")),
    words="YEAR...",
)
