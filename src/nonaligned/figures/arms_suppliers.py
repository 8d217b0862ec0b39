"""Who supplies a state's major arms, over five-year windows."""

from __future__ import annotations

from collections.abc import Iterator

from nonaligned.checking.arms_supply import FOUNDED, from_whole_registers
from nonaligned.checking.case import name
from nonaligned.figures.figure import Column, Figure, Gap, Lines, Scene, Series
from nonaligned.figures.labels import capital, percent, possessive, series_words, years
from nonaligned.figures.loaded import loaded_words, true_to
from nonaligned.figures.theme import GREY, colours

ORDER = 10
MOST = 2  # figures in one brief
SHOWN = 5  # suppliers in colour
ROLLING = 2013
LEFT_OUT = " Suppliers below one per cent of a window count as zero there."
SHARES = """
SELECT supplier, first_year, last_year, share, kind, source FROM arms_shares
WHERE recipient = ? AND kind = ? ORDER BY last_year, first_year, rank, supplier
"""


def figures(scene: Scene) -> Iterator[Figure | Gap]:
    """Supplier shares of each state whose arms the report speaks of; of the state it is about where it speaks of none's."""
    claims = [c.claim for c in scene.claims("arms_supply")] + [
        c.claim for c in scene.claims("dependence") if c.claim.detail.get("domain") == "arms"
    ]
    recipients = [c.object if c.kind == "arms_supply" else c.subject for c in claims]
    for recipient in list(dict.fromkeys(code for code in [*recipients, scene.focus] if code))[:MOST]:
        said = [c.subject if c.kind == "arms_supply" else c.object for c in claims if recipient in (c.subject, c.object)]
        ids = tuple(c.claim_id for c in claims if recipient in (c.subject, c.object))
        yield _figure(scene, recipient, [code for code in said if code and code != recipient], ids)


def _figure(scene: Scene, recipient: str, said: list[str], ids: tuple[str, ...]) -> Figure | Gap:
    rows = from_whole_registers(scene.record, scene.record.rows(SHARES, [recipient, "computed"]))
    rows = rows or scene.record.rows(SHARES, [recipient, "published"])
    every = list(dict.fromkeys((row["first_year"], row["last_year"]) for row in rows))
    windows = every if _is_yearly(every) else [window for window in every if window[1] >= ROLLING] or every
    if not windows:
        return Gap(f"Who supplies {possessive(name(recipient))} arms: no five-year window of {name(recipient)} is on record.")
    shares = {(row["supplier"], row["first_year"], row["last_year"]): float(row["share"]) for row in rows}
    shown = _shown(windows, shares, said, scene.powers)
    is_whole = rows[0]["kind"] == "computed"
    series = tuple(_series(code, windows, shares, colour, is_whole) for code, colour in colours(shown).items())
    if is_whole:
        rest = tuple((float(w[1]), 100 - sum(shares.get((code, *w), 0.0) for code in shown)) for w in windows)
        series += (Series("all others", rest, GREY),)
    lead = next((code for code in said if code in shown), shown[0])
    title = _title(recipient, lead, windows, shares, is_whole)
    keys = tuple(dict.fromkeys(key for row in rows for key in str(row["source"]).split("|")))
    loaded = loaded_words(scene.record, "arms_shares", keys)
    columns = (Column("window"), *(Column(capital(name(code)), "number") for code in shown))
    table = tuple((years(*w), *(shares.get((code, *w), 0.0 if is_whole else None) for code in shown)) for w in windows)
    return Figure(
        name=f"arms_suppliers_{recipient}",
        title=title,
        subtitle=f"Per cent of {possessive(name(recipient))} imports of major arms, by volume (SIPRI trend-indicator value)",
        alt=f"Line chart. {title}. Lines for {series_words([name(code) for code in shown], 9)}; the figures are in the table below.",
        columns=columns,
        rows=table,
        sources=tuple(scene.record.source("arms_shares", key) for key in keys),
        as_of=true_to(scene.record, "arms_shares", keys),
        note="Each point is a window of five years, at its last year. The measure is a volume of transfers, never money."
        + (" As printed in SIPRI's fact sheets." if not is_whole else "" if loaded else LEFT_OUT)
        + (" The Soviet Union's deliveries end, and Russia's begin, in 1992." if windows[0][0] < FOUNDED["RUS"] else "")
        + loaded,
        chart=Lines(series, "percent", tuple((float(w[1]), years(*w)) for w in windows), 5.1, when=scene.when),
        claims=ids,
    )


def _is_yearly(windows: list[tuple[int, int]]) -> bool:
    """Whether a window ends in each year, as it does where the register was loaded; what ships has that from `ROLLING` on."""
    return len(windows) > 1 and windows[-1][1] - windows[0][1] == len(windows) - 1


def _is_its_time(code: str, window: tuple[int, int]) -> bool:
    """Whether a window has years of the state: the Soviet Union's and Russia's deliveries are kept apart."""
    return window[1] >= FOUNDED.get(code, window[1]) and (code != "SUN" or window[0] < FOUNDED["RUS"])


def _shown(
    windows: list[tuple[int, int]], shares: dict[tuple[str, int, int], float], said: list[str], powers: tuple[str, ...]
) -> list[str]:
    """The suppliers in colour: those the report names, the largest of the last window, the largest of all, powers with a share."""
    top: dict[str, float] = {}
    for (code, first, last), share in shares.items():
        if code != "OTHER" and (first, last) in windows:
            top[code] = max(share, top.get(code, 0.0))
    recent = sorted((code for code in top if (code, *windows[-1]) in shares), key=lambda code: (-shares[code, *windows[-1]], code))
    ever = sorted(top, key=lambda code: (-top[code], code))
    soviet = [code for code in ("SUN",) if "RUS" in (*said, *powers) and top.get(code, 0.0) >= 5]
    wanted = (*said, *soviet, *recent[:2], *(code for code in powers if top.get(code, 0.0) >= 5), *ever[:2], *recent, *ever)
    return list(dict.fromkeys(code for code in wanted if code in top))[:SHOWN]


def _series(code: str, windows: list[tuple[int, int]], shares: dict[tuple[str, int, int], float], colour: str, is_whole: bool) -> Series:
    own = [w for w in windows if _is_its_time(code, w)]
    points = tuple((float(w[1]), shares.get((code, *w), 0.0)) for w in own if is_whole or (code, *w) in shares)
    return Series(capital(name(code)).removeprefix("The "), points, colour)


def _title(recipient: str, lead: str, windows: list[tuple[int, int]], shares: dict[tuple[str, int, int], float], is_whole: bool) -> str:
    own = [w for w in windows if w[0] >= FOUNDED.get(lead, w[0]) and _is_its_time(lead, w)]
    points = [(shares.get((lead, *w), 0.0), years(*w)) for w in own if is_whole or (lead, *w) in shares]
    return f"{capital(possessive(name(lead)))} share of {possessive(name(recipient))} arms imports {course(points)}"


def course(points: list[tuple[float, str]]) -> str:
    r"""How a share went, in words: its turn where it has one of at least five points, else from first to last.

    Examples
    --------
    >>> course([(12.0, "2009–13"), (41.0, "2018–22"), (27.0, "2020–24")]).replace("\xa0", " ")
    'rose from 12 % (2009–13) to 41 % (2018–22), then fell to 27 % (2020–24)'
    """
    first, last, high, low = points[0], points[-1], max(points), min(points)

    def at(point: tuple[float, str]) -> str:
        return f"{percent(point[0])} ({point[1]})"

    for turn, out, back in ((high, "rose", "fell"), (low, "fell", "rose")):
        if abs(turn[0] - first[0]) >= 5 and abs(turn[0] - last[0]) >= 5:
            return f"{out} from {at(first)} to {at(turn)}, then {back} to {at(last)}"
    if abs(last[0] - first[0]) >= 5:
        return f"{'rose' if last > first else 'fell'} from {at(first)} to {at(last)}"
    return f"was {at(last)}" + (f", little changed since {first[1]}" if len(points) > 1 else "")
