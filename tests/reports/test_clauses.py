"""Clauses: who a predicate is said of, what it is done to, and whether it is asserted at all."""

from __future__ import annotations

from datetime import date

import pytest

from nonaligned.reports.clauses import Clause, clauses, is_no_longer, is_passive, patients
from nonaligned.reports.document import Document
from nonaligned.reports.reading import open_document
from nonaligned.reports.report import Text


def read(text: str) -> Document:
    return open_document(Text(text), date(2024, 5, 2))


def clause_of(text: str, word: str) -> tuple[Document, Clause]:
    document = read(text)
    return document, next(c for c in clauses(document) if c.head.text == word)


@pytest.mark.parametrize(
    ("text", "word", "states"),
    [
        ("Norway joined the alliance.", "joined", ["NOR"]),
        ("Norway and Denmark joined the alliance.", "joined", ["NOR", "DNK"]),
        ("The Norwegian government joined the alliance.", "joined", ["NOR"]),
        ("Norway, which joined the alliance, agreed.", "joined", ["NOR"]),
        ("Norway wants to join the alliance.", "join", ["NOR"]),
        ("Norway agreed and joined the alliance.", "joined", ["NOR"]),
        ("Norway urged Sweden to join the alliance.", "join", ["SWE"]),
        ("The treaty was signed by Peru.", "signed", ["PER"]),
        ("Peru, a member of the group, agreed.", "member", ["PER"]),
        ("Peru is a member of the group.", "member", ["PER"]),
        ("Officials said that Peru signed the treaty.", "signed", ["PER"]),
    ],
)
def test_subjects(text: str, word: str, states: list[str]) -> None:
    document, clause = clause_of(text, word)
    assert [s for t in clause.subjects for s in document.states(t)] == states


@pytest.mark.parametrize(
    ("text", "word", "status"),
    [
        ("Norway joined the alliance.", "joined", "asserted"),
        ("Norway did not join the alliance.", "join", "negated"),
        ("Norway never joined the alliance.", "joined", "negated"),
        ("Norway is not a member of the alliance.", "member", "negated"),
        ("Norway is no longer a member of the alliance.", "member", "negated"),
        ("Norway will join the alliance.", "join", "expected"),
        ("Norway plans to join the alliance.", "join", "expected"),
        ("Norway hopes to join the alliance.", "join", "expected"),
        ("Norway could join the alliance.", "join", "conditional"),
        ("Norway may join the alliance.", "join", "conditional"),
        ("If Norway joins the alliance, Sweden will follow.", "joins", "conditional"),
        ("Norway refused to join the alliance.", "join", "denied"),
        ("Norway denied that it had joined the alliance.", "joined", "denied"),
        ("Officials said that Norway had joined the alliance.", "joined", "reported"),
        ("Norway managed to join the alliance.", "join", "asserted"),
    ],
)
def test_status(text: str, word: str, status: str) -> None:
    assert clause_of(text, word)[1].status == status


def test_arguments_by_preposition() -> None:
    document, clause = clause_of("Peru signed a treaty with Chile in Lima.", "signed")
    with_chile = [s for t in document.doc if t.text == "Chile" for s in document.states(t)]
    assert [t.text for t in clause.objects] == ["treaty"]
    assert with_chile == ["CHL"]
    _, member = clause_of("Peru is a member of the group.", "member")
    assert [t.text for t in member.oblique("of")] == ["group"]
    assert member.oblique("with") == ()


def test_passive() -> None:
    _, clause = clause_of("Turkey was sanctioned by the United States.", "sanctioned")
    assert is_passive(clause.head)
    assert [t.text for t in patients(clause.head)] == ["Turkey"]
    _, active = clause_of("The United States sanctioned Turkey.", "sanctioned")
    assert not is_passive(active.head)
    assert patients(active.head) == ()


@pytest.mark.parametrize(
    ("text", "word", "is_past"),
    [
        ("Peru was a member of the group.", "member", True),
        ("Peru is a member of the group.", "member", False),
        ("Peru voted on Monday.", "voted", True),
        ("Peru has voted.", "voted", False),
    ],
)
def test_tense(text: str, word: str, is_past: bool) -> None:
    assert clause_of(text, word)[1].is_past is is_past


def test_no_longer() -> None:
    assert is_no_longer(clause_of("Peru is no longer a member of the group.", "member")[1].head)
    assert not is_no_longer(clause_of("Peru is not a member of the group.", "member")[1].head)
