"""What a brief holds: whom it is about, what is agenda, what is missing, and the fixed JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from made import INDIA, brief, india, north, record

from nonaligned.briefs import rows, wording
from nonaligned.briefs.citing import web
from nonaligned.briefs.report_brief import assemble

CHECK = "claim_id kind sentence start end text subject object value unit time status verdict reason evidence".split()
READ = "event_id event_type actor actor_state recipient recipient_state status date place sentence start end rule confidence".split()


def test_the_focus_is_the_state_named_most_that_is_no_power() -> None:
    made = brief()
    assert made.focus == "IND"
    counts = {one.code: one.count for one in made.states}
    assert counts == {"IND": INDIA.count("India"), "RUS": INDIA.count("Russia"), "CHN": 1, "NAM": 1}
    assert [one.count for one in made.states] == sorted(counts.values(), reverse=True)
    assert brief("north").focus == "FIN"


def test_other_powers_give_another_focus() -> None:
    read, checked = india()
    assert assemble(read, checked, record(), ("IND", "CHN")).focus == "RUS"


def test_what_is_expected_is_agenda() -> None:
    made = brief()
    assert [event.status for event in made.agenda] == ["expected"]
    assert [event.status for event in made.events] == ["asserted"]


def test_gaps_name_what_is_missing_and_no_expectation() -> None:
    made = brief("north")
    assert any(gap.startswith("UN votes") or "trade" in gap.lower() for gap in made.gaps)
    assert not any("expected" in gap for gap in brief().gaps)


def test_check_rows_have_the_fixed_columns_and_exact_spans() -> None:
    made = brief()
    shaped = rows.brief_json(made)
    assert list(shaped)[:4] == ["rows", "fields", "sources", "run"]
    assert [field["name"] for field in shaped["fields"]] == CHECK
    for row in shaped["rows"]:
        assert list(row) == CHECK
        assert INDIA[row["start"] : row["end"]] == row["text"]
        assert all(list(e) == "table keys value unit year source url trace".split() for e in row["evidence"])
    assert [field["name"] for field in rows.event_fields()] == READ
    assert all(list(row) == READ for row in shaped["events"])


def test_sources_are_listed_once_with_licence_and_day() -> None:
    sources = rows.brief_json(brief())["sources"]
    labels = [(one["producer"], one["title"]) for one in sources]
    assert len(labels) == len(set(labels))
    sipri = next(one for one in sources if one["title"] == "SIPRI Arms Transfers Database, trade register")
    assert sipri["url"] == "https://armstransfers.sipri.org"
    assert "SIPRI" in sipri["licence"]
    assert sipri["as_of"] == "2024-12-31"


def test_same_input_same_bytes() -> None:
    one, two = (json.dumps(rows.brief_json(brief()), ensure_ascii=False) for _ in range(2))
    assert one == two
    assert "NaN" not in one


def test_the_day_of_the_run_is_only_what_was_passed_in() -> None:
    assert brief().run["today"] == "2026-01-31"
    read, checked = india()
    assert "today" not in assemble(read, checked, record()).run


def test_the_summary_counts_and_invents_nothing() -> None:
    about, judged, *_ = wording.summary(brief())
    assert about == "The report is about India; it names Russia (5), India (6) and China (1)." or about.startswith(
        "The report is about India; it names India"
    )
    assert judged == (
        "It makes five claims that a record can be held against: the record supports two, contradicts one and has overtaken one; "
        "on one it is silent or gives no verdict."
    )


def test_no_claim_and_no_state_is_said_plainly() -> None:
    read, _ = north()
    empty = assemble(replace(read, claims=(), events=(), mentions=()), (), record())
    assert wording.summary(empty) == (
        "The report names no state or group that the program knows.",
        "It makes no claim of a kind that the record can be held against.",
    )
    assert empty.figures == ()


def test_the_same_event_told_twice_is_one() -> None:
    made = brief()
    event = made.events[0]
    again = replace(event, event_id="e9", sentence="Another sentence.")
    told = wording.told(made, (event, again))
    assert [(item.count, item.event.event_id) for item in told] == [(2, event.event_id)]


def test_figures_point_at_the_claims_that_they_bear_on() -> None:
    found = {figure.name: figure.claims for figure in brief().figures}
    assert found["arms_suppliers_IND"] == ("c2",)
    assert found["trade_IND_RUS"] == ("c3",)
    assert found["votes"] == ("c5",)
    assert found["memberships"] == ("c1",)


def test_only_web_addresses_become_links() -> None:
    assert web("https://docs.un.org/en/A/RES/68/262")
    assert not any(
        web(url)
        for url in ("javascript:alert(1)", "data:text/html,x", "//evil.example/x", "file:///etc/passwd", " jAvAsCrIpT:x", "http:", "")
    )
