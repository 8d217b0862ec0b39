"""Groups of states, and who belonged to them on which day.

Compiled by the project from the groups' own lists; each row of ``data/memberships.csv`` names its document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType

from nonaligned.ground.errors import UsageError
from nonaligned.ground.origins import Origin, read_origin, read_rows
from nonaligned.world.days import parse_day

DATA = Path(__file__).parent / "data"
ROLES = ("member", "observer", "partner", "dialogue_partner", "candidate", "associate", "suspended")
KINDS = ("security", "political", "economic", "regional", "informal")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of states; `aliases` are the forms in which reports name it."""

    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    founded: str
    ended: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Membership:
    """One unbroken spell of one state in one group and role; `first` and `last` are both included."""

    group: str
    state: str
    role: str
    first: str
    last: str
    source: str
    note: str

    @property
    def is_founder(self) -> bool:
        """Whether the state was there from the start."""
        return self.note.startswith("founder")

    def covers(self, day: date) -> bool | None:
        """Whether the spell holds on `day`; None where its dates are not known finely enough to tell."""
        start, end = parse_day(self.first), parse_day(self.last)
        if (start is not None and day < start[0]) or (end is not None and day > end[1]):
            return False
        if (start is not None and day < start[1]) or (end is not None and day > end[0]):
            return None
        return True


@cache
def origin() -> Origin:
    """Where the memberships come from, and the day (`as_of`) to which they are true."""
    return read_origin(DATA / "memberships.origin.toml")


@cache
def groups() -> tuple[Group, ...]:
    """Every group, by code.

    Examples
    --------
    >>> [g.code for g in groups() if g.kind == "security"][:3]
    ['AUKUS', 'CSTO', 'FIVE_EYES']
    """
    rows = read_rows(DATA / "groups.csv")
    return tuple(Group(**{**row, "aliases": tuple(row["aliases"].split("|"))}) for row in rows)  # type: ignore[arg-type]


@cache
def _all_memberships() -> tuple[Membership, ...]:
    return tuple(Membership(**row) for row in read_rows(DATA / "memberships.csv"))


@cache
def group_gazetteer() -> Mapping[str, str]:
    """Each form in which a report may name a group (as written, with its capitals) -> the group's code.

    Examples
    --------
    >>> group_gazetteer()["non-aligned movement"], group_gazetteer()["Nato"]
    ('NAM', 'NATO')
    """
    forms: dict[str, str] = {}
    for entry in groups():
        for form in (entry.name, *entry.aliases):
            forms[form] = entry.code
            if " " in form.removeprefix("the "):  # a single word keeps its capitals: "quad" is a common word too
                forms[form.lower()] = entry.code
    return MappingProxyType(forms)


def group(code_or_name: str) -> Group:
    """The group with this code, name or alias, whatever the capitals.

    Raises
    ------
    UsageError
        If there is no such group; the error names the closest ones.

    Examples
    --------
    >>> group("nonaligned movement").code
    'NAM'
    """
    by_form = {form.lower(): code for form, code in group_gazetteer().items()}
    by_code = {entry.code: entry for entry in groups()}
    wanted = code_or_name.strip().lower().removeprefix("the ")
    code = wanted.upper() if wanted.upper() in by_code else by_form.get(wanted, by_form.get(f"the {wanted}"))
    if code is None:
        close = get_close_matches(wanted, [*by_form, *(c.lower() for c in by_code)], n=3, cutoff=0.6)
        near = sorted({by_form.get(form, form.upper()) for form in close})
        mend = f"Did you mean {', '.join(near)}?" if near else f"Groups: {', '.join(by_code)}."
        raise UsageError(f"No such group: {code_or_name!r}.", mend=mend)
    return by_code[code]


def memberships(state: str | None = None, group: str | None = None) -> tuple[Membership, ...]:
    """The spells of a state, of a group, or of both; in the order of group, state and first day.

    Parameters
    ----------
    state, group : str, optional
        Codes; None stands for all.

    Examples
    --------
    >>> [(m.first, m.last) for m in memberships("MMR", "NAM")]
    [('1961-09-01', '1979-09'), ('1992-09', '')]
    """
    return tuple(spell for spell in _all_memberships() if state in (None, spell.state) and group in (None, spell.group))


def members(group: str, on: date | None = None, role: str = "member") -> tuple[str, ...]:
    """The states that certainly hold `role` in `group` on a day.

    Parameters
    ----------
    group : str
        Code, name or alias.
    on : date, optional
        The day; None is the day to which the record is true.
    role : str
        One of `ROLES`. A suspended member is still a member.

    Raises
    ------
    UsageError
        If the group or the role does not exist.

    Examples
    --------
    >>> members("QUAD", date(2024, 1, 1))
    ('AUS', 'IND', 'JPN', 'USA')
    """
    if role not in ROLES:
        raise UsageError(f"No such role: {role!r}.", mend=f"Roles: {', '.join(ROLES)}.")
    code, day = _code(group), on or origin().as_of
    spells = memberships(group=code)
    return tuple(sorted({s.state for s in spells if s.role == role and s.covers(day)}))


def is_member(state: str, group: str, on: date) -> bool | None:
    """Whether a state is a member of a group on a day.

    None where the record cannot tell: the day of entry or exit is not known finely enough, or `on` is after the
    day to which the record is true (`origin().as_of`). The lists of members are complete up to that day, so a state
    without a spell, and any day before the group was founded, is False. Observers and candidates are not members;
    a suspended member is one.

    Examples
    --------
    >>> is_member("RUS", "NAM", date(2024, 7, 8)), is_member("IND", "NAM", date(2024, 7, 8))
    (False, True)
    """
    if on > origin().as_of:
        return None
    held = [spell.covers(on) for spell in memberships(state, _code(group)) if spell.role == "member"]
    return True if True in held else None if None in held else False


def _code(name: str) -> str:
    return group(name).code
