"""Parts of texts, amendments and procedure told from whole texts."""

from typing import Any

import pytest

from nonaligned.measures.agenda.vote_kinds import kind_of_vote


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        (None, "final"),
        ("The Syrian Golan : resolution / adopted by the General Assembly", "final"),
        ("TO ADOPT 4TH COMM. DRAFT RESOL. (A/251) AS AMENDED BY THE CUBAN PROPOSAL", "final"),
        ("Amendment of the Treaty Banning Nuclear Weapon Tests in the Atmosphere", "final"),
        ("OP PARA 2 OF RESOLUTION V (A/9400).", "paragraph"),
        ("TO RETAIN THE WORDS 'THE POSSIBILITY OF'", "paragraph"),
        (
            "The Acting President: I shall now put to the vote operative paragraph 9, on which a separate vote has been requested.",
            "paragraph",
        ),
        ("TO ADOPT SECTION B OF 1ST COMM. DRAFT RESOL. A (A/1089)", "paragraph"),
        ("AMENDMENT TO RES (A/9326) ADDING NEW OP PARA 2", "amendment"),
        ("The Acting President: We shall first take a vote on the oral amendment to paragraph 6 of draft resolution III.", "amendment"),
        ("TO ADOPT GHANA MOTION FOR ADJOURNMENT OF THE DEBATE ON THE CONGO", "procedural"),
        ("TO ADOPT A GENERAL COMM. RECOMMENDATION (A/4882) TO INCLUDE ITEM 83 ON TIBET, IN THE AGENDA.", "procedural"),
        ("TO REQUIRE 2/3 MAJORITY RULE IN VOTING ON THE DRAFT RESOL. (A/5354)", "procedural"),
    ],
)
def test_known_titles(title: str | None, kind: str) -> None:
    assert kind_of_vote(title) == kind


def test_against_the_given_flags(roll_calls: list[dict[str, Any]]) -> None:
    for early, precision, recall in ((True, 0.97, 0.85), (False, 0.96, 0.99)):
        rows = [row for row in roll_calls if (row["session"] < 40) == early]
        given = [row["amend"] == 1 or row["para"] == 1 for row in rows]
        told = [kind_of_vote(row["title"]) in ("paragraph", "amendment") for row in rows]
        both = sum(a and b for a, b in zip(given, told, strict=True))
        assert both / sum(told) > precision
        assert both / sum(given) > recall
