"""Office held on the report's day, against the register of leaders."""

from __future__ import annotations

from datetime import date, timedelta

from nonaligned.checking.case import Case, Evidence, Finding, claim_days, evidence_of, name
from nonaligned.reports.claims.office import office_of
from nonaligned.reports.report import Claim
from nonaligned.world.days import Span, parse_day
from nonaligned.world.leaders import Holding, by_name, fold, holders, origin

KIND = "office"
SAME_EVENT = timedelta(days=10)  # a resignation told of may take effect some days apart
EFFECTIVE = """
SELECT * FROM leaders WHERE state = ? AND office = 'leader' AND list_contains(?::VARCHAR[], source) ORDER BY entry, source
"""
NARRATED = timedelta(days=730)  # how far back a report tells of an event without dating it


def check(claim: Claim, case: Case) -> Finding:
    """Hold "title name" against who held that office of that state on the day."""
    person, title = claim.detail["person"], claim.detail["title"]
    rows = [h for h in by_name().get(fold(person), ()) if h.state == claim.subject]
    same = [h for h in rows if _is_same_office(h, title)]
    modifier = claim.detail.get("modifier", "")
    if modifier in {"former", "ex", "late", "then", "was"}:
        return _former(claim, case, same, person, title, modifier)
    what = f"{title} of {name(claim.subject)}"
    days = claim_days(claim)
    held = [h for h in same if days and h.span.overlaps(*days) or _held(h, case)] or _held_then(claim, case, same)
    if held:
        last = held[-1]
        finding = Finding(
            "supported",
            f"{person} has held the office of {what} since {last.span.first}."
            if not last.span.last
            else f"{person} was {what} from {last.span.first} to {last.span.last}.",
            (_row(last),),
        )
    else:
        finding = _not_held(claim, case, rows, same, person, what)
        if finding.verdict == "not_in_record" and not rows and not case.date.is_inferred:
            finding = _as_leader(claim, case, finding)
    if claim.status == "negated":
        from nonaligned.checking.case import inverted

        return inverted(finding)
    return finding


def _held(holding: Holding, case: Case) -> bool:
    if case.date.is_inferred:
        return holding.span.overlaps(case.date.first, case.date.last)
    return holding.held(case.day) is True


def _held_then(claim: Claim, case: Case, same: list[Holding]) -> list[Holding]:
    """Terms that ended shortly before a report that narrates the past: the title was right at the event's time."""
    if not claim.detail.get("told"):
        return []
    told = claim_days(claim)
    found: list[Holding] = []
    for holding in same:
        end = parse_day(holding.span.last) if holding.span.last else None
        if end is not None and end[1] <= case.day <= end[1] + NARRATED and (told is None or told[0] <= end[1] + SAME_EVENT):
            found.append(holding)
    return found


def _not_held(claim: Claim, case: Case, rows: list[Holding], same: list[Holding], person: str, what: str) -> Finding:
    beyond = [h for h in same if not h.span.last and h.held(case.day) is None and case.day > h.as_of]
    if beyond:
        return Finding(
            "not_in_record",
            f"{person} was {what} on {beyond[0].as_of}, the last day that the register covers, not the report's {case.day}.",
            (_row(beyond[0]),),
        )
    if any(h.held(case.day) is None for h in same):
        return Finding(
            "not_in_record", f"The register knows the days of {person} as {what} only as {same[0].span.words}.", tuple(map(_row, same[:1]))
        )
    ended = [h for h in same if h.span.last and (parse_day(h.span.last) or (date.max,))[0] <= case.day]
    incumbent = [h for h in _incumbents(claim, case) if h.person != person]
    now = f"; on {case.day} it was {incumbent[0].person}" if incumbent else ""
    if ended:
        return Finding(
            "outdated",
            f"{person} was {what} from {ended[-1].span.first} to {ended[-1].span.last}{now}.",
            (*map(_row, ended[-1:]), *map(_row, incumbent[:1])),
        )
    if same:
        return Finding(
            "contradicted", f"{person} became {what} only on {same[0].span.first}{now}.", (_row(same[0]), *map(_row, incumbent[:1]))
        )
    if incumbent and rows and not claim.detail.get("modifier"):
        return Finding(
            "contradicted", f"The {what} on {case.day} was {incumbent[0].person}, not {person}.", tuple(map(_row, incumbent[:1]))
        )
    return Finding("not_in_record", f"The register does not have {person} as {what}.", tuple(map(_row, rows[:1])))


def _as_leader(claim: Claim, case: Case, finding: Finding) -> Finding:
    """Where the register is silent: whether a loaded list has the person as the state's effective leader on the day."""
    loads = [load for load in case.record.covered("leaders") if case.day.year <= load["last_year"]]
    if claim.detail["office"] not in {"head_of_state", "head_of_government"} or claim.status == "negated" or not loads:
        return finding
    words = set(fold(claim.detail["person"]).split())
    rows = case.record.rows(EFFECTIVE, [claim.subject, [str(load["source"]) for load in loads]])
    held = [row for row in rows if set(fold(row["person"]).split()) <= words and Span(row["entry"], row["exit"]).covers(case.day)]
    if not held:
        return finding
    row, source = held[0], case.record.source("leaders", held[0]["source"])
    said = f"{source.title.split(':')[0]} has {row['person']} as the effective leader of {name(claim.subject)} on {case.day}"
    term = f"{row['entry'][:4]}–{row['exit'][:4]}" if row["exit"] else f"since {row['entry'][:4]}"
    shown = case.evidence("leaders", row, ("state", "office", "person"), Span(row["entry"], row["exit"]).words, "days in office", term)
    return Finding("supported", f"{said}; it does not give the title.", (shown,))


def _former(claim: Claim, case: Case, same: list[Holding], person: str, title: str, modifier: str) -> Finding:
    what = f"{title} of {name(claim.subject)}"
    serving = [h for h in same if h.held(case.day) and not case.date.is_inferred]
    ended = [h for h in same if h.span.last and (parse_day(h.span.last) or (date.max,))[0] <= case.day]
    if serving and modifier in {"former", "ex", "late"}:
        return Finding(
            "contradicted", f"{person} was still {what} on {case.day}: in office since {serving[-1].span.first}.", (_row(serving[-1]),)
        )
    days = claim_days(claim)
    if modifier == "was" and days is not None and days[1] < case.day and (days[1] - days[0]).days > 25:
        ended = [h for h in same if _spans(h, days)]
    if ended:
        until = f"to {ended[-1].span.last}" if ended[-1].span.last else "on"
        return Finding("supported", f"{person} was {what} from {ended[-1].span.first} {until}.", (_row(ended[-1]),))
    return Finding("not_in_record", f"The register does not have {person} as a former {what}.")


def _spans(holding: Holding, days: tuple[date, date]) -> bool:
    """Whether a term agrees with the years that a report gives it: within them, or from the first to the last of them."""
    if days[0].year == days[1].year:
        return holding.span.overlaps(*days)
    return holding.span.first[:4] == str(days[0].year) and holding.span.last[:4] == str(days[1].year)


def _is_same_office(holding: Holding, title: str) -> bool:
    folded = fold(title).replace("defense", "defence")
    titles = {fold(t).replace("defense", "defence") for t in holding.titles}
    if folded in titles:
        return True
    ministers = {"foreign_minister", "defence_minister"}
    return holding.office == office_of(title) and holding.office in {*ministers, "supreme_leader", "secretary_general"}


def _incumbents(claim: Claim, case: Case) -> tuple[Holding, ...]:
    if case.date.is_inferred:
        return ()
    found = holders(claim.subject, claim.detail["office"], case.day)
    return tuple(h for h in found if _is_same_office(h, claim.detail["title"]) and "acting" not in h.note)


def _row(holding: Holding) -> Evidence:
    keys = {"state": holding.state, "office": holding.office, "person": holding.person}
    first, last = holding.span.first[:4], holding.span.last[:4]
    year = f"{first}–{last}" if last else f"since {first}"
    row = {**keys, "entry": holding.span.first}
    return evidence_of("leaders", keys, holding.span.words, "days in office", year, origin().source(holding.source), row)
