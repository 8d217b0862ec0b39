"""Frustration of a signed graph: the least weight of ties that must change before it falls into camps without contradiction.

Found exactly by mixed-integer programming, and certified from below by a packing of cycles with an odd number of negative ties, that
plain addition can check.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

TOLERANCE = 1e-6
MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class SignedGraph:
    """Ties among states 0 .. n - 1.

    Attributes
    ----------
    n : int
    ends : array of int64, shape (n_ties, 2)
        Two different states; a pair stands once with each sign at most.
    sign : array of int64, shape (n_ties,)
        1 or -1.
    weight : array of float64, shape (n_ties,)
        Above 0.
    """

    n: int
    ends: NDArray[np.int64]
    sign: NDArray[np.int64]
    weight: NDArray[np.float64]

    def __post_init__(self) -> None:
        if len(self.ends) and (self.ends.ndim != 2 or self.ends.shape[1] != 2 or self.ends.min() < 0 or self.ends.max() >= self.n):
            raise ValueError("ties must join two of the states")
        if len(self.ends) and (self.ends[:, 0] == self.ends[:, 1]).any():
            raise ValueError("a state has no tie with itself")
        if not np.isin(self.sign, (-1, 1)).all() or not (self.weight > 0).all():
            raise ValueError("a sign is 1 or -1, a weight above 0")

    def frustrated(self, camp: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Ties against the camps: positive between two, negative within one. Shape (n_ties,)."""
        same = camp[self.ends[:, 0]] == camp[self.ends[:, 1]]
        return same == (self.sign < 0)

    def cost(self, camp: NDArray[np.int64]) -> float:
        """Weight of the ties against the camps."""
        return math.fsum(self.weight[self.frustrated(camp)].tolist())


@dataclass(frozen=True, slots=True)
class Frustration:
    """The optimum.

    Attributes
    ----------
    value : float
        Weight of the frustrated ties under `camp`, by addition.
    bound : float
        No division into camps has less: by the packing of cycles where `certificate` is "cycles", else by the solver's own bound.
    is_optimal : bool
        Whether the two meet.
    camp : array of int64, shape (n,)
        One optimal division (there may be others); state 0 is in camp 0.
    certificate : {"cycles", "solver"}
    cycles_bound : float
        Bound by the packing of cycles alone; NaN for more than two camps.
    """

    value: float
    bound: float
    is_optimal: bool
    camp: NDArray[np.int64]
    certificate: str
    cycles_bound: float


def signed_graph(n: int, ties: Sequence[tuple[int, int, int]], weight: Sequence[float] | None = None) -> SignedGraph:
    """A graph from triples (state, state, sign); the weights of triples that are the same pair and sign are added.

    Examples
    --------
    >>> signed_graph(3, [(0, 1, 1), (1, 2, 1), (0, 2, -1)]).cost(np.array([0, 0, 0]))
    1.0
    """
    table = np.array(ties, dtype=np.int64).reshape(-1, 3)
    table[:, :2].sort(axis=1)
    once, which = np.unique(table, axis=0, return_inverse=True)
    total = np.zeros(len(once))
    np.add.at(total, which.ravel(), np.ones(len(table)) if weight is None else np.asarray(weight, dtype=np.float64))
    return SignedGraph(n, once[:, :2], once[:, 2], total)


def frustration(graph: SignedGraph, n_camps: int = 2, time_limit: float = 60.0) -> Frustration:
    """The least weight of ties to change so that friends share a camp and foes do not, in at most `n_camps` camps.

    Parameters
    ----------
    graph : SignedGraph
    n_camps : int
        2 is balance in the sense of Heider and Harary; more is Davis's weak balance.
    time_limit : float
        Seconds for the solver; where they run out `is_optimal` is False and `bound` below `value`.

    Source
    ------
    Harary 1953; Davis 1967; Aref, Mason & Wilson 2020, A Modeling and Computational Study of the Frustration Index in Signed
    Networks, Networks 75(1): 95-110. Cycle inequalities: Barahona & Mahjoub 1986, On the Cut Polytope, Mathematical Programming 36.

    Examples
    --------
    >>> made = frustration(signed_graph(3, [(0, 1, 1), (1, 2, 1), (0, 2, -1)]))
    >>> made.value, made.bound, made.is_optimal
    (1.0, 1.0, True)
    """
    if n_camps < 2:
        raise ValueError("there are at least two camps")
    if not len(graph.ends):
        return Frustration(0.0, 0.0, True, np.zeros(graph.n, np.int64), "cycles", 0.0)
    if n_camps > 2:
        return _several(graph, n_camps, time_limit)
    cycles, below = _cycle_bound(graph)
    camp, dual = _two(graph, cycles, time_limit)
    value = graph.cost(camp)
    if np.allclose(graph.weight, graph.weight.round()):  # whole weights: so is the optimum
        below, dual = (math.ceil(one - TOLERANCE) for one in (below, dual))
    by_cycles = below >= value - TOLERANCE
    bound = min(float(below if by_cycles else max(below, dual)), value)
    return Frustration(value, bound, bound >= value - TOLERANCE, camp, "cycles" if by_cycles else "solver", float(below))


def _two(graph: SignedGraph, cycles: Sequence[Sequence[int]], time_limit: float) -> tuple[NDArray[np.int64], float]:
    """Camps of the optimum and the solver's bound: a tie costs 1 where its ends stand against its sign."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    n, m = graph.n, len(graph.ends)
    a, b = graph.ends.T
    tie, minus = np.arange(m), graph.sign < 0
    # Positive: f >= a - b, f >= b - a. Negative: f >= a + b - 1, f >= 1 - a - b.
    rows = np.concatenate([tie, tie, tie, m + tie, m + tie, m + tie])
    columns = np.concatenate([n + tie, a, b, n + tie, a, b])
    one = np.ones(m)
    values = np.concatenate([one, -one, np.where(minus, -one, one), one, one, np.where(minus, one, -one)])
    low = np.concatenate([np.where(minus, -1.0, 0.0), np.where(minus, 1.0, 0.0)])
    limits = [LinearConstraint(csr_array((values, (rows, columns)), shape=(2 * m, n + m)), low)]
    if cycles:
        limits.append(_covering(cycles, n + m, n))
    upper = np.ones(n + m)
    upper[int(np.bincount(graph.ends.ravel(), minlength=n).argmax())] = 0.0  # either camp may be called the first
    cost = np.concatenate([np.zeros(n), graph.weight])
    whole = np.concatenate([np.ones(n, np.int64), np.zeros(m, np.int64)])
    done = milp(
        cost, constraints=limits, bounds=Bounds(0, upper), integrality=whole, options={"time_limit": time_limit, "mip_rel_gap": 0.0}
    )
    return _camps(graph, done, lambda x: x[:n].round().astype(np.int64))


def _camps(graph: SignedGraph, done: Any, read: Callable[[NDArray[np.float64]], NDArray[np.int64]]) -> tuple[NDArray[np.int64], float]:
    """Camps from a solver's answer, the first state in camp 0; all in one camp where it found none in its time."""
    camp = np.zeros(graph.n, np.int64) if done.x is None else read(done.x)
    dual = getattr(done, "mip_dual_bound", None)
    order = dict.fromkeys(camp.tolist())
    named = {old: new for new, old in enumerate(order)}
    return np.array([named[one] for one in camp.tolist()], np.int64), float(dual) if dual is not None else 0.0


def _several(graph: SignedGraph, n_camps: int, time_limit: float) -> Frustration:
    """The optimum over at most `n_camps` camps: x[i, c] is 1 where state i is in camp c."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array, csr_array

    n, m, k = graph.n, len(graph.ends), n_camps
    rows, columns, values, low = list[int](), list[int](), list[float](), list[float]()

    def at_least(terms: list[tuple[int, float]], least: float) -> None:
        for column, value in terms:
            rows.append(len(low))
            columns.append(column)
            values.append(value)
        low.append(least)

    for tie, ((a, b), sign) in enumerate(zip(graph.ends.tolist(), graph.sign.tolist(), strict=True)):
        for camp in range(k):
            if sign > 0:  # f >= x[a, c] - x[b, c]
                at_least([(n * k + tie, 1.0), (a * k + camp, -1.0), (b * k + camp, 1.0)], 0.0)
            else:  # f >= x[a, c] + x[b, c] - 1
                at_least([(n * k + tie, 1.0), (a * k + camp, -1.0), (b * k + camp, -1.0)], -1.0)
    matrix = csr_array(coo_array((values, (rows, columns)), shape=(len(low), n * k + m)))
    each = csr_array((np.ones(n * k), (np.repeat(np.arange(n), k), np.arange(n * k))), shape=(n, n * k + m))
    upper = np.ones(n * k + m)
    for state in range(min(n, k)):  # camps may be named in any order: state i is in one of the first i + 1
        upper[state * k + state + 1 : (state + 1) * k] = 0.0
    done = milp(
        np.concatenate([np.zeros(n * k), graph.weight]),
        constraints=[LinearConstraint(matrix, np.array(low)), LinearConstraint(each, 1, 1)],
        bounds=Bounds(0, upper),
        integrality=np.concatenate([np.ones(n * k, np.int64), np.zeros(m, np.int64)]),
        options={"time_limit": time_limit, "mip_rel_gap": 0.0},
    )
    camp, dual = _camps(graph, done, lambda x: x[: n * k].reshape(n, k).argmax(axis=1).astype(np.int64))
    value = graph.cost(camp)
    if np.allclose(graph.weight, graph.weight.round()):
        dual = math.ceil(dual - TOLERANCE)
    return Frustration(value, min(dual, value), dual >= value - TOLERANCE, camp, "solver", math.nan)


def _covering(cycles: Sequence[Sequence[int]], n_columns: int, first: int) -> Any:
    """Every cycle with an odd number of negative ties has a frustrated tie."""
    from scipy.optimize import LinearConstraint
    from scipy.sparse import csr_array

    rows = np.repeat(np.arange(len(cycles)), [len(cycle) for cycle in cycles])
    columns = first + np.concatenate([np.array(cycle) for cycle in cycles])
    return LinearConstraint(csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(cycles), n_columns)), 1)


def _cycle_bound(graph: SignedGraph) -> tuple[list[tuple[int, ...]], float]:
    """Negative cycles, and the weight of the best packing of them: a bound that holds by addition alone.

    A linear program over the cycles found so far; its solution prices new ones (shortest paths between the two copies of a state,
    where a negative tie changes the copy), until none is violated.
    """
    from scipy.optimize import linprog

    search = _Search(graph)
    cycles = list(dict.fromkeys(search.short_cycles(np.ones(len(graph.ends)))))
    seen = set(cycles)
    below = 0.0
    for _ in range(MOST_ROUNDS):
        if not cycles:
            return [], 0.0
        covering = _covering(cycles, len(graph.ends), 0)
        done = linprog(graph.weight, A_ub=-covering.A, b_ub=-np.ones(len(cycles)), bounds=(0, None), method="highs")
        if done.x is None:
            break
        below = max(below, packed(graph, cycles, np.maximum(-np.asarray(done.ineqlin.marginals), 0.0)))
        found = [one for one in search.short_cycles(np.maximum(done.x, 0.0), 1 - TOLERANCE) if one not in seen]
        if not found:
            break
        seen.update(found)
        cycles += list(dict.fromkeys(found))
    return cycles, below


def packed(graph: SignedGraph, cycles: Sequence[Sequence[int]], weight: NDArray[np.float64]) -> float:
    """Weight of a packing of negative cycles, scaled so that no tie carries more than its own: at most the frustration.

    Every division into two camps frustrates a tie of each negative cycle, so no division can cost less than cycles that share no
    weight. `weight` has shape (n_cycles,); cycles are lists of ties.
    """
    rows = np.repeat(np.arange(len(cycles)), [len(cycle) for cycle in cycles])
    ties = np.fromiter((tie for cycle in cycles for tie in cycle), np.int64, len(rows))
    if (np.bincount(rows, graph.sign[ties] < 0, len(cycles)) % 2 != 1).any():
        raise ValueError("a cycle has an even number of negative ties")
    carried = np.bincount(ties, weight[rows], len(graph.ends))
    most = float((carried / graph.weight).max(initial=1.0))
    return math.fsum((weight / most).tolist())


class _Search:
    """Shortest closed walks with an odd number of negative ties: in two copies of the graph, a negative tie leads to the other copy."""

    def __init__(self, graph: SignedGraph) -> None:
        n, (a, b) = graph.n, graph.ends.T
        cross = np.where(graph.sign < 0, n, 0)
        self.n = n
        self.tail = np.concatenate([a, b, a + n, b + n])
        self.head = np.concatenate([b + cross, a + cross, b + n - cross, a + n - cross])
        self.tie = np.tile(np.arange(len(a)), 4)
        self.tie_of = dict(zip(zip(self.tail.tolist(), self.head.tolist(), strict=True), self.tie.tolist(), strict=True))

    def short_cycles(self, length: NDArray[np.float64], below: float = math.inf) -> list[tuple[int, ...]]:
        """For each state the shortest such walk through it, where shorter than `below`, as its ties in order; `length` is (n_ties,)."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        tiny = 1e-9  # a length of 0 would be no edge to the search; so of equals the shorter walk is found
        network = csr_array((length[self.tie] + tiny, (self.tail, self.head)), shape=(2 * self.n, 2 * self.n))
        limit = below if math.isfinite(below) else np.inf
        distance, before = dijkstra(network, indices=np.arange(self.n), return_predecessors=True, limit=limit)
        found = list[tuple[int, ...]]()
        for state in np.flatnonzero(distance[np.arange(self.n), np.arange(self.n) + self.n] < limit).tolist():
            walk, at, came = list[int](), state + self.n, before[state].tolist()
            while at != state:
                walk.append(self.tie_of[came[at], at])
                at = came[at]
            if len(set(walk)) == len(walk):  # a walk that goes a tie twice has a cycle inside, found from another state
                found.append(tuple(sorted(walk)))
        return found
