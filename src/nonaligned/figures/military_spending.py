"""Military spending of the states whose strength the report speaks of, at constant prices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nonaligned.checking.case import name
from nonaligned.figures.figure import Column, Figure, Gap, Lines, Scene, Series
from nonaligned.figures.labels import capital, dollars, possessive, series_words
from nonaligned.figures.loaded import loaded_words, true_to
from nonaligned.figures.theme import colours

ORDER = 60
BASE = re.compile(r"[^0-9]")
ROWS = """
SELECT year, value, unit, source FROM indicators WHERE state = ? AND indicator = 'milex_constant_usd' AND value IS NOT NULL ORDER BY year
"""


def figures(scene: Scene) -> Iterator[Figure | Gap]:
    """One chart of up to four states, where the report claims something of a state's capability."""
    about = [c for c in scene.claims("capability") if c.claim.detail.get("indicator", "").startswith("milex")]
    wanted = list(dict.fromkeys(code for c in about for code in (c.claim.subject, c.claim.object) if code))
    if not wanted:
        return
    lead = scene.focus if scene.focus in wanted else wanted[0]
    found = {
        code: rows
        for code in list(dict.fromkeys([lead, *wanted, scene.focus]))[:4]
        if code and len(rows := _of_one_base(scene.record.rows(ROWS, [code]))) > 1
    }
    if not found:
        yield Gap(f"Military spending of {series_words([name(code) for code in wanted])}: fewer than two years are on record.")
        return
    lead = next(iter(found))
    shade = colours(list(found))
    first, last = found[lead][0], found[lead][-1]
    how = "rose" if last["value"] >= first["value"] else "fell"
    whose = f"{capital(possessive(name(lead)))} military spending"
    title = f"{whose} {how} from {dollars(first['value'])} ({first['year']}) to {dollars(last['value'])} ({last['year']})"
    every = sorted({row["year"] for rows in found.values() for row in rows})
    by = [{row["year"]: round(row["value"] / 1e9, 3) for row in rows} for rows in found.values()]
    keys = tuple(dict.fromkeys(key for rows in found.values() for row in rows for key in str(row["source"]).split("|")))
    loaded = loaded_words(scene.record, "indicators", keys)
    yield Figure(
        name="military_spending",
        title=title,
        subtitle=f"Military expenditure, billion US dollars at prices and exchange rates of {BASE.sub('', found[lead][-1]['unit'])}",
        alt=f"Line chart. {title}. Lines for {series_words([name(code) for code in found])}; the figures are in the table below.",
        columns=(Column("year"), *(Column(capital(name(code)), "number") for code in found)),
        rows=tuple((str(year), *(values.get(year) for values in by)) for year in every),
        sources=tuple(scene.record.source("indicators", key) for key in keys),
        as_of=true_to(scene.record, "indicators", keys),
        note=f"Estimates of SIPRI.{loaded}" if loaded else "Estimates of SIPRI; the states among the forty largest spenders of a year.",
        chart=Lines(
            tuple(
                Series(capital(name(code)).removeprefix("The "), tuple((float(r["year"]), r["value"] / 1e9) for r in rows), shade[code])
                for code, rows in found.items()
            ),
            "usd_bn",
            tuple((float(year), str(year)) for year in every),
            1.6,
            when=scene.when,
        ),
        claims=tuple(c.claim.claim_id for c in about),
    )


def _of_one_base(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows at the newest row's prices: editions differ in the base year."""
    return [row for row in rows if row["unit"] == rows[-1]["unit"]]
