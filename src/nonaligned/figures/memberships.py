"""Which of the groups that matter to the report hold which of its states, on the report's day."""

from __future__ import annotations

from collections.abc import Iterator

from nonaligned.checking.case import group_name, name
from nonaligned.figures.figure import Column, Figure, Gap, Scene
from nonaligned.figures.labels import capital, day_words, series_words
from nonaligned.world.groups import Membership, groups, memberships, origin

ORDER = 40
MOST = 12
LETTERS = {
    "member": "M",
    "observer": "O",
    "partner": "P",
    "dialogue partner": "D",
    "candidate": "C",
    "associate": "A",
    "suspended": "S",
    "uncertain": "?",
}
USUAL = (
    "NAM",
    "BRICS",
    "SCO",
    "QUAD",
    "NATO",
    "CSTO",
    "EU",
    "G7",
    "G20",
    "ASEAN",
    "AUKUS",
    "EAEU",
    "GCC",
    "AU",
    "COMMONWEALTH",
    "OPEC_PLUS",
    "ARAB_LEAGUE",
    "MERCOSUR",
)
EVERYONE = {"UN"}


def figures(scene: Scene) -> Iterator[Figure | Gap]:
    """One matrix of groups by states."""
    codes = {group.code for group in groups()}
    states, day = tuple(code for code in scene.columns("membership") if code not in codes), min(scene.day, origin().as_of)
    claimed = [c.claim.object for c in scene.claims("membership", "alliance")]
    living = {g.code for g in groups() if not g.ended or g.ended >= day.isoformat()}
    roles = {
        (code, state): role
        for code in living - EVERYONE
        for state in states
        if (role := role_on(memberships(state, code), scene)) is not None
    }
    own = tuple(state for state in states if state not in scene.powers) or states
    held = [code for code in dict.fromkeys([*claimed, *USUAL, *sorted(living)]) if code in living - EVERYONE]
    rows = [code for code in held if any((code, state) in roles for state in own) or code in claimed][:MOST]
    if not rows:
        yield Gap("Memberships: none of the groups on record holds any of the report’s states.")
        return
    title = _title(scene, states, rows, roles)
    full = {g.code: g.name for g in groups()}
    used = {role for code in rows for state in states if (role := roles.get((code, state)))}
    keys = dict.fromkeys(spell.source for code in rows for state in states for spell in memberships(state, code))
    yield Figure(
        name="memberships",
        title=title,
        subtitle=f"Groups and the role of each state in them on {day_words(day)}",
        alt=f"Matrix of {len(rows)} groups by {len(states)} states. {title}.",
        columns=(Column("group"), *(Column(code, "mark", capital(name(code))) for code in states)),
        rows=tuple((_heading(code, full[code]), *(roles.get((code, state), "") for state in states)) for code in rows),
        sources=tuple(origin().source(key) for key in keys),
        as_of=origin().as_of,
        note=", ".join(f"{letter} {role}" for role, letter in LETTERS.items() if role in used) + "; empty: none.",
        letters=LETTERS,
        claims=tuple(c.claim.claim_id for c in scene.claims("membership") if c.claim.object in rows),
    )


def role_on(spells: tuple[Membership, ...], scene: Scene) -> str | None:
    """The weightiest role held on the day; ``uncertain`` where the day of entry or exit is not known finely enough."""
    day = min(scene.day, origin().as_of)
    roles = [spell.role.replace("_", " ") for spell in spells if spell.covers(day)]
    if roles:
        return min(roles, key=lambda role: list(LETTERS).index(role) if role in LETTERS else 99)
    return "uncertain" if any(spell.covers(day) is None for spell in spells) else None


def _heading(code: str, full: str) -> str:
    short = code.replace("_PLUS", "+").replace("_", " ")
    return full if len(short) > 8 or full.casefold() == short.casefold() else f"{short} · {full}"


def _title(scene: Scene, states: tuple[str, ...], rows: list[str], roles: dict[tuple[str, str], str]) -> str:
    def short(code: str) -> str:
        return group_name(code)

    one = scene.focus if scene.focus in states else states[0]
    other = next((code for code in scene.states if code != one and code in states), next((code for code in states if code != one), ""))
    mine = [code for code in rows if roles.get((code, one)) == "member"]
    shared = [code for code in mine if roles.get((code, other)) == "member"]
    alone = [code for code in mine if code not in shared]
    if not mine:
        return f"{capital(name(one))} is a member of none of these groups"
    if not other:
        return f"{capital(name(one))} is a member of {series_words([short(c) for c in mine], 3)}"
    if not shared:
        return f"{capital(name(one))} is a member of {series_words([short(c) for c in mine], 3)}; it shares none of them with {name(other)}"
    head = f"{capital(name(one))} and {name(other)} are both members of {series_words([short(c) for c in shared], 3)}"
    return f"{head}; {name(one)} alone of {series_words([short(c) for c in alone], 3)}" if alone else head
