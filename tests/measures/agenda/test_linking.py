"""Repeated resolutions found by their titles."""

from itertools import pairwise
from typing import Any

import pytest

from nonaligned.measures.agenda.linking import link_repeated, normalised_title


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Prevention of an arms race in outer space : resolution / adopted by the General Assembly",
            "PREVENTION OF AN ARMS RACE IN OUTER SPACE",
        ),
        ("Financing of the force, 1994-1995, report of the Fifth Committee", "Financing of the force (A/50/L.5)"),
        ("Implementation of resolution 75/23 on nuclear safety", "Implementation of resolution 76/301 A on nuclear safety"),
        ("Report of the Conference on Disarmament at its thirty-fourth session", "Report of the Conference on Disarmament"),
        ("TO ADOPT 4TH COMM. DRAFT RESOL. (A/4672) ON TANGANYIKA SCHOOLS", "Tanganyika schools, as a whole"),
    ],
)
def test_the_same_text_under_another_number(one: str, other: str) -> None:
    assert normalised_title(one) == normalised_title(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Programme budget for Namibia, part I", "Programme budget for Namibia, part II"),
        ("Situation of human rights in Iraq", "Situation of human rights in Iran"),
        ("Convention on the use of force, article 12", "Convention on the use of force, article 13"),
    ],
)
def test_different_texts_stay_apart(one: str, other: str) -> None:
    assert normalised_title(one) != normalised_title(other)


@pytest.mark.parametrize(
    "title",
    [
        None,
        "",
        "Question of Palestine",
        "Operative paragraph 3 of the draft on nuclear tests",
        "Amendment (A/L.5) to the draft on nuclear tests",
    ],
)
def test_what_says_too_little_or_is_a_part_has_no_title(title: str | None) -> None:
    assert normalised_title(title) is None


def test_only_unique_titles_of_near_sessions_share_an_item() -> None:
    sea, arms = "Law of the sea and oceans", "Conventional arms control"
    assert link_repeated([sea, sea, sea], [1, 2, 3]).tolist() == [0, 0, 0]
    assert link_repeated([sea, sea], [1, 3]).tolist() == [0, 1]
    assert link_repeated([sea, sea], [1, 3], longest_gap=2).tolist() == [0, 0]
    assert link_repeated([sea, sea], [1, 1]).tolist() == [0, 1]
    assert link_repeated([arms, sea, sea, sea, sea], [1, 1, 2, 2, 3], longest_gap=5).tolist() == [0, 1, 2, 3, 4]
    assert link_repeated([sea] * 5, [1, 2, 3, 4, 5], most_sessions=2).tolist() == [0, 0, 2, 2, 4]
    assert link_repeated([sea, arms, sea], [2, 1, 1]).tolist() == [2, 1, 2]
    assert link_repeated([None, None], [1, 2]).tolist() == [0, 1]


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="equally long"):
        link_repeated(["a"], [1, 2])
    with pytest.raises(ValueError, match="gap"):
        link_repeated(["a"], [1], longest_gap=0)


def test_against_the_given_links(roll_calls: list[dict[str, Any]]) -> None:
    rows = [row for row in roll_calls if row["session"] >= 40]
    sessions = [row["session"] for row in rows]
    made = _pairs(link_repeated([row["title"] for row in rows], sessions).tolist(), sessions)
    given = _pairs([row["linked_rcid"] for row in rows], sessions)
    assert len(made & given) / len(given) > 0.79
    assert len(made & given) / len(made) > 0.37


def _pairs(item: list[int], sessions: list[int]) -> set[tuple[int, int]]:
    """Each roll call with the one before it in its item."""
    found: dict[int, list[int]] = {}
    for index in sorted(range(len(item)), key=sessions.__getitem__):
        found.setdefault(item[index], []).append(index)
    return {pair for of_item in found.values() for pair in pairwise(of_item)}
