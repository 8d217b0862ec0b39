"""Membership of a group on a day, against the register of members."""

from __future__ import annotations

from datetime import date, timedelta

from nonaligned.checking.case import Case, Evidence, Finding, claim_days, evidence_of, group_name, inverted, name, with_predecessor
from nonaligned.reports.report import Claim
from nonaligned.world.days import parse_day
from nonaligned.world.groups import Membership, group, memberships, origin

KIND = "membership"
GRACE = timedelta(days=366)  # how long after its last day the register's silence still counts


def check(claim: Claim, case: Case) -> Finding:
    """Hold a membership claim against the register on the day it is about."""
    if claim.status == "negated":
        return inverted(_asserted(claim, case))
    return _asserted(claim, case)


def _asserted(claim: Claim, case: Case) -> Finding:
    role = claim.detail.get("role", "member")
    codes = with_predecessor(claim.subject)
    spells = [s for code in codes for s in memberships(code, claim.object) if s.role == role]
    tense = claim.detail.get("tense", "present")
    if tense in {"entered", "left"}:
        return _change(claim, case, spells, tense)
    if claim.status == "negated" and tense == "past" and spells:
        return Finding(
            "not_in_record",
            f"The text does not say when {name(claim.subject)} was no member; it was one {_since(spells[-1])}.",
            tuple(map(_row, spells)),
        )
    first, last = _days(claim, case, tense)
    if claim.detail.get("founding") and claim.status != "negated":
        return _founder(claim, case, spells)
    holding = [s for s in spells if _holds(s, first, last)]
    if tense == "former":
        return _former(claim, case, spells)
    if holding and claim.status == "negated" and case.date.is_inferred and holding[0].covers(case.date.first) is not True:
        return _undated(claim, case, holding)
    if holding:
        spell = holding[0]
        beyond = f" (the register runs to {origin().as_of})" if last > origin().as_of else ""
        return Finding(
            "supported",
            f"{name(spell.state)} {_was(spell, case)} {_role(role)} of {group_name(claim.object)} {_since(spell)}{beyond}.",
            (_row(spell),),
        )
    if case.date.is_inferred and tense == "present" and any(_holds(s, case.date.first, last) for s in spells):
        return _undated(claim, case, spells)
    unsure = [s for s in spells if s.covers(first) is None or s.covers(last) is None]
    if unsure:
        return Finding(
            "not_in_record",
            f"The register knows the day of {name(claim.subject)}'s entry or exit only as {_since(unsure[0])}.",
            tuple(map(_row, unsure)),
        )
    return _absent(claim, case, spells, first, last, role)


def _absent(claim: Claim, case: Case, spells: list[Membership], first: date, last: date, role: str) -> Finding:
    who, what, codes = name(claim.subject), group_name(claim.object), with_predecessor(claim.subject)
    others = [
        s for code in codes for s in memberships(code, claim.object) if s.role != role and (parse_day(s.first) or (date.min,))[0] <= last
    ]
    if role != "member" and not spells:
        return Finding(
            "not_in_record",
            f"The register does not have {who} as {_role(role)} of {what}; it is complete for members only.",
            tuple(map(_row, others)),
        )
    if last > origin().as_of + GRACE or last > origin().as_of and any(not s.last for s in others):
        return Finding(
            "not_in_record", f"The register of {what} ends on {origin().as_of}; {who} was no {role} by then.", tuple(map(_row, others))
        )
    ended = [s for s in spells if s.last and (parse_day(s.last) or (date.max,))[0] < first]
    later = [s for s in spells if (parse_day(s.first) or (date.min,))[0] > last]
    if ended:
        return Finding("outdated", f"{who} was {_role(role)} of {what} {_since(ended[-1])}, not on {first}.", tuple(map(_row, ended)))
    if later:
        return Finding("contradicted", f"{who} became {_role(role)} of {what} only {_on(later[0].first)}.", tuple(map(_row, later)))
    rows = tuple(map(_row, others)) or (_silence(claim),)
    neither = f"neither the Soviet Union nor {who} was ever" if len(codes) == 2 else f"{who} was never"
    also = f"; it is on file as {', '.join(f'{_role(s.role)} {_since(s)}' for s in others[:2])}" if others else ""
    return Finding(
        "contradicted", f"{neither[0].upper()}{neither[1:]} {_role(role)} of {what} up to {min(last, origin().as_of)}{also}.", rows
    )


def _undated(claim: Claim, case: Case, spells: list[Membership]) -> Finding:
    """The report's date is only known as an interval, and the membership changed inside it."""
    said = f"{name(claim.subject)} was a member of {group_name(claim.object)} {_since(spells[-1])}"
    when = f"the report may be from any day between {case.date.first} and {case.date.last}"
    return Finding("not_in_record", f"{said}, and {when}.", tuple(map(_row, spells)))


def _founder(claim: Claim, case: Case, spells: list[Membership]) -> Finding:
    if not spells:
        first, last = _days(claim, case, "present")
        return _absent(claim, case, spells, first, last, "member")
    first_spell = min(spells, key=lambda s: s.first)
    founded = group(claim.object).founded
    verdict = "supported" if first_spell.is_founder else "contradicted"
    return Finding(
        verdict,
        f"{name(claim.subject)} has been on the register of {group_name(claim.object)} {_since(first_spell)}; it was founded on {founded}.",
        (_row(first_spell),),
    )


def _former(claim: Claim, case: Case, spells: list[Membership]) -> Finding:
    ended = [s for s in spells if s.last and (parse_day(s.last) or (date.max,))[0] <= case.day]
    if ended:
        return Finding(
            "supported", f"{name(claim.subject)} was a member of {group_name(claim.object)} {_since(ended[-1])}.", (_row(ended[-1]),)
        )
    if spells:
        return Finding(
            "contradicted",
            f"{name(claim.subject)} has been a member of {group_name(claim.object)} {_since(spells[-1])} and has not left.",
            (_row(spells[-1]),),
        )
    return _absent(claim, case, spells, case.day, case.day, "member")


def _change(claim: Claim, case: Case, spells: list[Membership], tense: str) -> Finding:
    """Joined or left, in the claim's time where it has one, else at any time before the report."""
    who, what = name(claim.subject), group_name(claim.object)
    days = claim_days(claim)
    known = [(s, end) for s in spells if (end := _turn(s, tense)) is not None]
    done = [(s, end) for s, end in known if end[0] <= case.day]

    def told(spell: Membership) -> str:
        return f"joined {what} {_on(spell.first)}" if tense == "entered" else f"left {what}; its last day as a member was {spell.last}"

    if not done:
        if known:
            return Finding("contradicted", f"{who} {told(known[0][0])}: after the report.", (_row(known[0][0]),))
        if tense == "left" and spells:
            beyond = case.day > origin().as_of
            return Finding(
                "not_in_record" if beyond else "contradicted",
                f"{who} is on the register of {what} {_since(spells[-1])} and had not left by {min(case.day, origin().as_of)}.",
                (_row(spells[-1]),),
            )
        return _absent(claim, case, spells, case.day, case.day, claim.detail.get("role", "member"))
    matching = [(s, end) for s, end in done if days is None or end[0] <= days[1] and end[1] >= days[0]]
    spell, end = (matching or done)[-1]
    if matching or days is None or days[0] > case.day:
        return Finding("supported", f"{who} {told(spell)}.", (_row(spell),))
    return Finding("contradicted", f"{who} {told(spell)}: not in {claim.time}.", (_row(spell),))


def _turn(spell: Membership, tense: str) -> tuple[date, date] | None:
    """Earliest and latest day of entry, or of exit: the last day as a member or the day after."""
    if tense == "entered":
        return parse_day(spell.first)
    end = parse_day(spell.last)
    return (end[0], end[1] + timedelta(days=1)) if end is not None else None


def _days(claim: Claim, case: Case, tense: str) -> tuple[date, date]:
    """The days that the claim is about: its own time if past, else the report's day."""
    days = claim_days(claim)
    if days is not None and (tense == "past" or days[1] <= case.day):
        return days
    if tense == "past":
        return date(1816, 1, 1), case.day
    day = min(case.day, origin().as_of) if case.date.is_inferred else case.day
    return day, day


def _holds(spell: Membership, first: date, last: date) -> bool:
    start, end = parse_day(spell.first), parse_day(spell.last)
    return (start is None or start[1] <= last) and (end is None or end[0] >= first)


def _on(day: str) -> str:
    """A day, month or year with its preposition; "between A and B" for an interval."""
    if "/" in day:
        return "between " + day.replace("/", " and ")
    return f"on {day}" if len(day) == 10 else f"in {day}"


def _since(spell: Membership) -> str:
    return f"from {spell.first or 'the start'} to {spell.last}" if spell.last else f"since {spell.first}"


def _was(spell: Membership, case: Case) -> str:
    return "was" if spell.last else "has been"


def _role(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}".replace("_", " ")


def _row(spell: Membership) -> Evidence:
    value = f"{spell.role} {_since(spell)}"
    year = f"{spell.first[:4]}–{spell.last[:4]}" if spell.last else f"since {spell.first[:4]}"
    keys = {"group": spell.group, "state": spell.state}
    row = {"group_code": spell.group, "state": spell.state, "role": spell.role, "entry": spell.first}
    return evidence_of("memberships", keys, value, "days of membership", year, origin().source(spell.source), row)


def _silence(claim: Claim) -> Evidence:
    source = next((s.source for s in memberships(None, claim.object)), "")
    return evidence_of(
        "memberships",
        {"group": claim.object, "state": claim.subject},
        "no row",
        "days of membership",
        f"to {origin().as_of}",
        origin().source(source),
        {"group_code": claim.object},
    )
