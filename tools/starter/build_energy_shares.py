"""Build energy_shares.csv: the suppliers of India's crude oil and coal, by value, from India's customs figures.

Usage: python build_energy_shares.py --data DIR [--out DIR]
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from reading import STARTER, digest, plain, write_table

IMPORTS = "energy/india_imports_hs2709_hs2701_by_country.csv"
COMMODITIES = {"2709": "crude oil (HS 2709)", "2701": "coal (HS 2701)"}
COLUMNS = "recipient supplier commodity first_day last_day value_usd share source".split()
KEY = "recipient commodity first_day supplier".split()
LEAST_SHARE = 1.0
# The file ends with August 2022, five months into the fiscal year.
LAST_DAYS = {"2022-23": "2022-08-31"}

_PARTNERS = """
ALGERIA DZA|ANGOLA AGO|AUSTRALIA AUS|AZERBAIJAN AZE|BRAZIL BRA|BRUNEI BRN|CAMEROON CMR|CANADA CAN|CHAD TCD|COLOMBIA COL
CONGO P REP COG|ECUADOR ECU|EGYPT A RP EGY|EQUTL GUINEA GNQ|GABON GAB|GHANA GHA|INDONESIA IDN|IRAN IRN|IRAQ IRQ
KAZAKHSTAN KAZ|KUWAIT KWT|LIBYA LBY|MALAYSIA MYS|MEXICO MEX|MOZAMBIQUE MOZ|NEW ZEALAND NZL|NIGERIA NGA|NORWAY NOR
OMAN OMN|QATAR QAT|RUSSIA RUS|SAUDI ARAB SAU|SINGAPORE SGP|SOUTH AFRICA ZAF|SUDAN SDN|U ARAB EMTS ARE|U K GBR|U S A USA
SWITZERLAND CHE|TURKEY TUR|UKRAINE UKR|VENEZUELA VEN|POLAND POL|CHINA P RP CHN
"""
PARTNERS = dict(entry.rsplit(" ", 1) for line in _PARTNERS.strip().splitlines() for entry in line.split("|"))


def imports(path: Path) -> Iterator[dict[str, object]]:
    """Yield value and share of the suppliers of at least one per cent, and ``OTHER`` for the rest.

    Raises
    ------
    ValueError
        If the partners do not add up to the total that the file states, or a main one has no code.
    """
    values: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    totals: dict[tuple[str, str], float] = {}
    for row in plain(path):
        key = row["hs4"], row["india_fiscal_year"]
        if row["partner"] == "Total":
            totals[key] = float(row["usd_million"])
        elif row["usd_million"] and not row["partner"].startswith(("India's", "%")):
            values[key][row["partner"]] += float(row["usd_million"])
    for (hs4, year), by in values.items():
        total = totals[hs4, year]
        if abs(sum(by.values()) - total) > 0.1:
            raise ValueError(f"{hs4} {year}: the partners add up to {sum(by.values())}, not {total}")
        unknown = [p for p, v in by.items() if p not in PARTNERS and 100 * v / total >= LEAST_SHARE]
        if unknown:
            raise ValueError(f"{hs4} {year}: no state for {unknown}")
        named = {PARTNERS[p]: v for p, v in by.items() if p in PARTNERS and 100 * v / total >= LEAST_SHARE}
        named["OTHER"] = total - sum(named.values())
        shares = {code: round(100 * value / total, 2) for code, value in named.items() if code != "OTHER"}
        shares["OTHER"] = round(100 - sum(shares.values()), 2)
        for code, value in named.items():
            yield {
                "recipient": "IND",
                "supplier": code,
                "commodity": COMMODITIES[hs4],
                "first_day": f"{year[:4]}-04-01",
                "last_day": LAST_DAYS.get(year, f"20{year[-2:]}-03-31"),
                "value_usd": f"{value * 1e6:.0f}",
                "share": f"{shares[code]:.2f}",
                "source": "india_commerce",
            }


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=STARTER)
    given = parser.parse_args()
    print(write_table(given.out / "energy_shares.csv", COLUMNS, imports(given.data / IMPORTS), KEY), "shares")
    print("sha256", digest(given.data / IMPORTS))


if __name__ == "__main__":
    main()
