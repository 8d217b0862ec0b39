"""Trade of a pair of states over time, as the reporting side's official statistics give it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from nonaligned.checking.case import name
from nonaligned.checking.trade_value import producer_words, reconciled_sources
from nonaligned.figures.figure import Column, Figure, Gap, Lines, Scene, Series, as_year
from nonaligned.figures.labels import NBSP, capital, dollars, possessive
from nonaligned.figures.loaded import loaded_words, true_to
from nonaligned.figures.theme import GREY, colours
from nonaligned.ground.origins import Source
from nonaligned.reports.report import Claim
from nonaligned.world.groups import groups

ORDER = 20
MOST = 2  # figures in one brief
ROWS = """
SELECT reporter, partner, first_day, last_day, period, flow, value_usd, source, note FROM trade_statements
WHERE reporter = ? AND partner = ? AND flow = ? AND value_usd IS NOT NULL AND coverage = 'goods' ORDER BY last_day, source
"""
MIRROR = {"exports": "imports", "imports": "exports", "total": "total"}
Rows = list[dict[str, Any]]


def figures(scene: Scene) -> Iterator[Figure | Gap]:
    """Trade of each pair that the report puts an amount on; of the state it is about with the next one where it puts none."""
    claims = [c.claim for c in scene.claims("trade_value") if c.claim.object]
    pairs = [(c.subject, c.object, c.detail.get("flow", "total")) for c in claims]
    partners = [code for code in (*scene.states, *scene.powers) if code != scene.focus and code not in {g.code for g in groups()}]
    if not pairs and scene.focus and partners:
        pairs = [(scene.focus, partners[0], "total")]
    for one, other, flow in list(dict.fromkeys(pairs))[:MOST]:
        flow = flow if flow in MIRROR else "total"
        said = [c for c in claims if {c.subject, c.object} == {one, other} and c.detail.get("flow", "total") == flow and c.unit == "USD"]
        yield _figure(scene, one, other, flow, said)


def _figure(scene: Scene, one: str, other: str, flow: str, said: list[Claim]) -> Figure | Gap:
    sides = [(one, other, flow, official(scene, one, other, flow)), (other, one, MIRROR[flow], official(scene, other, one, MIRROR[flow]))]
    found = [side for side in sides if len(side[3]) > 1]
    longer = [(one, other, flow, rows) for rows in loaded_series(scene, one, other, flow)]
    if not found:
        found, longer = longer[:1], longer[1:]
    if not found and flow == "total":  # no published total: what each side counts as its imports
        sides = [(a, b, "imports", official(scene, a, b, "imports")) for a, b in ((one, other), (other, one))]
        found = [side for side in sides if len(side[3]) > 1]
    if not found:
        return Gap(f"Trade of {name(one)} with {name(other)}: fewer than two official figures are on record.")
    newest = max(side[3][-1]["last_day"].year for side in found)
    found.sort(key=lambda side: (side[3][-1]["last_day"].year < newest - 2, side[0] != scene.focus, -len(side[3])))
    lead = found[0]
    reconciled = [side for side in longer if len(side[3]) > 1][: 1 if flow == lead[2] else 0]
    context = _context(scene, lead) if not reconciled else []
    shade = colours(list(dict.fromkeys([lead[1], *(side[1] for side in found)])))
    many = len(found) > 1
    drawn = [Series(_label(side, many), _points(side[3]), shade[side[1]]) for side in found]
    drawn += [Series(_counted_by(scene, side), _points(side[3]), GREY) for side in reconciled]
    drawn += [Series(_label((lead[0], code, lead[2], rows), False), _points(rows), GREY) for code, rows in context]
    columns = tuple(Column(f"{capital(_words(side))} ({_counted_by(scene, side)})", "number") for side in (*found, *reconciled))
    columns += tuple(Column(capital(_words((lead[0], code, lead[2], rows))), "number") for code, rows in context)
    everything = [side[3] for side in (*found, *reconciled)] + [rows for _, rows in context]
    title, is_fiscal = _title(lead), lead[3][-1]["period"].startswith("FY")
    claimed = said[0] if said else None
    note = (
        "Goods, in US dollars of the time. The two sides of one flow differ (f.o.b. and c.i.f., re-exports), so reporters are kept apart."
    )
    if is_fiscal:
        note += (
            f" {capital(possessive(name(lead[0])))} fiscal year runs from April to March; each point stands at the middle of its period."
        )
    shown = (*found, *reconciled)
    if any(_is_reconciled(scene, side[3]) for side in shown):
        whose = next(_counted_by(scene, side) for side in shown if _is_reconciled(scene, side[3]))
        note += f" {whose} reconciles both sides into one figure of its own."
    note += loaded_words(scene.record, "trade_statements", _keys(everything))
    return Figure(
        name=f"trade_{one}_{other}",
        title=title,
        subtitle=f"{capital(_words(lead))}, official figures, billion US dollars a year",
        alt=f"Line chart. {title}."
        + (f" The report’s {_amount(claimed)} is a dashed line." if claimed else "")
        + " The figures are in the table below.",
        columns=(Column("period"), *columns),
        rows=_table(everything),
        sources=_sources(scene, everything),
        as_of=true_to(scene.record, "trade_statements", _keys(everything)),
        note=note,
        chart=Lines(
            tuple(drawn),
            "usd_bn",
            _ticks(lead[3], everything),
            1.6,
            (float(claimed.value or 0) / 1e9, f"report: {_amount(claimed)}") if claimed else None,
            scene.when,
        ),
        claims=tuple(c.claim_id for c in said),
    )


def official(scene: Scene, reporter: str, partner: str, flow: str) -> Rows:
    """One figure a period: the source that runs furthest is asked first, and its kind of year (calendar or fiscal) is kept."""
    apart = _apart(scene)
    rows = [row for row in scene.record.rows(ROWS, [reporter, partner, flow]) if row["source"] not in apart]
    if not rows:
        return []
    count = Counter(row["source"] for row in rows)
    recent = {source: max(row["last_day"] for row in rows if row["source"] == source) for source in count}
    newest = max(recent.values())
    best = sorted(count, key=lambda source: (newest.year - recent[source].year > 2, -count[source], source))
    is_fiscal = next(row["period"].startswith("FY") for row in rows if row["source"] == best[0])
    kept: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: best.index(row["source"])):
        if row["period"].startswith("FY") == is_fiscal:
            kept.setdefault(row["period"], row)
    return sorted(kept.values(), key=lambda row: row["last_day"])


def loaded_series(scene: Scene, one: str, other: str, flow: str) -> list[Rows]:
    """Figures of loaded sources that reconcile both sides, each source's by itself, the one that runs furthest first."""
    by: dict[str, Rows] = {}
    for row in scene.record.rows(ROWS, [one, other, flow]):
        if row["source"] in _apart(scene):
            by.setdefault(row["source"], []).append(row)
    return sorted(by.values(), key=lambda rows: rows[-1]["last_day"], reverse=True)


def _apart(scene: Scene) -> frozenset[str]:
    return reconciled_sources(scene.record) & {entry.source for entry in scene.record.loads}


def _is_reconciled(scene: Scene, rows: Rows) -> bool:
    return rows[0]["source"] in _apart(scene)


def _counted_by(scene: Scene, side: tuple[str, str, str, Rows]) -> str:
    if _is_reconciled(scene, side[3]):
        return producer_words(scene.record.source("trade_statements", side[3][0]["source"]))
    return f"{name(side[0])} reporting"


def _context(scene: Scene, lead: tuple[str, str, str, Rows]) -> list[tuple[str, Rows]]:
    """The same reporter's trade with the powers, for scale, from the same kind of figures."""
    found: list[tuple[str, Rows]] = []
    for code in scene.powers:
        if code not in lead[:2]:
            rows = [row for row in official(scene, lead[0], code, lead[2]) if row["last_day"] >= lead[3][0]["last_day"]]
            if len(rows) > 1 and rows[-1]["last_day"] == lead[3][-1]["last_day"]:
                found.append((code, rows))
    return found[:2]


def _words(side: tuple[str, str, str, Rows]) -> str:
    reporter, partner, flow, _ = side
    return {
        "total": f"{possessive(name(reporter))} trade with {name(partner)}",
        "exports": f"{possessive(name(reporter))} exports to {name(partner)}",
        "imports": f"{possessive(name(reporter))} imports from {name(partner)}",
    }[flow]


def _label(side: tuple[str, str, str, Rows], is_one_of_two: bool) -> str:
    reporter, partner, flow, _ = side
    short = {"total": "with", "exports": "to", "imports": "from"}[flow]
    partner_name = name(partner).removeprefix("the ")
    return f"{capital(name(reporter)).removeprefix('The ')} {short} {partner_name}" if is_one_of_two else f"{short} {partner_name}"


def _points(rows: Rows) -> tuple[tuple[float, float], ...]:
    return tuple((_middle(row), row["value_usd"] / 1e9) for row in rows)


def _middle(row: dict[str, Any]) -> float:
    return round((as_year(row["first_day"]) + as_year(row["last_day"])) / 2, 3)


def period(text: str) -> str:
    """A period as a reader writes it.

    Examples
    --------
    >>> period("FY2023-24"), period("2023")
    ('2023–24', '2023')
    """
    return text.removeprefix("FY").replace("-", "–")


def _ticks(lead: Rows, everything: Sequence[Rows]) -> tuple[tuple[float, str], ...]:
    is_fiscal = lead[0]["period"].startswith("FY")
    rows = {_middle(row): period(row["period"]) for rows in everything for row in rows if row["period"].startswith("FY") == is_fiscal}
    return tuple(sorted(rows.items()))


def _title(lead: tuple[str, str, str, Rows]) -> str:
    rows = lead[3]
    first, last, top = rows[0], rows[-1], max(rows, key=lambda row: row["value_usd"])
    ratio = last["value_usd"] / first["value_usd"] if first["value_usd"] else 0.0
    how = "rose" if ratio >= 1.1 else "fell" if ratio <= 0.9 else "went"
    end = f"{dollars(last['value_usd'])} ({period(last['period'])})"
    peak = (
        f", after a peak of {dollars(top['value_usd'])} ({period(top['period'])})"
        if top["value_usd"] > 1.05 * last["value_usd"] and top is not first
        else ""
    )
    return f"{capital(_words(lead))} {how} from {dollars(first['value_usd'])} ({period(first['period'])}) to {end}{peak}"


def _amount(claim: Claim) -> str:
    how = {"~": "about ", ">": "over ", "<": "under "}.get(claim.detail.get("bound", "="), "")
    return f"{how}${(claim.value or 0) / 1e9:g}{NBSP}bn"


def _table(everything: Sequence[Rows]) -> tuple[tuple[str | float | None, ...], ...]:
    days: dict[str, date] = {row["period"]: row["last_day"] for rows in everything for row in rows}
    by = [{row["period"]: round(row["value_usd"] / 1e9, 3) for row in rows} for rows in everything]
    return tuple((period(key), *(values.get(key) for values in by)) for key in sorted(days, key=lambda key: (days[key], key)))


def _keys(everything: Sequence[Rows]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for rows in everything for row in rows for key in str(row["source"]).split("|")))


def _sources(scene: Scene, everything: Sequence[Rows]) -> tuple[Source, ...]:
    return tuple(scene.record.source("trade_statements", key) for key in _keys(everything))
