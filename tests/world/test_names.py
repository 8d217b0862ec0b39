"""Names: every state is found under its own, and nothing is found under a word that means several."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nonaligned.ground.errors import UsageError
from nonaligned.ground.origins import read_rows
from nonaligned.world.days import parse_day
from nonaligned.world.names import (
    AmbiguousState,
    find,
    fold,
    gazetteer,
    not_states,
    without_accents,
)
from nonaligned.world.states import DATA, UnknownState, state, states

SHARED = Path(__file__).parents[3] / "shared" / "data"
ALL = states(system=None)
MEMBERS = states("2025-01-01", system="un")
KINDS = {"name", "official", "alias", "former", "adjective", "demonym", "capital", "seat"}


def needs(path: str) -> Path:
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"reference file {path} is not beside the repository")
    return found


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.code)
def test_a_state_is_found_by_its_name_and_codes(one) -> None:
    assert find(one.name) == one
    assert find(one.code) == find(one.code.lower()) == one
    assert find(one.name.upper()) == find(without_accents(one.name)) == one


@pytest.mark.parametrize("one", MEMBERS, ids=lambda one: one.code)
def test_a_member_is_found_by_its_long_name_iso2_and_number(one) -> None:
    assert find(one.long_name) == find(one.iso2) == find(one.cow_code) == one


@example("¹")
@given(st.text(max_size=12))
def test_find_answers_with_a_state_or_a_usage_error(text: str) -> None:
    try:
        found = find(text)
    except UsageError:
        return
    assert found in ALL


@given(st.text(max_size=20))
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "on", "code"),
    [
        ("US", None, "USA"), ("u.s.", None, "USA"), ("U.K.", None, "GBR"), ("Great Britain", None, "GBR"),
        ("the Netherlands", None, "NLD"), ("Holland", None, "NLD"), ("UAE", None, "ARE"), ("KSA", None, "SAU"),
        ("PRC", None, "CHN"), ("mainland China", None, "CHN"), ("DPRK", None, "PRK"), ("ROK", None, "KOR"),
        ("DRC", None, "COD"), ("Zaire", None, "COD"), ("USSR", None, "SUN"), ("GDR", None, "DDR"), ("FRG", None, "DEU"),
        ("Burma", "2024-01-01", "MMR"), ("Swaziland", None, "SWZ"), ("Macedonia", None, "MKD"), ("Turkey", None, "TUR"),
        ("Türkiye", None, "TUR"), ("Ivory Coast", None, "CIV"), ("COTE D’IVOIRE", None, "CIV"), ("Ceylon", None, "LKA"),
        ("Upper Volta", None, "BFA"), ("Dahomey", None, "BEN"), ("Kampuchea", None, "KHM"), ("Persia", None, "IRN"),
        ("Cape Verde", None, "CPV"), ("East Timor", None, "TLS"), ("Czech Republic", None, "CZE"),
        ("Russia", "1975-08-01", "SUN"), ("Russia", "1992-01-01", "RUS"), ("Russia", None, "RUS"),
        ("Vietnam", None, "VNM"), ("Vietnam", "1990-01-01", "VNM"), ("Yemen", "1950-01-01", "YAR"),
        ("Yemen", "2020-01-01", "YEM"), ("Germany", "1930-01-01", "DEU"), ("Germany", "2020-01-01", "DEU"),
        ("Serbia", "1995-01-01", "YUG"), ("Serbia", "2010-01-01", "SRB"), ("Korea", "1900-01-01", "JOS"),
        ("Congo", "1980-01-01", "COG"), ("Republic of China", "1930-01-01", "CHN"), ("Republic of China", None, "TWN"),
        ("China", "2020-01-01", "CHN"), ("Niger", None, "NER"), ("Nigeria", None, "NGA"), ("Sudan", None, "SDN"),
        ("South Sudan", None, "SSD"), ("Guinea", None, "GIN"), ("Dominica", None, "DMA"), ("Prussia", None, "DEU"),
        ("UAR", "1960-01-01", "EGY"), ("365", "1970-01-01", "SUN"), ("340", None, "SRB"), ("West Germany", None, "DEU"),
    ],
)  # fmt: skip
def test_known_names(name: str, on: str | None, code: str) -> None:
    assert find(name, on=on).code == code


@pytest.mark.parametrize(
    ("name", "on", "codes"),
    [
        ("Congo", None, ("COD", "COG")),
        ("Congo", "1965-01-01", ("COD", "COG")),
        ("Korea", None, ("KOR", "PRK")),
        ("Vietnam", "1965-01-01", ("RVN", "VDR")),
        ("Germany", "1970-01-01", ("DDR", "DEU")),
        ("Yemen", "1980-01-01", ("YAR", "YMD")),
        ("China", "1965-01-01", ("CHN", "TWN")),
    ],
)
def test_ambiguous_names_list_their_candidates(name: str, on: str | None, codes: tuple[str, ...]) -> None:
    with pytest.raises(AmbiguousState) as caught:
        find(name, on=on)
    assert caught.value.codes == codes
    assert all(state(code).name in caught.value.message for code in codes)


def test_the_context_decides_or_refuses() -> None:
    assert find("Georgia").code == "GEO"
    for near in ({"USA"}, {"Atlanta"}):
        with pytest.raises(AmbiguousState) as caught:
            find("Georgia", near=near)
        assert caught.value.codes == ("GEO",)
    assert find("Georgia", near={"USA", "Tbilisi"}).code == "GEO"
    assert find("Congo", near={"Kinshasa"}).code == "COD"
    assert find("Congo", near={"Brazzaville"}).code == "COG"
    assert find("Korea", near={"Pyongyang"}).code == "PRK"
    with pytest.raises(AmbiguousState):
        find("Korea", near={"Pyongyang", "Seoul"})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Gergia", "Did you mean Georgia"),
        ("Nigera", "Nigeria"),
        ("Moscow", "capital of RUS"),
        ("Kremlin", "seat of RUS"),
        ("Polish", "adjective of POL"),
        ("Hong Kong", "territory of China"),
        ("xyzzy", "nonaligned states"),
    ],
)
def test_unknown_names_say_what_was_perhaps_meant(name: str, words: str) -> None:
    with pytest.raises(UnknownState) as caught:
        find(name)
    assert words in caught.value.why + caught.value.mend


def test_rows_of_names_are_well_formed() -> None:
    codes = {one.code for one in ALL}
    for row in read_rows(DATA / "state_names.csv"):
        assert row["code"] in codes, row
        assert row["kind"] in KINDS, row
        assert row["name"] == row["name"].strip() != "", row
        first, last = parse_day(row["first"]), parse_day(row["last"])
        assert first is None or last is None or first[0] <= last[1], row


@pytest.mark.parametrize("one", MEMBERS, ids=lambda one: one.code)
def test_every_member_has_the_words_of_a_report(one) -> None:
    kinds = {entry.kind for entries in gazetteer().values() for entry in entries if entry.code == one.code}
    assert {"name", "adjective", "demonym", "capital"} <= kinds or one.code == "NRU"
    capital = [entry.kind for entry in gazetteer()[one.capital] if entry.code == one.code]
    assert "capital" in capital or one.code == "NRU"  # Nauru has no official capital


def test_the_gazetteer_keeps_case_and_adds_variants() -> None:
    words = gazetteer()
    for absent in ("us", "polish", "turkey", "Male", "chad", "china"):
        assert absent not in words
    for present in ("US", "Polish", "Turkey", "Malé", "Chad", "Cote d'Ivoire", "Côte d’Ivoire", "Elysee", "Élysée"):
        assert present in words
    assert {entry.code for entry in words["Dominican"]} == {"DOM", "DMA"}
    assert {entry.code for entry in words["Congolese"]} == {"COD", "COG"}
    assert {entry.code for entry in words["Nigerien"]} == {"NER"}
    assert words["Georgia"][0].is_weak
    assert not words["France"][0].is_weak


def test_no_surface_is_both_a_sure_state_and_never_a_state() -> None:
    always = {form for form, entries in not_states().items() if any(not entry.words for entry in entries)}
    assert always & set(gazetteer()) == set()
    codes = {one.code for one in ALL}
    for entries in not_states().values():
        assert all(entry.of in codes | {""} for entry in entries)


@pytest.mark.parametrize(
    ("word", "code", "kind"),
    [
        ("Kremlin", "RUS", "seat"), ("White House", "USA", "seat"), ("Downing Street", "GBR", "seat"),
        ("Quai d'Orsay", "FRA", "seat"), ("Zhongnanhai", "CHN", "seat"), ("South Block", "IND", "seat"),
        ("Kyiv", "UKR", "capital"), ("Kiev", "UKR", "capital"), ("Yangon", "MMR", "capital"),
        ("Lagos", "NGA", "capital"), ("Washington", "USA", "capital"), ("Sana’a", "YEM", "capital"),
        ("Danes", "DNK", "demonym"), ("Briton", "GBR", "demonym"), ("Spaniard", "ESP", "demonym"),
        ("Filipinos", "PHL", "demonym"), ("Poles", "POL", "demonym"), ("Turks", "TUR", "demonym"),
        ("Swede", "SWE", "demonym"), ("Finns", "FIN", "demonym"), ("Thais", "THA", "demonym"),
        ("Chinese", "CHN", "demonym"), ("Saudi", "SAU", "adjective"), ("Soviet", "SUN", "adjective"),
    ],
)  # fmt: skip
def test_words_of_reports(word: str, code: str, kind: str) -> None:
    assert (code, kind) in {(entry.code, entry.kind) for entry in gazetteer()[word]}


# Labels of other data sets that name no state, or several; each must go on failing.
SIPRI_OTHERS = {"Aruba", "Biafra", "Congo", "Katanga", "Libya GNC", "Northern Cyprus"}


def sipri_labels(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    start = next(i for i, line in enumerate(lines) if "Recipient" in line and "Supplier" in line)
    rows = list(csv.DictReader(lines[start:]))
    labels = {row[column] or "" for row in rows for column in ("Supplier", "Recipient")}
    return {label for label in labels if label[:1].isalpha() and not label.endswith("*") and "unknown" not in label}


@pytest.mark.parametrize("name", ["register_17col_1995-2024.csv", "register_16col_1950-2023.csv"])
def test_every_state_of_the_arms_register_is_found(name: str) -> None:
    labels = sipri_labels(needs(f"sipri/{name}"))
    failed: set[str] = set()
    for label in labels:
        try:
            find(label)
        except UsageError:
            failed.add(label)
    assert failed == SIPRI_OTHERS & labels
    assert len(labels) > 150


def test_every_label_of_the_votes_is_the_state_of_its_number() -> None:
    labels: set[tuple[str, str, str]] = set()
    with gzip.open(needs("unga/UNVotes_1946-2024.csv.gz"), "rt", encoding="utf-8", errors="replace") as handle:
        for row in csv.DictReader(handle):
            labels.add((row["ccode"], row["Country"], row["Countryname"]))
    assert len(labels) > 190
    for number, country, name in labels:
        found = find(name)
        expected = {"EAZ": "ZAN"}.get(country, country)
        assert found.code == expected, (number, country, name)


def test_every_column_of_the_2022_resolutions_is_found() -> None:
    with needs("unga/es11_1-3_by_symbol_2022.csv").open(encoding="utf-8") as handle:
        header = next(csv.reader(handle))
    assert len(header) == 193
    codes = {"COG" if name == "CONGO" else find(name).code for name in header}
    assert codes == {one.code for one in MEMBERS}


def test_every_member_of_the_informal_groups_is_found() -> None:
    wrong: set[tuple[str, str]] = set()
    with needs("groups/IIGO.csv").open(encoding="utf-8", errors="replace") as handle:
        for row in csv.DictReader(handle):
            try:
                if find(row["StateName"]).code != row["stateID"]:
                    wrong.add((row["stateID"], row["StateName"]))
            except AmbiguousState:
                wrong.add((row["stateID"], row["StateName"]))
    assert wrong == {
        ("", "Democratic Republic of the Congo"), ("ALG", "Algeria"), ("COG", "Congo"),
        ("GIN - GNQ", "Equatorial Guinea"), ("KOR", "Korea"), ("KOS", "Kosovo"),
    }  # fmt: skip


def test_the_labels_of_the_coincidence_tables_are_the_states_of_their_codes() -> None:
    wrong: set[tuple[str, str]] = set()
    for year in (2018, 2019, 2020):
        with needs(f"unga/un-coincidence-{year}.csv").open(encoding="utf-8-sig", errors="replace") as handle:
            for row in csv.DictReader(handle):
                label = row.get("COUNTRY") or row["Country"]
                try:
                    code = find(label).code
                except UsageError:
                    code = ""
                if code != row["ISO"]:
                    wrong.add((label, row["ISO"]))
    assert wrong == {
        ("Congo", "COG"), ("Equatoria Guinea", "GNQ"), ("Greece", "GRO"), ("Irag", "IRQ"),
        ("Lao People?s Democratic Republic", "LAO"),
    }  # fmt: skip
