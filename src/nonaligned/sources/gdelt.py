"""GDELT's files of events: 61 fields (2.0), 58 (1.0, daily), 57 (1.0 before April 2013); tabs, no header."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError, UsageError
from nonaligned.sources import LoadedRows, SourceDeclaration
from nonaligned.sources.event_codes import countries
from nonaligned.sources.event_files import EventLayout, day_of, outside, plain_events, plover_sql
from nonaligned.sources.event_streaming import stream_events

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.sources.fetching.download import Download

LOOKED_AT = 1000  # first lines by which the layout is told
DAILY_FROM = date(2013, 4, 1)
ACTOR = "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code Type1Code Type2Code Type3Code"
ACTION = "IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale NumMentions NumSources NumArticles AvgTone"
GEO = "Type FullName CountryCode ADM1Code ADM2Code Lat Long FeatureID"
TYPED = {
    "GLOBALEVENTID": "UBIGINT",
    "SQLDATE": "INTEGER",
    "QuadClass": "INTEGER",
    "GoldsteinScale": "DOUBLE",
    "NumMentions": "INTEGER",
    "ActionGeo_Lat": "DOUBLE",
    "ActionGeo_Long": "DOUBLE",
    "DATEADDED": "BIGINT",
}
WARNINGS = (
    "Coded by machine from news: counts follow coverage as much as conduct; one happening may be many events.",
    "Regions, organisations and dependent territories have no state; Germany has none before 3 October 1990, when two shared its code.",
    "PLOVER types follow the published table from CAMEO; what it leaves out or its versions place differently has none.",
)
DECLARED = {
    "producer": "GDELT Project",
    "title": "GDELT Event Database",
    "licence": "free for any use; cite and link",
    "citation": "Leetaru, K. and Schrodt, P. A. (2013). GDELT: Global Data on Events, Location, and Tone, 1979-2012. "
    "ISA Annual Convention, San Francisco. The GDELT Project, https://www.gdeltproject.org.",
    "url": "https://www.gdeltproject.org",
}


def fields(n: int) -> tuple[str, ...]:
    """Names of the fields of the layout with `n` of them: 57, 58 or 61.

    Source
    ------
    GDELT Event Codebook 2.0 (2015) and GDELT Data Format Codebook 1.03 (2013).

    Examples
    --------
    >>> len(fields(57)), len(fields(58)), len(fields(61)), fields(61)[59]
    (57, 58, 61, 'DATEADDED')
    """
    geo = [part for part in GEO.split() if n == 61 or part != "ADM2Code"]
    return (
        *"GLOBALEVENTID SQLDATE MonthYear Year FractionDate".split(),
        *(f"Actor{one}{part}" for one in (1, 2) for part in ACTOR.split()),
        *ACTION.split(),
        *(f"{place}_{part}" for place in ("Actor1Geo", "Actor2Geo", "ActionGeo") for part in geo),
        "DATEADDED",
        *(("SOURCEURL",) if n > 57 else ()),
    )


def _layout(n: int) -> EventLayout:
    columns = {name: TYPED.get(name, "VARCHAR") for name in fields(n)}
    values = {
        "event_id": "CAST(GLOBALEVENTID AS VARCHAR)",
        "date": "TRY(make_date(SQLDATE // 10000, SQLDATE // 100 % 100, SQLDATE % 100))",
        "actor": "coalesce(Actor1Name, Actor1Code)",
        "actor_state": "Actor1CountryCode",
        "actor_sector": "concat_ws('|', Actor1Type1Code, Actor1Type2Code, Actor1Type3Code)",
        "recipient_actor": "coalesce(Actor2Name, Actor2Code)",
        "recipient_state": "Actor2CountryCode",
        "recipient_sector": "concat_ws('|', Actor2Type1Code, Actor2Type2Code, Actor2Type3Code)",
        "event_type": plover_sql("EventCode"),
        "code": "EventCode",
        "quad_class": "QuadClass",
        "intensity": "GoldsteinScale",
        "n_mentions": "NumMentions",
        "place": "ActionGeo_FullName",
        "place_state": "ActionGeo_CountryCode",
        "latitude": "ActionGeo_Lat",
        "longitude": "ActionGeo_Long",
        "link": "SOURCEURL" if n > 57 else "NULL",
    }
    faults = {
        "column GLOBALEVENTID: it is empty": "GLOBALEVENTID IS NULL",
        "column SQLDATE: it is no day": "date IS NULL",
        "column SQLDATE: it is before 1979, when GDELT begins": "SQLDATE < 19790101",
        "column SQLDATE: it is after the day on which the event was added": "SQLDATE > CASE WHEN DATEADDED > 99999999 "
        "THEN DATEADDED // 1000000 ELSE DATEADDED END",
        "column EventCode: it is no CAMEO code": "NOT coalesce(regexp_full_match(EventCode, '(0[1-9]|1[0-9]|20)[0-9]{0,2}'), false)",
        "column QuadClass: it is not 1 to 4": "QuadClass IS NULL OR " + outside("QuadClass", 1, 4),
        "column GoldsteinScale: it is not -10 to 10": outside("GoldsteinScale", -10, 10),
        "column NumMentions: it is negative": "NumMentions < 0",
        "column ActionGeo_Lat: it is no latitude": outside("ActionGeo_Lat", -90, 90),
        "column ActionGeo_Long: it is no longitude": outside("ActionGeo_Long", -180, 180),
    }
    cells = {"actor_state": "Actor1CountryCode", "recipient_state": "Actor2CountryCode", "place_state": "ActionGeo_CountryCode"}
    codes = {"actor_state": _cameo, "recipient_state": _cameo, "place_state": _fips}
    return EventLayout("gdelt", columns, values, faults, codes, cells)


def _cameo(found: pl.Series) -> Mapping[str, str]:
    return {code: countries("cameo")[code] for code in found if code in countries("cameo")}


def _fips(found: pl.Series) -> Mapping[str, str]:
    return {code: countries("fips")[code] for code in found if code in countries("fips")}


def _n_fields(plain: Path, path: Path) -> tuple[int, bool]:
    """The number of fields of the file's layout, and whether lines of 57 and 58 stand in it together.

    The two are one generation (the address of the report came in April 2013), and compilations hold both. Any other
    mixture is refused.
    """
    with plain.open("rb") as handle:
        counts = [(line, text.count(b"\t") + 1) for line, text in enumerate(islice(handle, LOOKED_AT), 1) if text.strip(b"\r\n")]
    known = Counter(n for _, n in counts if n in {57, 58, 61})
    n = known.most_common(1)[0][0] if known else 0
    if sum(known.values()) * 2 < len(counts) or not n:
        line, first = counts[0] if counts else (1, 0)
        raise SourceError(
            f"{path.name}, line {line}: it has {first} tab fields.",
            why="An event file of GDELT has 61 (2.0), 58 (1.0) or 57 (before April 2013).",
        )
    few = max(1, len(counts) // 100)
    is_both = min(known[57], known[58]) > few and not known[61]
    others = [(line, other) for line, other in counts if other in known and other != n]
    if len(others) > few and not is_both:
        raise SourceError(
            f"{path.name}, line {others[0][0]}: it has {others[0][1]} tab fields where others have {n}.",
            why="Files of two layouts were put together: load them one by one.",
        )
    return (58, True) if is_both else (n, False)


@contextmanager
def _widened(plain: Path) -> Generator[Path]:
    """A copy in which lines of 57 fields have an empty address as their 58th."""
    with tempfile.TemporaryDirectory(prefix="nonaligned-") as folder:
        target = Path(folder) / "plain"
        with plain.open("rb") as source, target.open("wb") as out:
            for line in source:
                text = line.rstrip(b"\r\n")
                out.write(line if text.count(b"\t") != 56 else text + b"\t" + line[len(text) :])
        yield target


def read_gdelt(path: Path) -> LoadedRows:
    """Read an event file of GDELT into `events`, written to a Parquet file.

    Parameters
    ----------
    path : Path
        ``.CSV``, ``.tsv`` or the downloaded ``.zip``; the number of tab fields tells the layout.

    Returns
    -------
    LoadedRows
        One row per event: `date` is the day that the event is said to have taken place, not the day of the report.

    Raises
    ------
    SourceError
        If the layout is unknown, lines of 2.0 stand beside lines of 1.0, or more than one line in a hundred cannot be read.

    Source
    ------
    GDELT Project, https://www.gdeltproject.org.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "page.csv"
    ...     _ = file.write_text("<html></html>")
    ...     try:
    ...         read_gdelt(file)
    ...     except SourceError as error:
    ...         print(error)
    page.csv, line 1: it has 1 tab fields.
    """
    with plain_events(path) as plain:
        n, is_both = _n_fields(plain, path)
        with _widened(plain) if is_both else nullcontext(plain) as even:
            return stream_events(even, path, _layout(n), DECLARED, WARNINGS)


def downloads(words: tuple[str, ...]) -> tuple[Download, ...]:
    """GDELT 1.0's daily files from one day to another.

    Parameters
    ----------
    words : tuple of str
        One day or two, as YYYYMMDD, from 1 April 2013 on.

    Raises
    ------
    UsageError
        If the words are no such days.

    Source
    ------
    http://data.gdeltproject.org/events/index.html

    Examples
    --------
    >>> [one.name for one in downloads(("20160728", "20160729"))]
    ['20160728.export.CSV.zip', '20160729.export.CSV.zip']
    """
    from nonaligned.sources.fetching.download import Download

    days = [day_of(word) for word in words]
    first, last = (days[0], days[-1]) if days else (None, None)
    if len(days) > 2 or first is None or last is None or not DAILY_FROM <= first <= last:
        raise UsageError(
            "GDELT's daily files are told by their day.",
            why="Give one day, or the first and the last, as YYYYMMDD, from 20130401 on.",
            mend="nonaligned pull gdelt 20160728",
        )
    names = [f"{first + timedelta(days=n):%Y%m%d}.export.CSV.zip" for n in range((last - first).days + 1)]
    return tuple(Download(f"http://data.gdeltproject.org/events/{name}", name) for name in names)


SOURCE = SourceDeclaration(
    name="gdelt",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("events",),
    warnings=WARNINGS,
    read=read_gdelt,
    downloads=downloads,
    words="YYYYMMDD [YYYYMMDD]",
)
