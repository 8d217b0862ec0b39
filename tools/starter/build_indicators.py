"""Build indicators.csv: military spending, gross domestic product, population and the composite capability index.

Usage: python build_indicators.py --data DIR [--out DIR]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from codes import BEGAN, SIPRI_CODES, STATES, cow_state
from reading import STARTER, after_preamble, digest, plain, sheet, write_table

MILEX = "capability/SIPRI-Milex-data-1948-2023.xlsx"
# The file of this name holds GDP per head; GDP itself is the product with the population of the same edition.
PER_HEAD = "capability/WDI_GDP.csv"
POPULATION = "capability/WDI_POPULATION.csv"
CAPABILITY = "capability/cow_nmc_v7.csv"

COLUMNS = "state year indicator value unit source note".split()
KEY = "state indicator year".split()
LARGEST_SPENDERS = 40
LARGEST_ECONOMIES = 60
MILEX_YEARS = range(2000, 2024)
LONG_YEARS = range(1990, 2025)
ALL_STATES_FROM = 2010
CAPABILITY_YEARS = range(1990, 2023)
# In 1990 the table lists both German republics and the united one; the year goes to the Federal Republic as it began.
GERMANY_FOR_LAST_QUARTER = (255, 1990)
COMPONENTS = "milex milper irst pec tpop upop".split()
# Font colours of the workbook: SIPRI prints its estimates in blue and highly uncertain figures in red.
CERTAINTY = {12: "SIPRI estimate", 10: "highly uncertain"}
SHEETS = {
    "milex_current_usd": ("Current US$", "US$", 1e6),
    "milex_constant_usd": ("Constant (2022) US$", "constant 2022 US$", 1e6),
    "milex_gdp_share": ("Share of GDP", "percent of GDP", 100.0),
}

Figures = Mapping[tuple[str, int], tuple[float, str]]


def milex(path: Path, name: str) -> Figures:
    """Return (state, year) -> (printed value, certainty) of one worksheet; unknown years are absent."""
    rows = sheet(path, name)
    header = next(row for row in rows if row.get("A", ("", 0))[0] == "Country")
    years = {column: int(text) for column, (text, _) in header.items() if text.strip().isdigit()}
    figures: dict[tuple[str, int], tuple[float, str]] = {}
    for row in rows:
        state = SIPRI_CODES.get(row.get("A", ("", 0))[0].strip())
        for column, year in years.items():
            text, colour = row.get(column, ("", 0))
            if state and text.replace(".", "", 1).replace("E-", "", 1).isdigit():
                figures[state, year] = float(text), CERTAINTY.get(colour, "")
    return figures


def spending(path: Path) -> Iterator[dict[str, object]]:
    """Yield the spending of the forty largest spenders of each year, by current US$."""
    tables = {indicator: milex(path, name) for indicator, (name, _, _) in SHEETS.items()}
    for year in MILEX_YEARS:
        current = {state: value for (state, y), (value, _) in tables["milex_current_usd"].items() if y == year}
        for state in sorted(current, key=lambda s: (-current[s], s))[:LARGEST_SPENDERS]:
            for indicator, (_, unit, factor) in SHEETS.items():
                value, note = tables[indicator].get((state, year), (0.0, ""))
                # Hyperinflation breaks the deflator: Venezuela's series falls to half a million dollars.
                if value > 0 and not (indicator == "milex_constant_usd" and value < current[state] / 10):
                    shown = f"{value * factor:.2f}" if unit.startswith("percent") else f"{round(value, 1) * factor:.0f}"
                    yield _row(state, year, indicator, shown, unit, "sipri_milex", note)


def world_bank(path: Path) -> Mapping[tuple[str, int], float]:
    """Return (state, year) -> value of a World Bank table; territories and aggregates are left out."""
    values: dict[tuple[str, int], float] = {}
    for row in after_preamble(path, "Country Name"):
        state = row["Country Code"]
        for year in LONG_YEARS:
            if state in STATES and year >= BEGAN.get(state, 0) and row.get(str(year)):
                values[state, year] = float(row[str(year)])
    return values


def economies(per_head: Mapping[tuple[str, int], float], people: Mapping[tuple[str, int], float]) -> Iterator[dict[str, object]]:
    """Yield GDP, GDP per head and population: all states from 2010, the largest economies from 1990."""
    product = {key: value * people[key] for key, value in per_head.items() if key in people}
    recent = {state: value for (state, year), value in product.items() if year == 2023}
    largest = set(sorted(recent, key=lambda s: (-recent[s], s))[:LARGEST_ECONOMIES])
    for (state, year), value in people.items():
        if year < ALL_STATES_FROM and state not in largest:
            continue
        yield _row(state, year, "population", f"{value:.0f}", "persons", "world_bank_population", "")
        if (state, year) in product:
            yield _row(state, year, "gdp_per_capita_usd", f"{per_head[state, year]:.2f}", "US$", "world_bank_gdp", "")
            gdp = float(f"{product[state, year]:.5e}")
            yield _row(state, year, "gdp_current_usd", f"{gdp:.0f}", "US$", "world_bank_gdp|world_bank_population", "")


def capability_index(path: Path) -> Mapping[tuple[str, int], tuple[float, int]]:
    """Return (state, year) -> (mean of a state's shares in the world's components, number of components known).

    A missing component (-9) is left out of the state's mean and of the world's sum; it is never a zero.
    """
    known: defaultdict[int, dict[int, dict[str, float]]] = defaultdict(dict)
    for row in plain(path):
        year, number = int(float(row["year"])), int(float(row["ccode"]))
        if year in CAPABILITY_YEARS:
            values = {c: float(row[c]) for c in COMPONENTS if row[c] and float(row[c]) != -9}
            known[year][number] = values
    index: dict[tuple[str, int], tuple[float, int]] = {}
    for year, states in known.items():
        world = {c: sum(values.get(c, 0.0) for values in states.values()) for c in COMPONENTS}
        for number, values in states.items():
            if (number, year) == GERMANY_FOR_LAST_QUARTER:
                continue
            shares = [value / world[c] for c, value in values.items() if world[c] > 0]
            if shares:
                index[cow_state(number, year), year] = sum(shares) / len(shares), len(shares)
    return index


def capability(path: Path) -> Iterator[dict[str, object]]:
    """Yield the composite index of national capability, our own estimate."""
    for (state, year), (value, n_known) in capability_index(path).items():
        note = "" if n_known == len(COMPONENTS) else f"mean over the {n_known} of 6 components that are known"
        yield _row(state, year, "cinc", f"{value:.8f}", "share of world", "cow_nmc", note)


def _row(state: str, year: int, indicator: str, value: str, *origin: str) -> dict[str, object]:
    unit, source, note = origin
    return dict(zip(COLUMNS, (state, year, indicator, value, unit, source, note), strict=True))


def main() -> None:
    """Write the table and print the digests of its inputs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=STARTER)
    given = parser.parse_args()
    per_head, people = world_bank(given.data / PER_HEAD), world_bank(given.data / POPULATION)
    rows = [
        *spending(given.data / MILEX),
        *economies(per_head, people),
        *capability(given.data / CAPABILITY),
    ]
    print(write_table(given.out / "indicators.csv", COLUMNS, rows, KEY), "figures")
    for name in (MILEX, PER_HEAD, POPULATION, CAPABILITY):
        print(name, digest(given.data / name))


if __name__ == "__main__":
    main()
