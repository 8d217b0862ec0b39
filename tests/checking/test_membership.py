"""Membership: read in its many wordings, judged on the day of the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonaligned.reports.report import Claim, ReportDate
from nonaligned.world.groups import groups, is_member, memberships, origin
from nonaligned.world.states import state

Verdicts = Callable[[str, str, str], str]

CASES = [
    # plain, and its negation
    ("2024-05-02", "Norway is a member of NATO.", "NOR NATO supported"),
    ("2024-05-02", "Norway is not a member of the European Union.", "NOR EU supported"),
    ("2024-05-02", "Mongolia is a member of ASEAN.", "MNG ASEAN contradicted"),
    ("2024-05-02", "Kenya is not a member of the African Union.", "KEN AU contradicted"),
    ("2024-05-02", "Switzerland does not belong to NATO.", "CHE NATO supported"),
    ("2024-05-02", "Peru belongs to the Non-Aligned Movement.", "PER NAM supported"),
    ("2024-05-02", "Paraguay has never been a member of OPEC.", "PRY OPEC supported"),
    # coordination, lists
    ("2024-05-02", "Ghana and Nigeria are members of the Commonwealth.", "GHA COMMONWEALTH supported; NGA COMMONWEALTH supported"),
    ("2024-05-02", "Chad, Mali and Spain are members of the African Union.", "ESP AU contradicted; MLI AU supported; TCD AU supported"),
    ("2024-05-02", "Bahrain, a member of the Gulf Cooperation Council, and Iraq signed the text.", "BHR GCC supported"),
    # apposition and modifiers
    ("2024-05-02", "Hungary, a member of the European Union, opposed the plan.", "HUN EU supported"),
    ("2024-05-02", "NATO member Portugal sent two ships.", "PRT NATO supported"),
    ("2024-05-02", "The minister visited Laos, a member of ASEAN.", "LAO ASEAN supported"),
    # entry and exit
    ("2024-05-02", "Croatia joined the European Union in 2013.", "HRV EU supported"),
    ("2024-05-02", "Croatia joined the European Union in 2004.", "HRV EU contradicted"),
    ("2024-05-02", "Qatar left OPEC in 2019.", "QAT OPEC supported"),
    ("2024-05-02", "Qatar quit OPEC in 2014.", "QAT OPEC contradicted"),
    ("2024-05-02", "Montenegro became a member of NATO in 2017.", "MNE NATO supported"),
    ("2024-05-02", "Indonesia is a founding member of ASEAN.", "IDN ASEAN supported"),
    ("2024-05-02", "Colombia was a founding member of the Non-Aligned Movement.", "COL NAM contradicted"),
    # reported, pronoun, the group
    ("2024-05-02", "Officials said that Oman was a member of the Arab League.", "OMN ARAB_LEAGUE supported"),
    ("2024-05-02", "Malaysia hosted the meeting. It is a member of ASEAN.", "MYS ASEAN supported"),
    # what is not asserted gets no verdict
    ("2024-05-02", "Moldova hopes to join the European Union.", "MDA EU not_in_record"),
    ("2024-05-02", "Thailand may join BRICS.", "THA BRICS not_in_record"),
    # past the register
    ("2028-05-02", "Fiji is a member of BRICS.", "FJI BRICS not_in_record"),
]

TWO_DATES = [
    ("Finland is a member of NATO.", "2022-03-01", "FIN NATO contradicted", "2023-06-01", "FIN NATO supported"),
    ("Britain is a member of the European Union.", "2019-06-01", "GBR EU supported", "2021-06-01", "GBR EU outdated"),
    ("Ecuador is a member of OPEC.", "2018-06-01", "ECU OPEC supported", "2021-06-01", "ECU OPEC outdated"),
    ("Ethiopia is a member of BRICS.", "2023-06-01", "ETH BRICS contradicted", "2024-06-01", "ETH BRICS supported"),
    ("Iran is a member of the SCO.", "2022-06-01", "IRN SCO contradicted", "2024-06-01", "IRN SCO supported"),
    ("East Timor is not a member of ASEAN.", "2024-06-01", "TLS ASEAN supported", "2025-11-30", "TLS ASEAN contradicted"),
]


@pytest.mark.parametrize(("day", "sentence", "expected"), CASES)
def test_wordings(verdicts: Verdicts, day: str, sentence: str, expected: str) -> None:
    assert verdicts(day, sentence, "membership") == expected


@pytest.mark.parametrize(("sentence", "first", "then", "second", "now"), TWO_DATES)
def test_time_counts(verdicts: Verdicts, sentence: str, first: str, then: str, second: str, now: str) -> None:
    assert (verdicts(first, sentence, "membership"), verdicts(second, sentence, "membership")) == (then, now)


SPELLS = [s for s in memberships() if s.role == "member"]


def _judge(record: object, code: str, group: str, day: date, status: str) -> str:
    from nonaligned.checking.case import Case
    from nonaligned.checking.membership import check

    claim = Claim("", "membership", "", 0, 0, "", code, group, status=status, detail={"role": "member", "tense": "present"})  # type: ignore[arg-type]
    return check(claim, Case(record, ReportDate(day, day, "given"))).verdict  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    code=st.sampled_from(sorted({s.state for s in SPELLS} - {"RUS", "SUN"})),
    group=st.sampled_from([g.code for g in groups()]),
    day=st.dates(date(1992, 1, 1), origin().as_of),
)
def test_agrees_with_the_register(record: object, code: str, group: str, day: date) -> None:
    """Supported exactly where the register has a member, and the negation is the mirror image."""
    known = is_member(code, group, day)
    said, denied = _judge(record, code, group, day, "asserted"), _judge(record, code, group, day, "negated")
    if known is True:
        assert (said, denied) == ("supported", "contradicted")
    elif known is False:
        assert said in {"contradicted", "outdated"}
        assert denied == "supported"
    else:
        assert said in {"not_in_record", "supported"}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    spell=st.sampled_from([s for s in SPELLS if s.group not in {"OAU"} and len(s.first) == 10]),
    after=st.integers(1, 9000),
    no=st.booleans(),
)
def test_reads_every_state_and_group(verdicts: Verdicts, spell: object, after: int, no: bool) -> None:
    """The plain sentence over the register's own states and groups, on any day of membership, both ways."""
    first = date.fromisoformat(spell.first)  # type: ignore[attr-defined]
    code, group = spell.state, spell.group  # type: ignore[attr-defined]
    day = min(max(first, date(1992, 1, 1)) + timedelta(days=after), origin().as_of)
    known = is_member(code, group, day)
    if known is None or code in {"RUS", "SUN"}:
        return
    name = state(code).name
    the = (
        "the "
        if name.startswith(("United", "Czech", "Dominican", "Central African", "Democratic")) or name.endswith(("s", "Republic"))
        else ""
    )
    sentence = f"{the}{name} is {'not ' if no else ''}a member of {_group_name(group)}."
    sentence = sentence[0].upper() + sentence[1:]
    found = verdicts(day.isoformat(), sentence, "membership")
    right = {
        f"{code} {group} {v}"
        for v in (("contradicted" if no else "supported",) if known else (("supported",) if no else ("contradicted", "outdated")))
    }
    assert found in right | {""}, sentence
    assert found, sentence


def _group_name(code: str) -> str:
    from nonaligned.world.groups import group

    name = group(code).name
    return name if code in {"NATO", "AUKUS", "ASEAN", "OPEC", "MERCOSUR", "BIMSTEC"} else f"the {name.removeprefix('the ')}"
