"""The figures of the starter record against outside values, their own laws and a fresh computation."""

from __future__ import annotations

import csv
import gzip
import hashlib
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "src" / "nonaligned" / "record" / "starter"
TOOLS = ROOT / "tools" / "starter"
DATA = ROOT.parent / "shared" / "data"
STATES = ROOT / "src" / "nonaligned" / "world" / "data" / "states.csv"

KEYS = {
    "arms_shares": "recipient supplier first_year last_year kind".split(),
    "arms_export_shares": "supplier first_year last_year".split(),
    "trade_statements": "reporter partner period flow coverage source".split(),
    "indicators": "state year indicator".split(),
    "energy_shares": "recipient supplier commodity first_day".split(),
}
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the producers' files are not beside the repository")

Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    with (STARTER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def origin(name: str) -> dict[str, dict[str, str]]:
    parsed = tomllib.loads((STARTER / f"{name}.origin.toml").read_text(encoding="utf-8"))
    return parsed["source"]


def arms(recipient: str, last_year: int, kind: str = "computed") -> dict[str, float]:
    return {
        row["supplier"]: float(row["share"])
        for row in table("arms_shares")
        if (row["recipient"], row["last_year"], row["kind"]) == (recipient, str(last_year), kind)
    }


def trade_row(key: str) -> Row:
    """The row of ``reporter partner period flow source``."""
    return next(r for r in table("trade_statements") if [r[c] for c in ("reporter", "partner", "period", "flow", "source")] == key.split())


def trade(key: str) -> float:
    return float(trade_row(key)["value_usd"])


def figure(state: str, year: int, indicator: str) -> float:
    return next(
        float(row["value"]) for row in table("indicators") if (row["state"], row["year"], row["indicator"]) == (state, str(year), indicator)
    )


@pytest.mark.parametrize("name", KEYS)
def test_no_key_stands_twice(name: str) -> None:
    counts = Counter(tuple(row[c] for c in KEYS[name]) for row in table(name))
    assert [key for key, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("name", KEYS)
def test_every_source_is_defined_and_used(name: str) -> None:
    used = {key for row in table(name) for key in row["source"].split("|")}
    assert used == set(origin(name))
    assert all(entry["producer"] and entry["title"] for entry in origin(name).values())


@pytest.mark.parametrize("name", KEYS)
def test_every_code_is_a_state(name: str) -> None:
    with STATES.open(encoding="utf-8", newline="") as lines:
        known = {row["code"] for row in csv.DictReader(lines)} | {"EU", "OTHER"}
    used = {row[c] for row in table(name) for c in ("recipient", "supplier", "reporter", "partner", "state") if c in row}
    assert used <= known


@pytest.mark.parametrize("name", ["arms_shares", "arms_export_shares", "energy_shares"])
def test_shares_are_per_cents(name: str) -> None:
    assert all(0 < float(row["share"]) <= 100 for row in table(name))


def test_computed_shares_of_a_window_add_up_and_fall_with_the_rank() -> None:
    windows: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in table("arms_shares"):
        if row["kind"] == "computed":
            windows[row["recipient"], row["last_year"]].append(row)
            assert int(row["last_year"]) - int(row["first_year"]) == 4
    assert len({recipient for recipient, _ in windows}) >= 60
    for rows in windows.values():
        # Shares are rounded to a hundredth of a per cent each.
        assert sum(float(row["share"]) for row in rows) == pytest.approx(100, abs=0.025)
        ranked = sorted((int(row["rank"]), float(row["share"])) for row in rows if row["supplier"] != "OTHER")
        assert [rank for rank, _ in ranked] == list(range(1, len(ranked) + 1))
        assert [share for _, share in ranked] == sorted((share for _, share in ranked), reverse=True)


def test_world_exports_do_not_exceed_the_world() -> None:
    sums: Counter[str] = Counter()
    for row in table("arms_export_shares"):
        sums[row["last_year"]] += float(row["share"])  # type: ignore[assignment]
    assert all(97 < total <= 100.05 for total in sums.values())


@pytest.mark.parametrize(
    ("recipient", "last_year", "supplier", "share", "tolerance"),
    [
        # SIPRI's register, to a tenth of a per cent.
        ("IND", 2024, "RUS", 36.0, 0.051),
        ("IND", 2024, "FRA", 33.0, 0.051),
        ("IND", 2024, "ISR", 12.6, 0.051),
        ("IND", 2019, "RUS", 55.0, 0.051),
        # The fact sheets of March 2024 and 2025, in whole per cents.
        ("IND", 2018, "RUS", 58, 0.5),
        ("IND", 2013, "RUS", 76, 0.5),
        ("PAK", 2024, "CHN", 81, 0.5),
        ("UKR", 2024, "USA", 45, 0.5),
        ("SAU", 2024, "USA", 74, 0.5),
    ],
)
def test_arms_shares_match_the_published_ones(recipient: str, last_year: int, supplier: str, share: float, tolerance: float) -> None:
    assert arms(recipient, last_year)[supplier] == pytest.approx(share, abs=tolerance)


def test_published_shares_lie_near_the_register_and_the_rest_is_declared() -> None:
    for row in table("arms_shares"):
        if row["kind"] == "published":
            own = arms(row["recipient"], int(row["last_year"])).get(row["supplier"], 0.5)
            assert abs(own - float(row["share"])) <= 3.05, row
    declared = table("arms_shares.corrections")
    assert declared
    for row in declared:
        recipient, supplier, _, last_year = row["key"].split("|")
        assert abs(float(row["theirs"]) - float(row["ours"])) > 2.95
        assert arms(recipient, int(last_year))[supplier] == pytest.approx(float(row["ours"]), abs=0.06)
        assert row["reference"] in origin("arms_shares") or row["reference"].startswith("sipri_fact_sheet_")


@pytest.mark.parametrize(
    ("key", "billions"),
    [
        ("IND RUS FY2017-18 total india_commerce", 10.68685),
        ("IND RUS FY2018-19 total india_commerce", 8.22991),
        ("IND RUS FY2019-20 total india_commerce", 10.11068),
        ("IND RUS FY2020-21 total india_commerce", 8.14126),
        ("IND RUS FY2021-22 total india_commerce", 13.12468),
        ("IND RUS FY2023-24 total india_commerce", 65.70),
        ("IND CHN FY2024-25 imports india_commerce", 113.45),
        ("IND USA FY2024-25 total india_commerce", 131.84),
        ("IND CHN 2019 imports imf_dots", 68.3446),
        ("IND CHN FY2025-26 imports india_commerce_portal", 131.633),
        ("IND USA FY2025-26 exports india_commerce_portal", 87.316),
        ("CHN RUS 2024 total china_customs", 244.81),
        ("CHN USA 2021 total china_customs", 755.645),
    ],
)
def test_trade_matches_official_figures(key: str, billions: float) -> None:
    row = trade_row(key)
    assert abs(float(row["value_usd"]) - billions * 1e9) <= max(float(row["precision"]), 0.5e6)


def test_periods_dates_and_values_of_trade_are_sound() -> None:
    as_of = tomllib.loads((STARTER / "trade_statements.origin.toml").read_text(encoding="utf-8"))["table"]["as_of"]
    for row in table("trade_statements"):
        first, last = date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"])
        assert first < last <= as_of
        assert (last - first).days in (364, 365)
        assert row["reporter"] != row["partner"]
        assert row["flow"] in {"exports", "imports", "total"}
        assert row["coverage"] in {"goods", "goods_and_services"}
        assert 0 < float(row["value_usd"]) < 1.2e12
        assert float(row["precision"]) > 0
        assert (row["period"].startswith("FY")) == (first.month == 4) == row["first_day"].endswith("-04-01")
        assert (row["currency"] == "USD") == (row["value"] == row["value_usd"])


def test_a_total_is_exports_and_imports() -> None:
    values = {
        (r["reporter"], r["partner"], r["period"], r["source"], r["flow"]): (float(r["value"]), float(r["precision"]))
        for r in table("trade_statements")
        if r["coverage"] == "goods"
    }
    checked = 0
    for (*pair, flow), (total, step) in values.items():
        exports, imports = (values.get((*pair, side)) for side in ("exports", "imports"))  # type: ignore[arg-type]
        if flow == "total" and exports and imports:
            assert abs(total - exports[0] - imports[0]) <= max(2 * step, 1.6 * max(exports[1], imports[1]))
            checked += 1
    assert checked > 250


def test_two_sources_of_one_reporter_agree() -> None:
    """China's customs against the IMF's total, and the US Census against imports in the Correlates of War data."""
    for year in range(2013, 2020):
        official = trade(f"CHN RUS {year} total china_customs")
        assert trade(f"CHN RUS {year} total imf_dots") == pytest.approx(official, rel=0.012)
    for year in range(2010, 2015):
        for partner in ("CHN", "RUS"):
            customs = trade(f"USA {partner} {year} imports us_census")
            # Insurance and freight make the second the larger.
            assert 0.995 < trade(f"USA {partner} {year} imports cow_trade") / customs < 1.07


def test_both_sides_tell_a_similar_story() -> None:
    """China's and India's own counts of their total lie within a quarter of one another in every year."""
    for year in range(2018, 2025):
        mirror = trade(f"IND CHN FY{year}-{(year + 1) % 100:02d} total india_commerce")
        assert 0.75 < trade(f"CHN IND {year} total china_customs") / mirror < 1.33


@pytest.mark.parametrize(
    ("state", "year", "indicator", "value", "tolerance"),
    [
        ("CHN", 2022, "cinc", 0.23409663, 1e-7),
        ("USA", 2022, "cinc", 0.12356574, 1e-7),
        ("IND", 2022, "cinc", 0.099396847, 1e-7),
        ("USA", 2023, "milex_constant_usd", 880_071e6, 1e6),
        ("CHN", 2023, "milex_constant_usd", 309_484e6, 1e6),
        ("RUS", 2023, "milex_constant_usd", 126_473e6, 1e6),
        ("IND", 2023, "milex_constant_usd", 83_334e6, 1e6),
        # World Bank, October 2025: 27.7 and 3.6 trillion dollars.
        ("USA", 2023, "gdp_current_usd", 27.72e12, 0.02e12),
        ("IND", 2023, "gdp_current_usd", 3.638e12, 0.002e12),
        ("IND", 2023, "population", 1_438_069_596, 0),
    ],
)
def test_state_figures_match_the_published_ones(state: str, year: int, indicator: str, value: float, tolerance: float) -> None:
    assert figure(state, year, indicator) == pytest.approx(value, abs=tolerance)


def test_state_figures_are_in_range() -> None:
    limits = {
        "cinc": (0.0, 0.3),
        "population": (5e3, 1.6e9),
        "gdp_current_usd": (1e7, 3.5e13),
        # The floor is Iraq in 1991, at an official exchange rate far from the market's.
        "gdp_per_capita_usd": (20, 300_000),
        "milex_current_usd": (1e8, 1e12),
        "milex_constant_usd": (1e8, 1.1e12),
        "milex_gdp_share": (0.05, 60),
    }
    for row in table("indicators"):
        low, high = limits[row["indicator"]]
        assert low <= float(row["value"]) <= high, row
    years = Counter(row["year"] for row in table("indicators") if row["indicator"] == "milex_current_usd")
    assert set(years) == {str(y) for y in range(2000, 2024)}
    assert set(years.values()) == {40}


def test_no_state_has_figures_before_it_began() -> None:
    first = {"RUS": 1992, "UKR": 1991, "CZE": 1993, "ERI": 1993, "TLS": 2002, "MNE": 2006, "SRB": 2006, "SSD": 2011, "XKX": 2008}
    last = {"SUN": 1991, "CSK": 1992, "DDR": 1990, "YUG": 2002, "SCG": 2005}
    for row in table("indicators"):
        assert first.get(row["state"], 0) <= int(row["year"]) <= last.get(row["state"], 9999), row


def test_capability_shares_of_the_world_add_up() -> None:
    """Every component's shares add up to one, so the mean can stray from one only where components are missing."""
    sums: Counter[str] = Counter()
    for row in table("indicators"):
        if row["indicator"] == "cinc":
            sums[row["year"]] += float(row["value"])  # type: ignore[assignment]
    assert set(sums) == {str(y) for y in range(1990, 2023)}
    assert all(0.97 < total < 1.06 for total in sums.values()), sums


def test_fuel_shares_of_a_period_add_up() -> None:
    sums: Counter[tuple[str, ...]] = Counter()
    for row in table("energy_shares"):
        sums[row["commodity"], row["first_day"]] += float(row["share"])  # type: ignore[assignment]
    assert len(sums) == 12
    assert all(total == pytest.approx(100, abs=1e-6) for total in sums.values())


@needs_data
@pytest.mark.parametrize("name", ["arms_shares", "trade_statements", "indicators", "energy_shares"])
def test_tables_are_what_the_build_scripts_write(name: str, tmp_path: Path) -> None:
    command = [sys.executable, f"build_{name}.py", "--data", str(DATA), "--out", str(tmp_path)]
    subprocess.run(command, cwd=TOOLS, check=True, capture_output=True)
    written = sorted(tmp_path.glob("*.csv"))
    assert tmp_path / f"{name}.csv" in written
    for path in written:
        assert path.read_bytes() == (STARTER / path.name).read_bytes(), path.name


@needs_data
@pytest.mark.parametrize(("code", "name"), [("IND", "India"), ("EGY", "Egypt"), ("VNM", "Viet Nam"), ("SAU", "Saudi Arabia")])
def test_arms_shares_follow_from_the_register(code: str, name: str) -> None:
    """Recompute a recipient's shares by positions in the line, a way of its own."""
    deliveries: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for line in (DATA / "sipri" / "register_17col_1995-2024.csv").read_text(encoding="utf-8").splitlines():
        cells = next(csv.reader([line])) if line[:1].isdigit() else []
        if len(cells) >= 17 and cells[2] == name and cells[15]:
            deliveries[int(cells[10])][cells[1]] += float(cells[15])  # type: ignore[assignment]
    for last_year in (2004, 2013, 2019, 2024):
        window = sum((deliveries[y] for y in range(last_year - 4, last_year + 1)), Counter())
        total = sum(window.values())
        expected = sorted((round(100 * tiv / total, 2) for tiv in window.values() if 100 * tiv / total >= 1), reverse=True)
        shown = sorted((share for supplier, share in arms(code, last_year).items() if supplier != "OTHER"), reverse=True)
        assert shown == pytest.approx(expected, abs=0.011)


@needs_data
def test_capability_index_equals_the_published_one() -> None:
    known = {(r["state"], r["year"]): float(r["value"]) for r in table("indicators") if r["indicator"] == "cinc"}
    codes = {"2": "USA", "710": "CHN", "750": "IND", "200": "GBR", "140": "BRA", "713": "TWN", "731": "PRK", "950": "FJI"}
    checked = 0
    with (DATA / "capability" / "cow_nmc_v7.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            state, year = codes.get(str(int(float(row["ccode"])))), str(int(float(row["year"])))
            if state and int(year) >= 1990:
                assert known[state, year] == pytest.approx(float(row["cinc"]), abs=1.1e-7), (state, year)
                checked += 1
    assert checked == len(codes) * 33


@needs_data
def test_trade_rows_follow_from_the_dyadic_data() -> None:
    with gzip.open(DATA / "trade" / "cow_trade_ddy_1946-2014.csv.gz", "rt", encoding="utf-8") as lines:
        flows = {(r["ccode1"], r["ccode2"], r["year"]): float(r["flow1"] or -9) for r in csv.DictReader(lines)}
    for (importer, exporter), pair in {("750", "710"): "IND CHN", ("365", "750"): "RUS IND"}.items():
        for year in range(1992, 2015):
            assert trade(f"{pair} {year} imports cow_trade") == pytest.approx(flows[importer, exporter, str(year)] * 1e6)
    missing = [key for key, value in flows.items() if value <= 0 and key[:2] == ("2", "365")]
    shown = {row["period"] for row in table("trade_statements") if (row["reporter"], row["partner"]) == ("USA", "RUS")}
    assert shown.isdisjoint({year for _, _, year in missing})


@needs_data
@pytest.mark.parametrize("name", KEYS)
def test_the_digests_in_the_origin_are_those_of_the_inputs(name: str) -> None:
    stated = {entry["sha256"] for entry in origin(name).values() if "sha256" in entry}
    folders = ("sipri", "trade", "capability", "energy")
    present = {hashlib.sha256(path.read_bytes()).hexdigest() for folder in folders for path in (DATA / folder).iterdir() if path.is_file()}
    assert stated
    assert stated <= present
