"""Build arms_shares.csv and arms_export_shares.csv from the SIPRI arms transfers register.

Only shares and window totals leave this script: the register itself is SIPRI's and is not redistributed.

Usage: python build_arms_shares.py --data DIR [--out DIR]
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from codes import SIPRI_CODES
from reading import STARTER, after_preamble, digest, write_table

REGISTER = "sipri/register_17col_1995-2024.csv"
PUBLISHED = Path(__file__).with_name("arms_shares_published.csv")
WINDOW_ENDS = (1999, 2004, 2009, 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024)
SPAN = 5
LARGEST = 40
# States that readers ask about though they were never among the forty largest importers.
ALSO = frozenset(
    "AGO ARM BEL BFA BLR CHE CMR CYP DNK EST ETH GEO HRV HUN KEN KHM LKA LTU LVA MLI NER NGA NPL NZL PHL QAT ROU RUS SRB "
    "SWE TUN UGA UZB ZAF".split()
)
LEAST_SHARE = 1.0
LEAST_EXPORT_SHARE = 0.1
# Fact-sheet shares come from older editions of the register: where they lie further off, today's register is shown alone.
REVISION = 3.0

COLUMNS = "recipient supplier first_year last_year share rank recipient_tiv kind source note".split()
KEY = "recipient last_year kind supplier".split()
SMALL_TOTAL = 50.0
CORRECTION_COLUMNS = "key reference theirs ours reason".split()
EXPORT_COLUMNS = "supplier first_year last_year share rank source note".split()

Volumes = Mapping[str, Counter[str]]


def deliveries(path: Path) -> Iterator[tuple[str, str, int, float]]:
    """Yield supplier, recipient, delivery year and volume (TIV, millions) of each delivery with a volume."""
    for row in after_preamble(path, "SIPRI AT Database ID"):
        if row["TIV delivery values"] and row["Delivery year"]:
            yield row["Supplier"], row["Recipient"], int(row["Delivery year"]), float(row["TIV delivery values"])


def volumes(path: Path, last_year: int) -> Volumes:
    """Return recipient -> supplier -> TIV over the five years that end with ``last_year``, in SIPRI's names."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for supplier, recipient, year, tiv in deliveries(path):
        if last_year - SPAN < year <= last_year:
            sums[recipient][supplier] += tiv
    return sums


def supplier_code(name: str, last_year: int) -> str:
    """Return the code of a supplier, or ``OTHER`` for an unknown one, an organisation or an armed group."""
    code = SIPRI_CODES.get(name, "OTHER")
    return "OTHER" if code in {"SRB", "MNE"} and last_year < 2006 else code


def recipients(windows: Mapping[int, Volumes]) -> list[str]:
    """Return SIPRI's names of the main importers: the forty largest of any window and the states of ``ALSO``."""
    chosen = {name for name, code in SIPRI_CODES.items() if code in ALSO}
    for window in windows.values():
        totals = {name: sum(by.values()) for name, by in window.items() if name in SIPRI_CODES}
        chosen |= set(sorted(totals, key=lambda name: (-totals[name], name))[:LARGEST])
    return sorted(chosen)


def shares(by_supplier: Counter[str], last_year: int) -> list[tuple[str, float, int | str]]:
    """Return (supplier, per cent, rank) of the suppliers of at least one per cent, and ``OTHER`` for the rest."""
    total = sum(by_supplier.values())
    by_code: Counter[str] = Counter()
    for name, tiv in by_supplier.items():
        by_code[supplier_code(name, last_year)] += tiv
    by_code.pop("OTHER", None)
    ordered = sorted(by_code.items(), key=lambda item: (-item[1], item[0]))
    kept: list[tuple[str, float, int | str]] = [
        (code, round(100 * tiv / total, 2), rank) for rank, (code, tiv) in enumerate(ordered, 1) if 100 * tiv / total >= LEAST_SHARE
    ]
    rest = round(100 - sum(share for _, share, _ in kept), 2)
    return [*kept, ("OTHER", rest, "")] if rest > 0 else kept


def computed(windows: Mapping[int, Volumes]) -> Iterator[dict[str, object]]:
    """Yield one row per recipient, window and supplier."""
    for last_year, window in windows.items():
        for name in recipients(windows):
            recipient, total = SIPRI_CODES[name], sum(window.get(name, Counter()).values())
            if total <= 0 or (recipient == "SRB" and last_year < 2006):
                continue
            notes = ["deliveries before June 2006 went to Serbia and Montenegro"] * (recipient == "SRB" and last_year < 2011)
            notes += ["few deliveries: one order may be the whole share"] * (total < SMALL_TOTAL)
            for supplier, share, rank in shares(window[name], last_year):
                yield {
                    "recipient": recipient,
                    "supplier": supplier,
                    "first_year": last_year - SPAN + 1,
                    "last_year": last_year,
                    "share": f"{share:.2f}",
                    "rank": rank,
                    "recipient_tiv": f"{total:.0f}",
                    "kind": "computed",
                    "source": "sipri_register",
                    "note": "; ".join(notes),
                }


def published(windows: Mapping[int, Volumes]) -> Iterator[tuple[dict[str, object], float]]:
    """Yield the fact-sheet shares, each with the share of the same supplier in the register as it is now."""
    names = {code: name for name, code in SIPRI_CODES.items() if any(name in window for window in windows.values())}
    with PUBLISHED.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            last_year = int(row["last_year"])
            by = windows[last_year][names[row["recipient"]]]
            shown: dict[str, object] = {
                "recipient": row["recipient"],
                "supplier": row["supplier"],
                "first_year": last_year - SPAN + 1,
                "last_year": last_year,
                "share": row["share"],
                "rank": row["rank"],
                "kind": "published",
                "source": f"sipri_fact_sheet_{row['edition']}",
                "note": f"fact sheet of March {row['edition']}",
            }
            yield shown, 100 * by[names[row["supplier"]]] / sum(by.values())


def correction(row: Mapping[str, object], own: float) -> dict[str, object]:
    """Return the entry for a published share that the table leaves out in favour of the register."""
    return {
        "key": "|".join(str(row[c]) for c in ("recipient", "supplier", "first_year", "last_year")),
        "reference": row["source"],
        "theirs": row["share"],
        "ours": f"{own:.1f}",
        "reason": "the register of February 2026 differs by more than three points; its share is shown",
    }


def latest(rows: Iterable[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """Yield, of several fact sheets on one share, the latest; its note names the earlier figures."""
    by_key: defaultdict[tuple[object, ...], list[Mapping[str, object]]] = defaultdict(list)
    for row in rows:
        by_key[row["recipient"], row["supplier"], row["last_year"]].append(row)
    for same in by_key.values():
        *earlier, last = sorted(same, key=lambda row: str(row["source"]))
        yield {**last, "note": "; ".join([str(last["note"])] + [f"{r['share']} in the {r['note']}" for r in earlier])}


def exports(windows: Mapping[int, Volumes]) -> Iterator[dict[str, object]]:
    """Yield each supplier's share in the world's exports of major arms."""
    for last_year, window in windows.items():
        by_supplier: Counter[str] = Counter()
        for by in window.values():
            for name, tiv in by.items():
                by_supplier[supplier_code(name, last_year)] += tiv
        total = sum(by_supplier.values())
        by_supplier.pop("OTHER", None)
        for rank, (supplier, tiv) in enumerate(sorted(by_supplier.items(), key=lambda i: (-i[1], i[0])), 1):
            if 100 * tiv / total >= LEAST_EXPORT_SHARE:
                yield {
                    "supplier": supplier,
                    "first_year": last_year - SPAN + 1,
                    "last_year": last_year,
                    "share": f"{100 * tiv / total:.2f}",
                    "rank": rank,
                    "source": "sipri_register",
                }


def main() -> None:
    """Write both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=STARTER)
    given = parser.parse_args()
    path = given.data / REGISTER
    windows = {last_year: volumes(path, last_year) for last_year in WINDOW_ENDS}
    sheets = list(published(windows))
    revised = [correction(row, own) for row, own in sheets if abs(own - float(str(row["share"]))) > REVISION]
    kept = [row for row, own in sheets if abs(own - float(str(row["share"]))) <= REVISION]
    rows = [*computed(windows), *latest(kept)]
    print(write_table(given.out / "arms_shares.corrections.csv", CORRECTION_COLUMNS, revised, ["key", "reference"]), "revised")
    print(write_table(given.out / "arms_shares.csv", COLUMNS, rows, KEY), "shares")
    print(write_table(given.out / "arms_export_shares.csv", EXPORT_COLUMNS, exports(windows), ["last_year", "supplier"]))
    print("sha256", digest(path))


if __name__ == "__main__":
    main()
