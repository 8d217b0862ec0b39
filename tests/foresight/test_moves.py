from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonaligned.foresight.moves import KINDS, Move, read_move
from nonaligned.ground.errors import NonalignedError, UsageError
from nonaligned.world.names import UnknownState


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("IND defense USA", Move("IND", "defense", ("USA",))),
        ("India defence United States", Move("IND", "defense", ("USA",))),
        ("IND arms RUS -50%", Move("IND", "arms", ("RUS",), (-0.5,))),
        ("IND trade CHN -30% USA +20%", Move("IND", "trade", ("CHN", "USA"), (-0.3, 0.2))),
        ("South Africa trade South Korea +12.5 %, United Kingdom −100%", Move("ZAF", "trade", ("KOR", "GBR"), (0.125, -1.0))),
        ("IND votes with USA", Move("IND", "votes", ("USA",))),
        ("  ind   VOTES  usa ", Move("IND", "votes", ("USA",))),
    ],
)
def test_a_move_is_read(text, move):
    assert read_move(text) == move


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("IND defnse USA", "no move"), ("", "no move"), ("IND arms", "lacks the other"), ("defense USA", "lacks the state that moves"),
        ("IND defense IND", "itself"), ("IND trade USA -10% USA -20%", "twice"), ("IND arms RUS", "lacks a change"),
        ("IND arms RUS 50%", "lacks a change"), ("IND arms -50%", "without a partner"), ("IND arms RUS -150%", "cannot fall"),
        ("IND trade CHN +0%", "no change"), ("IND trade CHN -30% USA", "lacks a change"), ("IND votes with USA -20%", "knows none"),
        ("IND trade CHN +99999%", "no change"),
    ],
)  # fmt: skip
def test_what_is_no_move_is_told_why(text, said):
    with pytest.raises(UsageError, match=said):
        read_move(text)


def test_near_words_and_names_are_offered():
    with pytest.raises(UsageError) as error:
        read_move("IND tarde CHN -30%")
    assert error.value.why == "Did you mean trade?"
    with pytest.raises(UnknownState) as error:
        read_move("Indai defense USA")
    assert "India" in error.value.mend


@given(st.text(alphabet="IND USA%+-1230 tradefnsvotwih", max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        move = read_move(text)
    except NonalignedError:
        return
    assert move.kind in KINDS
    assert move.state not in move.partners
