"""Build trade_statements.csv: bilateral totals of trade in goods, each as the reporter states it.

Usage: python build_trade_statements.py --data DIR [--out DIR]
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path

from codes import cow_state
from reading import STARTER, digest, plain, sheet, write_table

COW = "trade/cow_trade_ddy_1946-2014.csv.gz"
DOTS = "trade/imf_dots_1948-2020_six_states.xlsx"
INDIA = "trade/india_fy2025-26_partners.json"
STATED = Path(__file__).with_name("trade_stated.csv")

COLUMNS = ("reporter partner first_day last_day period flow value_usd value currency precision coverage source note").split()
KEY = "reporter partner period flow coverage source".split()
BILLION = 1e9

POWERS = frozenset({"IND", "CHN", "RUS", "SUN", "USA"})
PARTNERS = POWERS | frozenset(
    "JPN KOR PAK TUR IRN SAU ARE BRA ZAF IDN VNM KAZ EGY MEX SGP MYS THA BGD AUS GBR DEU FRA ISR SRB UKR BLR NGA TWN".split()
)
AMONG_POWERS_FROM = 1946
WITH_PARTNERS_FROM = 2000
DOTS_YEARS = range(2010, 2020)
DOTS_STATES = {"Brazil": "BRA", "Mexico": "MEX", "Uruguay": "URY", "China": "CHN", "Russia": "RUS"}

# Yearly averages of the European Central Bank's euro reference rate, US$ for one euro.
EURO = {2020: 1.1422, 2021: 1.1827, 2022: 1.0530, 2023: 1.0813, 2024: 1.0824}

_TWO_LETTERS = (
    "CN CHN|RU RUS|AE ARE|CH CHE|IQ IRQ|SA SAU|ID IDN|JP JPN|KR KOR|SG SGP|TH THA|QA QAT|DE DEU|MY MYS|TW TWN|AU AUS"
    "|KW KWT|GH GHA|VN VNM|AR ARG|OM OMN|NG NGA|FR FRA|BR BRA|MZ MOZ|BE BEL|PH PHL|IT ITA|EG EGY|CA CAN|PL POL|GB GBR"
    "|TZ TZA|MX MEX|ES ESP|BD BGD|NL NLD|US USA"
)
TWO_LETTERS = dict(entry.split(" ") for entry in _TWO_LETTERS.split("|"))


def days(period: str) -> tuple[str, str]:
    """Return the first and last day of a calendar year (``2023``) or of an Indian fiscal year (``FY2023-24``)."""
    if period.startswith("FY"):
        year = int(period[2:6])
        return f"{year}-04-01", f"{year + 1}-03-31"
    return f"{period}-01-01", f"{period}-12-31"


def _row(
    pair: tuple[str, str],
    period: str,
    flow: str,
    value: float,
    *,
    precision: float,
    source: str,
    note: str = "",
    currency: str = "USD",
    coverage: str = "goods",
) -> dict[str, object]:
    first, last = days(period)
    rate = EURO[int(period)] if currency == "EUR" else 1.0
    return {
        "reporter": pair[0],
        "partner": pair[1],
        "first_day": first,
        "last_day": last,
        "period": period,
        "flow": flow,
        "value_usd": f"{value * rate:.0f}",
        "value": f"{value:.0f}",
        "currency": currency,
        "precision": f"{precision:.0f}",
        "coverage": coverage,
        "source": source if currency == "USD" else f"{source}|ecb_rate",
        "note": note,
    }


def stated() -> Iterator[dict[str, object]]:
    """Yield the totals that statistical offices state, in billions; where they state none, the sum of the two flows.

    Raises
    ------
    ValueError
        If a stated total is not the sum of its flows to within the rounding.
    """
    with STATED.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            pair, note = (row["reporter"], row["partner"]), row["note"]
            flows = {flow: row[flow] for flow in ("exports", "imports", "total") if row[flow]}
            step = max(10.0 ** -len(text.partition(".")[2]) for text in flows.values())
            both = "exports" in flows and "imports" in flows
            total = sum(float(flows[flow]) for flow in ("exports", "imports")) if both else float(flows.get("total", 0))
            if "total" in flows and abs(total - float(flows["total"])) > 1.6 * step:
                raise ValueError(f"the flows do not add up: {row}")
            rest = {column: row[column] for column in ("source", "currency", "coverage")}
            for flow, text in flows.items():
                precision = 10.0 ** -len(text.partition(".")[2]) * BILLION
                yield _row(pair, row["period"], flow, float(text) * BILLION, precision=precision, note=note, **rest)
            if both and "total" not in flows:
                derived = "; ".join(filter(None, ["sum of exports and imports", note]))
                yield _row(pair, row["period"], "total", total * BILLION, precision=2 * step * BILLION, note=derived, **rest)


def correlates(path: Path) -> Iterator[dict[str, object]]:
    """Yield imports by the importer's account from the dyadic trade data; missing (-9) and zero flows are left out."""
    for row in plain(path):
        year = int(row["year"])
        try:
            pair = cow_state(int(row["ccode1"]), year), cow_state(int(row["ccode2"]), year)
        except KeyError:
            continue
        powers = len(POWERS & set(pair))
        first = AMONG_POWERS_FROM if powers == 2 else WITH_PARTNERS_FROM
        if powers and year >= first and set(pair) <= PARTNERS:
            # The table is directed, each pair in both orders: the first flow is the imports of the first state.
            value = float(row["flow1"] or -9) * 1e6
            if value > 0:
                yield _row(pair, str(year), "imports", value, precision=1e6 if value % 1e6 == 0 else 1e4, source="cow_trade")


def directions(path: Path) -> Iterator[dict[str, object]]:
    """Yield totals by reporter from the sheets of the Direction of Trade Statistics: exports and imports together."""
    for name, reporter in DOTS_STATES.items():
        rows = sheet(path, name)
        years = {column: int(text) for column, (text, _) in rows[0].items() if text.strip().isdigit()}
        for row in rows[1:]:
            partner = DOTS_STATES.get(row.get("A", ("", 0))[0])
            for column, year in years.items():
                text = row.get(column, ("", 0))[0]
                if partner and partner != reporter and year in DOTS_YEARS and text and float(text) > 0:
                    yield _row((reporter, partner), str(year), "total", float(text), precision=1.0, source="imf_dots")


def india(path: Path) -> Iterator[dict[str, object]]:
    """Yield India's exports, imports and their sum for the fiscal year 2025-26, by partner."""
    for entry in json.loads(path.read_text(encoding="utf-8"))["country_balances"]:
        pair = "IND", TWO_LETTERS[entry["code"]]
        exports, imports = float(entry["export"]) * 1e6, float(entry["import"]) * 1e6
        for flow, value, note in (
            ("exports", exports, ""),
            ("imports", imports, ""),
            ("total", exports + imports, "sum of exports and imports"),
        ):
            yield _row(pair, "FY2025-26", flow, value, precision=1e5, source="india_commerce_portal", note=note)


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=STARTER)
    given = parser.parse_args()
    rows = [
        *stated(),
        *correlates(given.data / COW),
        *directions(given.data / DOTS),
        *india(given.data / INDIA),
    ]
    print(write_table(given.out / "trade_statements.csv", COLUMNS, rows, KEY), "totals")
    for name in (COW, DOTS, INDIA):
        print(name, digest(given.data / name))


if __name__ == "__main__":
    main()
