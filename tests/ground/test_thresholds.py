from __future__ import annotations

import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonaligned.ground.errors import UsageError
from nonaligned.ground.thresholds import Thresholds

NAMES = [field.name for field in fields(Thresholds)]


@pytest.mark.parametrize("name", NAMES)
def test_each_threshold_can_be_set_and_leaves_the_others(name):
    changed = Thresholds().set(f"{name}=12.5")
    assert getattr(changed, name) == 12.5
    assert all(getattr(changed, other) == getattr(Thresholds(), other) for other in NAMES if other != name)


@given(st.sampled_from(NAMES), st.floats(0, 1e6))
def test_any_plain_number_is_taken_as_written(name, number):
    assert getattr(Thresholds().set(f"{name}={number!r}"), name) == number


@pytest.mark.parametrize("text", ["", "=", "key=1", "key_supplier_percent", "key_supplier_percent=", "key_supplier_percent=many"])
def test_what_is_no_setting_is_refused_in_words(text):
    with pytest.raises(UsageError) as refused:
        Thresholds().set(text)
    assert refused.value.message


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(UsageError) as refused:
        Thresholds().set("nonsense=1")
    assert all(name in refused.value.why for name in NAMES)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1"])
def test_a_meaning_that_nothing_can_meet_is_refused(value):
    with pytest.raises(UsageError):
        Thresholds().set(f"about_percent={value}")


def test_the_defaults_are_in_order():
    limits = Thresholds()
    assert limits.exact_percent <= limits.about_percent <= limits.wrong_percent
    assert all(math.isfinite(getattr(limits, name)) and getattr(limits, name) > 0 for name in NAMES)
