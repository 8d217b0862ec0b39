"""Military spending of the states whose strength the report speaks of, at constant prices."""

from __future__ import annotations

from collections.abc import Iterator

from nonaligned.checking.case import name
from nonaligned.figures.figure import Column, Figure, Gap, Lines, Scene, Series
from nonaligned.figures.labels import capital, dollars, possessive, series_words
from nonaligned.figures.theme import colours

ORDER = 60
ROWS = "SELECT year, value, source FROM indicators WHERE state = ? AND indicator = 'milex_constant_usd' AND value IS NOT NULL ORDER BY year"


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
        if code and len(rows := scene.record.rows(ROWS, [code])) > 1
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
    keys = dict.fromkeys(key for rows in found.values() for row in rows for key in str(row["source"]).split("|"))
    yield Figure(
        name="military_spending",
        title=title,
        subtitle="Military expenditure, billion US dollars at prices and exchange rates of 2022",
        alt=f"Line chart. {title}. Lines for {series_words([name(code) for code in found])}; the figures are in the table below.",
        columns=(Column("year"), *(Column(capital(name(code)), "number") for code in found)),
        rows=tuple((str(year), *(values.get(year) for values in by)) for year in every),
        sources=tuple(scene.record.source("indicators", key) for key in keys),
        as_of=scene.record.origin("indicators").as_of,
        note="Estimates of SIPRI; the states among the forty largest spenders of a year.",
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
