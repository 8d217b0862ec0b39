"""The codes of event data in our terms: countries on a day, CAMEO's actions as PLOVER types."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from nonaligned.ground.origins import read_rows
from nonaligned.world.days import parse_day
from nonaligned.world.names import find

DATA = Path(__file__).parent / "data"
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)

# One code for what we keep apart: who bore it before the state that bears it now.
BEFORE = {"RUS": ("SUN",), "SRB": ("SCG", "YUG"), "CZE": ("CSK",)}
# Where two states shared the code until that day, a row before it has no state.
ALONE_FROM = {"DEU": date(1990, 10, 3)}

# CAMEO's roots and, where the published table sends a part elsewhere, that part; the longest prefix holds.
# "" marks what has no PLOVER type (01, 02) or is placed differently by the table's versions (curfews, embargoes).
PLOVER = {
    "01": "",
    "02": "",
    "03": "AGREE",
    "04": "CONSULT",
    "05": "SUPPORT",
    "06": "COOPERATE",
    "07": "AID",
    "08": "CONCEDE",
    "0813": "",
    "0814": "",
    "084": "RETREAT",
    "085": "RETREAT",
    "086": "RETREAT",
    "087": "RETREAT",
    "09": "ACCUSE",
    "10": "REQUEST",
    "11": "ACCUSE",
    "12": "REJECT",
    "13": "THREATEN",
    "14": "PROTEST",
    "15": "MOBILIZE",
    "16": "SANCTION",
    "163": "",
    "17": "COERCE",
    "1712": "ASSAULT",
    "175": "ASSAULT",
    "18": "ASSAULT",
    "19": "ASSAULT",
    "191": "COERCE",
    "192": "COERCE",
    "20": "ASSAULT",
}
TYPES = frozenset(PLOVER.values()) - {""}
QUADS = {"verbal cooperation": 1, "material cooperation": 2, "verbal conflict": 3, "material conflict": 4}


@cache
def countries(system: str) -> dict[str, str]:
    """Our code of every country code in a system (`cameo` or `fips`); "" for what is no state.

    Source
    ------
    ``data/event_codes.csv``.

    Examples
    --------
    >>> countries("fips")["GM"], countries("cameo")["ROM"], countries("cameo")["EUR"]
    ('DEU', 'ROU', '')
    """
    return {row["code"]: row["state"] for row in read_rows(DATA / "event_codes.csv") if row["system"] == system}


@cache
def on_days(code: str) -> tuple[tuple[date, date, str], ...]:
    """The state that stood behind one of our codes, by days: its forerunner under the same code, nobody, then itself.

    Days before a state's entry into the international system (COW, Gleditsch-Ward; else the UN) have no row.

    Examples
    --------
    >>> [(str(first), str(last), state) for first, last, state in on_days("RUS")]
    [('1922-12-30', '1991-12-25', 'SUN'), ('1991-12-26', '9999-12-31', 'RUS')]
    >>> [str(first) for first, last, state in on_days("SSD")]
    ['2011-07-09']
    """
    spans = [(max(first, ALONE_FROM.get(code, FIRST)), last, code) for first, last in _stood(code)]
    for earlier in BEFORE.get(code, ()):
        days = _stood(earlier)
        start = min((first for first, _, _ in spans), default=LAST)
        spans.insert(0, (min(first for first, _ in days), min(max(last for _, last in days), start - timedelta(days=1)), earlier))
    return tuple(spans)


def _stood(code: str) -> list[tuple[date, date]]:
    """First and last day in the system, without the breaks; a state that is still in it has LAST."""
    spells = [spell.span for spell in find(code).spells if spell.system != "un"] or [spell.span for spell in find(code).spells]
    if not spells:
        return [(FIRST, LAST)]
    open_ended = [span for span in spells if not span.last]
    chosen = open_ended or spells
    ends = [parse_day(span.last) for span in chosen]
    starts = [parse_day(span.first) for span in chosen]
    return [(min(day[0] for day in starts if day), max(day[1] if day else LAST for day in ends))]


def plover_type(code: str) -> str:
    """The PLOVER type of a CAMEO code; "" where the published table gives none, or not the same one in all its versions.

    Source
    ------
    Open Event Data Alliance, PLOVER: README and ``CAMEO2PLOVER-2021.txt``, with PLOVER's later name REQUEST for DEMAND.

    Examples
    --------
    >>> plover_type("042"), plover_type("0841"), plover_type("192"), plover_type("010")
    ('CONSULT', 'RETREAT', 'COERCE', '')
    """
    return next((PLOVER[code[:length]] for length in (4, 3, 2) if code[:length] in PLOVER), "")
