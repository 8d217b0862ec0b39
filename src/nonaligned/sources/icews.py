"""ICEWS's files of events: tab-separated with a header, country names, CAMEO codes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.sources import LoadedRows, SourceDeclaration
from nonaligned.sources.event_files import (
    EventLayout,
    as_utf8,
    header_of,
    no_number,
    number,
    plain_events,
    plover_sql,
)
from nonaligned.sources.event_streaming import stream_events
from nonaligned.sources.fetching.dataverse import Dataset
from nonaligned.sources.state_codes import codes_of

if TYPE_CHECKING:
    import polars as pl

NEEDED = (
    "Event ID",
    "Event Date",
    "Source Name",
    "Source Sectors",
    "Source Country",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Sectors",
    "Target Country",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
)
MISSING = "NA"  # as the published files write it; an empty cell means the same
ALIASES = {
    "Occupied Palestinian Territory": "PSE",
    "the former Yugoslav Republic of Macedonia": "MKD",
    "Congo": "COG",
    "Democratic Republic of Congo": "COD",
    "Holy See": "VAT",
    "Moldova, Republic of": "MDA",
    "Hong Kong": "",
    "Macao": "",
    "Macau": "",
    "Greenland": "",
    "Puerto Rico": "",
    "Bermuda": "",
    "Guam": "",
    "French Guiana": "",
    "French Polynesia": "",
    "New Caledonia": "",
    "Gibraltar": "",
    "Cayman Islands": "",
    "Falkland Islands": "",
    "Faroe Islands": "",
    "Guadeloupe": "",
    "Martinique": "",
    "Réunion": "",
    "Mayotte": "",
    "Netherlands Antilles": "",
    "Aruba": "",
    "American Samoa": "",
    "United States Virgin Islands": "",
    "British Virgin Islands": "",
    "Turks and Caicos Islands": "",
    "Anguilla": "",
    "Montserrat": "",
    "Northern Mariana Islands": "",
    "Isle of Man": "",
    "Guernsey": "",
    "Jersey": "",
    "Antarctica": "",
}
WARNINGS = (
    "Coded by machine from news: counts follow coverage as much as conduct; most events stand in both directions.",
    "Dependent territories and actors without a country have no state; codes by name are read as of the event's day.",
    "PLOVER types follow the published table from CAMEO; what it leaves out or its versions place differently has none.",
)
DECLARED = {
    "producer": "Boschee, Lautenschlager, O'Brien, Shellman, Starz and Ward",
    "title": "ICEWS Coded Event Data",
    "licence": "as stated in the Harvard Dataverse entry; cite",
    "citation": "Boschee, E., Lautenschlager, J., O'Brien, S., Shellman, S., Starz, J. and Ward, M. (2015). ICEWS Coded Event Data. "
    "Harvard Dataverse, doi:10.7910/DVN/28075.",
    "url": "https://doi.org/10.7910/DVN/28075",
}


def _cell(name: str) -> str:
    return f"nullif(\"{name}\", '{MISSING}')"


def _layout(header: tuple[str, ...], quote: str) -> EventLayout:
    columns = {name: "DATE" if name == "Event Date" else "VARCHAR" for name in header}
    place = ", ".join(_cell(name) for name in ("City", "District", "Province", "Country"))
    values = {
        "event_id": _cell("Event ID"),
        "date": '"Event Date"',
        "actor": _cell("Source Name"),
        "actor_state": _cell("Source Country"),
        "actor_sector": f"replace({_cell('Source Sectors')}, ',', '|')",
        "recipient_actor": _cell("Target Name"),
        "recipient_state": _cell("Target Country"),
        "recipient_sector": f"replace({_cell('Target Sectors')}, ',', '|')",
        "event_type": plover_sql('"CAMEO Code"'),
        "code": '"CAMEO Code"',
        "intensity": number('"Intensity"', MISSING),
        "place": f"concat_ws(', ', {place})",
        "place_state": _cell("Country"),
        "latitude": number('"Latitude"', MISSING),
        "longitude": number('"Longitude"', MISSING),
    }
    faults = {
        "column Event ID: it is empty": f"{_cell('Event ID')} IS NULL",
        "column Event Date: it is no day of a century from 1900 on": "NOT coalesce(year(date) BETWEEN 1900 AND 2100, false)",
        "column CAMEO Code: it is no CAMEO code": "NOT coalesce(regexp_full_match(\"CAMEO Code\", '(0[1-9]|1[0-9]|20)[0-9]{0,2}'), false)",
        "column Intensity: it is not -10 to 10": no_number('"Intensity"', -10, 10, MISSING),
        "column Latitude: it is no latitude": no_number('"Latitude"', -90, 90, MISSING),
        "column Longitude: it is no longitude": no_number('"Longitude"', -180, 180, MISSING),
    }
    cells = {"actor_state": "Source Country", "recipient_state": "Target Country", "place_state": "Country"}
    return EventLayout("icews", columns, values, faults, dict.fromkeys(cells, _named), cells, header=True, quote=quote)


def _named(found: pl.Series) -> Mapping[str, str]:
    return codes_of(found, ALIASES)


def read_icews(path: Path) -> LoadedRows:
    r"""Read an event file of ICEWS into `events`, written to a Parquet file.

    Parameters
    ----------
    path : Path
        ``.tab``, ``.tsv`` or ``.zip`` with one of them, as the Harvard Dataverse hands it out.

    Returns
    -------
    LoadedRows
        One row per event; states by the country names of the file, sectors joined by ``|``.

    Raises
    ------
    SourceError
        If a column is missing, or more than one line in a hundred cannot be read.

    Source
    ------
    Boschee et al. (2015), doi:10.7910/DVN/28075.

    Examples
    --------
    >>> import tempfile
    >>> from nonaligned.ground.errors import SourceError
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "events.tab"
    ...     _ = file.write_text("Event ID\tEvent Date\n")
    ...     try:
    ...         read_icews(file)
    ...     except SourceError as error:
    ...         print(error)
    events.tab, line 1: the column 'Source Name' is missing.
    """
    with plain_events(path) as packed, as_utf8(packed) as plain:
        header, quote = header_of(plain, path, NEEDED)
        return stream_events(plain, path, _layout(header, quote), DECLARED, WARNINGS)


SOURCE = SourceDeclaration(
    name="icews",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("events",),
    warnings=WARNINGS,
    read=read_icews,
    dataset=Dataset("10.7910/DVN/28075", ("*events*.tab", "*events*.zip")),
    words="YEAR...",
)
