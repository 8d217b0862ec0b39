from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonaligned.measures.models.signed_graph import SignedGraph, frustration, packed, signed_graph

TRIADS = [([1, 1, 1], 0), ([1, 1, -1], 1), ([1, -1, -1], 0), ([-1, -1, -1], 1)]


@pytest.mark.parametrize(("signs", "value"), TRIADS)
def test_the_four_triads(signs, value):
    ties = [(a, b, sign) for (a, b), sign in zip([(0, 1), (1, 2), (0, 2)], signs, strict=True)]
    made = frustration(signed_graph(3, ties))
    assert (made.value, made.bound, made.is_optimal, made.certificate) == (value, value, True, "cycles")


def test_three_foes_of_one_another_are_at_rest_in_three_camps():
    made = frustration(signed_graph(3, [(0, 1, -1), (1, 2, -1), (0, 2, -1)]), n_camps=3)
    assert made.value == 0
    assert sorted(made.camp) == [0, 1, 2]


def test_two_planted_camps_are_found_and_each_misplaced_tie_counts_once():
    camp = np.array([0] * 6 + [1] * 5)
    ties = [(a, b, 1 if camp[a] == camp[b] else -1) for a, b in itertools.combinations(range(11), 2)]
    assert frustration(signed_graph(11, ties)).value == 0
    wrong = [(a, b, -sign) if (a, b) in ((0, 1), (2, 8)) else (a, b, sign) for a, b, sign in ties]
    made = frustration(signed_graph(11, wrong))
    assert made.value == 2
    assert len(set(made.camp[:6])) == len(set(made.camp[6:])) == 1
    assert made.camp[0] != made.camp[10]


def test_a_ring_with_an_odd_number_of_foes_has_one_frustrated_tie():
    for n in (4, 7, 30):
        ring = [(i, (i + 1) % n, -1 if i == 0 else 1) for i in range(n)]
        assert frustration(signed_graph(n, ring)).value == 1


def test_weights_decide_which_tie_gives_way():
    graph = signed_graph(3, [(0, 1, 1), (1, 2, 1), (0, 2, -1)], [5, 0.25, 2])
    made = frustration(graph)
    assert made.value == pytest.approx(0.25)
    assert graph.frustrated(made.camp).tolist() == [bool(w == 0.25) for w in graph.weight]


def test_friends_and_foes_at_once_always_cost_one():
    assert frustration(signed_graph(2, [(0, 1, 1), (1, 0, -1)])).value == 1


GRAPHS = st.integers(2, 7).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.sampled_from([-1, 1])), max_size=18)
    )
)


def built(drawn) -> SignedGraph:
    n, ties = drawn
    return signed_graph(n, [tie for tie in ties if tie[0] != tie[1]])


def by_trying(graph: SignedGraph, n_camps: int) -> float:
    return min(graph.cost(np.array((0, *rest))) for rest in itertools.product(range(n_camps), repeat=graph.n - 1))


@given(GRAPHS)
@settings(max_examples=60)
def test_it_is_the_least_of_all_divisions(drawn):
    graph = built(drawn)
    made = frustration(graph)
    assert made.is_optimal
    assert made.value == by_trying(graph, 2) == graph.cost(made.camp)
    assert made.cycles_bound <= made.value + 1e-9
    assert frustration(graph, n_camps=3).value == by_trying(graph, 3)


@given(GRAPHS, st.integers(0, 6))
@settings(max_examples=30)
def test_turning_all_ties_of_a_state_changes_nothing_and_one_more_tie_adds_at_most_one(drawn, state):
    graph = built(drawn)
    turned = np.where((graph.ends == state % graph.n).any(axis=1), -graph.sign, graph.sign)
    before = frustration(graph).value
    if len(graph.ends):
        assert frustration(SignedGraph(graph.n, graph.ends, turned, graph.weight)).value == before
    more = [*((int(a), int(b), int(s)) for (a, b), s in zip(graph.ends, graph.sign, strict=True)), (0, 1, 1)]
    assert before <= frustration(signed_graph(graph.n, more, [*graph.weight, 1])).value <= before + 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_packing_of_cycles_certifies_graphs_as_large_as_the_world(seed):
    rng = np.random.default_rng(seed)
    camp = rng.integers(0, 2, 100)
    pairs = [tuple(pair) for pair in itertools.combinations(range(100), 2) if rng.random() < 0.12]
    ties = [(a, b, (1 if camp[a] == camp[b] else -1) * (-1 if rng.random() < 0.15 else 1)) for a, b in pairs]
    graph = signed_graph(100, ties)
    made = frustration(graph)
    assert made.is_optimal
    assert made.value == graph.cost(made.camp) <= graph.cost(camp)
    assert made.cycles_bound <= made.value
    # Moving any one state to the other camp cannot help.
    for state in range(100):
        other = made.camp.copy()
        other[state] = 1 - other[state]
        assert graph.cost(other) >= made.value


def test_a_packing_is_scaled_so_that_no_tie_carries_more_than_its_own():
    graph = signed_graph(4, [(0, 1, 1), (1, 2, 1), (0, 2, -1), (1, 3, 1), (0, 3, -1)])
    place = {tuple(ends): tie for tie, ends in enumerate(graph.ends.tolist())}
    cycles = [(place[0, 1], place[1, 2], place[0, 2]), (place[0, 1], place[1, 3], place[0, 3])]
    assert packed(graph, cycles, np.array([1.0, 1.0])) == 1  # both go through the tie of 0 and 1
    assert packed(graph, cycles, np.array([1.0, 0.0])) == 1
    with pytest.raises(ValueError, match="even"):
        packed(graph, [(place[0, 2], place[0, 3], place[1, 2], place[1, 3])], np.array([1.0]))


@pytest.mark.parametrize(
    ("n", "ties", "weight"), [(2, [(0, 0, 1)], None), (2, [(0, 2, 1)], None), (2, [(0, 1, 2)], None), (2, [(0, 1, 1)], [0.0])]
)
def test_what_is_no_signed_graph_is_refused(n, ties, weight):
    with pytest.raises(ValueError, match=r"tie|sign|state"):
        signed_graph(n, ties, weight)


def test_nothing_tied_is_at_rest_and_one_camp_is_no_division():
    assert frustration(signed_graph(3, [])).value == 0
    with pytest.raises(ValueError, match="two camps"):
        frustration(signed_graph(3, []), n_camps=1)
